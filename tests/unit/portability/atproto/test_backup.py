"""Backups of an AT account: whole, again and again, through every kind of trouble."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.model.errors import BadInput, Malformed, RateLimited, Refused, StoreError, Unreachable
from app.portability.archive_folder import LOCK, SCRATCH
from app.portability.archive_manifest import ArchiveReport, read_manifest
from app.portability.atproto.archive import open_archive, verify_archive
from app.portability.atproto.backup import OPEN, Backup
from app.portability.atproto.download import RepoSource
from app.portability.atproto.keeping import EARLIER
from app.portability.pace import Pace
from app.portability.plan import Progress
from app.protocols.http import Http
from app.store.lock import FileLock
from tests.unit.portability.atproto.small_pds import HANDLE, NOW, Owner, SmallPds, running
from tests.unit.protocols.conftest import http  # noqa: F401  (the fixture)
from tests.unit.protocols.wire import answer

LATEST, REPO = "com.atproto.sync.getLatestCommit", "com.atproto.sync.getRepo"
BLOB = "com.atproto.sync.getBlob"


class World:
    """A server with an account, a folder, and a clock."""

    def __init__(self, pds: SmallPds, door: Http, folder: Path) -> None:
        self.pds, self.http, self.folder = pds, door, folder
        self.now = NOW
        self.told: list[Progress] = []

    async def back_up(self, *, media: bool = True, gentle: bool = False) -> ArchiveReport:
        """One run."""
        origin = self.pds.origin
        source = RepoSource(
            self.http, origin, self.pds.did, own=Owner(self.http, origin), plc=origin
        )
        backup = Backup(
            source,
            self.folder,
            HANDLE,
            media=media,
            now=lambda: self.now,
            tell=self.told.append,
            pace=Pace(gentle=gentle),
        )
        self.pds.asked.clear()
        return await backup.run()


@pytest.fixture
async def world(http: Http, tmp_path: Path) -> AsyncIterator[World]:  # noqa: F811
    """Somebody with three posts and two pictures."""
    pds = SmallPds()
    for text in ("One", "Two", "Three"):
        pds.add_post(text)
    for number in range(2):
        pds.add_picture(bytes([number]) * (1_000 + number))
    async with running(pds):
        yield World(pds, http, tmp_path / "archive")


def pictures(world: World) -> set[str]:
    """Names of the files that are there."""
    return {path.name for path in open_archive(world.folder).blobs.iterdir()}


# ----------------------------------------------------------------- what is made


async def test_an_archive_is_whole_and_private(world: World) -> None:
    """Repository, files, papers, in goat's layout; only its owner may read it."""
    report = await world.back_up()

    assert report.ok
    assert (report.records, report.blobs, report.signature) == (5, 2, "valid")
    names = {path.name for path in world.folder.iterdir()}
    assert names == {
        "ana.example.20261126120000.car",
        "ana.example_blobs",
        "preferences.json",
        "plc-log.json",
        "did.json",
        "manifest.json",
        "README.txt",
        LOCK,
    }
    assert pictures(world) == set(world.pds.files)
    preferences = json.loads((world.folder / "preferences.json").read_text())
    assert preferences == [{"$type": "x#y", "kept": [1, 2.5, None]}]
    for path in (world.folder, *world.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    text = (world.folder / "README.txt").read_text()
    assert "ana.example.20261126120000.car" in text
    assert "godwit backup verify" in text


async def test_no_secret_is_in_an_archive(world: World) -> None:
    """Not the token that was sent for the preferences."""
    await world.back_up()

    assert all(
        b"secret-token" not in path.read_bytes()
        for path in world.folder.rglob("*")
        if path.is_file()
    )


async def test_what_has_not_changed_costs_one_question(world: World) -> None:
    """And nothing is written."""
    await world.back_up()
    before = {path: path.stat().st_mtime_ns for path in world.folder.rglob("*.*")}
    report = await world.back_up()

    assert dict(world.pds.asked) == {LATEST: 1}
    assert (report.ok, report.changed, report.records) == (True, False, 5)
    assert {path: path.stat().st_mtime_ns for path in world.folder.rglob("*.*")} == before


async def test_only_what_is_new_is_fetched(world: World) -> None:
    """Files that are there are not asked for again; what was deleted stays."""
    await world.back_up()
    first = set(world.pds.files)
    del world.pds.records[next(iter(world.pds.records))]
    new = world.pds.add_picture(b"new")
    world.now += timedelta(hours=1)
    report = await world.back_up()

    assert (world.pds.asked[REPO], world.pds.asked[BLOB], world.pds.asked[new]) == (1, 1, 1)
    assert (report.ok, report.changed, report.blobs) == (True, True, 3)
    assert pictures(world) == first | {new}
    assert verify_archive(world.folder).ok


async def test_repositories_of_before_are_kept_a_while(world: World) -> None:
    """What somebody deleted by mistake is in them; not all for ever."""
    for _ in range(EARLIER + 3):
        world.pds.add_post("Another")
        world.now += timedelta(days=1)
        await world.back_up(media=False)

    archive = open_archive(world.folder)
    assert len(archive.details.earlier) == EARLIER
    assert {path.name for path in world.folder.glob("*.car")} == {
        archive.details.car,
        *archive.details.earlier,
    }
    assert verify_archive(world.folder).ok


async def test_media_can_be_asked_for_later(world: World) -> None:
    """The repository is not fetched again for it; and then they are kept up to date."""
    bare = await world.back_up(media=False)
    later = await world.back_up(media=True)
    fetched = world.pds.asked[REPO]
    world.pds.add_picture(b"third")
    kept = await world.back_up(media=False)

    assert (bare.ok, bare.blobs) == (True, 0)
    assert (later.ok, later.blobs, fetched) == (True, 2, 0)
    assert kept.blobs == 3


async def test_papers_are_asked_for_anew_after_a_week(world: World) -> None:
    """Preferences change without the repository."""
    await world.back_up()
    world.now += timedelta(days=8)
    await world.back_up()

    assert world.pds.asked["app.bsky.actor.getPreferences"] == 1
    assert world.pds.asked[BLOB] == 0
    assert len(list(world.folder.glob("*.car"))) == 1


async def test_a_gentle_run_comes_to_the_same(world: World) -> None:
    """In short bursts, for who scrolls meanwhile."""
    assert (await world.back_up(gentle=True)).ok


async def test_it_is_told_how_far_it_is(world: World) -> None:
    """In files and bytes."""
    await world.back_up()

    last = world.told[-1]
    assert (last.done, last.total, last.unit) == (2, 2, "files")
    assert last.bytes_done == last.bytes_total == 2_001


# -------------------------------------------------------------------- trouble


async def test_dead_files_are_named_and_not_asked_for_every_day(world: World) -> None:
    """With the post that has them; the archive is good all the same."""
    cid = world.pds.add_picture(b"gone")
    del world.pds.files[cid]
    report = await world.back_up()
    world.pds.add_post("New")
    await world.back_up()
    next_day = world.pds.asked[cid]
    world.now += timedelta(days=8)
    await world.back_up()

    assert report.ok
    assert [(one.name, one.dead) for one in report.missing] == [(cid, True)]
    assert report.missing[0].where.startswith(f"at://{world.pds.did}/app.bsky.feed.post/")
    assert (next_day, world.pds.asked[cid]) == (0, 1)
    assert verify_archive(world.folder).missing == report.missing


async def test_other_bytes_under_a_name_are_not_kept(world: World) -> None:
    """Nor is what is too large; both are named, and asked for at the next run."""
    good = set(world.pds.files)
    wrong = world.pds.add_picture(b"right")
    content, world.pds.files[wrong] = world.pds.files[wrong], b"wrong"
    report = await world.back_up()
    there = pictures(world)
    world.pds.files[wrong] = content
    mended = await world.back_up()

    assert not report.ok
    assert [(one.name, one.dead) for one in report.missing] == [(wrong, False)]
    assert "other bytes" in report.missing[0].why
    assert there == good
    assert (mended.ok, mended.blobs) == (True, 3)


async def test_files_that_break_the_server_do_not_break_the_backup(world: World) -> None:
    """Some that it fails at each time, beside each other, are named; the rest is there."""
    broken = {world.pds.add_picture(f"broken {number}".encode()) for number in range(12)}
    last = world.pds.add_picture(b"last")
    world.pds.meddle = lambda method, params: answer(500) if params.get("cid") in broken else None
    report = await world.back_up()

    assert {one.name for one in report.missing} == broken
    assert not any(one.dead for one in report.missing)
    assert last in pictures(world)
    assert not report.ok


async def test_a_file_that_does_not_end_is_left(world: World) -> None:
    """Far larger than its record says: named, and nothing of it kept."""
    cid = world.pds.add_picture(b"small")
    world.pds.meddle = lambda method, params: (
        answer(200, bytes(1_200_000)) if params.get("cid") == cid else None
    )
    report = await world.back_up()

    (missing,) = report.missing
    assert (missing.name, missing.dead) == (cid, False)
    assert "more than" in missing.why
    assert not (world.folder / SCRATCH).exists()


async def test_a_run_goes_on_where_the_one_before_ended(world: World) -> None:
    """What came is not asked for again."""
    for number in range(40):
        world.pds.add_picture(f"picture {number}".encode())
    sent = 0

    def meddle(method: str, params: dict[str, str]) -> bytes | None:
        nonlocal sent
        if method == BLOB:
            sent += 1
        return answer(503) if sent > 20 and method == BLOB else None

    world.pds.meddle = meddle
    with pytest.raises(Unreachable):
        await world.back_up()
    there = pictures(world)
    world.pds.meddle = lambda method, params: None
    world.http.retry_now()
    report = await world.back_up()

    assert 15 <= len(there) <= 20
    assert (report.ok, report.blobs) == (True, 42)
    assert world.pds.asked[REPO] == 0
    assert world.pds.asked[BLOB] == 42 - len(there)


async def test_a_limit_is_told_with_its_end(world: World) -> None:
    """Whoever runs it waits; nothing that came is lost."""

    def meddle(method: str, params: dict[str, str]) -> bytes | None:
        return answer(429, retry_after="90") if method == BLOB else None

    world.pds.meddle = meddle

    with pytest.raises(RateLimited) as refused:
        await world.back_up()

    assert refused.value.until.tzinfo is not None
    assert not read_manifest(world.folder).complete
    assert verify_archive(world.folder).bad == ()


async def test_damaged_repositories_do_not_replace_good_ones(world: World) -> None:
    """It is fetched twice before that is said; the archive stays as it was."""
    await world.back_up()
    before = read_manifest(world.folder)
    world.pds.add_post("New")
    data = bytearray(world.pds.repo()[1])
    data[-20] ^= 1
    world.pds.meddle = lambda method, params: answer(200, bytes(data)) if method == REPO else None

    with pytest.raises(Malformed, match="damaged"):
        await world.back_up()

    assert world.pds.asked[REPO] == 2
    assert read_manifest(world.folder) == before
    assert verify_archive(world.folder).ok


async def test_a_damaged_repository_is_better_than_none(world: World) -> None:
    """The first is kept, and said to be bad; a good one takes its place."""
    data = bytearray(world.pds.repo()[1])
    data[-20] ^= 1
    world.pds.meddle = lambda method, params: answer(200, bytes(data)) if method == REPO else None
    bad = await world.back_up()
    world.pds.meddle = lambda method, params: None
    good = await world.back_up()

    assert not bad.ok
    assert "block-changed" in {finding.code for finding in bad.bad}
    assert good.ok


async def test_somebody_elses_repository_is_refused(world: World) -> None:
    """Whatever the server thinks."""
    other = SmallPds()
    other.did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
    other.add_post("Not mine")
    world.pds.meddle = lambda method, params: (
        answer(200, other.repo()[1]) if method == REPO else None
    )

    with pytest.raises(Malformed):
        await world.back_up()

    assert not (world.folder / "manifest.json").exists()


async def test_a_server_that_falls_back_is_not_followed(world: World) -> None:
    """It was restored from an old copy, perhaps: ours is newer."""
    await world.back_up()
    world.pds.changes -= 1

    with pytest.raises(Refused, match="older state"):
        await world.back_up()


async def test_accounts_that_are_not_active_are_asked_for_by_their_owner(world: World) -> None:
    """Repository and files."""
    world.pds.inactive = True
    report = await world.back_up()

    assert (report.ok, report.blobs) == (True, 2)


@pytest.mark.parametrize("inactive", [True, False])
async def test_what_an_account_has_left_is_not_its_backup(world: World, inactive: bool) -> None:
    """A former server still has its old state: good as it looks, it is not followed."""
    await world.back_up()
    world.pds.home, world.pds.inactive = "https://new.example", inactive
    world.now += timedelta(days=8)

    with pytest.raises(Refused, match=r"lives at new\.example now"):
        await world.back_up()


async def test_without_the_directory_it_is_saved_all_the_same(world: World) -> None:
    """It is said that the signature could not be checked; tomorrow it is."""
    world.pds.meddle = lambda method, params: answer(503) if method == "audit" else None
    bare = await world.back_up()
    world.pds.meddle = lambda method, params: None
    world.now += timedelta(days=1, hours=1)
    full = await world.back_up()

    assert (bare.signature, bare.ok) == ("no key known", False)
    assert any("plc-log.json" in note for note in bare.notes)
    assert (full.signature, full.ok) == ("valid", True)


# --------------------------------------------------------------------- folders


async def test_each_account_has_its_own_folder(world: World, tmp_path: Path) -> None:
    """Another's archive and other things are left alone."""
    await world.back_up()
    other = World(SmallPds(), world.http, world.folder)
    other.pds.did, other.pds.origin = "did:plc:ewvi7nxzyoun6zhxrhs64oiz", world.pds.origin
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "letter.txt").write_text("Dear")

    with pytest.raises(BadInput, match="holds the backup of ana"):
        await other.back_up()
    world.folder = documents
    with pytest.raises(BadInput, match="other things"):
        await world.back_up()
    assert [path.name for path in documents.iterdir()] == ["letter.txt"]
    world.folder = documents / "letter.txt"
    with pytest.raises(BadInput, match="not a folder"):
        await world.back_up()


async def test_two_at_once_the_second_says_so(world: World) -> None:
    """Nothing is touched."""
    await world.back_up()
    lock = FileLock(world.folder / LOCK)
    assert lock.try_acquire()

    with pytest.raises(Refused, match="Another Godwit"):
        await world.back_up()
    lock.release()
    assert (await world.back_up()).ok


async def test_what_a_kill_left_is_tidied_up(world: World) -> None:
    """A repository without its manifest, parts of files."""
    await world.back_up()
    stray = world.folder / "ana.example.20261126130000.car"
    stray.write_bytes(b"whole, but never said to be")
    (world.folder / SCRATCH).mkdir()
    (world.folder / SCRATCH / "landing").write_text(stray.name)
    (world.folder / SCRATCH / "x.part").write_bytes(b"half")
    report = await world.back_up()

    assert report.ok
    assert not stray.exists()
    assert not (world.folder / SCRATCH).exists()


async def test_what_was_taken_away_is_fetched_again(world: World) -> None:
    """A file of a post, the repository, a paper."""
    await world.back_up()
    for gone in (*open_archive(world.folder).blobs.iterdir(), *world.folder.glob("*.json")):
        if gone.name == "manifest.json":
            continue
        gone.unlink()
        assert (await world.back_up()).ok
        assert gone.exists()
    open_archive(world.folder).car.unlink()
    assert (await world.back_up()).ok
    assert verify_archive(world.folder).ok


async def test_a_stick_without_permissions_will_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said that it keeps nobody out."""

    def chmod(path: Path, mode: int, **more: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    world.folder.mkdir(mode=0o755)
    monkeypatch.setattr(Path, "chmod", chmod)
    report = await world.back_up()

    assert report.ok
    assert OPEN in report.notes


async def test_a_folder_that_cannot_be_written_is_told(world: World, tmp_path: Path) -> None:
    """In words, with a next step."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    world.folder = blocked / "archive"

    with pytest.raises((StoreError, BadInput)):
        await world.back_up()
