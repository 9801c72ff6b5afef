"""A feed on the screen: values follow, ends say what happens, servers are asked when asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from app.feed.relaxing import LIMIT
from app.feed.rows import Card, FoldRow
from app.model import Advisory, Source, ViewerState
from app.model.acts import Relation, Wish
from app.model.errors import NotFound, Unreachable
from app.services.feeds import Feeds
from app.services.ranked_timeline import RankedTimeline
from app.services.rows import Change, Changed, EdgeState, Inserted, Reset
from tests.unit.services.conftest import Home
from tests.unit.services.kitchen import (
    came,
    document,
    feeds_of,
    numbers,
    shown,
    uri,
    who,
    wrote,
)
from tests.unit.services.servers import ANA, FakeService
from tests.waiting import until

LIKES = document("liked", rank={"mode": "score", "terms": [{"feature": "likes", "weight": 1}]})


@asynccontextmanager
async def liked(
    home: Home, count: int = 25, **more: bool
) -> AsyncIterator[tuple[Feeds, RankedTimeline]]:
    """A feed by likes of that many posts, on the screen."""
    await home.join()
    await came(home, [wrote(n, likes=n) for n in range(count)])
    feeds = feeds_of(home, **more)
    await feeds.save(LIKES)
    async with shown(feeds, "liked") as opened:
        yield feeds, opened


async def test_all_rows_are_there_and_values_come_as_they_are_looked_at(home: Home) -> None:
    """The first fifty at once, others when a row is asked for."""
    async with liked(home, 120) as (_, opened):
        assert len(opened) == 120
        assert all(opened.row(index) is not None for index in range(50))
        changes: list[Change] = []
        opened.subscribe(changes.append)
        assert opened.row(110) is None
        await until(lambda: any(isinstance(one, Changed) and 110 in one.indexes for one in changes))
        row = opened.row(110)
        assert isinstance(row, Card)
        assert row.post.uri == uri(9)
        assert opened.index_of(opened.key(110)) == 110
        with pytest.raises(IndexError):
            opened.key(120)
        assert opened.edge("older") == EdgeState("older", "end")


async def test_a_reaction_shows_at_once(home: Home) -> None:
    """What lies over a post lies over its row in a feed, too."""
    async with liked(home) as (feeds, opened):
        changes: list[Change] = []
        opened.subscribe(changes.append)
        wish = Wish(account=ANA, target=uri(24), kind="like", on=True, at=home.clock.now())
        feeds._shadows.lay(wish)
        assert Changed((0,)) in changes
        row = opened.row(0)
        assert isinstance(row, Card)
        assert row.viewers[ANA].liked


async def test_what_was_hidden_can_be_let_in(home: Home) -> None:
    """By cause, until the feed is left; it has its rank then."""
    hidden = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    async with liked(home) as (feeds, opened):
        await came(home, [wrote(50, likes=50, viewer=hidden)])
        feeds.note_saved(None)
        opened.remake()
        await until(lambda: opened.header.hidden.count == 1)
        (cause,) = opened.header.hidden.by
        opened.show_hidden(cause)
        await until(lambda: len(opened) == 26)
        assert numbers(opened)[0] == 50
        assert opened.header.hidden.count == 0


async def test_servers_are_asked_when_the_reader_asks(home: Home) -> None:
    """And then the new order is shown at once; a server that fails says so."""
    async with liked(home, offline=False) as (_, opened):
        changes: list[Change] = []
        opened.subscribe(changes.append)
        home.server.failing = [Unreachable("The server is down.", "Try later.")] * 9
        opened.want_newer()
        assert opened.edge("newer").state == "loading"
        await until(lambda: opened.edge("newer").state == "failed")
        assert "The server is down." in opened.edge("newer").message

        home.server.failing = []
        home.server.write(wrote(99, likes=99))
        home.clock.pass_time(60)
        opened.want_newer()
        await until(lambda: Reset() in changes and numbers(opened)[0] == 99)


async def test_a_recipe_that_is_changed_is_shown_changed(home: Home) -> None:
    """What is on the screen follows at once."""
    async with liked(home) as (feeds, opened):
        recipe = feeds.recipe("liked")
        await feeds.save(replace(recipe, rank=replace(recipe.rank, mode="time"), limit=3))
        await until(lambda: len(opened) == 3)


async def test_a_feed_of_a_network_keeps_its_own_order(home: Home) -> None:
    """Fetched page by page; what left it since is gone from it."""
    await home.join()
    home.server.entries = [wrote(n, hours=n % 7 + 1) for n in (5, 3, 8, 1)]
    feeds = feeds_of(home, offline=False)
    source = {"kind": "feed", "arg": "at://somebody/feed"}
    await feeds.save(document("theirs", sources=[source], rank={"mode": "source"}))
    assert await feeds.refresh("theirs") == ()
    async with shown(feeds, "theirs") as opened:
        assert numbers(opened) == [5, 3, 8, 1]
        row = opened.row(0)
        assert isinstance(row, Card)
        assert row.reasons[0].kind == "order"
    home.server.entries = [wrote(n, hours=n % 7 + 1) for n in (8, 9, 5)]
    await feeds.refresh("theirs")
    async with shown(feeds, "theirs") as opened:
        assert numbers(opened) == [8, 9, 5]


@pytest.mark.errors_expected
async def test_a_bug_in_following_a_feed_is_written_down(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The feed is there all the same."""
    await home.join()
    await came(home, [wrote(1)], source=Source("tag", "tide"))
    feeds = feeds_of(home)
    await feeds.save(document("x", sources=[{"kind": "tag", "arg": "tide"}]))

    async def broken(id: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(feeds, "follow", broken)
    async with shown(feeds, "x") as opened:
        await until(lambda: "bug in following" in caplog.text, "nobody hears of it")
        assert numbers(opened) == [1]


async def test_a_feed_that_is_down_breaks_no_other_source(home: Home) -> None:
    """It is named with what went wrong; what the cache has of it stays."""
    await home.join()
    await came(home, [wrote(1)])
    await came(home, [wrote(2)], source=Source("tag", "tide"))
    feeds = feeds_of(home, offline=False)
    tag = {"kind": "tag", "arg": "tide"}
    await feeds.save(document("x", sources=[tag, {"kind": "home"}]))

    def fail(number: int) -> None:
        if number == 1:
            raise NotFound("This tag is closed.", "Take another.")

    home.server.before_answer = fail
    home.server.entries = [wrote(1)]
    troubles = await feeds.refresh("x")
    async with shown(feeds, "x") as opened:
        assert sorted(numbers(opened)) == [1, 2]
    assert [one.error.message for one in troubles] == ["This tag is closed."]


def _telling(
    home: Home, monkeypatch: pytest.MonkeyPatch, tells: Callable[[str], Relation]
) -> list[str]:
    """A server that knows who follows whom. Returns about whom it was asked."""
    asked: list[str] = []

    class Telling(FakeService):
        """Reacts to nothing, and tells."""

        async def react(self, reaction: object) -> None: ...
        async def relate(self, act: str, profile: str, *, seconds: int = 0) -> None: ...
        async def report(self, report: object) -> None: ...

        async def relation(self, profile: str) -> Relation:
            asked.append(profile)
            return tells(profile)

    service = Telling(home.accounts.find(ANA), home.server, home.vault)  # type: ignore[arg-type]
    monkeypatch.setitem(home.accounts._services, ANA, service)
    return asked


async def test_servers_say_who_follows_me(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked in the background, and remembered; a refusal ends it."""
    await home.join()
    await came(home, [wrote(1, "bo"), wrote(2, "cy"), wrote(3, "di")])
    asked = _telling(
        home,
        monkeypatch,
        lambda uri: Relation(following=uri != who("cy").uri, followed_by=uri == who("bo").uri),
    )
    feeds = feeds_of(home, offline=False)
    home.server.entries = [wrote(1, "bo"), wrote(2, "cy"), wrote(3, "di")]
    page, made, _ = await feeds.read("mutuals")
    assert [row.post.uri for row in page.rows if isinstance(row, Card)] == [uri(1)]
    assert sorted(asked) == [who("bo").uri, who("cy").uri, who("di").uri]
    assert made.known.knowledge.relation(who("di").uri) == "following"

    again = feeds_of(home, offline=False)
    page, _, _ = await again.read("mutuals", fetch=False)
    assert len(page.rows) == 1
    assert len(asked) == 3


async def test_a_feed_that_is_removed_while_it_is_open_says_so(home: Home) -> None:
    """Whoever scrolls on, or whatever comes in: nothing breaks, and it is told."""
    await home.join()
    await came(home, [wrote(1), wrote(2)])
    feeds = feeds_of(home, offline=False)
    await feeds.save(document("mine", rank={"mode": "source"}))
    async with shown(feeds, "mine") as opened:
        await feeds.remove("mine")
        opened.want_older()
        assert opened.edge("older").state == "end"
        opened.remake()
        await until(lambda: opened.edge("newer").state == "failed")
        assert "no feed" in opened.edge("newer").message
        assert sorted(numbers(opened)) == [1, 2]


async def test_who_follows_me_does_not_depend_on_who_came_first(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers are asked about some people at once, and about the others by and by."""
    await home.join()
    asked = _telling(home, monkeypatch, lambda _: Relation(following=True, followed_by=True))
    feeds = feeds_of(home, offline=False)
    people = [f"p{number:02}" for number in range(25)]
    home.server.entries = [wrote(at, by) for at, by in enumerate(people)]
    await feeds.read("mutuals")
    assert len(asked) == 20
    await feeds.read("mutuals")
    assert len(asked) == 20
    home.clock.pass_time(40)
    await feeds.read("mutuals")
    assert sorted(asked) == [who(name).uri for name in people]
    home.clock.pass_time(40)
    await feeds.read("mutuals")
    assert len(asked) == 25


async def test_what_is_folded_can_be_looked_at(home: Home) -> None:
    """The cards below a row, in their order; below others there is nothing."""
    await home.join()
    await came(home, [wrote(n, by=f"p{n % 2}", hours=n + 1) for n in range(6)])
    feeds = feeds_of(home)
    await feeds.save(document("people", fold={"by": "author"}))
    async with shown(feeds, "people") as opened:
        assert numbers(opened) == [0, 1]
        below = await opened.folded(opened.key(0))
        assert [card.post.uri for card in below] == [uri(2), uri(4)]
        why = await feeds.why(uri(0), "people")
    assert any(one.kind == "account" for one in why.reasons)
    assert why.verdict.action == "show"


async def test_a_fold_is_opened_and_closed_where_it_stands(home: Home) -> None:
    """One row below its card says how many; opened, they follow it, and stay so when made anew."""
    await home.join()
    await came(home, [wrote(n, by=f"p{n % 2}", hours=n + 1) for n in range(6)])
    feeds = feeds_of(home)
    await feeds.save(document("people", fold={"by": "author"}))
    async with shown(feeds, "people") as opened:
        changes: list[object] = []
        opened.subscribe(changes.append)
        fold = opened.row(1)
        assert isinstance(fold, FoldRow)
        assert fold.text == "2 more by \u2068@p0@a.example\u2069" or fold.text.startswith(
            "2 more by"
        )
        opened.unfold(fold.key)
        assert numbers(opened) == [0, 2, 4, 1]
        assert changes == [Inserted(2, 2), Changed((1,))]
        await until(lambda: isinstance(opened.row(2), Card))
        opened.set_position(opened.key(3), 4)
        opened.remake()
        await until(lambda: any(isinstance(one, Reset) for one in changes))
        assert numbers(opened) == [0, 2, 4, 1]
        assert opened.position == (opened.key(3), 4)
        opened.unfold(fold.key)
        assert numbers(opened) == [0, 1]
        opened.remake()
        await until(lambda: opened.position is not None and opened.position[0] == opened.key(0))


async def test_what_rules_leave_out_is_counted_and_can_be_shown_once(home: Home) -> None:
    """Each post for the first rule that hits it; shown, it says what would leave it out."""
    await home.join()
    words = {1: "tea", 2: "tea and cake", 3: "cake", 4: "bread"}
    await came(home, [wrote(n, text=text, hours=n) for n, text in words.items()])
    feeds = feeds_of(home)
    drops = [{"field": "text", "op": "has_word", "value": word} for word in ("tea", "cake")]
    await feeds.save(document("dry", where={"none": drops}, limit=1))
    async with shown(feeds, "dry") as opened:
        assert numbers(opened) == [4]
        out = await opened.left_out()
        assert sum(out.values()) == opened.header.left_out == 3
        tea, cake = (next(one for one in out if word in one) for word in ("tea", "cake"))
        assert (out[tea], out[cake]) == (2, 1)
        opened.show_hidden(cake)
        opened.show_hidden(LIMIT)
        await until(lambda: numbers(opened) == [3, 4])
        await until(lambda: isinstance(opened.row(0), Card))
        row = opened.row(0)
        assert isinstance(row, Card)
        assert row.reasons[0].kind == "asked"
        assert cake in row.reasons[0].text
        assert tea in await opened.left_out()
    async with shown(feeds, "dry") as again:
        assert numbers(again) == [4]


async def test_one_comes_back_to_the_same_place_at_once(home: Home) -> None:
    """Also before what was left is on the disk."""
    async with liked(home) as (feeds, opened):
        place = (opened.key(12), 5)
        opened.set_position(*place)
        leaving = feeds.leave(opened)
        async with shown(feeds, "liked") as again:
            await leaving
            assert again.position == place
