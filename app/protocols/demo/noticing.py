"""Notifications of the demo's accounts, and who gets through to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from app.model import Cursor
from app.model.errors import NotFound, Refused, Unsupported
from app.model.notification import Gate, GateRule, Notice, NoticePage, ReadMark, SetAside
from app.protocols.demo.noticed import ASIDE, HAPPENED, READ_UNTIL, Happened
from app.protocols.demo.people import FIRST, PEOPLE
from app.protocols.demo.service import DemoService
from app.protocols.demo.sketch import address

_WAYS = (("accept", "Show"), ("filter", "Set aside"), ("drop", "Drop"))
_FROM = (("all", "Everybody"), ("follows", "Follows"), ("off", "Nobody"))
_FIRST_RULES = (
    GateRule(key="strangers", name="People you don’t follow", choice="accept", choices=_WAYS),
    GateRule(
        key="new", name="New accounts", about="younger than 30 days", choice="filter", choices=_WAYS
    ),
    GateRule(
        key="private",
        name="Private mentions",
        about="you did not ask for",
        choice="filter",
        choices=_WAYS,
    ),
)
_SECOND_RULES = (
    GateRule(key="reply", name="Replies", choice="all", choices=_FROM),
    GateRule(key="like", name="Likes", choice="all", choices=_FROM),
)


class Noticing(DemoService):
    """The part of the service that tells what others did."""

    async def notices(
        self, cursor: Cursor | None = None, *, limit: int = 40, background: bool = False
    ) -> NoticePage:
        """One page, newest first."""
        await self._speak(older=cursor is not None)
        mine = self._account.id
        told = [one for one in HAPPENED if one.to == mine and self._is_past(one)]
        told.sort(key=lambda one: one.ago)
        kept = [self._notice(one) for one in told if self._asks_or(one) is not False]
        found = [*self._world.ledger.noticed.get(mine, ()), *kept]
        start = int(cursor) if cursor and cursor.isdigit() else 0
        page = found[start : start + limit]
        uris = dict.fromkeys(notice.about for notice in page if notice.about)
        posts = []
        for uri in uris:
            try:
                posts.append(self._world.seen(self._world.post(uri), mine))
            except NotFound:
                continue  # deleted: the notice stands without it
        more = start + limit < len(found)
        return NoticePage(
            notices=tuple(page),
            posts=tuple(posts),
            older=Cursor(str(start + limit)) if more else None,
        )

    async def notices_read(self) -> ReadMark | None:
        """How far they were read."""
        await self._speak()
        usual = ReadMark(at=self._world.origin - timedelta(minutes=READ_UNTIL))
        return self._world.ledger.read.get(self._account.id, usual)

    async def mark_notices_read(self, mark: ReadMark) -> ReadMark | None:
        """Never back."""
        there = await self.notices_read()
        if mark.at is not None and there is not None and there.at is not None:
            there = ReadMark(at=max(mark.at, there.at))
            self._world.ledger.read[self._account.id] = there
        return there

    async def answer_request(self, profile: str, *, accept: bool) -> None:
        """Only the first network has requests. Raises: NotFound, Unsupported."""
        await self._speak()
        if self._account.network != FIRST.id:
            raise Unsupported("Nobody has to ask here.")
        asks = {
            PEOPLE[who].uri
            for one in HAPPENED
            if one.kind == "follow_request" and one.to == self._account.id
            for who in one.who
        }
        answered = self._world.ledger.requests
        if profile not in asks or (self._account.id, profile) in answered:
            raise NotFound("They do not ask to follow you.")
        answered[self._account.id, profile] = accept
        relation = self._deeds.relation(profile)
        after = replace(relation, followed_by=accept)
        self._world.ledger.relations[self._account.id, profile] = after

    async def gate(self) -> Gate:
        """Its rules."""
        await self._speak()
        chosen = self._world.ledger.gates.get(self._account.id, {})
        first = self._account.network == FIRST.id
        rules = tuple(
            replace(rule, choice=chosen.get(rule.key, rule.choice))
            for rule in (_FIRST_RULES if first else _SECOND_RULES)
        )
        waiting = self._waiting() if first else ()
        return Gate(rules=rules, people=len(waiting), notices=sum(one.many for one in waiting))

    async def change_gate(self, choices: Mapping[str, str]) -> Gate:
        """Raises: Refused."""
        known = {rule.key: dict(rule.choices) for rule in (await self.gate()).rules}
        if any(way not in known.get(key, {}) for key, way in choices.items()):
            raise Refused("There is no such rule.")
        self._world.ledger.gates.setdefault(self._account.id, {}).update(choices)
        return await self.gate()

    def _waiting(self) -> tuple[SetAside, ...]:
        settled = self._world.ledger.let_in
        if self._account.handle != PEOPLE["juno"].handle:
            return ()
        return tuple(
            SetAside(
                id=who,
                who=PEOPLE[who],
                many=many,
                at=self._world.origin - timedelta(minutes=30 * number),
                text=text,
            )
            for number, (who, many, text) in enumerate(ASIDE, 1)
            if (self._account.id, who) not in settled
        )

    # ------------------------------------------------------------- private

    def _is_past(self, one: Happened) -> bool:
        return self._world.origin - timedelta(minutes=one.ago) <= self._world.now

    def _asks_or(self, one: Happened) -> bool | None:
        """Whether they were let follow; None: they were not answered, or do not ask."""
        if one.kind != "follow_request":
            return None
        return self._world.ledger.requests.get((self._account.id, PEOPLE[one.who[0]].uri))

    def _notice(self, one: Happened) -> Notice:
        who, _, name = one.about.partition(" ")
        return Notice(
            key=f"{one.kind} {one.ago} {one.about}",
            kind="follow" if self._asks_or(one) else one.kind,
            at=self._world.origin - timedelta(minutes=one.ago),
            actors=tuple(PEOPLE[who] for who in one.who),
            many=max(1, one.many, len(one.who)),
            about=address(PEOPLE[who], name)[0] if one.about else "",
            said=one.said,
            text=one.text,
        )


class SettingAside(Noticing):
    """The first network also sets aside."""

    async def set_aside(self) -> tuple[SetAside, ...]:
        """Who waits."""
        await self._speak()
        return self._waiting()

    async def let_in(self, ids: Sequence[str]) -> None:
        """They come through from now on."""
        await self._speak()
        self._world.ledger.let_in |= {(self._account.id, id) for id in ids}

    async def turn_away(self, ids: Sequence[str]) -> None:
        """Forgotten."""
        await self.let_in(ids)
