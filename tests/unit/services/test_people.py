"""The people book: joined by the user or proved from both ends, and used to name people."""

from __future__ import annotations

import asyncio

import pytest

from app.model.errors import BadInput, NotFound, Unreachable
from app.people.bridges import Bridge, Way
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.services.people import BRIDGES, People
from tests.unit.services.shore import Shore, restarted


async def test_the_user_joins_two_profiles(shore: Shore) -> None:
    """By handle or page; they are one person then, also after the next start."""
    person = await shore.people.link("@teun@polder.example", PEOPLE["kaj/sky"].handle)

    assert {k.profile for k in person.profiles} == {PEOPLE["teun"], PEOPLE["kaj/sky"]}
    assert [link.why for link in person.links] == ["user"]
    later = restarted(shore)
    assert later.people.all() == (person,)
    shore.store = later.store


async def test_links_are_forgotten(shore: Shore) -> None:
    """One by its two ends, all of somebody, or nothing that is not there."""
    await shore.people.link("teun@polder.example", "pim@polder.example")
    await shore.people.link("teun@polder.example", PEOPLE["pim/sky"].handle)

    assert len(await shore.people.unlink("pim@polder.example", "teun@polder.example")) == 1
    assert len(await shore.people.unlink("@teun@polder.example")) == 1
    assert shore.people.all() == ()
    with pytest.raises(NotFound):
        await shore.people.unlink("teun@polder.example")


@pytest.mark.parametrize(
    ("one", "other", "error"),
    [
        ("teun@polder.example", "https://polder.example/@teun", BadInput),
        ("teun@polder.example", "nobody.example", NotFound),
        ("", "teun@polder.example", NotFound),
    ],
)
async def test_what_cannot_be_joined(
    shore: Shore, one: str, other: str, error: type[Exception]
) -> None:
    """The same profile twice, nobody, nothing."""
    with pytest.raises(error):
        await shore.people.link(one, other)

    assert shore.people.all() == ()


@pytest.mark.parametrize(
    ("who", "there"),
    [
        ("maribel.example.net", "maribel"),
        ("maribel.example.net@bridge.example", "maribel/sky"),
        ("ottilie@saltmarsh.example", "ottilie/sky"),
    ],
)
async def test_a_bridges_link_is_proved_from_either_end(shore: Shore, who: str, there: str) -> None:
    """It comes into the book, with its evidence."""
    status = await shore.people.bridge_status(who)

    [link] = [checked.link for checked in status.bridges if checked.link]
    assert PEOPLE[there] in (link.one.profile, link.other.profile)
    assert "checked from both ends" in link.evidence
    [person] = shore.people.all()
    assert len(person.profiles) == 2


async def test_who_is_not_bridged_is_told_so(shore: Shore) -> None:
    """And nothing comes into the book."""
    status = await shore.people.bridge_status("teun@polder.example")

    assert [checked.link for checked in status.bridges] == [None]
    assert "no copy" in status.bridges[0].text
    assert shore.people.all() == ()


async def test_a_bridge_that_does_not_keep_the_copy_proves_nothing(shore: Shore) -> None:
    """Anybody may call themselves like a copy."""
    impostor = Bridge(
        "Impostor",
        frozenset({"elsewhere.example"}),
        ways=(Way("bluesky", "mastodon", "{handle}@bridge.example"),),
    )
    book = People(shore.store, shore.accounts, lambda: (impostor,), shore.clock)

    status = await book.bridge_status("maribel.example.net")

    assert status.bridges[0].link is None
    assert "could not be proved" in status.bridges[0].text


async def test_without_an_account_there_a_bridge_cannot_be_asked(shore: Shore) -> None:
    """It says so."""
    await shore.accounts.remove(demo.SKY)

    status = await shore.people.bridge_status("ottilie@saltmarsh.example")

    assert "no account on the other network" in status.bridges[0].text


async def test_what_the_user_said_is_not_replaced_by_a_bridge(shore: Shore) -> None:
    """The bridge's word comes beside it, never over it."""
    await shore.people.link("maribel.example.net", "maribel.example.net@bridge.example")

    await shore.people.bridge_status("maribel.example.net")

    [person] = shore.people.all()
    assert [link.why for link in person.links] == ["user"]


async def test_mentions_are_mapped_through_the_book_and_bridges(shore: Shore) -> None:
    """From the book at once; else looked up; whom nobody knows is left out, and not asked again."""
    await shore.people.link("teun@polder.example", "kaj.birds.example")
    assert set(shore.people.known(["teun@polder.example", "bo@fjord.example"])) == {
        "teun@polder.example"
    }

    found = await shore.people.acquaintances(
        ["teun@polder.example", "maribel.example.net", "bo@fjord.example", "nobody.example"]
    )

    assert set(found) == {"teun@polder.example", "maribel.example.net", "bo@fjord.example"}
    assert found["teun@polder.example"].same[0][1] == PEOPLE["kaj/sky"]
    assert found["maribel.example.net"].same[0][:2] == ("mastodon", PEOPLE["maribel"])
    assert found["bo@fjord.example"].same == ()

    shore.faults(demo.JUNO).hold = shore.faults(demo.SKY).hold = asyncio.Event()
    async with asyncio.timeout(5):
        again = await shore.people.acquaintances(["nobody.example"])
    assert again == {}


async def test_bridges_are_left_alone_when_one_says_so(shore: Shore) -> None:
    """Somebody who is mentioned is found on their own network only."""
    await shore.store.keep(lambda keeper: keeper.set_setting(BRIDGES, False))

    found = await shore.people.acquaintances(["maribel.example.net"])

    assert found["maribel.example.net"].same == ()
    assert shore.people.all() == ()


async def test_names_are_completed_from_what_was_read(shore: Shore) -> None:
    """By handle or name, on the draft's networks; without a network, too."""
    for account in (demo.JUNO, demo.SKY, demo.KIEL):
        shore.faults(account).offline = True

    both = await shore.people.suggest("otti", [demo.JUNO, demo.SKY])
    sky = await shore.people.suggest("@otti", [demo.SKY])
    name = await shore.people.suggest("Haver", [demo.JUNO])

    assert {one.profile for one in both} == {PEOPLE["ottilie"], PEOPLE["ottilie/sky"]}
    assert [one.profile for one in sky] == [PEOPLE["ottilie/sky"]]
    assert [one.profile for one in name] == [PEOPLE["teun"]]
    assert await shore.people.suggest("", [demo.JUNO]) == ()


async def test_servers_complete_names_that_were_never_read(shore: Shore) -> None:
    """Whom no timeline has shown."""
    found = await shore.people.suggest("Lar", [demo.JUNO])
    strangers = await shore.people.suggest("yael", [demo.JUNO])

    assert found == ()
    assert [one.profile for one in strangers] == [PEOPLE["yael"]]


async def test_one_human_is_suggested_once(shore: Shore) -> None:
    """With all networks that they are on."""
    await shore.people.bridge_status("ottilie@saltmarsh.example")

    [one] = await shore.people.suggest("ottilie", [demo.JUNO, demo.SKY])

    assert set(one.networks) == {"mastodon", "bluesky"}


async def test_offline_the_book_is_there_and_nobody_is_asked(shore: Shore) -> None:
    """What is in it is found; others cannot be looked up."""
    await shore.people.link("teun@polder.example", "kaj.birds.example")
    later = restarted(shore, offline=True)

    found = await later.people.acquaintances(["teun@polder.example", "bo@fjord.example"])

    assert set(found) == {"teun@polder.example"}
    with pytest.raises(Unreachable):
        await later.people.bridge_status("bo@fjord.example")
    shore.store = later.store
