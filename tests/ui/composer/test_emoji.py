"""Emoji by their names."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model.text import Emoji
from app.ui.composer.emoji import EmojiPopover, find_emoji, shown_as_picture
from app.ui.theme.look import Look
from app.ui.timeline.pictures import NoPictures


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


def test_emoji_of_a_server_stand_first_and_are_named(look: Look, parent: Any) -> None:
    """Found by their names beside the signs; told without colons; what is typed stays."""
    popover = EmojiPopover(look, parent)
    told: list[str] = []
    popover.chosen.connect(told.append)
    QTest.keyClicks(popover.field, "sea")
    popover.offer([Emoji("seagull", "u"), Emoji("rope", "u")], NoPictures())
    assert popover.grid.signs[0] == Emoji("seagull", "u")
    assert len(popover.grid.signs) > 1, "signs whose names have it stand behind"
    assert popover._name.text() == ":seagull:"
    assert not popover.grab().isNull()
    QTest.keyClick(popover.field, Qt.Key.Key_Return)

    assert told == ["seagull"]
