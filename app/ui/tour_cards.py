"""The tour's sheet of cards: every state a row of a timeline can be in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct, structs
from PySide6.QtCore import QLocale, QRectF
from PySide6.QtGui import QImage, QPainter

from app.feed.pipeline import row_from_stored
from app.feed.rows import Card, Row
from app.model import HOME, Cursor
from app.model.timeline import ALL, Gap, GapRow, RowKey, StubRow
from app.ui.theme.look import Look
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import PLAIN, Frame, RowState
from app.ui.timeline.layout.values import RowLayout
from app.ui.timeline.paint.painter import PLAIN_LOOK, RowPainter
from app.ui.timeline.paint.painter import Look as Stand

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.start import Front

MOST = 400
"""Rows of the demo that are looked through."""


class Shown(Struct, frozen=True):
    """A row, what the reader did to it, and how it stands."""

    row: Row | None
    state: RowState = PLAIN
    stand: Stand = PLAIN_LOOK


Group = tuple[str, Sequence[Shown]]
"""Caption, and the rows below it."""


def cards(look: Look, front: Front, house: House) -> QImage:
    """All states in three columns, from the demo's posts."""
    theme, tokens = look.theme, look.theme.tokens
    accounts = front.shell.accounts
    frame = Frame(
        theme,
        tokens.window.timelineMin,
        networks=front.shell.networks,
        hosts={account.id: account.host for account in accounts},
        account_networks={account.id: account.network for account in accounts},
        locale=QLocale(),
    )
    now = house.clock.now()
    columns = [
        [
            (caption, [(lay_row(one.row, frame, now, one.state), one.stand) for one in rows])
            for caption, rows in column
        ]
        for column in _columns(_Demo(house, now))
    ]
    return _drawn(look, RowPainter(theme, front.pictures), columns)


# ------------------------------------------------------------------- which


class _Demo:
    """Finds rows of the demo."""

    def __init__(self, house: House, now: datetime) -> None:
        settings = house.timelines.settings()
        stored = house.store.reader.rows(ALL, limit=MOST)
        self.rows = [row_from_stored(value, now=now, settings=settings) for value in stored]
        self.now = now
        self.account = house.accounts.all()[0].id

    def card(self, holds: Callable[[Card], object]) -> Card:
        """The newest card of which that is true."""
        return next(row for row in self.rows if isinstance(row, Card) and holds(row))

    def text(self, begins: str) -> Card:
        """The newest card whose text begins so."""
        return self.card(lambda card: card.post.text.text.startswith(begins))

    def quoting(self, state: str) -> Card:
        """The newest card whose quote is in that state."""
        return self.card(lambda card: card.post.quote and card.post.quote.state == state)

    def stub(self) -> StubRow:
        """A record that could not be read."""
        return next(row for row in self.rows if isinstance(row, StubRow))

    def gap(self) -> GapRow:
        """Three and a half hours are missing."""
        newer = self.now - timedelta(hours=1, minutes=52)
        older = newer - timedelta(hours=3, minutes=30)
        gap = Gap(
            id=1,
            account=self.account,
            source=HOME,
            newer_at=newer,
            older_at=older,
            cursor=Cursor("gap"),
        )
        return GapRow(key=RowKey(0, 0), gap=gap)


def _columns(demo: _Demo) -> Sequence[Sequence[Group]]:
    return _text_and_polls(demo), _covers_and_quotes(demo), _media_and_states(demo)


def _text_and_polls(demo: _Demo) -> Sequence[Group]:
    gap = demo.gap()
    filling = RowState(filling=True, progress="Filling: 80 of about 240 posts")
    empty = RowState(progress="Nothing more on the server for this stretch")
    failed = RowState(progress="The server does not answer.", again=True)
    return (
        ("Reposted by several", [Shown(demo.text("The survey boat"))]),
        ("Link card", [Shown(demo.text("Third report"))]),
        ("Echo: both marks, both counts", [Shown(demo.text("Counted 4"))]),
        ("Reply, edited, right to left", [Shown(demo.card(lambda card: card.post.reply_to))]),
        (
            "Poll, not voted, several answers",
            [Shown(demo.text("Which evenings"), RowState(chosen=(0,)))],
        ),
        ("Poll, voted", [Shown(demo.text("Winter opening"))]),
        ("Code; emoji of others, and one of mine", [Shown(demo.text("Nine lines"))]),
        (
            "Gap, filling, in vain, failed",
            [Shown(gap), Shown(gap, filling), Shown(gap, empty), Shown(gap, failed)],
        ),
    )


def _covers_and_quotes(demo: _Demo) -> Sequence[Group]:
    warned, wreck = demo.text("Pumpkin"), demo.text("From the wreck")
    fixed = structs.replace(wreck, verdict=structs.replace(wreck.verdict, fixed=True))
    hidden = demo.card(lambda card: card.verdict.action == "hide")
    missing = [Shown(demo.quoting(state)) for state in ("deleted", "detached", "blocked")]
    return (
        ("Content warning, closed", [Shown(warned)]),
        ("Content warning, open", [Shown(warned, RowState(open=True))]),
        ("Label over media", [Shown(wreck)]),
        ("Label that forbids showing", [Shown(fixed)]),
        ("Quote", [Shown(demo.quoting("shown"))]),
        ("Quotes: deleted, detached, blocked", missing),
        ("Hidden, unreadable", [Shown(hidden), Shown(demo.stub())]),
    )


def _media_and_states(demo: _Demo) -> Sequence[Group]:
    locked = demo.card(lambda card: card.post.visibility == "followers")
    refused = RowState(refused="The server did not accept the like.", retry="like")
    preprint = demo.text("Preprint")
    here = Stand(selected=True, row_focus=True)
    return (
        ("Three pictures, one not described", [Shown(demo.card(_is_three))]),
        ("Five or more", [Shown(demo.card(lambda card: _pictures(card) > 4))]),
        (
            "Video",
            [Shown(demo.card(lambda card: any(m.kind == "video" for m in card.post.media)))],
        ),
        ("Hovered", [Shown(locked, stand=Stand(hovered=True))]),
        ("Selected, and focused by keyboard", [Shown(preprint, stand=here)]),
        ("An action that was refused", [Shown(locked, refused)]),
        ("Still being read", [Shown(None)]),
    )


def _is_three(card: Card) -> bool:
    """Three pictures and no word."""
    return _pictures(card) == 3 and not card.post.text.text


def _pictures(card: Card) -> int:
    return sum(media.kind == "image" for media in card.post.media)


# ----------------------------------------------------------------- drawing


def _drawn(
    look: Look,
    painter_of_rows: RowPainter,
    columns: Sequence[Sequence[tuple[str, Sequence[tuple[RowLayout, Stand]]]]],
) -> QImage:
    theme, space = look.theme, look.theme.tokens.space
    wide, gap, line = theme.tokens.window.timelineMin, space.l, theme.line("small") + space.xs
    tall = max(
        sum(line + gap + sum(row.height for row, _ in rows) for _, rows in column)
        for column in columns
    )
    size = len(columns) * (wide + gap) + gap, ceil(tall) + gap
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(theme.color("window"))
    painter = QPainter(image)
    for number, column in enumerate(columns):
        x, y = gap + number * (wide + gap), float(gap)
        for caption, rows in column:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("textSecondary"))
            painter.drawText(QRectF(x, y, wide, line), caption)
            y += line
            for row, stand in rows:
                painter.save()
                painter.translate(x, y)
                painter_of_rows.paint(painter, row, stand)
                painter.restore()
                y += row.height
            y += gap
    painter.end()
    return image
