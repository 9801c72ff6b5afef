"""One application for all tests of the window, without a screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from tests.tidy import collected_here

__all__ = ["collected_here", "qapp"]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The process's one QApplication."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(["godwit"])
