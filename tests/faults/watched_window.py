"""The window of PROFILE as a user opens it; says on stdout what becomes of it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.services.house import Options
from app.ui.shell.window import Window
from app.wiring import Wiring


class Watcher(QObject):
    """Hides the window once it lives, and tells when it is shown again."""

    def __init__(self) -> None:
        super().__init__()
        self._window: Window | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the window come and come back."""
        if isinstance(watched, Window) and event.type() == QEvent.Type.Show:
            if self._window is None:
                self._window = watched
                # When the loop runs: then it also listens to others.
                QTimer.singleShot(0, self._hide)
            else:
                print("came forward", flush=True)
                watched.close()
        return False

    def _hide(self) -> None:
        assert self._window is not None
        self._window.hide()
        print("hidden", flush=True)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    watcher = Watcher()
    app.installEventFilter(watcher)
    sys.exit(Wiring().window(Options(profile=Path(sys.argv[1]))))
