"""How live an account is, and what the user has chosen: plain values."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.model import AccountId

LIVE = "live"
"""Setting: things come as they happen; False: Godwit only asks now and then."""

CONSENT = "live:consent:"
"""Setting, with the network after it: the user lets a stream know what it asks to know."""


class LiveState(Struct, frozen=True):
    """
    How an account hears of what is new.

    ``live``: at once. ``opening``: not yet. ``broken``: it tries again by itself.
    ``polling``: by asking every so many *seconds*: there is no stream, or it was not
    chosen. ``off``: nobody asks.
    """

    kind: Literal["off", "polling", "opening", "live", "broken"] = "polling"
    seconds: float = 0.0
    message: str = ""

    @property
    def is_whole(self) -> bool:
        """Everything comes at once: nothing need be asked for but counters."""
        return self.kind == "live" and not self.seconds

    @property
    def words(self) -> str:
        """For people, in a line; "" where there is nothing to say."""
        match self.kind:
            case "live":
                return "Live: what is new comes at once"
            case "opening":
                return "Going live…"
            case "broken":
                return f"Not live just now. {self.message}".strip()
            case "polling" if self.seconds:
                return f"Looks for what is new every {self._every}"
        return ""

    @property
    def _every(self) -> str:
        seconds = round(self.seconds)
        if seconds < 90:
            return f"{seconds} s"
        return f"{round(seconds / 60)} min"


class LiveChoice(Struct, frozen=True):
    """
    A stream that the user may choose, because it learns something.

    *name*: what people call it; *about*: what it learns, in a sentence or two.
    """

    network: str
    host: str
    name: str
    about: str
    on: bool


class LiveChanged(Struct, frozen=True):
    """*account* hears of what is new in another way now."""

    account: AccountId
