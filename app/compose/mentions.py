"""
Who a mention is on each network.

A mention pings somebody. So it is written as one only where it is certain who
that is: typed for that network, or known from the people book or a proven
bridge link to be the same person there. Everybody else is named without "@".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from app.compose.edits import replaced
from app.compose.plan import Acquaintance, Mapped
from app.compose.spans import form_of
from app.model.draft import Target
from app.model.profile import Profile
from app.model.sending import Limits
from app.model.text import RichText, Span

Known = Mapping[str, Acquaintance]


def names_hosts(limits: Limits) -> bool:
    """
    Whether people are ``user@host`` on this network (else their handle is a domain).

    Where they are, an answer reaches those whom it names, and nobody else.
    """
    if limits.handles:
        return limits.handles == "user@host"
    return not limits.mention_hosts


def spans_travel(limits: Limits) -> bool:
    """
    Whether links and mentions are sent beside the text.

    Elsewhere the server looks for them in it, or in the markup that it renders.
    """
    return limits.hidden_links and not limits.markup


def map_mentions(
    rich: RichText, network: str, limits: Limits, known: Known
) -> tuple[RichText, tuple[Mapped, ...]]:
    """
    *rich* as it names people on *network*, and who each mention is there.

    Args:
        known: Typed handle, lower case, without "@" → who it is.
    """
    changes: list[tuple[int, int, RichText]] = []
    mapped: dict[str, Mapped] = {}
    found: dict[str, tuple[Mapped, RichText]] = {}
    for span in rich.spans:
        if span.kind != "mention":
            continue
        typed = rich.text[span.start : span.end]
        if typed not in found:
            found[typed] = _mapped(typed, network, limits, known)
        one, instead = found[typed]
        changes.append((span.start, span.end, instead))
        mapped.setdefault(typed.lower(), one)
    if len(changes) == len(rich.spans) and all(
        one.text == typed for typed, (_, one) in found.items()
    ):
        # Nobody is called otherwise here: only who they are is new.
        spans = (Span(at, end, "mention", one.spans[0].target) for at, end, one in changes)
        return RichText(rich.text, tuple(spans)), tuple(mapped.values())
    return replaced(rich, changes), tuple(mapped.values())


def _mapped(typed: str, network: str, limits: Limits, known: Known) -> tuple[Mapped, RichText]:
    handle = typed.removeprefix("@")
    person = known.get(handle.lower())
    if person is None:
        if _is_of(handle, limits):
            return Mapped(typed=typed, profile=Profile("", handle)), _named(typed, "")
        return Mapped(typed=typed), _unnamed(handle, "", limits)
    here, evidence = counterpart(person, network)
    if here is None:
        return Mapped(typed=typed), _unnamed(handle, person.profile.url, limits)
    return Mapped(typed=typed, profile=here, evidence=evidence), _named(f"@{here.handle}", here.uri)


def counterpart(person: Acquaintance, network: str) -> tuple[Profile | None, str]:
    """Who *person* is on *network*, and why that is believed; None: not known."""
    if person.network == network and is_certain(person.profile):
        return person.profile, ""
    there = (
        (profile, why)
        for place, profile, why in person.same
        if place == network and is_certain(profile)
    )
    return next(there, (None, ""))


def is_certain(profile: Profile) -> bool:
    """Whether its handle leads to it."""
    return profile.handle != "handle.invalid"


def _is_of(handle: str, limits: Limits) -> bool:
    """Whether *handle* has the form of the network's own."""
    return (form_of(handle) != "domain") == names_hosts(limits)


def _named(text: str, uri: str) -> RichText:
    return RichText(text, (Span(0, len(text), "mention", uri),))


def _unnamed(handle: str, url: str, limits: Limits) -> RichText:
    """The name without "@": pings nobody, but may lead to the person's page."""
    if spans_travel(limits) and urlsplit(url).scheme in ("http", "https"):
        return RichText(handle, (Span(0, len(handle), "link", url),))
    return RichText(handle)


def answered(
    target: Target, rich: RichText, network: str, limits: Limits, known: Known, me: str = ""
) -> tuple[RichText, tuple[str, ...]]:
    """
    The mentions that an answer must begin with to reach whom it answers.

    Args:
        me: Handle of who answers: one does not mention oneself.

    Returns:
        ``@a@host @b@host `` without those whom *rich* names already, empty
        where answers reach people anyway; and the handles of those whose name
        on *network* is not known.
    """
    if not names_hosts(limits):
        return RichText(), ()
    named = {_plain(rich.text[s.start : s.end]) for s in rich.spans if s.kind == "mention"}
    lead: list[Profile] = []
    missing: list[str] = []
    for profile in _once((target.author, *target.mentions)):
        here = profile if _is_of(profile.handle, limits) else _elsewhere(profile, network, known)
        if here is None:
            missing.append(profile.handle)
        elif _plain(here.handle) not in (*named, _plain(me)):
            lead.append(here)
    return leading(lead), tuple(missing)


def leading(people: Sequence[Profile]) -> RichText:
    """``@a@host @b@host ``: mentions in front of a text."""
    text, spans = "", []
    for profile in people:
        start = len(text)
        text += f"@{profile.handle} "
        spans.append(Span(start, len(text) - 1, "mention", profile.uri))
    return RichText(text, tuple(spans))


def _elsewhere(profile: Profile, network: str, known: Known) -> Profile | None:
    person = known.get(profile.handle.lower())
    return counterpart(person, network)[0] if person is not None else None


def _once(people: Sequence[Profile]) -> list[Profile]:
    return list({profile.uri or profile.handle: profile for profile in people}.values())


def _plain(handle: str) -> str:
    return handle.removeprefix("@").lower()
