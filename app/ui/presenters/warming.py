"""Loading what is about to be opened, piece by piece, while the pointer is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

NEXT_MS = 0
"""Between two pieces: whatever else waits comes first. None takes more than half a frame."""

WRITING = (
    "app.compose.spans",
    "app.compose.markdown",
    "app.compose.length",
    "app.compose.split",
    "app.compose.mentions",
    "app.compose.attachments",
    "app.compose.extras",
    "app.compose.wording",
    "app.compose.lanes",
    "app.ui.composer.values",
    "app.ui.composer.options",
    "app.ui.composer.paragraphs",
    "app.ui.composer.editor",
    "app.ui.widgets.choices",
    "app.ui.composer.blocks",
    "app.ui.composer.lane",
    "app.ui.composer.media",
    "app.ui.composer.master",
    "app.ui.composer.composer",
    "app.ui.presenters.lane_book",
    "app.ui.presenters.composer",
    "app.ui.presenters.composer_tools",
    "app.ui.outbox.view",
    "app.ui.presenters.outbox",
    "app.ui.presenters.writing",
)
"""What a composer needs, the innermost first."""

READING = (
    "app.ui.widgets.dialog",
    "app.compose.spans",
    "app.ui.composer.editor",
    "app.ui.shell.popovers",
    "app.ui.shell.states",
    "app.ui.thread.layout",
    "app.ui.widgets.choices",
    "app.ui.thread.bar",
    "app.ui.thread.pane",
    "app.ui.presenters.reply_bar",
    "app.ui.presenters.thread",
    "app.ui.presenters.threads",
    "app.services.profiles",
    "app.ui.migration.words",
    "app.ui.migration.parts",
    "app.ui.people.pane",
    "app.ui.people.head",
    "app.ui.people.profile",
    "app.ui.presenters.reaction_menu",
    "app.ui.presenters.search_servers",
    "app.ui.presenters.persons_wall",
    "app.ui.presenters.persons",
)
"""What a conversation needs."""


def warm(parent: QObject, modules: Sequence[str] = WRITING) -> QTimer:
    """
    Load *modules* one by one; ends with *parent*.

    Not at every start: who only reads should not have them in memory (5 MB).
    """
    left = list(modules)
    timer = QTimer(parent)

    def step() -> None:
        import_module(left.pop(0))
        if left:
            timer.start(NEXT_MS)

    timer.setSingleShot(True)
    timer.timeout.connect(step)
    timer.start(NEXT_MS)
    return timer
