"""What servers tell about a post beside itself: who liked it, how it was before, translations; trends."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.post import Media
from app.model.profile import Profile
from app.model.text import RichText
from app.model.timeline import Cursor

Did = Literal["like", "repost"]
"""What people did to a post."""


class PeoplePage(Struct, frozen=True, kw_only=True):
    """Some people, as the server orders them. ``older is None`` means the end."""

    people: tuple[Profile, ...]
    older: Cursor | None = None


class Apart(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Somebody whom an account follows otherwise than everybody else.

    Attributes:
        told: It is told of every post of theirs.
        hidden: What they repost is not in its home timeline.
    """

    profile: Profile
    told: bool = False
    hidden: bool = False


class ApartPage(Struct, frozen=True, kw_only=True):
    """
    Some of them, newest follow first. ``older is None`` means the end.

    Attributes:
        looked_at: How many whom the account follows had to be looked at for that.
    """

    people: tuple[Apart, ...]
    looked_at: int
    older: Cursor | None = None


class Version(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post as it once was.

    Attributes:
        at: Since when it was so. Aware UTC.
        warning: Its content warning, "" = none.
        options: Choices of its poll.
    """

    at: datetime
    text: RichText = RichText()
    warning: str = ""
    sensitive: bool = False
    media: tuple[Media, ...] = ()
    options: tuple[str, ...] = ()


class Translation(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post in another language, as a server's machine translates it.

    Attributes:
        lang, to: BCP 47: what it was taken for, and what it is now.
        by: Whose machine it was, in the server's words; "" = not told.
        options, alts: Choices of its poll and descriptions of its media, in their order.
    """

    text: RichText
    lang: str
    to: str
    by: str = ""
    warning: str = ""
    options: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()


class Trend(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What is talked about at a server just now.

    Attributes:
        kind: ``tag`` (without "#"), ``topic`` (words to look for), ``link`` (a web page).
        about: The server's or the page's own sentence.
        talk: How many people lately; 0 = not told.
    """

    kind: Literal["tag", "topic", "link"]
    name: str
    about: str = ""
    url: str = ""
    image: str = ""
    talk: int = 0
