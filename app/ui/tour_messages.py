"""Pictures of private messages: the inbox, conversations, whom to write to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]

NAMES = (
    "messages",
    "messages-conversation",
    "messages-pictures",
    "messages-narrow",
    "messages-picker",
    "messages-group",
)

_DRAFT = "And the thermos. We know about the thermos."


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """One after the other, by name."""
    window = front.window

    def grab() -> QImage:
        return window.grab().toImage()

    await house.messages.sync()
    inbox = await house.messages.inbox()
    live.open_room("messages")
    await settle(grab)
    chat = next(row for row in inbox.rows if row.conversation.people[0].handle.startswith("kaj"))
    live.messages.show(f"{chat.account} {chat.conversation.id}")
    await settle(grab)
    if live.messages.page is not None:
        live.messages.page.pane.bar.show_text(_DRAFT)
        live.messages.page.pane.bar.editor.clearFocus()
    await settle(grab)
    yield "messages", grab()
    group = next(row for row in inbox.rows if len(row.conversation.people) == 2)
    live.messages.show(f"{group.account} {group.conversation.id}")
    await settle(grab)
    yield "messages-conversation", grab()
    shown = next(row for row in inbox.rows if row.conversation.people[0].handle.startswith("akari"))
    live.messages.show(f"{shown.account} {shown.conversation.id}")
    await settle(grab)
    yield "messages-pictures", grab()
    live.messages.show(f"{group.account} {group.conversation.id}")
    window.resize(520, 800)
    await settle(grab)
    yield "messages-narrow", grab()
    window.resize(1280, 800)
    live.messages.write()
    picker = live.messages.picker
    assert picker is not None
    dialog = picker.dialog
    dialog.field.input.setText("o")
    dialog.field.input.clearFocus()  # its cursor blinks
    await settle(lambda: dialog.grab().toImage())
    yield "messages-picker", dialog.grab().toImage()
    dialog.reject()
    crew = next(row for row in inbox.rows if row.conversation.state is not None)
    await house.messages.open_link(crew.account, crew.conversation.id, asks=True)
    live.messages.show(f"{crew.account} {crew.conversation.id}")
    await settle(grab)
    talk = live.messages.talk
    assert talk is not None
    talk.show_group()
    assert talk.group is not None
    crew_dialog = talk.group.dialog
    await settle(lambda: crew_dialog.grab().toImage())
    yield "messages-group", crew_dialog.grab().toImage()
    crew_dialog.reject()
    live.messages.leave()
