"""What moderation hides can be let in, one cause at a time, while a timeline is open."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import Advisory, Entry, ViewerState
from tests.unit.services.conftest import Home
from tests.unit.services.servers import entry
from tests.unit.services.test_open_timeline import Mirror, numbers, opened, settled
from tests.waiting import until


def hidden(number: int, word: str) -> Entry:
    """A post that a server's filter hides."""
    hides = Advisory(kind="filter", text=word, source="a.example", action="hide")
    return replace(entry(number), viewer=ViewerState(filtered=(hides,)))


async def test_one_cause_is_let_in_at_its_place_and_the_other_stays_out(home: Home) -> None:
    """Its rows come in where they belong; the reader is taken to the next one below."""
    words = {7: "derby", 12: "opera", 20: "derby"}
    home.server.write(*(hidden(n, words[n]) if n in words else entry(n) for n in range(30)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        mirror = Mirror(source)
        for index in range(len(source)):
            source.row(index)
        await until(lambda: source.header.hidden.count == 3)
        source.set_position(source.key(15), 0)
        derby = next(why for why in source.header.hidden.by if "derby" in why)

        source.show_hidden(derby)
        await settled(home, source)

        assert [n for n in numbers(source) if n in words] == [20, 7]
        assert mirror.keys == sorted(mirror.keys, reverse=True)
        assert source.header.hidden.count == 1
        assert source.position is not None
        index = source.index_of(source.position[0])
        assert index is not None
        assert numbers(source)[index] == 7


async def test_it_is_hidden_again_when_the_timeline_is_opened_again(home: Home) -> None:
    """To look once changes no rule."""
    home.server.write(*(hidden(n, "derby") if n == 7 else entry(n) for n in range(30)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        for index in range(len(source)):
            source.row(index)
        await until(lambda: source.header.hidden.count == 1)
        source.show_hidden(next(iter(source.header.hidden.by)))
        await until(lambda: len(source) == 30)

    async with opened(home) as source:
        for index in range(len(source)):
            source.row(index)
        await until(lambda: source.header.hidden.count == 1)

        assert 7 not in numbers(source)


async def test_a_cause_that_hides_nothing_moves_nobody(home: Home) -> None:
    """The reader's place stays what it was."""
    home.server.write(*(entry(n) for n in range(30)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        place = (source.key(10), 3)
        source.set_position(*place)
        source.show_hidden("Filter: nothing")
        await settled(home, source)

        assert source.position == place
