"""Archives without a manifest: goat's folders, and what is left of ours."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from app.model.errors import Malformed, NotFound
from app.portability.archive_browse import browse
from app.portability.atproto.archive import verify
from app.portability.atproto.browsing import AtPosts
from app.portability.atproto.found import NO_MANIFEST, find_archive, recognised
from tests.unit.portability.atproto.small_pds import HANDLE, NOW, SmallPds


@pytest.fixture
def goats(tmp_path: Path) -> tuple[SmallPds, Path]:
    """What ``goat repo export`` and ``goat blob export`` leave."""
    pds, folder = SmallPds(), tmp_path / "goat"
    pds.add_post("Long ago")
    cid = pds.add_picture(b"picture", alt="A godwit")
    files = folder / f"{HANDLE}_blobs"
    files.mkdir(parents=True)
    (files / cid).write_bytes(b"picture")
    older = folder / f"{HANDLE}.20250101000000.car"
    older.write_bytes(pds.repo()[1])
    os.utime(older, (1, 1))
    pds.add_post("Newest")
    (folder / f"{HANDLE}.20260101000000.car").write_bytes(pds.repo()[1])
    return pds, folder


def test_goats_folder_is_verified_as_far_as_it_goes(goats: tuple[SmallPds, Path]) -> None:
    """All but the signature: there is no history of the identity to hold it against."""
    pds, folder = goats
    archive = find_archive(folder)
    report = verify(archive)

    assert archive.car.name == f"{HANDLE}.20260101000000.car"
    assert (archive.did, report.handle) == (pds.did, HANDLE)
    assert (report.records, report.blobs, report.bad, report.missing) == (3, 1, (), ())
    assert (report.signature, report.ok) == ("no key known", False)
    assert NO_MANIFEST in report.notes
    assert report.extra == (f"{HANDLE}.20250101000000.car",)


def test_with_the_identitys_history_the_signature_counts(goats: tuple[SmallPds, Path]) -> None:
    """As is left of an archive of ours whose manifest was lost."""
    pds, folder = goats
    (folder / "plc-log.json").write_bytes(pds.answer("audit", {})[1])
    report = verify(find_archive(folder))

    assert (report.signature, report.ok) == ("valid", True)


def test_damage_is_found_without_a_manifest(goats: tuple[SmallPds, Path]) -> None:
    """In the repository and in files; a missing one is named."""
    _, folder = goats
    archive = find_archive(folder)
    data = bytearray(archive.car.read_bytes())
    data[-30] ^= 1
    archive.car.write_bytes(bytes(data))
    (file,) = archive.blobs.iterdir()
    file.write_bytes(b"pictura")
    changed = verify(find_archive(folder))
    file.unlink()
    lost = verify(find_archive(folder))

    assert {"block-changed", "blob-changed"} <= {one.code for one in changed.bad}
    assert [one.name for one in lost.missing] == [file.name]


def test_goats_folder_can_be_looked_through(goats: tuple[SmallPds, Path], tmp_path: Path) -> None:
    """With its pictures."""
    _, folder = goats
    archive = find_archive(folder)
    posts = AtPosts(archive, NOW)
    opened = browse(tmp_path / "profile", folder, archive.manifest, posts, lambda done: None)

    async def read() -> list[str]:
        page = await opened.page()
        await opened.close()
        return [post.text.text for _, post in page.items]  # type: ignore[union-attr]

    assert asyncio.run(read()) == ["Newest", "A picture", "Long ago"]


def test_what_is_no_archive_is_none(tmp_path: Path) -> None:
    """Nothing there, other things, junk that is called so."""
    with pytest.raises(NotFound):
        find_archive(tmp_path / "nowhere")
    (tmp_path / "letter.txt").write_text("Dear")
    assert recognised(tmp_path) is None
    for junk in (b"", b"junk" * 100, b"\xff" * 100):
        (tmp_path / "x.car").write_bytes(junk)
        with pytest.raises(Malformed, match=r"x\.car is no repository"):
            find_archive(tmp_path)
