"""An open timeline: what it tells is what it is, and the reader's place stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.feed.rows import Card
from app.model import AccountId, Advisory, RichText, ViewerState
from app.model.draft import DraftId
from app.model.errors import Unreachable
from app.model.sending import Delivery, Outgoing, Part, Published
from app.model.timeline import ALL, GapRow, RowKey, TimelineId
from app.moderation.decide import Preferences
from app.services import timeline_rows
from app.services.open_timeline import OpenTimeline
from app.services.rows import Change, Changed, EdgeState, Inserted, Removed, Reset
from app.services.timelines import Timelines
from app.store import Reader
from tests.unit.fakes import NOON
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import ANA, SAM, Server, entry
from tests.waiting import until


class Mirror:
    """A view that knows the list only from what it is told."""

    def __init__(self, source: OpenTimeline) -> None:
        self.source = source
        self.changes: list[Change] = []
        self.keys: list[RowKey] = []
        self.read()
        source.subscribe(self.on_change)

    def read(self) -> None:
        self.keys = [self.source.key(i) for i in range(len(self.source))]

    def on_change(self, change: Change) -> None:
        self.changes.append(change)
        match change:
            case Inserted(index, count):
                self.keys[index:index] = [self.source.key(index + i) for i in range(count)]
            case Removed(index, count):
                del self.keys[index : index + count]
            case Reset():
                self.read()
        assert len(self.keys) == len(self.source)


@asynccontextmanager
async def opened(home: Home, timeline: TimelineId = ALL) -> AsyncIterator[OpenTimeline]:
    source = home.timelines.open(timeline)
    task = asyncio.create_task(source.run())
    try:
        yield source
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await home.timelines.leave(source)


async def settled(home: Home, source: OpenTimeline) -> None:
    """Until it has nothing left to do."""
    await until(lambda: not source._wake.is_set() and home.clock.waits)
    await asyncio.sleep(0.02)
    await until(lambda: not source._wake.is_set() and home.clock.waits)


def numbers(source: OpenTimeline) -> list[int]:
    """The posts, as far as their values are in memory."""
    rows = [source.row(i) for i in range(len(source))]
    return [int(r.post.uri.rsplit("/", 1)[1]) for r in rows if isinstance(r, Card)]


async def test_the_first_rows_are_there_before_any_loop_work(home: Home) -> None:
    """Opening reads what a window shows at once, on the calling thread."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    source = home.timelines.open(ALL)

    assert len(source) == 100
    assert all(isinstance(source.row(i), Card) for i in range(20))


async def test_values_come_when_they_are_looked_at(home: Home) -> None:
    """A row out of memory is None once, and ``Changed`` names it when it is there."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        mirror = Mirror(source)
        assert source.row(80) is None
        await until(lambda: source.row(80) is not None)

        changed = [c for c in mirror.changes if isinstance(c, Changed)]
        assert any(80 in c.indexes for c in changed)


async def test_new_posts_come_in_above_and_the_place_stays(home: Home) -> None:
    """Inserts, never a reset; the reader's row keeps its identity; "n new" counts."""
    home.server.write(*(entry(n) for n in range(50)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        mirror = Mirror(source)
        place = source.key(0)
        source.set_position(place, 7)
        home.server.write(*(entry(n) for n in range(50, 62)))
        await home.sync.run()
        await until(lambda: source.header.new == 12)

        assert mirror.keys == [source.key(i) for i in range(62)]
        assert not any(isinstance(c, Reset) for c in mirror.changes)
        assert source.index_of(place) == 12
        assert source.position == (place, 7)


async def test_what_was_seen_is_not_new_again(home: Home) -> None:
    """The counter goes down when the reader goes up, and stays down when he goes back."""
    home.server.write(*(entry(n) for n in range(50)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        home.server.write(*(entry(n) for n in range(50, 60)))
        await home.sync.run()
        await until(lambda: source.header.new == 10)
        source.set_position(source.key(2), 0)
        await settled(home, source)
        assert source.header.new == 10  # it went by: nobody has read it
        source.note_seen(source.key(4))
        await until(lambda: source.header.new == 4)
        source.set_position(source.key(30), 0)
        source.note_seen(source.key(30))
        await settled(home, source)

        assert source.header.new == 4


async def test_the_place_outlives_the_program(home: Home, tmp_path: Path) -> None:
    """Closed in the middle, opened there again; what was seen above is not new again."""
    home.server.write(*(entry(n) for n in range(50)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        source.set_position(source.key(10), 33)
        await settled(home, source)
    home.store.close()
    again = home_at(tmp_path, home.servers, home.vault)
    async with opened(again) as source:
        await settled(again, source)

        assert source.position == (source.key(10), 33)
        assert source.header.new == 0
        home.server.write(*(entry(n) for n in range(50, 53)))
        await again.sync.run()
        await until(lambda: source.header.new == 3)
        assert source.position == (source.key(13), 33)
    again.store.close()


async def test_only_what_came_since_is_new_deep_in_a_long_timeline(
    home: Home, tmp_path: Path
) -> None:
    """Also when what was seen is not in memory any more."""
    home.server.write(*(entry(n) for n in range(900)))
    await home.join()
    await home.sync.run()
    while (await home.sync.older(ANA)).more:
        pass
    async with opened(home) as source:
        place = home.store.reader.keys(ALL, limit=800)[-1]
        source.jump(place)
        await until(lambda: source.position == (place, 0))
        await settled(home, source)
    home.store.close()
    again = home_at(tmp_path, home.servers, home.vault)
    home.server.write(*(entry(n) for n in range(900, 905)))
    await again.sync.run()
    async with opened(again) as source:
        assert source.position == (place, 0)
        await until(lambda: source.header.new == 5)
    again.store.close()


async def test_the_place_is_on_disk_a_moment_after_moving(home: Home) -> None:
    """A crash loses two seconds of scrolling at most."""
    home.server.write(*(entry(n) for n in range(50)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        source.set_position(source.key(5), 0)
        await until(lambda: 2.0 in home.clock.waits)
        home.clock.pass_time(2.0)
        await until(lambda: home.store.reader.anchor(ALL) is not None)

        assert home.store.reader.anchor(ALL).key == entry(44).key


async def test_older_rows_come_from_the_cache_then_from_the_server(home: Home) -> None:
    """The end grows while the reader comes near it, down to the server's end."""
    home.server.write(*(entry(n) for n in range(900)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        mirror = Mirror(source)
        while source.edge("older").state != "end":
            before = len(source)
            source.want_older()
            await until(
                lambda before=before: (
                    len(source) > before or source.edge("older").state in ("end", "failed")
                )
            )

        assert len(source) == 900
        assert mirror.keys == [source.key(i) for i in range(900)]
        assert EdgeState("older", "loading") in mirror.changes
        assert numbers(source)[:20] == list(range(899, 879, -1))


async def test_rows_below_an_unknown_stretch_are_not_shown_yet(home: Home) -> None:
    """Where one account ends, the other's older posts wait until it was asked for more."""
    home.server.write(*(entry(n) for n in range(500)))
    home.servers[SAM] = Server([entry(n, seconds=100 * n, host="b.example") for n in range(50)])
    await home.join()
    await home.join(SAM, "second")
    await home.sync.run()
    end = home.store.reader.keys(TimelineId("account:" + ANA), limit=999)[-1]
    async with opened(home) as source:
        shown = [source.key(i) for i in range(len(source))]
        assert min(shown) == end
        assert len(home.store.reader.keys(ALL, limit=999)) > len(shown)
        mirror = Mirror(source)
        source.want_older()
        await until(lambda: len(source) > len(shown))

        assert mirror.keys[: len(shown)] == shown
        assert mirror.keys == sorted(mirror.keys, reverse=True)


async def test_a_server_that_is_away_holds_up_nothing(home: Home) -> None:
    """The other accounts go on; the end says what failed, and asks again later."""
    home.server.write(*(entry(n) for n in range(500)))
    home.servers[SAM] = Server([entry(n, seconds=100 * n, host="b.example") for n in range(50)])
    await home.join()
    await home.join(SAM, "second")
    await home.sync.run()
    home.server.failing = [Unreachable("a.example cannot be reached.")] * 3
    async with opened(home) as source:
        source.want_older()
        await until(lambda: len(source) == 250)
        source.want_older()
        await until(lambda: source.edge("older").state == "failed")
        assert "a.example" in source.edge("older").message
        failing = len(home.server.failing)
        source.want_older()
        await settled(home, source)
        assert len(home.server.failing) == failing, "asked again at once"
        home.server.failing.clear()
        home.clock.pass_time(11)
        source.want_older()
        await until(lambda: len(source) > 260)


async def test_gaps_show_shrink_and_go(home: Home) -> None:
    """A gap is a row; filling tells how far; when it is closed the row is gone."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    home.server.write(*(entry(n) for n in range(100, 700)))
    await home.sync.run()
    async with opened(home) as source:
        mirror = Mirror(source)
        [gap] = home.store.reader.gaps()
        states = []
        home.timelines.gaps.subscribe(lambda _: states.append(home.timelines.gaps.state(gap)))
        await home.timelines.gaps.fill(gap)
        await settled(home, source)
        kinds = {type(source.row(i)) for i in range(len(source))} - {type(None)}

        assert GapRow not in kinds
        assert states[0].kind == "filling"
        assert any(state.about for state in states)
        assert mirror.keys == [source.key(i) for i in range(len(source))]
        assert home.store.reader.gaps() == ()


async def test_a_gap_that_fails_says_so_and_stays(home: Home) -> None:
    """The row keeps its button and gets a sentence."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    home.server.write(*(entry(n) for n in range(100, 700)))
    await home.sync.run()
    [gap] = home.store.reader.gaps()
    home.server.failing = [Unreachable("a.example cannot be reached.")]
    await home.timelines.gaps.fill(gap)

    state = home.timelines.gaps.state(gap)
    assert (state.kind, "a.example" in state.message) == ("failed", True)
    assert len(home.store.reader.gaps()) == 1


async def test_hidden_posts_are_left_out_and_counted(home: Home) -> None:
    """What a server's filter hides is no row, but a number with a cause."""
    hides = Advisory(kind="filter", text="derby", source="a.example", action="hide")
    posts = [entry(n) for n in range(30)]
    posts[7] = replace(posts[7], viewer=ViewerState(filtered=(hides,)))
    home.server.write(*posts)
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        for index in range(len(source)):
            source.row(index)
        await until(lambda: source.header.hidden.count == 1)

        assert len(source) == 29
        assert 7 not in numbers(source)
        assert "derby" in next(iter(source.header.hidden.by))


async def test_memory_is_capped_and_what_was_dropped_comes_back(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streaming past a reader keeps a bounded list around him; the top is read again on demand."""
    monkeypatch.setattr(timeline_rows, "MOST_KEYS", 400)
    monkeypatch.setattr(timeline_rows, "AROUND", 50)
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        mirror = Mirror(source)
        place = source.key(20)
        source.set_position(place, 0)
        for start in range(100, 2_000, 40):
            home.server.write(*(entry(n) for n in range(start, start + 40)))
            await home.sync.run()
            await settled(home, source)
            assert len(source) <= 400

        assert source.index_of(place) is not None
        assert source.header.many
        assert mirror.keys == [source.key(i) for i in range(len(source))]
        source.jump(None)
        await until(lambda: source.row(0) is not None and numbers(source)[:1] == [2_019])
        assert source.position == (source.key(0), 0)


async def test_an_account_that_is_removed_takes_its_rows_along(home: Home) -> None:
    """The others stay where they are."""
    home.server.write(*(entry(n) for n in range(10)))
    home.servers[SAM] = Server([entry(n, seconds=10 * n + 5, host="b.example") for n in range(10)])
    await home.join()
    await home.join(SAM, "second")
    await home.sync.run()
    async with opened(home) as source:
        mirror = Mirror(source)
        assert len(source) == 20
        await home.accounts.remove(AccountId(SAM))
        await until(lambda: len(source) == 10)

        assert mirror.keys == [source.key(i) for i in range(10)]


async def test_names_lead_to_timelines(home: Home) -> None:
    """A command may say all, a network or an account."""
    await home.join()

    assert home.timelines.named("all") == ALL
    assert home.timelines.named("first") == "network:first"
    assert home.timelines.named(ANA) == f"account:{ANA}"


async def test_a_page_for_a_command_is_what_the_window_shows(home: Home) -> None:
    """Joined pages are the timeline, in order, none twice, none lost, fetched as needed."""
    home.server.write(*(entry(n) for n in range(700)))
    home.servers[SAM] = Server([entry(n, seconds=70 * n, host="b.example") for n in range(100)])
    await home.join()
    await home.join(SAM, "second")
    await home.sync.run()
    rows, before = [], None
    while True:
        page = await home.timelines.read(ALL, before=before, limit=37)
        rows += page.rows
        if page.older is None:
            break
        before = page.older

    assert len(rows) == 800
    assert [r.key for r in rows] == sorted((r.key for r in rows), reverse=True)
    assert len({r.key for r in rows}) == 800


async def test_the_last_second_counts(home: Home) -> None:
    """Posts of one and the same moment are all shown."""
    at = 500
    home.server.write(*(entry(n, seconds=at) for n in range(30)))
    await home.join()
    await home.sync.run()
    page = await home.timelines.read(ALL, limit=10)
    rest = await home.timelines.read(ALL, before=page.older, limit=50)

    assert len({r.key for r in (*page.rows, *rest.rows)}) == 30
    assert page.rows[0].key.at == rest.rows[-1].key.at


async def test_what_is_settled_while_rows_are_read_counts_for_them(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that come in by the settings before are judged once more."""
    entries = [entry(n) for n in range(200)]
    warned = (Advisory("warning", "Food"),)
    home.server.write(*(replace(one, post=replace(one.post, advisories=warned)) for one in entries))
    await home.join()
    await home.sync.run()
    chosen = [Preferences()]
    home.timelines = Timelines(
        home.store,
        home.accounts,
        home.sync,
        home.clock,
        lambda: ("first",),
        preferences=lambda: chosen[0],
    )
    async with opened(home) as source:
        await settled(home, source)
        low = len(source) - 1
        load, reads = home.store.load, 0

        async def late(read: Callable[[Reader], Any]) -> Any:
            nonlocal reads
            value, reads = await load(read), reads + 1
            if reads == 1:
                chosen[0] = Preferences(warnings_open=True)
                source.refresh_values()
            return value

        monkeypatch.setattr(home.store, "load", late)
        assert source.row(low) is None
        await until(lambda: reads > 1)
        await settled(home, source)
        row = source.row(low)

    assert isinstance(row, Card)
    assert row.verdict.opened


async def sent_from_here(home: Home, *numbers: int) -> None:
    """The outbox has sent these posts."""
    parts = tuple(
        Part(post=Outgoing(text=RichText("Hello")), done=Published(entry(n).post.uri))
        for n in numbers
    )
    delivery = Delivery(
        draft=DraftId("d"), account=ANA, network="first", state="delivered", parts=parts,
        queued_at=NOON,
    )  # fmt: skip
    await home.store.keep(lambda keeper: keeper.written.put(delivery, 0))


async def test_what_one_has_sent_oneself_is_not_new(home: Home) -> None:
    """It stands above all that was read, among what others wrote."""
    home.server.write(*(entry(n) for n in range(50)))
    await home.join()
    await home.sync.run()
    async with opened(home) as source:
        await sent_from_here(home, 50, 52)
        home.server.write(*(entry(n) for n in range(50, 53)))
        await home.sync.run()
        await until(lambda: len(source) == 53)
        await settled(home, source)

        assert source.header.new == 1
        home.server.write(entry(53))
        await home.sync.run()
        await until(lambda: source.header.new == 2)
