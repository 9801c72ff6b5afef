"""Pictures on disk: private, whole, and not too many."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from app.model.errors import StoreError
from app.store.media_cache import MediaCache


class Time:
    """A clock that moves one second at each look."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def cache(folder: Path, cap: int = 1000, time: Time | None = None) -> MediaCache:
    """A cache in *folder*."""
    return MediaCache(folder / "media", cap=cap, clock=time or Time())


def test_what_is_put_is_found_also_by_the_next_run(tmp_path: Path) -> None:
    """Same bytes, same file, whatever the address looks like."""
    url = "https://x.example/../../etc/passwd?\ud800"
    path = cache(tmp_path).put(url, ".png", b"abc")

    assert path.read_bytes() == b"abc"
    assert path.is_relative_to(tmp_path / "media")
    assert cache(tmp_path).find(url) == path
    assert cache(tmp_path).find("https://x.example/other") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Folders 0700, files 0600."""
    path = cache(tmp_path).put("u", ".gif", b"abc")

    for folder in (path.parent, path.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    """Past the cap it shrinks to nine tenths; a look counts as use."""
    kept = cache(tmp_path)
    for i in range(10):
        kept.put(f"u{i}", ".png", b"x" * 100)
    assert kept.find("u0")
    kept.put("u10", ".png", b"x" * 100)

    assert kept.size == 900
    assert [f"u{i}" for i in (0, *range(3, 11))] == [
        f"u{i}" for i in range(11) if kept.find(f"u{i}")
    ]
    assert sum(1 for _ in (tmp_path / "media").glob("*/*")) == 9


def test_one_too_large_for_the_cap_is_still_given(tmp_path: Path) -> None:
    """What was just put stays until the next comes."""
    kept = cache(tmp_path, cap=10)
    path = kept.put("big", ".png", b"x" * 100)
    assert path.exists()

    kept.put("small", ".png", b"x")
    assert not path.exists()
    assert kept.size == 1


def test_use_is_remembered_across_runs(tmp_path: Path) -> None:
    """The order of use survives a restart."""
    time = Time()
    first = cache(tmp_path, time=time)
    for i in range(9):
        first.put(f"u{i}", ".png", b"x" * 100)
        path = first.find(f"u{i}")
        assert path is not None
        os.utime(path, (time.now, time.now))
    time.now += 10_000
    assert first.find("u0")

    second = cache(tmp_path, time=time)
    second.put("new", ".png", b"x" * 200)
    assert second.find("u0")
    assert second.find("u1") is None


def test_replacing_counts_once(tmp_path: Path) -> None:
    """The same address again: one file, of the new kind."""
    kept = cache(tmp_path)
    old = kept.put("u", ".png", b"x" * 100)
    new = kept.put("u", ".webp", b"y" * 50)
    kept.put("u", ".webp", b"y" * 60)

    assert not old.exists()
    assert (kept.find("u"), kept.size) == (new, 60)


def test_rubbish_of_an_earlier_run_is_cleared(tmp_path: Path) -> None:
    """Unfinished, empty and unknown files go; links are not followed."""
    path = cache(tmp_path).put("u", ".png", b"abc")
    outside = tmp_path / "outside.png"
    outside.write_bytes(b"secret")
    if sys.platform != "win32":
        (path.parent / "link.png").symlink_to(outside)
    for name, content in ((".tmpabc", b"x"), ("empty.png", b""), ("x.exe", b"x")):
        (path.parent / name).write_bytes(content)

    assert cache(tmp_path).size == 3
    assert [path.name] == [file.name for file in path.parent.iterdir()]
    assert outside.read_bytes() == b"secret"


def test_a_file_somebody_deleted_is_not_found(tmp_path: Path) -> None:
    """And its room is free again."""
    kept = cache(tmp_path)
    kept.put("u", ".png", b"abc").unlink()

    assert kept.find("u") is None
    assert kept.size == 0


def test_removing_and_clearing(tmp_path: Path) -> None:
    """One, all; harmless when there is nothing."""
    kept = cache(tmp_path)
    one, two = kept.put("u1", ".png", b"a"), kept.put("u2", ".png", b"b")
    kept.remove("u1")
    kept.remove("u1")
    assert (one.exists(), two.exists()) == (False, True)

    kept.clear()
    assert (two.exists(), kept.size) == (False, 0)


def test_a_disk_that_takes_nothing_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No half file stays, and what was there is still there."""
    kept = cache(tmp_path)
    old = kept.put("u", ".png", b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="No space left"):
        kept.put("u", ".png", b"new")

    assert old.read_bytes() == b"old"
    assert [old] == list(old.parent.iterdir())


def test_threads_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Many at once: the sum is right and below the cap."""
    kept = cache(tmp_path, cap=3000)

    def work(name: int) -> None:
        for i in range(50):
            kept.put(f"{name}/{i}", ".png", b"x" * 50)
            kept.find(f"{name}/{i - 1}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    on_disk = sum(file.stat().st_size for file in (tmp_path / "media").glob("*/*"))
    assert kept.size == on_disk
    assert kept.size <= 3000
