"""Who is mentioned where: never a stranger."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.compose.acquaintances import acquaintances, handles_in
from app.compose.lanes import plan_lane
from app.compose.plan import Acquaintance, LanePlan, Mapped
from app.model.person import Known, PersonLink
from app.model.profile import Profile
from app.model.text import Span
from app.people.book import people
from tests.unit.compose.rooms import (
    KNOWN,
    LONG,
    NOW,
    OTTILIE,
    OTTILIE_THERE,
    SHORT,
    draft,
    lane,
    target,
)

LIMITS = {"one": LONG, "two": SHORT}


def plan(
    text: str, network: str, more: dict[str, Acquaintance] | None = None, **changes: object
) -> LanePlan:
    settings = {"visibility": changes.pop("visibility", "public")}
    return plan_lane(
        draft(text, **changes),
        lane(**settings),
        network=network,
        limits=LIMITS[network],
        known={**KNOWN, **(more or {})},
    )


def first(made: LanePlan) -> tuple[str, tuple[Span, ...]]:
    return made.posts[0].text.text, made.posts[0].text.spans


def test_somebody_known_on_both_networks_is_mentioned_on_both() -> None:
    """By the name there; why is told."""
    assert first(plan("Hi @ottilie!", "one")) == (
        "Hi @ottilie@saltmarsh.example!",
        (Span(3, 29, "mention", OTTILIE.uri),),
    )
    there = plan("Hi @ottilie!", "two")
    assert first(there) == (
        "Hi @ottilie.example.com!",
        (Span(3, 23, "mention", OTTILIE_THERE.uri),),
    )
    assert there.mentions == (
        Mapped(typed="@ottilie", profile=OTTILIE_THERE, evidence="You linked them."),
    )
    assert there.losses == ()


def test_somebody_unknown_there_is_named_without_the_sign() -> None:
    """And leads to their page where a link may stand behind a name."""
    made = plan("Hi @juno@saltmarsh.example and @who@b.social.", "two")

    assert first(made) == (
        "Hi juno@saltmarsh.example and who@b.social.",
        (Span(3, 25, "link", "https://saltmarsh.example/@juno"),),
    )
    assert made.mentions == (Mapped(typed="@juno@saltmarsh.example"), Mapped(typed="@who@b.social"))
    assert made.losses[0].text == (
        "@juno@saltmarsh.example and @who@b.social are not known on Two; "
        "written without “@”, nobody is told."
    )
    assert made.can_send


def test_a_handle_of_the_other_network_is_no_mention_and_no_link_here() -> None:
    """A domain without its sign would lead somewhere."""
    made = plan("Hi @who.example.com", "one")

    assert first(made) == ("Hi who.example.com", ())


def test_a_name_typed_for_this_network_stays() -> None:
    """The server, or a look-up, says who it is."""
    made = plan("Hi @who@b.social", "one")
    assert first(made) == ("Hi @who@b.social", (Span(3, 16, "mention", ""),))
    assert made.mentions[0].profile == Profile("", "who@b.social")
    local = plan("Hi @who", "one")
    assert first(local) == ("Hi @who", (Span(3, 7, "mention", ""),))
    assert local.facts == ("@who is whoever has that name on this account's own server.",)
    unseen = plan("Hi @who.example.com", "two")
    assert unseen.facts == ("@who.example.com was not looked up on Two: nobody is told.",)


def test_a_local_name_of_nobody_known_is_no_name_elsewhere() -> None:
    """``@who`` means nothing where handles are domains."""
    assert first(plan("Hi @who", "two")) == ("Hi who", ())


def test_a_handle_that_leads_nowhere_is_not_mentioned() -> None:
    """It would be somebody else's."""
    lost = Profile("x:lost", "handle.invalid")
    known = {"a@b.social": Acquaintance(profile=OTTILIE, network="one", same=(("two", lost, "."),))}

    assert first(plan("@a@b.social", "two", known)) == ("a@b.social", ())


# ------------------------------------------------------------------ answers


def test_an_answer_names_whom_it_answers_where_only_names_reach_people() -> None:
    """Those it names already are not named twice."""
    ben = Profile("https://b.social/u/ben", "ben@b.social")
    parent = target("one", "two", mentions=(ben,))
    made = plan("Yes.", "one", reply_to=parent)

    assert first(made)[0] == "@ottilie@saltmarsh.example @ben@b.social Yes."
    assert [span.target for span in first(made)[1]] == [OTTILIE.uri, ben.uri]
    assert first(plan("Yes @ottilie.", "one", reply_to=parent))[0] == (
        "@ben@b.social Yes @ottilie@saltmarsh.example."
    )
    assert first(plan("Yes.", "two", reply_to=parent))[0] == "Yes."


def test_who_answers_oneself_is_not_mentioned() -> None:
    """An account is called by its handle, with a number behind it if it is there twice."""
    value = draft("And.", reply_to=target("one"))
    for me in ("ottilie@saltmarsh.example", "ottilie@saltmarsh.example~2"):
        made = plan_lane(value, lane(me), network="one", limits=LONG)

        assert first(made)[0] == "And."


def test_only_the_first_part_of_an_answer_names_them() -> None:
    """Unless nobody else may see it."""
    parent = target("one")
    thread = plan("Yes.\n---\nNo.", "one", reply_to=parent)
    hidden = plan("Yes @who@b.social.\n---\nNo.", "one", reply_to=parent, visibility="direct")

    assert [post.text.text for post in thread.posts] == ["@ottilie@saltmarsh.example Yes.", "No."]
    assert [post.text.text for post in hidden.posts] == [
        "@ottilie@saltmarsh.example Yes @who@b.social.",
        "@ottilie@saltmarsh.example @who@b.social No.",
    ]
    assert hidden.measures[1].length == len("@ottilie @who No.")


def test_an_answer_to_a_copy_says_whom_it_cannot_name() -> None:
    """The author's name on this network may be known, or not."""
    known = {
        "ottilie.example.com": Acquaintance(
            profile=OTTILIE_THERE, network="two", same=(("one", OTTILIE, "."),)
        )
    }
    parent = target("one", "two", author=OTTILIE_THERE)
    stranger = replace(parent, author=Profile("x:s", "s.example.com"))

    assert (
        first(plan("Yes.", "one", known, reply_to=parent))[0] == "@ottilie@saltmarsh.example Yes."
    )
    made = plan("Yes.", "one", reply_to=stranger)
    assert first(made)[0] == "Yes."
    assert (
        made.losses[0].text
        == "s.example.com is not known on One; the answer does not mention them."
    )


# ------------------------------------------------------------------ from the people book


def linked(one: tuple[str, Profile], other: tuple[str, Profile]) -> PersonLink:
    return PersonLink(
        one=Known(*one), other=Known(*other), why="user", evidence="You linked them.", at=NOW
    )


def test_handles_of_a_draft_are_those_of_all_lanes_and_of_the_answered() -> None:
    """Lower case, without the sign."""
    value = draft("@Ana@B.social", lanes=(lane(text="@ben"), lane("b")), reply_to=target("one"))

    assert handles_in(value) == {"ana@b.social", "ben", "ottilie@saltmarsh.example"}


@pytest.mark.parametrize(
    ("handle", "hosts", "known"),
    [
        ("ottilie@saltmarsh.example", (), True),
        ("ottilie.example.com", (), True),
        ("ottilie", ("saltmarsh.example",), True),
        ("ottilie", ("boatyard.example",), False),
        ("ottilie", (), False),
        ("ottilie@elsewhere.example", (), False),
    ],
)
def test_the_people_book_tells_who_is_meant(
    handle: str, hosts: tuple[str, ...], known: bool
) -> None:
    """By full handle, or by a name on one's own server."""
    book = people([linked(("one", OTTILIE), ("two", OTTILIE_THERE))])
    found = acquaintances(book, [handle], hosts=hosts)

    assert (handle in found) is known
    if known:
        networks = {found[handle].network, *(network for network, _, _ in found[handle].same)}
        assert networks == {"one", "two"}


def test_a_bare_name_that_may_be_two_people_is_nobody() -> None:
    """With two accounts on two servers."""
    other = Profile("https://boatyard.example/u/o", "ottilie@boatyard.example")
    book = people(
        [
            linked(("one", OTTILIE), ("two", OTTILIE_THERE)),
            linked(("one", other), ("two", Profile("x:2", "o2.example.com"))),
        ]
    )

    assert acquaintances(book, ["ottilie"], hosts=("saltmarsh.example", "boatyard.example")) == {}
