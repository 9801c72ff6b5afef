"""The same people on the other network, in the window: looked for, looked through, followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication

from app.model import Account, AccountId, NetworkInfo
from app.model.errors import ServiceError
from app.portability.carry_over_applying import Outcome
from app.portability.carry_over_values import Findings, document_of
from app.portability.plan import Progress
from app.ui.migration import carry_over_words as said
from app.ui.migration.carry_over import AT_ONCE, CarryOverPage, Phase
from app.ui.migration.words import handle_text
from app.ui.presenters.moving_cover import CoverRoom, place_picture
from app.ui.presenters.travel import Visit
from app.ui.presenters.travel_over import Over

if TYPE_CHECKING:
    from app.portability.carry_over import CarryOver
    from app.services.clock import Clock
    from app.ui.asyncqt import TaskScope
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

_TASK = "carry over"


class CarryOverRoom(CoverRoom):
    """One search at a time; it goes on when its page is closed."""

    page: CarryOverPage | None

    def __init__(
        self,
        look: Look,
        window: Window,
        carry_over: CarryOver,
        accounts: Callable[[], Sequence[Account]],
        networks: Callable[[], Mapping[str, NetworkInfo]],
        clock: Clock,
        scope: TaskScope,
        pictures: Pictures,
    ) -> None:
        super().__init__(look, window, "The same people, elsewhere", self._show_progress)
        self._carry_over, self._accounts, self._networks = carry_over, accounts, networks
        self._clock, self._scope, self._pictures = clock, scope, pictures
        self.phase: Phase = "empty"
        self.findings: Findings | None = None
        self.ticks: frozenset[int] = frozenset()
        self._outcomes: tuple[Outcome, ...] = ()
        self._shown: dict[str, int] = {}
        self._progress = Progress()
        self._source = self._target = AccountId("")
        self._trouble = ("", "")

    # --------------------------------------------------------------- the page

    def as_room(self) -> Over:
        """For back and forward; what was found and ticked is kept."""
        return Over(
            self._window,
            lambda: self.frame,
            lambda: Visit("carry over"),
            lambda _: self.open(anew=False),
            self.close,
        )

    def open(self, account: str = "", *, anew: bool = True) -> None:
        """Show the page; what is under way is shown as it stands. *anew*: nothing else is."""
        mine = self._accounts()
        if not mine:
            return
        if anew and self.phase not in ("finding", "following"):
            self._begin(AccountId(account or mine[0].id), mine)
        frame = self._cover()
        names = [(one.id, handle_text(one.handle)) for one in mine]
        marks = {id: info.mark for id, info in self._networks().items()}
        page = self.page = CarryOverPage(self._look, names, self._source, self._target, marks)
        page.ends_chosen.connect(self._on_ends)
        page.ticked.connect(self._on_tick)
        page.more_wanted.connect(self._on_more)
        page.copy_wanted.connect(self._copy)
        page.save_wanted.connect(self._choose_file)
        page.stop_wanted.connect(self._stop)
        page.go_wanted.connect(self._go_on)
        page.back_wanted.connect(self.close)
        self._pictures.arrived.connect(self._draw)
        frame.show_page(page)
        self._window.cover(frame)
        self._show()
        frame.focus_page()

    def close(self) -> None:
        if self.frame is not None:
            self._pictures.arrived.disconnect(self._draw)
        super().close()

    def _begin(self, source: AccountId, mine: Sequence[Account]) -> None:
        network = next((one.network for one in mine if one.id == source), "")
        others = [one.id for one in mine if one.network != network]
        self._source, self._target = source, others[0] if others else source
        self._forget()

    def _forget(self) -> None:
        self.phase, self.findings, self._trouble = "empty", None, ("", "")
        self.ticks, self._outcomes, self._shown = frozenset(), (), {}
        self._progress = Progress()

    def _show(self) -> None:
        """All of it anew."""
        if self.page is None or self.frame is None:
            return
        found = self.findings
        lines = said.lines(found, self._outcomes) if found is not None else ()
        self.page.show_found(found, lines, self.ticks, self._shown, open_=self.phase == "ready")
        if found is not None:
            outcomes, left = self._outcomes, 0
            text = said.done_text(outcomes, left) if self.phase == "over" and outcomes else ""
            self.page.say("The same people, elsewhere", text or said.found_text(found))
        self._show_foot()
        self._show_progress()
        self._draw()

    def _show_foot(self) -> None:
        if self.page is not None and self.frame is not None:
            self.page.show_phase(self.phase, self._trouble, len(self.ticks), self._why_not())
            self.frame.refresh_foot()

    def _show_progress(self) -> None:
        if self.page is not None:
            self.page.show_progress(self._progress, self._clock.now())

    def _draw(self, _url: str = "") -> None:
        if self.page is None:
            return
        ratio = self.page.devicePixelRatioF()
        for row in self.page.rows.values():
            url = row.line.match.target.profile.avatar
            picture = place_picture(self._look, self._pictures, url, ratio)
            if picture is not None:
                row.show_picture(picture)

    def _why_not(self) -> str:
        """Why one cannot look between these two; "" = one can."""
        networks = {one.id: one.network for one in self._accounts()}
        if networks.get(self._source) == networks.get(self._target):
            return "Choose two accounts on different networks."
        return ""

    # ------------------------------------------------------------------ acts

    def _on_ends(self, source: str, target: str) -> None:
        self._source, self._target = AccountId(source), AccountId(target)
        self._forget()
        self._show()

    def _on_tick(self, key: int, on: bool) -> None:
        self.ticks = self.ticks | {key} if on else self.ticks - {key}
        self._show_foot()

    def _on_more(self, section: str) -> None:
        self._shown[section] = self._shown.get(section, AT_ONCE) + AT_ONCE
        self._show()

    def _go_on(self) -> None:
        """The filled button: look for them, or follow those who are ticked."""
        self._trouble = ("", "")
        if self.phase == "empty" or (self.phase == "over" and self.findings is None):
            assert self.page is not None
            self.phase = "finding"
            work = self._find(self.page.bridges.isChecked())
        else:
            self.phase = "following"
            work = self._follow()
        self._progress = Progress()
        self._scope.restart(work, name=_TASK)
        self._show()

    async def _find(self, bridges: bool) -> None:
        try:
            found = await self._carry_over.find(
                self._source, self._target, self._heard, ask_bridges=bridges
            )
        except ServiceError as error:
            self._failed(error)
            return
        self.findings, self.phase = found, "ready"
        self.ticks = frozenset(n for n, match in enumerate(found.matches) if match.follow)
        self._show()

    def _confirmed(self, findings: Findings) -> Findings:
        """What is ticked, and nothing else."""
        matches = [
            replace(match, follow=number in self.ticks)
            for number, match in enumerate(findings.matches)
        ]
        return replace(findings, matches=tuple(matches))

    async def _follow(self) -> None:
        assert self.findings is not None
        document = document_of(self._confirmed(self.findings))
        try:
            done = await self._carry_over.apply(document, self._heard)
        except ServiceError as error:
            self._failed(error)
            return
        self._outcomes = done.outcomes
        if done.stopped is not None:
            self._failed(done.stopped)
            return
        self.phase = "over"
        self._show()

    def _failed(self, error: ServiceError) -> None:
        self.phase, self._trouble = "over", (error.message, error.next_step)
        self._show()

    def _heard(self, progress: Progress) -> None:
        if progress.resumes_at is not None:
            progress = replace(self._progress, resumes_at=progress.resumes_at)
        self._progress = progress
        self._redraw_soon()

    def _stop(self) -> None:
        self._scope.stop(_TASK)
        self.phase = "over"
        self._trouble = ("Stopped.", "What was done stays; it goes on where it was.")
        self._show()

    def _copy(self) -> None:
        if self.findings is not None:
            QGuiApplication.clipboard().setText(said.as_text(self.findings, self._outcomes))

    def _choose_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Where to keep the list", "people.json")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # never done: see ``write``
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the list as it is ticked now: the file that the command line applies."""
        self._scope.start(self._save(path), name="save the list")

    async def _save(self, path: Path) -> None:
        assert self.findings is not None
        try:
            await self._carry_over.write(self._confirmed(self.findings), path)
        except ServiceError as error:
            self._trouble = (error.message, error.next_step)
            self._show_foot()
