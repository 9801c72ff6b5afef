"""Pictures of a conversation: every kind of row, light and dark, both directions, large text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage, QPainter

from app.feed.threads import Tree, Voice
from app.model import Advisory, Counts, Media, Stub
from app.model.thread import Absent, Thread
from app.ui.theme import Theme, icons
from app.ui.theme.theme import Scheme
from app.ui.thread.frames import ThreadFrame
from app.ui.thread.layout import lay_thread_row
from app.ui.thread.source import ThreadSource
from app.ui.timeline.layout.frame import PLAIN, RowState
from app.ui.timeline.paint.painter import PLAIN_LOOK, Look, RowPainter
from tests.golden.gallery import Gallery
from tests.posts import CY, NOW, post
from tests.ui.thread.stage import NETWORKS
from tests.ui.timeline.painted import PaintedPictures
from tests.unit.feed.test_threads import (
    FOCUS,
    OVER_THERE,
    answer,
    elsewhere,
    entry,
    tree,
    voice,
)

CASES: dict[str, tuple[Scheme, bool, float, float]] = {
    f"{scheme}-{'rtl' if rtl else 'ltr'}-{dpr:g}x": (scheme, rtl, dpr, 1.0)
    for scheme in ("light", "dark")
    for rtl in (False, True)
    for dpr in (1.0, 2.0)
}
CASES["hcDark-ltr-1x"] = ("hcDark", False, 1.0, 1.0)
CASES["light-ltr-text-200"] = ("light", False, 1.0, 2.0)
GALLERY = Gallery("thread-digests.txt", kept=("light-ltr-1x", "dark-rtl-1x"), prefix="thread-")


def conversation() -> Tree:
    """One of everything, on two networks."""
    north, south = FOCUS, OVER_THERE
    picture = Media(kind="image", url="https://a.example/1", alt="Waders", width=800, height=400)
    focus = post(
        north,
        ago=18,
        by="ottilie",
        text="Counted 4 210 at the high-tide roost. Eleven days, no landing.",
        media=(picture,),
        counts=Counts(replies=9, reposts=31, likes=1_096, quotes=2),
        langs=("en",),
    )
    other = post(south, ago=18, by="ottilie", text=focus.text, counts=Counts(replies=2, likes=148))
    deep = [answer("d1", ago=15, by="teun", text="Our sensors say 4 190. I trust the toast more.")]
    deep += [
        answer(f"d{n}", f"d{n - 1}", ago=15 - n / 10, by=by, text=text)
        for n, (by, text) in enumerate(
            (
                ("harriet", "Which twenty did they miss?"),
                ("teun", "The ones asleep."),
                ("ada", "Sleep is data."),
                ("rik", "So is toast."),
                ("teun", "There is a column for it now."),
            ),
            2,
        )
    ]
    above = (
        Absent(uri="https://north.example/gone"),
        answer("up", "gone", ago=30, by="bo", text="Who counts today?"),
    )
    first = voice(
        *deep,
        answer("e", "d1", ago=12, by="sela", text="Come by, there is soup."),
        answer("own", ago=17, by="ottilie", text="And then I had toast."),
        answer("own2", "own", ago=16, by="ottilie", text="Two slices."),
        answer("w", ago=11, by="sela", advisories=(Advisory("warning", "Food"),)),
        answer("ed", "e", ago=10, by="kaj", edited_at=NOW),
        Stub(key="https://north.example/bad", sort_at=NOW, reason="Nobody could read it."),
        Absent(parent=north, state="blocked", count=3),
        Absent(parent="https://north.example/e", state="not_loaded", count=2),
        focus=entry(focus),
        above=above,
    )
    far = answer("at://x/p/1", south, ago=13, by="wen", text="High water was 20 cm over.")
    second = Voice(
        CY, "south", Thread(focus=south, post=entry(other), replies=(far,), complete=False)
    )
    scope = answer("https://far.example/1", ago=9, by="wil", text="4 205, through a scope.")
    return tree(first, second, elsewhere={"north": elsewhere(scope)})


def sheet(family: str, scheme: Scheme, rtl: bool, dpr: float, scale: float) -> QImage:
    """All rows, one below the other."""
    icons.clear()
    theme = Theme(scheme, scale, family=family)
    width = round(440 * min(scale, 1.5))
    frame = ThreadFrame(theme, width, rtl=rtl, networks=NETWORKS, locale=QLocale("en_GB"))
    source = ThreadSource(conversation())
    source.fold("https://north.example/e")
    looks = {4: Look(hovered=True), 5: Look(selected=True, row_focus=True)}
    refused = RowState(refused="Like not accepted by quiet.example.", retry="like")
    reminded = RowState(refused="A picture has no words.", retry="repost", reminder=True)
    states = {6: refused, 7: reminded}
    rows = [
        lay_thread_row(source.row(index), frame, NOW, states.get(index, PLAIN))
        for index in range(len(source))
    ]
    height = sum(row.height for row in rows)
    image = QImage(round(width * dpr), round(height * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    paints = RowPainter(theme, PaintedPictures(flat=True), dpr=dpr, rtl=rtl)
    for index, row in enumerate(rows):
        painter.save()
        paints.paint(painter, row, looks.get(index, PLAIN_LOOK))
        painter.restore()
        painter.translate(0, row.height)
    painter.end()
    return image


@pytest.mark.parametrize("case", list(CASES))
def test_conversations_look_as_they_were_looked_at(
    case: str, family: str, regold: bool, tmp_path: Path
) -> None:
    """Every pixel of every row."""
    made = sheet(family, *CASES[case])
    made.setDevicePixelRatio(1.0)
    GALLERY.check(case, made, tmp_path, regold=regold)
