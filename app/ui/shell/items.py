"""What the shell shows, as values: made by presenters, drawn by widgets."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.model import AccountId, AccountState
from app.model.timeline import TimelineId


class Place(Struct, frozen=True, omit_defaults=True):
    """
    A timeline one can go to.

    Attributes:
        number: Its key, 1 … 9; 0 for none.
        mark: Mark of its network; "" for all of them.
        unread: How many posts are newer than the reading position.
        icon: Of the theme, for a feed where there is no room for its name.
        pinned: A feed that stands in the sidebar also without a key.
    """

    id: TimelineId
    name: str
    number: int = 0
    mark: str = ""
    sentence: str = ""
    unread: int = 0
    icon: str = "stack"
    pinned: bool = False


class Status(Struct, frozen=True):
    """How a state is shown: icon, words, colour token."""

    icon: str
    text: str
    color: str


class AccountItem(Struct, frozen=True, omit_defaults=True):
    """
    An account as the sidebar shows it.

    Attributes:
        status: Instead of the host; None while all is well.
        picture: URL, or "".
        live: How it hears of what is new, in words.
    """

    id: AccountId
    timeline: TimelineId
    name: str
    host: str
    mark: str
    number: int = 0
    state: AccountState = AccountState()
    status: Status | None = None
    picture: str = ""
    unread: int = 0
    live: str = ""


class NetworkItem(Struct, frozen=True, omit_defaults=True):
    """A network one can add an account of (*protocol*: registry key)."""

    protocol: str
    name: str
    mark: str
    also: str = ""
    hint: str = ""


BannerKind = Literal["warn", "danger", "ok"]


class Banner(Struct, frozen=True, omit_defaults=True):
    """
    Window-wide trouble, in one line.

    Attributes:
        key: What it is about; a newer one of the same key replaces it.
        subject: First words, bold.
        action: Word on its button, "" for none; ``pressed(key)`` follows.
        closes: It can be put away: ``closed(key)`` follows.
    """

    key: str
    kind: BannerKind
    icon: str
    subject: str
    text: str = ""
    action: str = ""
    closes: bool = False


class Hidden(Struct, frozen=True, omit_defaults=True):
    """One cause that hid posts (*text* names it), and how many. *icon*: of the theme."""

    text: str
    count: int
    icon: str = "eye-slash"


class Key(Struct, frozen=True):
    """A shortcut: *keys* as people name them, and what they do."""

    keys: tuple[str, ...]
    does: str
