"""The posts of a demo's backup: a file of them as they were, to look through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.feed.times import micros
from app.model import Post, Stub
from app.model.errors import Malformed
from app.portability.archive_kind import Contents, Tell
from app.portability.disk import UNREADABLE, told, written_json
from app.store.archive_index import Indexed
from app.store.vault_file import write_atomically
from app.store.words import words_of

FILE = "posts.json"


def write_posts(folder: Path, posts: Sequence[Post]) -> Path:
    """The file. Raises: StoreError."""
    path = folder / FILE
    with told(path):
        write_atomically(path, written_json(list(posts)))
    return path


class DemoPosts:
    """Implements ``ArchivedPosts``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._posts: list[Post] = []

    @property
    def stamp(self) -> str:
        """The file's size and time."""
        with told(self._path):
            about = self._path.stat()
        return f"{about.st_size} {about.st_mtime_ns}"

    def contents(self, tell: Tell) -> Contents:
        """All of them. Raises: Malformed, StoreError."""
        posts = self._read()
        return Contents(
            [
                Indexed(micros(post.sort_at), str(number).encode(), words_of(post))
                for number, post in enumerate(posts)
            ]
        )

    def open(self, about: bytes) -> None:
        """Ready to show posts. Raises: Malformed, StoreError."""
        self._posts = self._read()

    def post(self, body: bytes) -> Post | Stub:
        """The post of that number."""
        return self._posts[int(body)]

    def close(self) -> None:
        """Nothing is open."""

    def _read(self) -> list[Post]:
        with told(self._path):
            data = self._path.read_bytes()
        try:
            return msgspec.json.decode(data, type=list[Post])
        except UNREADABLE as error:
            raise Malformed(f"{FILE} cannot be read.", "Make the backup again.") from error
