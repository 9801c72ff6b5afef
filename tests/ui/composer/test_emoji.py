"""Emoji by their names."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.composer.emoji import EmojiPopover, find_emoji, shown_as_picture
from app.ui.theme.look import Look


def test_emoji_are_found_by_all_words_of_their_name() -> None:
    """In any order; none is none."""
    assert "⛵" in find_emoji("boat sail") or "⛵" in find_emoji("sailboat")
    assert "🫖" in find_emoji("teapot")
    assert find_emoji("no such thing") == ()
    assert len(find_emoji("")) > 20


def test_signs_with_two_forms_ask_for_the_picture() -> None:
    """Others stay one sign."""
    assert shown_as_picture("❤") == "❤\ufe0f"
    assert shown_as_picture("🐦") == "🐦"


def test_enter_takes_what_the_arrows_have_marked(look: Look, parent: Any) -> None:
    """From the field, without leaving it."""
    popover = EmojiPopover(look, parent)
    told: list[str] = []
    popover.chosen.connect(told.append)
    QTest.keyClicks(popover.field, "face")
    QTest.keyClick(popover.field, Qt.Key.Key_Right)
    QTest.keyClick(popover.field, Qt.Key.Key_Return)

    assert told == [shown_as_picture(find_emoji("face")[1])]
