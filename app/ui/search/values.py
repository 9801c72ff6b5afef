"""What the search shows beside posts. Values only."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Show = Literal["all", "posts", "people", "feeds", "tags"]

OPERATORS: tuple[tuple[str, str], ...] = (
    ("from:", "Who wrote it; from:me"),
    ("to:", "Whom it answers"),
    ("has:", "media, image, video, audio, link, poll, quote, alt or warning"),
    ("net:", "On which network"),
    ("is:reply", "Answers; is:post leaves them out"),
    ("lang:", "Its language: lang:de"),
    ("after:", "Since when: after:2026-09-01, after:7d"),
    ("before:", "Until when"),
    ("in:bookmarks", "Among bookmarks; in:likes, in:reposts"),
    ("-", "A word that is not in it"),
    ('""', "Exactly these words"),
)
"""What a button below the field adds, and what it is for."""

ABOUT: dict[str, str] = {
    **{text.partition(":")[0] + ":": about for text, about in OPERATORS if ":" in text},
    "on:": "On which network",
    "is:": "reply, post, edited or bot",
    "tag:": "A tag; #word is the same",
    "in:": "bookmarks, likes or reposts",
    "folder:": "A folder of bookmarks",
    "since:": "Since when",
    "until:": "Until when",
}
"""What each operator is for, where it is offered."""


class ServerLine(Struct, frozen=True, omit_defaults=True):
    """How one account's server has answered. *tone*: a colour of the theme."""

    host: str
    mark: str
    words: str
    tone: str = "textSecondary"
    asking: bool = False
