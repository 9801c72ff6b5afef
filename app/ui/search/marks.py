"""What was looked for, marked in the posts that were found; and where it is when it is not seen."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from app.feed.query_marks import Beside, beside, marks_in
from app.feed.rows import Card, Shown
from app.model.bookmark import Filed
from app.model.query import Query, searchable
from app.ui.search.notes import filed_in_words, lay_filed
from app.ui.theme import Theme
from app.ui.timeline.layout.card import is_covered, lay_headed_row
from app.ui.timeline.layout.flow import stretch_boxes, utf16
from app.ui.timeline.layout.frame import PLAIN, Frame, RowState
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Fill, Flow, Label, RowLayout, Stretch

PLACES = {
    "picture": "In the picture’s description",
    "video": "In the film’s description",
    "audio": "In the sound’s description",
    "link": "In the link’s title",
    "poll": "In the poll",
    "warning": "In the content warning",
}

UNSEEN = ("picture", "video", "audio", "link")
"""What is said even where the whole post is shown: it is drawn small, or not at all."""

_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069@"))


def lay_found_row(
    query: Query,
    row: Shown | None,
    frame: Frame,
    now: datetime,
    state: RowState = PLAIN,
    filed: Filed | None = None,
) -> RowLayout:
    """A row of what was found, with the words of *query* marked; *filed*: what I wrote to it."""
    if not isinstance(row, Card) or not query:
        return lay_headed_row(row, frame, now, state)
    found = _told(query, row, state)
    head = partial(_lay_places, found)
    if filed is None:
        made = lay_headed_row(row, frame, now, state, head=head)
    else:
        made = lay_headed_row(row, frame, now, state, head=head, foot=partial(lay_filed, filed))
        made.accessible = f"{made.accessible} {filed_in_words(filed)}".strip()
    if found:
        said = " ".join(f"{PLACES[one.place]}: {one.text}." for one in found)
        made.accessible = f"{made.accessible} {said}"
    _mark(made, query, row, frame)
    return made


def _told(query: Query, card: Card, state: RowState) -> tuple[Beside, ...]:
    """What is not seen, as far as it is not behind a cover."""
    if is_covered(card, state) or card.verdict.action == "hide":
        return ()
    media = card.verdict.action != "cover_media" or state.open_media
    found = (one for one in beside(query, card.post) if one.place in UNSEEN)
    # A link's title stands in the post, unless pictures take its place.
    return tuple(one for one in found if (media if one.place != "link" else bool(card.post.media)))


def _lay_places(found: tuple[Beside, ...], sheet: Sheet) -> None:
    """A line for each, as the one that tells who has reposted."""
    frame = sheet.frame
    height = frame.theme.px(sheet.tokens.card.contextHeight)
    size = frame.icon
    for one in found:
        left = frame.pad + frame.avatar - size
        top = sheet.y + (height - size) / 2
        sheet.glyph("magnifying-glass", "textSecondary", left, top, size)
        words = f"{PLACES[one.place]}: \u2068{one.text}\u2069"
        sheet.write(
            words, "meta", "textSecondary", sheet.x, sheet.y, width=sheet.width, height=height
        )
        sheet.y += height + frame.theme.px(sheet.tokens.card.contextGap)


def _mark(made: RowLayout, query: Query, card: Card, frame: Frame) -> None:
    """Lay grounds below what was looked for, wherever it is written in the row."""
    said = searchable(card.post)
    marked: list[Any] = []
    for piece in made.pieces:
        if isinstance(piece, Flow):
            marked += _grounds(_in_flow(piece, query), frame.theme)
        elif isinstance(piece, Label):
            text = piece.text.translate(_ISOLATES)
            if text in said or text.startswith("In the "):
                marked += _grounds(_in_label(piece, query), frame.theme)
        marked.append(piece)
    made.pieces = marked


def _in_flow(flow: Flow, query: Query) -> list[Box]:
    boxes: list[Box] = []
    for number, paragraph in enumerate(flow.paragraphs):
        at = utf16(paragraph.text)
        for start, end in marks_in(query, paragraph.text):
            there = (at[start], at[end]) if at else (start, end)
            boxes += stretch_boxes(flow.box, paragraph, Stretch(number, *there), flow.pitch)
    return boxes


def _in_label(label: Label, query: Query) -> list[Box]:
    line = label.layout.lineAt(0)
    text = label.layout.text()
    at = utf16(text)
    # Of a line that tells a place, only what stands there was looked for.
    first = text.find("\u2068") if text.startswith("In the ") else 0
    boxes = []
    for start, end in marks_in(query, text):
        if start < first:
            continue
        places: Any = [line.cursorToX(at[one] if at else one) for one in (start, end)]
        left, right = sorted(float(place[0]) for place in places)
        boxes.append(Box(label.box.x + left, label.box.y, right - left, label.box.h))
    return boxes


def _grounds(boxes: list[Box], theme: Theme) -> list[Fill]:
    """A soft ground, and a line below it that is seen where colours are hardly told apart."""
    made = []
    line, radius = theme.stroke("control"), theme.tokens.radius.chip / 2
    for box in boxes:
        high = min(box.h, theme.line("meta"))
        around = Box(box.x - 1, box.y + (box.h - high) / 2, box.w + 2, high)
        if not theme.high_contrast:
            made.append(Fill(around, "accentSoft", radius=radius))
        made.append(Fill(Box(around.x, around.bottom - line, around.w, line), "accent"))
    return made
