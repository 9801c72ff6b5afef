"""What the menu of a post offers by itself: copying, and looking closer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.feed.rows import Card
from app.model import Post
from app.protocols.safety import shown_host
from app.ui.theme import icons
from app.ui.timeline.layout.values import Part

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu

    from app.ui.timeline.view import TimelineView


def fill_menu(menu: QMenu, view: TimelineView, card: Card, part: Part | None) -> None:
    """Fill *menu* for *card*; *part* is what was pressed, a link perhaps."""
    text = view.pointer.copied_text(card)
    _add(menu, view, "copy", "Copy text", lambda: copy(text), enabled=bool(text))
    if part is not None and part.intent.kind == "link":
        url = part.intent.arg
        _add(menu, view, "copy", "Copy address of the link", lambda: copy(url))
    elif part is not None and part.intent.kind == "media":
        alt = card.post.media[part.intent.index].alt
        _add(menu, view, "copy", "Copy description", lambda: copy(alt), enabled=bool(alt))
    _addresses(menu, view, card)
    if len(card.copies) > 1:
        menu.addSeparator()
        _add(menu, view, "git-branch", "Show apart", lambda: view.show_apart.emit(card))


def _addresses(menu: QMenu, view: TimelineView, card: Card) -> None:
    """The web pages of all copies: to copy, to share, to open."""
    pages = [copy.post.url for copy in card.copies if copy.post.url]
    first = pages[0] if pages else ""
    _add(menu, view, "link-simple", "Copy link", lambda: copy(first), enabled=bool(first))
    for url in pages[1:]:
        text = f"Copy link at {shown_host(url)}"
        _add(menu, view, "link-simple", text, partial(copy, url))
    _add(menu, view, "share-network", "Copy to share", lambda: copy(shared_text(card.post)))
    for url in pages or [""]:
        where = f"Open at {shown_host(url)}" if len(pages) > 1 else "Open in the browser"
        act = partial(view.link_activated.emit, url, "")
        _add(menu, view, "arrow-square-out", where, act, enabled=bool(url))


def shared_text(post: Post) -> str:
    """Who wrote what, and where it is: to be put into a message of another program."""
    who = f"{post.author.shown_name} (@{post.author.handle})"
    return "\n\n".join(filter(None, (f"{who}:", post.text.text, post.url)))


def copy(text: str) -> None:
    """To the clipboard, as plain text."""
    QGuiApplication.clipboard().setText(text)


def add(menu: QMenu, view: TimelineView, icon: str, text: str) -> QAction:
    """Add an entry with its icon."""
    size = view.theme.tokens.icon.context
    dpr = view.devicePixelRatioF()
    shown = icons.icon(view.theme, icon, size, "textSecondary", dpr=dpr)
    return menu.addAction(shown, text)


def _add(
    menu: QMenu,
    view: TimelineView,
    icon: str,
    text: str,
    act: Callable[[], object],
    *,
    enabled: bool = True,
) -> None:
    action = add(menu, view, icon, text)
    action.setEnabled(enabled)
    action.triggered.connect(lambda _=False: act())
