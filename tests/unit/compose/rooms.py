"""Two networks' limits and drafts, for the tests of this room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.compose.plan import Acquaintance
from app.model.draft import Attachment, Draft, DraftId, Lane, LaneSettings, PostAddress, Target
from app.model.profile import Profile
from app.model.sending import Limits, MediaLimits, PollLimits
from app.model.timeline import AccountId

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
LONG = Limits(
    length=500,
    link_length=23,
    mention_hosts=False,
    handles="user@host",
    warnings=True,
    emoji=True,
    media=MediaLimits(
        types=PICTURES | {"video/mp4", "audio/ogg"},
        image_bytes=16_000_000,
        video_bytes=99_000_000,
        audio_bytes=99_000_000,
        alt_length=1_500,
        focus=True,
    ),
    polls=PollLimits(),
    schedules=True,
    edits=True,
    visibilities=("public", "quiet", "followers", "direct"),
    quotes=("anyone", "followers", "nobody"),
    can_quote=True,
)
"""Servers with hosts, which look for links themselves: network "one"."""

SHORT = Limits(
    length=300,
    unit="graphemes",
    bytes=3_000,
    handles="domain",
    labels=("sexual", "nudity"),
    media=MediaLimits(
        count=10,
        types=PICTURES | {"video/mp4"},
        image_bytes=2_000_000,
        video_bytes=100_000_000,
        video_seconds=180,
        alt_length=2_000,
    ),
    hidden_links=True,
    cards=True,
    threads_at_once=True,
    replies=("anyone", "followers", "following", "mentioned", "nobody"),
    quotes=("anyone", "nobody"),
    can_quote=True,
    langs=3,
    mixes=frozenset({"media+quote"}),
)
"""Handles are domains, everything is public: network "two"."""

OTTILIE = Profile("https://saltmarsh.example/u/o", "ottilie@saltmarsh.example", "Ottilie")
OTTILIE_THERE = Profile("x:ottilie", "ottilie.example.com", "Ottilie B.")
KNOWN = {
    "ottilie": Acquaintance(
        profile=OTTILIE, network="one", same=(("two", OTTILIE_THERE, "You linked them."),)
    ),
    "ottilie@saltmarsh.example": Acquaintance(
        profile=OTTILIE, network="one", same=(("two", OTTILIE_THERE, "You linked them."),)
    ),
    "juno@saltmarsh.example": Acquaintance(
        profile=Profile(
            "https://saltmarsh.example/u/j",
            "juno@saltmarsh.example",
            url="https://saltmarsh.example/@juno",
        ),
        network="one",
    ),
}


def draft(text: str = "", **changes: Any) -> Draft:
    """A draft that says *text*."""
    return Draft(id=DraftId("d1"), created_at=NOW, updated_at=NOW, text=text, **changes)


def lane(account: str = "a", **changes: Any) -> Lane:
    """A lane; settings by their own names."""
    settings = {n: changes.pop(n) for n in LaneSettings.__struct_fields__ if n in changes}
    return Lane(account=AccountId(account), settings=LaneSettings(**settings), **changes)


def picture(name: str = "a.png", **changes: Any) -> Attachment:
    """A picture that fits everywhere."""
    values: dict[str, Any] = {"id": name, "kind": "image", "mime": "image/png", "size": 90_000}
    return Attachment(**{**values, "name": name, "alt": "What it shows.", **changes})


def target(*networks: str, **changes: Any) -> Target:
    """A post that is on *networks*."""
    copies = tuple(PostAddress(n, f"{n}:post", f"https://{n}.example/post") for n in networks)
    values: dict[str, Any] = {"copies": copies, "author": OTTILIE}
    return Target(**{**values, **changes})
