"""
What a label's value means: the ones that everybody knows, and those of labelers.

Source: facts B1; the tables of the label specification. Values without a
definition mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from app.model.moderation import Setting

Target = Literal["account", "profile", "content"]
Behaviour = Literal["blur", "alert", "inform"]

Context = Literal[
    "profile_list",
    "profile_view",
    "avatar",
    "banner",
    "display_name",
    "content_list",
    "content_view",
    "content_media",
]
"""Where something is shown: in a list, opened (view), or a part of it."""

Behaviours = Mapping[Context, Behaviour]

SETTINGS: Final[tuple[Setting, ...]] = ("ignore", "warn", "hide")


class Definition(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What a label value does.

    Attributes:
        name, description: For people, in their language; "" = the value itself.
        default: What happens when the user has said nothing.
        fixed: The user cannot choose another setting.
        locked: What it covers stays covered.
        adult: Hidden and locked while adult content is switched off.
        strangers: Concerns only those who are not signed in.
        by_author: An author may put it on what is theirs.
        labeler: URI of the labeler that defines it, "" = known to all.
    """

    value: str
    behaviours: Mapping[Target, Behaviours]
    default: Setting = "warn"
    name: str = ""
    description: str = ""
    fixed: bool = False
    locked: bool = False
    adult: bool = False
    strangers: bool = False
    by_author: bool = True
    labeler: str = ""


def _blur(*contexts: Context) -> Behaviours:
    return dict.fromkeys(contexts, "blur")


_LISTS: Final[tuple[Context, ...]] = ("content_list", "content_view")
_FACE: Final[tuple[Context, ...]] = ("avatar", "banner", "display_name")

_ALL: Final[Mapping[Target, Behaviours]] = {
    "account": _blur("profile_list", "profile_view", *_FACE, *_LISTS),
    "profile": _blur(*_FACE),
    "content": _blur(*_LISTS),
}
_WARN: Final[Mapping[Target, Behaviours]] = {
    **_ALL,
    "account": _blur("profile_list", "profile_view", "avatar", "banner", *_LISTS),
}
_MEDIA: Final[Mapping[Target, Behaviours]] = {
    "account": _blur("avatar", "banner"),
    "profile": _blur("avatar", "banner"),
    "content": _blur("content_media"),
}

GLOBAL: Final[Mapping[str, Definition]] = {
    one.value: one
    for one in (
        Definition(
            value="!hide",
            name="Hidden by moderators",
            behaviours=_ALL,
            default="hide",
            fixed=True,
            locked=True,
            by_author=False,
        ),
        Definition(
            value="!warn",
            name="Moderators advise care",
            behaviours=_WARN,
            fixed=True,
            by_author=False,
        ),
        Definition(
            value="!no-unauthenticated",
            name="Only for people who are signed in",
            behaviours=_ALL,
            default="hide",
            fixed=True,
            locked=True,
            strangers=True,
        ),
        Definition(
            value="porn", name="Adult content", behaviours=_MEDIA, default="hide", adult=True
        ),
        Definition(value="sexual", name="Sexually suggestive", behaviours=_MEDIA, adult=True),
        Definition(value="nudity", name="Nudity", behaviours=_MEDIA, default="ignore"),
        Definition(value="graphic-media", name="Graphic media", behaviours=_MEDIA, adult=True),
        # An old name that has a setting of its own.
        Definition(value="gore", name="Graphic media", behaviours=_MEDIA, adult=True),
    )
}


def definition_of(
    value: str,
    *,
    severity: str,
    blurs: str,
    default: str = "warn",
    adult: bool = False,
    labeler: str = "",
    name: str = "",
    description: str = "",
) -> Definition:
    """
    A labeler's own definition. Words that we do not know do nothing.

    Args:
        severity: ``alert``, ``inform`` or ``none``. blurs: ``content``, ``media``, ``none``.
    """
    return Definition(
        value=value,
        behaviours=_behaviours(blurs, severity, adult),
        default=next((one for one in SETTINGS if one == default), "warn"),
        name=name,
        description=description,
        adult=adult,
        by_author=False,
        labeler=labeler,
    )


def _behaviours(blurs: str, severity: str, adult: bool) -> Mapping[Target, Behaviours]:
    said: Behaviour | None = (
        "alert" if severity == "alert" else "inform" if severity == "inform" else None
    )

    def saying(*contexts: Context) -> dict[Context, Behaviour]:
        return dict.fromkeys(contexts, said) if said is not None else {}

    profile = saying("profile_list", "profile_view")
    content: dict[Context, Behaviour]
    match blurs:
        case "content":
            content = {"content_list": "blur", **saying("content_view")}
            if adult:
                content["content_view"] = "blur"
            return {"account": {**profile, **content}, "profile": profile, "content": content}
        case "media":
            face = {**profile, **_blur("avatar", "banner")}
            return {"account": face, "profile": face, "content": _blur("content_media")}
        case "none":
            content = saying("content_list", "content_view")
            return {"account": {**profile, **content}, "profile": profile, "content": content}
        case _:
            return {"account": {}, "profile": {}, "content": {}}
