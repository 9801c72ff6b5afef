"""Computers with clocks of other countries."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def clock_of() -> Iterator[Callable[[str], None]]:
    """Sets the zone of this computer, as POSIX has it; it is as before after the test."""
    before = os.environ.get("TZ")
    if not hasattr(time, "tzset"):
        pytest.skip("this system has one zone for all processes")
    yield _set
    _set(before)


def _set(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()
