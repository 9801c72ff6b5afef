"""
What to think of before a reaction or a post leaves. Pure: settings and time are arguments.

The composer asks about a draft itself (``ui.presenters.reminding``); here is what
is asked before boosting, and for commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct

from app.model import AccountId, Post
from app.model.draft import Draft

SETTING = "ui.composing"
"""Where the wishes are kept, among what else was chosen about composing."""


class Reminding(Struct, frozen=True, omit_defaults=True):
    """
    What the user wants to be reminded of.

    Attributes:
        alt_required: Nothing of mine leaves without descriptions.
        remind_alt: Missing descriptions are spoken of, of my own pictures.
        remind_alt_repost: The same of pictures that I pass on.
        remind_old: Answering an old post is; *old_days*: from when on.
        remind_unseen: A lane whose network does not have the answered post is.
    """

    alt_required: bool = False
    remind_alt: bool = True
    remind_alt_repost: bool = True
    remind_old: bool = True
    old_days: int = 30
    remind_unseen: bool = True


class Reminder(Struct, frozen=True):
    """One thing to think of. *stops*: it cannot leave like this."""

    kind: Literal["alt", "old", "unseen"]
    text: str
    stops: bool = False


def reminding_from(value: Any) -> Reminding:
    """As kept under ``SETTING``; the defaults if another version wrote it."""
    try:
        return msgspec.convert(value or {}, Reminding)
    except msgspec.ValidationError:
        return Reminding()


def before_repost(post: Post, wishes: Reminding) -> tuple[Reminder, ...]:
    """Before *post* is passed on: pictures that some people will not see."""
    bare = sum(not media.alt.strip() for media in post.media)
    if not wishes.remind_alt_repost or not bare:
        return ()
    what = "A picture" if bare == 1 else f"{bare} pictures"
    has = "has" if bare == 1 else "have"
    text = f"{what} in this post {has} no description: some people will not know what is there."
    return (Reminder("alt", text),)


def before_sending(
    draft: Draft, wishes: Reminding, networks: Mapping[AccountId, str], now: datetime
) -> tuple[Reminder, ...]:
    """
    Before *draft* leaves, what stops it first.

    Args:
        networks: Network of each account.
    """
    found = (_alt(draft, wishes), _old(draft, wishes, now), _unseen(draft, wishes, networks))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: not one.stops))


def _alt(draft: Draft, wishes: Reminding) -> Reminder | None:
    bare = sum(not one.alt.strip() for one in draft.media)
    if not bare or not (wishes.remind_alt or wishes.alt_required):
        return None
    what = "One attachment has" if bare == 1 else f"{bare} attachments have"
    text = f"{what} no description: some people will not know what is there."
    return Reminder("alt", text, stops=wishes.alt_required)


def _old(draft: Draft, wishes: Reminding, now: datetime) -> Reminder | None:
    target = draft.reply_to
    if not wishes.remind_old or target is None or target.written_at is None:
        return None
    age = now - target.written_at
    if age < timedelta(days=wishes.old_days):
        return None
    return Reminder("old", f"The post you answer is {age.days} days old.")


def _unseen(draft: Draft, wishes: Reminding, networks: Mapping[AccountId, str]) -> Reminder | None:
    target = draft.reply_to
    if not wishes.remind_unseen or target is None:
        return None
    away = sorted(
        lane.account for lane in draft.lanes if target.on(networks.get(lane.account, "")) is None
    )
    if not away:
        return None
    text = f"The post you answer is not visible on the network of {', '.join(away)}."
    return Reminder("unseen", text)
