"""
The words of a lane: what was typed, as its network will have it.

Own text or the draft's, Markdown read, people named by who they are there,
links that readers can follow, and what stands in the text because the network
has no place of its own for it (warning, poll, quoted post).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from app.compose import markdown
from app.compose.cleaning import plain
from app.compose.edits import joined, part, replaced
from app.compose.mentions import answered, leading, map_mentions, names_hosts, spans_travel
from app.compose.notes import Notes, Option, listed
from app.compose.plan import Acquaintance, Mapped
from app.compose.spans import find_spans, form_of
from app.compose.split import SHORTCODE
from app.model.draft import BREAK, Draft, Lane
from app.model.profile import Profile
from app.model.sending import Limits
from app.model.text import RichText, Span

_BREAK_LINE = re.compile(rf"(?m)^[ \t]*{re.escape(BREAK)}[ \t]*$")
_STYLE_NAMES = {
    "bold": "bold",
    "italic": "italic",
    "strike": "struck-through",
    "underline": "underlined",
    "code": "code",
    "code_block": "code",
    "quote": "quoted",
}
_LONG_LINK = 60


class Wording(Struct, frozen=True, kw_only=True):
    """
    The text of a lane before it is split.

    Attributes:
        source: What was typed, for a server that renders it; "" elsewhere.
        lead: Mentions that each post after the first begins with.
    """

    text: RichText
    source: str = ""
    mentions: tuple[Mapped, ...] = ()
    lead: RichText = RichText()


def wording(
    draft: Draft,
    lane: Lane,
    network: str,
    limits: Limits,
    known: Mapping[str, Acquaintance],
    notes: Notes,
) -> Wording:
    """The text of *lane*; what it loses is told to *notes*."""
    typed = plain(draft.text if lane.text is None else lane.text)
    rendered = draft.markdown and markdown.MIME in limits.markup
    rich = _styled(typed, limits, notes) if draft.markdown else RichText(typed, find_spans(typed))
    rich, mentions = map_mentions(rich, network, limits, known)
    rich = _followable(rich, limits, hides=rendered)
    if not (limits.emoji or names_hosts(limits)):
        rich = _without_shortcodes(rich, notes)
    source = ""
    if rendered:
        named, _ = map_mentions(RichText(typed, find_spans(typed)), network, limits, known)
        source = _followable(named, limits, hides=True).text
    lead = RichText()
    missing: tuple[str, ...] = ()
    if draft.reply_to is not None and draft.reply_to.on(network) is not None:
        me = lane.account.partition("~")[0]  # accounts are called by their handle
        lead, missing = answered(draft.reply_to, rich, network, limits, known, me)
    _tell_mentions(draft, lane, mentions, missing, limits, notes)
    return Wording(
        text=joined((lead, rich)),
        source=lead.text + source if source else "",
        mentions=mentions,
        lead=_everybody(lead, mentions) if lane.settings.visibility == "direct" else RichText(),
    )


def _everybody(lead: RichText, mentions: tuple[Mapped, ...]) -> RichText:
    """All who are mentioned: a post for them alone is not seen by whom it does not name."""
    people = {lead.text[s.start + 1 : s.end]: s.target for s in lead.spans}
    people |= {one.profile.handle: one.profile.uri for one in mentions if one.profile}
    return leading([Profile(uri, handle) for handle, uri in people.items()])


# ------------------------------------------------------------------ Markdown


def _styled(typed: str, limits: Limits, notes: Notes) -> RichText:
    """Markdown as the network shows it: its styles, or the words without them."""
    rich = _read(typed)
    shown = _shown(limits)
    lost = [span for span in rich.spans if span.kind in _STYLE_NAMES and span.kind not in shown]
    if not lost:
        return rich
    gone = set(lost)
    plainly = _marked_quotes(
        RichText(rich.text, tuple(span for span in rich.spans if span not in gone)),
        [span for span in lost if span.kind == "quote"],
    )
    kinds = {span.kind for span in lost} - {"quote"}
    if not kinds:
        return plainly  # the marks of a quote are understood everywhere
    names = list(dict.fromkeys(name for kind, name in _STYLE_NAMES.items() if kind in kinds))
    what = f"{notes.name} shows no {listed(names, 'or')} text;"
    options = (
        Option("plain", "Only the words", f"{what} the words stand there without it."),
        Option("typed", "Keep the marks", f"{what} the marks stand there as typed."),
    )
    if notes.ask("markup", options, usual="plain") == "typed":
        return RichText(typed, find_spans(typed))
    return plainly


@lru_cache(16)
def _read(typed: str) -> RichText:
    """The stretches between breaks, each read for itself."""
    pieces: list[RichText] = []
    for number, stretch in enumerate(_BREAK_LINE.split(typed)):
        if number:
            pieces.append(RichText(f"\n\n{BREAK}\n\n"))
        pieces.append(markdown.read(stretch))
    return joined(pieces)


def _shown(limits: Limits) -> frozenset[str]:
    if limits.markup_spans or markdown.MIME not in limits.markup:
        return limits.markup_spans
    return frozenset(_STYLE_NAMES)  # it renders Markdown, and does not say what it drops


def _marked_quotes(rich: RichText, quotes: list[Span]) -> RichText:
    """Quoted lines begin with "> " where nothing else tells them apart."""
    changes = {}
    for quote in quotes:
        at = quote.start
        while 0 <= at < quote.end:
            changes[at] = (at, at, RichText("> "))
            at = rich.text.find("\n", at, quote.end) + 1 or quote.end
    return replaced(rich, [changes[at] for at in sorted(changes)])


# ------------------------------------------------------------------ links, emoji


def _followable(rich: RichText, limits: Limits, *, hides: bool) -> RichText:
    """
    Links as readers there can follow them.

    Where links travel beside the text, only one that no post could hold is
    shown shorter. Where the server looks for links itself, it needs to see
    them: with ``https://``, and beside words that hid them.

    Args:
        hides: The server renders markup, in which a link may stand behind words.
    """
    travels = spans_travel(limits)
    changes = []
    for span in rich.spans:
        if span.kind != "link":
            continue
        shown = rich.text[span.start : span.end]
        instead = ""
        if travels:
            if len(shown) > limits.length and not limits.link_length:
                instead = f"{shown[:_LONG_LINK]}…"
        elif f"https://{shown}" == span.target:
            instead = span.target
        elif shown != span.target and not hides:
            instead = f"{shown} ({span.target})"
        if instead:
            at = instead.rfind(span.target) if span.target in instead else 0
            size = len(span.target) if span.target in instead else len(instead)
            link = Span(at, at + size, "link", span.target)
            changes.append((span.start, span.end, RichText(instead, (link,))))
    return replaced(rich, changes)


def _without_shortcodes(rich: RichText, notes: Notes) -> RichText:
    if rich.text.count(":") < 2:
        return rich
    found = [
        match
        for match in SHORTCODE.finditer(rich.text)
        if not any(s.start < match.end() and match.start() < s.end for s in rich.spans)
    ]
    if not found:
        return rich
    codes = listed(list(dict.fromkeys(f"“{match[0]}”" for match in found)))
    options = (
        Option(
            "words", "Without the colons", f"{notes.name} draws no {codes}; the word stands there."
        ),
        Option("typed", "As typed", f"{notes.name} draws no {codes}; it stands there as typed."),
    )
    if notes.ask("emoji", options, usual="words") == "typed":
        return rich
    return replaced(rich, [(*m.span(), RichText(m[0].strip(":"))) for m in found])


# ------------------------------------------------------------------ what is said about it


def _tell_mentions(
    draft: Draft,
    lane: Lane,
    mentions: tuple[Mapped, ...],
    missing: tuple[str, ...],
    limits: Limits,
    notes: Notes,
) -> None:
    nobody = [one.typed for one in mentions if one.profile is None]
    if nobody:
        are = "is" if len(nobody) == 1 else "are"
        notes.tell(
            "mention",
            f"{listed(nobody)} {are} not known on {notes.name}; written without “@”, nobody is told.",
        )
    if missing:
        notes.tell(
            "mention",
            f"{listed(missing)} is not known on {notes.name}; the answer does not mention them.",
        )
    unseen = [m.typed for m in mentions if m.profile and not m.profile.uri]
    for typed in unseen:
        if not names_hosts(limits):
            notes.facts.append(f"{typed} was not looked up on {notes.name}: nobody is told.")
        elif form_of(typed) == "local":
            notes.facts.append(f"{typed} is whoever has that name on this account's own server.")
    if lane.text is not None:
        here = {one.typed.lower() for one in mentions}
        text = plain(draft.text)
        named = [text[s.start : s.end] for s in find_spans(text) if s.kind == "mention"]
        gone = [typed for typed in dict.fromkeys(named) if typed.lower() not in here]
        if gone:
            are = "is" if len(gone) == 1 else "are"
            notes.facts.append(f"{listed(gone)} {are} not mentioned in this text.")


def trimmed(rich: RichText) -> RichText:
    """*rich* without white space at its ends."""
    text = rich.text
    start = len(text) - len(text.lstrip())
    end = max(start, len(text.rstrip()))
    return rich if end - start == len(text) else part(rich, start, end)
