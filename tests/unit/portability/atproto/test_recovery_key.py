"""The file of a recovery key: whole, private, never overwritten, readable by others."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from app.model.errors import BadInput, StoreError
from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.recovery_key import make_key_file, read_key_file

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"


def test_a_key_is_written_once_and_read_back(tmp_path: Path) -> None:
    """Only its owner may read it; it says whose it is."""
    path = tmp_path / "new" / "ana.key"

    made = make_key_file(path, DID, "ana.test")

    again = read_key_file(path)
    assert (made.public, DID) == (again.public, again.did)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert [path] == list(path.parent.iterdir())
    assert "ana.test" in path.read_text()


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    """Whatever it is, a key perhaps."""
    path = tmp_path / "ana.key"
    path.write_text("precious")

    with pytest.raises(BadInput, match="there already"):
        make_key_file(path, DID, "ana.test")

    assert path.read_text() == "precious"
    assert [path] == list(tmp_path.iterdir())


def test_what_goat_wrote_is_read(tmp_path: Path) -> None:
    """A bare line."""
    key = PrivateKey.generate("p256")
    path = tmp_path / "goat.txt"
    path.write_text(f"{key.text()}\n")

    read = read_key_file(path)

    assert (key.public.did_key, "") == (read.public, read.did)


@pytest.mark.parametrize("text", ["", "nothing here", "z" + "1" * 50, "private key: zzz"])
def test_what_holds_no_key_is_said(tmp_path: Path, text: str) -> None:
    """And its words never hold what was in the file."""
    path = tmp_path / "x"
    path.write_text(text)

    with pytest.raises(BadInput, match="no recovery key") as caught:
        read_key_file(path)

    assert not text or text not in caught.value.message


def test_a_public_key_is_no_private_one(tmp_path: Path) -> None:
    """Though it looks like it."""
    path = tmp_path / "x"
    path.write_text(PrivateKey.generate().public.multikey)

    with pytest.raises(BadInput):
        read_key_file(path)


def test_a_key_shows_itself_in_no_repr(tmp_path: Path) -> None:
    """Only its public half."""
    made = make_key_file(tmp_path / "a", DID, "ana.test")

    assert made.key.text() not in repr(made)
    assert made.public in repr(made)


def test_a_folder_that_refuses_is_said(tmp_path: Path) -> None:
    """Before anything is changed anywhere."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="cannot be used"):
        make_key_file(tmp_path / "file" / "a.key", DID, "")
    with pytest.raises(StoreError):
        read_key_file(tmp_path / "none")


def test_it_is_written_where_links_are_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on memory sticks."""

    def refuse(*_: object) -> None:
        raise OSError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)

    made = make_key_file(tmp_path / "a.key", DID, "ana.test")

    assert read_key_file(tmp_path / "a.key").public == made.public
    with pytest.raises(BadInput):
        make_key_file(tmp_path / "a.key", DID, "ana.test")
