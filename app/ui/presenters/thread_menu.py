"""The menu over a conversation: how it is sorted, folded, and whether more is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.thread import words
from app.ui.thread.source import ThreadSource


def thread_menu(
    parent: QWidget,
    order: str,
    source: ThreadSource | None,
    asks: bool,
    *,
    sort: Callable[[str], None],
    ask: Callable[[bool], None],
) -> QMenu:
    """
    Made when it is opened; gone when it is closed.

    Args:
        asks: Servers of authors are asked, as nobody, for what mine do not have.
        sort, ask: What one has chosen.
    """
    menu = QMenu(parent)
    group = QActionGroup(menu)
    for name, text in words.ORDERS:
        act = menu.addAction(text)
        act.setCheckable(True)
        act.setChecked(name == order)
        group.addAction(act)
        act.triggered.connect(lambda _=False, name=name: sort(name))
    if source is not None:
        menu.addSeparator()
        menu.addAction("Fold all replies").triggered.connect(source.fold_all)
        unfold = menu.addAction("Unfold all replies")
        unfold.setEnabled(source.has_folds)
        unfold.triggered.connect(source.unfold_all)
    menu.addSeparator()
    origins = menu.addAction("Ask the author’s server for the rest")
    origins.setCheckable(True)
    origins.setChecked(asks)
    origins.setToolTip("Without signing in; it learns your address, as from any visitor")
    origins.toggled.connect(ask)
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
