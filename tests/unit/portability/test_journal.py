"""The journal of a move: a folder that no kill, full disk or editor can turn against it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.model.errors import StoreError
from app.portability.disk import Lines
from app.portability.journal import HIDDEN, Journal
from app.portability.ledger import FileLedger
from app.portability.past import Entry, Kind
from app.portability.plan import Progress
from app.portability.standing import LINES_LOST
from tests.unit.fakes import NOON
from tests.unit.portability.house import ANSWERS, AT_ONCE, mover


def entry(kind: Kind, step: str = "", **more: object) -> Entry:
    return Entry(at=NOON, kind=kind, step=step, **more)  # type: ignore[arg-type]


def written(folder: Path) -> Path:
    """Three lines: begun, kept, done."""
    journal = Journal(folder)
    journal.append(entry("begin", "copy"))
    journal.append(entry("keep", "copy", values={"rev": "3k"}))
    journal.append(entry("done", "copy", text="Copied."))
    journal.close()
    return folder / "journal.jsonl"


def test_what_was_appended_is_read_again(tmp_path: Path) -> None:
    """In a new process: states, values, words."""
    written(tmp_path)
    past = Journal(tmp_path).past

    assert (past.states, past.kept) == ({"copy": "done"}, {"rev": "3k"})
    assert [line.text for line in past.lines] == ["Copied."]
    assert past.unreadable == 0


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """0600 from the first byte, whatever the umask."""
    before = os.umask(0)
    try:
        path = written(tmp_path)
        FileLedger(tmp_path / "ledger").put("a")
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "ledger").stat().st_mode & 0o777 == 0o600


def test_a_torn_last_line_is_as_if_it_had_not_been_written(tmp_path: Path) -> None:
    """At whichever byte: what stands before is true, and the next line is whole."""
    whole = written(tmp_path).read_bytes()
    before = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(before, len(whole)):
        (tmp_path / "journal.jsonl").write_bytes(whole[:cut])
        journal = Journal(tmp_path)
        assert (journal.past.states["copy"], journal.past.unreadable) == ("doing", 0)
        journal.append(entry("skipped", "code"))
        journal.close()

        assert Journal(tmp_path).past.states == {"copy": "doing", "code": "skipped"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b'"done"', b'"skip"', 1),
        lambda data: data.replace(b"3k", b"9z"),
        lambda data: data.replace(b'"sum"', b'"som"', 1),
        lambda data: b"\xff\x00\xfe\n" + data,
        lambda data: b"{}\n[]\nnull\n\n" + data,
        lambda data: data[20:],
        lambda data: data[data.index(b"\n") + 1 :],
        lambda data: b"[" * 5000 + b"\n" + data,
    ],
)
def test_lines_changed_by_hand_are_left_out_and_counted(tmp_path: Path, damage: object) -> None:
    """The others count; whose line was lost asks the world again."""
    path = written(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    past = Journal(tmp_path).past

    assert past.unreadable >= 1
    assert set(past.states) <= {"copy"}


def test_a_journal_of_a_newer_godwit_is_left_alone(tmp_path: Path) -> None:
    """In words; it may mean what we do not know."""
    path = written(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2'))

    with pytest.raises(StoreError, match="newer"):
        Journal(tmp_path)


def test_a_step_that_would_keep_a_secret_is_a_bug(tmp_path: Path) -> None:
    """However deep in the value; nothing is written. In words it is blacked out."""
    journal = Journal(tmp_path, public="alice.test has a plan")
    journal.hide(["hunter2-hunter2", "alice.test", "short"], maybe=["perhaps-77"])
    with pytest.raises(ValueError, match="secret"):
        journal.append(entry("keep", "x", values={"a": [{"b": "it is hunter2-hunter2!"}]}))
    journal.append(entry("keep", "x", values={"who": "alice.test", "size": "short"}))
    journal.append(entry("say", "x", text="“hunter2-hunter2” is wrong, alice.test; perhaps-77?"))

    assert journal.past.lines[-1].text == f"“{HIDDEN}” is wrong, alice.test; {HIDDEN}?"
    assert b"hunter2" not in (tmp_path / "journal.jsonl").read_bytes()


def test_a_full_disk_tears_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a line fits: it is taken back, told in words, and nothing of it is true."""
    path = written(tmp_path)
    before = path.read_bytes()
    journal = Journal(tmp_path)
    write = os.write

    def half(descriptor: int, data: bytes) -> int:
        return write(descriptor, data[: len(data) // 2])

    def nothing(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    for full in (half, nothing):
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(StoreError, match="disk is full"):
            journal.append(entry("done", "other"))
        monkeypatch.setattr(os, "write", write)
        assert path.read_bytes() == before
        assert "other" not in journal.past.states
    journal.append(entry("done", "other"))

    assert Journal(tmp_path).past.states == {"copy": "done", "other": "done"}


async def test_a_full_disk_stops_a_move_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every step of it may meet the full disk; with space again it goes on."""
    one = await mover(tmp_path, posts=2)
    real, room = os.write, 0

    def full_soon(descriptor: int, data: bytes) -> int:
        nonlocal room
        room -= 1
        if room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    stops = 0
    monkeypatch.setattr(os, "write", full_soon)
    for space in range(60):
        room = space
        try:
            status = await one.again().run(ANSWERS, patience=AT_ONCE)
        except StoreError:
            stops += 1
            continue
        if status.state == "done":
            break
        assert "disk is full" in status.error
        stops += 1

    assert status.state == "done"
    assert stops > 3
    assert one.world.seen_from_outside() == ("new", ["new"])
    assert one.world.read("codes.json")["sent"] == 1


async def test_a_lost_line_costs_a_question(tmp_path: Path) -> None:
    """A journal cut and edited in the middle: the move says so, asks the world, goes on."""
    one = await mover(tmp_path)
    await one.run(ANSWERS, until="switch")
    path = one.where / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [lines[0], b"scribble\n", *lines[6:]]
    path.write_bytes(b"".join(kept))
    status = one.again().moves.status(one.id)

    assert status.error == LINES_LOST
    assert (await one.again().run(ANSWERS)).state == "done"
    assert one.world.read("codes.json")["sent"] == 1


def test_a_ledger_of_ten_thousand_is_cheap_and_whole(tmp_path: Path) -> None:
    """Read again after a torn line and a scribble: all but those."""
    path = tmp_path / "blobs"
    ledger = FileLedger(path)
    for number in range(10_000):
        ledger.put(f"blob-{number}", {"size": number})
    ledger.put("blob-3", "dead")
    ledger.close()
    with path.open("ab") as file:
        file.write(b'["torn')
    again = FileLedger(path)
    again.put("more")
    again.close()
    third = FileLedger(path)

    assert len(third) == 10_001
    assert (third.get("blob-3"), third.get("blob-4"), third.get("nobody")) == (
        "dead",
        {"size": 4},
        None,
    )
    assert next(third.items()) == ("blob-0", {"size": 0})
    assert path.read_bytes().endswith(b'\n["more","ok"]\n')


def test_lines_end_where_the_last_whole_one_ends(tmp_path: Path) -> None:
    """Also when what was torn is longer than a block."""
    path = tmp_path / "lines"
    path.write_bytes(b"one\n" + b"x" * 200_000)
    lines = Lines(path)
    lines.append(b"two", durable=True)

    assert path.read_bytes() == b"one\ntwo\n"


async def test_progress_knows_its_rate_and_end(tmp_path: Path) -> None:
    """From the last seconds alone; told ten times a second, and always at the end."""
    from app.portability.meter import Meter

    told: list[Progress] = []
    now = 0.0
    meter = Meter(told.append, lambda: now)
    for done in range(101):
        meter.take(Progress(done=done, total=100, unit="files"))
        now += 0.0625  # exact in binary

    assert len(told) == 51
    assert told[-1].done == 100
    assert told[25].rate == pytest.approx(16.0)
    assert told[25].seconds_left == pytest.approx((100 - told[25].done) / 16)
    meter.take(Progress(done=3, total=100))
    assert meter.last is not None and meter.last.rate == 0.0
