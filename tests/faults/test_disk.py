"""Our own disk: full, locked, damaged, not writable. Words, a next step, and nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.model.timeline import ALL, Anchor
from app.store import Store
from tests.contract import mastodon_server
from tests.faults.conftest import BLUESKY, add_mastodon
from tests.faults.godwit import Godwit, must_be_refused, must_fail_alone
from tests.faults.world import World
from tests.unit.store.build import run

Damage = Callable[[bytes], bytes]


def part(godwit: Godwit, name: str) -> Path:
    """A file of the profile."""
    return Path(godwit.profile) / name


def accounts(godwit: Godwit) -> list[str]:
    """Ids of the accounts that it knows."""
    return [one["id"] for one in godwit.ok("account", "list")]


# -------------------------------------------------------------------- full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("may not mount a small file system here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """A file that takes all but *leave* bytes of what is left."""
    filler = folder / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(folder).free - leave))
    return filler


@pytest.mark.parametrize("leave", [300_000, 0], ids=["no room for a page", "no room at all"])
def test_a_full_disk(
    read_profile: Path, small_disk: Path, world: World, ana: str, leave: int
) -> None:
    """It is said with what to do; with room again everything is there and goes on."""
    shutil.copytree(read_profile, small_disk / "profile")
    godwit = Godwit(small_disk / "profile")
    posts = godwit.posts()
    edited = mastodon_server.timeline(world.mastodon.origin)
    for status in edited:
        status["content"] = f"<p>{'word ' * 3_000}</p>"
        status["edited_at"] = "2026-11-21T00:00:00Z"
    world.serve("mastodon", edited)
    filler = fill(small_disk, leave)
    done = godwit.run("sync")

    assert done.status == 1
    assert "disk is full" in done.lines[0]
    assert "Free some space" in done.lines[1]
    if leave:
        assert godwit.posts() == posts
    filler.unlink()
    assert godwit.posts() == posts
    assert accounts(godwit) == [ana, BLUESKY]
    world.serve("mastodon", mastodon_server.timeline(world.mastodon.origin))
    assert godwit.run("sync").status == 0


def test_signing_in_on_a_full_disk(small_disk: Path, world: World) -> None:
    """No account, no half of one; the same again works when there is room."""
    godwit = Godwit(small_disk / "profile")
    assert accounts(godwit) == []
    filler = fill(small_disk, 0)
    stdin = mastodon_server.TOKEN + "\n"

    must_be_refused(godwit.run(*add_mastodon(world), stdin=stdin), says="full", then="Free some")
    filler.unlink()
    assert accounts(godwit) == []
    assert godwit.run(*add_mastodon(world), stdin=stdin).status == 0


# ------------------------------------------------------------------ locked


def test_a_locked_cache(godwit: Godwit, world: World, ana: str) -> None:
    """Another program writes for five seconds: said in words; reading does not wait."""
    posts = godwit.posts()
    other = sqlite3.connect(part(godwit, "cache.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = godwit.run("--json", "sync", "--account", ana)

    must_fail_alone(
        done, ana, kind="store", says="Another program", then="Close the other", others=0
    )
    assert godwit.posts() == posts
    other.rollback()
    other.close()
    assert godwit.run("sync").status == 0


# ----------------------------------------------------------------- damaged

DAMAGE: dict[str, Damage] = {
    "no header": lambda data: b"garbage!" * 2 + data[16:],
    "cut": lambda data: data[: len(data) // 2],
    "noise": lambda data: os.urandom(len(data)),
    "noise behind the first page": lambda data: data[:4096] + os.urandom(len(data) - 4096),
}


def spoil(godwit: Godwit, name: str, damage: Damage) -> bytes:
    """Damage a file of a profile that nobody has open. Returns what it is now."""
    for end in ("-wal", "-shm"):
        part(godwit, name + end).unlink(missing_ok=True)
    path = part(godwit, name)
    path.write_bytes(damage(path.read_bytes()))
    return path.read_bytes()


def keep_things(godwit: Godwit) -> None:
    """A reading position and a setting."""
    store = Store.open(Path(godwit.profile))
    newest = store.reader.rows(ALL, limit=1)[0]

    def write(keeper: object) -> None:
        key = newest.sightings[0].entry  # type: ignore[union-attr]
        keeper.save_anchor(ALL, Anchor(key.key, key.sort_at, 7))  # type: ignore[attr-defined]
        keeper.set_setting("scheme", "dark")  # type: ignore[attr-defined]

    run(store.keep(write))
    store.close()


def kept_things(godwit: Godwit) -> tuple[object, str]:
    """The same, as they are now."""
    store = Store.open(Path(godwit.profile))
    found = store.reader.anchor(ALL), store.reader.setting("scheme")
    store.close()
    return found


@pytest.mark.parametrize("how", list(DAMAGE))
def test_a_damaged_cache(godwit: Godwit, world: World, ana: str, how: str) -> None:
    """Started anew and said; accounts and positions stay; a sync brings the posts back."""
    posts = godwit.posts()
    keep_things(godwit)
    kept = kept_things(godwit)
    spoil(godwit, "cache.db", DAMAGE[how])
    done = godwit.run("account", "list")

    assert done.status == 0
    assert done.lines[0].startswith("note: The cache of posts was damaged")
    assert "positions are untouched" in done.lines[0]
    assert kept_things(godwit) == kept
    assert kept[1] == "dark"
    assert godwit.run("sync").status == 0
    # Two posts of one moment stand in the order in which they came.
    assert sorted(godwit.posts()) == sorted(posts)


@pytest.mark.parametrize("how", [*DAMAGE, "emptied"])
def test_a_damaged_keep(godwit: Godwit, world: World, how: str) -> None:
    """Copied aside byte for byte, what can be read is carried over, and it is said; once."""
    posts = godwit.posts()
    keep_things(godwit)
    spoilt = spoil(godwit, "keep.db", DAMAGE.get(how, lambda data: b""))
    first = godwit.run("account", "list")
    aside = [name for name in godwit.files() if ".damaged-" in name]

    assert first.status == 0
    assert len(aside) == 1
    assert godwit.files()[aside[0]] == spoilt
    assert first.lines[0].startswith("note: keep.db was damaged")
    assert aside[0] in first.lines[0]
    assert godwit.run("account", "list").lines == []
    # What a server keeps of moderation is read again by the next sync; until then the
    # usual settings hold, which hide more, and say so.
    page = godwit.quick("--json", "timeline", "--no-sync", "--limit", "1000").json()
    shown = [item["uri"] for item in page["items"]]
    assert shown == [uri for uri in posts if uri in set(shown)]
    assert len(shown) + page["hidden"]["count"] == len(posts)


def test_a_keep_without_its_header_loses_nothing(godwit: Godwit, world: World, ana: str) -> None:
    """Accounts, position and setting come over; the vault still opens for them."""
    keep_things(godwit)
    kept = kept_things(godwit)
    spoil(godwit, "keep.db", DAMAGE["no header"])

    assert accounts(godwit) == [ana, BLUESKY]
    assert kept_things(godwit) == kept
    assert godwit.run("sync").status == 0


def test_a_damaged_vault(godwit: Godwit, world: World) -> None:
    """It is left as it is, and said; reading goes on."""
    posts = godwit.posts()
    spoilt = spoil(godwit, "vault.json", lambda data: data[: len(data) // 2])

    must_be_refused(godwit.run("sync"), says="vault file is damaged", then="copy of vault.json")
    assert godwit.posts() == posts
    assert godwit.files()["vault.json"] == spoilt
