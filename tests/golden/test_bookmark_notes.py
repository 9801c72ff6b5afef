"""Pictures of bookmarks with what was written to them."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.feed.query import query_from_text
from app.model.bookmark import Filed
from app.ui.search.source import FoundSource
from app.ui.search.view import FoundView
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.golden.test_search import NETWORKS
from tests.ui.timeline import samples
from tests.ui.timeline.painted import PaintedPictures

GALLERY = Gallery("bookmark-notes-digests.txt", ("light",), "bookmark-notes-")
# scheme, right to left, text size, width and height
CASES: dict[str, tuple[Scheme, bool, float, tuple[int, int]]] = {
    "light": ("light", False, 1.0, (760, 640)),
    "dark": ("dark", False, 1.25, (760, 900)),
    "rtl": ("light", True, 1.0, (420, 900)),
    "contrast": ("hcDark", False, 1.0, (520, 800)),
}
LONG = "Ask the harbour master about the old gauge, then compare with the table of 1998. " * 9


@pytest.mark.parametrize("case", list(CASES))
def test_notes_are_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """A folder and a note, a long note alone, a folder alone, and a bookmark without any."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """A case."""
    scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    host = QWidget()
    view = FoundView(look.theme, PaintedPictures(flat=True), clock=lambda: samples.NOW)
    view.setParent(host)
    for one in (host, view):
        one.resize(*size)
    _fill(view)
    host.show()
    settle(4)
    return picture_of(host, look, "surface")


def _fill(view: FoundView) -> None:
    cards = [samples.emoji_text(), samples.reposted(), samples.warned(), samples.poll_voted()]
    written = (("Birds", "For the talk in March."), ("", LONG), ("Read later", ""))
    filed = {
        card.post.uri: Filed(post=card.post, at=samples.NOW, folder=folder, note=note)
        for card, (folder, note) in zip(cards, written, strict=False)
    }
    source = FoundSource()
    view.set_networks(NETWORKS)
    view.set_source(source)
    view.look_for(query_from_text("in:bookmarks", now=samples.NOW))
    view.show_filed(lambda card: filed.get(card.post.uri))
    source.show(cards)
