"""The people book: suggestions with evidence, confirmed, rejected, parted; searched."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from app.model import AccountId
from app.model.errors import NotFound, Unreachable
from app.model.person import Known
from app.model.portrait import Portrait
from app.people.book import Evidence
from app.people.suggesting import MOST_FOLLOWED, Suggested
from app.portability.carry_over_search import Searching
from app.portability.people_looking import looked_for
from app.protocols import demo
from app.protocols.demo import portraits
from app.protocols.demo.people import PEOPLE
from app.protocols.owning import Pause, no_pause
from app.services.clock import SystemClock
from app.services.house import House
from app.services.options import Options
from app.services.people_book import PeopleBook
from app.wiring import Wiring

KAJ, KAJ_SKY = PEOPLE["kaj"], PEOPLE["kaj/sky"]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo."""
    async with Wiring().house(Options(demo=True)) as made:
        yield made


def book_of(house: House, *found: Suggested, error: Exception | None = None) -> PeopleBook:
    """A book whose search finds these, and may fail then."""

    async def looks(
        source: AccountId, target: AccountId
    ) -> AsyncIterator[Suggested | tuple[int, int]]:
        yield (0, 2)
        for one in found:
            yield one
        if error is not None:
            raise error

    return PeopleBook(house.store, house.accounts, house.people, house.options, looks)


def suggested(one: str, other: str, confidence: float = 0.95) -> Suggested:
    """Two people of the demo."""
    return Suggested(
        one=Known("mastodon", PEOPLE[one]),
        other=Known("bluesky", PEOPLE[other]),
        confidence=confidence,
        evidence=(Evidence("mutual", "Each profile names the other."),),
    )


async def test_of_half_a_million_the_newest_are_looked_for_and_that_is_said(house: House) -> None:
    """Memory and requests stay what they are for some thousands."""
    made = portraits.portrait_of(PEOPLE["kaj"])
    told: list[int] = []

    class Popular:
        """Follows half a million; counts how many of them were wanted."""

        wanted = 0

        async def followed_portraits(self, pause: Pause = no_pause) -> AsyncIterator[Portrait]:
            for number in range(500_000):
                self.wanted += 1
                handle = f"p{number}@far.example"
                profile = replace(made.profile, uri=f"https://far.example/{number}", handle=handle)
                yield Portrait(profile=profile)

        async def portrait(self, address: str) -> Portrait:
            raise NotFound("Nobody.")

        async def search_portraits(self, words: str, limit: int = 3) -> tuple[Portrait, ...]:
            return ()

    class Nothing:
        """Forgets."""

        def get(self, *_: object) -> None:
            return None

        def put(self, *_: object) -> None:
            return None

    mine, ends = Popular(), [house.accounts.find(one) for one in (demo.JUNO, demo.SKY)]
    search = Searching(
        (ends[0], mine),
        (ends[1], Popular()),
        house.people,
        SystemClock(),
        Nothing(),  # type: ignore[arg-type]
        no_pause,
        bridges=False,
    )
    found = await search.run(lambda progress: told.append(progress.done), 200)
    assert (mine.wanted, told[-1], len(found.unmatched)) == (200, 200, 200)

    async def looks(
        source: AccountId, target: AccountId
    ) -> AsyncIterator[Suggested | tuple[int, int]]:
        yield (MOST_FOLLOWED, MOST_FOLLOWED)

    book = PeopleBook(house.store, house.accounts, house.people, house.options, looks)
    assert book.among == ""
    await book.look()
    assert "newest 5" in book.among


async def test_suggestions_are_kept_and_believed_only_when_confirmed(house: House) -> None:
    """The surest first; a name alone suggests nothing; another program finds them again."""
    book = book_of(
        house,
        suggested("pim", "pim/sky", 0.85),
        suggested("kaj", "kaj/sky"),
        suggested("imke", "tove/sky", 0.35),
    )
    new = await book.look()
    again = book_of(house)

    assert new == 2
    assert [one.one.profile for one in again.suggestions()] == [KAJ, PEOPLE["pim"]]
    assert again.people() == ()
    await again.same(again.suggestions()[0])
    assert [one.one.profile for one in again.suggestions()] == [PEOPLE["pim"]]
    [person] = again.people()
    assert person.links[0].evidence == "You said so. Each profile names the other."


async def test_what_was_rejected_is_not_suggested_again(house: House) -> None:
    """Whichever way round it is found; until that is taken back."""
    book = book_of(house, suggested("kaj", "kaj/sky"))
    await book.look()
    await book.reject(KAJ_SKY.uri, KAJ.uri)
    assert book.suggestions() == ()
    assert await book.look() == 0
    assert book.suggestions() == ()
    await book.reconsider(KAJ.uri, KAJ_SKY.uri)
    assert len(book.suggestions()) == 1


async def test_whoever_was_parted_is_not_suggested_again(house: House) -> None:
    """All links go, both ways."""
    book = book_of(house, suggested("kaj", "kaj/sky"))
    await book.look()
    await book.same(book.suggestions()[0])
    await book.part(book.people()[0])

    assert book.people() == () and book.suggestions() == ()


async def test_what_was_found_before_a_server_stops_is_kept(house: House) -> None:
    """The error is told."""
    book = book_of(house, suggested("kaj", "kaj/sky"), error=Unreachable("Gone.", ""))
    with pytest.raises(Unreachable):
        await book.look()

    assert len(book.suggestions()) == 1


async def test_the_book_is_searched_by_any_name(house: House) -> None:
    """Of people in it, and of suggestions."""
    book = book_of(house, suggested("kaj", "kaj/sky"), suggested("pim", "pim/sky"))
    await book.look()
    await book.same(book.find("@pim@polder.example", "pim.polder.example"))

    assert len(book.people("polder")) == 1 and book.people("kaj") == ()
    assert len(book.suggestions("WHITCOMBE")) == 1 and book.suggestions("pim") == ()
    with pytest.raises(NotFound):
        book.find("kaj@quiet.example", "tove.example.org")


async def test_those_whom_one_follows_are_found_with_evidence(house: House) -> None:
    """As carrying over finds them; how far it is, is told; only proofs come into the book."""
    from app.wiring.owning import belongings

    own = belongings(house, "a test")
    book = PeopleBook(
        house.store,
        house.accounts,
        house.people,
        house.options,
        lambda source, target: looked_for(own.carry_over, source, target),
    )
    told: list[tuple[int, int]] = []
    await book.look(lambda done, total: told.append((done, total)))

    assert any(one.key == tuple(sorted((KAJ.uri, KAJ_SKY.uri))) for one in book.suggestions())
    assert all(one.confidence >= 0.7 and one.evidence for one in book.suggestions())
    assert told and told[-1][0] == told[-1][1]
    assert {link.why for person in book.people() for link in person.links} <= {"bridge"}
    assert (demo.JUNO, demo.SKY) in book.ways() and book.can_look
