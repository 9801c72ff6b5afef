"""The text of a post, and the covers over a post."""

from __future__ import annotations

from app.model import RichText
from app.moderation.verdict import Cause, Verdict
from app.ui.timeline import words
from app.ui.timeline.layout.flow import Flower, Laid, link_parts
from app.ui.timeline.layout.prepare import (
    MOST_CLOSED,
    MOST_LETTERS,
    Prepared,
    host_of,
    prepare,
)
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Intent

MOST_LINES = 500
"""Of an opened text; what is longer is read in a window of its own."""


def lay_text(sheet: Sheet, rich: RichText) -> None:
    """Text, "Show more", and the line of trailing tags."""
    opened = sheet.state.expanded
    prepared = prepare(rich, most=MOST_LETTERS if opened else MOST_CLOSED)
    if prepared.rich.text or prepared.capped:
        sheet.block(text=True)
        most = MOST_LINES if opened else sheet.tokens.card.collapseTextLines
        laid = lay_flow(sheet, prepared, sheet.frame.body, most, sheet.frame.text)
        sheet.y = laid.bottom
        _more(sheet, prepared, laid)
    if prepared.tags:
        _tags(sheet, prepared.tags)


def lay_flow(sheet: Sheet, prepared: Prepared, role: str, most: int, width: float) -> Laid:
    """Put a text on the sheet at its present place, with its links."""
    flower = Flower(sheet.frame, role, Box(sheet.x, sheet.y, width, 0), most)
    laid = flower.lay(prepared.paragraphs(), "text")
    sheet.pieces += [*laid.under, laid.flow, *laid.over]
    hosts = [host_of(link.target) if link.kind == "link" else "" for link in prepared.links]
    sheet.parts += link_parts(sheet.frame, laid, prepared.links, hosts)
    return laid


def _more(sheet: Sheet, prepared: Prepared, laid: Laid) -> None:
    height = sheet.theme.line("metaStrong")
    if sheet.state.expanded:
        if laid.cut or prepared.capped:
            sheet.press_text("Show all", Intent("show_all"), sheet.x, sheet.y)
            sheet.y += height
        else:
            sheet.press_text("Show less", Intent("expand"), sheet.x, sheet.y)
            sheet.y += height
    elif laid.cut or prepared.capped:
        sheet.press_text("Show more", Intent("expand"), sheet.x, sheet.y)
        sheet.y += height


def _tags(sheet: Sheet, tags: tuple[str, ...]) -> None:
    """One line of tags in a quiet colour; those that do not fit are counted."""
    sheet.block()
    gap = sheet.tokens.timeline.tagGap
    x, end = sheet.x, sheet.x + sheet.frame.text
    reserve = sheet.frame.metrics("meta").horizontalAdvance("+99") + gap
    for number, tag in enumerate(tags):
        last = number == len(tags) - 1
        label = sheet.label(f"\u2068#{tag}\u2069", "meta", "textTertiary", x, sheet.y)
        if number and label.box.right > end - (0 if last else reserve):
            rest = f"+{len(tags) - number}"
            more = sheet.write(rest, "meta", "textTertiary", x, sheet.y)
            hint = " ".join(f"#{one}" for one in tags[number:])
            sheet.part(Intent("card"), more.box, f"More tags: {hint}", hint=hint, look="text")
            break
        label.part = sheet.part(
            Intent("tag", tag, label=f"#{tag}"), label.box, f"Tag #{tag}", role="link", look="text"
        )
        sheet.add(label)
        x = label.box.right + gap
    sheet.y += sheet.theme.line("meta")


def lay_cover(sheet: Sheet, verdict: Verdict) -> bool:
    """The cover over a whole post. Returns whether what is under it may be seen."""
    causes = verdict.causes or (Cause("warning", ""),)
    if sheet.state.open != verdict.opened and not verdict.fixed:
        _open_line(sheet, causes)
        return True
    tokens, theme = sheet.tokens, sheet.theme
    pad = tokens.cover.padLeft
    top = sheet.block()
    icon = theme.px(tokens.cover.icon, capped=True)
    x = sheet.x + pad + icon + tokens.cover.gap
    cause = causes[0]
    show = not verdict.fixed
    button = 0.0
    if show:
        metrics = sheet.frame.metrics("metaStrong", 500)
        button = metrics.horizontalAdvance("Show") + 2 * tokens.button.padXSmall + tokens.cover.gap
    room = sheet.x + sheet.width - pad - button - x
    said = " · ".join(dict.fromkeys(map(words.cause_text, causes)))
    # The warning in full, as far as three lines go.
    lines = sheet.wrapped(said, "label", room, 3, 500)
    head, pitch = theme.line("badge"), theme.line("label")
    foot = theme.line("small") if cause.kind in ("label", "filter") else 0.0
    inner = head + len(lines) * pitch + foot
    height = max(theme.px(tokens.cover.minHeight), inner + 2 * tokens.cover.padOther)
    box = Box(sheet.x, top, sheet.width, height)
    line = sheet.frame.control
    sheet.fill(box, "coverBg", stroke="hairline", radius=tokens.radius.box, line=line)
    name = "shield-warning" if cause.kind == "label" else "eye-slash"
    sheet.glyph(name, "textSecondary", sheet.x + pad, top + (height - icon) / 2, icon)
    y = top + (height - inner) / 2
    sheet.write(words.cover_head(cause), "badge", "textSecondary", x, y, width=room)
    y += head
    for text in lines:
        sheet.write(text, "label", "text", x, y, weight=500, width=room)
        y += pitch
    if foot:
        sheet.write(words.cause_source(cause), "small", "textTertiary", x, y, width=room)
    if show:
        high = theme.px(tokens.button.heightSmall)
        right = sheet.x + sheet.width - tokens.cover.padOther
        sheet.button(
            "Show",
            Intent("cover"),
            right,
            top + (height - high) / 2,
            align="end",
            name=f"Show what is behind: {said}",
        )
    sheet.y = top + height
    return False


def _open_line(sheet: Sheet, causes: tuple[Cause, ...]) -> None:
    """The opened cover: one line, what it says and Hide."""
    sheet.block(text=True)
    size = sheet.frame.icon
    height = sheet.theme.line("meta")
    sheet.glyph("eye", "textSecondary", sheet.x, sheet.y + (height - size) / 2, size)
    x = sheet.x + size + sheet.tokens.timeline.iconGap
    text = " · ".join(map(words.cause_text, causes))
    hide = sheet.frame.metrics("metaStrong").horizontalAdvance("Hide")
    right = sheet.x + sheet.width
    sheet.write(
        text, "meta", "textSecondary", x, sheet.y, width=right - hide - sheet.tokens.space.s - x
    )
    sheet.press_text("Hide", Intent("cover"), right - hide, sheet.y, name=f"Hide again: {text}")
    sheet.y += height
    # The body follows at once: it belongs to this line.
    sheet.filled = False
