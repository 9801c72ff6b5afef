"""Importing files in the window: chosen, looked at, brought within a server's limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication

from app.model import Account, AccountId
from app.model.errors import ServiceError
from app.portability.plan import Progress
from app.ui.migration import import_words as said
from app.ui.migration.imports import ImportPage, Incoming, Phase
from app.ui.migration.words import handle_text
from app.ui.presenters.moving_cover import CoverRoom
from app.ui.presenters.travel import Visit
from app.ui.presenters.travel_over import Over

if TYPE_CHECKING:
    from app.portability.activitypub.importing import Opened
    from app.portability.imports import Imports
    from app.services.clock import Clock
    from app.ui.asyncqt import TaskScope
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look

FILES = "Exported files (*.csv *.json);;All files (*)"


class ImportRoom(CoverRoom):
    """One import at a time; it goes on when its page is closed."""

    page: ImportPage | None

    def __init__(
        self,
        look: Look,
        window: Window,
        imports: Imports,
        accounts: Callable[[], Sequence[Account]],
        clock: Clock,
        scope: TaskScope,
    ) -> None:
        super().__init__(look, window, "Import files", self._show)
        self._imports, self._accounts = imports, accounts
        self._clock, self._scope = clock, scope
        self.phase: Phase = "empty"
        self.files: tuple[Incoming, ...] = ()
        self._opened: tuple[Opened, ...] = ()
        self._account = AccountId("")
        self._trouble = ("", "")

    # --------------------------------------------------------------- the page

    def as_room(self) -> Over:
        """For back and forward."""
        return Over(
            self._window,
            lambda: self.frame,
            lambda: Visit("imports"),
            lambda _: self.open(anew=False),
            self.close,
        )

    def open(self, account: str = "", *, anew: bool = True) -> None:
        """Show the page; what is under way is shown as it stands. *anew*: nothing else is."""
        mine = self._accounts()
        if not mine:
            return
        if anew and self.phase not in ("reading", "bringing"):
            self._account = AccountId(account or mine[0].id)
            self.phase, self.files, self._opened, self._trouble = "empty", (), (), ("", "")
        names = [(one.id, handle_text(one.handle)) for one in mine]
        frame = self._cover()
        page = self.page = ImportPage(self._look, names, self._account)
        page.account_chosen.connect(self._on_account)
        page.files_wanted.connect(self._choose)
        page.copy_wanted.connect(self._copy)
        page.stop_wanted.connect(self._stop)
        page.go_wanted.connect(self._bring)
        page.back_wanted.connect(self.close)
        frame.show_page(page)
        self._window.cover(frame)
        self._show()
        frame.focus_page()

    def _show(self) -> None:
        if self.page is not None and self.frame is not None:
            self.page.show_files(self.files, self.phase, self._trouble, self._clock.now())
            self.frame.refresh_foot()

    # ------------------------------------------------------------------ acts

    def _on_account(self, account: str) -> None:
        self._account = AccountId(account)
        if self._opened:
            self._look_at()

    def _choose(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Files to import", "", FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda paths: self.read([Path(one) for one in paths]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def read(self, paths: Sequence[Path]) -> None:
        """Look at these files."""
        self.phase, self._trouble = "reading", ("", "")
        self._scope.restart(self._read(paths), name="import")
        self._show()

    async def _read(self, paths: Sequence[Path]) -> None:
        try:
            self._opened = await self._imports.open(paths)
        except ServiceError as error:
            self._failed(error)
            return
        self.files = tuple(Incoming(name=one.name) for one in self._opened)
        await self._preview()

    def _look_at(self) -> None:
        self.phase, self._trouble = "reading", ("", "")
        self.files = tuple(Incoming(name=one.name) for one in self._opened)
        self._scope.restart(self._preview(), name="import")
        self._show()

    async def _preview(self) -> None:
        try:
            previews = await self._imports.preview(self._account, self._opened)
        except ServiceError as error:
            self._failed(error)
            return
        self.files = tuple(
            replace(file, preview=preview)
            for file, preview in zip(self.files, previews, strict=True)
        )
        self.phase = "ready"
        self._show()

    def _bring(self) -> None:
        self.phase, self._trouble = "bringing", ("", "")
        self.files = tuple(replace(one, result=None, progress=None) for one in self.files)
        self._scope.restart(self._brought(), name="import")
        self._show()

    async def _brought(self) -> None:
        try:
            brought = await self._imports.bring(self._account, self._opened, self._heard)
        except ServiceError as error:
            self._failed(error)
            return
        self.files = tuple(
            replace(file, result=result, progress=None)
            for file, result in zip(self.files, brought.results, strict=True)
        )
        if brought.stopped is not None:
            self._failed(brought.stopped)
            return
        self.phase = "over"
        self._show()

    def _failed(self, error: ServiceError) -> None:
        self.phase = "over" if self.files else "empty"
        self._trouble = (error.message, error.next_step)
        self._show()

    def _heard(self, name: str, progress: Progress) -> None:
        self.files = tuple(
            replace(one, progress=progress) if one.name == name else one for one in self.files
        )
        self._redraw_soon()

    def _stop(self) -> None:
        self._scope.stop("import")
        self.phase = "over"
        self._trouble = ("Stopped.", "What was done stays; it goes on where it was.")
        self._show()

    def _copy(self) -> None:
        files = [(one.name, one.preview, one.result) for one in self.files]
        QGuiApplication.clipboard().setText(said.as_text(files))
