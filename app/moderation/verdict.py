"""What moderation decides about a post, and who decided it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Action = Literal["show", "cover_media", "cover", "hide"]


class Cause(Struct, frozen=True, omit_defaults=True):
    """
    One reason for a verdict.

    Attributes:
        kind: ``warning``, ``sensitive``, ``label``, ``filter``.
        text: For people: the warning, the label's name, the filter's title.
        source: Who decided: "" for the author, else a name for people.
    """

    kind: str
    text: str
    source: str = ""


class Verdict(Struct, frozen=True, omit_defaults=True):
    """Strongest action of all causes. *fixed*: the cover may not be lifted."""

    action: Action = "show"
    causes: tuple[Cause, ...] = ()
    fixed: bool = False


SHOW = Verdict()
