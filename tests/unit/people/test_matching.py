"""Who somebody is elsewhere: never on a name alone, never two different people."""

from __future__ import annotations

import time

import pytest

from app.model.portrait import Field, Portrait
from app.model.profile import Profile
from app.people.book import Evidence
from app.people.matching import Found, judge
from app.people.signs import domains_of, names_in


def at(handle: str, text: str = "", *, name: str = "", **more: object) -> Portrait:
    """Somebody on the network whose handles have a host behind an @."""
    user, host = handle.split("@")
    profile = Profile(f"https://{host}/users/{user}", handle, name, url=f"https://{host}/@{user}")
    return Portrait(profile=profile, text=text, **more)  # type: ignore[arg-type]


def sky(handle: str, text: str = "", *, name: str = "", **more: object) -> Portrait:
    """Somebody on the network whose handles are domains."""
    profile = Profile(
        f"id:sky:{handle.replace('.', '')}0000",
        handle,
        name,
        url=f"https://sky.app/profile/{handle}",
    )
    return Portrait(profile=profile, text=text, own_handle=True, **more)  # type: ignore[arg-type]


def checked(url: str) -> Field:
    return Field("Web", url, url, True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("me: @ana@b.social.", ("ana@b.social",)),
        ("(@Ana.Example.org)", ("ana.example.org",)),
        ("https://sky.app/profile/ana.example", ()),
        ("see b.social/@ana and more", ("ana@b.social",)),
        ("sky.app/profile/ana.example!", ("ana.example",)),
        ("it is id:sky:abcdefgh1234", ("id:sky:abcdefgh1234",)),
        ("write to ana@mail.example", ()),
        ("I work at example.com, and/or e.g. there", ()),
        ("@ana @", ()),
        ("", ()),
    ],
)
def test_only_accounts_are_names(text: str, names: tuple[str, ...]) -> None:
    """Addresses of accounts in every spelling; no e-mail, no bare word with a dot."""
    assert names_in(at("me@home.example", text)) == names


@pytest.mark.parametrize(
    "text", ["@a" * 40_000, "a." * 40_000, "a-" * 40_000, " @a@" * 20_000, "a.b/@" * 16_000]
)
def test_a_hostile_profile_costs_next_to_nothing(text: str) -> None:
    """Whatever its shape: the time grows with its length, and no names come of it."""
    start = time.perf_counter()

    assert len(names_in(at("me@home.example", text))) <= 12
    assert time.perf_counter() - start < 1


def test_links_name_whose_pages_they_are() -> None:
    """Whatever network the page is on; broken ones name nobody."""
    links = (
        "https://sky.app/profile/ana.example",
        "https://b.social/@ana",
        "https://b.social/users/bo/",
        "https://b.social/@ana/12345",
        "https://[",
    )
    found = names_in(at("me@home.example", links=links))

    assert found == ("ana.example", "ana@b.social", "bo@b.social")


@pytest.mark.parametrize(
    ("portrait", "domains"),
    [
        (sky("ana.example"), ("ana.example",)),
        (at("ana@b.social"), ("ana.b.social",)),
        (at("ana@ana.example"), ("ana.example", "ana.ana.example")),
        (
            at("ana@b.social", fields=(checked("https://www.shore.example/"),)),
            ("ana.b.social", "shore.example", "ana.shore.example"),
        ),
        (at("ana@b.social", fields=(checked("https://github.example/ana"),)), ("ana.b.social",)),
        (
            at("ana@b.social", fields=(Field("W", "x", "https://shore.example/"),)),
            ("ana.b.social",),
        ),
        (at("a.na@b.social"), ()),
    ],
)
def test_a_domain_is_proved_for_one_person_only(
    portrait: Portrait, domains: tuple[str, ...]
) -> None:
    """A page below somebody's domain proves that page; a shared host proves nobody."""
    assert domains_of(portrait) == domains


def test_the_same_domain_proved_on_both_sides_is_sure() -> None:
    """And nobody else at that domain is meant."""
    ana = at("ana@b.social", fields=(checked("https://shore.example/"),))
    [found] = judge(ana, [Found(sky("shore.example"))])

    assert found.is_sure
    assert found.evidence[0].kind == "domain"
    assert judge(ana, [Found(sky("ben.shore.example"))]) == ()


def test_each_naming_the_other_is_sure_one_alone_is_not() -> None:
    """Least of all where only the candidate says so: an impostor would."""
    there = sky("ana.example", "I am @ana@b.social")
    [both] = judge(at("ana@b.social", "And @ana.example"), [Found(there)])
    [mine] = judge(at("ana@b.social", "And @ana.example"), [Found(sky("ana.example"))])
    [theirs] = judge(at("ana@b.social"), [Found(there)])

    assert (both.confidence, mine.confidence, theirs.confidence) == (0.95, 0.85, 0.75)
    assert both.is_sure and not mine.is_sure and not theirs.is_sure


def test_of_several_who_are_named_none_is_sure_unless_alike() -> None:
    """Somebody names their band and their love, too."""
    ana = at("ana@b.social", "With @bo.example, and I am @ana.example")
    bo = sky("bo.example", "With @ana@b.social")
    me = sky("ana.example", "I am @ana@b.social")
    first, second = judge(ana, [Found(bo, named=True), Found(me, named=True)])

    # The handle “ana” is too short to count as alike: so nobody is ticked.
    assert not first.is_sure and not second.is_sure
    anna = at("annabel@b.social", "With @bo.example, and I am @annabel.example")
    me = sky("annabel.example", "I am @annabel@b.social")
    bo = sky("bo.example", "With @annabel@b.social")
    first, second = judge(anna, [Found(bo, named=True), Found(me, named=True)])
    assert first.portrait is me and first.is_sure and not second.is_sure


def test_a_name_alone_is_only_a_hint() -> None:
    """However well it fits; and less where two have it."""
    ottilie = at("ottilie@b.social", name="Ottilie Brandvold")
    [one] = judge(ottilie, [Found(sky("ottilie.sky.app", name="Ottilie Brandvold"))])
    both = judge(
        ottilie,
        [
            Found(sky("ottilie.sky.app", name="Ottilie Brandvold")),
            Found(sky("ottilie.elsewhere.app", name="Ottilie Brandvold")),
        ],
    )

    assert one.confidence == 0.35 and not one.is_sure
    assert len(both) == 2 and all(other.confidence < 0.2 for other in both)


@pytest.mark.parametrize("name", ["bo", "admin", "news"])
def test_a_name_that_thousands_have_is_none(name: str) -> None:
    """Not even a hint."""
    assert judge(at(f"{name}@b.social"), [Found(sky(f"{name}.sky.app"))]) == ()


@pytest.mark.parametrize("odd", [{"impostor": True}, {"moved_to": "x:elsewhere"}])
def test_impostors_and_who_has_moved_away_are_nobody(odd: dict[str, object]) -> None:
    """Whatever else speaks for them."""
    there = sky("ana.example", "I am @ana@b.social", **odd)  # type: ignore[arg-type]

    assert judge(at("ana@b.social", "@ana.example"), [Found(there, named=True)]) == ()


def test_what_is_proved_stands_beside_what_is_found() -> None:
    """A bridge's copy is as sure as anything; the original beside it is no rival."""
    copy = Found(sky("ana.bridge.example"), proof=Evidence("bridge", "Checked from both ends."))
    found = judge(at("ana@b.social", "@ana.example"), [copy, copy, Found(sky("ana.example"))])

    assert [one.confidence for one in found] == [1.0, 0.85]


def test_two_who_are_equally_sure_are_not_sure() -> None:
    """Two accounts of one human, or one of them somebody else: the user must say."""
    text = "I am @ana@b.social"
    found = judge(
        at("ana@b.social", "@ana.example @ana.second.example"),
        [Found(sky("ana.example", text)), Found(sky("ana.second.example", text))],
    )

    assert len(found) == 2 and not any(one.is_sure for one in found)
