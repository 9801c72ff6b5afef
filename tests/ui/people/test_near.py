"""Who follows somebody: never all of half a million at once."""

from __future__ import annotations

import pytest

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
