"""A button that shows what is chosen and opens a menu of what could be."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.tips import plain_tip


class Choice(Button):
    """
    One of *options* (key, words), or several.

    ``chosen`` tells the keys; *name* is what is chosen, for screen readers.
    """

    chosen = Signal(tuple)

    def __init__(
        self, look: Look, name: str, options: Sequence[tuple[str, str]], *, many: bool = False
    ) -> None:
        super().__init__(look, "", icon="caret-down")
        self._name, self._options, self._many = name, tuple(options), many
        self._keys: tuple[str, ...] = ()
        self.menu_shown: QMenu | None = None
        self.clicked.connect(self._open)
        self.put(() if many else (self._options[0][0],))

    @property
    def keys(self) -> tuple[str, ...]:
        """What is chosen."""
        return self._keys

    @property
    def key(self) -> str:
        """The one that is chosen, or the first."""
        return self._keys[0] if self._keys else ""

    def put(self, keys: Collection[str]) -> None:
        """Show these as chosen, without telling."""
        names = dict(self._options)
        self._keys = tuple(key for key in names if key in keys)
        words = ", ".join(names[key] for key in self._keys) or "Choose…"
        self.rename(words if len(words) <= _MOST else f"{words[:_MOST]}…")
        self.setAccessibleName(f"{self._name}: {words}")
        self.setToolTip(plain_tip(words))

    def _open(self) -> None:
        menu = self.menu_shown = QMenu(self)
        menu.setAccessibleName(self._name)
        menu.aboutToHide.connect(menu.deleteLater)
        for key, words in self._options:
            act = menu.addAction(words)
            act.setCheckable(True)
            act.setChecked(key in self._keys)
            act.triggered.connect(lambda on, key=key: self._choose(key, on=on))
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _choose(self, key: str, *, on: bool) -> None:
        if not self._many:
            self.put((key,))
        else:
            kept = [one for one in self._keys if one != key]
            self.put([*kept, key] if on else kept)
        self.chosen.emit(self._keys)


_MOST = 40
"""Signs of what is chosen that a button shows."""
