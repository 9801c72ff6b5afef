"""
What is settled, as the disk has it, and the preferences that come of it.

Also what the first frame reads: little, and nothing is made of what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from msgspec import DecodeError, Struct, json

from app.model import Account, AccountId
from app.moderation.decide import Preferences, Viewpoint
from app.moderation.verdict import Action

if TYPE_CHECKING:
    from app.model.moderation import Averted, Filter, Labeler, MutedWord, RefusedServer, Settled
    from app.moderation.blocklists import Blocked, BlockIndex
    from app.moderation.decision import Rules
    from app.moderation.definitions import Definition
    from app.moderation.filters import Filters
    from app.moderation.muted_words import MutedWords
    from app.services.moderation_values import Effect
    from app.store import Reader
    from app.store.moderation import KeptLabeler, KeptList, KeptPart

T = TypeVar("T")

PREFERENCES, FILTERS, AVERTED = "preferences", "filters", "averted"
SERVERS, REFUSED, FOLLOWED = "servers", "refused", "followed"
WORDS, EXCEPTIONS, CHOICES = "words", "exceptions", "choices"
LABELER = "labeler"
"""In place of an account, where the time is kept at which a labeler was asked."""


class Choices(Struct, frozen=True, omit_defaults=True):
    """
    What is Godwit's own to choose.

    Attributes:
        words_everywhere: Words that one network's server keeps count on all of them.
        sensitive: What is done about media that their author marks as sensitive.
        warnings: Whether what is behind an author's warning begins covered.
    """

    words_everywhere: bool = True
    sensitive: Literal["show", "cover", "hide"] = "cover"
    warnings: Literal["closed", "open"] = "closed"


class ListInForce(Struct, frozen=True):
    """A blocklist that was applied."""

    id: str
    title: str
    effect: Effect
    entries: tuple[Blocked, ...]


class Kept(Struct, frozen=True, kw_only=True):
    """Everything settled. By account, unless it is Godwit's own."""

    settled: Mapping[AccountId, Settled] = {}
    filters: Mapping[AccountId, tuple[Filter, ...]] = {}
    averted: Mapping[AccountId, Averted] = {}
    servers: Mapping[AccountId, tuple[str, ...]] = {}
    refused: Mapping[AccountId, tuple[RefusedServer, ...]] = {}
    followed: Mapping[AccountId, frozenset[str]] = {}
    words: tuple[MutedWord, ...] = ()
    exceptions: tuple[str, ...] = ()
    choices: Choices = Choices()
    labelers: Mapping[str, Labeler] = {}
    lists: tuple[ListInForce, ...] = ()
    at: Mapping[tuple[str, str], int] = {}


def read_kept(reader: Reader) -> Kept:
    """As the disk has it now. Raises: StoreError."""
    from app.store.moderation import kept_labelers, kept_lists, kept_parts

    parts, labelers, lists = kept_parts(reader), kept_labelers(reader), kept_lists(reader)
    return kept_from(parts, labelers, lists)


def kept_from(
    parts: Iterable[KeptPart], labelers: Iterable[KeptLabeler], lists: Iterable[KeptList]
) -> Kept:
    """The same as values; what cannot be read leaves a line in the log."""
    parts, labelers, lists = tuple(parts), tuple(labelers), tuple(lists)
    if not (parts or labelers or lists):
        return Kept()
    own: dict[str, Any] = {}
    of_accounts: dict[str, dict[AccountId, Any]] = {}
    for part in parts:
        value = _read(part.body, _kind(part.kind), part.kind)
        if value is None:
            continue
        if part.account:
            of_accounts.setdefault(part.kind, {})[AccountId(part.account)] = value
        else:
            own[part.kind] = value
    return Kept(
        settled=of_accounts.get(PREFERENCES, {}),
        filters=of_accounts.get(FILTERS, {}),
        averted=of_accounts.get(AVERTED, {}),
        servers=of_accounts.get(SERVERS, {}),
        refused=of_accounts.get(REFUSED, {}),
        followed=of_accounts.get(FOLLOWED, {}),
        words=own.get(WORDS, ()),
        exceptions=own.get(EXCEPTIONS, ()),
        choices=own.get(CHOICES, Choices()),
        labelers=_labelers(labelers),
        lists=tuple(one for kept in lists if (one := list_in_force(kept)) is not None),
        at={(part.account, part.kind): part.at for part in parts}
        | {(LABELER, one.uri): one.at for one in labelers},
    )


def list_in_force(kept: KeptList) -> ListInForce | None:
    """What of a blocklist counts; None: nothing yet."""
    if kept.entries is None:
        return None
    from app.moderation.blocklists import Blocklist
    from app.services.moderation_values import Subscription

    about = _read(kept.body, Subscription, kept.id)
    entries = _read(kept.entries, Blocklist, kept.id)
    if about is None or entries is None:
        return None
    return ListInForce(kept.id, about.title, about.effect, entries.entries)


def preferences_from(
    kept: Kept, accounts: Iterable[Account], index: BlockIndex | None = None
) -> Preferences:
    """What the pipeline decides by. *index*: of the blocklists, if it is made already."""
    mine = tuple(accounts)
    own = frozenset(account.uri for account in mine)
    if kept == Kept():
        return Preferences(own=own)
    everywhere, private = _words(kept, mine)
    views = {account.id: _view(kept, account, own) for account in mine}
    lists = None
    if kept.lists:
        lists = (index if index is not None else index_of(kept.lists)).sparing(kept.exceptions)
    watchful = bool(everywhere or private or lists) or any(
        kept.filters.get(id) or view.muted or view.blocked or view.servers or view.hidden
        for id, view in views.items()
    )
    return Preferences(
        views=views,
        names={uri: labeler.name or labeler.handle for uri, labeler in kept.labelers.items()},
        own=own,
        words=everywhere,
        private=private,
        lists=lists,
        covers=frozenset(one.title for one in kept.lists if one.effect == "cover"),
        watchful=watchful,
        sensitive=_SENSITIVE[kept.choices.sensitive],
        warnings_open=kept.choices.warnings == "open",
    )


_SENSITIVE: Mapping[str, Action] = {"show": "show", "cover": "cover_media", "hide": "hide"}


def _view(kept: Kept, account: Account, own: frozenset[str]) -> Viewpoint:
    """What takes long to load is made when a post first needs it."""
    id = account.id
    averted, settled = kept.averted.get(id), kept.settled.get(id)
    filters = kept.filters.get(id)
    return Viewpoint(
        account=id,
        network=account.network,
        rules=_once(partial(_rules, settled, kept.labelers, own)) if settled is not None else None,
        hidden=frozenset(settled.hidden) if settled is not None else frozenset(),
        filters=_once(partial(_filters, filters)) if filters is not None else None,
        muted=averted.muted if averted is not None else {},
        blocked=averted.blocked if averted is not None else {},
        servers=frozenset(kept.servers.get(id, ())),
        followed=kept.followed.get(id, frozenset()),
    )


def _once(make: Callable[[], T]) -> Callable[[], T]:
    return lru_cache(maxsize=1)(make)


def _filters(filters: tuple[Filter, ...]) -> Filters:
    from app.moderation.filters import Filters

    return Filters(filters)


def _rules(settled: Settled, labelers: Mapping[str, Labeler], own: frozenset[str]) -> Rules:
    from app.moderation.decision import Rules

    return Rules(
        me=own,
        adult=settled.adult,
        labels=settled.labels,
        labelers={one.uri: one.labels for one in settled.labelers},
        definitions={
            one.uri: definitions_of(labelers[one.uri])
            for one in settled.labelers
            if one.uri in labelers
        },
        hidden=frozenset(settled.hidden),
    )


def definitions_of(labeler: Labeler) -> dict[str, Definition]:
    """What its own labels do, by value."""
    from app.moderation.definitions import definition_of

    return {
        one.value: definition_of(
            one.value,
            severity=one.severity,
            blurs=one.blurs,
            default=one.default,
            adult=one.adult,
            labeler=labeler.uri,
            name=one.name,
            description=one.description,
        )
        for one in labeler.meanings
    }


def _words(
    kept: Kept, mine: Iterable[Account]
) -> tuple[MutedWords | None, dict[AccountId, MutedWords]]:
    everywhere = list(kept.words)
    private: dict[AccountId, tuple[MutedWord, ...]] = {}
    for account in mine:
        settled = kept.settled.get(account.id)
        if settled is None or not settled.words:
            continue
        if kept.choices.words_everywhere:
            everywhere += [word for word in settled.words if word not in everywhere]
        else:
            private[account.id] = settled.words
    if not (everywhere or private):
        return None, {}
    from app.moderation.muted_words import MutedWords

    made = MutedWords(everywhere) if everywhere else None
    return made, {account: MutedWords(words) for account, words in private.items()}


def index_of(lists: Iterable[ListInForce]) -> BlockIndex:
    """All blocklists, ready to be asked: takes as long as they are."""
    from app.moderation.blocklists import BlockIndex

    return BlockIndex({one.title: one.entries for one in lists})


def _labelers(kept: Iterable[KeptLabeler]) -> dict[str, Labeler]:
    from app.model.moderation import Labeler

    found = {one.uri: _read(one.body, Labeler, one.uri) for one in kept}
    return {uri: labeler for uri, labeler in found.items() if labeler is not None}


def _kind(kind: str) -> Any:
    from app.model import moderation as model

    kinds: dict[str, Any] = {
        PREFERENCES: model.Settled,
        FILTERS: tuple[model.Filter, ...],
        AVERTED: model.Averted,
        SERVERS: tuple[str, ...],
        REFUSED: tuple[model.RefusedServer, ...],
        FOLLOWED: frozenset[str],
        WORDS: tuple[model.MutedWord, ...],
        EXCEPTIONS: tuple[str, ...],
        CHOICES: Choices,
    }
    return kinds.get(kind, Any)


def _read(body: bytes, kind: Any, name: str) -> Any:
    try:
        return json.decode(body, type=kind)
    except (DecodeError, UnicodeDecodeError):
        import logging  # not loaded before the first frame

        logging.getLogger(__name__).warning("%s cannot be read; it is fetched again", name)
        return None
