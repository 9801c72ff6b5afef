"""What a search for people has found, on its page."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import AccountId
from app.model.person import Known
from app.model.profile import Profile
from app.people.book import Evidence
from app.portability.carry_over_applying import Outcome
from app.portability.carry_over_values import Findings, Match, document_of
from app.portability.plan import Progress
from app.protocols.demo.people import PEOPLE, network_of
from app.ui.migration import carry_over_words as said
from app.ui.migration.carry_over import CarryOverPage, Phase
from app.ui.theme.look import Look
from tests.ui.migration import samples as s

MARKS = {"mastodon": "fediverse", "bluesky": "bluesky"}
ACCOUNTS = (("a", "@juno@saltmarsh.example"), ("b", "juno.example.org"))


def _known(profile: Profile) -> Known:
    return Known(network_of(profile), profile)


def _match(here: str, there: str, *evidence: Evidence, already: bool = False) -> Match:
    return Match(
        source=_known(PEOPLE[here]),
        target=_known(PEOPLE[there]),
        confidence=evidence[0].confidence,
        evidence=evidence,
        already=already,
        follow=evidence[0].confidence >= 0.95 and not already,
    )


FOUND = Findings(
    source=AccountId("a"),
    target=AccountId("b"),
    made_at=s.NOW,
    asked_bridges=True,
    matches=(
        _match(
            "ottilie",
            "ottilie/sky",
            Evidence("domain", "Both have proved that ottilie.example.com is theirs."),
        ),
        _match("kaj", "kaj/sky", Evidence("mutual", "Each profile names the other.")),
        _match(
            "maribel",
            "maribel/sky",
            Evidence(
                "bridge",
                "@maribel.example.net@bridge.example is the copy that Marsh Bridge keeps of "
                "@maribel.example.net; checked from both ends.",
            ),
        ),
        _match(
            "imke",
            "tove/sky",
            Evidence("from_followed", "@imke@deich.example names @tove.example.org."),
        ),
        _match("noura", "wen/sky", Evidence("same_name", "Both handles begin with “noura”.")),
        _match(
            "pim",
            "pim/sky",
            Evidence("domain", "Both have proved that pim.polder.example is theirs."),
            already=True,
        ),
    ),
    unmatched=tuple(_known(PEOPLE[key]) for key in ("teun", "sela", "radio", "yael", "ada")),
)
_ROWS = document_of(FOUND).matches
DONE = (
    Outcome(_ROWS[0], "done"),
    Outcome(_ROWS[1], "requested"),
    Outcome(
        _ROWS[2],
        "failed",
        "At that address is @m.example.net, not @maribel.example.net: look again.",
    ),
)


def page(look: Look, phase: Phase) -> CarryOverPage:
    """The page at one stage."""
    made = CarryOverPage(look, ACCOUNTS, "a", "b", MARKS)
    outcomes = DONE if phase == "over" else ()
    found = FOUND if phase in ("ready", "over") else None
    ticks = frozenset(n for n, one in enumerate(FOUND.matches) if one.follow)
    lines = said.lines(FOUND, outcomes) if found else ()
    made.show_found(found, lines, ticks, {}, open_=phase == "ready")
    if found is not None:
        text = said.done_text(outcomes, 0) if outcomes else said.found_text(found)
        made.say("The same people, elsewhere", text)
    made.show_phase(phase, ("", ""), len(ticks), "")
    made.show_progress(replace(Progress(total=412, unit="people"), done=137, rate=2.0), s.NOW)
    return made
