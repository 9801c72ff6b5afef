"""Pictures of what other software writes, as it comes through a server."""

from __future__ import annotations

import pytest
from msgspec import structs
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage

from app.feed.rows import Card
from app.model.timeline import AccountId
from app.ui.theme import Theme, icons
from app.ui.theme.theme import Scheme
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import PLAIN, Frame, RowState
from app.ui.timeline.paint.painter import PLAIN_LOOK, RowPainter
from tests.golden.gallery import Gallery, LookedAt, in_columns
from tests.ui.timeline import samples
from tests.ui.timeline.painted import PaintedPictures
from tests.unit.protocols.mastodon import other_software
from tests.unit.protocols.mastodon.samples import NOW

# scheme, right to left, width, text size, columns
CASES: dict[str, tuple[Scheme, bool, int, float, int]] = {
    "foreign-light": ("light", False, 608, 1.0, 3),
    "foreign-dark": ("dark", False, 608, 1.0, 3),
    "foreign-narrow": ("light", False, 380, 1.0, 4),
    "foreign-rtl": ("light", True, 608, 1.0, 3),
    "foreign-contrast-150": ("hcDark", False, 608, 1.5, 3),
}
GALLERY = Gallery("foreign-digests.txt", ("foreign-light", "foreign-narrow"))
NAMES = tuple(name for name in other_software.SAMPLES if name != "misskey")
"""The pinned font has no emoji of its own; "misskey" is nothing else."""
_SIGNS = str.maketrans("🗓📍", "••")
"""It has none of these either."""


def card(name: str, number: int) -> Card:
    """A sample in its row."""
    entry = other_software.read(name)
    text = entry.post.text
    plain = structs.replace(
        entry.post, text=structs.replace(text, text=text.text.translate(_SIGNS))
    )
    return samples.card(plain, number, viewers={AccountId("me@home.example"): entry.viewer})


@pytest.mark.parametrize("case", list(CASES))
def test_what_others_write_is_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """All samples, one below the other, in columns."""
    scheme, rtl, width, scale, columns = CASES[case]
    icons.clear()
    theme = Theme(scheme, scale, family=family)
    frame = Frame(theme, width, rtl=rtl, networks=samples.NETWORKS, locale=QLocale("en_GB"))
    painter_of_rows = RowPainter(theme, PaintedPictures(flat=True), dpr=1.0, rtl=rtl)
    cards = [card(name, number) for number, name in enumerate(NAMES)]
    states = [PLAIN] * len(cards)
    cards.append(card("article", len(cards)))
    states.append(RowState(expanded=True))
    rows = [lay_row(one, frame, NOW, state) for one, state in zip(cards, states, strict=True)]
    stands = [(row, PLAIN_LOOK) for row in rows]
    return in_columns(stands, painter_of_rows, theme.color("window"), columns)
