"""``godwit backup``, as people run it, on an archive that is there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.portability.atproto.archive import open_archive
from app.protocols.http import Http
from tests.unit.cli.conftest import Command
from tests.unit.portability.atproto.small_pds import HANDLE, SmallPds, running
from tests.unit.portability.atproto.test_backup import World
from tests.unit.protocols.conftest import http  # noqa: F401  (the fixture)

KEYS = {"account", "network", "records", "blobs", "missing", "bad", "signature", "ok"}


@pytest.fixture
async def archive(http: Http, tmp_path: Path) -> AsyncIterator[Path]:  # noqa: F811
    """A finished one."""
    pds = SmallPds()
    for number in range(5):
        pds.add_post(f"Post {number}")
    cid = pds.add_picture(b"picture", alt="A godwit")
    gone = pds.add_picture(b"gone")
    del pds.files[gone]
    async with running(pds):
        world = World(pds, http, tmp_path / "archive")
        assert (await world.back_up()).blobs == 1
    assert (open_archive(world.folder).blobs / cid).is_file()
    yield world.folder


def test_a_whole_archive_passes(godwit: Command, archive: Path) -> None:
    """All keys of the contract; dead files are named; exit status 0."""
    found = godwit.json("backup", "verify", str(archive))
    said = godwit.run("backup", "verify", str(archive)).stdout

    assert found.keys() >= KEYS
    assert (found["ok"], found["signature"], found["bad"]) == (True, "valid", [])
    assert (found["network"], found["records"], found["blobs"]) == ("bluesky", 7, 1)
    assert [(one["dead"], one["where"][:5]) for one in found["missing"]] == [(True, "at://")]
    assert f"{HANDLE}: the archive in {archive} is whole." in said


def test_a_damaged_archive_fails(godwit: Command, archive: Path) -> None:
    """One byte of the repository: exit status 1, the fault and its place."""
    path = open_archive(archive).car
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    found = godwit.json("backup", "verify", str(archive), status=1)
    said = godwit.run("backup", "verify", str(archive))

    assert not found["ok"]
    assert all(one["code"] and one["text"] and one["where"] for one in found["bad"])
    assert said.returncode == 1
    assert "NOT whole" in said.stdout


def test_posts_are_shown_and_found(godwit: Command, archive: Path) -> None:
    """As items, newest first, page by page."""
    first = godwit.json("backup", "show", str(archive), "--limit", "3")
    older = ("--older", str(first["older"]), "--limit", "3")
    second = godwit.json("backup", "show", str(archive), *older)
    found = godwit.json("backup", "show", str(archive), "--search", "godwit")
    said = godwit.run("backup", "show", str(archive), "--search", "post 3").stdout

    assert first["count"] == 7
    assert [item["text"] for item in second["items"]] == ["Post 3", "Post 2", "Post 1"]
    assert [item["media"][0]["alt"] for item in found["items"]] == ["A godwit"]
    assert found["items"][0]["media"][0]["url"].startswith("file://")
    assert "Post 3" in said
    assert "0 likes" not in said
    assert "Post 4" not in said


def test_nothing_is_backed_up_at_first(godwit: Command) -> None:
    """And that is said; nothing is due either."""
    assert godwit.json("backup", "list") == {"backups": []}
    assert godwit.json("backup", "due") == {"backups": []}


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("verify",), 2, "A folder is needed"),
        (("verify", "/nowhere"), 1, "no archive"),
        (("show", "/nowhere"), 1, "no archive"),
        (("nobody@nowhere", "/tmp/x"), 2, "no account"),
        (("show", "/nowhere", "--limit", "0"), 2, "--limit"),
        ((), 2, "ACCOUNT"),
    ],
)
def test_wrong_words_are_told(
    godwit: Command, arguments: tuple[str, ...], status: int, words: str
) -> None:
    """With what to do instead."""
    done = godwit.run("backup", *arguments)

    assert done.returncode == status
    assert words in done.stderr
    assert "try:" in done.stderr


def test_backups_can_be_tried_in_the_demo(godwit: Command, tmp_path: Path) -> None:
    """Nothing real is needed for that."""
    account = godwit.json("--demo", "account", "list")[0]["id"]
    made = godwit.json("--demo", "backup", account, str(tmp_path / "x"))
    checked = godwit.json("--demo", "backup", "verify", str(tmp_path / "x"))

    assert (made["account"], made["ok"], checked["ok"]) == (account, True, True)
    assert made["records"] == checked["records"] > 0
