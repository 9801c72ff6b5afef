"""What opens from a composer: files, names, emoji, versions, drafts, another lane, a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMenu

from app.model import AccountId
from app.model.draft import BREAK, Attachment, Draft, DraftId, PollDraft
from app.model.errors import ServiceError
from app.ui.asyncqt import TaskScope
from app.ui.composer import drafting, words
from app.ui.composer.completion import Completion
from app.ui.composer.values import Suggestion, VersionShown
from app.ui.presenters.compose_services import ComposeServices
from app.ui.presenters.composer import ComposerPresenter
from app.ui.presenters.keeping import KEEP
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures

if TYPE_CHECKING:
    from app.ui.composer.lane import LanePanel

_FIND_MS = 120
_LEAST_NAME = 1
"""Letters of a name before servers are asked."""
_FILTER = "Pictures, video and sound (*.png *.jpg *.jpeg *.webp *.gif *.avif *.heic *.mp4 *.webm *.mov *.mp3 *.ogg *.wav *.flac *.m4a);;All files (*)"
_EXCERPT = 90


class ComposerTools(QObject):
    """Answers the signals of a composer that open something."""

    def __init__(
        self,
        look: Look,
        services: ComposeServices,
        scope: TaskScope,
        presenter: ComposerPresenter,
        pictures: Pictures,
        go_on: Callable[[Draft], None],
        late: Callable[[DraftId, Attachment], None] = lambda draft, made: None,
    ) -> None:
        """
        Args:
            go_on: Opens another draft in place of this one.
            late: Takes a file that was copied after this composer has gone.
        """
        super().__init__(presenter.view)
        self._look, self._services, self._scope = look, services, scope
        self._presenter, self._view, self._pictures = presenter, presenter.view, pictures
        self._go_on, self._late = go_on, late
        self.completion = Completion(look, self._view, pictures)
        self._finding = QTimer(self)
        self._finding.setSingleShot(True)
        self._finding.timeout.connect(self._find)
        self._connect()

    def _connect(self) -> None:
        view, master, head = self._view, self._view.master, self._view.head
        master.tool_used.connect(self._on_tool)
        editor = master.editor
        editor.captures = self.completion.take_key
        editor.completing.connect(self._on_name)
        editor.left.connect(self.completion.hide)
        editor.files_given.connect(self._attach)
        editor.picture_given.connect(self._on_picture)
        self.completion.chosen.connect(editor.complete)
        self.completion.displaced.connect(lambda: self.completion.stand_at(self._below_cursor()))
        view.files_given.connect(self._attach)
        master.tiles.focus_wanted.connect(self._on_focus)
        head.versions_wanted.connect(lambda at: self._start(self._versions(at), "versions"))
        head.drafts_wanted.connect(self._drafts)
        head.lane_wanted.connect(self._add_lane)
        view.footer.schedule_wanted.connect(self.choose_time)
        view.lanes.made.connect(self._draw_lane)
        master.mentions.changed.connect(lambda: self._draw(()))
        self._pictures.arrived.connect(self._draw_all)

    def _start(self, work: object, name: str) -> None:
        # Of this composer: another one may do the same at this moment.
        self._scope.restart(work, name=f"{name} {self._presenter.draft.id}")  # type: ignore[arg-type]

    # ---------------------------------------------------------------- tools

    def _on_tool(self, tool: str) -> None:
        presenter, master = self._presenter, self._view.master
        match tool:
            case "picture":
                self._choose_files()
            case "poll":
                if presenter.draft.poll is None:
                    presenter.show_poll(PollDraft(options=("", "")))
                if master.poll is not None:
                    master.poll.focus_first()
            case "warning":
                master.show_warning(presenter.draft.warning, on=True)
                master.warning.field.setFocus()
            case "emoji":
                self._emoji()
            case "mention":
                self._mention()
            case "markdown":
                on = not presenter.draft.markdown
                presenter.change(markdown=on)
                master.show_markdown(on)
            case "split":
                master.editor.insert_line(BREAK)
            case "more":
                self._more()

    def _mention(self) -> None:
        editor = self._view.master.editor
        before = editor.textCursor().block().text()[: editor.textCursor().positionInBlock()]
        editor.insert("@" if not before or before[-1].isspace() else " @")

    def _emoji(self) -> None:
        from app.ui.composer.emoji import EmojiPopover  # loaded when it is opened

        popover = EmojiPopover(self._look, self._view)
        popover.chosen.connect(self._view.master.editor.insert)
        button = self._view.master.tools["emoji"]
        popover.show_at(button.mapToGlobal(QPoint(0, 0)))

    def _more(self) -> None:
        draft, menu = self._presenter.draft, QMenu(self._view)
        menu.aboutToHide.connect(menu.deleteLater)
        for field, text in (
            ("split", "Make a thread of what is too long"),
            ("numbered", "Number the posts of a thread"),
            ("sensitive", "The pictures are sensitive"),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(getattr(draft, field))
            action.triggered.connect(lambda on, field=field: self._presenter.change(**{field: on}))
        button = self._view.master.tools["more"]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    # ---------------------------------------------------------------- files

    def _choose_files(self) -> None:
        dialog = QFileDialog(self._view.window(), "Attach", "", _FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._attach([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _attach(self, files: list[Path]) -> None:
        self._scope.start(self._attach_files(files), name=f"{KEEP}attach")

    async def _attach_files(self, files: list[Path]) -> None:
        """Copies of these, in order; what cannot be attached is said."""
        for file in files:
            try:
                made = await self._services.drafts.attach(file)
            except ServiceError as error:
                self._presenter.tell(f"{file.name} was not attached.", error)
                continue
            self._take(made)

    def _take(self, made: Attachment) -> None:
        presenter = self._presenter
        if presenter.over:
            self._late(presenter.draft.id, made)
        else:
            presenter.take(drafting.with_media(presenter.draft, [made]))

    def _on_picture(self, image: QImage) -> None:
        self._scope.start(self._attach_picture(image), name=f"{KEEP}attach")

    async def _attach_picture(self, image: QImage) -> None:
        try:
            # A picture of a whole screen takes half a second to write.
            data = await asyncio.to_thread(_png_of, image)
            made = await self._services.drafts.attach_bytes(data, "pasted.png")
        except ServiceError as error:
            self._presenter.tell("The picture was not attached.", error)
            return
        self._take(made)

    def _on_focus(self, id: str, at: QPoint) -> None:
        from app.ui.composer.focal import FocalPopover  # loaded when it is opened

        media = next((one for one in self._presenter.draft.media if one.id == id), None)
        if media is None:
            return
        popover = FocalPopover(self._look, media, self._pictures, self._view)
        popover.chosen.connect(
            lambda x, y: self._presenter.take(
                drafting.with_focus(self._presenter.draft, id, (x, y))
            )
        )
        popover.show_at(at)

    # ---------------------------------------------------------------- names

    def _on_name(self, begun: str) -> None:
        if len(begun) <= _LEAST_NAME:
            self._finding.stop()
            self.completion.hide()
            return
        self._finding.start(_FIND_MS)

    def _find(self) -> None:
        begun = self._view.master.editor.begun()
        if len(begun) > _LEAST_NAME:
            self._start(self._suggest(begun), "find people")

    async def _suggest(self, begun: str) -> None:
        accounts = [lane.account for lane in self._presenter.draft.lanes]
        try:
            found = await self._services.find_people(begun[1:], accounts)
        except ServiceError:
            return
        if self._presenter.over:
            return
        editor = self._view.master.editor
        if editor.begun() != begun or not editor.hasFocus():
            return
        infos = self._services.networks()
        people = [
            Suggestion(
                profile=one.profile,
                marks=tuple(infos[network].mark for network in one.networks if network in infos),
            )
            for one in found
        ]
        self.completion.show_people(people, self._below_cursor())

    def _below_cursor(self) -> QPoint:
        editor = self._view.master.editor
        there = editor.cursorRect().bottomLeft() + QPoint(0, 4)
        return editor.viewport().mapTo(self._view, there)

    # ----------------------------------------------------- versions and drafts

    async def _versions(self, at: QPoint) -> None:
        from app.ui.composer.history import HistoryPopover

        try:
            kept = await self._services.drafts.versions(self._presenter.draft.id)
        except ServiceError:
            return
        if self._presenter.over:
            return
        earlier = kept[1:] if kept and kept[0].text == self._presenter.draft.text else kept
        by_key = {str(place): one for place, one in enumerate(earlier)}
        rows = [self._row(key, one) for key, one in by_key.items()]
        note = "Going back keeps what is there now as a version, too."
        popover = HistoryPopover(self._look, "Earlier versions", note, rows, self._view)
        popover.chosen.connect(lambda key: self._restore(by_key[key]))
        popover.show_at(at - QPoint(popover.look.theme.length(360, capped=True), 0))

    def _restore(self, version: Draft) -> None:
        presenter = self._presenter
        presenter.take(drafting.restored(presenter.draft, version))
        presenter.show(sides=presenter.sides, title=self._view.head.title.text())

    def _row(self, key: str, draft: Draft) -> VersionShown:
        count = len(draft.text)
        return VersionShown(
            key=key,
            when=words.moment(draft.updated_at, self._services.now()),
            excerpt=" ".join(draft.text.split())[:_EXCERPT],
            detail=f"{count} characters" if count != 1 else "1 character",
        )

    def others(self) -> list[Draft]:
        """The drafts that are not this one."""
        mine = self._presenter.draft.id
        return [draft for draft in self._services.drafts.all() if draft.id != mine]

    def _drafts(self, at: QPoint) -> None:
        from app.ui.composer.history import HistoryPopover

        rows = [self._row(draft.id, draft) for draft in self.others()]
        note = "Go on with one of them; this one is kept."
        popover = HistoryPopover(self._look, "Other drafts", note, rows, self._view, droppable=True)
        popover.chosen.connect(lambda key: self._open(DraftId(key)))
        popover.dropped.connect(lambda key: self._start(self._drop(DraftId(key)), "drop"))
        popover.show_at(at - QPoint(popover.look.theme.length(360, capped=True), 0))

    def _open(self, id: DraftId) -> None:
        try:
            self._go_on(self._services.drafts.find(id))
        except ServiceError:
            self.count_drafts()

    async def _drop(self, id: DraftId) -> None:
        await self._services.drafts.drop(id)
        if not self._presenter.over:
            self.count_drafts()

    def count_drafts(self) -> None:
        """How many others there are."""
        self._view.head.show_drafts(len(self.others()))

    # ----------------------------------------------------------------- lanes

    def _add_lane(self, at: QPoint) -> None:
        there = {lane.account for lane in self._presenter.draft.lanes}
        rest = [one for one in self._services.accounts.all() if one.id not in there]
        menu = QMenu(self._view)
        menu.aboutToHide.connect(menu.deleteLater)
        for account in rest:
            who = self._presenter.book.who(account)
            action = menu.addAction(f"@{account.handle}  ({who.network})")
            action.triggered.connect(lambda _=False, id=account.id: self._on_lane(id))
        if not rest:
            menu.addAction("Every account has a lane").setEnabled(False)
        menu.popup(at - QPoint(menu.sizeHint().width(), 0))

    def _on_lane(self, account: AccountId) -> None:
        self._presenter.add_lane(account)

    def _draw_lane(self, panel: LanePanel) -> None:
        self._draw([panel])

    def _draw_all(self, _url: str = "") -> None:
        self._draw(list(self._view.lanes.panels.values()))

    def _draw(self, panels: Sequence[LanePanel]) -> None:
        theme = self._look.theme
        side = theme.length(theme.tokens.composer.avatar, capped=True)
        form = Form(side, side, self._view.devicePixelRatioF(), side / 2, kind="avatar")
        urls = {account.id: account.avatar for account in self._services.accounts.all()}
        for panel in panels:
            url = urls.get(panel.account, "")
            if url:
                panel.head.show_picture(self._pictures.request(url, form))
        for url, avatar in self._view.master.mentions.avatars.items():
            avatar.show_picture(self._pictures.request(url, form))

    # ------------------------------------------------------------------ time

    def choose_time(self) -> None:
        """Ask when it leaves."""
        from app.ui.composer.schedule import ScheduleDialog

        presenter = self._presenter
        mine = {account.id: account.handle for account in self._services.accounts.all()}
        keepers = [
            (mine[lane.account], presenter.book.keeps(lane.account))
            for lane in presenter.draft.lanes
            if lane.account in mine
        ]
        dialog = ScheduleDialog(
            self._look,
            self._services.now(),
            keepers,
            self._view.window(),
            chosen=presenter.draft.send_at,
        )
        dialog.chosen.connect(lambda at: presenter.change(send_at=at))
        dialog.open_once()


def _png_of(image: QImage) -> bytes:
    """For a thread: what a picture is as a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
