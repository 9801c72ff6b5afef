"""
The labels everybody knows, and what they mean without anybody's settings.

Source: the global label table of the label specification, facts B1. Values
that a labeler defines itself are not here; without a definition they mean
nothing.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Setting = Literal["ignore", "warn", "hide"]


class Label(Struct, frozen=True, kw_only=True):
    """
    What a label value does.

    Attributes:
        name: For people.
        default: What happens when the user has said nothing.
        covers: All of the post, or its media only.
        fixed: The user cannot choose another setting.
        for_strangers: Concerns only those who are not signed in.
        by_author: An author may put it on their own post.
        lift: Its cover may be lifted.
        softened: The official default is "hide". Until there are settings to
            bring such posts back we cover, so that nothing is lost unseen;
            pictures of authors so labelled are then covered too.
    """

    name: str
    default: Setting
    covers: Literal["post", "media"] = "media"
    fixed: bool = False
    for_strangers: bool = False
    by_author: bool = True
    lift: bool = True
    softened: bool = False


_GRAPHIC = Label(name="Graphic media", default="warn")

LABELS: dict[str, Label] = {
    "!hide": Label(
        name="Hidden by moderators",
        default="hide",
        covers="post",
        fixed=True,
        by_author=False,
        lift=False,
    ),
    "!warn": Label(
        name="Moderators advise care",
        default="warn",
        covers="post",
        fixed=True,
        by_author=False,
    ),
    "!no-unauthenticated": Label(
        name="Only for people who are signed in",
        default="hide",
        covers="post",
        fixed=True,
        for_strangers=True,
        lift=False,
    ),
    "porn": Label(name="Adult content", default="warn", softened=True),
    "sexual": Label(name="Sexually suggestive", default="warn"),
    "nudity": Label(name="Nudity", default="ignore"),
    "graphic-media": _GRAPHIC,
    "gore": _GRAPHIC,
}
