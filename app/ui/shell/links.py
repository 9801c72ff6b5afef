"""Opening links: only http(s), and not before a warning when the words lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.ui.theme.look import Look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.ui.shell.mismatch import MismatchDialog

Open = Callable[[str], bool]


def open_in_browser(url: str) -> bool:
    """Hand *url* to the system's browser. False: it is no web address, or none answers."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    from app.protocols.safety import safe_link

    safe = safe_link(url)
    if safe is None:
        return False
    return QDesktopServices.openUrl(QUrl(safe, QUrl.ParsingMode.TolerantMode))


def warned_open(
    look: Look, parent: QWidget, url: str, label: str, open_url: Open = open_in_browser
) -> MismatchDialog | None:
    """
    Open *url*; ask first when *label* names another host.

    Returns the dialog that asks, already open; None when nothing was asked.
    """
    from app.protocols.safety import link_mismatch, safe_link, shown_host

    safe = safe_link(url)
    if safe is None:
        return None
    if not (label and link_mismatch(label, safe)):
        open_url(safe)
        return None
    from app.ui.shell.mismatch import MismatchDialog  # loaded when it is opened

    dialog = MismatchDialog(look, label, shown_host(safe), safe, parent)
    dialog.accepted.connect(lambda: open_url(safe))
    dialog.open_once()
    return dialog
