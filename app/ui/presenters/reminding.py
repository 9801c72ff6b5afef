"""What to think of before a draft leaves. Pure: the clock is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.model import AccountId
from app.model.draft import Draft
from app.ui.composer.values import Reminder
from app.ui.composer.words import number_word
from app.ui.presenters.compose_wishes import ComposeWishes

_YEAR = 365


def reminders(
    draft: Draft, wishes: ComposeWishes, networks: Mapping[AccountId, str], now: datetime
) -> tuple[Reminder, ...]:
    """
    All that apply, the most serious first.

    Args:
        networks: Network of each account.
    """
    found = [
        _alt(draft, wishes),
        _old(draft, wishes, now),
        _unseen(draft, wishes, networks),
    ]
    made = [one for one in found if one is not None]
    return tuple(sorted(made, key=lambda one: not one.stops))


def _alt(draft: Draft, wishes: ComposeWishes) -> Reminder | None:
    if not (wishes.alt_required or wishes.remind_alt):
        return None
    missing = [place for place, one in enumerate(draft.media, 1) if not one.alt.strip()]
    if not missing:
        return None
    if len(missing) == 1:
        which = f"Picture {missing[0]}" if len(draft.media) > 1 else "The picture"
        if len(draft.media) == 1 and draft.media[0].kind in ("video", "audio"):
            which = "The video" if draft.media[0].kind == "video" else "The sound"
        words = f"{which} has no description: some people will not know what is there."
    else:
        count = number_word(len(missing))
        words = f"{count.capitalize()} pictures have no description: "
        words += "some people will not know what is there."
    return Reminder(key="alt", text=words, mend="Describe", stops=wishes.alt_required)


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
    return Reminder(key="old", text=f"The post you answer is {when} old.")


def _unseen(
    draft: Draft, wishes: ComposeWishes, networks: Mapping[AccountId, str]
) -> Reminder | None:
    target = draft.reply_to
    if not wishes.remind_unseen or target is None:
        return None
    away = [lane for lane in draft.lanes if target.on(networks.get(lane.account, "")) is None]
    if not away:
        return None
    lanes = "One lane" if len(away) == 1 else f"{number_word(len(away)).capitalize()} lanes"
    goes = "goes" if len(away) == 1 else "go"
    words = f"{lanes} {goes} to a network where the post you answer is not visible."
    mend = "Remove that lane" if len(away) == 1 else "Remove those lanes"
    return Reminder(key="unseen", text=words, mend=mend)
