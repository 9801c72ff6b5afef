"""What rooms need is loaded when one comes near them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QElapsedTimer, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.presenters import warming
from app.ui.shell.window import Window
from app.ui.theme.look import Look

CHECK = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from importlib import import_module
import app.ui.presenters.live
# These two count what is unread from the start on.
import app.ui.presenters.messages, app.ui.presenters.notifications
from app.ui.presenters.warming import ROOMS
for name in ROOMS: import_module(name)
before = set(sys.modules)
for name in ("search", "shelves", "people_room", "messages_talk"):
    import_module(f"app.ui.presenters.{name}")
for name in ("notifications", "messages", "search", "shelves"):
    import_module(f"app.ui.{name}.page")
left = sorted(name for name in set(sys.modules) - before if name.startswith("app"))
heavy = {"_hashlib", "app.portability.moves"} & set(sys.modules)
sys.exit(f"not loaded ahead: {left}; loaded in vain: {heavy}" if left or heavy else 0)
"""

SOON = 2000
"""ms within which a window at rest has done what is due."""


def test_what_is_loaded_ahead_is_what_rooms_need() -> None:
    """Nothing of ours is left when one opens, and nothing comes along that is seldom needed."""
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, timeout=60)

    assert (0, "") == (done.returncode, done.stderr.strip())


@pytest.fixture
def window(
    qapp: QApplication, look: Look, monkeypatch: pytest.MonkeyPatch
) -> tuple[Window, list[str]]:
    """A window, and what is loaded for its rooms."""
    loaded: list[str] = []
    monkeypatch.setattr(warming, "ROOMS", ("search", "lists"))
    monkeypatch.setattr(warming, "import_module", loaded.append)
    monkeypatch.setattr(warming, "AFTER_MS", 0)
    return Window(look), loaded


def rest(qapp: QApplication, loaded: list[str], most: int) -> None:
    """Until so many are loaded, or nothing more is to come."""
    clock = QElapsedTimer()
    clock.start()
    while len(loaded) < most and clock.elapsed() < SOON:
        qapp.processEvents()
    for _ in range(20):
        qapp.processEvents()


def test_the_pointer_over_the_sidebar_loads_them_once(
    qapp: QApplication, window: tuple[Window, list[str]]
) -> None:
    """Not before it is there, and not again."""
    shown, loaded = window
    near = warming.Nearing(shown)
    assert loaded == []
    at = QPointF(5, 5)
    for _ in range(2):
        qapp.sendEvent(shown.sidebar, QEnterEvent(at, at, at))
        rest(qapp, loaded, 2)

    assert loaded == ["search", "lists"]
    del near


def test_the_first_room_loads_the_others_and_another_timeline_does_not(
    qapp: QApplication, window: tuple[Window, list[str]]
) -> None:
    """Who only reads does not have them in memory."""
    shown, loaded = window
    near = warming.Nearing(shown)
    shown.room_changing.emit()  # as when another timeline is shown
    rest(qapp, loaded, 0)
    assert loaded == []

    shown.show_room(QWidget())
    rest(qapp, loaded, 2)
    assert loaded == ["search", "lists"]
    del near
