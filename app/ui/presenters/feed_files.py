"""Recipes that come and go: a file, pasted text, the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from shiboken6 import isValid

from app.feed.recipe import Recipe
from app.feed.recipe_reading import MOST_BYTES, BadRecipe, recipe_from_json, recipe_to_json
from app.model import AccountId
from app.model.errors import BadInput, ServiceError

if TYPE_CHECKING:
    from app.services.feeds import Feeds
    from app.services.publishing import Publishing
    from app.ui.asyncqt import TaskScope
    from app.ui.feeds.dialogs import TextDialog
    from app.ui.feeds.publish import LinkDialog, PublishDialog
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.widgets.dialog import Dialog

KINDS = "Feeds (*.json);;All files (*)"
PAUSE = 250
"""ms after the last key until a text is read."""

LEAD = (
    "A recipe is data, never a program: it can only choose among what your accounts may see. "
    "Below stands what it would do."
)


class FeedFiles:
    """
    Shows a document before it is used.

    Args:
        use: Goes on with a recipe.
    """

    def __init__(
        self,
        look: Look,
        window: Window,
        feeds: Feeds,
        publishing: Publishing,
        scope: TaskScope,
        use: Callable[[Recipe], None],
        say: Callable[[ServiceError], None],
    ) -> None:
        self._look, self._window, self._feeds = look, window, feeds
        self._publishing = publishing
        self._scope, self._use, self._say = scope, use, say

    # ------------------------------------------------------------- coming in

    def choose(self) -> None:
        """Ask for a file."""
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Import a feed", "", KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.read)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def read(self, path: str) -> None:
        """Show what the file at *path* would do."""
        try:
            with Path(path).open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        except OSError as error:
            words = f"{Path(path).name} cannot be read: {error.strerror}."
            self._say(BadInput(words, "Choose another file."))
            return
        if len(raw) > MOST_BYTES:
            words = f"{Path(path).name} is larger than {MOST_BYTES // 1000} kB."
            self._say(BadInput(words, "Choose another file."))
            return
        text = raw.decode("utf-8-sig", errors="replace")
        self._show(f"Import {Path(path).name}", text, LEAD, "Open in the lab", beside=True)

    def ask_link(self) -> None:
        """Ask for the address of a published feed, and show what it would do."""
        from app.ui.feeds.publish import LinkDialog

        dialog = LinkDialog(self._look, self._window)
        dialog.asked.connect(lambda uri: self._scope.restart(self._fetch(dialog, uri), name=_TASK))
        self._open(dialog)

    async def _fetch(self, dialog: LinkDialog, uri: str) -> None:
        try:
            found = await self._publishing.fetch(uri)
        except ServiceError as error:
            dialog.show_trouble(error.message, error.next_step)
            return
        dialog.accept()
        by = f" by @{found.by}" if found.by else ""
        title = f"“{found.name}”{by}"
        self._show(title, found.document, LEAD, "Open in the lab", beside=True)

    def mend(self, id: str, error: BadInput) -> None:
        """A kept document that cannot be used: as text, with what is wrong."""
        document = self._feeds.book.document(id)
        text = document if isinstance(document, str) else document.decode()
        lead = f"This feed cannot be used as it is. {error.next_step}"
        self._show(f"Mend “{id}”", text, lead, "Open in the lab", beside=False)

    def as_text(self, recipe: Recipe) -> None:
        """The recipe as text, to be changed there."""
        self._show(f"“{recipe.name}” as text", recipe_to_json(recipe), "", "Use it", beside=False)

    def _show(self, title: str, text: str, lead: str, act: str, *, beside: bool) -> TextDialog:
        """*beside*: it never takes the place of a feed that is there."""
        from app.ui.feeds.dialogs import TextDialog

        dialog = TextDialog(self._look, title, text, self._window, lead=lead, act=act)
        timer = QTimer(dialog)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._look_at(dialog, dialog.edit.toPlainText()))
        dialog.changed.connect(lambda _: timer.start(PAUSE))
        dialog.use_wanted.connect(lambda text: self._on_use(dialog, text, beside=beside))
        self._open(dialog)
        self._look_at(dialog, text)
        return dialog

    def _open(self, dialog: Dialog) -> None:
        """Until it is closed; then nothing is looked up for it any more."""
        dialog.finished.connect(lambda _: self._scope.stop(_TASK))
        dialog.open_once()

    def _look_at(self, dialog: TextDialog, text: str) -> None:
        try:
            recipe = recipe_from_json(text)
        except BadRecipe as error:
            dialog.show_trouble(str(error), error.line)
            return
        self._scope.restart(self._try_out(dialog, recipe), name=_TASK)

    async def _try_out(self, dialog: TextDialog, recipe: Recipe) -> None:
        try:
            preview = await self._feeds.preview(recipe, rows=1)
        except ServiceError as error:
            dialog.show_trouble(f"{error.message} {error.next_step}")
            return
        what = " ".join(preview.in_words)
        dialog.show_preview(f"“{recipe.name}” {preview.words}. {what}")

    def _on_use(self, dialog: TextDialog, text: str, *, beside: bool) -> None:
        try:
            recipe = recipe_from_json(text)
        except BadRecipe as error:
            dialog.show_trouble(str(error), error.line)
            return
        if beside:
            recipe = replace(recipe, id=self._feeds.book.free_id(recipe.id))
        dialog.accept()
        self._use(recipe)

    # ------------------------------------------------------------- going out

    def share(self, recipe: Recipe) -> None:
        """Ask where to write the document."""
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Share the recipe", f"{recipe.id}.json", KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda path: self.write(recipe, path))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def publish(self, id: str) -> None:
        """Show what everybody could read, and publish it when that is wanted."""
        from app.ui.feeds.publish import PublishDialog

        try:
            form = self._publishing.public_form(id)
        except ServiceError as error:
            self._say(error)
            return
        accounts = [(str(one.id), f"@{one.handle}") for one in self._publishing.able()]
        dialog = PublishDialog(self._look, self._window, form.in_words, form.lost, accounts)
        dialog.publish_wanted.connect(
            lambda who: self._scope.start(self._publish(dialog, id, who), name="keep published")
        )
        dialog.unpublish_wanted.connect(
            lambda uri: self._scope.start(self._unpublish(dialog, uri), name="keep taken back")
        )
        dialog.account_chosen.connect(
            lambda who: self._scope.restart(self._look_whether(dialog, id, who), name=_TASK)
        )
        self._open(dialog)
        if accounts:
            self._scope.restart(self._look_whether(dialog, id, accounts[0][0]), name=_TASK)

    async def _look_whether(self, dialog: PublishDialog, id: str, account: str) -> None:
        try:
            published = await self._publishing.published(AccountId(account))
        except ServiceError as error:
            dialog.show_trouble(f"{error.message} {error.next_step}")
            return
        mine = next((one.uri for one in published if one.uri.endswith(f"/{id}")), "")
        dialog.show_published(mine)

    async def _publish(self, dialog: PublishDialog, id: str, account: str) -> None:
        try:
            uri = await self._publishing.publish(id, AccountId(account))
        except ServiceError as error:
            self._refused(dialog, error)
            return
        if isValid(dialog):
            dialog.show_published(uri, done=True)

    async def _unpublish(self, dialog: PublishDialog, uri: str) -> None:
        try:
            await self._publishing.unpublish(uri)
        except ServiceError as error:
            self._refused(dialog, error)
            return
        if isValid(dialog):
            dialog.show_published("", done=True)

    def _refused(self, dialog: PublishDialog, error: ServiceError) -> None:
        """Told where it was asked for, or else in the window."""
        if isValid(dialog):
            dialog.show_trouble(f"{error.message} {error.next_step}")
        else:
            self._say(error)

    def write(self, recipe: Recipe, path: str) -> None:
        """The document of *recipe*, as a file."""
        try:
            Path(path).write_text(recipe_to_json(recipe), encoding="utf-8")
        except OSError as error:
            words = f"{Path(path).name} cannot be written: {error.strerror}."
            self._say(BadInput(words, "Choose another place."))


_TASK = "read recipe"
