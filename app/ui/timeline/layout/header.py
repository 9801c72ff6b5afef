"""The top of a card: why it is here, who wrote it, when, where."""

from __future__ import annotations

from app.feed.rows import Card
from app.model import Post
from app.ui.timeline import words
from app.ui.timeline.layout.actions import is_ranked
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Avatar, Box, Capsule, Fill, Intent, MarkPiece

_TELLING = 0.1
"""A smaller part of a score is nothing to tell of."""

_FACTORS = frozenset({"decay", "author"})

LOCKS = {"quiet": "moon", "followers": "lock-simple", "direct": "at"}


def lay_context(sheet: Sheet, card: Card) -> None:
    """The line above: who reposted it, or the first reason of a ranked feed."""
    text = words.repost_text(card)
    icon = "repeat"
    if not text and is_ranked(card):
        text = " · ".join(_strongest(card))
        icon = "push-pin" if card.reasons[0].kind == "pinned" else "path"
    if not text:
        return
    frame = sheet.frame
    height = frame.theme.px(sheet.tokens.card.contextHeight)
    size = frame.icon
    left = frame.pad + frame.avatar - size
    sheet.glyph(icon, "textSecondary", left, sheet.y + (height - size) / 2, size)
    label = sheet.write(
        text,
        "metaStrong",
        "textSecondary",
        sheet.x,
        sheet.y,
        width=sheet.width,
        height=height,
    )
    if card.reposts:
        who = card.reposts[0].by
        label.part = sheet.part(
            Intent("profile", who.uri, label=who.shown_name), label.box, text, look="text"
        )
    sheet.y += height + frame.theme.px(sheet.tokens.card.contextGap)


def _strongest(card: Card) -> list[str]:
    """What did most to bring it here, in words; the numbers stand in its why."""
    told = [one for one in card.reasons if one.weight >= _TELLING and one.kind not in _FACTORS]
    return [one.text.partition(": ")[0] for one in told[:2]]


def lay_header(sheet: Sheet, card: Card) -> str:
    """Avatar, name, handle, time, mark. Returns the time as written."""
    frame, post = sheet.frame, card.post
    author = post.author
    who = Intent("profile", author.uri, label=author.shown_name)
    covered = card.verdict.covers("avatar")
    lay_avatar(sheet, post, frame.pad, sheet.y, frame.avatar, "title", who, covered=covered)
    height = frame.theme.px(sheet.tokens.card.headerHeight)
    left, time = _when(sheet, card, height)
    room = left - sheet.tokens.timeline.timeGap - sheet.x
    marks = _badges(post)
    icon_room = 0.0 if frame.large else marks_width(sheet, marks, author.bot)
    name = sheet.name(
        author.handle if card.verdict.covers("name") else author.drawn_name,
        author.emojis,
        "name",
        "text",
        sheet.x,
        sheet.y,
        room - icon_room,
    )
    name.part = sheet.part(
        who, name.box, f"Profile of {author.shown_name}", role="link", look="text"
    )
    x = name.box.right + sheet.tokens.timeline.nameGap
    sheet.y += height
    if frame.large:
        _badge_row(sheet, marks, author.bot, x, sheet.y - height, height)
        sheet.write(
            words.handle_text(author.handle),
            "meta",
            "textTertiary",
            sheet.x,
            sheet.y,
            width=sheet.width,
            height=height,
        )
        sheet.y += height
        return time
    least = sheet.tokens.card.handleMinWidth
    left_over = sheet.x + room - icon_room - x
    if left_over >= least:
        handle = sheet.write(
            words.handle_text(author.handle),
            "meta",
            "textTertiary",
            x,
            sheet.y - height,
            width=left_over,
            height=height,
        )
        x = handle.box.right + sheet.tokens.timeline.nameGap
    _badge_row(sheet, marks, author.bot, x, sheet.y - height, height)
    return time


def lay_reply_context(sheet: Sheet, post: Post) -> None:
    """ "Replying to Name", under the header."""
    reply = post.reply_to
    if reply is None:
        return
    frame = sheet.frame
    size = frame.icon_small
    height = frame.theme.line("meta")
    sheet.glyph(
        "arrow-bend-down-right", "textTertiary", sheet.x, sheet.y + (height - size) / 2, size
    )
    x = sheet.x + size + sheet.tokens.space.half * 2
    author = reply.author
    if author is None:
        said = {"deleted": "Replying to a deleted post", "blocked": "Replying to someone you block"}
        text = said.get(reply.state, "Replying to a post")
        sheet.write(text, "meta", "textSecondary", x, sheet.y, width=sheet.x + sheet.width - x)
        sheet.y += height
        return
    label = sheet.write("Replying to", "meta", "textSecondary", x, sheet.y)
    x = label.box.right + frame.metrics("meta").horizontalAdvance(" ")
    name = sheet.write(
        f"\u2068{author.shown_name}\u2069",
        "meta",
        "link",
        x,
        sheet.y,
        width=max(40.0, sheet.x + sheet.width - x),
    )
    name.part = sheet.part(
        Intent("profile", author.uri, label=author.shown_name),
        name.box,
        f"{label.text} {author.shown_name}",
        role="link",
        look="text",
    )
    sheet.y += height


def lay_avatar(
    sheet: Sheet,
    post: Post,
    x: float,
    y: float,
    size: float,
    role: str,
    who: Intent,
    *,
    covered: bool = False,
) -> None:
    """The picture of a post's author, or a letter for it; pressing it opens their profile."""
    letter = next((c for c in post.author.shown_name if c.isalnum()), "·").upper()
    label = sheet.label(letter, role, "textTertiary", x + size / 2, y, height=size, align="middle")
    box = Box(x, y, size, size)
    sheet.add(Avatar(box, "" if covered else post.author.avatar, label))
    sheet.part(who, box, f"Picture of {post.author.shown_name}", look="plain")


def lay_small_avatar(
    sheet: Sheet, post: Post, x: float, y: float, size: float, *, covered: bool = False
) -> None:
    """The avatar of a quoted post; pressing it is pressing the quote."""
    letter = next((c for c in post.author.shown_name if c.isalnum()), "·").upper()
    label = sheet.label(
        letter, "badge", "textTertiary", x + size / 2, y, height=size, align="middle"
    )
    sheet.add(Avatar(Box(x, y, size, size), "" if covered else post.author.avatar, label))


def _when(sheet: Sheet, card: Card, height: float) -> tuple[float, str]:
    """Mark or capsule and time, from the right. Returns where they begin."""
    frame = sheet.frame
    networks = card.networks
    if len(networks) > 1:
        x = _capsule(sheet, card, height)
    else:
        size = frame.mark
        x = frame.right - size
        mark = frame.mark_of(card.post.network)
        sheet.add(MarkPiece(Box(x, sheet.y + (height - size) / 2, size, size), mark))
    time = words.relative_time(card.post.created_at, sheet.now, frame.locale)
    label = sheet.write(
        time,
        "meta",
        "textTertiary",
        x - sheet.tokens.space.s,
        sheet.y,
        height=height,
        tabular=True,
        align="end",
    )
    hint = words.full_time(card.post.created_at, frame.locale)
    if card.post.edited_at is not None:
        hint += f", edited {words.full_time(card.post.edited_at, frame.locale)}"
    hint += f", {frame.network_name(card.post.network)}"
    sheet.part(Intent("card"), label.box, f"Open, {hint}", hint=hint, look="text")
    return label.box.x, time


def _capsule(sheet: Sheet, card: Card, height: float) -> float:
    from app.ui.theme import marks

    frame = sheet.frame
    networks = card.networks
    high = frame.theme.px(sheet.tokens.echo.capsuleHeight, capped=True)
    wide = marks.capsule_width(frame.theme, len(networks))
    box = Box(frame.right - wide, sheet.y + (height - high) / 2, wide, high)
    names = " and ".join(frame.network_name(network) for network in networks)
    part = sheet.part(
        Intent("echo"), box, f"On {names}: show the copies", hint=f"On {names}", look="soft"
    )
    sheet.add(Capsule(box, tuple(frame.mark_of(network) for network in networks), part))
    return box.x


def _badges(post: Post) -> list[str]:
    """Icons behind the handle: edited, and who may see it when not everyone."""
    icons = ["pencil-simple"] if post.edited_at is not None else []
    if post.visibility in LOCKS:
        icons.append(LOCKS[post.visibility])
    return icons


def marks_width(sheet: Sheet, icons: list[str], bot: bool) -> float:
    """Room that the badges take, with the gap before them."""
    gap = float(sheet.tokens.timeline.nameGap)
    wide = len(icons) * (sheet.frame.icon_small + gap)
    if bot:
        pad = sheet.tokens.timeline.pillPad
        wide += sheet.frame.metrics("badge").horizontalAdvance("bot") + 2 * pad + gap
    return wide


def _badge_row(
    sheet: Sheet, icons: list[str], bot: bool, x: float, y: float, height: float
) -> None:
    size, gap = sheet.frame.icon_small, sheet.tokens.timeline.nameGap
    if bot:
        high = sheet.frame.theme.px(sheet.tokens.timeline.chipHeight)
        pad = sheet.tokens.timeline.pillPad
        label = sheet.label("bot", "badge", "textTertiary", x + pad, y, height=height, weight=400)
        box = Box(x, y + (height - high) / 2, label.box.w + 2 * pad, high)
        sheet.add(Fill(box, "sunken", "hairline", high / 2))
        sheet.add(label)
        x = box.right + gap
    for icon in icons:
        sheet.glyph(icon, "textTertiary", x, y + (height - size) / 2, size)
        x += size + gap
