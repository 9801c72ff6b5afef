"""
The files of an archive of the fediverse: names, and reading them with distrust.

Compatible with Mastodon's own: ``actor.json``, ``outbox.json``, ``likes.json``,
``bookmarks.json``, pictures, ``media_attachments/…`` (facts, archive); beside them
the files of an export and the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from app.model.errors import Malformed
from app.portability.activitypub.activities import Json
from app.portability.archive_manifest import Manifest
from app.portability.disk import told

NETWORK = "mastodon"
ACTOR, OUTBOX, LIKES, BOOKMARKS = "actor.json", "outbox.json", "likes.json", "bookmarks.json"
MEDIA = "media_attachments"
WALK = ".walk.jsonl"
"""Posts on their way; belongs to no archive that is whole."""

MOST_BYTES = 1_000_000_000


class Details(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    ``Manifest.details``.

    Attributes:
        newest, overlap: The server's own names of the newest post, and of one some
            way below it: between them posts are read again, for what was edited.
        looks: What the account looked like: counts, name, text.
        lists_at: When lists, follows, bookmarks… were read last.
        bytes: Of all files.
        foreign: Made by a server, not by Godwit.
    """

    newest: str = ""
    overlap: str = ""
    looks: str = ""
    lists_at: datetime | None = None
    bytes: int = 0
    foreign: bool = False


class _Outbox(Struct):
    orderedItems: list[Raw] = []


def details_of(manifest: Manifest) -> Details:
    """Raises: Malformed: The manifest is of another network, or was edited."""
    try:
        if manifest.network != NETWORK:
            raise ValueError
        return msgspec.convert(manifest.details, Details)
    except ValueError:
        raise Malformed(
            "manifest.json does not describe an archive of this kind.",
            "It was edited or damaged; the other files may be whole.",
        ) from None


def items_in(data: bytes, name: str) -> list[Raw]:
    """
    The items of a collection, unread. Where a key stands twice, as in real archives,
    the last counts.

    Raises:
        Malformed: It is no collection.
    """
    try:
        return msgspec.json.decode(data, type=_Outbox).orderedItems
    except (ValueError, RecursionError):
        raise Malformed(
            f"{name} cannot be read: it was edited, cut off or damaged.",
            "godwit backup verify DIR says what else is.",
        ) from None


def read_items(folder: Path, name: str) -> list[Any]:
    """
    The items of a collection, read; those that cannot be are left out. [] without the file.

    Raises: Malformed, StoreError.
    """
    data = content(folder / name)
    if data is None:
        return []
    return [item for raw in items_in(data, name) if (item := read_json(bytes(raw))) is not None]


def placed_items(data: bytes, name: str) -> Iterator[tuple[int, int]]:
    """Where each item of a collection stands: offset and size in bytes. Raises: Malformed."""
    at = 0
    for raw in items_in(data, name):
        item = bytes(raw)
        at = data.find(item, at)
        yield at, len(item)
        at += len(item)


def read_json(data: bytes) -> Any:
    """A JSON value; None: it is none."""
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return None


def written_collection(value: Json) -> bytes:
    """A collection, an item a line: 100 000 of them stay readable, and cheap to look through."""
    items = value["orderedItems"]
    head = msgspec.json.encode({key: value[key] for key in value if key != "orderedItems"})
    lines = b",\n".join(msgspec.json.encode(item) for item in items)
    return head[:-1] + b',"orderedItems":[\n' + lines + b"\n]}\n"


def content(path: Path) -> bytes | None:
    """A file's bytes; None: it is not there. Raises: Malformed: beyond reason; StoreError."""
    with told(path):
        if not path.is_file():
            return None
        if path.stat().st_size > MOST_BYTES:
            raise Malformed(f"{path.name} is larger than any archive's.", "Look at the file.")
        return path.read_bytes()


def actor_of(folder: Path) -> Json:
    """``actor.json``, {} where it cannot be read. Raises: StoreError."""
    data = content(folder / ACTOR)
    found = read_json(data) if data else None
    return found if isinstance(found, dict) else {}
