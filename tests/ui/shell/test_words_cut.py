"""Words that are cut end in dots that can be seen, whatever their weight."""

from __future__ import annotations

import pytest

from app.ui.theme.look import Look
from app.ui.widgets.words import Run, Words

RUNS: list[list[Run]] = [
    [("Ottilie Brandvold and eleven others liked your post", None)],
    [("Ottilie Brandvold", 600), (" and ", None), ("eleven others", 600), (" liked it", None)],
    [("M" * 60, 700)],
]


@pytest.mark.parametrize("runs", RUNS)
@pytest.mark.parametrize("width", [40, 120, 200, 300])
def test_what_is_cut_fits_its_room(look: Look, runs: list[Run], width: int) -> None:
    """Dots and all: measured in a lighter weight they would be painted outside."""
    words = Words(look, runs, "bodySmall")
    line = words._layout(width).lineAt(0)
    assert line.naturalTextWidth() <= width
    whole = "".join(text for text, _ in runs)
    if words.sizeHint().width() - 2 > width:
        assert words._layout(width).text() != whole
    else:
        assert words._layout(width).text() == whole
