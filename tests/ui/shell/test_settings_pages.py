"""Pages of the settings in windows of every height and width."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.ui.settings.appearance import MediaPage
from app.ui.settings.dialog import PageEntry, SettingsDialog, _PageRow
from app.ui.settings.key_line import KeyLine
from app.ui.settings.lists import HostLine, HostsPage, KeyboardPage
from app.ui.shell.shortcuts import GROUPS
from app.ui.theme.look import Look
from app.ui.widgets.choices import Switch
from app.ui.widgets.words import Words


def _shown(
    look: Look, entry: PageEntry, parent: QWidget, width: int, height: int, *more: PageEntry
) -> SettingsDialog:
    parent.resize(width, height)
    dialog = SettingsDialog(look, [entry, *more], parent, page=entry.key)
    dialog.show()
    for _ in range(5):
        QApplication.processEvents()
    return dialog


@pytest.mark.parametrize("height", [480, 4000])
def test_a_page_that_is_too_long_scrolls_and_is_not_squeezed(
    look: Look, parent: QWidget, height: int
) -> None:
    """Every key of the list keeps its row, however low the window is."""
    entry = PageEntry("keyboard", "keyboard", "Keyboard", lambda: KeyboardPage(look, GROUPS))
    dialog = _shown(look, entry, parent, 1280, height)
    lines = dialog.findChildren(KeyLine)

    assert len(lines) == sum(len(keys) for _, keys in GROUPS)
    least = look.theme.length(look.theme.tokens.target.action) + look.theme.stroke("hairline")
    assert {line.height() for line in lines} == {least}
    bar = dialog.findChild(QScrollArea).verticalScrollBar()
    assert (bar.maximum() > 0) == (height == 480)
    dialog.close()


@pytest.mark.parametrize("width", [1280, 440])
def test_the_list_of_pages_stays_while_a_page_scrolls(
    look: Look, parent: QWidget, width: int
) -> None:
    """However far down one reads, each page is one press away, and begins at its top."""
    keys = PageEntry("keyboard", "keyboard", "Keyboard", lambda: KeyboardPage(look, GROUPS))
    more = [PageEntry(f"{n}", "image", "Media", lambda: KeyboardPage(look, GROUPS)) for n in "ab"]
    dialog = _shown(look, keys, parent, width, 600, *more)
    [bar] = [
        bar
        for area in dialog.findChildren(QScrollArea)
        if (bar := area.verticalScrollBar()).maximum()
    ]
    bar.setValue(bar.maximum())
    QApplication.processEvents()

    rows = dialog.findChildren(_PageRow)
    assert [row.visibleRegion().boundingRect() for row in rows] == [row.rect() for row in rows]
    rows[-1].click()
    QApplication.processEvents()
    assert (dialog.key, bar.value()) == ("b", 0)
    dialog.close()


def test_where_the_list_of_pages_is_too_high_the_row_with_the_keys_is_seen(
    look: Look, parent: QWidget
) -> None:
    """From the page back into the list, too."""
    entries = [PageEntry(f"{n}", "image", f"Page {n}", QWidget) for n in range(30)]
    dialog = _shown(look, entries[0], parent, 1280, 480, *entries[1:])
    dialog.activateWindow()
    QApplication.processEvents()
    row = dialog.findChildren(_PageRow)[-1]
    assert row.visibleRegion().isEmpty()
    row.setFocus(Qt.FocusReason.BacktabFocusReason)
    QApplication.processEvents()
    assert row.visibleRegion().boundingRect() == row.rect()
    dialog.close()


def test_in_narrow_windows_a_control_stands_close_below_its_help(
    look: Look, parent: QWidget
) -> None:
    """The free height of the page stays below its last row."""
    entry = PageEntry("media", "image", "Media", lambda: MediaPage(look))
    dialog = _shown(look, entry, parent, 440, 480)
    switch = dialog.findChildren(Switch)[0]
    line = switch.parentWidget()
    assert line is not None
    texts = [words for words in line.findChildren(Words) if words.isVisible()]

    assert switch.y() > texts[-1].y()
    wanted = sum(words.heightForWidth(words.width()) for words in texts) + switch.height()
    assert line.height() <= wanted + 3 * look.theme.tokens.space.l
    dialog.close()


def test_whether_authors_servers_are_asked_stands_above_who_was(
    look: Look, parent: QWidget
) -> None:
    """As it is kept; a press tells the other."""
    line = HostLine("far.example", "the rest of a conversation", 2, datetime.now(UTC))
    page = HostsPage(look, [line], datetime.now(UTC), origins=False)
    page.setParent(parent)
    told: list[bool] = []
    page.origins_wished.connect(told.append)
    switch = page.findChildren(Switch)[0]

    assert not switch.isChecked()
    switch.click()
    assert [True] == told
