"""The header's counter of what was hidden, and where the header's ends stand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from app.ui.shell.header import Header
from app.ui.theme import pinned_fonts
from app.ui.theme.look import Look, Wishes


def _header(look: Look, width: int) -> Header:
    header = Header(look)
    header.resize(width, header.height())
    header.show_hidden(7)
    header.show()
    QApplication.processEvents()
    return header


@pytest.mark.parametrize(
    ("scale", "width", "words", "icon"),
    [(1.0, 1000, True, False), (1.0, 500, False, True), (2.0, 1000, False, True)],
)
def test_the_counter_has_the_words_there_is_room_for(
    qapp: QApplication, scale: float, width: int, words: bool, icon: bool
) -> None:
    """In words with Why?; in narrow windows and at large text an icon that can be pressed."""
    wishes = Wishes(scale=scale, reduce_motion=True)
    look = Look(qapp, wishes, family=pinned_fonts(), scheme="light")
    header = _header(look, width)

    assert (header.why.isVisible(), header.small_why.isVisible()) == (words, icon)
    shown = header.why if words else header.small_why
    assert shown.accessibleName() == "7 hidden: why?"
    header.deleteLater()
    look.deleteLater()


def test_title_and_why_stand_on_the_edges_of_the_rows(look: Look) -> None:
    """Both are as far from the window's edges as avatars and marks are."""
    header = _header(look, 1000)
    card, button = look.theme.tokens.card, look.theme.tokens.button
    why = header.why

    assert header.title.mapTo(header, QPoint()).x() == card.padLeft
    end = why.mapTo(header, QPoint(why.width(), 0)).x() - button.padXSmall
    assert end == header.width() - card.padRight
    header.deleteLater()
