"""What the outbox shows, as values."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.model.draft import DraftId
from app.model.sending import Outgoing
from app.ui.composer.values import SettingRow, StateLine, Who

Group = Literal["now", "waiting", "needs", "later", "done"]

GROUPS: dict[Group, str] = {
    "now": "",
    "waiting": "Waits for the line, goes out in this order",
    "needs": "Needs you",
    "later": "Later",
    "done": "Posted since Godwit was opened",
}


class Act(Struct, frozen=True, omit_defaults=True):
    """
    Something that can be done. *key*: ``now``, ``time``, ``draft``, ``retry``,
    ``seen``, ``edit``, ``cancel``, ``open``.
    """

    key: str
    text: str
    kind: Literal["outline", "tonal", "plain"] = "plain"
    enabled: bool = True


class OutItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One draft in the list.

    Attributes:
        title: Its first words.
        marks: Of the networks it goes to, in order.
    """

    draft: DraftId
    group: Group
    icon: str
    color: str
    title: str
    sentence: str
    sentence_color: str = "textSecondary"
    marks: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    busy: bool = False


class Upload(Struct, frozen=True, kw_only=True):
    """A file on its way: which of how many, how far (0 … 1), sizes in words."""

    number: int
    total: int
    share: float
    words: str


class OutBox(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What went wrong with a lane, and the repair."""

    kind: Literal["warn", "danger"]
    icon: str
    title: str
    text: str
    acts: tuple[Act, ...] = ()


class OutLane(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One lane on its way.

    Attributes:
        journal: (time of day, what happened), oldest first.
    """

    who: Who
    posts: tuple[Outgoing, ...]
    state: StateLine
    upload: Upload | None = None
    box: OutBox | None = None
    acts: tuple[Act, ...] = ()
    journal: tuple[tuple[str, str], ...] = ()
    settings: tuple[SettingRow, ...] = ()
