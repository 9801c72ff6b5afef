"""
Pictures of every state: light and dark, both directions, 1x and 2x; high contrast.

All are compared by the digest of their pixels. A few are kept as pictures too,
so that a difference can be looked at; the others would weigh 8 MB.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage

from app.ui.theme import Theme, icons
from app.ui.theme.theme import Scheme
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import Frame
from app.ui.timeline.paint.painter import RowPainter
from tests.golden.gallery import Gallery, in_columns
from tests.golden.states import states
from tests.ui.timeline import samples
from tests.ui.timeline.painted import PaintedPictures

WIDTH, COLUMNS = 440, 4
CASES: dict[str, tuple[Scheme, bool, float]] = {
    f"{scheme}-{'rtl' if rtl else 'ltr'}-{dpr:g}x": (scheme, rtl, dpr)
    for scheme in ("light", "dark")
    for rtl in (False, True)
    for dpr in (1.0, 1.5, 2.0)
}
CASES["hcDark-ltr-1x"] = ("hcDark", False, 1.0)
CASES["hcLight-ltr-1x"] = ("hcLight", False, 1.0)
GALLERY = Gallery("digests.txt", kept=("light-ltr-1x", "dark-rtl-1x"))


def sheet(family: str, scheme: Scheme, rtl: bool, dpr: float) -> QImage:
    """All states in columns on the colour of the window."""
    icons.clear()
    theme = Theme(scheme, family=family)
    frame = Frame(
        theme,
        WIDTH,
        rtl=rtl,
        networks=samples.NETWORKS,
        hosts=samples.HOSTS,
        account_networks=samples.ACCOUNT_NETWORKS,
        locale=QLocale("en_GB"),
    )
    painter_of_rows = RowPainter(theme, PaintedPictures(flat=True), dpr=dpr, rtl=rtl)
    rows = [(lay_row(row, frame, samples.NOW, state), look) for _, row, state, look in states()]
    return in_columns(rows, painter_of_rows, theme.color("window"), COLUMNS, dpr)


@pytest.mark.parametrize("case", list(CASES))
def test_pictures_are_those_that_were_looked_at(
    case: str, family: str, regold: bool, tmp_path: Path
) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    made = sheet(family, *CASES[case])
    GALLERY.check(case, made, tmp_path, regold=regold)
