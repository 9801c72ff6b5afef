"""Verifying a repository piece by piece: while it comes, or from a file, at any pace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.portability.atproto.keys import KeySpan
from app.portability.atproto.report import RepoReport
from app.portability.atproto.verify import RepoVerifier
from app.portability.disk import told
from app.portability.pace import AT_ONCE, Pace


class Checking:
    """Verifies a repository while it comes: what a ``Landing`` gives its bytes to."""

    def __init__(self, did: str, keys: Sequence[KeySpan], pace: Pace = AT_ONCE) -> None:
        self._did, self._keys, self._pace = did, keys, pace
        self._verifier = RepoVerifier(did=did, keys=keys)

    def __call__(self, piece: bytes | None) -> None:
        """The next bytes; None: from the beginning."""
        if piece is None:
            self._verifier = RepoVerifier(did=self._did, keys=self._keys)
            return
        step = self._pace.piece
        for at in range(0, len(piece), step):
            self._verifier.feed(piece[at : at + step])
            self._pace()

    def finish(self) -> RepoReport:
        """No more will come."""
        return self._verifier.finish()


def checked_file(path: Path, did: str, keys: Sequence[KeySpan], pace: Pace = AT_ONCE) -> RepoReport:
    """The report on a repository in a file. Raises: StoreError."""
    verifier = RepoVerifier(did=did, keys=keys)
    with told(path), path.open("rb") as file:
        while piece := file.read(pace.piece):
            verifier.feed(piece)
            pace()
    return verifier.finish()
