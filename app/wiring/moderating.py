"""What is not to be seen: who tells whom when that changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.model import AccountId
    from app.model.acts import PersonAct
    from app.services.blocklists import Blocklists
    from app.services.moderation import Moderation
    from app.services.moderation_values import ModerationChanged
    from app.services.reactions import ReactionChanged
    from app.wiring.writing import Ground, Writing


def moderating(ground: Ground, moderation: Moderation, said: Writing) -> Blocklists:
    """The blocklists, and all that listens: nothing is read or asked yet."""
    from app.services.blocklists import Blocklists

    g = ground
    lists = Blocklists(
        g.store, g.accounts, moderation, g.late.http, g.clock, offline=g.options.offline
    )
    tasks: set[asyncio.Task[None]] = set()

    def start(work: object, name: str) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        task.set_name(name)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def on_change(change: ModerationChanged) -> None:
        if _has_loop():
            start(said.conversations.refresh(), "judged anew")

    def on_reaction(change: ReactionChanged) -> None:
        wish = change.wish
        if change.state == "done" and wish.kind in ("mute", "block"):
            noted = moderation.note_averted(wish.account, wish.target, wish.kind, wish.on)
            start(noted, "averted")

    async def relate(profile: str, act: PersonAct, account: AccountId) -> object:
        return await said.reactions.relate(profile, act, account)

    moderation.subscribe(on_change)
    said.reactions.subscribe(on_reaction)
    said.conversations.warn_with(moderation.unheard)
    moderation.connect(relate, lists.set_exception)
    return lists


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
