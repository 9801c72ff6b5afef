"""The wizard: one page after the other, from a wish to a report."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication

from app.model.errors import ServiceError
from app.ui.migration import words
from app.ui.migration.report import ReportPage
from app.ui.migration.running import RunningPage
from app.ui.presenters.moving_choosing import Choosing
from app.ui.presenters.moving_stops import OWN_KEY, OWN_KEY_FILE

if TYPE_CHECKING:
    from app.portability.plan import JournalLine, Plan, Progress
    from app.ui.presenters.moving_work import Mode, MoveWork


class MovingWizard(Choosing):
    """From the first step to the last, and back."""

    async def resume(self, plan: Plan) -> None:
        """Show a move where it stands."""
        work = self._room.work(plan)
        if not work.runs:
            try:
                await work.load()
            except ServiceError as error:
                self._room.say(error)
                return
        self._take(work)
        if work.status.state == "planned":
            self.show_plan()
        elif work.status.state in ("done", "undone") and not work.runs:
            self.show_report()
        else:
            self.show_running()

    # --------------------------------------------------------------- running

    def show_running(self) -> None:
        """Steps, journal, and the way back."""
        page = RunningPage(self._look, "")
        page.pause_wanted.connect(lambda: self._work().pause())
        page.undo_wanted.connect(self._ask_undo)
        page.answered.connect(self._on_answered)
        page.open_wanted.connect(self._services.open_url)
        page.look_wanted.connect(self._on_look)
        page.copy_wanted.connect(self._copy_journal)
        page.go_wanted.connect(self._on_go)
        work = self._work()
        # Filled before it is seen: Qt lays out once.
        page.show_journal(work.lines)
        self._fill(page)
        self._to("rehearse" if work.mode == "rehearse" else "move", page)
        self._ticks.start()

    def _go(self, mode: Mode, answers: dict[str, str]) -> None:
        work = self._work()
        open_answers = {k: v for k, v in self.chosen.items() if k in (OWN_KEY, OWN_KEY_FILE)}
        work.begin(mode, {**open_answers, **answers} if mode == "run" else answers)
        if not isinstance(self.frame.page, RunningPage) or self._shown_mode() != mode:
            self.show_running()

    def _shown_mode(self) -> str:
        return "rehearse" if self.stage == "rehearse" else self._work().mode

    def _on_answered(self, answers: dict[str, str]) -> None:
        self._go(self._work().mode, answers)

    def _on_look(self) -> None:
        work = self._work()
        if work.runs:
            work.look_now()
        else:
            self._go(work.mode, {})

    def _on_go(self) -> None:
        work = self._work()
        if work.mode == "rehearse" and work.status.state == "done":
            self._begin("run")
        elif work.status.state in ("done", "undone"):
            self.show_report()
        else:
            self._go(work.mode, {})

    def _on_changed(self) -> None:
        work, page = self._work(), self.frame.page
        if not isinstance(page, RunningPage):
            return
        over = work.status.state in ("done", "undone") and not work.runs
        if over and work.mode != "rehearse" and work.trouble is None:
            self.show_report()
            return
        before = page.steps.form
        self._fill(page)
        self._show_stops()
        self.frame.refresh_foot()
        form = page.steps.form
        if form is not None and form is not before and (first := form.first()) is not None:
            first.setFocus()
            page.reveal(form)

    def _fill(self, page: RunningPage) -> None:
        work = self._work()
        status = work.status
        if work.trouble is not None:
            status = replace(status, error=work.trouble.message, next_step=work.trouble.next_step)
        if work.mode == "rehearse":
            status = replace(status, undo=None)
        page.show_status(
            status, self._headline(), self._now(), runs=work.runs, rehearses=work.mode == "rehearse"
        )

    def _headline(self) -> str:
        work, plan = self._work(), self._plan()
        if work.mode == "rehearse":
            return "A rehearsal: nothing is changed"
        if work.mode == "undo":
            return f"Going back to {words.server_text(plan.source.server)}"
        return f"Moving to {words.server_text(plan.target.server)}"

    def _on_progress(self, step: str, progress: Progress) -> None:
        if isinstance(self.frame.page, RunningPage):
            self.frame.page.show_progress(step, progress, self._now())

    def _on_line(self, line: JournalLine) -> None:
        if isinstance(self.frame.page, RunningPage):
            self.frame.page.journal.add(line)

    def _copy_journal(self) -> None:
        QGuiApplication.clipboard().setText(words.journal_as_text(self._work().lines))

    def _tick(self) -> None:
        page, work = self.frame.page, self.work
        if isinstance(page, ReportPage):
            page.tick(self._now())
        if not isinstance(page, RunningPage) or work is None:
            return
        page.tick(self._now())
        self._show_stops()
        if work.status.worker and not work.runs:
            # Another Godwit works on it: follow what it writes down.
            self._scope.restart(self._follow(work), name="follow move")

    async def _follow(self, work: MoveWork) -> None:
        shown = len(work.lines)
        try:
            await work.load()
        except ServiceError as error:
            self._room.say(error)
            return
        page = self.frame.page
        if work is not self.work or not isinstance(page, RunningPage):
            return
        for line in work.lines[shown:]:
            page.journal.add(line)
        self._on_changed()

    # ------------------------------------------------------------- going back

    def _ask_undo(self) -> None:
        from app.ui.migration.undo_dialog import UndoDialog  # loaded when it is opened

        undo = self._work().status.undo
        if undo is None or not undo.possible:
            return
        dialog = UndoDialog(
            self._look, words.server_text(self._plan().source.server), undo, self._window
        )
        dialog.accepted.connect(lambda: self._scope.restart(self._undo(), name="begin undo"))
        dialog.open_once()

    async def _undo(self) -> None:
        work = self._work()
        await work.stop()
        self._go("undo", {})

    # --------------------------------------------------------------- report

    def show_report(self) -> None:
        """What came of it."""
        work, plan = self._work(), self._plan()
        page = ReportPage(self._look, plan, work.status, self._now())
        page.save_wanted.connect(self._save_report)
        page.open_wanted.connect(lambda: self._scope.start(self._open_report(), name="report"))
        page.copy_wanted.connect(lambda: self._scope.start(self._copy_report(), name="report"))
        page.undo_wanted.connect(self._ask_undo)
        page.sign_in_wanted.connect(self._sign_in)
        page.go_wanted.connect(self.frame.close_wanted)
        self._to("report", page)
        self._ticks.start()

    def _sign_in(self) -> None:
        """Where the account lives now: the same profile keeps its cache and its place."""
        plan = self._plan()
        mine = [one for one in self._services.accounts() if one.id == plan.source.account]
        protocol = mine[0].protocol if mine else plan.source.network
        # A handle that was only asked for on the way is not in the plan; the identity stays.
        who = plan.target.handle or plan.source.did or plan.source.handle
        self._services.add_account(protocol, who)

    async def _report(self) -> Path | None:
        try:
            return await asyncio.to_thread(self._services.moves.report, self._plan().id)
        except ServiceError as error:
            self._room.say(error)
            return None

    async def _open_report(self) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if (path := await self._report()) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    async def _copy_report(self) -> None:
        if (path := await self._report()) is not None:
            text = await asyncio.to_thread(path.with_suffix(".txt").read_text, "utf-8")
            QGuiApplication.clipboard().setText(text)

    def _save_report(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        name = f"godwit-move-{self._plan().id}.html"
        kinds = "Page (*.html);;Text (*.txt)"
        dialog = QFileDialog(self._window, "Save the report", name, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(
            lambda to: self._scope.start(self.save_report(Path(to)), name="keep report")
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def save_report(self, to: Path) -> None:
        """Write the report there: as text where the name says so."""
        path = await self._report()
        if path is None:
            return
        source = path.with_suffix(".txt") if to.suffix == ".txt" else path
        try:
            await asyncio.to_thread(lambda: to.write_bytes(source.read_bytes()))
        except OSError as error:
            self._room.say(
                ServiceError(
                    f"{to.name} cannot be written: {error.strerror}.", "Choose another place."
                )
            )
