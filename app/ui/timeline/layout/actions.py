"""The action row: reply, repost, like, bookmark; why and more at the far side."""

from __future__ import annotations

from typing import NamedTuple

from app.feed.rows import KEPT_CLOSE, Card
from app.ui.timeline import words
from app.ui.timeline.layout.sheet import Sheet
from app.ui.timeline.layout.values import Box, Intent


class Action(NamedTuple):
    """A button of the row. *done*: the token of its colour once it was done."""

    name: str
    icon: str
    done: str
    label: str
    undo: str


ACTIONS = (
    Action("reply", "arrow-bend-up-left", "", "Reply", "Reply"),
    Action("repost", "repeat", "repost", "Repost", "Undo repost"),
    Action("like", "heart", "like", "Like", "Unlike"),
    Action("bookmark", "bookmark-simple", "bookmark", "Bookmark", "Remove bookmark"),
)
_COUNTS = {"reply": "replies", "repost": "reposts", "like": "likes"}
_STATES = {"repost": "reposted", "like": "liked", "bookmark": "bookmarked"}


def is_done(card: Card, action: str) -> bool:
    """Did any of my accounts do it?"""
    state = _STATES.get(action, "")
    return bool(state) and any(getattr(viewer, state) for viewer in card.viewers.values())


def is_ranked(card: Card) -> bool:
    """Did a score put it here? Only then is why worth a line and a button."""
    return any(reason.weight for reason in card.reasons)


def counts(card: Card, action: str) -> list[tuple[str, int]]:
    """Network and count, in the order of the marks; one copy per network."""
    field = _COUNTS.get(action)
    if field is None:
        return []
    seen: dict[str, int] = {}
    for copy in card.copies:
        seen.setdefault(copy.post.network, getattr(copy.post.counts, field))
    order = card.networks
    return [(network, seen[network]) for network in order if network in seen]


def lay_actions(sheet: Sheet, card: Card, *, counted: bool = True) -> None:
    """The row itself, below everything else. *counted*: with numbers beside the icons."""
    tokens, frame = sheet.tokens, sheet.frame
    top = sheet.y + tokens.card.actionTop
    height = frame.theme.px(tokens.card.actionHeight, capped=True)
    pad = tokens.card.actionPad
    x = sheet.x - pad
    for action in ACTIONS:
        numbers = counts(card, action.name) if counted else []
        wide = _action(sheet, card, action, numbers, x, top, height)
        if frame.large:
            x += wide - 2 * pad + frame.action_gap
        else:
            x += max(frame.action_pitch, wide)
    size = frame.theme.px(tokens.card.moreIcon, capped=True)
    end = frame.right + pad
    box = Box(end - size - 2 * pad, top, size + 2 * pad, height)
    sheet.part(Intent("menu"), box, "More", look="soft")
    _icon(sheet, "dots-three", "textTertiary", box, size, "bold")
    if is_ranked(card):
        small = frame.icon_action
        why = Box(box.x - small - 2 * pad, top, small + 2 * pad, height)
        sheet.part(Intent("why"), why, "Why is this here?", look="soft")
        _icon(sheet, "path", "textTertiary", why, small, None)
    sheet.y = top + height


def _action(
    sheet: Sheet,
    card: Card,
    action: Action,
    numbers: list[tuple[str, int]],
    x: float,
    top: float,
    height: float,
) -> float:
    """One button at *x*. Returns how wide it is."""
    tokens, frame = sheet.tokens, sheet.frame
    done = is_done(card, action.name)
    color = action.done if done else "textTertiary"
    pad, size = tokens.card.actionPad, frame.icon_action
    weight = None
    if done:
        weight = "bold" if action.name == "repost" else "fill"
    close = "" if done or action.name != "repost" else KEPT_CLOSE.get(card.post.visibility, "")
    icon = "lock-simple" if close else action.icon
    sheet.glyph(icon, color, x + pad, top + (height - size) / 2, size, weight)  # type: ignore[arg-type]
    end = _counts(sheet, numbers, color, x + pad + size + tokens.timeline.countGap, top, height)
    wide = max(end - x, size + pad) + pad
    box = Box(x, top, wide, height)
    label = close or (action.undo if done else action.label)
    unheard = _unheard(card) if action.name == "reply" else ""
    said = ", ".join(
        f"{words.full_count(number)} on {frame.network_name(network)}"
        for network, number in numbers
        if number
    )
    sheet.part(
        Intent("react", action.name),
        box,
        f"{label}{', ' if said else ''}{said}{unheard}",
        hint=f"{label}{': ' if said else ''}{said}{unheard}",
        look="soft",
        checked=done if action.done else None,
    )
    return wide


def _unheard(card: Card) -> str:
    """Behind what the button says: that its author may not see an answer."""
    if "threads." not in card.post.uri[:24]:
        return ""
    from app.feed.half_open import hardly_heard  # nearly no post is from such a place

    said = hardly_heard(card.post.uri)
    return f". {said}" if said else ""


def _counts(
    sheet: Sheet, numbers: list[tuple[str, int]], color: str, x: float, top: float, height: float
) -> float:
    """One count, or a pair in the colours of its networks. Returns where it ends."""
    frame = sheet.frame
    shown = [(network, words.short_count(n, frame.locale)) for network, n in numbers]
    if not any(text for _, text in shown):
        return x - sheet.tokens.timeline.countGap
    if len(shown) == 1:
        label = sheet.write(shown[0][1], "metaStrong", color, x, top, height=height, tabular=True)
        return label.box.right
    gap = float(sheet.tokens.echo.countGap)
    for place, (network, text) in enumerate(shown):
        if place:
            dot = sheet.write(
                sheet.tokens.echo.countSeparator,
                "metaStrong",
                "textTertiary",
                x + gap,
                top,
                height=height,
            )
            x = dot.box.right + gap
        label = sheet.write(
            text or "0", "metaStrong", frame.mark_of(network), x, top, height=height, tabular=True
        )
        x = label.box.right
    return x


def _icon(sheet: Sheet, name: str, color: str, box: Box, size: float, weight: str | None) -> None:
    x, y = box.x + (box.w - size) / 2, box.y + (box.h - size) / 2
    sheet.glyph(name, color, x, y, size, weight)  # type: ignore[arg-type]
