"""Pictures and what can be played: tiles, badges, and the cover over them."""

from __future__ import annotations

from app.model import Media
from app.moderation.verdict import Verdict
from app.ui.timeline import words
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Corners, Disc, Fill, Intent, Tile

_PICTURES = ("image", "video", "gif")


def lay_media(sheet: Sheet, media: tuple[Media, ...], verdict: Verdict) -> None:
    """Tiles, or the cover over them, then files that have no picture."""
    if not media:
        return
    covered = verdict.action == "cover_media" and (verdict.fixed or not sheet.state.open_media)
    if covered:
        _cover(sheet, verdict, len(media))
        return
    seen = [(number, one) for number, one in enumerate(media) if one.kind in _PICTURES]
    others = [(number, one) for number, one in enumerate(media) if one.kind not in _PICTURES]
    if verdict.action == "cover_media":
        _hide_line(sheet, verdict)
    if seen:
        top = sheet.block()
        boxes = tile_boxes(sheet, [one for _, one in seen], sheet.x, top)
        hidden = len(seen) - len(boxes)
        for place, ((number, one), (box, corners)) in enumerate(zip(seen, boxes, strict=False)):
            more = hidden if place == len(boxes) - 1 else 0
            _tile(sheet, one, number, len(media), box, corners, more)
        sheet.y = max(box.bottom for box, _ in boxes)
    for number, one in others:
        _file(sheet, one, number, len(media))


def tile_boxes(sheet: Sheet, media: list[Media], x: float, y: float) -> list[tuple[Box, Corners]]:
    """Where the tiles stand: at most four, from the sizes the server stated."""
    tokens, width = sheet.tokens.media, sheet.width
    if len(media) == 1:
        return [(_single(sheet, media[0], x, y), (True, True, True, True))]
    gap = float(tokens.gap)
    narrow = sheet.frame.narrow
    height = min(float(tokens.heightManyNarrow if narrow else tokens.heightMany), width)
    half, low = (width - gap) // 2, (height - gap) // 2
    if len(media) == 2:
        short = min(height, half * 0.75 if narrow else height)
        short = max(short, float(tokens.minHeightOne))
        return [
            (Box(x, y, half, short), (True, False, False, True)),
            (Box(x + half + gap, y, half, short), (False, True, True, False)),
        ]
    if len(media) == 3:
        wide = float(round((width - gap) * 2 / 3))
        small = width - gap - wide
        right = x + wide + gap
        return [
            (Box(x, y, wide, height), (True, False, False, True)),
            (Box(right, y, small, low), (False, True, False, False)),
            (Box(right, y + low + gap, small, low), (False, False, True, False)),
        ]
    right, under = x + half + gap, y + low + gap
    return [
        (Box(x, y, half, low), (True, False, False, False)),
        (Box(right, y, half, low), (False, True, False, False)),
        (Box(x, under, half, low), (False, False, False, True)),
        (Box(right, under, half, low), (False, False, True, False)),
    ]


def _single(sheet: Sheet, media: Media, x: float, y: float) -> Box:
    tokens, width = sheet.tokens.media, sheet.width
    least, most = tokens.ratioOne
    stated = media.width > 0 and media.height > 0
    ratio = media.width / media.height if stated else 16 / 9
    ratio = min(max(ratio, least), most)
    height = min(width / ratio, float(tokens.maxHeightOne))
    height = max(height, float(tokens.minHeightOne))
    height = float(round(height))
    return Box(x, y, float(round(min(width, height * ratio))), height)


def _tile(
    sheet: Sheet, media: Media, number: int, total: int, box: Box, corners: Corners, more: int
) -> None:
    tokens = sheet.tokens.media
    icon = "play" if media.kind == "video" else "image-square"
    url = media.preview or (media.url if media.kind == "image" else "")
    sheet.add(Tile(box, url, media.blurhash, corners, media.focus, tokens.radius, icon))
    name = words.media_name(media, number + 1, total)
    hint = media.alt or "Nobody has described this"
    if more:
        name = f"{name}, and {more} more"
    sheet.part(Intent("media", index=number), box, name, role="graphic", hint=hint)
    if more:
        sheet.add(Fill(box, tokens.moreScrim, radius=tokens.radius, corners=corners))
        middle = box.x + box.w / 2
        height = sheet.theme.line("title")
        top = box.y + (box.h - height) / 2
        sheet.write(f"+{more}", "title", tokens.badgeText, middle, top, align="middle")
        return
    if media.kind in ("video", "gif"):
        disc = min(float(tokens.playDisc), box.h - 2 * tokens.altInset)
        sheet.add(Disc(Box(box.x + (box.w - disc) / 2, box.y + (box.h - disc) / 2, disc, disc)))
    _badges(sheet, media, box)


def _badges(sheet: Sheet, media: Media, box: Box) -> None:
    tokens = sheet.tokens.media
    inset = float(tokens.altInset)
    bottom = box.bottom - inset
    if media.alt:
        _badge(sheet, "ALT", box.x + inset, bottom, tokens.badgeBg, tokens.badgeText)
    else:
        _badge(sheet, "NO ALT", box.x + inset, bottom, "warnSoft", "warn", "warnBorder")
    said = words.length_text(media.duration) if media.duration else ""
    if media.kind == "gif":
        said = "GIF"
    if said:
        right = box.right - inset
        _badge(sheet, said, right, bottom, tokens.badgeBg, tokens.badgeText, end=True)


def _badge(
    sheet: Sheet,
    text: str,
    x: float,
    bottom: float,
    fill: str,
    color: str,
    stroke: str = "",
    *,
    end: bool = False,
) -> None:
    height = sheet.theme.px(sheet.tokens.media.altBadge[0])
    pad = sheet.tokens.timeline.badgePad
    label = sheet.label(text, "badge", color, 0, bottom - height, height=height, tabular=True)
    wide = label.box.w + 2 * pad
    left = x - wide if end else x
    radius = sheet.tokens.timeline.badgeRadius
    sheet.fill(Box(left, bottom - height, wide, height), fill, stroke=stroke, radius=radius)
    label.box = Box(left + pad, label.box.y, label.box.w, label.box.h)
    sheet.add(label)


def _cover(sheet: Sheet, verdict: Verdict, count: int) -> None:
    """Over the media only: icon, label, who says so, Show."""
    tokens, theme = sheet.tokens, sheet.theme
    cause = verdict.causes[0] if verdict.causes else None
    top = sheet.block()
    icon = theme.px(tokens.icon.toolbar, capped=True)
    title, small, button = theme.line("label"), theme.line("meta"), 0.0
    if not verdict.fixed:
        button = theme.px(tokens.button.heightSmall) + tokens.space.xs
    pad, gap = tokens.space.m, tokens.timeline.coverTitleGap
    height = pad + icon + gap + title + small + button + pad
    height = max(height, theme.px(tokens.cover.mediaMinHeight))
    box = Box(sheet.x, top, sheet.width, height)
    sheet.fill(
        box, "coverBg", stroke="hairline", radius=tokens.radius.box, line=sheet.frame.control
    )
    middle = sheet.x + sheet.width / 2
    y = top + (height - (icon + gap + title + small + button)) / 2
    name = "shield-warning" if cause is not None and cause.kind == "label" else "eye-slash"
    sheet.glyph(name, "textSecondary", middle - icon / 2, y, icon)
    y += icon + gap
    said = words.cause_text(cause) if cause is not None else "Sensitive media"
    room = sheet.width - 2 * pad
    sheet.write(said, "label", "text", middle, y, weight=600, align="middle", width=room)
    y += title
    who = words.cause_source(cause) if cause is not None else "Marked by the author"
    if verdict.fixed:
        who += ". It may not be shown."
    sheet.write(who, "meta", "textTertiary", middle, y, align="middle", width=room)
    y += small + tokens.space.xs
    if not verdict.fixed:
        _cover_buttons(sheet, said, middle, y, count)
    sheet.y = top + height


def _cover_buttons(sheet: Sheet, said: str, middle: float, y: float, count: int) -> None:
    metrics = sheet.frame.metrics("metaStrong", 500)
    gap = sheet.tokens.button.gap
    pads = 4 * sheet.tokens.button.padXSmall
    both = metrics.horizontalAdvance("Show") + metrics.horizontalAdvance("Why?") + pads + gap
    what = "picture" if count == 1 else f"{count} pictures"
    left = middle - both / 2
    shown = sheet.button("Show", Intent("media_cover"), left, y, name=f"Show {what}: {said}")
    sheet.button("Why?", Intent("why"), shown.right + gap, y, "plain", name=f"Why is {said} here?")


def _hide_line(sheet: Sheet, verdict: Verdict) -> None:
    sheet.block()
    size, height = sheet.frame.icon, sheet.theme.line("meta")
    sheet.glyph("eye", "textSecondary", sheet.x, sheet.y + (height - size) / 2, size)
    x = sheet.x + size + sheet.tokens.timeline.iconGap
    text = " · ".join(map(words.cause_text, verdict.causes)) or "Sensitive media"
    hide = sheet.frame.metrics("metaStrong").horizontalAdvance("Hide")
    right = sheet.x + sheet.width
    room = right - hide - sheet.tokens.space.s - x
    sheet.write(text, "meta", "textSecondary", x, sheet.y, width=room)
    name = f"Hide the media again: {text}"
    sheet.press_text("Hide", Intent("media_cover"), right - hide, sheet.y, name=name)
    sheet.y += height
    sheet.filled = True


def _file(sheet: Sheet, media: Media, number: int, total: int) -> None:
    """Sound, or something we cannot show: one line in a box."""
    tokens = sheet.tokens
    top = sheet.block()
    height = sheet.theme.px(tokens.cover.minHeight)
    box = Box(sheet.x, top, sheet.width, height)
    sheet.fill(box, "sunken", stroke="hairline", radius=tokens.radius.box, line=sheet.frame.control)
    size = sheet.theme.px(tokens.icon.toolbar, capped=True)
    pad = tokens.cover.padLeft
    icon = "speaker-high" if media.kind == "audio" else "file-x"
    sheet.glyph(icon, "textSecondary", box.x + pad, top + (height - size) / 2, size)
    x = box.x + pad + size + tokens.cover.gap
    said = words.length_text(media.duration) if media.duration else ""
    right = box.right - pad
    if said:
        label = sheet.write(
            said, "meta", "textTertiary", right, top, height=height, tabular=True, align="end"
        )
        right = label.box.x - tokens.space.s
    text = media.alt or f"{words.MEDIA_KIND[media.kind]}, no description"
    sheet.write(text, "label", "text", x, top, height=height, width=right - x)
    name = words.media_name(media, number + 1, total)
    sheet.part(Intent("media", index=number), box, name, hint=media.alt, look="soft")
    sheet.y = top + height
