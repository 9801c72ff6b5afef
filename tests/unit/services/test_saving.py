"""Copies have our own names, and never take another file's place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.errors import StoreError
from app.services.saving import name_of, save_copy

DAY = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("handle", "suffix", "name"),
    [
        ("bo@fjord.example", ".jpeg", "bo@fjord.example-2026-11-22-2.jpg"),
        ("../../etc/passwd", ".png", "etc-passwd-2026-11-22-2.png"),
        (".hidden", ".png", "hidden-2026-11-22-2.png"),
        ("\u202egpj.exe", ".mp4", "gpj.exe-2026-11-22-2.mp4"),
        ("con", ".png", "media-con-2026-11-22-2.png"),
        ("дмитрий", ".png", "media-2026-11-22-2.png"),
        ("a" * 400, ".png", "a" * 60 + "-2026-11-22-2.png"),
    ],
)
def test_a_name_is_plain_whatever_somebody_is_called(handle: str, suffix: str, name: str) -> None:
    """No parts of paths, no device of Windows, nothing hidden or turned round."""
    assert name_of(handle, DAY, 2, suffix) == name


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    """The second of a name gets a number; also beside a link that leads elsewhere."""
    (tmp_path / "aim").write_text("mine")
    (tmp_path / "a.png").symlink_to(tmp_path / "aim")
    source = tmp_path / "cached"
    source.write_bytes(b"from a file")

    saved = [save_copy(b"bytes", tmp_path, "a.png"), save_copy(source, tmp_path, "a.png")]

    assert [path.name for path in saved] == ["a (2).png", "a (3).png"]
    assert [path.read_bytes() for path in saved] == [b"bytes", b"from a file"]
    assert (tmp_path / "aim").read_text() == "mine"


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    """In words, with another way."""
    with pytest.raises(StoreError) as caught:
        save_copy(b"x", tmp_path / "gone", "a.png")

    assert "another folder" in caught.value.next_step


def test_what_could_not_be_copied_whole_leaves_nothing(tmp_path: Path) -> None:
    """The cached file went away meanwhile."""
    with pytest.raises(StoreError):
        save_copy(tmp_path / "never", tmp_path, "a.png")

    assert not (tmp_path / "a.png").exists()
