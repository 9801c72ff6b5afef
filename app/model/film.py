"""Where a film is, when its address leads to a page about it."""

from __future__ import annotations

from msgspec import Struct


class CaptionAddress(Struct, frozen=True):
    """Where the captions of a language are. *lang*: BCP 47, or ""."""

    url: str
    name: str
    lang: str = ""


class FilmPage(Struct, frozen=True):
    """What a server tells of a film: its files by height in px, and its captions."""

    files: tuple[tuple[int, str], ...]
    captions: tuple[CaptionAddress, ...] = ()

    def best(self, height: int) -> str:
        """The largest that is no higher; else the smallest."""
        low = [one for one in self.files if one[0] <= height]
        return (max(low) if low else min(self.files))[1]
