"""In which order Tab goes through controls, where they were made in another one."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtWidgets import QWidget


def tab_through(*controls: QWidget) -> None:
    """One after the other, all in one window; Qt passes by what takes no focus at all."""
    for before, after in pairwise(controls):
        QWidget.setTabOrder(before, after)
