"""One human with several profiles."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.profile import Profile


class Known(Struct, frozen=True):
    """A profile, and the network it is on."""

    network: str
    profile: Profile


class PersonLink(Struct, frozen=True, kw_only=True):
    """
    Two profiles that are the same human, or one and its copy.

    Attributes:
        why: ``user``: the user said so; ``bridge``: a bridge's link, checked
            from both ends.
        evidence: A sentence for people.
        at: When it was said or checked last; aware UTC.
    """

    one: Known
    other: Known
    why: Literal["user", "bridge"]
    evidence: str
    at: datetime


class Person(Struct, frozen=True):
    """
    All profiles that links join, and the links.

    *profiles* are in the order in which they came into the book.
    """

    profiles: tuple[Known, ...]
    links: tuple[PersonLink, ...]
