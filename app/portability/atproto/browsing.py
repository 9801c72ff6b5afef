"""The posts of an AT archive, found in its repository by one look through the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from app.model import Post, Stub
from app.model.errors import Malformed
from app.portability.archive_kind import Contents, Tell
from app.portability.atproto.archive import AtArchive
from app.portability.atproto.car import Block, CarFault, CarReader
from app.portability.atproto.commit import read_commit
from app.portability.atproto.dag_cbor import CborFault, read_block
from app.portability.atproto.findings import Findings
from app.portability.atproto.posts import POST, PROFILE, PostReader, words_of_record
from app.portability.atproto.walk import NODE, NodeShelf, Walk
from app.portability.disk import told
from app.portability.pace import AT_ONCE, Pace
from app.portability.plan import Progress
from app.protocols.bluesky.decode import Unreadable
from app.protocols.bluesky.tids import is_tid, microseconds_of
from app.protocols.bluesky.times import moment
from app.store.archive_index import Indexed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_POST_TYPE, _PROFILE_TYPE = POST.encode(), PROFILE.encode()
_MOST = 2_000_000


class _Place(Struct, frozen=True, array_like=True, gc=False):
    """Where a record's bytes are: ``Indexed.body``."""

    at: int
    size: int
    key: str


class _Seen(Struct, frozen=True, gc=False):
    """A post of which it is not known yet whether, and as what, it belongs to the tree."""

    at: int
    size: int
    created: int
    words: str


class AtPosts:
    """
    Implements ``ArchivedPosts``.

    Args:
        now: Nothing is sorted later than this.
        pace: Of what is hard work.
    """

    def __init__(self, archive: AtArchive, now: datetime, pace: Pace = AT_ONCE) -> None:
        self._archive, self._now, self._pace = archive, now, pace
        self._file: BinaryIO | None = None
        self._reader: PostReader | None = None

    @property
    def stamp(self) -> str:
        """The repository's file, its size and its time."""
        with told(self._archive.car):
            about = self._archive.car.stat()
        return f"{self._archive.details.commit} {about.st_size} {about.st_mtime_ns}"

    def contents(self, tell: Tell) -> Contents:
        """Every post of the tree, and the profile. Raises: Malformed, StoreError."""
        looking = _Look(self._archive.car, tell, self._pace)
        try:
            looking.read()
            posts = []
            for key, seen in looking.posts():
                posts.append(self._indexed(key, seen))
                self._pace()
        finally:
            looking.nodes.close()
        return Contents(posts, looking.profile)

    def open(self, about: bytes) -> None:
        """Ready to show posts; *about*: the profile's record. Raises: StoreError."""
        profile = _record(about) if about else {}
        archive = self._archive
        with told(archive.car):
            self._file = archive.car.open("rb")
        handle = archive.manifest.handle
        self._reader = PostReader(archive.did, handle, profile, file_url(archive), self._now)

    def post(self, body: bytes) -> Post | Stub:
        """The post of that body. Raises: StoreError."""
        assert self._file is not None and self._reader is not None
        place = msgspec.msgpack.decode(body, type=_Place)
        with told(self._archive.car):
            self._file.seek(place.at)
            data = self._file.read(place.size)
        try:
            return self._reader.post(place.key, _record(data))
        except Unreadable as error:
            key = f"at://{self._archive.did}/{POST}/{place.key}"
            at = _EPOCH + timedelta(microseconds=_made_at(place.key))
            return Stub(key=key, sort_at=at, reason=str(error))

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _indexed(self, key: str, seen: _Seen) -> Indexed:
        latest = (self._now - _EPOCH) // timedelta(microseconds=1)
        at = min(seen.created or _made_at(key), latest)
        return Indexed(at, msgspec.msgpack.encode(_Place(seen.at, seen.size, key)), seen.words)


class _Look:
    """One look through a repository's file."""

    def __init__(self, path: Path, tell: Tell, pace: Pace) -> None:
        self._path, self._tell, self._pace = path, tell, pace
        self._seen: dict[bytes, _Seen] = {}
        self._profiles: dict[bytes, bytes] = {}
        self._head = b""
        self.nodes = NodeShelf()
        self.profile = b""

    def read(self) -> None:
        """Look at every block. Raises: Malformed, StoreError."""
        car = CarReader()
        with told(self._path), self._path.open("rb") as file:
            size = self._path.stat().st_size
            try:
                while piece := file.read(self._pace.piece):
                    for block in car.feed(piece):
                        self._take(block, car.roots[0])
                        self._pace()
                    self._tell(Progress(bytes_done=car.at, bytes_total=size, unit="bytes"))
                car.finish()
            except CarFault as fault:
                raise _damaged() from fault

    def posts(self) -> Iterator[tuple[str, _Seen]]:
        """The posts that the tree names, each with its key. Raises: Malformed."""
        try:
            root = read_commit(self._head).data
        except CborFault as fault:
            raise _damaged() from fault
        posts, profile = f"{POST}/".encode(), f"{PROFILE}/self".encode()
        for key, cid in Walk(self.nodes, Findings()).records(root):
            if key.startswith(posts) and (seen := self._seen.get(cid)):
                yield key[len(posts) :].decode("ascii", "replace"), seen
            elif key == profile:
                self.profile = self._profiles.get(cid, b"")

    def _take(self, block: Block, root: bytes) -> None:
        at, cid, data = block
        if cid == root:
            self._head = data
        elif data[:3] == NODE:
            self.nodes.put(hash(cid), data)
        elif _POST_TYPE in data:
            self._take_post(at, cid, data)
        elif _PROFILE_TYPE in data:
            self._profiles[cid] = data

    def _take_post(self, at: int, cid: bytes, data: bytes) -> None:
        record = _record(data)
        if record.get("$type") != POST:
            return
        created = record.get("createdAt")
        time = moment(created) if isinstance(created, str) else None
        micros = (time - _EPOCH) // timedelta(microseconds=1) if time else 0
        begins = at + _length_bytes(len(cid) + len(data)) + len(cid)
        self._seen[cid] = _Seen(begins, len(data), micros, words_of_record(record))


def file_url(archive: AtArchive) -> Callable[[str], str]:
    """Where a file of the archive can be seen: here, else at the server it came from."""

    def url(cid: str) -> str:
        path = archive.blobs / cid
        if cid.isalnum() and path.is_file():
            return path.resolve().as_uri()
        server = archive.manifest.server
        return f"{server}/xrpc/com.atproto.sync.getBlob?did={archive.did}&cid={cid}"

    return url


def _record(data: bytes) -> dict[str, Any]:
    """A record, {} where it is none that can be read."""
    try:
        value = read_block(data)
    except CborFault:
        return {}
    return value if isinstance(value, dict) else {}


def _made_at(key: str) -> int:
    """µs since 1970, as the record's key says; 0 = it does not."""
    return microseconds_of(key) if is_tid(key) else 0


def _length_bytes(number: int) -> int:
    """How many bytes the length of a block takes in the file."""
    return max(1, (number.bit_length() + 6) // 7)


def _damaged() -> Malformed:
    return Malformed(
        "The repository's file is damaged.", "godwit backup verify DIR says where and how."
    )
