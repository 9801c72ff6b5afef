"""Layouts as text: every rectangle of every state, in files that read well in a diff."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from app.ui.theme import Theme
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import Frame
from app.ui.timeline.layout.values import (
    Box,
    Button,
    Flow,
    Glyph,
    Label,
    Piece,
    RowLayout,
    Tile,
)
from tests.golden.states import states
from tests.ui.timeline import samples

FOLDER = Path(__file__).parent / "layouts"
CASES = {
    "608": (608, 1.0, False),
    "440": (440, 1.0, False),
    "608-rtl": (608, 1.0, True),
    "760-200": (760, 2.0, False),
}


def place(box: Box) -> str:
    """x, y, width and height to a tenth of a px."""
    return " ".join(f"{value:7.1f}" for value in box)


def described(piece: Piece) -> str:
    """What it is, without what it looks like."""
    kind = type(piece).__name__.lower()
    if isinstance(piece, (Label, Button)):
        label = piece if isinstance(piece, Label) else piece.label
        text = label.text.translate(dict.fromkeys(range(0x2066, 0x206A)))
        return f"{kind} {text!r} {label.color}"
    if isinstance(piece, Glyph):
        return f"{kind} {piece.name} {piece.color}"
    if isinstance(piece, Tile):
        return f"{kind} {piece.url}"
    if isinstance(piece, Flow):
        count = sum(one.layout.lineCount() for one in piece.paragraphs)
        return f"{kind} {count} lines"
    return kind


def written(layout: RowLayout) -> str:
    """The whole layout, a line for each piece and part."""
    lines = [f"{layout.kind} {layout.width:.0f} × {layout.height}"]
    lines += [f"  {place(piece.box)}  {described(piece)}" for piece in layout.pieces]
    lines += [
        f"  {place(part.boxes[0])}  part {part.intent.kind} {part.intent.arg} {part.role}".rstrip()
        for part in layout.parts
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("case", list(CASES))
def test_layouts_are_those_that_were_looked_at(case: str, family: str, regold: bool) -> None:
    """Every state, to a tenth of a px."""
    width, scale, rtl = CASES[case]
    frame = Frame(
        Theme("light", scale, family=family),
        width,
        rtl=rtl,
        networks=samples.NETWORKS,
        hosts=samples.HOSTS,
        account_networks=samples.ACCOUNT_NETWORKS,
        locale=QLocale("en_GB"),
    )
    parts = [
        f"== {name}\n{written(lay_row(row, frame, samples.NOW, state))}"
        for name, row, state, _ in states()
    ]
    made = "\n\n".join(parts) + "\n"
    path = FOLDER / f"{case}.txt"
    if regold:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, "utf-8")

    assert made.splitlines() == path.read_text("utf-8").splitlines()
