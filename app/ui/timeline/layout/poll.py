"""A poll: to vote in, or its results."""

from __future__ import annotations

from app.feed.rows import Card
from app.model import Poll
from app.ui.timeline import words
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Fill, Intent


def own_votes(card: Card) -> tuple[int, ...] | None:
    """Options I chose, by any of my accounts; None = I have not voted."""
    votes = [v.own_votes for v in card.viewers.values() if v.own_votes is not None]
    return tuple(sorted(set().union(*votes))) if votes else None


def is_open(poll: Poll, card: Card, sheet: Sheet) -> bool:
    """May I (still) vote, and do I not look at the results?"""
    over = poll.closed or (poll.expires_at is not None and poll.expires_at <= sheet.now)
    return not over and own_votes(card) is None and not sheet.state.results


def lay_poll(sheet: Sheet, card: Card, poll: Poll) -> None:
    """Options, then votes and time left."""
    top = sheet.block()
    tokens = sheet.tokens.poll
    height = sheet.theme.px(tokens.option)
    voting = is_open(poll, card, sheet)
    votes = own_votes(card) or ()
    known = [option.votes for option in poll.options if option.votes is not None]
    most = max(known, default=0)
    total = sum(known) if not poll.multiple or not poll.voters else poll.voters
    for number, option in enumerate(poll.options[:20]):
        box = Box(sheet.x, top, sheet.width, height)
        if voting:
            _choice(sheet, poll, number, option.title, box)
        else:
            _result(sheet, option.title, option.votes, box, total, most, number in votes)
        top = box.bottom + tokens.gap
    sheet.y = top - tokens.gap + tokens.footerTop
    _foot(sheet, poll, voting)


def _choice(sheet: Sheet, poll: Poll, number: int, title: str, box: Box) -> None:
    tokens = sheet.tokens
    chosen = number in sheet.state.chosen
    fill, stroke = ("accentSoft", "accent") if chosen else ("surface", "border")
    sheet.fill(box, fill, stroke=stroke, radius=tokens.radius.row, line=sheet.frame.control)
    size = sheet.theme.px(tokens.icon.action, capped=True)
    shape = "square" if poll.multiple else "circle"
    if chosen:
        shape = "check-square" if poll.multiple else "check-circle"
    color = "accent" if chosen else "controlBorder"
    pad = tokens.poll.pad
    y = box.y + (box.h - size) / 2
    sheet.glyph(shape, color, box.x + pad, y, size, "fill" if chosen else "regular")
    x = box.x + pad + size + tokens.space.s
    sheet.write(title, "label", "text", x, box.y, height=box.h, width=box.right - pad - x)
    intent = Intent("option", index=number)
    role = "check" if poll.multiple else "radio"
    sheet.part(intent, box, title, role=role, hint=title, checked=chosen)  # type: ignore[arg-type]


def _result(
    sheet: Sheet, title: str, votes: int | None, box: Box, total: int, most: int, mine: bool
) -> None:
    tokens = sheet.tokens
    radius = tokens.radius.row
    stroke = "border" if sheet.theme.high_contrast else ""
    sheet.fill(box, "sunken", stroke=stroke, radius=radius)
    share = votes / total if votes and total else 0.0
    if share > 0:
        bar = Box(box.x, box.y, max(box.w * min(share, 1.0), 2.0 * radius), box.h)
        sheet.add(Fill(bar, "accentSoft", radius=radius))
    first = votes is not None and votes == most and most > 0
    weight = 600 if first else 400
    pad = tokens.poll.pad
    percent = f"{round(share * 100)} %" if votes is not None else "hidden"
    end = sheet.write(
        percent,
        "metaStrong",
        "text" if votes is not None else "textTertiary",
        box.right - pad,
        box.y,
        height=box.h,
        weight=600 if votes is not None else 400,
        tabular=True,
        align="end",
    )
    size = sheet.frame.icon
    room = end.box.x - tokens.space.m - box.x - pad - (size + tokens.space.s if mine else 0)
    label = sheet.write(
        title, "label", "text", box.x + pad, box.y, height=box.h, weight=weight, width=room
    )
    if mine:
        x = label.box.right + tokens.space.s
        sheet.glyph("check-circle", "accent", x, box.y + (box.h - size) / 2, size, "fill")
    said = words.counted(votes, "vote", "votes") if votes is not None else "votes hidden"
    name = f"{title}: {percent}, {said}" + (", my vote" if mine else "")
    sheet.part(Intent("card"), box, name, hint=f"{title}: {said}")


def _foot(sheet: Sheet, poll: Poll, voting: bool) -> None:
    tokens = sheet.tokens
    text = words.poll_foot(poll, sheet.now)
    if not voting:
        height = sheet.theme.line("meta")
        sheet.write(text, "meta", "textTertiary", sheet.x, sheet.y, width=sheet.width)
        sheet.y += height
        return
    y = sheet.y + tokens.space.xs
    box = sheet.button("Vote", Intent("vote"), sheet.x, y, "tonal")
    x = box.right + tokens.space.m
    results = sheet.frame.metrics("metaStrong", 500).horizontalAdvance("Show results")
    room = sheet.x + sheet.width - x - results - tokens.space.l - 2 * tokens.button.padXSmall
    if room < sheet.theme.px(tokens.card.handleMinWidth):
        room = sheet.x + sheet.width - x
        results = 0.0
    if sheet.frame.metrics("meta").horizontalAdvance(text) > room:
        text = words.poll_foot(poll, sheet.now, short=True)
    label = sheet.write(text, "meta", "textTertiary", x, y, height=box.h, width=room)
    if results:
        at = label.box.right + tokens.space.xs
        sheet.button("Show results", Intent("results"), at, y, "plain")
    sheet.y = box.bottom
