"""
Archives without a manifest: what other tools leave (goat's folders), or what is left of ours.

A repository file names its account and is signed; the folder of files beside it has
files called by their CIDs. That is enough to look through it, to verify all but what
only a history of the identity could tell, and to restore the account from it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.model.errors import Malformed, NotFound
from app.portability.archive_manifest import Manifest, file_of, sealed
from app.portability.atproto.archive import AtArchive, open_archive
from app.portability.atproto.car import CarFault, CarReader
from app.portability.atproto.commit import Commit, read_commit
from app.portability.atproto.dag_cbor import CborFault
from app.portability.atproto.manifest import (
    DOCUMENT,
    LOG,
    NETWORK,
    PREFERENCES,
    Details,
    blobs_name,
    details_as_json,
    is_plain_name,
)
from app.portability.disk import told
from app.protocols.bluesky.uris import is_handle

NO_MANIFEST = "There is no manifest.json: what belongs together was found out from the files."
_PIECE = 65_536
_FOLDER = "_blobs"


def find_archive(folder: Path) -> AtArchive:
    """
    The archive in *folder*, also one that has no manifest.

    Raises:
        NotFound: There is nothing like that.
        Malformed: There is, and it cannot be read.
        StoreError: The disk refuses.
    """
    try:
        return open_archive(folder)
    except NotFound:
        found = recognised(folder)
        if found is None:
            raise
        return found


def recognised(folder: Path) -> AtArchive | None:
    """
    The newest repository file in *folder*, with the folder of files that belongs to it.

    Raises:
        Malformed: It is no repository.
        StoreError: The disk refuses.
    """
    with told(folder):
        try:
            names = [path for path in folder.iterdir() if is_plain_name(path.name)]
        except (FileNotFoundError, NotADirectoryError):
            return None
        cars = [path for path in names if path.suffix == ".car" and path.is_file()]
        if not cars:
            return None
        car = max(cars, key=lambda path: (path.stat().st_mtime_ns, path.name))
        saved_at = datetime.fromtimestamp(car.stat().st_mtime, UTC)
        stem = _stem(car.name)
        beside = [path for path in names if path.name.endswith(_FOLDER) and path.is_dir()]
    own = folder / blobs_name(stem)
    blobs = own if own in beside or len(beside) != 1 else beside[0]
    papers = [folder / name for name in (PREFERENCES, LOG, DOCUMENT)]
    details = Details(rev="", commit="", car=car.name, blobs=blobs.name, papers_at=saved_at)
    manifest = Manifest(
        network=NETWORK,
        account=_head(car).did,
        handle=stem if is_handle(stem) else "",
        created_at=saved_at,
        updated_at=saved_at,
        media=blobs in beside,
        files=tuple(file_of(folder, path) for path in papers if path.is_file()),
        notes=(NO_MANIFEST,),
        details=details_as_json(details),
    )
    return AtArchive(folder, sealed(manifest), details)


def _stem(name: str) -> str:
    """``ana.example`` of ``ana.example.20261126120000.car``."""
    stem, _, moment = name.removesuffix(".car").rpartition(".")
    return stem if stem and moment.isdecimal() and len(moment) == 14 else name.removesuffix(".car")


def _head(path: Path) -> Commit:
    """The commit of a repository file. Raises: Malformed, StoreError."""
    car = CarReader()
    try:
        with told(path), path.open("rb") as file:
            while piece := file.read(_PIECE):
                for block in car.feed(piece):
                    if block.cid == car.roots[0]:
                        return read_commit(block.data)
    except (CarFault, CborFault) as fault:
        raise _unreadable(path) from fault
    raise _unreadable(path)


def _unreadable(path: Path) -> Malformed:
    return Malformed(
        f"{path.name} is no repository that can be read.", "Look for another file of the backup."
    )
