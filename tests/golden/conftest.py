"""Golden layouts and pictures: one pinned font, no screen, one zone of time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

from app.ui.theme import pinned_fonts
from tests.golden.gallery import LookedAt
from tests.tidy import collected_here

__all__ = ["collected_here", "english", "family"]

PINNED = "Source Sans Pro"
HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--regold`` writes what is seen now; a person looks at the difference."""
    parser.addoption("--regold", action="store_true", help="write golden files anew")


@pytest.fixture
def english() -> Iterator[None]:
    """Numbers and directions as everywhere."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture(scope="session")
def family() -> str:
    """The pinned font, or a skip that says what is missing."""
    if QApplication.instance() is None:
        # Kept by Qt until the process ends.
        globals()["_app"] = QApplication(["godwit"])
    found = pinned_fonts()
    if found != PINNED:
        pytest.skip(f"golden files need the font {PINNED} (pip package font-source-sans-pro)")
    if sys.platform != "linux":
        pytest.skip("golden files are compared on Linux only: other font engines differ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    return found


@pytest.fixture
def regold(request: pytest.FixtureRequest) -> bool:
    """Write instead of compare?"""
    return bool(request.config.getoption("--regold", default=False))


@pytest.fixture
def looked_at(english: None, family: str, regold: bool, tmp_path: Path) -> LookedAt:
    """Hold what is painted for a case against what was looked at."""
    return lambda gallery, case, painted: gallery.check(
        case, painted(case, family), tmp_path, regold=regold
    )
