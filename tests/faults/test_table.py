"""The table of faults names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_test_of_the_table_is_there() -> None:
    """Each line has at least one; a test that was renamed is noticed."""
    lines = (TESTS / "README.md").read_text("utf-8").split("## Every fault")[1].splitlines()
    rows = [line for line in lines if line.startswith("| ") and "---" not in line][1:]

    assert len(rows) > 25
    for row in rows:
        named = NAMED.findall(row)
        assert named, row
        for path, name in named:
            text = (TESTS / path).read_text("utf-8")
            assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), f"{path}::{name}"
