"""The panel that dialogs are made of."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.ui.theme import glass
from app.ui.theme.look import Look
from app.ui.widgets.dialog import Dialog, Popover
from app.ui.widgets.field import Field


def _open(look: Look, parent: QWidget) -> Dialog:
    dialog = Dialog(look, "A title", parent)
    body, _ = dialog.column()
    dialog.fill(body)
    dialog.open()
    QApplication.processEvents()
    return dialog


def test_a_panel_stays_in_its_place_while_it_grows(look: Look, parent: QWidget) -> None:
    """
    Its upper edge does not move, even if Qt was told that it is elsewhere.

    Window managers that reparent a window without a frame say that it is at 0, 0.
    """
    dialog = _open(look, parent)
    place = dialog.pos()
    assert place.x() > 0
    assert place.y() > 0

    dialog.move(0, 0)
    body, _ = dialog.column()
    body.setMinimumHeight(200)
    dialog.fill(body)

    assert dialog.pos() == place
    dialog.reject()


def test_a_panel_that_grows_long_stays_inside_its_window(look: Look, parent: QWidget) -> None:
    """Its foot, where the buttons are, is never below the edge."""
    dialog = _open(look, parent)

    body, _ = dialog.column()
    body.setMinimumHeight(2_000)
    dialog.fill(body)

    bottom = parent.mapToGlobal(parent.rect().bottomLeft()).y()
    assert dialog.geometry().bottom() <= bottom
    assert dialog.pos().y() >= parent.mapToGlobal(parent.rect().topLeft()).y()
    dialog.reject()


def test_a_panel_grows_with_the_words_of_a_field(look: Look, parent: QWidget) -> None:
    """Trouble that takes two lines pushes nothing out of sight, also deep inside the body."""
    dialog = Dialog(look, "A title", parent)
    body, column = dialog.column()
    inner = QWidget()
    field = Field(look, "Handle", help_line="One line")
    QVBoxLayout(inner).addWidget(field)
    column.addWidget(inner)
    dialog.fill(body)
    dialog.open()
    QApplication.processEvents()
    before = dialog.height()

    field.trouble(
        "There is no such account on that server, as far as we can see.", "Check it. " * 9
    )
    dialog.settle()
    grown = dialog.height()
    QApplication.processEvents()
    dialog.settle()

    assert grown >= before + 2 * look.theme.line("small")
    assert dialog.height() == grown
    dialog.reject()


@pytest.mark.parametrize("transparent", [True, False])
def test_corners_are_cut_where_nothing_can_be_transparent(
    look: Look, parent: QWidget, monkeypatch: pytest.MonkeyPatch, transparent: bool
) -> None:
    """Else they would be black; where they can be, they are drawn and not cut."""
    monkeypatch.setattr(glass, "is_transparent", lambda: transparent)
    dialog = _open(look, parent)
    popover = Popover(look, parent)
    popover.content.addWidget(QWidget())
    popover.show_at(parent.mapToGlobal(parent.rect().center()))
    edge = round(look.theme.tokens.popover.shadow) // 2

    for panel, outside in ((dialog, QPoint(0, 0)), (popover, QPoint(edge, edge))):
        assert panel.mask().isEmpty() == transparent
        assert panel.mask().contains(panel.rect().center()) != transparent
        assert not panel.mask().contains(outside)
    popover.close()
    dialog.reject()


def test_a_dialog_outlives_the_one_below_it(look: Look, parent: QWidget) -> None:
    """What dimmed that one is gone with it: the other closes as ever."""
    below, above = _open(look, parent), _open(look, parent)
    below.reject()
    below.deleteLater()
    QCoreApplication.sendPostedEvents(below, QEvent.Type.DeferredDelete)
    above.reject()

    assert not above.isVisible()
