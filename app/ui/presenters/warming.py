"""Loading what is opened next, piece by piece, while nobody waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

FIRST_MS, NEXT_MS = 3_000, 150
"""After the window is usable; between two pieces. The largest takes 20 ms, a frame or so."""

WRITING = (
    "app.compose.spans",
    "app.compose.lanes",
    "app.ui.composer.values",
    "app.ui.composer.options",
    "app.ui.composer.paragraphs",
    "app.ui.composer.editor",
    "app.ui.widgets.choices",
    "app.ui.composer.lane",
    "app.ui.composer.media",
    "app.ui.composer.master",
    "app.ui.composer.composer",
    "app.ui.presenters.composer",
    "app.ui.presenters.writing",
)
"""What a composer needs, the innermost first."""


def warm(parent: QObject, modules: Sequence[str] = WRITING) -> QTimer:
    """Load *modules* one by one; ends with *parent*."""
    left = list(modules)
    timer = QTimer(parent)

    def step() -> None:
        import_module(left.pop(0))
        if left:
            timer.start(NEXT_MS)

    timer.setSingleShot(True)
    timer.timeout.connect(step)
    timer.start(FIRST_MS)
    return timer
