"""What a verification found: named for programs, in words for people, with its place."""

from __future__ import annotations

from msgspec import Struct


class Finding(Struct, frozen=True, omit_defaults=True):
    """
    One thing that is not as it must be.

    Attributes:
        code: Names the kind of fault, for ever: ``block-changed``, ``key-order``…
        text: One sentence for people.
        where: What is touched: an offset in the file, a CID, a record's address.
    """

    code: str
    text: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.text} [{self.code}{f': {self.where}' if self.where else ''}]"
