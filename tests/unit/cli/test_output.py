"""What commands say of troubles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

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
        "try: Sign in again.",
    ]
