"""
Profiles as they are looked at: from what is kept at once, then as servers tell.

What a profile said is kept in the cache; notes about people are kept at the server where
it keeps them, else here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from app.feed.times import micros
from app.model import AccountId, Cursor, Profile
from app.model.about import PeoplePage
from app.model.errors import BadInput, NotFound, ServiceError, Unreachable, Unsupported
from app.model.person import Known, PersonLink
from app.model.portrait import Portrait
from app.people.book import others
from app.services.asking import told
from app.services.human import Human, Humans, Side
from app.services.profile_wall import Wall

if TYPE_CHECKING:
    from app.protocols.portraying import Near, Part
    from app.services.house import House
    from app.store import Reader

T = TypeVar("T")
log = logging.getLogger(__name__)

_NOTE = "note:"
"""Setting: what I have noted of the profile with that URI, where no server keeps it."""

LONGEST = 2_000
"""Characters of a note: what Mastodon takes."""

STRANGERS: tuple[Part, ...] = ("posts", "replies", "media")
"""What is shown of somebody whom no server of mine knows."""

_MEMO = "portrait:"
_portrait_from = json.Decoder(Portrait).decode


class Where(Struct, frozen=True):
    """The host that keeps an account, and its *identity*: its URI."""

    host: str
    identity: str


class Facts(Struct, frozen=True, kw_only=True):
    """
    What is found out of somebody beside what their profiles say.

    Attributes:
        where: URI → where that account is kept.
        labels: URI → what is said about it, and by whom, in words.
        bridges: What each bridge has of them, and whether it is proved.
        can_ask_bridges: None has been asked about them yet.
        note: What I have noted of them; *note_kept*: where, in words.
        known: Who of those whom I follow follows them; *known_more*: not all of them.
    """

    where: dict[str, Where] = {}
    labels: dict[str, tuple[str, ...]] = {}
    bridges: tuple[tuple[str, bool], ...] = ()
    can_ask_bridges: bool = False
    note: str = ""
    note_kept: str = ""
    known: tuple[Profile, ...] = ()
    known_more: bool = False


class Profiles:
    """Looks people up, and keeps what was told."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.humans = Humans(house)

    # ------------------------------------------------------------- looking

    def kept(self, known: Known, reader: Reader) -> Human:
        """As far as it is known without asking anybody. Raises: StoreError."""
        every, links = self._joined(known)
        mine = self._house.accounts.all()
        sides = []
        for one in every:
            account = next((m.id for m in mine if m.network == one.network), None)
            portrait = _kept(reader, one.profile) or Portrait(profile=one.profile)
            # What is shown of them elsewhere is newer.
            portrait = _with(portrait, one.profile)
            sides.append(Side(known=one, portrait=portrait, account=account))
        return Human(tuple(sides), links)

    async def look(self, who: str) -> Human:
        """All of somebody, as their servers tell; it is kept. Raises: NotFound, ServiceError."""
        human = await self.humans.look(who)
        sides = await asyncio.gather(*map(self._or_stranger, human.sides))
        human = Human(tuple(sides), human.links)
        told_ones = [side.portrait for side in sides if side.account and not side.trouble]
        await self._keep(told_ones)
        return human

    def wall(self, human: Human, part: Part) -> Wall:
        """What they wrote."""
        return Wall(self._house, human, part, self._asked)

    def parts(self, human: Human) -> tuple[Part, ...]:
        """Which parts some account of theirs can show. No I/O."""
        from app.protocols.portraying import ShowsPeople

        found: dict[Part, None] = {}
        for side in human.sides:
            if side.stranger is not None:
                found.update(dict.fromkeys(STRANGERS))
            if side.account is None:
                continue
            service = self._house.accounts.service(side.account)
            if isinstance(service, ShowsPeople):
                found.update(dict.fromkeys(service.parts(side.known.profile.uri)))
        return tuple(found) or ("replies",)

    async def near(self, side: Side, near: Near, cursor: Cursor | None = None) -> PeoplePage:
        """A page of who follows whom. Raises: Unsupported, ServiceError."""
        from app.protocols.portraying import ShowsPeople

        if side.account is None:
            raise NotFound("You have no account on this network to look from.")
        service = self._house.accounts.service(side.account)
        if not isinstance(service, ShowsPeople):
            raise Unsupported("Its server does not tell who follows whom.")
        page = await self._asked(side, service.near(side.known.profile.uri, near, cursor))
        if isinstance(page, ServiceError):
            raise page
        return page

    async def known_to(self, human: Human) -> tuple[tuple[Profile, ...], bool]:
        """
        Who of those whom I follow follows them; True: there are more. Nothing raises.

        One page of each account: that is enough to say who they are.
        """
        answers = await asyncio.gather(
            *(self._near_or_nobody(side) for side in human.sides if side.account is not None)
        )
        mine = {account.uri for account in self._house.accounts.all()}
        found = {one.uri: one for page in answers for one in page.people if one.uri not in mine}
        return tuple(found.values()), any(page.older is not None for page in answers)

    async def where(self, side: Side) -> Where:
        """Where it is kept. Raises: ServiceError."""
        profile = side.known.profile
        host = urlsplit(profile.uri).netloc
        if not host:
            host = urlsplit(await self._house.people.server_of(side.known)).netloc
        return Where(host, profile.uri)

    async def facts(self, human: Human) -> Facts:
        """All that can be found out. Nothing raises but StoreError."""
        first = human.sides[0]
        places, known = await asyncio.gather(
            asyncio.gather(*map(self._where_or_none, human.sides)), self.known_to(human)
        )
        return Facts(
            where={
                side.known.profile.uri: place
                for side, place in zip(human.sides, places, strict=True)
                if place is not None
            },
            labels={side.known.profile.uri: self.labels(side) for side in human.sides},
            bridges=self.bridges(human),
            can_ask_bridges=self._can_ask_bridges(human),
            note=self.note(first),
            note_kept=self._kept_at(first),
            known=known[0],
            known_more=known[1],
        )

    def labels(self, side: Side) -> tuple[str, ...]:
        """What is said about an account, and by whom."""
        found = []
        for one in side.portrait.labels:
            who = self._labeler(side, one.source) if one.source else "themselves"
            found.append(f"{one.text} (by {who})")
        return tuple(found)

    def bridges(self, human: Human) -> tuple[tuple[str, bool], ...]:
        """What is known of bridges; nobody is asked: they would learn whom one looks at."""
        links = [link for link in human.links if link.why == "bridge"]
        if links:
            return tuple((link.evidence, True) for link in links)
        copies = [side for side in human.sides if self._house.people.is_copy(side.known)]
        if copies:
            handle = copies[0].known.profile.handle
            return ((f"@{handle} looks like a bridge’s copy; that is not proved.", False),)
        return (("No bridged copy is known.", False),)

    async def asked_bridges(self, human: Human) -> tuple[tuple[str, bool], ...]:
        """What the bridges have of them; what is proved comes into the book. Raises: ServiceError."""
        first = human.sides[0].known.profile
        status = await self._house.people.bridge_status(first.uri)
        told_ones = tuple((one.text, one.link is not None) for one in status.bridges)
        return told_ones or (("No bridge could be asked about them.", False),)

    # ------------------------------------------------------------- notes

    def note(self, side: Side) -> str:
        """What I have noted of them. Raises: StoreError."""
        for relation in side.relations.values():
            if relation.note:
                return relation.note
        return str(self._house.store.reader.setting(note_of(side.known.profile), ""))

    def keeper(self, side: Side) -> AccountId | None:
        """The account whose server keeps the note; None: it stays here."""
        from app.protocols.portraying import KeepsNotes

        for account in side.relations:
            if isinstance(self._house.accounts.service(account), KeepsNotes):
                return account
        return None

    async def set_note(self, side: Side, text: str) -> None:
        """
        Note something of them; "" takes it away. Nobody else sees it.

        Raises: BadInput: too long; ServiceError: it is not kept.
        """
        from app.protocols.portraying import KeepsNotes

        text = text.strip()
        if len(text) > LONGEST:
            raise BadInput(f"A note has {LONGEST} characters at most.", "Shorten it.")
        account, name = self.keeper(side), note_of(side.known.profile)
        if account is not None and not self._house.options.offline:
            service = self._house.accounts.service(account)
            assert isinstance(service, KeepsNotes)
            call = service.set_note(side.known.profile.uri, text)
            await told(self._house.accounts, account, call)
            await self._house.store.keep(lambda keeper: keeper.remove_setting(name))
            return
        if text:
            await self._house.store.keep(lambda keeper: keeper.set_setting(name, text))
        else:
            await self._house.store.keep(lambda keeper: keeper.remove_setting(name))

    # ------------------------------------------------------------- private

    async def _or_stranger(self, side: Side) -> Side:
        """Whom my servers do not know, as their own tells; whom they do not tell of, as kept."""
        if side.account is not None and side.trouble is None:
            return side
        kept = await self._house.store.load(lambda reader: _kept(reader, side.known.profile))
        if kept is not None:
            side = replace(side, portrait=_with(kept, side.known.profile))
        if side.account is not None and not isinstance(side.trouble, NotFound):
            return side
        try:
            stranger = await self._house.people.strangers.find(side.known.profile.uri)
        except ServiceError:
            return side
        known = Known(stranger.network, stranger.portrait.profile)
        return Side(known=known, portrait=stranger.portrait, stranger=stranger)

    def _joined(self, known: Known) -> tuple[tuple[Known, ...], tuple[PersonLink, ...]]:
        for person in self._house.people.all():
            if found := others(person, known.profile.uri):
                return (known, *(other for other, _ in found)), person.links
        return (known,), ()

    async def _keep(self, portraits: list[Portrait]) -> None:
        from app.store.candidates import note

        now = micros(self._house.clock.now())
        for portrait in portraits:
            name, body = f"{_MEMO}{portrait.profile.uri}", json.encode(portrait)
            await self._house.store.change_cache(partial(note, name=name, at=now, body=body))

    async def _where_or_none(self, side: Side) -> Where | None:
        try:
            place = await self.where(side)
        except ServiceError as error:
            log.info("where an account is kept was not told: %s", error.kind)
            return Where("", side.known.profile.uri)
        return place

    def _can_ask_bridges(self, human: Human) -> bool:
        strange = any(side.stranger is not None for side in human.sides)
        proved = any(link.why == "bridge" for link in human.links)
        return not (strange or proved or self._house.options.offline)

    def _labeler(self, side: Side, uri: str) -> str:
        if side.account is not None:
            for state in self._house.moderation.labelers(side.account):
                if state.labeler.uri == uri:
                    return state.labeler.name or f"@{state.labeler.handle}"
        return uri

    def _kept_at(self, side: Side) -> str:
        account = self.keeper(side)
        return f"kept at {self._house.accounts.find(account).host}" if account else "kept here"

    async def _near_or_nobody(self, side: Side) -> PeoplePage:
        try:
            return await self.near(side, "known")
        except ServiceError as error:
            log.info("whom we both know was not told: %s", error.kind)
            return PeoplePage(people=())

    async def _asked(self, side: Side, call: Coroutine[Any, Any, T]) -> T | ServiceError:
        if self._house.options.offline or side.account is None:
            call.close()
            return Unreachable("You are offline.", "What was read is kept: godwit search")
        try:
            return await told(self._house.accounts, side.account, call)
        except ServiceError as error:
            return error


def note_of(profile: Profile) -> str:
    """The name under which a note of mine is kept here."""
    return f"{_NOTE}{profile.uri}"


def _kept(reader: Reader, profile: Profile) -> Portrait | None:
    """What a profile said when it was last looked at."""
    from app.store.candidates import Candidates

    found = Candidates(reader).memo(f"{_MEMO}{profile.uri}")
    if found is None:
        return None
    try:
        return _portrait_from(found[1])
    except (DecodeError, UnicodeDecodeError):
        return None


def _with(portrait: Portrait, profile: Profile) -> Portrait:
    return replace(portrait, profile=profile)
