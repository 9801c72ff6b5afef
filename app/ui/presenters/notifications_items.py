"""Rows of notifications as the page draws them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from app.feed.rows import KEPT_CLOSE
from app.model import Account, AccountId, NetworkInfo, Post, Profile
from app.model.errors import ServiceError
from app.services.notifications_values import GapNotice, NoticeList, NoticeRow
from app.services.notifications_words import parts, whose
from app.ui.notifications.values import Act, Face, GapItem, NoticeItem
from app.ui.presenters.places import info_of
from app.ui.timeline.words import full_time, isolated, relative_time

if TYPE_CHECKING:
    from app.services.accounts import Accounts

LONG = 600
"""Characters of a post that a row shows at most: the conversation has the rest."""

_SIGNS = {
    "mention": ("at", "accent"),
    "reply": ("arrow-bend-up-left", "accent"),
    "quote": ("quotes", "accent"),
    "post": ("bell", "accent"),
    "like": ("heart", "like"),
    "repost": ("repeat", "repost"),
    "follow": ("user-plus", "accent"),
    "follow_request": ("user-plus", "accent"),
    "poll": ("chart-bar-horizontal", "textSecondary"),
    "edit": ("pencil-simple", "textSecondary"),
    "moderation": ("shield-warning", "warn"),
}
_OTHER = ("info", "textSecondary")
_ANSWERED = frozenset({"mention", "reply", "quote", "post"})
_WHOLE = frozenset({"mention", "reply", "quote"})


def item_of(
    row: NoticeRow,
    networks: Mapping[str, NetworkInfo],
    now: datetime,
    *,
    mine: Sequence[Account] = (),
    note: tuple[str, bool] = ("", False),
    answered: str = "",
) -> NoticeItem:
    """
    One row.

    Args:
        mine: All accounts of mine.
        note: What came of what was done in it, and whether that is a trouble.
        answered: ``followed``, ``accepted`` or ``declined`` just now.
    """
    kind = row.newest.kind
    icon, color = _SIGNS.get(kind, _OTHER)
    to = whose(row, mine)
    marks = tuple(info_of(network, networks).mark for network in row.networks)
    return NoticeItem(
        key=row.group.key,
        icon=icon,
        color=color,
        runs=_runs(parts(row)),
        short=_runs(parts(row, most=1)),
        when=relative_time(row.at, now),
        whose=isolated(to) if to else "",
        full_when=full_time(row.at),
        unread=row.unread,
        faces=tuple(Face(actor.shown_name, actor.avatar) for actor in _people(row)),
        marks=tuple(mark for mark in marks if mark),
        excerpt=_excerpt(row.post, whole=kind in _WHOLE),
        whole=kind in _WHOLE,
        cover=_cover(row),
        pair=_pair(row),
        bar=_bar(row),
        acts=_acts(row, answered),
        note=note[0],
        trouble=note[1],
        opens=row.post is not None or (len(row.actors) == 1 and bool(row.actors[0].url)),
    )


def _runs(pieces: list[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    return tuple((isolated(words) if strong else words, strong) for words, strong in pieces)


def _people(row: NoticeRow) -> tuple[Profile, ...]:
    if row.newest.kind == "poll" and row.post is not None:
        return (row.post.author,)
    return row.actors


def _excerpt(post: Post | None, *, whole: bool) -> str:
    if post is None:
        return ""
    text = post.text.text.strip()
    words = text if whole else " ".join(text.split())
    if len(words) > LONG:
        words = words[:LONG].rstrip() + "…"
    if words:
        return words
    described = next((media.alt for media in post.media if media.alt), "")
    return described or ("A post without words" if not post.media else "A picture")


def _cover(row: NoticeRow) -> str:
    if row.verdict.action != "cover" or row.verdict.opened:
        return ""
    causes = ", ".join(cause.text or cause.kind for cause in row.verdict.causes)
    return f"Covered: {causes}" if causes else "Covered"


def _pair(row: NoticeRow) -> str:
    """How many on each network, where it was on two."""
    if len(row.networks) < 2:
        return ""
    return " · ".join(str(many) for many in row.networks.values())


def _bar(row: NoticeRow) -> tuple[str, float, bool] | None:
    poll = row.post.poll if row.newest.kind == "poll" and row.post is not None else None
    if poll is None or not poll.options:
        return None
    counted = [option.votes or 0 for option in poll.options]
    total = poll.votes or sum(counted)
    if not total:
        return None
    best = max(range(len(counted)), key=lambda at: counted[at])
    mine = any(best in (state.own_votes or ()) for state in row.viewers.values())
    return poll.options[best].title, min(1.0, counted[best] / total), mine


def _acts(row: NoticeRow, answered: str) -> tuple[Act, ...]:
    kind = row.newest.kind
    if kind in _ANSWERED and row.post is not None:
        state = row.viewers.get(row.account)
        liked, passed = bool(state and state.liked), bool(state and state.reposted)
        may = state is None or state.can_reply
        acts: tuple[Act, ...] = (
            Act("unlike" if liked else "like", "Liked" if liked else "Like", "heart", on=liked,
                hint="Like (F)"),
        )  # fmt: skip
        if passed or row.post.visibility not in KEPT_CLOSE:
            words = "Reposted" if passed else "Repost"
            key = "unrepost" if passed else "repost"
            acts = (*acts, Act(key, words, "repeat", on=passed, hint="Repost (B)"))
        if row.post.media:
            acts = (*acts, Act("media", "Look", "image", hint="Look at its media (V)"))
        reply = Act("reply", "Reply", "arrow-bend-up-left", "tonal", hint="Reply (R)")
        return (reply, *acts) if may else acts
    if kind == "follow_request" and len(row.actors) == 1 and not answered:
        return (Act("accept", "Accept", kind="tonal"), Act("decline", "Decline", kind="outline"))
    if (kind == "follow" and row.group.people == 1 and row.actors) or answered == "accepted":
        if answered == "followed":
            return (Act("unfollow", "Undo", kind="outline"),)
        return (Act("follow", "Follow back", "user-plus", "outline", hint="Follow back (A)"),)
    return ()


def gap_item(gap: GapNotice, accounts: Accounts, filling: Collection[int]) -> GapItem:
    """A place where a server has more."""
    host = accounts.find(gap.account).host if gap.account in accounts else gap.account
    what = "More" if gap.older_at is not None else "Older"
    words = f"{what} notifications are still at {isolated(host)}"
    return GapItem(id=gap.id, words=words, busy=gap.id in filling)


def chip_counts(counts: Mapping[str, int], kinds: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Unread rows behind each chip."""
    return {chip: sum(counts.get(kind, 0) for kind in of) for chip, of in kinds.items()}


def foot_of(kept: NoticeList, troubles: Mapping[AccountId, ServiceError], trouble: str) -> str:
    """What is left out, and why the newest may be missing."""
    said = [trouble] if trouble else []
    said += [f"{account}: {error.message}" for account, error in troubles.items()]
    if kept.hidden:
        of = "1 is" if kept.hidden == 1 else f"{kept.hidden} are"
        said.append(f"{of} left out: of people you mute or block.")
    if kept.left_out:
        said.append(f"{kept.left_out} older ones are kept, but not looked through.")
    return " ".join(said)
