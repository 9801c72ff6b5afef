"""What the demo's two networks keep of what somebody does not want to see."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from app.model import Account
from app.model.errors import BadInput, NotFound, Refused
from app.model.moderation import (
    AdultChange,
    Averted,
    Change,
    FeedOrderChange,
    FeedsChange,
    Filter,
    FilterWord,
    HiddenChange,
    LabelChange,
    Labeler,
    LabelerChange,
    LabelerSettings,
    LabelMeaning,
    MutedWord,
    PeopleList,
    RefusedServer,
    SavedFeed,
    SavedFeedChange,
    Settled,
    WordChange,
)
from app.model.post import FilterContext
from app.protocols.demo.ledger import Ledger
from app.protocols.demo.offering import FEEDS
from app.protocols.demo.people import HOUSE_RULES, LABELER, NAMES, PEOPLE

MOST_LABELERS = 20
_EVERYWHERE: frozenset[FilterContext] = frozenset({"home", "public", "thread"})

FILTERS: tuple[Filter, ...] = (
    Filter(
        id="1",
        title="derby",
        contexts=_EVERYWHERE,
        action="hide",
        words=(FilterWord("derby", id="11"),),
    ),
    Filter(
        id="2",
        title="Spoilers",
        contexts=_EVERYWHERE,
        words=(FilterWord("the butler", id="21"),),
    ),
)
"""Of the first account."""

SETTLED = Settled(
    adult=True,
    labels={"porn": "hide", "sexual": "warn", "nudity": "ignore", "graphic-media": "warn"},
    labelers=(LabelerSettings(uri=HOUSE_RULES), LabelerSettings(uri=LABELER)),
    feeds=(
        SavedFeed(kind="timeline", value="following", pinned=True, id="home"),
        SavedFeed(kind="feed", value=FEEDS[0].arg, pinned=True, id="boats"),
        SavedFeed(kind="feed", value=FEEDS[3].arg, id="cranes"),
    ),
)
"""Of every account on the second network, until it settles something."""

LABELERS: dict[str, Labeler] = {
    HOUSE_RULES: Labeler(
        uri=HOUSE_RULES,
        handle="house-rules.example",
        name=NAMES[HOUSE_RULES],
        description="The moderators of this network.",
        values=("!hide", "!warn", "porn", "sexual", "nudity", "graphic-media"),
    ),
    LABELER: Labeler(
        uri=LABELER,
        handle="harbour-watch.example",
        name=NAMES[LABELER],
        description="Looks after the shore: wrecks, dead animals, tall tales.",
        values=("!hide", "!warn", "graphic-media", "tall-tale", "new-here"),
        meanings=(
            LabelMeaning(
                value="tall-tale",
                name="Tall tale",
                description="Nobody else has seen it.",
                severity="alert",
                blurs="content",
            ),
            LabelMeaning(
                value="new-here",
                name="New here",
                description="Came to the shore this week.",
                severity="inform",
            ),
        ),
        likes=412,
    ),
}
WRECKERS = PeopleList(
    uri="at://did:plc:harbourwatch/app.example.list/wreckers",
    title="Wreckers",
    by="harbour-watch.example",
    description="False lights on the shore.",
    members={PEOPLE["crane/sky"].uri: PEOPLE["crane/sky"].handle},
)
REFUSED = (RefusedServer(domain="wreckers.example", reason="False lights."),)


class Shelf:
    """What the servers keep for one account: on the ledger, so that both services see it."""

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self._account, self._ledger = account, ledger

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Its filters."""
        first = FILTERS if self._account.id.startswith("juno@") else ()
        return self._ledger.filters.get(self._account.id, first)

    def save_filter(self, filter: Filter) -> Filter:
        """Raises: BadInput."""
        if not filter.title.strip() or not filter.contexts:
            raise BadInput("A filter needs a title, and a place where it holds.")
        if not filter.id:
            self._ledger.number += 1
            filter = replace(filter, id=str(1_000 + self._ledger.number))
        known = [one.id for one in self.filters]
        if filter.id in known:
            now = tuple(filter if one.id == filter.id else one for one in self.filters)
        else:
            now = (*self.filters, filter)
        self._ledger.filters[self._account.id] = now
        return filter

    def delete_filter(self, id: str) -> None:
        """Gone is gone."""
        self._ledger.filters[self._account.id] = tuple(one for one in self.filters if one.id != id)

    @property
    def settled(self) -> Settled:
        """Its preferences."""
        return self._ledger.settled.get(self._account.id, SETTLED)

    def settle(self, changes: Sequence[Change]) -> Settled:
        """Raises: Refused: too many labelers."""
        settled = self.settled
        for change in changes:
            settled = _changed(settled, change)
        if len(settled.labelers) > MOST_LABELERS:
            raise Refused(f"An account can have {MOST_LABELERS} labelers.")
        self._ledger.settled[self._account.id] = settled
        return settled

    def averted(self) -> Averted:
        """Whom it mutes and blocks."""
        handles = {profile.uri: profile.handle for profile in PEOPLE.values()}
        mine = {
            uri: relation
            for (account, uri), relation in self._ledger.relations.items()
            if account == self._account.id
        }
        return Averted(
            muted={uri: handles.get(uri, "") for uri, one in mine.items() if one.muted},
            blocked={uri: handles.get(uri, "") for uri, one in mine.items() if one.blocked},
        )

    def followed(self) -> Collection[str]:
        """Whom it follows: what was done since; else everybody on its home timeline."""
        return [
            uri
            for (account, uri), relation in self._ledger.relations.items()
            if account == self._account.id and relation.following
        ]

    @property
    def servers(self) -> tuple[str, ...]:
        """Domains that it blocks."""
        return tuple(sorted(self._ledger.servers.get(self._account.id, ())))

    def block_server(self, domain: str, on: bool) -> None:
        """Raises: BadInput."""
        name = domain.strip().lower().rstrip(".")
        if "." not in name or "/" in name:
            raise BadInput(f"“{domain[:80]}” is not the name of a server.")
        blocked = self._ledger.servers.setdefault(self._account.id, set())
        (blocked.add if on else blocked.discard)(name)

    def lost_follows(self, domain: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """People of that server, all of whom one follows in the demo."""
        end = "@" + domain.strip().lower()
        there = tuple(p.handle for p in PEOPLE.values() if p.handle.lower().endswith(end))
        return there, there[:1]


def labeler(address: str) -> Labeler:
    """Raises: NotFound."""
    name = address.strip().removeprefix("@").rstrip("/")
    for uri, one in LABELERS.items():
        if name in (uri, one.handle):
            return one
    raise NotFound(f"{address} is no labeler.", "Give a moderation service's address.")


def people_list(address: str) -> PeopleList:
    """Raises: NotFound."""
    if address.strip() == WRECKERS.uri:
        return WRECKERS
    raise NotFound("There is no such list.")


def _changed(settled: Settled, change: Change) -> Settled:
    match change:
        case AdultChange():
            return replace(settled, adult=change.on)
        case LabelChange(labeler=""):
            return replace(settled, labels={**settled.labels, change.value: change.setting})
        case LabelChange():
            return replace(
                settled,
                labelers=tuple(
                    replace(one, labels={**one.labels, change.value: change.setting})
                    if one.uri == change.labeler
                    else one
                    for one in settled.labelers
                ),
            )
        case LabelerChange():
            return replace(settled, labelers=_labelers(settled, change))
        case WordChange():
            return replace(settled, words=_words(settled, change.word, change.on))
        case HiddenChange():
            others = tuple(uri for uri in settled.hidden if uri != change.uri)
            return replace(settled, hidden=(*others, change.uri) if change.on else others)
        case FeedsChange():
            return replace(settled, feeds=change.feeds)
        case SavedFeedChange():
            return replace(settled, feeds=_saved(settled, change))
        case FeedOrderChange():
            return replace(settled, feeds=_ordered(settled, change.values))


def _saved(settled: Settled, change: SavedFeedChange) -> tuple[SavedFeed, ...]:
    feed = change.feed

    def is_it(one: SavedFeed) -> bool:
        return (one.kind, one.value) == (feed.kind, feed.value)

    if not change.on:
        return tuple(one for one in settled.feeds if not is_it(one))
    new = feed if feed.id else replace(feed, id=f"feed-{feed.value}")
    there = any(is_it(one) for one in settled.feeds)
    now = [
        replace(one, pinned=feed.pinned) if is_it(one) else one
        for one in (settled.feeds if there else (*settled.feeds, new))
    ]
    return tuple(sorted(now, key=lambda one: not one.pinned))


def _ordered(settled: Settled, values: Sequence[str]) -> tuple[SavedFeed, ...]:
    place = {value: at for at, value in enumerate(dict.fromkeys(values))}
    meant = sorted(
        (one for one in settled.feeds if one.value in place), key=lambda one: place[one.value]
    )
    return tuple(meant.pop(0) if one.value in place else one for one in settled.feeds)


def _labelers(settled: Settled, change: LabelerChange) -> tuple[LabelerSettings, ...]:
    there = any(one.uri == change.uri for one in settled.labelers)
    if change.on:
        return settled.labelers if there else (*settled.labelers, LabelerSettings(uri=change.uri))
    return tuple(one for one in settled.labelers if one.uri != change.uri or one.uri == HOUSE_RULES)


def _words(settled: Settled, word: MutedWord, on: bool) -> tuple[MutedWord, ...]:
    others = tuple(one for one in settled.words if one.value.lower() != word.value.lower())
    return (*others, replace(word, id=word.id or f"word-{word.value}")) if on else others
