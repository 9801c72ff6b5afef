"""
A lane's settings as its network has them: who sees, answers and quotes it, warning, language.

Where a network lacks something, the narrower way is taken or nothing is sent:
what was meant for few never becomes public by itself.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from app.compose.cleaning import plain
from app.compose.notes import Notes, Option, listed
from app.model.draft import Audience, Draft, Lane, LaneSettings
from app.model.post import Visibility
from app.model.sending import Limits

Quotes = Literal["anyone", "followers", "nobody"]

_SEEN_BY = {
    "public": "everybody",
    "quiet": "everybody who comes to your page",
    "followers": "your followers",
    "direct": "the people it mentions",
}
_OPEN = ("public", "quiet")
_NAMED = {
    "porn": re.compile(r"\b(?:nsfw|porn|pornography)\b", re.I),
    "nudity": re.compile(r"\b(?:nude|nudes|nudity|naked)\b", re.I),
    "sexual": re.compile(r"\b(?:sexual|erotic|erotica|lewd)\b", re.I),
    "graphic-media": re.compile(r"\b(?:gore|blood|violence)\b", re.I),
}
"""Label → how a warning that means it is worded."""
_REPLIES = {
    "followers": "your followers",
    "following": "people you follow",
    "mentioned": "people you mention",
    "nobody": "nobody",
    "anyone": "anyone",
}


class Terms(Struct, frozen=True, kw_only=True):
    """
    On what terms the posts of a lane leave.

    Attributes:
        warning: In the network's own field.
        front: A warning that begins the text instead.
    """

    visibility: Visibility
    replies: tuple[Audience, ...]
    quotes: Quotes
    langs: tuple[str, ...]
    labels: tuple[str, ...] = ()
    warning: str = ""
    front: str = ""
    sensitive: bool = False


def terms(draft: Draft, lane: Lane, limits: Limits, notes: Notes) -> Terms:
    """How *lane* is sent, with what is lost told to *notes*."""
    settings = lane.settings
    warning, front = _warning(" ".join(plain(draft.warning).split()), limits, notes)
    return Terms(
        visibility=_visibility(draft, settings, limits, notes),
        replies=_replies(draft, settings, limits, notes),
        quotes=_quotes(settings, limits, notes),
        langs=_langs(settings.lang or draft.lang, limits, notes),
        labels=_labels(draft, settings, limits, notes),
        warning=warning,
        front=front,
        sensitive=draft.sensitive or (limits.sensitive and bool(draft.media)),
    )


def _warning(text: str, limits: Limits, notes: Notes) -> tuple[str, str]:
    if not text or limits.warnings:
        return text, ""
    lacks = f"{notes.name} has no warning text; it is"
    options = (
        Option("leave_out", "Leave it out", f"{lacks} left out here."),
        Option("front", "Put it in front", f"{lacks} put in front of the text."),
    )
    chosen = notes.ask("warning", options, usual="leave_out")
    return "", f"CW: {text}" if chosen == "front" else ""


def _labels(draft: Draft, settings: LaneSettings, limits: Limits, notes: Notes) -> tuple[str, ...]:
    kept = tuple(label for label in settings.labels if label in limits.labels)
    named = [one for one, words in _NAMED.items() if words.search(draft.warning)]
    named = [label for label in named if label in limits.labels]
    covered = draft.sensitive or named
    if kept or limits.warnings or not (covered and draft.media):
        return kept
    if not limits.labels:
        notes.tell("sensitive", f"{notes.name} covers no media; everybody sees them at once.")
        return ()
    # Sensitive pictures must not stand there uncovered: a label does it.
    options = [
        Option(label, f"Label it “{label}”", f"{notes.name} covers media by label: “{label}”.")
        for label in limits.labels
    ]
    options.append(
        Option("none", "No label", f"{notes.name} covers media by label; here there is none.")
    )
    chosen = notes.ask("sensitive", options, usual=[*named, *limits.labels][0])
    return () if chosen == "none" else (chosen,)


def _visibility(draft: Draft, settings: LaneSettings, limits: Limits, notes: Notes) -> Visibility:
    wanted, parent = settings.visibility, draft.reply_to
    if wanted in limits.visibilities:
        if wanted in _OPEN and parent is not None and parent.visibility not in _OPEN:
            notes.facts.append("The post you answer is not public; this answer is.")
        return wanted
    if wanted == "quiet" and "public" in limits.visibilities:
        notes.tell("visibility", f"{notes.name} has no quiet posts; this one is public there.")
        return "public"
    seen_by = _SEEN_BY[wanted]
    notes.tell(
        "visibility",
        f"{notes.name} has no posts that only {seen_by} can see; this one does not go there.",
        stops=True,
    )
    return wanted


def _replies(
    draft: Draft, settings: LaneSettings, limits: Limits, notes: Notes
) -> tuple[Audience, ...]:
    wanted = settings.replies or ("anyone",)
    if wanted == ("anyone",):
        return wanted
    if limits.replies in ((), ("anyone",)):
        notes.tell("replies", f"{notes.name} cannot limit who may reply; anyone may.")
        return ("anyone",)
    if draft.reply_to is not None:
        notes.tell("replies", "Who may reply is up to whoever began the conversation.")
        return ("anyone",)
    kept = tuple(audience for audience in wanted if audience in limits.replies)
    if kept == wanted:
        return kept
    if not kept:
        narrow: tuple[Audience, ...] = ("nobody",) if "nobody" in limits.replies else ("anyone",)
        kept = narrow
    missing = listed([_REPLIES[one] for one in wanted if one not in kept])
    may = listed([_REPLIES[one] for one in kept])
    notes.tell("replies", f"{notes.name} cannot open replies to {missing}; {may} may reply.")
    return kept


def _quotes(settings: LaneSettings, limits: Limits, notes: Notes) -> Quotes:
    wanted = settings.quotes
    if wanted in limits.quotes or wanted == "anyone":
        return wanted
    if "nobody" not in limits.quotes:
        notes.tell("quotes", f"{notes.name} cannot limit who may quote; anyone may.")
        return "anyone"
    lacks = f"{notes.name} cannot let only followers quote;"
    options = (
        Option("nobody", "Let nobody quote", f"{lacks} nobody may."),
        Option("anyone", "Let anyone quote", f"{lacks} anyone may."),
    )
    return "anyone" if notes.ask("quotes", options, usual="nobody") == "anyone" else "nobody"


def _langs(lang: str, limits: Limits, notes: Notes) -> tuple[str, ...]:
    if not lang:
        return ()
    if limits.langs < 1:
        notes.tell("langs", f"{notes.name} does not keep the language of a post.")
        return ()
    return (lang,)
