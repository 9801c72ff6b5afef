"""What one does in a row of notifications: like, answer, follow back, let somebody follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.feed.notices import Group
from app.model.acts import PersonAct, PostAct
from app.model.errors import ServiceError
from app.services.notifications_rows import card_of
from app.services.notifications_values import NoticeRow
from app.ui.presenters.behind import KEEP

if TYPE_CHECKING:
    from app.feed.rows import Card
    from app.services.house import House
    from app.ui.asyncqt import TaskScope


_POST_ACTS: dict[str, PostAct] = {
    "like": "like",
    "unlike": "unlike",
    "repost": "repost",
    "unrepost": "unrepost",
}
_PERSON_ACTS: dict[str, PersonAct] = {"follow": "follow", "unfollow": "unfollow"}


class NoticeActs:
    """The part of the presenter that acts; what came of it stands in the row."""

    _house: House
    _scope: TaskScope
    _write: Callable[[Card, str], None]
    _rows: dict[str, NoticeRow]
    _notes: dict[str, tuple[str, bool]]
    _answered: dict[str, str]
    _order: list[str]
    look_at: Callable[[Card], object] = staticmethod(lambda card: None)
    """Shows the media of a post; set by who can."""

    def _draw(self) -> None:
        raise NotImplementedError

    def _look_again(self) -> None:
        raise NotImplementedError

    async def _mark(self, groups: list[Group]) -> None:
        raise NotImplementedError

    def _on_act(self, key: str, act: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        card = card_of(row)
        if act == "reply" and card is not None:
            self._write(card, "reply")
        elif act == "media" and card is not None:
            self.look_at(card)
        elif card is not None and (done := _POST_ACTS.get(act)) is not None:
            self._scope.start(self._react(key, card, done), name=f"{KEEP}{act}")
        elif row.actors and (wish := _PERSON_ACTS.get(act)) is not None:
            self._scope.start(self._follow(key, row, wish), name=f"{KEEP}{act}")
        elif act in ("accept", "decline") and row.actors:
            self._scope.start(self._answer(key, row, act == "accept"), name=f"{KEEP}{act}")

    async def _react(self, key: str, card: Card, act: PostAct) -> None:
        reactions = self._house.reactions
        try:
            who, post = reactions.choose(card, act, self._rows[key].account)
            ref = card.viewers[who].ref if who in card.viewers else ""
            outcome = await reactions.react(post, act, who, ref=ref)
        except ServiceError as error:
            self._note(key, error)
            return
        self._notes.pop(key, None)
        if outcome.state == "queued":
            host = self._house.accounts.find(who).host
            self._notes[key] = (f"Kept until {host} can be asked", False)
        self._look_again()

    async def _follow(self, key: str, row: NoticeRow, act: PersonAct) -> None:
        who = row.actors[0]
        try:
            await self._house.reactions.relate(who, act, row.account)
        except ServiceError as error:
            self._note(key, error)
            return
        self._answered[key] = "followed" if act == "follow" else ""
        done = "You follow" if act == "follow" else "You do not follow"
        self._notes[key] = (f"{done} {who.shown_name}", False)
        self._draw()

    async def _answer(self, key: str, row: NoticeRow, accept: bool) -> None:
        who = row.actors[0]
        notifications = self._house.notifications
        try:
            await notifications.answer_request(row.account, who.uri, accept=accept)
        except ServiceError as error:
            self._note(key, error)
            return
        self._answered[key] = "accepted" if accept else "declined"
        done = "may follow you now" if accept else "may not follow you"
        self._notes[key] = (f"{who.shown_name} {done}", False)
        self._draw()
        await self._mark([row.group])

    def _carry_on(self, groups: Mapping[str, Group]) -> None:
        """Who was let in follows now: that stands where they asked, with what was said of it."""
        for key in [key for key in self._answered if key in self._order and key not in groups]:
            row = self._rows.get(key)
            id = row.group.ids[0] if row is not None else 0
            now = next((one.key for one in groups.values() if id in one.ids), "")
            if now and now not in self._order:
                self._order[self._order.index(key)] = now
                self._answered[now] = self._answered.pop(key)
                self._notes[now] = self._notes.pop(key, ("", False))

    def _note(self, key: str, error: ServiceError) -> None:
        self._notes[key] = (f"{error.message} {error.next_step}".strip(), True)
        self._draw()
