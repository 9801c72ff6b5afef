"""Files that the new server still lacks, and those that did not come along, by name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from pathlib import Path

from msgspec import Struct

from app.model.errors import Malformed
from app.portability.atproto.download import Own
from app.portability.atproto.host import answer
from app.portability.atproto.session import Session
from app.portability.disk import told
from app.protocols.bluesky.wire import Wire
from app.store.vault_file import write_atomically

NAMED = "missing-files.txt"
_PAGE = 500

OK, DEAD, TOO_LARGE, REFUSED, FAILED = "ok", "dead", "too-large", "refused", "failed"
"""What became of a file."""

_WORDS = {
    DEAD: "the old server has not got it any more",
    TOO_LARGE: "larger than the new server takes",
    REFUSED: "the new server does not take it",
    FAILED: "it could not be fetched, several times",
}


class MissingBlob(Wire, frozen=True):
    """A file that records at the new server refer to, and that is not there."""

    cid: str
    record_uri: str = ""


class _Page(Wire, frozen=True):
    """``com.atproto.repo.listMissingBlobs``."""

    blobs: list[MissingBlob]
    cursor: str | None = None


class Left(Struct, frozen=True):
    """A file that did not come along: which record refers to it, and why it did not."""

    cid: str
    record: str
    why: str

    @property
    def words(self) -> str:
        """For people."""
        return f"{self.cid}  {self.record}  {_WORDS.get(self.why, self.why)}"


async def missing_blobs(owner: Own) -> AsyncIterator[MissingBlob]:
    """Every file that the owner's server lacks. Raises: ServiceError."""
    cursor = ""
    while True:
        params: dict[str, str | int | bool] = {"limit": _PAGE}
        if cursor:
            params["cursor"] = cursor
        method = "com.atproto.repo.listMissingBlobs"
        page = answer(await owner.get(method, params, why="which files are missing"), _Page)
        for blob in page.blobs:
            yield blob
        if not page.cursor or not page.blobs:
            return
        if page.cursor == cursor:
            raise Malformed("The server lists its missing files in circles.")
        cursor = page.cursor


async def lacks_only(session: Session, known: Collection[str]) -> bool:
    """Whether the new server lacks no file but some of *known*. Raises: ServiceError."""
    return all([blob.cid in known async for blob in missing_blobs(session)])


def name_them(path: Path, left: list[Left]) -> None:
    """Name those that did not come, for the user. Raises: StoreError."""
    text = "".join(f"{one.words}\n" for one in left)
    with told(path):
        if text:
            write_atomically(path, text.encode())
        else:
            path.unlink(missing_ok=True)
