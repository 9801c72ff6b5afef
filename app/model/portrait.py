"""What somebody's profile says of them, and what a server has checked of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.post import Advisory
from app.model.profile import Profile
from app.model.text import Span


class Field(Struct, frozen=True, omit_defaults=True):
    """
    One line of a profile: "Website", "example.org".

    Attributes:
        link: Where it leads; "" = it is only words.
        checked: The server saw that the page links back.
    """

    name: str
    value: str
    link: str = ""
    checked: bool = False


Closed = Literal["", "limited", "suspended", "memorial"]

Verified = Literal["", "verified", "verifier"]


class Portrait(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A profile with all that it says.

    Attributes:
        text: What they wrote about themselves, plain; *spans*: what its parts are.
        links: Web addresses that the text and the fields lead to.
        own_handle: The network itself has proved that the handle is a domain of theirs.
        moved_to: Where they have gone; "" = nowhere.
        verified: The network's own mark: it, or somebody it trusts with that, has verified who
            this is; ``verifier``: this is such a somebody.
        impostor: A label says that they pretend to be somebody else.
        closed: What the server says of the account: ``limited`` shows it to its followers
            only, ``suspended`` to nobody, ``memorial``: they have died.
        labels: What is said about the account, and by whom.
        hides_people: Who follows whom is not shown to others.
        followers, following, posts: As the server counts; -1 = not told.
    """

    profile: Profile
    text: str = ""
    fields: tuple[Field, ...] = ()
    links: tuple[str, ...] = ()
    own_handle: bool = False
    moved_to: str = ""
    impostor: bool = False
    verified: Verified = ""
    spans: tuple[Span, ...] = ()
    closed: Closed = ""
    labels: tuple[Advisory, ...] = ()
    hides_people: bool = False
    header: str = ""
    followers: int = -1
    following: int = -1
    posts: int = -1
    since: datetime | None = None
