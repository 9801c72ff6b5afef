"""What Qt has to say goes to our log, not between the lines of a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext

_UNABLE = "This plugin does not support "
"""How the plugin without a screen answers every wish of a window manager's kind."""


def listen_to_qt() -> None:
    """From now on for the whole process; best before the application is made."""
    qInstallMessageHandler(_take)


def _take(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if message.startswith(_UNABLE):
        return
    import logging  # not for the first frame, unless Qt has something to say

    log = logging.getLogger(__name__)
    if kind == QtMsgType.QtFatalMsg:
        # Qt ends the process now: no platform plugin, no display.
        sys.stderr.write(f"{message}\n")
        if not log.hasHandlers():
            return  # else Python itself prints it once more
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.DEBUG,
        # Complaints about the desktop for the most part: nothing a user can mend.
        QtMsgType.QtWarningMsg: logging.INFO,
        QtMsgType.QtCriticalMsg: logging.ERROR,
    }
    log.log(levels.get(kind, logging.CRITICAL), "%s", message)
