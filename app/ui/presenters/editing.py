"""Editing a post of mine from its menu: asked once, done on every network, told for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from app.feed.rows import Card
from app.model import NetworkInfo, Post
from app.model.errors import ServiceError
from app.ui.asyncqt import TaskScope, ask
from app.ui.presenters.behind import KEEP
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from app.services.copies import CopyResult
    from app.services.house import House
    from app.services.outbox import Copy
    from app.ui.thread.editing import Shown
    from app.ui.timeline.view import TimelineView

Say = Callable[..., None]
"""``ReactionsPresenter.say``, or its ``say_in_row``."""


class EditingPresenter:
    """Asks for the new words, and says what became of them."""

    def __init__(
        self,
        look: Look,
        house: House,
        scope: TaskScope,
        networks: Callable[[], Mapping[str, NetworkInfo]],
        say: Say,
        say_in_row: Say,
    ) -> None:
        self._look, self._house, self._scope = look, house, scope
        self._networks, self._say, self._say_in_row = networks, say, say_in_row

    def may_edit(self, post: Post) -> bool:
        """Some copy of it was sent from here: its words are known as they were typed."""
        return any(copy.post is not None for copy in self._house.outbox.copies(post.uri))

    def edit(self, view: TimelineView, card: Card, post: Post) -> None:
        """Ask, then change every copy."""
        from app.compose.spans import find_spans  # only who writes needs it
        from app.ui.thread.editing import EditQuestion

        copies = [one for one in self._house.outbox.copies(post.uri) if one.post is not None]
        mine = next((one for one in copies if one.published.uri == post.uri), copies[0])
        copies = [one for one in copies if one.part == mine.part]
        question = EditQuestion(
            self._look,
            _typed(copies, mine),
            [*(self._shown(one, mine) for one in copies), *self._waiting(mine)],
            find_spans,
            view.window(),
        )

        async def work() -> None:
            if await ask(question) != QDialog.DialogCode.Accepted:
                return
            if isValid(view):
                view.set_refused(card.key, "")
            try:
                results = await self._house.outbox.edit(
                    post.uri, question.text, repost=question.anew
                )
            except ServiceError as error:
                self._say_in_row(view, card, f"{error.message} {error.next_step}".strip())
                return
            self._tell(view, card, results)

        self._scope.start(work(), name=f"{KEEP}edit")

    # --------------------------------------------------------------- private

    def _shown(self, copy: Copy, mine: Copy) -> Shown:
        limits = self._house.outbox.known_limits(copy.account)
        edits = limits is None or limits.edits
        own = _said(copy) != _said(mine)
        return self._copy(copy.network, copy.account, edits=edits, own=own)

    def _waiting(self, mine: Copy) -> list[Shown]:
        """Lanes of the same draft that failed."""
        if not mine.draft or mine.part:
            return []
        return [
            self._copy(lane.network, lane.account, edits=False, there=False)
            for lane in self._house.outbox.deliveries(mine.draft)
            if lane.state == "failed" and all(part.done is None for part in lane.parts)
        ]

    def _copy(
        self, network: str, account: str, *, edits: bool, own: bool = False, there: bool = True
    ) -> Shown:
        from app.ui.thread.editing import Shown

        info = self._networks().get(network)
        return Shown(
            mark=info.mark if info is not None else "",
            network=info.name if info is not None else network,
            handle=next((a.handle for a in self._house.accounts.all() if a.id == account), ""),
            edits=edits,
            own=own,
            there=there,
        )

    def _tell(self, view: TimelineView, card: Card, results: Sequence[CopyResult]) -> None:
        # What has no edit was said to stay: that is no failure.
        failed = [one.error for one in results if one.error is not None and not one.repost]
        if failed:
            words = f"Not edited everywhere. {failed[0].message} {failed[0].next_step}"
            self._say_in_row(view, card, words.strip())
        elif any(one.again for one in results):
            self._say(view, "Edited; posted anew where there is no edit", icon="pencil-simple")
        else:
            self._say(view, "Edited", icon="pencil-simple", color="ok")


def _said(copy: Copy) -> list[str]:
    """Its words but for names: who is mentioned is called otherwise on each network."""
    if copy.post is None:
        return []
    text, at, kept = copy.post.text, 0, []
    for span in text.spans:
        if span.kind == "mention":
            kept.append(text.text[at : span.start])
            at = span.end
    kept.append(text.text[at:])
    return " ".join(kept).split()


def _typed(copies: Sequence[Copy], mine: Copy) -> str:
    """The words as they were typed: the source of Markdown says more than what it became."""
    posts = [one.post for one in (mine, *copies) if one.post is not None]
    return next((post.source for post in posts if post.source), posts[0].text.text)
