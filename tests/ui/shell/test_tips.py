"""What others have written, where the pointer rests."""

from __future__ import annotations

import time

import pytest
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QApplication, QLabel

from app.ui.feeds.market_rows import OfferRow
from app.ui.feeds.market_values import MarketItem
from app.ui.theme.look import Look
from app.ui.timeline.pictures import NoPictures
from app.ui.widgets.tips import plain_tip

BOMB = "<table><tr><td>" * 16


@pytest.mark.parametrize(
    "text", ["Q&amp;A", "a < b", "<b>Bo</b>", '<img src="file:///x.png">', "one\ntwo <i>three"]
)
def test_what_looks_like_markup_is_shown_as_it_is(text: str) -> None:
    """Nothing is left out, and nothing is loaded."""
    assert QTextDocumentFragment.fromHtml(plain_tip(text)).toPlainText() == text


def test_plain_words_stay_as_they_are() -> None:
    """Tips are compared and read aloud."""
    assert plain_tip("Bo\nby @bo") == "Bo\nby @bo"


def test_no_name_keeps_the_window_busy(qapp: QApplication) -> None:
    """Tables in tables take Qt twice as long with every level: 14 s for these 240 letters."""
    label = QLabel(plain_tip(BOMB))  # as Qt shows tips
    started = time.monotonic()
    label.grab()
    assert time.monotonic() - started < 2


def test_a_feed_of_strangers_is_told_as_it_is_called(look: Look) -> None:
    """Its name is its maker's to choose."""
    item = MarketItem(key="one", name=f"Birds {BOMB}", line="by <i>@ben")
    row = OfferRow(look, NoPictures(), item)
    told = QTextDocumentFragment.fromHtml(row.toolTip()).toPlainText()
    assert told == f"Birds {BOMB}\nby <i>@ben"
