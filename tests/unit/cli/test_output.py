"""What commands say of troubles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.options import NOUNS
from app.cli.output import Output
from app.model.errors import RateLimited, SignedOut

UNTIL = datetime(2026, 11, 26, 21, 1, 57, tzinfo=UTC)


def test_a_limit_says_when_to_run_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    """A command has ended by then: nothing goes on by itself."""
    Output().trouble("ana", RateLimited("Slow down.", UNTIL))
    Output().error(RateLimited("Slow down.", UNTIL))

    local = UNTIL.astimezone()
    wait = f"try: Run this again after {local:%H:%M:%S}."
    assert capsys.readouterr().err.splitlines() == [
        "error: ana: Slow down.",
        wait,
        "error: Slow down.",
        wait,
    ]


def test_a_next_step_of_its_own_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a limit as of anything else."""
    Output().trouble("ana", RateLimited("Slow down.", UNTIL, "Leave some out."))
    Output().trouble("ana", SignedOut("No."))

    assert capsys.readouterr().err.splitlines()[1::2] == [
        "try: Leave some out.",
        "try: Sign in again: godwit account add NETWORK ADDRESS",
    ]


def test_every_command_is_in_the_readme() -> None:
    """But those that take something back: they are called as what they take back."""
    said = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    acts = [noun for noun in NOUNS if not (noun.startswith("un") and noun[2:] in NOUNS)]
    assert [noun for noun in acts if f"`{noun}`" not in said] == []
