"""Opening links: only http(s), and not before a warning when the words lie."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.panel import Panel
from app.ui.widgets.words import Words

Open = Callable[[str], bool]


def open_in_browser(url: str) -> bool:
    """Hand *url* to the system's browser. False: it is no web address, or none answers."""
    from app.protocols.safety import safe_link

    safe = safe_link(url)
    if safe is None:
        return False
    return QDesktopServices.openUrl(QUrl(safe, QUrl.ParsingMode.TolerantMode))


class MismatchDialog(Dialog):
    """The words of a link name one place, its address another."""

    def __init__(self, look: Look, label: str, host: str, url: str, parent: QWidget | None) -> None:
        super().__init__(look, "This link goes elsewhere", parent)
        body, column = self.column()
        says = [
            ("It says ", None),
            (f"\u2068{label}\u2069", 600),
            (" but opens ", None),
            (f"\u2066{host}\u2069", 600),
            (".", None),
        ]
        column.addWidget(Words(look, says, "meta", "textSecondary", wrap=True))
        tokens = look.theme.tokens
        box = Panel(look, "sunken", edge="hairline", radius=tokens.radius.row)
        from PySide6.QtWidgets import QVBoxLayout

        inner = QVBoxLayout(box)
        inner.setContentsMargins(tokens.space.m, tokens.space.s, tokens.space.m, tokens.space.s)
        inner.addWidget(Words(look, f"\u2066{url}\u2069", "small", "text", wrap=True, mono=True))
        column.addWidget(box)
        column.addStretch()
        cancel = Button(look, "Do not open")
        cancel.clicked.connect(self.reject)
        anyway = Button(look, f"Open {host}", "danger")
        anyway.clicked.connect(self.accept)
        self.fill(body, right=[anyway, cancel])
        cancel.setFocus()


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
    dialog = MismatchDialog(look, label, shown_host(safe), safe, parent)
    dialog.accepted.connect(lambda: open_url(safe))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
