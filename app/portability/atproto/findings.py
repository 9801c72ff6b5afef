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


MAX_FINDINGS = 200
"""How many of each sort are kept; the others are counted."""


class Findings:
    """
    Collects what was found, however much it is.

    Attributes:
        bad: What must not be.
        notes: What is odd and harms nothing.
        more: How many are not listed.
    """

    def __init__(self) -> None:
        self.bad: list[Finding] = []
        self.notes: list[Finding] = []
        self.more = 0

    def fault(self, code: str, text: str, where: str = "") -> None:
        """Something must not be so."""
        self._add(self.bad, Finding(code, text, where))

    def note(self, code: str, text: str, where: str = "") -> None:
        """Something is odd."""
        self._add(self.notes, Finding(code, text, where))

    def _add(self, among: list[Finding], finding: Finding) -> None:
        if len(among) < MAX_FINDINGS:
            among.append(finding)
        else:
            self.more += 1
