"""Which theme holds now: the system's wishes, then the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal

from app.ui.theme import icons, style
from app.ui.theme.theme import Scheme, Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QAccessibilityHints, QStyleHints
    from PySide6.QtWidgets import QApplication

ThemeChoice = Literal["system", "light", "dark", "contrast"]


class Wishes(Struct, frozen=True, omit_defaults=True):
    """
    What the user chose in the settings; what the system says otherwise.

    Attributes:
        theme: ``system`` follows light, dark and contrast of the system.
        scale: Text size; 0 follows the system's font size.
        reduce_motion: Off follows the system.
        remote_media: Fetch pictures from servers other than the account's own.
    """

    theme: ThemeChoice = "system"
    scale: float = 0.0
    reduce_motion: bool = False
    underline_links: bool = False
    remote_media: bool = True


class Look(QObject):
    """Holds the theme, keeps it in step with system and settings, tells of changes."""

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        wishes: Wishes | None = None,
        *,
        family: str = "",
        scheme: Scheme | None = None,
    ) -> None:
        """*family* and *scheme* are for pictures: whatever the system says."""
        super().__init__(app)
        self._fixed = scheme
        self._app = app
        self._family = family
        self._wishes = wishes or Wishes()
        self._still = False
        # Qt hands out a new wrapper each time and drops it with its parent's.
        self._hints: QStyleHints = app.styleHints()
        self._access: QAccessibilityHints = self._hints.accessibility()
        self.theme = self._make()
        style.apply(app, self.theme)
        self._hints.colorSchemeChanged.connect(self._follow)
        self._access.contrastPreferenceChanged.connect(self._follow)

    @property
    def wishes(self) -> Wishes:
        """What the user chose."""
        return self._wishes

    def wish(self, wishes: Wishes) -> None:
        """Take over a choice: everything on screen changes at once."""
        self._wishes = wishes
        self._follow()

    def ask_style(self) -> None:
        """Whether the system wants no motion. Not for the first frame: QStyle is slow to load."""
        from PySide6.QtWidgets import QStyle

        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        self._still = self._app.style().styleHint(hint) == 0
        self._follow()

    def _follow(self, *_: object) -> None:
        made = self._make()
        if made.key == self.theme.key and made.reduced_motion == self.theme.reduced_motion:
            return
        self.theme = made
        icons.clear()
        style.apply(self._app, made)
        self.changed.emit()

    def _make(self) -> Theme:
        return Theme(
            self._scheme(),
            self._wishes.scale or self._system_scale(),
            family=self._family,
            underline_links=self._wishes.underline_links,
            reduced_motion=self._wishes.reduce_motion or self._still,
        )

    def _scheme(self) -> Scheme:
        if self._fixed is not None:
            return self._fixed
        choice = self._wishes.theme
        dark = choice == "dark" or (
            choice != "light" and self._hints.colorScheme() == Qt.ColorScheme.Dark
        )
        wanted = Qt.ContrastPreference.HighContrast
        contrast = choice == "contrast" or (
            choice == "system" and self._access.contrastPreference() == wanted
        )
        if contrast:
            return "hcDark" if dark else "hcLight"
        return "dark" if dark else "light"

    def _system_scale(self) -> float:
        """How much larger than usual the system writes, on steps of the setting."""
        if self._family:
            return 1.0
        from PySide6.QtGui import QFontDatabase, QFontInfo

        system = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
        tokens = Theme().tokens
        ratio = system.pixelSize() / tokens.textScale.usual
        return max((step for step in tokens.textScale.steps if step <= ratio), default=1.0)
