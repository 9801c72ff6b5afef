"""What is loaded ahead is what a composer needs."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication

from app.ui.presenters import warming
from app.ui.shell.new_post import NewPost

CHECK = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
import app.ui.presenters.live
from app.ui.presenters.warming import WRITING
from importlib import import_module
for name in WRITING: import_module(name)
before = set(sys.modules)
import app.ui.presenters.writing
left = sorted(name for name in set(sys.modules) - before if name.startswith("app"))
sys.exit(f"not loaded ahead: {left}" if left else 0)
"""


def test_every_module_of_the_list_is_there_and_the_list_is_whole() -> None:
    """Nothing of ours is left to load when the composer opens."""
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, timeout=60)

    assert (0, "") == (done.returncode, done.stderr.strip())


def test_one_piece_is_loaded_at_a_time(qapp: object) -> None:
    """Each on its own turn, so that no frame waits for two."""
    owner = QObject()
    timer = warming.warm(owner, ["json", "string"])
    timer.timeout.emit()
    assert timer.isActive() and timer.interval() == warming.NEXT_MS

    timer.stop()
    timer.timeout.emit()
    assert not timer.isActive()


def test_the_pointer_over_the_button_loads_it_once(look: object, qapp: object) -> None:
    """Not the second time, and not without a pointer."""
    button = NewPost(look)  # type: ignore[arg-type]
    told: list[bool] = []
    button.approached.connect(lambda: told.append(True))
    at = QPointF(5, 5)
    for _ in range(2):
        QApplication.sendEvent(button, QEnterEvent(at, at, at))

    assert told == [True]
