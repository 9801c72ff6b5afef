"""Pictures of archived posts: which files an address may name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.portability.archive_folder import archived_file
from app.portability.archive_manifest import MANIFEST


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder that is an archive, with a file in it, and a secret beside it."""
    folder = tmp_path / "archive"
    (folder / "blobs").mkdir(parents=True)
    (folder / MANIFEST).write_text("{}")
    (folder / "blobs" / "one.png").write_bytes(b"one")
    (tmp_path / "secret.png").write_bytes(b"secret")
    return folder


def test_a_file_of_an_archive_is_found(archive: Path) -> None:
    """Wherever in it."""
    path = archive / "blobs" / "one.png"
    assert archived_file(path.resolve().as_uri()) == path.resolve()


@pytest.mark.parametrize("way", ["../secret.png", "%2e%2e/secret.png", "blobs/../../secret.png"])
def test_no_address_climbs_out_of_an_archive(archive: Path, way: str) -> None:
    """An archive may come from strangers, and its posts name files as they like."""
    assert archived_file(f"{archive.as_uri()}/{way}") is None


def test_a_link_in_an_archive_leads_nowhere_else(archive: Path, tmp_path: Path) -> None:
    """It would show what lies beside it."""
    (archive / "blobs" / "link.png").symlink_to(tmp_path / "secret.png")
    assert archived_file(f"{archive.as_uri()}/blobs/link.png") is None


@pytest.mark.parametrize(
    "url", ["file://[::1/x", "file:///a%00b", f"file:///{'a' * 5000}", "file://host/x", "http://x/"]
)
def test_what_is_no_address_of_a_file_is_none(url: str) -> None:
    """And no error: a post must not end the program."""
    assert archived_file(url) is None
