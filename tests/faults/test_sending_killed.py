"""``godwit post`` killed (SIGKILL) between any two steps: after the next start, each lane once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.faults.godwit import Godwit
from tests.faults.letters import Letters, killed, resumed
from tests.faults.world import World
from tests.unit.services import pictures

pytestmark = pytest.mark.timeout(300)

PARTS = [f"{n}. A post of a thread that is killed on its way, {'word ' * 45}." for n in range(3)]
THREAD = "\n---\n".join(PARTS)

# Of a single post to both: keep 1 is the row, 2 and 3 that it is being sent,
# 4 and 5 that it is there; ask 1 and 2 are the posts themselves.
MOMENTS = [
    ("single", "keep", 1, "after"),
    ("single", "keep", 2, "after"),
    ("single", "ask", 1, "before"),
    ("single", "ask", 2, "0.004"),
    ("single", "ask", 2, "after"),
    ("thread", "ask", 3, "after"),
    ("thread", "keep", 6, "before"),
    ("media", "ask", 2, "after"),
    ("media", "ask", 3, "after"),
    ("poll", "ask", 1, "after"),
]


@pytest.mark.parametrize(("kind", "event", "number", "moment"), MOMENTS)
def test_killed_on_its_way_each_lane_arrives_once(
    kind: str, event: str, number: int, moment: str, world: World, godwit: Godwit, tmp_path: Path
) -> None:
    """Between row, request, answer and row again: nothing is doubled, nothing lost."""
    letters = Letters(world)
    picture = pictures.png(tmp_path / "a.png")
    arguments = {
        "single": ["Sent once"],
        "thread": [THREAD, "--thread"],
        "media": ["Sent once", "--media", str(picture), "--alt", "noise"],
        "poll": ["Sent once", "--poll", "Yes|No"],
    }[kind]
    killed(godwit, event, number, moment, *arguments)
    lanes = resumed(godwit)

    assert len(lanes) in (0, 2)  # 0: all was written down before it was killed
    assert {"delivered"} >= {lane["state"] for lane in lanes}, lanes
    if kind == "thread":
        assert [text.split(".")[0] for text in letters.first] == ["0", "1", "2"]
        assert letters.is_thread()
    else:
        assert 1 == len(letters.first) == len(letters.second)
        assert all("Sent once" in text for text in (*letters.first, *letters.second))
    kept = sqlite3.connect(Path(godwit.profile) / "keep.db")
    assert [("ok",)] == kept.execute("PRAGMA integrity_check").fetchall()
    kept.close()
    assert [] == godwit.quick("--json", "outbox").json()["drafts"]
