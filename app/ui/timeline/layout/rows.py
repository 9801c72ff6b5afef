"""Rows that are no posts: gaps, stubs, hidden rows, rows still being read, the end."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from app.feed.rows import Card, FoldRow
from app.model.timeline import GapRow, StubRow
from app.ui.timeline import words
from app.ui.timeline.layout.frame import Frame, RowState
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Intent, MarkPiece, RowLayout


def lay_gap(frame: Frame, row: GapRow, state: RowState, now: datetime) -> RowLayout:
    """What is missing, how much, from where; Fill gap."""
    sheet = Sheet(frame, state, now)
    height = frame.theme.px(sheet.tokens.gap.height)
    gap = row.gap
    right = frame.right
    icon = "spinner" if state.filling else "dots-three-outline-vertical"
    _icon(sheet, icon, height)
    host = frame.hosts.get(gap.account, str(gap.account))
    if state.progress:
        text = state.progress
        if state.filling:
            right = _words(sheet, "Stop", Intent("gap", "stop"), height)
        elif state.again:
            box = _gap_button(sheet, "Try again", host, height)
            right = box.x - sheet.tokens.space.s
        sheet.write(text, "meta", "textSecondary", frame.x, 0, height=height, width=right - frame.x)
        said = text
    else:
        box = _gap_button(sheet, "Fill gap", host, height)
        said = _gap_text(sheet, row, host, box.x - sheet.tokens.space.s, height)
    return _done(sheet, "gap", height, f"Gap. {said}")


def _gap_button(sheet: Sheet, word: str, host: str, height: float) -> Box:
    high = sheet.frame.theme.px(sheet.tokens.gap.buttonHeight)
    return sheet.button(
        word,
        Intent("gap"),
        sheet.frame.right,
        (height - high) / 2,
        align="end",
        name=f"Fill the gap from {host}",
    )


def _gap_text(sheet: Sheet, row: GapRow, host: str, right: float, height: float) -> str:
    frame, gap = sheet.frame, row.gap
    x = frame.x
    older, newer = gap.older_at, gap.newer_at
    span = f"{words.span_text(newer - older)} missing" if older is not None else "Posts missing"
    head = f"{'About ' if not frame.narrow and older is not None else ''}{span} from"
    label = sheet.write(head, "meta", "textSecondary", x, 0, height=height)
    x = label.box.right + sheet.tokens.timeline.iconGap
    network = frame.account_networks.get(gap.account, "")
    if network:
        size = frame.mark
        sheet.add(MarkPiece(Box(x, (height - size) / 2, size, size), frame.mark_of(network)))
        x += size + sheet.tokens.timeline.iconGap
    tail = f"\u2066{host}\u2069"
    if older is not None:
        until = words.clock_time(newer, frame.locale)
        tail += f", {words.clock_time(older, frame.locale)}–{until}"
    sheet.write(tail, "meta", "textSecondary", x, 0, height=height, width=max(40.0, right - x))
    return f"{label.text} {tail}"


def lay_stub(frame: Frame, row: StubRow, now: datetime) -> RowLayout:
    """A record that could not be read."""
    sheet = Sheet(frame, RowState(), now)
    height = frame.theme.px(sheet.tokens.stub.height)
    _icon(sheet, "file-x", height)
    right = _words(sheet, "Details", Intent("details"), height)
    text = "One post could not be shown."
    host = frame.hosts.get(row.account, "")
    if host and not frame.narrow:
        text = f"One post from \u2066{host}\u2069 could not be shown."
    sheet.write(text, "meta", "textSecondary", frame.x, 0, height=height, width=right - frame.x)
    return _done(sheet, "stub", height, f"{text} {row.stub.reason}")


def lay_fold(frame: Frame, row: FoldRow, now: datetime) -> RowLayout:
    """What is folded below a card, and a way to see it."""
    sheet = Sheet(frame, RowState(), now)
    height = frame.theme.px(sheet.tokens.hidden.height)
    _icon(sheet, "stack", height)
    word = "Fold" if row.opened else "Unfold"
    right = _words(sheet, word, Intent("unfold"), height)
    sheet.write(row.text, "meta", "textSecondary", frame.x, 0, height=height, width=right - frame.x)
    return _done(sheet, "fold", height, f"{row.text}. {'Open' if row.opened else 'Folded'}")


def lay_hidden(frame: Frame, card: Card, now: datetime) -> RowLayout:
    """A post that a rule hides, where the reader asked to see that it is there."""
    sheet = Sheet(frame, RowState(), now)
    height = frame.theme.px(sheet.tokens.hidden.height)
    _icon(sheet, "eye-slash", height)
    right = frame.right
    if not card.verdict.fixed:
        right = _words(sheet, "Show", Intent("reveal"), height)
    text = words.hidden_text(card.verdict)
    sheet.write(text, "meta", "textSecondary", frame.x, 0, height=height, width=right - frame.x)
    return _done(sheet, "hidden", height, text)


def lay_loading(frame: Frame, now: datetime) -> RowLayout:
    """A row whose value is not in memory yet: a disc and three bars, no shimmer."""
    sheet = Sheet(frame, RowState(), now)
    tokens = sheet.tokens
    size, bar = frame.avatar, float(tokens.timeline.skeletonBar)
    disc = Box(frame.pad, frame.top, size, size)
    sheet.fill(disc, "hairline", radius=size / 2)
    y = frame.top + (size - 2 * bar - tokens.timeline.skeletonGap) / 2
    for share, gap in ((0.5, tokens.timeline.skeletonGap), (1.0, bar), (0.7, 0)):
        box = Box(frame.x, y, frame.content * share, bar)
        sheet.fill(box, "hairline", radius=bar / 2)
        y += bar + gap
    height = frame.theme.px(tokens.timeline.skeleton)
    return _done(sheet, "loading", height, "Loading", ground="surface")


def lay_footer(frame: Frame, state: str, message: str, now: datetime) -> RowLayout | None:
    """The end of the list: loading older posts, nothing older, or what went wrong."""
    texts = {"loading": "Loading older posts…", "end": "That is all there is"}
    if state not in ("loading", "end", "failed"):
        return None
    sheet = Sheet(frame, RowState(), now)
    height = frame.theme.px(sheet.tokens.timeline.footer)
    text = message or texts.get(state, "Older posts could not be fetched.")
    icon = {"loading": "spinner", "failed": "warning-circle"}.get(state, "")
    color = "danger" if state == "failed" else "textSecondary"
    size, gap = frame.icon, sheet.tokens.timeline.iconGap
    again = sheet.frame.metrics("metaStrong").horizontalAdvance("Try again") + 2 * gap
    extra = (size + gap if icon else 0) + (again if state == "failed" else 0)
    label = sheet.label(
        text, "meta", color, 0, 0, height=height, width=frame.width - extra - 2 * frame.pad
    )
    x = (frame.width - label.box.w - extra) / 2
    if icon:
        sheet.glyph(icon, color, x, (height - size) / 2, size)
        x += size + gap
    label.box = Box(x, 0, label.box.w, height)
    sheet.add(label)
    if state == "failed":
        line = frame.theme.line("metaStrong")
        sheet.press_text(
            "Try again", Intent("older"), label.box.right + 2 * gap, (height - line) / 2
        )
    return _done(sheet, "footer", height, text, ground="surface")


def _icon(sheet: Sheet, name: str, height: float) -> None:
    size = sheet.frame.icon
    x = sheet.frame.pad + sheet.frame.avatar - size
    sheet.glyph(name, "textSecondary", x, (height - size) / 2, size)


def _words(sheet: Sheet, text: str, intent: Intent, height: float) -> float:
    """A plain button at the far side. Returns what is left of the line."""
    high = sheet.theme.px(sheet.tokens.gap.buttonHeight)
    right = sheet.frame.right + sheet.tokens.button.padXSmall
    box = sheet.button(text, intent, right, (height - high) / 2, "plain", align="end")
    return box.x - sheet.tokens.space.xs


def _done(
    sheet: Sheet, kind: str, height: float, accessible: str, ground: str = "window"
) -> RowLayout:
    frame = sheet.frame
    made = RowLayout(kind, frame.width, ceil(height), sheet.pieces, sheet.parts, ground, accessible)
    if frame.rtl:
        made.mirror()
    return made
