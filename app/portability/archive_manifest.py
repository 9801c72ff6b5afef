"""
What an archive says of itself: ``manifest.json``, the same for every network.

It is written last, as a whole: the folder is what the manifest says, or still what
the one before said. Everything in it can be found out again from the other files,
and ``verify`` does so: what disagrees was edited, lost or damaged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.model.errors import BadInput, Malformed, NotFound
from app.portability.atproto.findings import Finding
from app.portability.disk import told, written_json
from app.store.vault_file import write_atomically

MANIFEST, README = "manifest.json", "README.txt"
VERSION = 1
_MOST_BYTES = 64_000_000
_PIECE = 1 << 20


class ArchivedFile(Struct, frozen=True):
    """A file of the archive. *name*: below the folder, with "/"; *sha256* in hex."""

    name: str
    size: int
    sha256: str


class Absent(Struct, frozen=True, omit_defaults=True):
    """
    Something that belongs into the archive and is not there.

    Attributes:
        name: The file, as it would be called.
        where: What refers to it: the address of a record or post.
        why: One sentence for people.
        dead: Its server has no longer got it either: no later backup will help.
    """

    name: str
    where: str = ""
    why: str = ""
    dead: bool = False


class Manifest(Struct, frozen=True, kw_only=True):
    """
    One archive.

    Attributes:
        network: ``NetworkInfo.id``: chooses who can read the rest.
        account: Identity of the account, as in ``Account.uri``.
        server: Origin it was saved from.
        created_at, updated_at: The first and the last backup into this folder.
        checked_at: When all of it was last verified and found good.
        records, blobs: How many posts, likes…, and files of media.
        media: Files of media were asked for.
        complete: False while a backup is still at work, or was cut short.
        files: All files but media that are named by their own content, this one,
            and the README.
        absent: What could not be had, and why.
        notes: What else to know, one sentence each.
        details: What only its network knows.
        seal: Digest of all the above: shows edits by hand. No protection
            against forgers; the signature is.
    """

    godwit_archive: int = VERSION
    network: str
    account: str
    handle: str
    server: str = ""
    created_at: datetime
    updated_at: datetime
    checked_at: datetime | None = None
    records: int = 0
    blobs: int = 0
    media: bool = False
    complete: bool = False
    files: tuple[ArchivedFile, ...] = ()
    absent: tuple[Absent, ...] = ()
    notes: tuple[str, ...] = ()
    details: dict[str, Any] = {}
    seal: str = ""

    @property
    def is_sealed(self) -> bool:
        """Nobody has edited it since it was written."""
        return self.seal == _seal_of(self)

    def file(self, name: str) -> ArchivedFile | None:
        """The file of that name, if it belongs to the archive."""
        return next((file for file in self.files if file.name == name), None)


class ArchiveReport(Struct, frozen=True, kw_only=True):
    """
    What a backup or a verification has found.

    Attributes:
        account: The account's id where it is mine, else its identity.
        missing: As ``Manifest.absent``, and what has vanished since.
        bad: What is there and is not as it must be.
        signature: "valid", "valid with a former key", "invalid", "no key known",
            or "none" where a network signs nothing.
        extra: Files in the folder that are not of the archive: told, no fault.
        changed: Something was fetched (a backup of what has not changed: False).
        bytes: Of all files of the archive.
    """

    account: str
    network: str
    handle: str = ""
    records: int = 0
    blobs: int = 0
    missing: tuple[Absent, ...] = ()
    bad: tuple[Finding, ...] = ()
    signature: str = "none"
    extra: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    changed: bool = True
    bytes: int = 0
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """All that can be had is there and as it must be."""
        return (
            not self.bad
            and all(absent.dead for absent in self.missing)
            and self.signature in ("valid", "valid with a former key", "none")
        )

    @property
    def trouble(self) -> str:
        """The first thing that is not as it must be, for people; "" = there is none."""
        lost = [absent for absent in self.missing if not absent.dead]
        if self.bad:
            return self.bad[0].text
        if lost:
            return f"{len(lost)} files are missing: {lost[0].why}"
        return "" if self.ok else f"The signature could not be checked ({self.signature})."


def read_manifest(folder: Path) -> Manifest:
    """
    The manifest of the archive in *folder*, sealed or not.

    Raises:
        NotFound: There is none: no archive of ours.
        Malformed: It cannot be read.
        BadInput: A newer Godwit has made it.
        StoreError: The disk refuses.
    """
    path = folder / MANIFEST
    with told(path):
        try:
            with path.open("rb") as file:
                content = file.read(_MOST_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(
                f"There is no archive in {folder}: it has no {MANIFEST}.",
                "Name the folder that a backup was made into.",
            ) from None
    try:
        if len(content) > _MOST_BYTES:
            raise ValueError
        manifest = msgspec.json.decode(content, type=Manifest)
    except (ValueError, RecursionError):
        raise Malformed(
            f"{MANIFEST} cannot be read: it was edited or damaged.",
            "The other files may be whole: make a new backup into another folder and compare.",
        ) from None
    if manifest.godwit_archive > VERSION:
        raise BadInput("A newer Godwit has made this archive.", "Update Godwit.")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Seal *manifest* and put it in its place, old or new but never half. Raises: StoreError."""
    whole, path = sealed(manifest), folder / MANIFEST
    with told(path):
        write_atomically(path, written_json(whole))
    return whole


def sealed(manifest: Manifest) -> Manifest:
    """*manifest* with the seal that it must have."""
    return replace(manifest, seal=_seal_of(manifest))


def file_of(folder: Path, path: Path) -> ArchivedFile:
    """A file as it lies there now, all of it read. Raises: StoreError."""
    digest, size = hashlib.sha256(), 0
    with told(path), path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return ArchivedFile(path.relative_to(folder).as_posix(), size, digest.hexdigest())


def place_of(folder: Path, name: str) -> Path | None:
    """Where the file *name* of an archive is; None: a name that would lead out of it."""
    pure = PurePosixPath(name)
    harmless = name and not pure.is_absolute() and ".." not in pure.parts and "\\" not in name
    return folder / pure if harmless and ":" not in name and "\0" not in name else None


def findings_of_files(
    folder: Path, files: Iterable[ArchivedFile]
) -> tuple[list[Absent], list[Finding]]:
    """Which of *files* are gone, and which are not what they were. Reads all. Raises: StoreError."""
    gone: list[Absent] = []
    bad: list[Finding] = []
    for file in files:
        path = place_of(folder, file.name)
        if path is None:
            bad.append(Finding("file-name", "The manifest names a file outside.", file.name[:200]))
        elif not path.is_file():
            gone.append(Absent(file.name, why="The file is not in the folder any more."))
        elif (now := file_of(folder, path)) != file:
            shorter = f"{now.size} bytes instead of {file.size}" if now.size != file.size else ""
            text = "The file is not what was saved" + (f": {shorter}." if shorter else ".")
            bad.append(Finding("file-changed", text, file.name))
    return gone, bad


def _seal_of(manifest: Manifest) -> str:
    bare = replace(manifest, seal="")
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()
