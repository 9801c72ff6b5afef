"""The facade of archives: patience, what is noted, what is due, whose archive it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.model import Account, AccountId
from app.model.errors import (
    Malformed,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    Unreachable,
    Unsupported,
)
from app.portability.archive_kind import ArchivedPosts, Tell
from app.portability.archive_manifest import (
    Absent,
    ArchiveReport,
    Manifest,
    write_manifest,
)
from app.portability.archive_schedule import BACKUPS, RETRY, Schedule
from app.portability.archives import Archives
from app.portability.atproto.findings import Finding
from app.portability.patience import Patience
from app.portability.plan import Progress
from app.store import Store

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ANA = Account(
    id=AccountId("ana@toy"),
    protocol="toy",
    network="toy",
    server="https://toy.example",
    uri="toy:ana",
    handle="ana",
)
GOOD = ArchiveReport(account="toy:ana", network="toy", records=7, blobs=2, bytes=900)


class Clock:
    """Waits by going forward."""

    def __init__(self) -> None:
        self.at = NOW
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.at

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)
        return False


class ToyArchives:
    """Answers what it is told to."""

    network = "toy"

    def __init__(self) -> None:
        self.answers: list[ArchiveReport | ServiceError] = []
        self.asked: list[tuple[AccountId, Path, bool, bool]] = []

    def takes(self, account: Account) -> bool:
        return account.protocol == "toy"

    async def back_up(
        self, account: Account, folder: Path, *, media: bool, tell: Tell, gentle: bool
    ) -> ArchiveReport:
        self.asked.append((account.id, folder, media, gentle))
        tell(Progress(done=1, total=9, unit="files"))
        answer = self.answers.pop(0) if self.answers else GOOD
        if isinstance(answer, ServiceError):
            raise answer
        return answer

    def verify(self, folder: Path, tell: Tell) -> ArchiveReport:
        tell(Progress(done=1, total=1, unit="files"))
        return GOOD

    def posts(self, folder: Path, manifest: Manifest) -> ArchivedPosts:
        raise Malformed("There are none.")


class World:
    """A profile with one account."""

    def __init__(self, store: Store) -> None:
        self.store, self.kind, self.clock = store, ToyArchives(), Clock()
        self.accounts = (ANA,)
        self.archives = Archives(store, lambda: [self.kind], lambda: self.accounts, self.clock)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = Store.open(tmp_path / "profile")
    yield World(store)
    store.close()


async def test_a_good_backup_is_remembered(world: World, tmp_path: Path) -> None:
    """When, and how much; also where it was never planned."""
    report = await world.archives.back_up(ANA, tmp_path / "a", media=True)

    (known,) = await world.archives.schedules.all()
    assert report.account == "ana@toy"
    assert (known.account, known.path) == (ANA.id, tmp_path / "a")
    assert (known.last_good, known.records, known.blobs, known.bytes) == (NOW, 7, 2, 900)
    assert (known.media, known.every_days, known.error, known.due_at) == (True, 0, "", None)


async def test_a_limit_is_waited_for(world: World, tmp_path: Path) -> None:
    """As long as the server says, and told meanwhile."""
    until = NOW + timedelta(minutes=3)
    world.kind.answers = [RateLimited("Slow down.", until), Unreachable("Gone."), GOOD]
    told: list[Progress] = []
    report = await world.archives.back_up(ANA, tmp_path / "a", listener=told.append)

    assert report.ok
    assert world.clock.waits[0] >= 180
    assert len(world.kind.asked) == 3
    assert any(one.resumes_at and one.resumes_at >= until for one in told)


async def test_patience_ends(world: World, tmp_path: Path) -> None:
    """A wait that is too long is told instead, and noted where the backup is known."""
    await world.archives.back_up(ANA, tmp_path / "a")
    late = RateLimited("Come tomorrow.", NOW + timedelta(days=1))
    world.kind.answers = [late, Unreachable("1"), Unreachable("2")]
    with pytest.raises(RateLimited):
        await world.archives.back_up(ANA, tmp_path / "a")
    after = (await world.archives.schedules.all())[0]
    with pytest.raises(Unreachable):
        await world.archives.back_up(ANA, tmp_path / "a", patience=Patience(tries=2))

    assert (after.error, after.last_good) == ("Come tomorrow.", NOW)


async def test_what_never_worked_is_not_remembered(world: World, tmp_path: Path) -> None:
    """A folder that was mistyped, for example."""
    world.kind.answers = [Refused("That folder holds other things.")]
    with pytest.raises(Refused):
        await world.archives.back_up(ANA, tmp_path / "a")

    assert await world.archives.schedules.all() == ()


async def test_backups_are_due_again_after_their_days(world: World, tmp_path: Path) -> None:
    """Each is made, gently; what fails is tried again an hour later."""
    folder = tmp_path / "a"
    await world.archives.schedules.save(
        Schedule(account=ANA.id, folder=str(folder), media=True, every_days=7)
    )
    first = await world.archives.back_up_due()
    nothing = await world.archives.back_up_due()
    world.clock.at += timedelta(days=7, seconds=1)
    world.kind.answers = [Refused("Not now.")]
    failed = await world.archives.back_up_due()
    soon = await world.archives.due()
    world.clock.at += RETRY
    again = await world.archives.back_up_due()

    assert world.kind.asked[0] == (ANA.id, folder, True, True)
    assert [said for _, said in first] == [""]
    assert (nothing, soon) == ([], ())
    assert [said for _, said in failed] == ["Not now."]
    assert failed[0][0].last_good == NOW
    assert [said for _, said in again] == [""]
    assert again[0][0].error == ""


async def test_accounts_that_are_gone_are_not_backed_up(world: World, tmp_path: Path) -> None:
    """What is known of their archives stays."""
    await world.archives.schedules.save(
        Schedule(account=AccountId("gone@toy"), folder=str(tmp_path), every_days=1)
    )

    assert await world.archives.due() == ()
    assert len(await world.archives.schedules.all()) == 1


async def test_a_schedule_can_be_changed_and_forgotten(world: World, tmp_path: Path) -> None:
    """What is known of past runs stays with it."""
    folder = tmp_path / "a"
    await world.archives.back_up(ANA, folder)
    await world.archives.schedules.save(
        Schedule(account=ANA.id, folder=str(folder.resolve()), every_days=30)
    )
    known = await world.archives.schedules.find(ANA.id, folder)
    await world.archives.schedules.forget(ANA.id, folder)

    assert (known.every_days, known.last_good) == (30, NOW)
    assert known.due_at == NOW + timedelta(days=30)
    assert await world.archives.schedules.all() == ()


async def test_settings_of_another_godwit_do_no_harm(world: World) -> None:
    """What cannot be read is left out."""
    await world.store.keep(lambda keeper: keeper.set_setting(BACKUPS, [{"account": 3}, "x"]))

    assert await world.archives.schedules.all() == ()


async def test_an_archive_knows_whose_it_is(world: World, tmp_path: Path) -> None:
    """Its manifest chooses who can read it; other networks are said to be unknown."""
    manifest = Manifest(
        network="toy", account="toy:ana", handle="ana", created_at=NOW, updated_at=NOW
    )
    folder = tmp_path / "a"
    folder.mkdir()
    with pytest.raises(NotFound):
        await world.archives.verify(folder)
    write_manifest(folder, manifest)
    told: list[Progress] = []
    report = await world.archives.verify(folder, told.append)
    with pytest.raises(Malformed):
        await world.archives.browse(folder)
    write_manifest(folder, replace(manifest, network="other"))
    with pytest.raises(Unsupported, match="other"):
        await world.archives.verify(folder)
    with pytest.raises(Unsupported):
        await world.archives.back_up(replace(ANA, protocol="other"), folder)
    await asyncio.sleep(0)

    assert report == GOOD
    assert [one.done for one in told] == [1]


def test_what_is_good_and_what_is_not() -> None:
    """Dead files are nobody's fault; all else must be there, and signed."""
    dead, lost = Absent("x", dead=True, why="Gone."), Absent("y", why="Not there.")
    bad = Finding("block-changed", "A block was changed.")

    assert replace(GOOD, missing=(dead,), signature="valid").ok
    assert replace(GOOD, signature="valid with a former key").ok
    assert not replace(GOOD, missing=(dead, lost)).ok
    assert not replace(GOOD, bad=(bad,)).ok
    for signature in ("invalid", "no key known", "no repository"):
        assert not replace(GOOD, signature=signature).ok
        assert replace(GOOD, signature=signature).trouble
    assert replace(GOOD, bad=(bad,)).trouble == bad.text
    assert "1 files are missing" in replace(GOOD, missing=(lost,)).trouble
    assert GOOD.trouble == ""
