"""What the user chose about composing; kept as one setting."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from app.model import AccountId

COMPOSING = "ui.composing"
"""Setting: what was chosen."""


class ComposeWishes(Struct, frozen=True, omit_defaults=True):
    """
    Attributes:
        undo: Seconds in which what was sent can be taken back; 0 = it leaves at once.
        lanes: Accounts a new draft has lanes for; empty = all.
        alt_required: Nothing of mine leaves without descriptions.
        remind_alt: Missing descriptions are spoken of, of my own pictures.
        remind_alt_repost: The same before I repost pictures of others.
        remind_old: Answering an old post is spoken of; *old_days*: from when on.
        remind_unseen: A lane whose network does not have the answered post is.
    """

    undo: float = 10.0
    lanes: tuple[AccountId, ...] = ()
    alt_required: bool = False
    remind_alt: bool = True
    remind_alt_repost: bool = True
    remind_old: bool = True
    old_days: int = 30
    remind_unseen: bool = True


def wishes_from(value: Any) -> ComposeWishes:
    """As kept under ``COMPOSING``; the defaults if another version wrote it."""
    try:
        return msgspec.convert(value or {}, ComposeWishes)
    except msgspec.ValidationError:
        return ComposeWishes()


def kept(wishes: ComposeWishes) -> Any:
    """The same as a setting."""
    return msgspec.to_builtins(wishes)
