"""Data that lives beside the project: used when it is there, named when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parent.parent.parent / "shared"
OUTSIDE: Path | None = _BESIDE if (_BESIDE / "vectors").is_dir() else None
"""Folder with ``vectors/`` and ``recordings/``, or None."""

needs_outside = pytest.mark.skipif(
    OUTSIDE is None, reason="test data beside the project (../shared) is not there"
)
