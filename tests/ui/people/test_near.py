"""Who follows somebody: never all of half a million at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.model.profile import Profile
from app.ui.people import near
from app.ui.people.near import NearList
from app.ui.theme.look import Look
from app.ui.timeline.pictures import NoPictures


def people(first: int, count: int) -> list[Profile]:
    """So many, numbered."""
    names = (f"p{number}@far.example" for number in range(first, first + count))
    return [Profile(uri=f"https://far.example/{name}", handle=name) for name in names]


def test_rows_end_somewhere_and_that_is_said(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages come; another list begins empty."""
    monkeypatch.setattr(near, "MOST", 50)
    box = NearList(look, NoPictures())  # type: ignore[arg-type]
    box.begin("Followers", [], "")
    for start in range(0, 120, 40):
        box.add(people(start, 40), "")
        box.say("", busy=False, more=True)
    assert len(box.rows) == 50
    assert box._more.isHidden() and "first 50" in box._note.text()
    box.begin("Following", [], "")
    assert box.rows == []
    box.deleteLater()


def test_a_page_more_is_one_thing_more_to_lay_out(look: Look) -> None:
    """Not as many as it has rows: each page would make the window wait longer than the one before."""
    box = NearList(look, NoPictures())  # type: ignore[arg-type]
    box.begin("Followers", [], "")
    none = box.list.column.count()
    for start in range(0, 200, 40):
        box.add(people(start, 40), "")
    assert len(box.rows) == 200
    assert box.list.column.count() - none == 5
    box.begin("Following", [], "")
    box.add(people(0, 40), "")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert box.list.column.count() - none == 1
    box.deleteLater()
