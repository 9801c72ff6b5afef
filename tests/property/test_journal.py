"""Whatever is in the folder of a move: read, or refused in words; never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.model.errors import ServiceError
from app.portability.journal import Journal, write_plan
from app.portability.ledger import FileLedger
from app.portability.past import Entry
from app.portability.plan import Place, Plan, StepView
from app.portability.shelf import Shelf
from tests.unit.fakes import NOON

PLAN = Plan(
    id="20261101-1200-abc",
    route="toy",
    source=Place(network="toy", server="old"),
    target=Place(network="toy", server="new"),
    created_at=NOON,
    steps=(StepView(id="a", title="A"),),
)
DEEP = b'["k",' + b"[" * 100_000 + b"]" * 100_000 + b"]\n"
DEEP_LINE = b'{"v":1,"sum":"x","entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"


def written(folder: Path) -> Path:
    where = write_plan(folder, PLAN)
    journal = Journal(where)
    journal.append(Entry(at=NOON, kind="begin", step="a"))
    journal.append(Entry(at=NOON, kind="keep", step="a", values={"n": [1, {"x": None}]}))
    journal.append(Entry(at=NOON, kind="done", step="a", text="Done."))
    journal.close()
    return where


def spoiled(content: bytes, cut: int, insert: bytes, drop: int) -> bytes:
    at = cut % (len(content) + 1)
    return content[:at] + insert + content[at + drop :]


@settings(max_examples=150)
@given(st.integers(0, 10_000), st.binary(max_size=40), st.integers(0, 200))
@example(0, DEEP_LINE, 0)
@example(0, DEEP, 0)
def test_a_spoiled_journal_is_read_as_far_as_it_goes(cut: int, insert: bytes, drop: int) -> None:
    """What is known is true: a step counts as done only where its whole line stands."""
    with tempfile.TemporaryDirectory() as name:
        where = written(Path(name))
        path = where / "journal.jsonl"
        whole = path.read_bytes()
        path.write_bytes(spoiled(whole, cut, insert, drop))
        left = path.read_bytes().splitlines(keepends=True)
        try:
            _, journal = Shelf(Path(name)).open(PLAN.id)
        except ServiceError as error:
            assert error.message and error.next_step
            return
        assert (journal.past.states.get("a") == "done") == (whole.splitlines(True)[-1] in left)
        journal.append(Entry(at=NOON, kind="result", step="a", text="more"))
        journal.close()

        assert Shelf(Path(name)).open(PLAN.id)[1].past.results == {"a": "more"}


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.binary(max_size=40), st.integers(0, 200))
@example(0, DEEP, 10_000)
def test_a_spoiled_plan_is_refused_in_words(cut: int, insert: bytes, drop: int) -> None:
    """Unless it is, byte for byte, what was written."""
    with tempfile.TemporaryDirectory() as name:
        where = written(Path(name))
        path = where / "plan.json"
        whole = path.read_bytes()
        path.write_bytes(spoiled(whole, cut, insert, drop))
        try:
            plan, _ = Shelf(Path(name)).open(PLAN.id)
        except ServiceError as error:
            assert error.message and error.next_step
        else:
            assert path.read_bytes() == whole
            assert plan == PLAN


@settings(max_examples=100)
@given(st.binary(max_size=300))
@example(DEEP)
def test_any_file_can_be_a_ledger(content: bytes) -> None:
    """Lines that are none are left out; what is written then is found again."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ledger"
        path.write_bytes(content)
        ledger = FileLedger(path)
        ledger.put("new", "ok")
        ledger.close()

        assert FileLedger(path).get("new") == "ok"


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["begin", "again", "done", "skipped", "undone"]), max_size=12))
def test_the_last_line_of_a_step_says_how_it_is(kinds: list[str]) -> None:
    """Whatever came before."""
    states = {"begin": "doing", "again": "todo"}
    with tempfile.TemporaryDirectory() as name:
        journal = Journal(Path(name))
        for kind in kinds:
            journal.append(Entry(at=NOON, kind=kind, step="a"))  # type: ignore[arg-type]
        journal.close()
        known = Journal(Path(name)).past.states.get("a", "")

    assert known == (states.get(kinds[-1], kinds[-1]) if kinds else "")
