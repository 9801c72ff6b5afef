"""A row of a conversation → its layout (look.md §7, "Thread"). The one way in."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import cast

from app.feed.rows import Card
from app.ui.thread import words
from app.ui.thread.focus import lay_focus
from app.ui.thread.frames import ThreadFrame
from app.ui.thread.marks import fold_height, lay_fold, lay_folded, lay_origin
from app.ui.thread.rows import ThreadRow
from app.ui.timeline.accessible import accessible_text
from app.ui.timeline.layout.actions import lay_actions
from app.ui.timeline.layout.body import lay_cover
from app.ui.timeline.layout.card import is_covered, lay_body, lay_refused
from app.ui.timeline.layout.frame import PLAIN, Frame, RowState
from app.ui.timeline.layout.header import lay_header, lay_reply_context
from app.ui.timeline.layout.rows import lay_loading
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Elbow, Fill, Intent, RowLayout


def lay_thread_row(
    row: ThreadRow | None, frame: Frame, now: datetime, state: RowState = PLAIN
) -> RowLayout:
    """Lay out any row of a conversation. Costs what a card of the timeline does."""
    mine = cast(ThreadFrame, frame)
    if row is None:
        return lay_loading(frame, now)
    if row.place == "hidden":
        return _lay_hidden(row, mine, now)
    card = row.card
    if card is None:
        return _lay_note(row, mine, now)
    if card.verdict.action == "hide" and not state.revealed and row.place != "focus":
        return _lay_veiled(row, card, mine, now)
    if row.place == "focus":
        return lay_focus(row, card, mine, now, state)
    return _lay_post(row, card, mine, now, state)


def _lay_post(
    row: ThreadRow, card: Card, frame: ThreadFrame, now: datetime, state: RowState
) -> RowLayout:
    own = _frame_of(row, frame)
    sheet = Sheet(own, state, now)
    sheet.y = own.top
    avatar_top = sheet.y
    time = lay_header(sheet, card)
    if row.line is not None and row.line.origin:
        lay_origin(sheet, row.line.origin)
    if row.place == "above" and not row.joined:
        lay_reply_context(sheet, card.post)
    if card.verdict.action != "cover" or lay_cover(sheet, card.verdict):
        lay_body(sheet, card)
    if state.refused:
        lay_refused(sheet, state)
    lay_actions(sheet, card)
    lay_folded(sheet, row)
    height = max(sheet.y, avatar_top + own.avatar) + own.bottom + own.hairline
    lay_lines(sheet, row, frame, ceil(height), avatar_top)
    if row.place == "answer":
        lay_fold(sheet, row, avatar_top)
    said = accessible_text(card, own, now, covered=is_covered(card, state))
    return _done(sheet, "card", height, row, said, time)


def _frame_of(row: ThreadRow, frame: ThreadFrame) -> Frame:
    return frame.answer(row.depth) if row.place == "answer" else frame


def lay_lines(
    sheet: Sheet, row: ThreadRow, frame: ThreadFrame, height: int, avatar_top: float
) -> None:
    """The lines from what it answers, and to what answers it."""
    tokens = frame.theme.tokens.thread
    line, joint = float(tokens.line), float(tokens.joint)
    own = sheet.frame
    under = avatar_top + own.avatar + joint
    if row.place != "answer":
        middle = own.pad + own.avatar / 2
        if row.joined:
            _line(sheet, middle, 0, avatar_top - joint, line)
        if row.opens:
            _line(sheet, middle, under, height, line)
        return
    lay_rails(sheet, row, frame, height, avatar_top + own.avatar / 2, own.pad - joint)
    if row.opens:
        # Below the button that folds away what it leads to.
        _line(sheet, frame.rail(row.depth), under + fold_height(sheet), height, line)


def lay_rails(
    sheet: Sheet, row: ThreadRow, frame: ThreadFrame, height: int, foot: float, end: float
) -> None:
    """Lines of those it hangs below, and the elbow to it (at *foot*, as far as *end*)."""
    tokens = frame.theme.tokens.thread
    line, depth = float(tokens.line), row.depth
    for level in range(2, depth + 1):
        if row.rails[level - 1]:
            _line(sheet, frame.rail(level - 1), 0, height, line)
    if depth > 1:
        _elbow(sheet, frame.rail(depth - 1), foot, end, line, tokens.elbowRadius)


def _line(sheet: Sheet, middle: float, top: float, bottom: float, wide: float) -> None:
    if bottom > top:
        sheet.pieces.insert(0, Fill(Box(middle - wide / 2, top, wide, bottom - top), "thread"))


def _elbow(
    sheet: Sheet, middle: float, foot: float, end: float, wide: float, radius: float
) -> None:
    left = middle - wide / 2
    box = Box(left, 0, max(end - left, radius), foot + wide / 2)
    sheet.pieces.insert(0, Elbow(box, radius))


# ------------------------------------------------------------ what is no post


def _lay_note(row: ThreadRow, frame: ThreadFrame, now: datetime) -> RowLayout:
    """What is not there, could not be read, or goes on elsewhere: one line of words."""
    line = row.line
    assert line is not None
    if line.kind == "continue":
        return _lay_continue(row, frame, now)
    icon, text = "file-x", "One reply could not be shown."
    if line.absent is not None:
        icon = words.ABSENT_ICON[line.absent.state]
        text = words.absent_text(line.absent, above=row.place in ("above", "focus"))
    sheet, height, x = _begin_note(row, frame, now, icon)
    right = sheet.frame.right
    if line.stub is not None:
        right = _button(sheet, "Details", Intent("details"), height)
    elif row.url:
        right = _button(sheet, "On the web", Intent("page", row.url), height)
    sheet.write(text, "meta", "textSecondary", x, 0, height=height, width=max(40.0, right - x))
    return _done(sheet, "note", height, row, text)


def _lay_continue(row: ThreadRow, frame: ThreadFrame, now: datetime) -> RowLayout:
    """Deeper answers are a conversation of their own."""
    line = row.line
    assert line is not None
    own = frame.answer(row.depth)
    sheet = Sheet(own, PLAIN, now)
    height = frame.theme.px(sheet.tokens.thread.note)
    x, y = own.x, (height - frame.theme.line("metaStrong")) / 2
    text = words.continue_text(line.count)
    sheet.press_text(text, Intent("continue", line.parent), x, y, width=own.right - x, name=text)
    whole = ceil(height + own.bottom)
    for level in range(2, row.depth + 1):
        if row.rails[level - 1]:
            _line(sheet, frame.rail(level - 1), 0, whole, float(sheet.tokens.thread.line))
    thread = sheet.tokens.thread
    _elbow(
        sheet,
        frame.rail(row.depth),
        height / 2,
        x - thread.joint,
        float(thread.line),
        thread.elbowRadius,
    )
    return _done(sheet, "note", whole, row, text)


def _lay_veiled(row: ThreadRow, card: Card, frame: ThreadFrame, now: datetime) -> RowLayout:
    """A post that a rule hides, where its answers need it."""
    from app.ui.timeline.words import hidden_text

    sheet, height, x = _begin_note(row, frame, now, "eye-slash")
    right = sheet.frame.right
    if not card.verdict.fixed:
        right = _button(sheet, "Show", Intent("reveal"), height)
    text = hidden_text(card.verdict)
    sheet.write(text, "meta", "textSecondary", x, 0, height=height, width=max(40.0, right - x))
    return _done(sheet, "hidden", height, row, text)


def _lay_hidden(row: ThreadRow, frame: ThreadFrame, now: datetime) -> RowLayout:
    """How many answers rules have left out; Why?"""
    own = frame.answer(1)
    sheet = Sheet(own, PLAIN, now)
    height = frame.theme.px(sheet.tokens.hidden.height)
    size = own.icon
    sheet.glyph(
        "funnel-simple", "textSecondary", own.pad + own.avatar - size, (height - size) / 2, size
    )
    right = _button(sheet, "Why?", Intent("hidden"), height)
    text = words.hidden_text(row.hidden)
    sheet.write(text, "meta", "textSecondary", own.x, 0, height=height, width=right - own.x)
    return _done(sheet, "hidden", height, row, text, ground="window")


def _begin_note(
    row: ThreadRow, frame: ThreadFrame, now: datetime, icon: str
) -> tuple[Sheet, float, float]:
    """A sheet with its lines and icon; its height; where the words begin."""
    own = _frame_of(row, frame)
    sheet = Sheet(own, PLAIN, now)
    height = frame.theme.px(sheet.tokens.hidden.height)
    size, tokens = own.icon, sheet.tokens.thread
    left = own.pad + own.avatar - size
    sheet.glyph(icon, "textSecondary", left, (height - size) / 2, size)
    middle, line = own.pad + own.avatar / 2, float(tokens.line)
    if row.place == "answer":
        lay_rails(sheet, row, frame, ceil(height), height / 2, left - tokens.joint)
        if row.opens:
            _line(sheet, frame.rail(row.depth), height / 2 + size, ceil(height), line)
    elif row.place == "above":
        if row.joined:
            _line(sheet, middle, 0, (height - size) / 2 - tokens.joint, line)
        _line(sheet, middle, (height + size) / 2 + tokens.joint, ceil(height), line)
    return sheet, height, own.x


def _button(sheet: Sheet, text: str, intent: Intent, height: float) -> float:
    """A plain button at the far side. Returns what is left of the line."""
    high = sheet.theme.px(sheet.tokens.gap.buttonHeight)
    right = sheet.frame.right + sheet.tokens.button.padXSmall
    box = sheet.button(text, intent, right, (height - high) / 2, "plain", align="end")
    return box.x - sheet.tokens.space.xs


def _done(
    sheet: Sheet,
    kind: str,
    height: float,
    row: ThreadRow,
    said: str,
    time: str = "",
    ground: str = "surface",
) -> RowLayout:
    if row.depth > 1:
        said = f"Level {row.depth}. {said}"
    frame = sheet.frame
    made = RowLayout(
        kind,
        frame.width,
        ceil(height),
        list(sheet.pieces),
        sheet.parts,
        ground,
        said,
        time_text=time,
        divided=row.ends,
    )
    if frame.rtl:
        made.mirror()
    return made
