"""What rows of a conversation have beside their post: where it comes from, and its fold."""

from __future__ import annotations

from app.ui.thread import words
from app.ui.thread.rows import ThreadRow
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Fill, Intent


def lay_origin(sheet: Sheet, host: str) -> None:
    """ "from far.example": a pill under the header, for what no server of mine tells."""
    theme, tokens = sheet.theme, sheet.tokens
    high = theme.px(tokens.thread.originPill)
    icon, pad = sheet.frame.icon_small, float(tokens.timeline.pillPad)
    sheet.y += tokens.space.half
    x, y = sheet.x, sheet.y
    left = x + pad + icon + tokens.space.xs
    room = sheet.x + sheet.width - left - pad
    said = words.origin_text(host)
    label = sheet.label(
        said, "badge", "textSecondary", left, y, width=room, height=high, weight=500
    )
    box = Box(x, y, label.box.right + pad - x, high)
    sheet.add(Fill(box, "sunken", "hairline", high / 2, sheet.frame.hairline))
    sheet.glyph("cloud-arrow-down", "textSecondary", x + pad, y + (high - icon) / 2, icon)
    sheet.add(label)
    hint = words.origin_hint(host)
    sheet.part(Intent("card"), box, f"{said}. {hint}", hint=hint, look="text")
    sheet.y += high


def lay_fold(sheet: Sheet, row: ThreadRow, avatar_top: float) -> None:
    """The button on the line that leads to the answers below: they fold away, or come back."""
    line = row.line
    if line is None or not line.uri or not (row.opens or line.folded):
        return
    tokens, own = sheet.tokens, sheet.frame
    size = own.icon_small
    middle = own.pad + own.avatar / 2
    top = avatar_top + own.avatar + tokens.space.half
    target = fold_height(sheet)
    box = Box(middle - target / 2, top, target, target)
    icon = "plus-circle" if line.folded else "minus-circle"
    sheet.glyph(icon, "textSecondary", middle - size / 2, top + (target - size) / 2, size)
    name = words.unfold_text(line.folded) if line.folded else "Fold the replies below"
    sheet.part(Intent("fold", line.uri), box, name, hint=name, look="plain")


def fold_height(sheet: Sheet) -> float:
    """What the button takes of the line."""
    return sheet.theme.px(sheet.tokens.timeline.chipHeight, capped=True)


def lay_folded(sheet: Sheet, row: ThreadRow) -> None:
    """How much is folded away, and the way to it."""
    line = row.line
    if line is None or not line.folded:
        return
    sheet.y += sheet.tokens.space.half
    text = words.unfold_text(line.folded)
    sheet.press_text(text, Intent("fold", line.uri), sheet.x, sheet.y, width=sheet.width)
    sheet.y += sheet.theme.line("metaStrong") + sheet.tokens.space.xs
