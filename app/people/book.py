"""
The people book: which profiles are one human, and why that is believed.

The user says so, or a bridge's link is checked from both ends: nothing else
joins profiles. Everything weaker is evidence, to be shown and confirmed.
Source: facts D3.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from app.model.person import Known, Person, PersonLink
from app.model.profile import Profile
from app.people.bridges import Bridge, web_host

EvidenceKind = Literal[
    "user", "bridge", "domain", "mutual", "from_followed", "from_candidate",
    "lookalike", "same_name", "same_shown_name",
]  # fmt: skip

CONFIDENCE: dict[EvidenceKind, float] = {
    "user": 1.0,
    "bridge": 1.0,
    "domain": 0.98,
    "mutual": 0.95,
    "from_followed": 0.85,
    "from_candidate": 0.75,
    "lookalike": 0.55,
    "same_name": 0.35,
    "same_shown_name": 0.20,
}
"""How sure each kind is; ``from_candidate`` may be an impostor's doing."""

PROVES = 0.95
"""From here on it may be ticked beforehand; below it is only a hint."""

_ALIKE = 0.6


class Evidence(Struct, frozen=True):
    """Why two profiles may be one human. *text*: one sentence for people."""

    kind: EvidenceKind
    text: str

    @property
    def confidence(self) -> float:
        """0…1."""
        return CONFIDENCE[self.kind]


class Signs(Struct, frozen=True, kw_only=True):
    """
    What a profile says, and what a server has checked of it.

    Attributes:
        names: Addresses and handles that its text, fields and website name.
        domains: Domains that are proved to be its own (handle that resolves to
            it, verified field).
    """

    profile: Profile
    names: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


class Claim(Struct, frozen=True, kw_only=True):
    """
    What the document behind a profile says.

    Attributes:
        uri: The profile's.
        also: Other identities that it names.
        server: Origin that keeps it, ``https://host``.
    """

    uri: str
    also: tuple[str, ...] = ()
    server: str = ""


def is_bridged(copy: Claim, original: Claim, found: str, bridges: Iterable[Bridge]) -> bool:
    """
    Is *copy* the bridge's copy of *original*, seen from both ends?

    From the copy: it is kept at a bridge and names the original. From the
    original: it is kept elsewhere, and the bridge, asked for it, gives *found*,
    which must be the copy; a document that anybody could write proves nothing.

    Args:
        found: URI that the bridge gives for *original*, "" = none.
    """
    houses = tuple(bridges)
    if not (_is_kept_at(copy, houses) and not _is_kept_at(original, houses)):
        return False
    names = {_plain(name) for name in copy.also}
    return _plain(original.uri) in names and bool(found) and _plain(found) == _plain(copy.uri)


def _is_kept_at(claim: Claim, bridges: Sequence[Bridge]) -> bool:
    hosts = {web_host(claim.server), web_host(claim.uri)} - {""}
    return any(hosts & (bridge.hosts | bridge.servers) for bridge in bridges)


# ------------------------------------------------------------------ evidence


def weigh(mine: Signs, candidate: Signs, *, likeness: float = 0.0) -> tuple[Evidence, ...]:
    """
    What speaks for *candidate* being the same human as *mine*, the surest first.

    Args:
        mine: Whom the user knows already (follows, mentions).
        likeness: Of the two pictures, 0…1.
    """
    a, b = mine.profile, candidate.profile
    found: list[Evidence] = []
    if shared := sorted(mine.domains & candidate.domains):
        found.append(Evidence("domain", f"Both have proved that {shared[0]} is theirs."))
    there, back = _is_named(b, mine.names), _is_named(a, candidate.names)
    if there and back:
        found.append(Evidence("mutual", "Each profile names the other."))
    elif there:
        found.append(Evidence("from_followed", f"@{a.handle} names @{b.handle}."))
    elif back:
        found.append(
            Evidence("from_candidate", f"@{b.handle} names @{a.handle}; anybody could do that.")
        )
    same_shown = bool(a.name.strip()) and a.name.strip().casefold() == b.name.strip().casefold()
    if same_shown and likeness >= _ALIKE:
        found.append(Evidence("lookalike", "The same name and a similar picture."))
    if _first(a.handle) == _first(b.handle):
        found.append(Evidence("same_name", f"Both handles begin with “{_first(a.handle)}”."))
    if same_shown:
        found.append(Evidence("same_shown_name", f"Both are called “{a.name.strip()}”."))
    return tuple(sorted(found, key=lambda one: -one.confidence))


def _is_named(profile: Profile, names: Iterable[str]) -> bool:
    mine = {_plain(name) for name in (profile.uri, profile.url, profile.handle) if name}
    return not mine.isdisjoint(map(_plain, names))


def _plain(address: str) -> str:
    """The same for all ways to write an address or a handle."""
    plain = address.strip().lower().removeprefix("https://").removeprefix("http://")
    return plain.removeprefix("www.").removeprefix("@").rstrip("/")


def _first(handle: str) -> str:
    return handle.lower().split("@")[0].split(".")[0].replace("_", "").replace("-", "")


# ------------------------------------------------------------------ people


def first_profiles(links: Iterable[PersonLink]) -> dict[str, str]:
    """URI of each profile in the book → that of the same human's first one."""
    return {
        known.profile.uri: person.profiles[0].profile.uri
        for person in people(links)
        for known in person.profiles
    }


def people(links: Iterable[PersonLink]) -> tuple[Person, ...]:
    """Everybody whom *links* join, in the order in which they came into the book."""
    kept = tuple(links)
    near = _neighbours(kept)
    by_uri: dict[str, list[int]] = {}
    for number, link in enumerate(kept):
        for end in (link.one, link.other):
            by_uri.setdefault(end.profile.uri, []).append(number)
    found: list[Person] = []
    seen: set[str] = set()
    for link in kept:
        if link.one.profile.uri in seen:
            continue
        uris = {known.profile.uri for known, _ in _reached(link.one, near)}
        seen |= uris
        own = tuple(kept[n] for n in sorted({n for uri in uris for n in by_uri[uri]}))
        ends = [end for one in own for end in (one.one, one.other)]
        newest = {end.profile.uri: end for end in ends}
        found.append(Person(tuple(newest.values()), own))
    return tuple(found)


def others(person: Person, uri: str) -> tuple[tuple[Known, str], ...]:
    """
    The person's other profiles, seen from the one at *uri*, each with why.

    What the user said comes before what a bridge says, near before far.
    """
    start = next((known for known in person.profiles if known.profile.uri == uri), None)
    if start is None:
        return ()
    reached = _reached(start, _neighbours(person.links))
    by_uri = {known.profile.uri: known for known in person.profiles}
    return tuple((by_uri[known.profile.uri], why) for known, why in reached[1:])


Neighbours = dict[str, list[tuple[Known, PersonLink]]]


def _neighbours(links: Sequence[PersonLink]) -> Neighbours:
    near: Neighbours = {}
    for link in sorted(links, key=lambda one: one.why != "user"):
        near.setdefault(link.one.profile.uri, []).append((link.other, link))
        near.setdefault(link.other.profile.uri, []).append((link.one, link))
    return near


def _reached(start: Known, near: Neighbours) -> list[tuple[Known, str]]:
    """All profiles that links lead to from *start*, which comes first."""
    reached: list[tuple[Known, str]] = [(start, "")]
    seen = {start.profile.uri}
    waiting = deque(reached)
    while waiting:
        known, why = waiting.popleft()
        for other, link in near.get(known.profile.uri, ()):
            if other.profile.uri in seen:
                continue
            seen.add(other.profile.uri)
            reason = f"{why} {link.evidence}" if why else link.evidence
            reached.append((other, reason))
            waiting.append((other, reason))
    return reached
