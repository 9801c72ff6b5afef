"""Groups of the demo's second network: made, named, filled, locked, and joined by a link."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.model import Profile
from app.model.errors import BadInput, NotFound, Refused
from app.model.message import (
    Conversation,
    GroupLink,
    GroupMember,
    GroupState,
    Invitation,
    Message,
)
from app.protocols.demo.people import PEOPLE
from app.protocols.demo.service import DemoService

MOST = 50
"""People in a group."""

JOIN = "https://chat.example.org/join/"

_OTHERS = {
    "tides": ("Tide tables, by hand", "wen/sky", ("wen/sky", "kaj/sky"), False),
    "choir": ("The Lighthouse Choir", "tove/sky", ("tove/sky", "ifeoma/sky"), True),
}
"""Groups one can be invited to: name, owner, people, whether the owner is asked."""


class Grouping(DemoService):
    """``MakesGroups``, ``KeepsGroups``."""

    async def make_group(self, name: str, people: Sequence[Profile]) -> Conversation:
        """With these and oneself; one of that name with them is as good."""
        await self._speak()
        name, talks = _good(name), self._talks()
        key = f"group {name} {' '.join(sorted(one.uri for one in people))}"
        if key in talks:
            return talks[key]
        host = self._account.host
        self._faults.refusal(host)
        self._faults.before_write(host, self._world.now)
        state = GroupState(mine=True, count=len(people) + 1, most=MOST)
        made = self._begun(key, name, people, state, "You made the group")
        self._faults.after_write(host)
        return made

    async def rename_group(self, conversation: Conversation, name: str) -> Conversation:
        """Its owner names it."""
        name = _good(name)
        await self._owned(conversation)
        return self._told(conversation, f"The group is called “{name}” now", group=name)

    async def group_people(self, conversation: Conversation) -> tuple[GroupMember, ...]:
        """The account itself first."""
        await self._speak()
        now = self._group(conversation)
        mine = now.state is not None and now.state.mine
        me = next(one for one in PEOPLE.values() if one.uri == self._account.uri)
        owners = {PEOPLE[owner].uri for _, owner, _, _ in _OTHERS.values()}
        others = (GroupMember(profile=one, owner=one.uri in owners) for one in now.people)
        return (GroupMember(profile=me, owner=mine), *others)

    async def add_people(
        self, conversation: Conversation, people: Sequence[Profile]
    ) -> Conversation:
        """Those who are not in it."""
        now = await self._owned(conversation)
        known = {one.uri for one in now.people}
        added = [one for one in people if one.uri not in known]
        for one in added:
            if one.uri == PEOPLE["maribel/sky"].uri:
                raise Refused(f"{one.shown_name} takes part in no groups.", "Write to them alone.")
        return self._with(now, (*now.people, *added), [f"{one.name} was added" for one in added])

    async def remove_people(
        self, conversation: Conversation, people: Sequence[Profile]
    ) -> Conversation:
        """Those who are in it."""
        now = await self._owned(conversation)
        out = {one.uri for one in people}
        gone = [one for one in now.people if one.uri in out]
        rest = tuple(one for one in now.people if one.uri not in out)
        return self._with(now, rest, [f"{one.name} was removed" for one in gone])

    async def lock_group(self, conversation: Conversation, *, on: bool) -> Conversation:
        """Nobody writes, or all do."""
        now = await self._owned(conversation)
        assert now.state is not None
        words = "This conversation is locked: nobody can write here." if on else ""
        told = "The conversation was locked" if on else "The conversation is open again"
        state = replace(now.state, locked=on)
        return self._told(conversation, told, state=state, closed=words)

    async def open_link(
        self, conversation: Conversation, *, asks: bool, followed: bool
    ) -> GroupLink:
        """One of a group."""
        now = await self._owned(conversation)
        assert now.state is not None
        number = sorted(self._talks()).index(conversation.id)
        url = now.state.link.url if now.state.link is not None else f"{JOIN}boats-{number}"
        link = GroupLink(url=url, asks=asks, followed=followed)
        self._change(conversation, state=replace(now.state, link=link))
        return link

    async def close_link(self, conversation: Conversation) -> None:
        """It can be opened again."""
        state = (await self._owned(conversation)).state
        if state is not None and state.link is not None:
            link = replace(state.link, works=False)
            self._change(conversation, state=replace(state, link=link))

    async def asking_in(self, conversation: Conversation) -> tuple[Profile, ...]:
        """Somebody always waits, once there is a link that asks."""
        return tuple(self._asking(await self._owned(conversation)))

    async def let_in(self, conversation: Conversation, who: Profile, *, on: bool) -> Conversation:
        """Into it, or away."""
        now = await self._owned(conversation)
        asking = self._asking(now)
        if who.uri not in [one.uri for one in asking]:
            raise NotFound("They wait no longer.", "Nothing to do.")
        asking[:] = [one for one in asking if one.uri != who.uri]
        return self._with(now, (*now.people, who), [f"{who.name} has joined"]) if on else now

    async def invitation(self, link: str) -> Invitation:
        """What it leads to."""
        await self._speak()
        _, begins, code = link.strip().partition(JOIN.removeprefix("https://"))
        if not begins or not code:
            raise BadInput("This is no link to a group.", f"It begins with {JOIN}.")
        for one in self._talks().values():
            known = one.state.link if one.state is not None else None
            if known is not None and known.url == f"{JOIN}{code}" and one.state is not None:
                closed = "" if known.works else "This link was switched off."
                return Invitation(
                    link=known, name=one.group, count=one.state.count, most=MOST,
                    conversation=one.id, is_in=True, closed=closed,
                )  # fmt: skip
        if code not in _OTHERS:
            link_ = GroupLink(url=f"{JOIN}{code}", works=False)
            return Invitation(link=link_, closed="This link leads to no group.")
        name, owner, people, asks = _OTHERS[code]
        return Invitation(
            link=GroupLink(url=f"{JOIN}{code}", asks=asks),
            name=name,
            owner=PEOPLE[owner],
            count=len(people),
            most=MOST,
            conversation=f"group {code}",
            is_in=f"group {code}" in self._talks(),
        )

    async def join_group(self, invitation: Invitation) -> Conversation | None:
        """None: the owner is asked, and never answers."""
        await self._speak()
        if invitation.closed:
            raise Refused(invitation.closed, "Ask for another one.")
        known = self._talks().get(invitation.conversation)
        if known is not None:
            return known
        name, _, people, asks = _OTHERS[invitation.link.url.removeprefix(JOIN)]
        if asks:
            return None
        others = [PEOPLE[key] for key in people]
        state = GroupState(count=len(others) + 1, most=MOST)
        return self._begun(invitation.conversation, name, others, state, "You have joined")

    # ------------------------------------------------------------- private

    def _talks(self) -> dict[str, Conversation]:
        raise NotImplementedError

    def _said(self, conversation: str) -> list[Message]:
        raise NotImplementedError

    def _change(self, conversation: Conversation, **changes: object) -> None:
        raise NotImplementedError

    def _room(self) -> int:
        raise NotImplementedError

    def _group(self, conversation: Conversation) -> Conversation:
        found = self._talks().get(conversation.id)
        if found is None or found.state is None:
            raise NotFound("This conversation is not there any more.", "It may have been left.")
        return found

    async def _owned(self, conversation: Conversation) -> Conversation:
        await self._speak()
        found = self._group(conversation)
        if found.state is None or not found.state.mine:
            raise Refused("Only the owner of a group can do that.", "Ask them.")
        return found

    def _asking(self, group: Conversation) -> list[Profile]:
        place = (self._account.id, group.id)
        state = group.state
        if state is not None and state.link is not None and state.link.asks:
            self._world.ledger.asking.setdefault(place, [PEOPLE["tove/sky"], PEOPLE["wen/sky"]])
        return self._world.ledger.asking.get(place, [])

    def _with(
        self, group: Conversation, people: Sequence[Profile], told: Sequence[str]
    ) -> Conversation:
        assert group.state is not None
        state = replace(group.state, count=len(people) + 1)
        for words in told:
            self._told(group, words, people=tuple(people), state=state)
        return self._talks()[group.id]

    def _told(self, about: Conversation, words: str, **changes: object) -> Conversation:
        """It stands in the conversation, as the network writes it there."""
        at = self._world.tick()
        said = self._said(about.id)
        event = Message(id=f"{about.id}#{len(said)}-{at.timestamp():.0f}", at=at, told=words)
        said.append(event)
        self._change(about, at=at, last=event, **changes)
        return self._talks()[about.id]

    def _begun(
        self, key: str, name: str, people: Sequence[Profile], state: GroupState, words: str
    ) -> Conversation:
        at = self._world.tick()
        made = Message(id=f"{key}#0", at=at, told=words)
        self._said(key).append(made)
        self._talks()[key] = Conversation(
            id=key,
            people=tuple(people),
            at=at,
            last=made,
            group=name,
            state=state,
            limit=self._room(),
        )
        return self._talks()[key]


def _good(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MOST:
        raise BadInput("The name of a group has 1 to 50 characters.", "Choose another one.")
    return name
