"""What somebody keeps for later, on this computer, whatever network it is from."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from app.model.post import Post


class Filed(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post that was put into a folder, or noted something about.

    Attributes:
        post: As it was then: it stays, whatever leaves the cache or its server.
        at: When, aware UTC.
        folder: Its name; "" = in none.
        note: What I wrote to it.
    """

    post: Post
    at: datetime
    folder: str = ""
    note: str = ""
