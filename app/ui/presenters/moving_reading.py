"""Looking through one archive: what is typed is looked for, the last wish wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from app.model import NetworkInfo
from app.portability.archive_browse import Browsing
from app.services.rows import EdgeState
from app.ui.asyncqt import TaskScope
from app.ui.migration.archive_rows import ArchiveRows
from app.ui.migration.reading import ReadingPage
from app.ui.shell.links import warned_open
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures


class ArchiveReader:
    """Owns an open archive for as long as its page is shown."""

    def __init__(
        self,
        look: Look,
        browsing: Browsing,
        scope: TaskScope,
        pictures: Pictures,
        networks: Mapping[str, NetworkInfo],
        now: Callable[[], datetime],
    ) -> None:
        self._browsing, self._scope = browsing, scope
        self.page = page = ReadingPage(look, pictures, networks, now)
        page.searched.connect(self.show)
        page.view.link_activated.connect(partial(_open_link, look, page))
        manifest = browsing.manifest
        page.show_archive(manifest.handle, browsing.count, manifest.updated_at)
        self.show("")

    def show(self, words: str) -> None:
        """All posts, or those with *words*."""
        rows = self._rows = ArchiveRows(self._browsing, self._start, words)
        rows.subscribe(partial(self._on_change, rows))
        self.page.say_state("")
        self.page.show_rows(rows)
        rows.want_older()

    async def close(self) -> None:
        """The page is gone: let go of the archive's files."""
        await self._browsing.close()

    def _start(self, work: object) -> None:
        self._scope.start(work, name="archive rows")  # type: ignore[arg-type]

    def _on_change(self, rows: ArchiveRows, change: object) -> None:
        """Say that there is nothing, and why."""
        if not isinstance(change, EdgeState) or rows is not self._rows:
            return
        if change.state == "failed":
            self.page.say_state(change.message)
        elif change.state == "end" and not len(rows):
            found = "No post has all of these words." if rows.words else "There are no posts in it."
            self.page.say_state(found)


def _open_link(look: Look, page: ReadingPage, url: str, label: str) -> None:
    warned_open(look, page.window(), url, label)
