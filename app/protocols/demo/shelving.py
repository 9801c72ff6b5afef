"""Lists, followed tags and what is talked about in the demo: as it begins, and as it was changed."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from app.model import AccountId, Post, Profile
from app.model.about import Trend
from app.model.belongings import OwnList, Who
from app.model.errors import BadInput, NotFound
from app.model.offers import Offer
from app.protocols.demo.ledger import Ledger
from app.protocols.demo.people import FIRST, PEOPLE, SECOND, token
from app.protocols.demo.sketch import JUNO

_SEA = f"at://{PEOPLE['juno/sky'].uri}/app.example.list/sea"
_AT_FIRST = {
    FIRST.id: ("7", "Shore watch", ("teun", "radio", "imke", "bo", "ottilie")),
    SECOND.id: (_SEA, "People of the sea", ("akari/sky", "museum/sky", "wen/sky", "kaj/sky")),
}
_SECOND_LIST = OwnList(
    ref="8",
    title="Kitchens and gardens",
    members=tuple(Who(PEOPLE[one].handle, PEOPLE[one].uri) for one in ("sela", "harriet")),
    replies="list",
    exclusive=True,
)
_TAGS = (("Waders", 0), ("Tide", 31))
_TALK = (("Boats", 214), ("Bread", 96), ("Maps", 18))
_PAGES = (
    (
        "https://wadden-notes.example/2026/eelgrass?issue=3",
        "Eelgrass comes back, slowly",
        "Wadden Notes · Third report: twelve hectares more than last year.",
        168,
    ),
    (
        "https://museum.example/boats/small/",
        "Two hundred boats, none longer than nine metres",
        "Museum of Small Boats · The new hall opens in spring.",
        41,
    ),
)
_TOPICS = (
    ("Migration week", "Who saw the first flocks, and where."),
    ("Slow boats", "Builders show what they are working on."),
    ("Rye", ""),
)


class Shelving:
    """What one account keeps."""

    def __init__(self, account: AccountId, network: str, ledger: Ledger) -> None:
        self._account, self._network, self._ledger = account, network, ledger

    @property
    def lists(self) -> dict[str, OwnList]:
        """Its lists, by their refs."""
        kept = self._ledger.lists.get(self._account)
        if kept is None:
            kept = self._ledger.lists[self._account] = self._first_lists()
        return kept

    def _first_lists(self) -> dict[str, OwnList]:
        ref, title, names = _AT_FIRST[self._network]
        people = (PEOPLE[name] for name in names)
        made = {
            ref: OwnList(
                ref=ref,
                title=title,
                members=tuple(Who(one.handle, one.uri) for one in people),
                replies="followed" if self._network == FIRST.id else "",
                public=self._network == SECOND.id,
            )
        }
        if self._account == JUNO:
            made[_SECOND_LIST.ref] = _SECOND_LIST
        return made

    def found(self, ref: str) -> OwnList:
        """Raises: NotFound."""
        try:
            return self.lists[ref]
        except KeyError:
            raise NotFound("There is no such list.", "It may have been deleted.") from None

    def make(self, title: str) -> str:
        """The ref of a new one."""
        if len(title.encode()) > 64:
            raise BadInput("The name of a list has at most 64 bytes.", "Choose a shorter one.")
        number = len(self.lists) + 100
        ref = f"{_SEA}{number}" if self._network == SECOND.id else str(number)
        rules = "list" if self._network == FIRST.id else ""
        public = self._network == SECOND.id
        self.lists[ref] = OwnList(ref=ref, title=title, replies=rules, public=public)
        return ref

    def change(self, changed: OwnList) -> None:
        """Title and rules; its people stay. Raises: NotFound."""
        self.lists[changed.ref] = replace(changed, members=self.found(changed.ref).members)

    def delete(self, ref: str) -> None:
        """Gone is gone."""
        self.lists.pop(ref, None)

    def put(self, ref: str, profile: Profile, on: bool) -> None:
        """Raises: NotFound."""
        kept = self.found(ref)
        others = tuple(one for one in kept.members if one.uri != profile.uri)
        who = Who(profile.handle, profile.uri)
        is_there = len(others) < len(kept.members)
        if on != is_there:
            self.lists[ref] = replace(kept, members=(who, *others) if on else others)

    # ---------------------------------------------------------------- tags

    @property
    def tags(self) -> list[str]:
        """Those that it follows, at its server."""
        kept = self._ledger.tags.get(self._account)
        if kept is None:
            kept = self._ledger.tags[self._account] = [name for name, _ in _TAGS]
        return kept

    def follow(self, name: str, on: bool) -> None:
        """Done twice is done."""
        others = [tag for tag in self.tags if tag.casefold() != name.casefold()]
        if on and len(others) < len(self.tags):
            return
        self._ledger.tags[self._account] = [*others, name] if on else others

    # ------------------------------------------------------------- together

    def sources(self, host: str) -> tuple[Offer, ...]:
        """Lists, followed tags, what is talked about."""
        if self._network == SECOND.id:
            return tuple(self._offer(one) for one in self.lists.values())
        lists = [
            Offer(kind="list", arg=one.ref, name=one.title, yours=True)
            for one in self.lists.values()
        ]
        talk = dict(_TAGS)
        tags = [
            Offer(kind="tag", arg=tag, name=tag, talk=talk.get(tag, 0), yours=True)
            for tag in self.tags
        ]
        known = {tag.casefold() for tag in self.tags}
        tags += [
            Offer(kind="tag", arg=tag, name=tag, talk=talk)
            for tag, talk in _TALK
            if tag.casefold() not in known
        ]
        about = f"What many at {host} like and pass on."
        return (*lists, *tags, Offer(kind="trends", arg="", name="Trends", about=about, host=host))

    def tags_like(self, words: str, limit: int) -> tuple[Offer, ...]:
        """Tags that are used and begin so."""
        wanted = words.strip().removeprefix("#").casefold()
        found = [
            Offer(kind="tag", arg=tag, name=tag, talk=talk)
            for tag, talk in (*_TAGS, *_TALK)
            if wanted and tag.casefold().startswith(wanted)
        ]
        return tuple(found[:limit])

    def _offer(self, kept: OwnList) -> Offer:
        maker = PEOPLE["juno/sky"]
        about = "Who writes when the tide comes in." if kept.ref == _SEA else ""
        return Offer(
            kind="list",
            arg=kept.ref,
            name=kept.title,
            about=about,
            by=maker.handle,
            by_uri=maker.uri,
            yours=True,
        )

    def posts(self, ref: str, posts: Iterable[Post]) -> tuple[Post, ...]:
        """What its people wrote, newest first. Raises: NotFound."""
        members = {who.uri for who in self.found(ref).members}
        found = (one for one in posts if one.author.uri in members)
        return tuple(sorted(found, key=lambda one: (one.sort_at, one.uri), reverse=True))


def trends_of(network: str) -> tuple[Trend, ...]:
    """What is talked about."""
    if network == SECOND.id:
        return tuple(
            Trend(
                kind="topic",
                name=name,
                about=about,
                url=f"https://sky.example/topic/{token(name, 8)}",
            )
            for name, about in _TOPICS
        )
    tags = [Trend(kind="tag", name=name, talk=talk) for name, talk in _TALK]
    return (
        *tags,
        *(
            Trend(kind="link", name=name, about=about, url=url, talk=talk)
            for url, name, about, talk in _PAGES
        ),
    )
