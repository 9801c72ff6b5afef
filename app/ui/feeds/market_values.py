"""What the marketplace shows. Values only; nothing here knows a service."""

from __future__ import annotations

from msgspec import Struct


class MarketItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something one can read.

    Attributes:
        key: What it is told by.
        line: Who made it, what it is counted with: one line.
        source: Whose server puts it in order, in words.
        icon: Instead of a picture, where there is none.
        mark: Of its network.
        warning: What labelers say of it; its picture is covered then.
        place: Among the pinned ones of its account, from 1; 0 = it is not pinned.
        of: How many those are.
        whose: The account that reads it, for people.
    """

    key: str
    name: str
    line: str = ""
    about: str = ""
    source: str = ""
    icon: str = "rss"
    mark: str = ""
    picture: str = ""
    warning: str = ""
    pinned: bool = False
    saved: bool = False
    can_pin: bool = False
    place: int = 0
    of: int = 0
    whose: str = ""


class MarketSection(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One part of the list.

    Attributes:
        note: Beside its title.
        empty: What stands there when nothing does.
        trouble: What did not answer, in words; what was found is shown all the same.
        waits: It is no failure: a server asks for a pause, which the window says, too.
        more: There are more where those came from.
    """

    key: str
    title: str
    note: str = ""
    items: tuple[MarketItem, ...] = ()
    empty: str = ""
    trouble: str = ""
    waits: bool = False
    loading: bool = False
    more: bool = False


def spoken(item: MarketItem) -> str:
    """The row for screen readers."""
    state = "pinned" if item.pinned else "saved" if item.saved else ""
    parts = (item.name, item.line, state, item.warning)
    return ", ".join(part for part in parts if part)
