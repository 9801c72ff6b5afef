"""Which timelines there are, and how accounts are shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from app.model import Account, AccountId, AccountState, NetworkInfo
from app.model.timeline import ALL, TimelineId
from app.ui.shell.items import AccountItem, Place
from app.ui.shell.words import status_of

MOST_KEYS = 9
"""1 … 9 switch timelines."""

EVERYTHING = Place(ALL, "Newest first", 1, sentence="Everything, by time")
"""What there is before feeds are known."""

NEWEST = "newest"
_FEED = "feed:"


def network_timeline(network: str) -> TimelineId:
    """The timeline of everything on one network."""
    return TimelineId(f"network:{network}")


def account_timeline(account: AccountId) -> TimelineId:
    """The home timeline of one account."""
    return TimelineId(f"account:{account}")


def feed_timeline(feed: str, *, plain: bool = True) -> TimelineId:
    """
    Where a feed is read. The one called newest is the timeline of everything itself.

    Args:
        plain: It still is; not if the user has made another feed of it.
    """
    return ALL if feed == NEWEST and plain else TimelineId(f"{_FEED}{feed}")


def feed_of(timeline: TimelineId) -> str:
    """Id of the feed that is read there; "" for other timelines."""
    return NEWEST if timeline == ALL else str(timeline).removeprefix(_FEED) * is_feed(timeline)


def is_feed(timeline: TimelineId) -> bool:
    """Whether a recipe makes it (*all* is the plain timeline)."""
    return str(timeline).startswith(_FEED)


def info_of(network: str, networks: Mapping[str, NetworkInfo]) -> NetworkInfo:
    """Name and mark of a network, also when it is not known any more."""
    return networks.get(network) or NetworkInfo(id=network, name=network.title(), mark="")


def places(
    accounts: Sequence[Account],
    networks: Mapping[str, NetworkInfo],
    unread: Mapping[TimelineId, int] = {},
    feeds: Sequence[Place] = (),
) -> tuple[Place, ...]:
    """Feeds that have a key, or are pinned; one per network where there is more than one."""
    keyed = [feed for feed in feeds if feed.number] or [EVERYTHING]
    pinned = [feed for feed in feeds if feed.pinned and not feed.number]
    found = [replace(feed, unread=unread.get(feed.id, 0)) for feed in (*keyed, *pinned)]
    used = list(dict.fromkeys(account.network for account in accounts))
    if len(used) > 1:
        known = [id for id in networks if id in used]
        for number, network in enumerate(known or used, start=len(keyed) + 1):
            info, id = info_of(network, networks), network_timeline(network)
            sentence = f"All your accounts on {info.name}"
            key = number if number <= MOST_KEYS else 0
            found.append(Place(id, info.name, key, info.mark, sentence, unread.get(id, 0)))
    return tuple(found)


def account_items(
    accounts: Sequence[Account],
    networks: Mapping[str, NetworkInfo],
    state: Callable[[AccountId], AccountState],
    first_number: int,
    now: datetime,
    unread: Mapping[TimelineId, int] = {},
) -> tuple[AccountItem, ...]:
    """The accounts, with the keys that are left."""
    items = []
    for number, account in enumerate(accounts, start=first_number):
        how = state(account.id)
        items.append(
            AccountItem(
                id=account.id,
                timeline=account_timeline(account.id),
                name=_plain(account.name) or account.handle,
                host=account.host,
                mark=info_of(account.network, networks).mark,
                number=number if number <= MOST_KEYS else 0,
                state=how,
                status=status_of(how, now),
                picture=account.avatar,
                unread=unread.get(account_timeline(account.id), 0),
            )
        )
    return tuple(items)


def _plain(name: str) -> str:
    """Without the codes of custom emoji, which only cards draw as pictures."""
    return " ".join(_EMOJI_CODE.sub(" ", name).split())


_EMOJI_CODE = re.compile(r":[a-zA-Z0-9_]+:")


def numbered(places: Iterable[Place], accounts: Iterable[AccountItem]) -> dict[int, TimelineId]:
    """Which timeline each of the keys 1 … 9 goes to."""
    keys = {place.number: place.id for place in places if place.number}
    return keys | {item.number: item.timeline for item in accounts if item.number}


def name_of(
    timeline: TimelineId, places: Iterable[Place], accounts: Iterable[AccountItem]
) -> str | None:
    """What the header calls a timeline; None: there is no such one (any more)."""
    for place in places:
        if place.id == timeline:
            return place.name
    for item in accounts:
        if item.timeline == timeline:
            return item.name
    return None
