"""What the viewer shows: plain values."""

from __future__ import annotations

from msgspec import Struct

from app.feed.rows import Card
from app.model import Media


class Slide(Struct, frozen=True, kw_only=True):
    """
    One thing to look at.

    Attributes:
        number, count: Which of how many of its post.
        covered: What is said over it; "" = it is not covered.
        whose: Who decided that.
        fixed: It may not be uncovered.
    """

    card: Card
    media: Media
    number: int
    count: int
    covered: str = ""
    whose: str = ""
    fixed: bool = False

    @property
    def is_film(self) -> bool:
        """It has a course in time, and needs a player."""
        kind = self.media.kind
        return kind in ("video", "audio") or (kind == "gif" and not is_moving_picture(self.media))


def is_moving_picture(media: Media) -> bool:
    """Some servers keep moving pictures as such, others make films of them."""
    path = media.url.partition("?")[0].lower()
    return path.endswith((".gif", ".webp"))
