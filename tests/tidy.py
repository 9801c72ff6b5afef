"""Garbage of tests that draw is collected on the thread that draws, as the program does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import count

import pytest

EVERY = 10
"""Tests between two collections: a whole one takes a twentieth of a second."""

_numbers = count(1)


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """
    No collection while the test runs, one on this thread after every tenth.

    Python collects on whatever thread has just made an object. With the threads of
    stores and loopback servers about, a widget in a cycle was destroyed on one of
    them, and the process with it: two runs in two of the whole suite.
    """
    gc.disable()
    yield
    if next(_numbers) % EVERY == 0:
        gc.collect()
