"""Posts that one person wrote on both networks are one card, and nobody else's ever are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.model import HOME, Account, AccountId, Entry, Post, Profile, ReplyTo
from app.model.person import Known, PersonLink
from app.model.timeline import ALL, Echo
from app.services.accounts import Accounts
from app.services.bridging import Bridging
from app.services.twins import Twins
from app.store import Batch, Store
from tests.posts import ANA, CY, NOW, person, post

LONG = "The godwits left the estuary at dusk, all nine hundred of them, and nobody saw it"
NETWORKS = {ANA: "north", CY: "south"}


def joined(one: str, other: str, why: str = "user") -> PersonLink:
    """The user's word for it, or a bridge's."""
    return PersonLink(
        one=Known("north", person(one)), other=Known("south", person(other)),
        why=why, evidence="You said so.", at=NOW,
    )  # type: ignore[arg-type]  # fmt: skip


class Nobody:
    """A service that knows no origins."""


class Desk(Accounts):
    """Two accounts whose servers need not be asked."""

    def __init__(self) -> None:
        self.asked = Nobody()

    def service(self, account: AccountId) -> object:  # type: ignore[override]
        return self.asked


class Reading:
    """A store that posts come into as they do from servers."""

    def __init__(self, store: Store, links: tuple[PersonLink, ...], own: set[str]) -> None:
        self.store = store
        self.links = links
        self.bridging = Bridging(Desk(), lambda: ())
        self.twins = Twins(store, lambda: self.links, lambda: own)
        self.bridging.join_with(self.twins.find)

    async def read(self, account: AccountId, *posts: Post) -> None:
        """One page."""
        items = tuple(Entry(key=one.uri, sort_at=one.sort_at, post=one) for one in posts)
        keys = await self.bridging.echo_keys(account, items)
        await self.store.save(Batch(account=account, source=HOME, items=items, echo_keys=keys))

    def rows(self) -> list[set[str]]:
        """Which posts stand in each row, in the order of their names."""
        found = self.store.reader.rows(ALL, limit=200)
        rows = [
            {one.entry.post.uri for one in row.sightings} for row in found if isinstance(row, Echo)
        ]
        return sorted(rows, key=min)


@pytest.fixture
async def reading(tmp_path: Path) -> AsyncIterator[Reading]:
    """Teun is known to be two; Ottilie may be, but nobody has said so."""
    store = Store.open(tmp_path / "profile")
    for id, network in NETWORKS.items():
        account = Account(
            id=id, protocol=network, network=network, server="", uri=f"https://{id}", handle=id
        )
        await store.keep(lambda keeper, account=account: keeper.save_account(account))
    yield Reading(store, (joined("teun", "teun-too"),), set())
    store.close()


def here(
    number: int = 1, *, by: str = "teun", ago: float = 10, text: str = LONG, **more: object
) -> Post:
    """On one network."""
    return post(f"https://north.example/{number}", by=by, ago=ago, text=text, **more)


def there(
    number: int = 1, *, by: str = "teun-too", ago: float = 8, text: str = LONG, **more: object
) -> Post:
    """On the other."""
    return post(f"at://{by}/{number}", by=by, ago=ago, text=text, **more)


async def test_twins_are_one_row(reading: Reading) -> None:
    """Whichever was read first; what else they wrote stands alone."""
    other = there(2, text="Toast is data. All of it, every morning, whatever anybody says.", ago=9)
    await reading.read(ANA, here())
    await reading.read(CY, there(), other)

    assert [{there().uri, here().uri}, {other.uri}] == reading.rows()


async def test_the_same_words_of_somebody_else_stay_theirs(reading: Reading) -> None:
    """Impostors copy whole accounts; the names and words alone join nobody."""
    await reading.read(ANA, here(), here(2, by="ottilie"))
    await reading.read(CY, there(by="teun-three"), there(by="ottilie"))

    assert 4 == len(reading.rows())


async def test_twins_of_my_own_are_left_to_the_outbox(reading: Reading) -> None:
    """What I sent as one draft is known without guessing."""
    mine = Reading(reading.store, reading.links, {person("teun").uri, person("teun-too").uri})
    await mine.read(ANA, here())
    await mine.read(CY, there())

    assert 2 == len(mine.rows())


async def test_who_says_it_twice_is_not_guessed_at(reading: Reading) -> None:
    """Deleted and posted anew: either may be meant, so neither is taken."""
    await reading.read(ANA, here(1, ago=12), here(2, ago=10))
    await reading.read(CY, there())

    assert 3 == len(reading.rows())


async def test_a_twin_has_one_twin(reading: Reading) -> None:
    """Said once here and twice there: the first stays with it."""
    await reading.read(ANA, here())
    await reading.read(CY, there(1, ago=9))
    await reading.read(CY, there(2, ago=5))

    assert [{there(1).uri, here().uri}, {there(2).uri}] == reading.rows()


async def test_threads_are_twins_post_by_post(reading: Reading) -> None:
    """An answer is one only where what it answers is; also when all come at once."""
    more = f"{LONG}, and this is the second half of what I have to say about it"
    roots, answers = (
        (here(1), there(1)),
        (
            here(2, text=more, ago=9, reply_to=ReplyTo(uri=here(1).uri)),
            there(2, text=more, ago=7, reply_to=ReplyTo(uri=there(1).uri)),
        ),
    )
    stray = there(3, text=f"{more} again", ago=6, reply_to=ReplyTo(uri="at://elsewhere/1"))
    await reading.read(ANA, answers[0], roots[0])
    await reading.read(CY, stray, answers[1], roots[1])

    expected = [{one.uri, other.uri} for one, other in (roots, answers)]
    assert [*expected, {stray.uri}] == reading.rows()


async def test_a_split_is_remembered(reading: Reading) -> None:
    """However often they are read again."""
    await reading.read(ANA, here())
    await reading.read(CY, there())
    await reading.store.split(there().uri)
    await reading.read(ANA, here())
    await reading.read(CY, there())

    assert [{there().uri}, {here().uri}] == reading.rows()


async def test_who_is_joined_later_is_joined_when_read_again(reading: Reading) -> None:
    """The book changes; what servers tell again is looked at again."""
    links, reading.links = reading.links, ()
    await reading.read(ANA, here())
    await reading.read(CY, there())
    assert 2 == len(reading.rows())
    reading.links = links
    await reading.read(CY, there())

    assert [{there().uri, here().uri}] == reading.rows()


async def test_a_bridged_copy_stands_beside_a_twin(reading: Reading) -> None:
    """The bridge's copy on the same network is no second word of theirs."""
    copy = post("at://bridge/1", by="copy-of-teun", ago=9, text=LONG, bridged_from=here().uri)
    await reading.read(ANA, here())
    items = (Entry(key=copy.uri, sort_at=copy.sort_at, post=copy),)
    keys = {copy.uri: (copy.uri, here().uri)}  # as the bridge's claim was proved
    await reading.store.save(Batch(account=CY, source=HOME, items=items, echo_keys=keys))
    await reading.read(CY, there())

    assert [{copy.uri, there().uri, here().uri}] == reading.rows()


async def test_only_the_users_word_joins_hours_later(reading: Reading) -> None:
    """What a bridge has proved is one person, but not one who posts late."""
    await reading.read(ANA, here(ago=300))
    reading.links = (joined("teun", "teun-too", why="bridge"),)
    await reading.read(CY, there())
    assert 2 == len(reading.rows())
    reading.links = (joined("teun", "teun-too"),)
    await reading.read(CY, there())

    assert [{there().uri, here().uri}] == reading.rows()


async def test_a_name_of_many_is_told_apart_by_its_address(reading: Reading) -> None:
    """Who merely mentions the handle is not the author."""
    about = here(by="ottilie", text=f"{LONG} @teun@teun.example")
    await reading.read(ANA, about)
    same = replace(there(), author=Profile(person("teun-too").uri, "teun@teun.example"))
    await reading.read(CY, same)

    assert 2 == len(reading.rows())


async def test_what_is_kept_is_joined_when_the_user_says_so(reading: Reading) -> None:
    """At once, without another look at any server; what changed is told."""
    links, reading.links = reading.links, ()
    await reading.read(ANA, here(), here(2, by="ottilie"))
    await reading.read(CY, there(), there(2, by="ottilie"))
    assert 4 == len(reading.rows())
    reading.links = links
    ends = {person("teun").uri, person("teun-too").uri}
    saved = await reading.twins.renew(ends)

    assert {there().uri, here().uri} in reading.rows()
    assert 3 == len(reading.rows())
    assert saved is not None and saved.changed and saved.removed
    assert await reading.twins.renew(ends) is None


async def test_a_mistake_is_taken_back_whole(reading: Reading) -> None:
    """Who was taken for one person is parted again, and stays apart; a bridge's copies stay."""
    copy = post("at://bridge/1", by="copy-of-teun", ago=9, text=LONG, bridged_from=here().uri)
    items = (Entry(key=copy.uri, sort_at=copy.sort_at, post=copy),)
    keys = {copy.uri: (copy.uri, here().uri)}
    await reading.read(ANA, here())
    await reading.store.save(Batch(account=CY, source=HOME, items=items, echo_keys=keys))
    await reading.read(CY, there())
    assert 1 == len(reading.rows())
    reading.links = ()
    saved = await reading.twins.renew({person("teun").uri, person("teun-too").uri})
    await reading.read(ANA, here())
    await reading.read(CY, there())

    assert [{copy.uri, here().uri}, {there().uri}] == reading.rows()
    assert saved is not None and saved.changed
    assert {there().uri} == {one.uri for one in reading.store.reader.echo(there().uri)}


async def test_others_of_the_person_stay_when_one_is_parted(reading: Reading) -> None:
    """Only what joined these two goes."""
    await reading.read(ANA, here())
    await reading.read(CY, there())
    await reading.twins.renew({person("ottilie").uri, person("somebody").uri})

    assert [{there().uri, here().uri}] == reading.rows()
