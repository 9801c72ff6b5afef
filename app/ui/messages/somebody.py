"""Somebody in a dialog of messages: picture, name, handle and network, and what one can do."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.feeds.market_rows import OfferRow
from app.ui.feeds.market_values import MarketItem
from app.ui.messages.values import TalkItem
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.panel import along
from app.ui.widgets.words import Words


def somebody(
    look: Look, pictures: Pictures, item: TalkItem, *acts: QWidget
) -> tuple[QWidget, OfferRow]:
    """
    A line, and the row in it that is pressed.

    *item*: its ``title``, ``preview`` (handle), ``picture``, ``mark``, and ``note``: why they
    cannot be chosen, below it. *acts*: at its end.
    """
    tokens = look.theme.tokens
    held = QWidget()
    column = QVBoxLayout(held)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    line = QHBoxLayout()
    line.setSpacing(tokens.space.s)
    column.addLayout(line)
    shown = MarketItem(
        key=item.key,
        name=item.title,
        line=item.preview,
        mark=item.mark,
        picture=item.picture,
        icon="user",
    )
    row = OfferRow(look, pictures, shown)
    line.addWidget(row, 1)
    for act in acts:
        line.addWidget(act)
    if item.note:
        row.setEnabled(False)
        below = QHBoxLayout()
        lead = tokens.space.s + tokens.moderation.avatar + tokens.space.gap
        below.setContentsMargins(*along(lead, tokens.space.s, 0, tokens.space.xs))
        below.addWidget(Words(look, item.note, "small", "warn", wrap=True))
        column.addLayout(below)
    return held, row
