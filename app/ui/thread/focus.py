"""The post that a conversation is about: larger, with its full date, counted by network."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from app.feed.rows import Card
from app.model import Post
from app.ui.thread import words
from app.ui.thread.frames import ThreadFrame
from app.ui.thread.rows import ThreadRow
from app.ui.timeline.accessible import accessible_text
from app.ui.timeline.layout.actions import lay_actions
from app.ui.timeline.layout.body import lay_cover
from app.ui.timeline.layout.card import is_covered, lay_body, lay_refused
from app.ui.timeline.layout.frame import RowState
from app.ui.timeline.layout.header import lay_avatar, lay_reply_context
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Fill, Intent, MarkPiece, RowLayout
from app.ui.timeline.words import full_count, handle_text


def lay_focus(
    row: ThreadRow, card: Card, frame: ThreadFrame, now: datetime, state: RowState
) -> RowLayout:
    """Lay it out."""
    own = frame.focus
    sheet = Sheet(own, state, now)
    sheet.y = own.top
    if row.joined:
        tokens = sheet.tokens.thread
        middle, line = own.pad + own.avatar / 2, float(tokens.line)
        sheet.add(Fill(Box(middle - line / 2, 0, line, own.top - tokens.joint), "thread"))
    _lay_head(sheet, card)
    if not row.joined:
        lay_reply_context(sheet, card.post)
    if card.verdict.action != "cover" or lay_cover(sheet, card.verdict):
        lay_body(sheet, card)
    _lay_date(sheet, card.post)
    _lay_counts(sheet, card)
    if state.refused:
        lay_refused(sheet, state)
    lay_actions(sheet, card, counted=False)
    height = sheet.y + own.bottom + own.hairline
    made = RowLayout(
        "card",
        own.width,
        ceil(height),
        list(sheet.pieces),
        sheet.parts,
        accessible=accessible_text(card, own, now, covered=is_covered(card, state)),
    )
    if own.rtl:
        made.mirror()
    return made


def _lay_head(sheet: Sheet, card: Card) -> None:
    """Name over handles, beside the avatar; an echo has a handle on each network."""
    frame, post = sheet.frame, card.post
    author = post.author
    who = Intent("profile", author.uri, label=author.shown_name)
    lay_avatar(sheet, post, frame.pad, sheet.y, frame.avatar, "title", who)
    line = frame.theme.line("name")
    x = frame.pad + frame.avatar + frame.gutter
    room = frame.right - x
    top = sheet.y + max(0.0, (frame.avatar - 2 * line) / 2)
    name = sheet.name(author.drawn_name, author.emojis, "name", "text", x, top, room)
    name.part = sheet.part(
        who, name.box, f"Profile of {author.shown_name}", role="link", look="text"
    )
    handles = dict.fromkeys(handle_text(copy.post.author.handle) for copy in card.copies)
    sheet.write(" · ".join(handles), "meta", "textTertiary", x, top + line, width=room, height=line)
    sheet.y = max(sheet.y + frame.avatar, top + 2 * line) + sheet.tokens.thread.headGap


def _lay_date(sheet: Sheet, post: Post) -> None:
    sheet.block()
    line = sheet.theme.line("meta")
    sheet.y += sheet.tokens.space.half
    text = words.date_line(post, sheet.frame.locale)
    lines = sheet.wrapped(text, "meta", sheet.width, 3)
    for one in lines:
        sheet.write(one, "meta", "textTertiary", sheet.x, sheet.y, width=sheet.width)
        sheet.y += line
    sheet.y += sheet.tokens.space.s


def _lay_counts(sheet: Sheet, card: Card) -> None:
    """One line for each network: its mark, where the author is at home, its numbers."""
    frame = sheet.frame
    height = frame.theme.px(sheet.tokens.thread.countsRow)
    seen: dict[str, Post] = {}
    for copy in card.copies:
        seen.setdefault(copy.post.network, copy.post)
    for network in card.networks:
        post = seen[network]
        _rule(sheet)
        size = frame.mark
        sheet.add(
            MarkPiece(
                Box(sheet.x, sheet.y + (height - size) / 2, size, size), frame.mark_of(network)
            )
        )
        end = _numbers(sheet, post, height)
        x = sheet.x + size + sheet.tokens.space.s
        host = sheet.write(
            f"\u2066{words.host_of(post)}\u2069",
            "meta",
            "textSecondary",
            x,
            sheet.y,
            height=height,
            width=max(40.0, end - sheet.tokens.space.m - x),
        )
        if post.url:
            name = f"Open on the web: {frame.network_name(network)}"
            host.part = sheet.part(
                Intent("link", post.url), host.box, name, role="graphic", hint=name, look="text"
            )
        sheet.y += height
    _rule(sheet)


def _rule(sheet: Sheet) -> None:
    line = sheet.frame.hairline
    sheet.add(Fill(Box(sheet.x, sheet.y, sheet.width, line), "hairline"))
    sheet.y += line


def _numbers(sheet: Sheet, post: Post, height: float) -> float:
    """ "31 reposts   96 likes", from the far side. Returns where they begin."""
    frame = sheet.frame
    end = frame.right
    for number, noun in reversed(words.numbers(post)):
        label = sheet.write(noun, "meta", "textSecondary", end, sheet.y, height=height, align="end")
        count = sheet.write(
            full_count(number, frame.locale),
            "metaStrong",
            "text",
            label.box.x - sheet.tokens.space.xs,
            sheet.y,
            height=height,
            weight=600,
            tabular=True,
            align="end",
        )
        end = count.box.x - sheet.tokens.thread.countsGap
    return end
