"""What an account must know of a post to react to it, kept as one string."""

from __future__ import annotations

from msgspec import Struct


class PostRef(Struct, frozen=True, omit_defaults=True):
    """
    ``cid like repost root root-cid``; "-" where there is none.

    Attributes:
        cid: Version of the post.
        like, repost: Keys of my own records about it.
        root, root_cid: First post of its thread; "" = it is itself.
    """

    cid: str = ""
    like: str = ""
    repost: str = ""
    root: str = ""
    root_cid: str = ""

    @classmethod
    def from_text(cls, text: str) -> PostRef:
        """Read what ``text`` wrote; what is missing is unknown."""
        parts = ["" if part == "-" else part for part in text.split(" ")[:5]]
        return cls(*parts)

    def text(self) -> str:
        """To be kept."""
        parts = (self.cid, self.like, self.repost, self.root, self.root_cid)
        return " ".join([part.replace(" ", "") or "-" for part in parts])
