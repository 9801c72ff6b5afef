"""What to think of before a draft or a repost leaves. Pure: settings and time are arguments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from app.compose.notes import NUMBERS
from app.model import AccountId, Post
from app.model.draft import Draft
from app.services.composing import ComposeWishes

_YEAR = 365
_LOST = "some people will not know what is there."
_ALONE = {"video": "The video", "audio": "The sound"}


class Reminder(Struct, frozen=True):
    """
    One thing to think of.

    Attributes:
        count: Of how many pictures, or lanes.
        stops: It cannot leave like this (a setting makes it compulsory).
    """

    key: Literal["alt", "old", "unseen"]
    text: str
    count: int = 1
    stops: bool = False


def before_repost(post: Post, wishes: ComposeWishes) -> tuple[Reminder, ...]:
    """Before *post* is passed on: pictures that some people will not see."""
    bare = sum(not media.alt.strip() for media in post.media)
    if not wishes.remind_alt_repost or not bare:
        return ()
    what = "A picture in this post has" if bare == 1 else f"{bare} pictures in this post have"
    return (Reminder("alt", f"{what} no description: {_LOST}", bare),)


def before_sending(
    draft: Draft, wishes: ComposeWishes, networks: Mapping[AccountId, str], now: datetime
) -> tuple[Reminder, ...]:
    """
    Before *draft* leaves: all that apply, what stops it first.

    Args:
        networks: Network of each account.
    """
    found = (_alt(draft, wishes), _old(draft, wishes, now), _unseen(draft, wishes, networks))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: not one.stops))


def _alt(draft: Draft, wishes: ComposeWishes) -> Reminder | None:
    bare = [place for place, one in enumerate(draft.media, 1) if not one.alt.strip()]
    if not bare or not (wishes.alt_required or wishes.remind_alt):
        return None
    if len(bare) > 1:
        what = f"{_number(len(bare))} pictures have"
    elif len(draft.media) > 1:
        what = f"Picture {bare[0]} has"
    else:
        what = f"{_ALONE.get(draft.media[0].kind, 'The picture')} has"
    return Reminder("alt", f"{what} no description: {_LOST}", len(bare), wishes.alt_required)


def _old(draft: Draft, wishes: ComposeWishes, now: datetime) -> Reminder | None:
    target = draft.reply_to
    if not wishes.remind_old or target is None or target.written_at is None:
        return None
    age = now - target.written_at
    if age < timedelta(days=wishes.old_days):
        return None
    days = age.days
    when = f"{days} days" if days < 60 else f"{days // 30} months"
    if days >= 2 * _YEAR:
        when = f"{days // _YEAR} years"
    return Reminder("old", f"The post you answer is {when} old.")


def _unseen(
    draft: Draft, wishes: ComposeWishes, networks: Mapping[AccountId, str]
) -> Reminder | None:
    target = draft.reply_to
    if not wishes.remind_unseen or target is None:
        return None
    away = sum(target.on(networks.get(lane.account, "")) is None for lane in draft.lanes)
    if not away:
        return None
    lanes = "One lane goes" if away == 1 else f"{_number(away)} lanes go"
    text = f"{lanes} to a network where the post you answer is not visible."
    return Reminder("unseen", text, away)


def _number(count: int) -> str:
    """As a sentence begins with it."""
    return NUMBERS[count].capitalize() if count < len(NUMBERS) else str(count)
