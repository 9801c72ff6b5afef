"""Saving what is looked at: the folder is asked for once, the name is ours."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog

from app.model.errors import ServiceError
from app.services.media_wishes import FOLDER
from app.services.picture_types import picture_type
from app.services.saving import name_of, save_copy
from app.ui.asyncqt import ask
from app.ui.presenters.behind import KEEP

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.media.values import Slide
    from app.ui.media.viewer import MediaViewer
    from app.ui.theme.look import Look


class Saving:
    """Keeps copies."""

    def __init__(self, look: Look, house: House, scope: TaskScope) -> None:
        self._look, self._house, self._scope = look, house, scope
        self.dialog: QFileDialog | None = None

    def save(self, viewer: MediaViewer, slide: Slide, source: Path | bytes) -> None:
        """A copy of *source*, the media of *slide*."""
        self._scope.start(self._save(viewer, slide, source), name=f"{KEEP}saved media")

    async def _save(
        self, viewer: MediaViewer, slide: Slide, source: Path | bytes, *, anew: bool = False
    ) -> None:
        named = str(self._house.store.reader.setting(FOLDER, ""))
        folder = Path(named) if named and not anew else None
        if folder is None or not folder.is_dir():
            folder = await self._ask(viewer)
            if folder is None:
                return
        post = slide.card.post
        suffix = source.suffix if isinstance(source, Path) else _suffix(source)
        name = name_of(post.author.handle, post.created_at, slide.number, suffix)
        try:
            path = await asyncio.to_thread(save_copy, source, folder, name)
        except ServiceError as error:
            self._say(viewer, f"{error.message} {error.next_step}", slide, source)
            return
        self._say(viewer, f"Saved as {path.name} in {folder.name or folder}", slide, source)

    def _say(self, viewer: MediaViewer, text: str, slide: Slide, source: Path | bytes) -> None:
        from shiboken6 import isValid

        def elsewhere() -> None:
            work = self._save(viewer, slide, source, anew=True)
            self._scope.start(work, name=f"{KEEP}saved media")

        if isValid(viewer):
            viewer.prompt.say(text, ("Another folder…", elsewhere))

    async def _ask(self, viewer: MediaViewer) -> Path | None:
        """Which folder; it is kept for the next time."""
        from PySide6.QtCore import QStandardPaths

        places = QStandardPaths.StandardLocation
        start = QStandardPaths.writableLocation(places.PicturesLocation)
        dialog = self.dialog = QFileDialog(viewer.window(), "Where are saved media to go?", start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        code = await ask(dialog)
        self.dialog = None
        chosen = dialog.selectedFiles()
        if code != QDialog.DialogCode.Accepted or not chosen:
            return None
        folder = Path(chosen[0])
        await self._house.store.keep(lambda keeper: keeper.set_setting(FOLDER, str(folder)))
        return folder


def _suffix(data: bytes) -> str:
    kind = picture_type(data)
    return f".{kind.format}" if kind is not None else ".bin"
