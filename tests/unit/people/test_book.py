"""Who is one human, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest
from msgspec.structs import replace

from app.model.person import Known, PersonLink
from app.model.profile import Profile
from app.people.book import PROVES, Claim, Evidence, Signs, is_bridged, others, people, weigh
from app.people.bridges import Bridge

NOW = datetime(2026, 9, 1, tzinfo=UTC)
BRIDGES = (Bridge("Bridge", frozenset({"bridge.example"}), frozenset({"keeps.bridge.example"})),)


def known(name: str, network: str = "one") -> Known:
    return Known(network, Profile(f"x:{name}", f"{name}.example"))


def link(one: str, other: str, why: Literal["user", "bridge"] = "user") -> PersonLink:
    return PersonLink(
        one=known(one), other=known(other, "two"), why=why, evidence=f"{one}-{other}.", at=NOW
    )


# ------------------------------------------------------------------ bridges


ORIGINAL = Claim(uri="https://b.social/u/ana", server="https://b.social")
COPY = Claim(uri="x:copy", also=("https://b.social/u/ana",), server="https://keeps.bridge.example")


def test_a_bridges_copy_is_believed_from_both_ends() -> None:
    """It is kept there and names its original; and the bridge gives it for that."""
    assert is_bridged(COPY, ORIGINAL, "x:copy", BRIDGES)


@pytest.mark.parametrize(
    ("copy", "original", "found"),
    [
        (replace(COPY, server="https://elsewhere.example"), ORIGINAL, "x:copy"),
        (replace(COPY, server="http://keeps.bridge.example"), ORIGINAL, "x:copy"),
        (replace(COPY, server="https://keeps.bridge.example:444"), ORIGINAL, "x:copy"),
        (replace(COPY, server="https://keeps.bridge.example.evil.example"), ORIGINAL, "x:copy"),
        (replace(COPY, server="https://["), ORIGINAL, "x:copy"),
        (replace(COPY, also=()), ORIGINAL, "x:copy"),
        (replace(COPY, also=("https://b.social/u/ben",)), ORIGINAL, "x:copy"),
        (COPY, replace(ORIGINAL, server="https://bridge.example"), "x:copy"),
        (COPY, ORIGINAL, "x:other"),
        (COPY, ORIGINAL, ""),
    ],
)
def test_half_a_proof_is_none(copy: Claim, original: Claim, found: str) -> None:
    """Kept elsewhere, naming nobody or somebody else, unknown to the bridge."""
    assert not is_bridged(copy, original, found, BRIDGES)


# ------------------------------------------------------------------ evidence


ANA = Profile("https://b.social/u/ana", "ana@b.social", "Ana", url="https://b.social/@ana")
THERE = Profile(
    "x:ana", "ana.example.com", "Ana", url="https://app.example/profile/ana.example.com"
)


def kinds(found: tuple[Evidence, ...]) -> list[str]:
    return [one.kind for one in found]


def test_profiles_that_name_each_other_are_nearly_proved() -> None:
    """However the address is written."""
    mine = Signs(profile=ANA, names=frozenset({"http://WWW.app.example/profile/ana.example.com/"}))
    candidate = Signs(profile=THERE, names=frozenset({"@ana@b.social"}))
    found = weigh(mine, candidate)

    assert kinds(found)[0] == "mutual"
    assert found[0].confidence >= PROVES


def test_one_that_only_names_somebody_may_be_an_impostor() -> None:
    """Named by whom one knows is worth more."""
    naming = frozenset({ANA.uri})
    claims = weigh(Signs(profile=ANA), Signs(profile=THERE, names=naming))
    named = weigh(Signs(profile=ANA, names=frozenset({"x:ana"})), Signs(profile=THERE))

    assert kinds(claims)[0] == "from_candidate"
    assert "anybody could do that" in claims[0].text
    assert kinds(named)[0] == "from_followed"
    assert claims[0].confidence < named[0].confidence < PROVES


def test_a_domain_proved_by_both_is_a_proof() -> None:
    """The surest comes first."""
    domain = frozenset({"ana.example"})
    found = weigh(Signs(profile=ANA, domains=domain), Signs(profile=THERE, domains=domain))

    assert kinds(found) == ["domain", "same_name", "same_shown_name"]
    assert found[0].confidence >= PROVES


def test_names_and_pictures_are_hints_only() -> None:
    """Alone they never prove."""
    found = weigh(Signs(profile=ANA), Signs(profile=THERE), likeness=0.8)

    assert kinds(found) == ["lookalike", "same_name", "same_shown_name"]
    assert all(one.confidence < PROVES for one in found)
    assert weigh(Signs(profile=ANA), Signs(profile=Profile("x:b", "ben.example", "Ben"))) == ()
    assert (
        weigh(Signs(profile=replace(ANA, name="")), Signs(profile=Profile("x:b", "b.example")))
        == ()
    )


# ------------------------------------------------------------------ people


def test_links_join_profiles_to_people() -> None:
    """Over several links; in the order of the book."""
    found = people([link("a", "b"), link("c", "d"), link("b", "e")])

    assert [[one.profile.uri for one in person.profiles] for person in found] == [
        ["x:a", "x:b", "x:e"],
        ["x:c", "x:d"],
    ]
    assert [len(person.links) for person in found] == [2, 1]
    assert people([]) == ()


def test_the_others_are_told_with_why() -> None:
    """What the user said first; a chain tells all its reasons."""
    (person,) = people([link("a", "b", "bridge"), link("a", "c"), link("b", "d")])

    assert [(one.profile.uri, why) for one, why in others(person, "x:a")] == [
        ("x:c", "a-c."),
        ("x:b", "a-b."),
        ("x:d", "a-b. b-d."),
    ]
    assert others(person, "x:unknown") == ()


def test_links_in_a_circle_end() -> None:
    """Everybody once."""
    (person,) = people([link("a", "b"), link("b", "c"), link("c", "a")])

    assert len(person.profiles) == 3
    assert len(others(person, "x:b")) == 2


def test_a_large_book_is_read_quickly() -> None:
    """Ten thousand links."""
    found = people(link(f"a{n}", f"b{n}") for n in range(10_000))

    assert len(found) == 10_000
