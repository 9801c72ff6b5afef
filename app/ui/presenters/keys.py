"""Asking where secrets may be kept, when the key store is locked or absent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtWidgets import QWidget

from app.model.errors import ServiceError
from app.ui.asyncqt import TaskScope, ask
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from app.ui.accounts.keys import Case, KeysDialog


class KeyPlace(Protocol):
    """The vault, as this dialog needs it. Every call may block up to half a second."""

    @property
    def state(self) -> Literal["ready", "locked", "absent"]: ...
    @property
    def kind(self) -> str: ...
    def unlock(self, passphrase: str) -> None: ...
    def create_file(self, passphrase: str) -> None: ...
    def replace_file(self, passphrase: str) -> None: ...
    def keep_for_session(self) -> None: ...


class KeysPresenter:
    """Opens the dialog only when it is needed."""

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        vault: Callable[[], KeyPlace],
        report: Callable[[Exception], None],
    ) -> None:
        self._look, self._parent = look, parent
        self._vault, self._report = vault, report
        self.dialog: KeysDialog | None = None

    async def unlock(self) -> bool:
        """Make the vault ready, with the user's help. False: it was not granted."""
        from app.store.in_thread import in_thread  # loaded with the vault

        case = await in_thread(self._case)
        if case is None:
            return True
        scope = TaskScope(self._report)
        from app.ui.accounts.keys import KeysDialog  # loaded when it is opened

        dialog = self.dialog = KeysDialog(self._look, case, self._parent)

        def start(act: Callable[[], None]) -> None:
            scope.restart(self._try(dialog, act), name="vault")

        vault = self._vault()
        dialog.unlock_wanted.connect(lambda words: start(partial(vault.unlock, words)))
        dialog.retry_wanted.connect(lambda: start(partial(vault.unlock, "")))
        dialog.file_wanted.connect(lambda words: start(partial(vault.create_file, words)))
        dialog.replace_wanted.connect(lambda words: start(partial(vault.replace_file, words)))
        dialog.session_wanted.connect(lambda: start(vault.keep_for_session))
        try:
            return bool(await ask(dialog))
        finally:
            self.dialog = None
            await scope.close()

    def _case(self) -> Case | None:
        vault = self._vault()
        state = vault.state
        if state == "ready":
            return None
        if state == "absent":
            return "absent"
        return "locked_file" if "file" in vault.kind else "locked_system"

    async def _try(self, dialog: KeysDialog, act: Callable[[], None]) -> None:
        from app.store.in_thread import in_thread

        try:
            await in_thread(act)
        except ServiceError as error:
            dialog.show_trouble(error.message, error.next_step)
            return
        dialog.accept()
