"""What to think of before a draft leaves, and what mends it. Pure: the clock is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.model import AccountId
from app.model.draft import Draft
from app.services.composing import ComposeWishes
from app.services.reminders import Reminder as Asked
from app.services.reminders import before_sending
from app.ui.composer.values import Reminder


def reminders(
    draft: Draft, wishes: ComposeWishes, networks: Mapping[AccountId, str], now: datetime
) -> tuple[Reminder, ...]:
    """See ``services.reminders.before_sending``; with the words of a button where one helps."""
    return tuple(
        Reminder(key=one.key, text=one.text, mend=_mend(one), stops=one.stops)
        for one in before_sending(draft, wishes, networks, now)
    )


def _mend(asked: Asked) -> str:
    match asked.key:
        case "alt":
            return "Describe"
        case "unseen":
            return "Remove that lane" if asked.count == 1 else "Remove those lanes"
        case "old":
            return ""
