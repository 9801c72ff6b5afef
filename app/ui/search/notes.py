"""What I wrote to a bookmark, under it: its folder and its note."""

from __future__ import annotations

from app.model.bookmark import Filed
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box
from app.ui.timeline.words import isolated

MOST_LINES = 6
"""The last is cut; the whole note is where it is written."""


def lay_filed(filed: Filed, sheet: Sheet) -> None:
    """Beside a bar in the colour of bookmarks: it is mine, and no part of the post."""
    theme, tokens = sheet.theme, sheet.tokens
    top = sheet.block()
    bar = theme.stroke("selectedBar")
    x = sheet.x + bar + tokens.space.s
    room = sheet.x + sheet.width - x
    size, line = sheet.frame.icon_small, theme.line("meta")
    icon = "folder-simple" if filed.folder else "note-pencil"
    sheet.glyph(icon, "textTertiary", x, sheet.y + (line - size) / 2, size)
    left, wide = x + size + tokens.space.xs, room - size - tokens.space.xs
    head = isolated(filed.folder) if filed.folder else "Your note"
    sheet.write(head, "meta", "textTertiary", left, sheet.y, width=wide)
    sheet.y += line
    for text in sheet.wrapped(filed.note, "bodySmall", room, MOST_LINES):
        sheet.write(text, "bodySmall", "text", x, sheet.y, width=room)
        sheet.y += theme.line("bodySmall")
    sheet.fill(Box(sheet.x, top, bar, sheet.y - top), "bookmark", radius=bar / 2)


def filed_in_words(filed: Filed) -> str:
    """For screen readers."""
    folder = f"In your folder {filed.folder}." if filed.folder else ""
    note = f"Your note: {filed.note}." if filed.note else ""
    return f"{folder} {note}".strip()
