"""A row of notifications from what is kept of it: who, about what, and whether it may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from app.feed.notices import SHOWN, Group
from app.feed.rows import Card, Copy
from app.model import AccountId, Profile
from app.model.timeline import RowKey
from app.moderation.decide import Preferences, decide, decide_repost
from app.moderation.verdict import SHOW
from app.services.notifications_values import NoticeRow

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store.notices import KeptNotice, NoticeReader


def row_from(
    group: Group,
    reader: NoticeReader,
    networks: Mapping[AccountId, str],
    humans: Mapping[str, str],
    preferences: Preferences,
    now: datetime,
) -> NoticeRow | None:
    """None: nothing of it can be read, or it is not to be seen."""
    found = reader.notices(group.ids[:SHOWN])
    kept = [found[id] for id in group.ids[:SHOWN] if id in found]
    kept = [one for one in kept if not _is_averted(one, preferences)]
    if not kept:
        return None
    first = kept[0]
    about = next((one for one in kept if one.post is not None), first)
    verdict = SHOW
    if about.post is not None and about.post.author.uri not in preferences.own:
        verdict = decide(about.post, about.viewers, preferences, now=now, context="notifications")
        if verdict.action == "hide":
            return None
    counted: dict[str, int] = {}
    for account, many in group.by.items():
        network = networks.get(account, "")
        counted[network] = counted.get(network, 0) + many
    return NoticeRow(
        group=group,
        newest=first.notice,
        account=first.account,
        at=first.notice.at,
        networks=dict(sorted(counted.items(), key=lambda one: -one[1])),
        actors=_actors(kept, humans),
        post=about.post,
        viewers=about.viewers,
        verdict=verdict,
    )


def card_of(row: NoticeRow) -> Card | None:
    """Its post as timelines show posts: to react to it, answer it, open it."""
    if row.post is None:
        return None
    accounts = tuple(row.viewers) or (row.account,)
    return Card(
        key=RowKey(row.group.at, row.group.ids[0]),
        entry_key=row.post.uri,
        sort_at=row.post.sort_at,
        post=row.post,
        copies=(Copy(row.post, accounts),),
        viewers=dict(row.viewers),
        verdict=row.verdict,
    )


def _is_averted(kept: KeptNotice, preferences: Preferences) -> bool:
    """Done by somebody of whom I want to hear nothing."""
    actors = kept.notice.actors
    if kept.notice.kind == "moderation" or len(actors) != 1:
        return False
    return decide_repost(actors[0], (kept.account,), preferences).action == "hide"


def _actors(kept: list[KeptNotice], humans: Mapping[str, str]) -> tuple[Profile, ...]:
    """Each human once, the newest first."""
    found: dict[str, Profile] = {}
    for one in kept:
        for actor in one.notice.actors:
            found.setdefault(humans.get(actor.uri, actor.uri), actor)
    return tuple(found.values())[:SHOWN]
