"""Two processes on one profile: neither takes the log away under the other's hands."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.model import AccountId
from app.model.errors import SignedOut
from app.store import Store, Vault
from app.store.health import looks_whole
from app.store.migrations import version_in_header

COME_AND_GO = """
import sqlite3, sys
for name in ("keep.db", "cache.db"):
    db = sqlite3.connect(f"{sys.argv[1]}/{name}")
    db.execute("PRAGMA user_version").fetchone()
    db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    db.close()  # the last one to close moves the log into the file and deletes it
"""


def come_and_go(profile: Path) -> None:
    """Another process opens the files and closes them again."""
    subprocess.run([sys.executable, "-c", COME_AND_GO, str(profile)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="locks there belong to handles")
async def test_the_vault_does_not_drop_the_locks_of_the_store(tmp_path: Path) -> None:
    """What is written after another process came and went is there for the next one."""
    profile = tmp_path / "profile"
    store = Store.open(profile)
    await store.keep(lambda keeper: keeper.set_setting("one", 1))
    vault = Vault(profile, keyrings=lambda: iter(()), environ={})
    vault.create_file("canary-passphrase")
    with pytest.raises(SignedOut):
        await vault.load(AccountId("nobody"))
    version_in_header(profile / "keep.db")
    looks_whole(profile / "keep.db")
    log = profile / "keep.db-wal"
    before = log.stat().st_ino

    come_and_go(profile)
    assert log.exists() and log.stat().st_ino == before
    await store.keep(lambda keeper: keeper.set_setting("two", 2))
    with sqlite3.connect(profile / "keep.db") as other:
        found = other.execute("SELECT count(*) FROM setting WHERE name IN ('one', 'two')")
        assert found.fetchone() == (2,)
    other.close()
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="locks there belong to handles")
async def test_a_second_look_at_the_profile_does_not_either(tmp_path: Path) -> None:
    """The store opened twice in one process, the second one closed again."""
    profile = tmp_path / "profile"
    store = Store.open(profile)
    await store.keep(lambda keeper: keeper.set_setting("one", 1))
    Store.open(profile).close()
    log = profile / "keep.db-wal"
    before = log.stat().st_ino

    come_and_go(profile)
    assert log.exists() and log.stat().st_ino == before
    store.close()
