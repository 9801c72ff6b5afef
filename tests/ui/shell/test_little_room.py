"""Large text in a low window: what has no room scrolls, goes below, or goes; nothing is cut through."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.ui.people.tabs import WordTabs
from app.ui.shell.states import State
from app.ui.theme.look import Look
from app.ui.widgets.words import Words
from app.ui.widgets.yielding import Yielding

LINES = 12


def _above_a_list(look: Look) -> tuple[QWidget, Yielding, QWidget]:
    page, above, below = QWidget(), Yielding(), QWidget()
    below.setMinimumHeight(100)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(above)
    column.addWidget(below, 1)
    for _ in range(LINES):
        above.column.addWidget(Words(look, "The survey boat is back.", "body"))
    return page, above, below


def _laid_out(qapp: QApplication) -> None:
    """What is new is shown in one turn, and gets its place in the next."""
    for _ in range(2):
        qapp.processEvents()


def test_what_stands_above_a_list_scrolls_rather_than_be_squeezed(
    look: Look, qapp: QApplication
) -> None:
    """As high as its content where there is room; else each of its lines stays whole."""
    page, above, below = _above_a_list(look)
    line = round(look.theme.line("body"))
    page.resize(400, 900)
    page.show()
    qapp.processEvents()
    assert (above.height(), below.height()) == (LINES * line, 900 - LINES * line)
    page.resize(400, 200)
    qapp.processEvents()
    assert below.height() >= 100
    bar = above.verticalScrollBar()
    assert bar.maximum() == LINES * line - above.height()
    assert all(words.height() == line for words in above.findChildren(Words))
    page.close()


def test_it_grows_with_what_comes_into_it(look: Look, qapp: QApplication) -> None:
    """And becomes lower with what goes."""
    page, above, _ = _above_a_list(look)
    page.resize(400, 900)
    page.show()
    qapp.processEvents()
    line = round(look.theme.line("body"))
    more = Words(look, "So are the godwits.", "body")
    above.column.addWidget(more)
    _laid_out(qapp)
    assert above.height() == (LINES + 1) * line
    more.hide()
    _laid_out(qapp)
    assert above.height() == LINES * line
    page.close()


def test_words_of_a_state_are_whole_before_its_picture_is_shown(
    look: Look, qapp: QApplication
) -> None:
    """In a low place the picture goes; it comes back with the room."""
    place = QWidget()
    place.resize(400, 400)
    state = State(
        look, "Press Enter to ask the servers", "Until then nothing leaves.", icon="cloud"
    )
    state.setParent(place)
    words = [one for one in state.findChildren(Words) if one.text().startswith("Until")]
    state.resize(300, 400)
    place.show()
    qapp.processEvents()
    assert state._sign.isVisible()
    state.resize(300, 110)
    qapp.processEvents()
    assert not state._sign.isVisible()
    assert words[0].height() >= words[0].heightForWidth(words[0].width())
    state.resize(300, 400)
    qapp.processEvents()
    assert state._sign.isVisible()
    place.close()


def test_tabs_that_do_not_fit_stand_below(look: Look, qapp: QApplication) -> None:
    """None lies over another."""
    tabs = WordTabs(look)
    tabs.show_tabs([(name, name) for name in ("Posts", "Replies", "Media", "Between you two")])
    held = QWidget()
    column = QVBoxLayout(held)
    column.addWidget(tabs)
    column.addStretch(1)
    held.resize(240, 300)
    held.show()
    qapp.processEvents()
    shown = list(tabs.tabs.values())
    places = [one.geometry() for one in shown]
    assert len({place.y() for place in places}) == 2
    assert not any(a.intersects(b) for a in places for b in places if a is not b)
    assert tabs.height() >= 2 * shown[0].height()
    held.close()
