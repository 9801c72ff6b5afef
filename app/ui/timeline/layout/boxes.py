"""Boxes around what came from elsewhere: link card and quoted post."""

from __future__ import annotations

from app.model import LinkCard, Post, Quote
from app.moderation.verdict import Verdict
from app.ui.timeline import words
from app.ui.timeline.layout.flow import Flower
from app.ui.timeline.layout.header import lay_small_avatar
from app.ui.timeline.layout.prepare import MOST_CLOSED, host_of, prepare
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Corners, Intent, MarkPiece, Tile

QUOTE_ICONS = {
    "deleted": "prohibit",
    "detached": "link-break",
    "blocked": "user-minus",
    "muted": "speaker-slash",
    "pending": "hourglass-medium",
    "unavailable": "prohibit",
}


def lay_link_card(sheet: Sheet, card: LinkCard, *, picture: bool) -> None:
    """A preview of a page: its picture, title, text and true host."""
    tokens, theme = sheet.tokens, sheet.theme
    top = sheet.block()
    pad_x, pad_y = tokens.linkCard.padX, tokens.linkCard.padY
    shown = picture and bool(card.image)
    least = theme.px(tokens.linkCard.height)
    room = max(40.0, sheet.width - (least if shown else 0) - 2 * pad_x)
    lines = sheet.wrapped(card.description, "meta", room, tokens.linkCard.textLines)
    title_line, text_line = theme.line("name"), theme.line("meta") - 4 * theme.scale
    inner = title_line + len(lines) * text_line + theme.line("meta")
    height = max(least, inner + 2 * pad_y)
    box = Box(sheet.x, top, sheet.width, height)
    radius = tokens.radius.box
    sheet.fill(box, "", stroke="border", radius=radius, line=sheet.frame.control)
    x = box.x + pad_x
    if shown:
        thumb = Box(box.x, top, height, height)
        corners: Corners = (True, False, False, True)
        sheet.add(Tile(thumb, card.image, card.blurhash, corners, (0, 0), radius, "image-square"))
        x = thumb.right + pad_x
    room = box.right - pad_x - x
    host = host_of(card.url) or "no host"
    y = top + (height - inner) / 2
    title = card.title or host
    sheet.write(title, "name", "text", x, y, width=room)
    y += title_line
    for line in lines:
        sheet.write(line, "meta", "textSecondary", x, y, height=text_line, width=room)
        y += text_line
    size = sheet.frame.icon_small
    foot = theme.line("meta")
    sheet.glyph("globe-simple", "textTertiary", x, y + (foot - size) / 2, size)
    left = x + size + tokens.space.xs
    sheet.write(
        f"\u2066{host}\u2069",
        "small",
        "textTertiary",
        left,
        y,
        height=foot,
        width=room - size - tokens.space.xs,
    )
    name = f"{title}, link to {host}"
    sheet.part(Intent("link", card.url, label=title), box, name, role="link", hint=card.url)
    sheet.y = box.bottom


def lay_quote(sheet: Sheet, quote: Quote, verdict: Verdict) -> None:
    """A quoted post in a box, or a line saying why it is not there."""
    post = quote.post
    openable = quote.state in ("blocked", "muted")
    shown = quote.state == "shown" or (openable and sheet.state.open_quote)
    if post is None or not shown:
        _quote_stub(sheet, quote, openable and post is not None)
        return
    covered = verdict.action != "show" and (verdict.fixed or not sheet.state.open_quote)
    tokens = sheet.tokens
    top = sheet.block()
    outer_x, outer_w = sheet.x, sheet.width
    place = len(sheet.pieces)
    frame_fill = sheet.fill(
        Box(outer_x, top, outer_w, 0),
        "",
        stroke="border",
        radius=tokens.radius.box,
        line=sheet.frame.control,
    )
    part = sheet.part(
        Intent("quote", post.uri),
        Box(outer_x, top, outer_w, 0),
        f"Quoted post by {post.author.shown_name}: {post.text.text[:200]}",
        role="link",
    )
    sheet.x, sheet.width = outer_x + tokens.quote.padX, outer_w - 2 * tokens.quote.padX
    sheet.y = top + tokens.quote.padTop
    _quote_head(sheet, post, covered=verdict.covers("avatar"))
    if covered:
        _quote_cover(sheet, verdict)
    else:
        _quote_body(sheet, post)
    sheet.x, sheet.width = outer_x, outer_w
    sheet.y += tokens.quote.padBottom
    box = Box(outer_x, top, outer_w, sheet.y - top)
    frame_fill.box = box
    sheet.parts[part].boxes = [box]
    assert sheet.pieces[place] is frame_fill


def _quote_head(sheet: Sheet, post: Post, *, covered: bool) -> None:
    tokens, frame = sheet.tokens, sheet.frame
    height = sheet.theme.px(tokens.quote.avatar)
    size = sheet.theme.px(tokens.quote.avatar, capped=True)
    lay_small_avatar(sheet, post, sheet.x, sheet.y + (height - size) / 2, size, covered=covered)
    right = sheet.x + sheet.width
    mark = frame.mark
    box = Box(right - mark, sheet.y + (height - mark) / 2, mark, mark)
    sheet.add(MarkPiece(box, frame.mark_of(post.network)))
    time = words.relative_time(post.created_at, sheet.now, frame.locale)
    label = sheet.write(
        time,
        "meta",
        "textTertiary",
        box.x - tokens.space.s,
        sheet.y,
        height=height,
        tabular=True,
        align="end",
    )
    x = sheet.x + size + tokens.space.s
    room = label.box.x - tokens.timeline.timeGap - x
    name = sheet.write(
        f"\u2068{post.author.shown_name}\u2069",
        "metaStrong",
        "text",
        x,
        sheet.y,
        height=height,
        weight=600,
        width=room,
    )
    x = name.box.right + tokens.timeline.nameGap
    left = label.box.x - tokens.timeline.timeGap - x
    if left >= tokens.card.handleMinWidth:
        sheet.write(
            words.handle_text(post.author.handle),
            "meta",
            "textTertiary",
            x,
            sheet.y,
            height=height,
            width=left,
        )
    sheet.y += height


def _quote_body(sheet: Sheet, post: Post) -> None:
    tokens = sheet.tokens
    prepared = prepare(post.text, most=MOST_CLOSED)
    if prepared.rich.text:
        sheet.y += tokens.card.textTop
        box = Box(sheet.x, sheet.y, sheet.width, 0)
        laid = Flower(sheet.frame, "bodySmall", box, tokens.quote.maxLines).lay(
            prepared.paragraphs(), "text"
        )
        laid.flow.selectable = False
        sheet.pieces += [*laid.under, laid.flow, *laid.over]
        sheet.y = laid.bottom
        if laid.cut or prepared.capped:
            height = sheet.theme.line("meta")
            sheet.write("…", "meta", "textTertiary", sheet.x, sheet.y, height=height)
            sheet.y += height
    _quote_extras(sheet, post)


def _quote_extras(sheet: Sheet, post: Post) -> None:
    """First picture as a strip; what else there is, in words."""
    tokens = sheet.tokens
    picture = next((m for m in post.media if m.kind in ("image", "video", "gif")), None)
    if picture is not None and not any(a.kind == "sensitive" for a in post.advisories):
        sheet.y += sheet.frame.gap
        height = float(tokens.timeline.quoteStrip)
        box = Box(sheet.x, sheet.y, sheet.width, height)
        url = picture.preview or (picture.url if picture.kind == "image" else "")
        radius = tokens.radius.row
        sheet.add(Tile(box, url, picture.blurhash, focus=picture.focus, radius=radius))
        sheet.y += height
    said = []
    if len(post.media) > 1 or (post.media and picture is None):
        said.append(f"{len(post.media)} attachments")
    if post.poll is not None:
        said.append("with a poll")
    if post.quote is not None:
        said.append("quotes another post")
    if post.card is not None and not post.media:
        said.append(f"link to {host_of(post.card.url)}")
    if said:
        height = sheet.theme.line("small")
        sheet.y += tokens.space.xs
        sheet.write(" · ".join(said), "small", "textTertiary", sheet.x, sheet.y, width=sheet.width)
        sheet.y += height


def _quote_cover(sheet: Sheet, verdict: Verdict) -> None:
    """What is quoted is covered: one line and, unless forbidden, Show."""
    height = sheet.theme.px(sheet.tokens.button.heightSmall)
    sheet.y += sheet.tokens.space.xs
    size = sheet.frame.icon
    sheet.glyph("eye-slash", "textSecondary", sheet.x, sheet.y + (height - size) / 2, size)
    x = sheet.x + size + sheet.tokens.timeline.iconGap
    right = sheet.x + sheet.width
    text = " · ".join(map(words.cause_text, verdict.causes)) or "Covered"
    if not verdict.fixed:
        name = f"Show the quoted post: {text}"
        box = sheet.button("Show", Intent("cover", "quote"), right, sheet.y, align="end", name=name)
        right = box.x - sheet.tokens.space.s
    sheet.write(text, "meta", "textSecondary", x, sheet.y, height=height, width=right - x)
    sheet.y += height


def _quote_stub(sheet: Sheet, quote: Quote, openable: bool) -> None:
    tokens = sheet.tokens
    top = sheet.block()
    height = sheet.theme.px(tokens.timeline.quoteStub)
    box = Box(sheet.x, top, sheet.width, height)
    sheet.fill(
        box, "coverBg", stroke="hairline", radius=tokens.radius.box, line=sheet.frame.control
    )
    size = sheet.frame.icon
    pad = tokens.quote.padX
    icon = QUOTE_ICONS.get(quote.state, "prohibit")
    sheet.glyph(icon, "textSecondary", box.x + pad, top + (height - size) / 2, size)
    x = box.x + pad + size + tokens.cover.gap
    right = box.right - pad
    if openable:
        high = sheet.theme.px(tokens.button.heightSmall)
        y = top + (height - high) / 2
        intent = Intent("cover", "quote")
        shown = sheet.button("Show", intent, right, y, "plain", align="end", name="Show the quote")
        right = shown.x
    text = words.quote_state_text(quote)
    sheet.write(text, "meta", "textSecondary", x, top, height=height, width=right - x)
    sheet.y = top + height
