"""Emoji that people put under a post: pills with counts, mine in the accent's colours."""

from __future__ import annotations

from app.feed.rows import Card
from app.model import Post
from app.model.post import EmojiCount
from app.ui.timeline import words
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Inline, Intent

MOST_LINES = 3
"""Of pills; those that do not fit are counted."""


def reacted_copy(card: Card) -> Post | None:
    """The copy whose emoji are shown: the first that has any."""
    return next((copy.post for copy in card.copies if copy.post.reactions), None)


def may_react(card: Card) -> bool:
    """Does a server of mine take emoji here?"""
    return any(viewer.can_react for viewer in card.viewers.values())


def emoji_name(one: EmojiCount) -> str:
    """What people call it: a custom one between colons, without its server."""
    return f":{one.name.partition('@')[0]}:" if one.url or one.name.isascii() else one.name


def lay_emoji(sheet: Sheet, card: Card) -> None:
    """The pills, in as many lines as may be, and one to put another there."""
    post = reacted_copy(card)
    if post is None:
        return
    mine = {name for viewer in card.viewers.values() for name in viewer.emoji}
    pressed = may_react(card)
    sheet.block()
    height = sheet.theme.px(sheet.tokens.messages.pill)
    gap = sheet.tokens.space.xs
    x, line, end = sheet.x, 1, sheet.x + sheet.frame.text
    for number, one in enumerate(post.reactions):
        wide = _width(sheet, one, height)
        if x > sheet.x and x + wide > end - (
            _more_width(sheet, height) if line == MOST_LINES else 0
        ):
            if line == MOST_LINES:
                x = _more(sheet, post.reactions[number:], x, height)
                break
            x, line = sheet.x, line + 1
            sheet.y += height + gap
        _pill(sheet, one, Box(x, sheet.y, wide, height), one.name in mine, pressed)
        x += wide + gap
    if pressed:
        if x + height > end:  # never in the last line, where room is kept
            x, sheet.y = sheet.x, sheet.y + height + gap
        _another(sheet, Box(x, sheet.y, height, height))
    sheet.y += height


def _width(sheet: Sheet, one: EmojiCount, height: float) -> float:
    return (
        2 * _pad(height)
        + _sign_width(sheet, one)
        + sheet.tokens.space.xs
        + _count_width(sheet, one)
    )


def _pad(height: float) -> float:
    return height / 3


def _sign_width(sheet: Sheet, one: EmojiCount) -> float:
    if one.url:
        return float(sheet.frame.emoji_size("meta"))
    room = sheet.theme.px(sheet.tokens.card.handleMinWidth)
    return min(sheet.frame.metrics("meta").horizontalAdvance(emoji_name(one)), 2 * room)


def _count_width(sheet: Sheet, one: EmojiCount) -> float:
    return sheet.frame.metrics("small", 600).horizontalAdvance(_count(sheet, one))


def _count(sheet: Sheet, one: EmojiCount) -> str:
    return words.short_count(one.count, sheet.frame.locale)


def _pill(sheet: Sheet, one: EmojiCount, box: Box, mine: bool, pressed: bool) -> None:
    stroke = "accent" if mine else "border" if sheet.theme.high_contrast else ""
    fill, color = ("accentSoft", "onAccentSoft") if mine else ("sunken", "textSecondary")
    sheet.fill(box, fill, stroke=stroke, radius=box.h / 2, line=sheet.frame.control)
    x, sign = box.x + _pad(box.h), _sign_width(sheet, one)
    if one.url:
        sheet.add(Inline(Box(x, box.y + (box.h - sign) / 2, sign, sign), one.url))
    else:
        sheet.write(emoji_name(one), "meta", "text", x, box.y, height=box.h, width=sign + 1)
    sheet.write(
        _count(sheet, one),
        "small",
        color,
        x + sign + sheet.tokens.space.xs,
        box.y,
        height=box.h,
        weight=600,
    )
    people = words.counted(one.count, "person", "people")
    said = f"{emoji_name(one)}, {people}" + (", you too" if mine else "")
    if pressed:
        hint = f"{'Take away' if mine else 'React with'} {emoji_name(one)}: {people}"
        sheet.part(Intent("emoji", one.name), box, said, hint=hint, look="soft", checked=mine)
    else:
        sheet.part(Intent("card"), box, said, hint=said)


def _more_width(sheet: Sheet, height: float) -> float:
    """Of how many more there are, and of the pill for another, with the gaps before both."""
    count = sheet.frame.metrics("small").horizontalAdvance("+999")
    return count + height + 2 * sheet.tokens.space.xs


def _more(sheet: Sheet, rest: tuple[EmojiCount, ...], x: float, height: float) -> float:
    label = sheet.write(f"+{len(rest)}", "small", "textTertiary", x, sheet.y, height=height)
    hint = " ".join(emoji_name(one) for one in rest)
    sheet.part(Intent("card"), label.box, f"More emoji: {hint}", hint=hint)
    return label.box.right + sheet.tokens.space.xs


def _another(sheet: Sheet, box: Box) -> None:
    size = sheet.frame.icon_small
    sheet.fill(box, "sunken", radius=box.h / 2)
    x, y = box.x + (box.w - size) / 2, box.y + (box.h - size) / 2
    sheet.glyph("smiley", "textTertiary", x, y, size)
    sheet.part(Intent("emoji"), box, "React with another emoji", look="soft")
