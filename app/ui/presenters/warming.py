"""Loading what is about to be opened, piece by piece, while the pointer is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from app.ui.shell.window import Window

NEXT_MS = 0
"""Between two pieces: whatever else waits comes first. None takes more than half a frame."""

AFTER_MS = 1_000
"""From the first room that was opened until what the others need is loaded."""

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
    "app.services.asking",
    "app.services.profiles",
    "app.ui.moderation.words",
    "app.ui.migration.words",
    "app.ui.migration.parts",
    "app.ui.people.pane",
    "app.ui.notifications.faces",
    "app.ui.people.head",
    "app.ui.feeds.market_rows",
    "app.ui.widgets.field",
    "app.ui.people.profile",
    "app.ui.presenters.reaction_menu",
    "app.feed.query",
    "app.ui.presenters.search_servers",
    "app.ui.presenters.persons_wall",
    "app.ui.presenters.persons",
)
"""What a conversation needs."""

ROOMS = (
    "app.ui.widgets.pagehead",
    "app.ui.notifications.faces",
    "app.ui.notifications.rows",
    "app.ui.notifications.page",
    "app.compose.spans",
    "app.ui.composer.editor",
    "app.ui.messages.boxes",
    "app.ui.messages.bubble",
    "app.ui.messages.write",
    "app.ui.messages.pane",
    "app.ui.messages.rows",
    "app.ui.messages.page",
    "app.ui.presenters.messages_talk",
    "app.feed.query",
    "app.ui.presenters.search_servers",
    "app.feed.query_marks",
    "app.services.search",
    "app.ui.widgets.choices",
    "app.ui.search.start",
    "app.ui.search.column",
    "app.ui.search.field",
    "app.ui.search.page",
    "app.ui.presenters.search_kept",
    "app.ui.presenters.search",
    "app.services.lists",
    "app.ui.presenters.shelves_part",
    "app.ui.presenters.shelves_lists",
    "app.ui.presenters.shelves_trends",
    "app.ui.feeds.market_rows",
    "app.ui.shelves.list_detail",
    "app.ui.shelves.page",
    "app.ui.presenters.shelves",
    "app.services.people_book",
    "app.ui.moderation.words",
    "app.ui.migration.words",
    "app.services.human",
    "app.ui.people.words",
    "app.ui.migration.parts",
    "app.ui.people.book",
    "app.ui.presenters.people_room",
)
"""What the rooms of the sidebar need."""

SETTLING = (
    "app.ui.moderation.parts",
    "app.ui.moderation.section",
    "app.ui.moderation.muted",
    "app.ui.moderation.filters",
    "app.ui.moderation.labelers",
    "app.ui.moderation.lists",
    "app.ui.moderation.servers",
    "app.ui.moderation.page",
    "app.ui.presenters.moderation_shown",
    "app.ui.presenters.moderation",
    "app.ui.settings.storage",
    "app.ui.presenters.storage",
    "app.ui.settings.lists",
)
"""What pages of the settings need beside the first."""


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


class Nearing:
    """
    Loads what rooms need when one comes near them, once.

    Near is the pointer over the sidebar; and where one room has been opened, any other.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._under_way: QTimer | None = None
        window.sidebar.approached.connect(self.warm)
        window.room_changing.connect(self._on_changing)

    def warm(self) -> None:
        """All of it."""
        if self._under_way is None:
            self._under_way = warm(self._window, ROOMS)

    def _on_changing(self) -> None:
        if self._under_way is None:
            QTimer.singleShot(AFTER_MS, self._window, self._look)

    def _look(self) -> None:
        if self._window.pages:
            self.warm()
