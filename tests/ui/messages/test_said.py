"""The words of a message: links in lines that run in different directions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF

from app.ui.messages.said import Said
from app.ui.theme.look import Look

WORDS = "اراك 🦆 على الرصيف\nNext line, see rings.example/j8."
PLACE = "rings.example/j8"


@pytest.mark.parametrize("words", [WORDS, WORDS.replace("\n", " "), PLACE, f"\n\n{PLACE}\n"])
def test_a_link_is_pressed_where_it_is_seen(look: Look, words: str) -> None:
    """Whatever stands before it: other scripts, pairs of units, lines of their own."""
    start = words.index(PLACE)
    said = Said(look, words, ((start, start + len(PLACE), "https://x"),), "text")
    said.fit(400)
    pitch = look.theme.line("bodySmall")
    found = {
        (x, y)
        for y in range(said.heightForWidth(said.width()) // int(pitch))
        for x in range(0, said.width(), 4)
        if said.link_at(QPointF(x, (y + 0.5) * pitch))
    }
    (line,) = {y for _, y in found}
    shown = said._layout(said.width()).lineAt(line)
    seen = said.text().encode("utf-16-le")[2 * shown.textStart() :].decode("utf-16-le")
    assert PLACE in seen
    wide = max(x for x, _ in found) - min(x for x, _ in found)
    assert abs(wide - QFontMetricsF(look.theme.font("bodySmall")).horizontalAdvance(PLACE)) < 12


def test_it_is_heard_as_it_was_written(look: Look) -> None:
    """Signs that order lines are for the eye."""
    assert Said(look, WORDS, (), "text").accessibleName() == WORDS
