"""Who is meant by the handles of a draft, from the people book."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.compose.mentions import is_certain
from app.compose.plan import Acquaintance
from app.compose.spans import find_spans, form_of
from app.model.draft import Draft
from app.model.person import Known, Person
from app.people.book import others


def handles_in(draft: Draft) -> frozenset[str]:
    """All handles that *draft* and its lanes mention, lower case, without "@"."""
    texts = [draft.text, *(lane.text for lane in draft.lanes if lane.text is not None)]
    found = {
        text[span.start + 1 : span.end].lower()
        for text in texts
        for span in find_spans(text)
        if span.kind == "mention"
    }
    for target in (draft.reply_to,):
        if target is not None:
            found |= {one.handle.lower() for one in (target.author, *target.mentions)}
    return frozenset(found)


def acquaintances(
    people: Iterable[Person], handles: Iterable[str], *, hosts: Collection[str] = ()
) -> dict[str, Acquaintance]:
    """
    Those of *handles* that the people book knows.

    Args:
        handles: Without "@", lower case.
        hosts: Of one's own servers: a bare name means somebody there, if it is
            only one.
    """
    by_handle = {
        known.profile.handle.lower(): (person, known)
        for person in people
        for known in person.profiles
        if is_certain(known.profile)
    }
    found: dict[str, Acquaintance] = {}
    for handle in handles:
        names = [handle]
        if form_of(handle) == "local":
            names = [f"{handle}@{host.lower()}" for host in hosts]
        meant = {
            by_handle[name][1].profile.uri: by_handle[name] for name in names if name in by_handle
        }
        if len(meant) == 1:
            found[handle] = _acquaintance(*next(iter(meant.values())))
    return found


def _acquaintance(person: Person, known: Known) -> Acquaintance:
    same = tuple((k.network, k.profile, why) for k, why in others(person, known.profile.uri))
    return Acquaintance(profile=known.profile, network=known.network, same=same)
