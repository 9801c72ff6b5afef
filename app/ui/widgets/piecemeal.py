"""Pages whose making is too long for one turn of the window's thread."""

from __future__ import annotations

from collections.abc import Iterator


class Piecemeal:
    """
    Mixin: made at once where somebody waits for it, else piece by piece.

    Comes before the Qt class, as ``KeyFocus`` does.
    """

    _pieces: Iterator[None] = iter(())

    def build(self, pieces: Iterator[None], *, whole: bool) -> None:
        """Make it of *pieces*: each is made on the way to the next. *whole*: all of them now."""
        self._pieces = pieces
        while self.build_on() and whole:
            pass

    def build_on(self) -> bool:
        """Make another piece. False: there was none, it is whole."""
        for _ in self._pieces:
            return True
        return False
