"""A row's value → its layout. The one way in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import ceil

from app.feed.rows import Card, FoldRow, Shown
from app.model.timeline import GapRow, StubRow
from app.ui.timeline.accessible import accessible_text
from app.ui.timeline.layout.actions import ACTIONS, lay_actions
from app.ui.timeline.layout.body import lay_cover, lay_text
from app.ui.timeline.layout.boxes import lay_link_card, lay_quote
from app.ui.timeline.layout.frame import PLAIN, Frame, RowState
from app.ui.timeline.layout.header import lay_context, lay_header, lay_reply_context
from app.ui.timeline.layout.media import lay_media
from app.ui.timeline.layout.poll import lay_poll
from app.ui.timeline.layout.rows import lay_fold, lay_gap, lay_hidden, lay_loading, lay_stub
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Intent, RowLayout


def lay_row(row: Shown | None, frame: Frame, now: datetime, state: RowState = PLAIN) -> RowLayout:
    """
    Lay out any row; None is one that is still being read.

    Costs 0.3–1.5 ms; what was made is kept by the caller.
    """
    if row is None:
        return lay_loading(frame, now)
    if isinstance(row, GapRow):
        return lay_gap(frame, row, state, now)
    if isinstance(row, StubRow):
        return lay_stub(frame, row, now)
    if isinstance(row, FoldRow):
        return lay_fold(frame, row, now)
    if row.verdict.action == "hide" and (row.verdict.fixed or not state.revealed):
        return lay_hidden(frame, row, now)
    return _lay_card(row, frame, now, state)


def lay_kept_row(
    row: Shown | None, frame: Frame, now: datetime, state: RowState = PLAIN
) -> RowLayout:
    """As ``lay_row``, of a post in an archive: there is nothing to be done with it."""
    if isinstance(row, Card):
        return _lay_card(row, frame, now, state, acts=False)
    return lay_row(row, frame, now, state)


def lay_headed_row(
    row: Shown | None,
    frame: Frame,
    now: datetime,
    state: RowState = PLAIN,
    *,
    head: Callable[[Sheet], None] = lambda _: None,
    foot: Callable[[Sheet], None] = lambda _: None,
) -> RowLayout:
    """As ``lay_row``; *head* says more above who wrote it, *foot* below what was written."""
    hidden = isinstance(row, Card) and row.verdict.action == "hide"
    if isinstance(row, Card) and not hidden:
        return _lay_card(row, frame, now, state, head=head, foot=foot)
    return lay_row(row, frame, now, state)


def _lay_card(
    card: Card,
    frame: Frame,
    now: datetime,
    state: RowState,
    *,
    acts: bool = True,
    head: Callable[[Sheet], None] = lambda _: None,
    foot: Callable[[Sheet], None] = lambda _: None,
) -> RowLayout:
    sheet = Sheet(frame, state, now)
    sheet.y = frame.top
    lay_context(sheet, card)
    head(sheet)
    avatar_end = sheet.y + frame.avatar
    time = lay_header(sheet, card)
    lay_reply_context(sheet, card.post)
    if card.verdict.action != "cover" or lay_cover(sheet, card.verdict):
        lay_body(sheet, card)
    foot(sheet)
    if state.refused:
        lay_refused(sheet, state)
    if acts:
        lay_actions(sheet, card)
    height = max(sheet.y, avatar_end) + frame.bottom + frame.hairline
    made = RowLayout(
        "card",
        frame.width,
        ceil(height),
        list(sheet.pieces),
        sheet.parts,
        accessible=accessible_text(card, frame, now, covered=is_covered(card, state)),
        time_text=time,
    )
    if frame.rtl:
        made.mirror()
    return made


def is_covered(card: Card, state: RowState) -> bool:
    """Is the whole post behind its cover?"""
    verdict = card.verdict
    return verdict.action == "cover" and (verdict.fixed or state.open == verdict.opened)


def lay_body(sheet: Sheet, card: Card) -> None:
    """Text and all that belongs to it."""
    post = card.post
    lay_text(sheet, post.text)
    lay_media(sheet, post.media, card.verdict)
    if post.poll is not None:
        lay_poll(sheet, card, post.poll)
    if post.card is not None and not post.media:
        covered = card.verdict.action == "cover_media" and not sheet.state.open_media
        lay_link_card(sheet, post.card, picture=post.quote is None and not covered)
    if post.quote is not None:
        lay_quote(sheet, post.quote, card.quote_verdict)
    if any(copy.post.reactions for copy in card.copies):
        from app.ui.timeline.layout.emoji import lay_emoji  # few posts have any

        lay_emoji(sheet, card)


def lay_refused(sheet: Sheet, state: RowState) -> None:
    """What was not accepted, in its own row; Try again where that makes sense."""
    sheet.block()
    size, pitch = sheet.frame.icon, sheet.theme.line("meta")
    color = "warn" if state.reminder else "danger"
    name = next((action.label for action in ACTIONS if action.name == state.retry), "it")
    press = f"{name} anyway" if state.reminder else "Try again"
    sheet.glyph("warning-circle", color, sheet.x, sheet.y + (pitch - size) / 2, size)
    x = sheet.x + size + sheet.tokens.timeline.iconGap
    gap = float(sheet.tokens.space.s)
    again = sheet.frame.metrics("metaStrong").horizontalAdvance(press) + 2 * gap
    room = sheet.x + sheet.width - x - (again if state.retry else 0.0)
    end = x
    for line in sheet.wrapped(state.refused, "meta", room, 3):
        label = sheet.write(line, "meta", color, x, sheet.y, width=room)
        end = label.box.right
        sheet.y += pitch
    if state.retry:
        said = press if state.reminder else f"Try again: {name}"
        intent = Intent("retry", state.retry)
        sheet.press_text(press, intent, end + gap, sheet.y - pitch, name=said)
