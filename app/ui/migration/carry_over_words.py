"""Of people who are found on another network, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from app.people.book import PROVES
from app.portability.carry_over_applying import Outcome
from app.portability.carry_over_values import Findings, Match
from app.ui.migration.words import handle_text
from app.ui.moderation.words import isolated
from app.ui.people.sure import sure_text
from app.ui.shell.words import count_text

Section = Literal["sure", "look", "already"]

TITLES: dict[Section, tuple[str, str]] = {
    "sure": ("The same people", "Proved from both sides. Untick whom you do not want to follow."),
    "look": ("Look before you follow", "It may be somebody else. Nobody here is ticked for you."),
    "already": ("You follow them there already", ""),
}
BRIDGES = (
    "Also ask bridges",
    "A bridge copies people to the other network. Asked about somebody, it learns whom you follow.",
)


class Line(Struct, frozen=True, kw_only=True):
    """
    One match as it is shown.

    Attributes:
        key: Which match of the findings.
        why: The evidence, the surest first.
        became: After following: what became of it; *tone* its colour.
    """

    key: int
    match: Match
    section: Section
    sure: str
    why: str
    became: str = ""
    tone: str = "textSecondary"


def section_of(match: Match) -> Section:
    """Where it stands."""
    if match.already:
        return "already"
    return "sure" if match.confidence >= PROVES else "look"


def lines(findings: Findings, outcomes: Sequence[Outcome] = ()) -> tuple[Line, ...]:
    """All matches, in their sections' order."""
    became = {(one.row.source.uri, one.row.target.uri): one for one in outcomes}
    made = []
    for key, match in enumerate(findings.matches):
        done = became.get((match.source.profile.uri, match.target.profile.uri))
        text, tone = _became(done) if done is not None else ("", "textSecondary")
        made.append(
            Line(
                key=key,
                match=match,
                section=section_of(match),
                sure=sure_text(match.confidence),
                why=" ".join(one.text for one in match.evidence),
                became=text,
                tone=tone,
            )
        )
    order = list(TITLES)
    return tuple(sorted(made, key=lambda line: (order.index(line.section), line.key)))


def _became(outcome: Outcome) -> tuple[str, str]:
    return {
        "done": ("Followed", "ok"),
        "requested": ("Asked: they must agree", "textSecondary"),
        "already": ("Followed before", "textSecondary"),
        "failed": (outcome.why, "danger"),
    }[outcome.state]


def who_text(match: Match) -> str:
    """Who, by the name that both go by; both names where they differ."""
    here, there = match.source.profile.shown_name, match.target.profile.shown_name
    if here.casefold() == there.casefold():
        return isolated(here)
    return f"{isolated(here)} → {isolated(there)}"


def ends_text(match: Match) -> str:
    """From which handle to which."""
    return (
        f"{handle_text(match.source.profile.handle)} → {handle_text(match.target.profile.handle)}"
    )


def act(count: int) -> str:
    """The word on the filled button."""
    if not count:
        return "Nobody is ticked"
    return "Follow one" if count == 1 else f"Follow {count_text(count)}"


def found_text(findings: Findings) -> str:
    """What came of the search, in a sentence."""
    people = len({match.source.profile.uri for match in findings.matches})
    all_of_them = people + len(findings.unmatched)
    if not all_of_them:
        return "This account follows nobody."
    text = f"{count_text(people)} of {count_text(all_of_them)} people were found. "
    return f"{text}Nobody is followed until you say so."


def missing_text(findings: Findings, most: int) -> str:
    """Who cannot be reached there."""
    names = [handle_text(known.profile.handle) for known in findings.unmatched]
    shown = ", ".join(names[:most])
    left = len(names) - most
    return shown + (f" and {count_text(left)} more: copy the list to see all." if left > 0 else "")


def done_text(outcomes: Sequence[Outcome], left: int) -> str:
    """What became of all, in a sentence."""
    counts = [
        (sum(one.state == state for one in outcomes), words)
        for state, words in (
            ("done", "followed"),
            ("requested", "asked, who must agree"),
            ("already", "followed before"),
            ("failed", "failed"),
        )
    ]
    if left:
        counts.append((left, "still to do"))
    return ", ".join(f"{count_text(count)} {words}" for count, words in counts if count) + "."


def as_text(findings: Findings, outcomes: Sequence[Outcome] = ()) -> str:
    """All of it, to take along."""
    made = []
    for line in lines(findings, outcomes):
        pair = f"@{line.match.source.profile.handle} → @{line.match.target.profile.handle}"
        made.append(f"{pair}: {line.became or line.sure}. {line.why}")
    made += [f"@{known.profile.handle}: not found" for known in findings.unmatched]
    return "\n".join(made) + "\n"
