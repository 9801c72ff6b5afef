"""
From what is stored to what is shown: rows with their copies, verdicts, reasons.

Pure: the same stored rows give the same rows, whatever order they come in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from app.feed.echoes import evidence
from app.feed.rows import Card, Copy, Reason, Row
from app.feed.times import micros
from app.model import AccountId, Post, Repost, ViewerState
from app.model.timeline import Echo, RowKey, Sighting, StoredRow
from app.moderation.decide import NOTHING, Preferences, decide, decide_repost, strongest
from app.moderation.verdict import SHOW, Context, Verdict


class Settings(Struct, frozen=True):
    """
    What decides beside the rows themselves.

    Attributes:
        accounts: Names for people of my accounts, for the reasons.
        order: Networks in the order in which echoes show them.
        context: What kind of place the rows are shown in.
    """

    preferences: Preferences = NOTHING
    accounts: Mapping[AccountId, str] = {}
    order: tuple[str, ...] = ()
    context: Context = "home"


class Hidden(Struct, frozen=True):
    """How many rows were left out. *by*: cause in words → rows it hid."""

    count: int = 0
    by: Mapping[str, int] = {}


class Sifted(Struct, frozen=True):
    """What is shown, newest first, and what is not."""

    rows: tuple[Row, ...]
    hidden: Hidden = Hidden()


def rows(stored: Iterable[StoredRow], *, now: datetime, settings: Settings) -> list[Row]:
    """The rows to show, newest first. What moderation hides is left out."""
    return list(sift(stored, now=now, settings=settings).rows)


def sift(stored: Iterable[StoredRow], *, now: datetime, settings: Settings) -> Sifted:
    """As ``rows``, with the count of what was left out and why."""
    shown: dict[RowKey, Row] = {}
    hidden: dict[RowKey, str] = {}
    for item in stored:
        row = row_from_stored(item, now=now, settings=settings)
        if isinstance(row, Card) and row.verdict.action == "hide":
            hidden[row.key] = why_hidden(row.verdict)
        else:
            shown[row.key] = row
    by: dict[str, int] = {}
    for key in sorted(hidden, reverse=True):
        by[hidden[key]] = by.get(hidden[key], 0) + 1
    ordered = tuple(shown[key] for key in sorted(shown, reverse=True))
    return Sifted(ordered, Hidden(len(hidden), by))


def row_from_stored(stored: StoredRow, *, now: datetime, settings: Settings) -> Row:
    """One row. A card that must not be shown comes with a verdict that says so."""
    if not isinstance(stored, Echo):
        return stored
    return _card(stored, now, settings)


def why_hidden(verdict: Verdict) -> str:
    """The first cause in words: ``Filter: derby``, ``Label: … (Harbour Watch)``."""
    if not verdict.causes:
        return "Hidden"
    cause = verdict.causes[0]
    source = f" ({cause.source})" if cause.source else ""
    kind = cause.kind.replace("_", " ").capitalize()
    return f"{kind}: {cause.text}{source}"


def _card(echo: Echo, now: datetime, settings: Settings) -> Card:
    sightings = sorted(echo.sightings, key=lambda one: (one.entry.sort_at, one.entry.key))
    founder = _founder(sightings, echo.key)
    copies = _copies(sightings, settings.order, settings.preferences.own)
    post = copies[0].post
    reposts = _reposts(sightings)
    return Card(
        key=echo.key,
        entry_key=founder.entry.key,
        sort_at=founder.entry.sort_at,
        post=_as_of(post, now),
        copies=copies,
        reposts=reposts,
        viewers=_viewers(sightings, post),
        verdict=_verdict(sightings, copies, now, settings),
        quote_verdict=_quote_verdict(post, copies[0].accounts, now, settings),
        reasons=_reasons(copies, reposts, settings),
    )


def _founder(sightings: list[Sighting], key: RowKey) -> Sighting:
    """The sighting that the row was made for: it stands at the row's time."""
    for sighting in sightings:
        if micros(sighting.entry.sort_at) == key.at:
            return sighting
    return sightings[0]


def _copies(
    sightings: list[Sighting], order: tuple[str, ...], own: Collection[str]
) -> tuple[Copy, ...]:
    """All copies, the one to draw first: native before bridged, then most detail."""
    if len(sightings) == 1:  # nearly always: short, as a page has fifty of them
        return (Copy(sightings[0].entry.post, tuple(sorted(sightings[0].viewers))),)
    posts: dict[str, Post] = {}
    accounts: dict[str, set[AccountId]] = {}
    for sighting in sightings:
        post = sighting.entry.post
        known = posts.get(post.uri)
        if known is None or _detail(post) > _detail(known):
            posts[post.uri] = post
        accounts.setdefault(post.uri, set()).update(sighting.viewers)

    def rank(post: Post) -> tuple[bool, int, int, str]:
        place = order.index(post.network) if post.network in order else len(order)
        return bool(post.bridged_from), -_detail(post), place, post.uri

    first, *others = sorted(posts.values(), key=rank)
    mine = first.author.uri in own
    return (
        Copy(first, tuple(sorted(accounts[first.uri]))),
        *(
            Copy(other, tuple(sorted(accounts[other.uri])), evidence(first, other, mine=mine))
            for other in others
        ),
    )


def _detail(post: Post) -> int:
    """How much there is to see of a post: bridges shorten and leave out."""
    return (
        len(post.text.text)
        + 100 * len(post.media)
        + 50 * sum(bool(media.alt) for media in post.media)
        + 200 * (post.poll is not None)
        + 100 * (post.quote is not None)
        + 20 * (post.card is not None)
    )


def _reposts(sightings: list[Sighting]) -> tuple[Repost, ...]:
    """Who passed it on, newest first; nobody when it also stands for itself."""
    if any(sighting.entry.repost is None for sighting in sightings):
        return ()
    newest: dict[str, Repost] = {}
    for sighting in reversed(sightings):
        if (repost := sighting.entry.repost) is not None:
            newest.setdefault(repost.by.uri, repost)
    return tuple(newest.values())


def _viewers(sightings: list[Sighting], shown: Post) -> dict[AccountId, ViewerState]:
    """Per account, its state of the shown copy, else of the copy that it sees."""
    viewers: dict[AccountId, ViewerState] = {}
    for of_shown in (False, True):
        for sighting in sightings:
            if (sighting.entry.post.uri == shown.uri) is of_shown:
                viewers.update(sighting.viewers)
    return dict(sorted(viewers.items()))


def _verdict(
    sightings: list[Sighting], copies: tuple[Copy, ...], now: datetime, settings: Settings
) -> Verdict:
    """The strongest about any copy; and about who passed it on, if it is here only through them."""
    preferences, context = settings.preferences, settings.context
    written = {one.entry.post.uri for one in sightings if one.entry.repost is None}
    verdicts = [
        decide(
            copy.post,
            _states(sightings, copy.post),
            preferences,
            now=now,
            context=context,
            # Nobody comes home by themselves whom I do not follow.
            followed=context == "home" and copy.post.uri in written,
        )
        for copy in copies
    ]
    if preferences.watchful and not written:
        through = [
            decide_repost(one.entry.repost.by, one.viewers, preferences)
            for one in sightings
            if one.entry.repost is not None
        ]
        if all(one.action == "hide" for one in through):
            verdicts += through
    return strongest(verdicts)


def _states(sightings: list[Sighting], post: Post) -> dict[AccountId, ViewerState]:
    if len(sightings) == 1:
        return sightings[0].viewers
    return {
        account: state
        for sighting in sightings
        if sighting.entry.post.uri == post.uri
        for account, state in sorted(sighting.viewers.items())
    }


def _quote_verdict(
    post: Post, accounts: tuple[AccountId, ...], now: datetime, settings: Settings
) -> Verdict:
    if post.quote is None or post.quote.post is None:
        return SHOW
    viewers = dict.fromkeys(accounts, _UNKNOWN)
    return decide(
        post.quote.post,
        viewers,
        settings.preferences,
        now=now,
        context="quote",
        within=settings.context,
    )


_UNKNOWN = ViewerState()


def _as_of(post: Post, now: datetime) -> Post:
    """A poll that has ended since it was stored is shown as ended."""
    poll = post.poll
    if poll is None or poll.closed or poll.expires_at is None or poll.expires_at > now:
        return post
    return msgspec.structs.replace(post, poll=msgspec.structs.replace(poll, closed=True))


def _reasons(
    copies: tuple[Copy, ...], reposts: tuple[Repost, ...], settings: Settings
) -> tuple[Reason, ...]:
    accounts = sorted({account for copy in copies for account in copy.accounts})
    names = [settings.accounts.get(account) or account for account in accounts]
    reasons = [Reason("account", f"In the home timeline of {name}") for name in names]
    if reposts:
        names = [repost.by.shown_name for repost in reposts]
        reasons.append(Reason("repost", f"Reposted by {', '.join(names)}"))
    if len(copies) > 1:
        reasons.append(Reason("echo", f"{len(copies)} copies are one card"))
    if not reasons:
        reasons.append(Reason("time", "Newest first"))
    return tuple(reasons)
