"""Feeds: what they show, what they never show, why, and what stays when something is wrong."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from msgspec import json
from msgspec.structs import replace

from app.feed.rows import Card
from app.feed.times import micros
from app.model import HOME, Advisory, Entry, Repost, Source, ViewerState
from app.model.errors import BadInput, NotFound
from app.model.post import ReplyTo
from app.model.timeline import ALL, RowKey
from app.services.rows import Change, Reset
from app.services.seen import keep_seen
from app.store import Batch
from tests.unit.fakes import NOON
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
from tests.unit.services.servers import ANA, SAM
from tests.waiting import until

LIKES = document("liked", rank={"mode": "score", "terms": [{"feature": "likes", "weight": 1}]})


def feed(arg: str) -> dict[str, str]:
    """Another feed as a source."""
    return {"kind": "recipe", "arg": arg}


async def test_built_in_feeds_are_listed_with_their_keys(home: Home) -> None:
    """Newest first is the first, and in use."""
    infos = feeds_of(home).list()
    assert [info.number for info in infos[:10]] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert [info.id for info in infos if info.chosen] == ["newest"]
    assert not infos[0].ranked
    assert all(info.about and not info.problem for info in infos)


async def test_newest_first_is_the_timeline_itself(home: Home) -> None:
    """It costs nothing extra."""
    await home.join()
    await came(home, [wrote(1)])
    feeds = feeds_of(home)
    opened = feeds.open("newest")
    assert opened.id == "all"
    assert len(opened) == 1
    await feeds.leave(opened)


async def test_a_feed_is_in_its_own_order_with_reasons(home: Home) -> None:
    """By rank of likes, and each row says so with its part of the score."""
    await home.join()
    await came(home, [wrote(n, likes=n * 7 % 30, hours=1) for n in range(30)])
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    async with shown(feeds, "liked") as opened:
        expected = sorted(range(30), key=lambda n: -(n * 7 % 30))
        assert numbers(opened) == expected
        row = opened.row(0)
    assert isinstance(row, Card)
    assert row.reasons[0].kind == "score"
    assert row.reasons[0].weight == pytest.approx(29.5 / 30)


async def test_nothing_that_moderation_removed_is_ranked(home: Home) -> None:
    """It neither stands there nor counts in anybody's rank; it is counted as hidden."""
    hidden = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    await home.join()
    posts = [wrote(n, likes=n) for n in range(25)]
    posts += [wrote(n, likes=n, viewer=hidden) for n in range(25, 40)]
    await came(home, posts)
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    async with shown(feeds, "liked") as opened:
        assert numbers(opened) == list(range(24, -1, -1))
        assert opened.header.hidden.count == 15
        assert "derby" in next(iter(opened.header.hidden.by))
        row = opened.row(0)
        why = await feeds.why(uri(30), "liked")
    assert isinstance(row, Card)
    assert row.reasons[0].weight == pytest.approx(24.5 / 25)
    assert (why.shown, why.step, why.verdict.action) == (False, "moderation", "hide")


async def test_rules_about_texts_are_asked_of_texts(home: Home) -> None:
    """What has the word is dropped; why says by which rule."""
    await home.join()
    await came(home, [wrote(1, text="The vote was close"), wrote(2, text="Low tide"), wrote(3)])
    feeds = feeds_of(home)
    await feeds.save(
        document("x", where={"none": [{"field": "text", "op": "has_word", "value": "vote"}]})
    )
    async with shown(feeds, "x") as opened:
        assert sorted(numbers(opened)) == [2, 3]
        why = await feeds.why(uri(1), "x")
    assert (why.shown, why.step) == (False, "rule")
    assert "vote" in why.rule


async def test_the_parts_add_up_to_the_score(home: Home) -> None:
    """sum(parts) × decay × author factor, for what is shown and what is not."""
    await home.join()
    await came(home, [wrote(n, by=f"p{n % 3}", likes=n, hours=n / 4) for n in range(30)])
    feeds = feeds_of(home)
    document = json.decode(feeds.export("friends"))
    document |= {
        "id": "x",
        "limit": 10,
        "rank": {
            "mode": "score",
            "half_life_hours": 6,
            "terms": [{"feature": "likes", "weight": 2}, {"feature": "quiet", "weight": -0.5}],
        },
    }
    await feeds.save(json.encode(document))
    async with shown(feeds, "x") as opened:
        order = numbers(opened)
        found = [await feeds.why(uri(n), "x") for n in range(30)]
    for n, why in enumerate(found):
        total = sum(part.amount for part in why.parts) * why.decay * why.author_factor
        assert why.score == pytest.approx(total)
        assert why.shown == (n in order)
        assert why.position == (order.index(n) + 1 if n in order else 0)
        assert why.shown or why.step == "limit"


async def test_why_not_names_each_step(home: Home) -> None:
    """Unknown, too old, from nowhere the feed looks, folded, too many of one author."""
    await home.join()
    await came(home, [wrote(1, hours=1), wrote(2, hours=2), wrote(3, hours=30)])
    await came(home, [wrote(9)], source=Source("tag", "tide"))
    feeds = feeds_of(home)
    await feeds.save(document("day", window={"hours": 24}, spread={"max_per_author": 1}))
    await feeds.save(document("fold", fold={"by": "author"}))
    steps = {n: (await feeds.why(uri(n), "day")).step for n in (1, 2, 3, 9, 77)}
    assert steps == {1: "", 2: "author", 3: "window", 9: "source", 77: "unknown"}
    assert (await feeds.why(uri(2), "fold")).step == "folded"


async def test_the_order_stands_still_until_it_is_asked_for(home: Home) -> None:
    """What arrives is counted as new; the top brings the new order."""
    await home.join()
    await came(home, [wrote(n, likes=n) for n in range(25)])
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    async with shown(feeds, "liked") as opened:
        before = numbers(opened)
        changes: list[Change] = []
        opened.subscribe(changes.append)
        await came(home, [wrote(n, likes=n) for n in range(25, 28)])
        feeds.note_saved(None)
        await asyncio.sleep(0)
        home.clock.pass_time(3)
        await until(lambda: opened.header.new)
        assert opened.header.new == 3
        assert numbers(opened) == before
        assert Reset() not in changes

        opened.jump(None)
        await until(lambda: Reset() in changes)
        assert numbers(opened) == list(range(27, -1, -1))
        assert opened.header.new == 0


async def test_the_place_is_kept_per_feed(home: Home) -> None:
    """The post one was at is found again, wherever it stands then."""
    await home.join()
    await came(home, [wrote(n, likes=n) for n in range(25)])
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    async with shown(feeds, "liked") as opened:
        opened.set_position(opened.key(6), 11)
        reading = numbers(opened)[6]
    await came(home, [wrote(99, likes=99)])
    feeds.note_saved(None)
    async with shown(feeds, "liked") as opened:
        assert opened.position is not None
        key, offset = opened.position
        assert (numbers(opened)[opened.index_of(key) or 0], offset) == (reading, 11)
    async with shown(feeds, "slow-lane") as other:
        assert other.position is None


async def test_a_repost_is_of_the_post_and_its_reposters(home: Home) -> None:
    """Reposts of one post are one candidate, and can be dropped as such."""
    await home.join()
    post = wrote(1, hours=50).post
    reposts = [
        Entry(
            key=f"https://a.example/reposts/{by}",
            sort_at=NOON - timedelta(hours=1, minutes=n),
            post=post,
            repost=Repost(who(by), NOON - timedelta(hours=1, minutes=n)),
        )
        for n, by in enumerate(("cy", "di"))
    ]
    await came(home, [*reposts, wrote(2)])
    feeds = feeds_of(home)
    await feeds.save(
        document("no", where={"none": [{"field": "kind", "op": "is", "value": "repost"}]})
    )
    async with shown(feeds, "no") as opened:
        assert numbers(opened) == [2]
    async with shown(feeds, "friends") as opened:
        made = opened.made
        assert made is not None
        (one,) = [one for one in made.pool.columns.candidates if one.uri == uri(1)]
        assert sorted(one.reposters) == [who("cy").uri, who("di").uri]


async def test_my_acts_make_friends(home: Home) -> None:
    """Whom I answer and like comes first; 3 for an answer, 1 for a like."""
    await home.join()
    mine = home.accounts.find(ANA)
    answer = wrote(5, by="ana", hours=3, reply_to=ReplyTo(uri=uri(1), author=who("bo")))
    answer = replace(answer, post=replace(answer.post, author=replace(who("ana"), uri=mine.uri)))
    liked = ViewerState(liked=True)
    await came(home, [wrote(1, "bo"), wrote(2, "cy", viewer=liked), wrote(3, "di"), answer])
    feeds = feeds_of(home)
    page, made, _ = await feeds.read("friends", fetch=False)
    affinity = made.known.knowledge.affinity
    assert affinity[who("bo").uri] == pytest.approx(1.3863, abs=1e-4)  # ln 4
    assert affinity[who("cy").uri] == pytest.approx(0.6931, abs=1e-4)  # ln 2
    authors = [row.post.author.handle for row in page.rows if isinstance(row, Card)]
    assert authors[:2] == ["bo@a.example", "cy@a.example"]
    assert uri(1) in made.known.knowledge.replied


async def test_traits_follow_the_posts(home: Home) -> None:
    """A post that has changed is judged as it is now."""
    await home.join()
    await came(home, [wrote(n, likes=n) for n in range(25)])
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    await feeds.read("liked", fetch=False)
    await came(home, [wrote(0, likes=500, text="Post 0")])
    feeds.note_saved(None)
    page, _, _ = await feeds.read("liked", fetch=False, limit=1)
    (row,) = page.rows
    assert isinstance(row, Card)
    assert row.post.uri == uri(0)


async def test_a_page_goes_on_where_the_one_before_ended(home: Home) -> None:
    """Every row once, in the same order."""
    await home.join()
    await came(home, [wrote(n, likes=n) for n in range(25)])
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    found: list[str] = []
    before = None
    while True:
        page, _, _ = await feeds.read("liked", before=before, limit=7, fetch=False)
        found += [row.post.uri for row in page.rows if isinstance(row, Card)]
        before = page.older
        if before is None:
            break
    assert found == [uri(n) for n in range(24, -1, -1)]


# ------------------------------------------------------------------ documents


async def test_a_broken_recipe_replaces_nothing(home: Home) -> None:
    """The error names line and key; the feed goes on as it was."""
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    with pytest.raises(BadInput, match=r"Line \d+, rank\.terms\.0\.feature"):
        await feeds.save(LIKES.replace('"likes"', '"lucks"'))
    assert feeds.recipe("liked").rank.terms[0].feature == "likes"
    await feeds.use("liked")
    assert feeds_of(home).chosen == "liked"


async def test_a_kept_document_that_cannot_be_read_says_so(home: Home) -> None:
    """Of a newer Godwit, perhaps: it is listed, and nothing else breaks."""
    from app.store.feeds import KeptFeed, save_feed

    broken = KeptFeed("later", '{"format": "godwit-feed",\n "version": 2}')
    await home.store.keep(lambda keeper: save_feed(keeper, broken))
    feeds = feeds_of(home)
    (info,) = [info for info in feeds.list() if info.id == "later"]
    assert "newer Godwit" in info.problem
    with pytest.raises(BadInput, match="Line 2, version"):
        feeds.open("later")


async def test_feeds_may_take_from_feeds_but_not_in_a_circle(home: Home) -> None:
    """The way round is named."""
    feeds = feeds_of(home)
    await feeds.save(document("b", sources=[feed("pictures")]))
    await feeds.save(document("c", sources=[feed("b")]))
    for id, arg, says in (
        ("b", "c", "b → c → b"),
        ("a", "a", "a → a"),
        ("a", "nowhere", "nowhere"),
    ):
        with pytest.raises(BadInput, match=says):
            await feeds.save(document(id, sources=[feed(arg)]))
    with pytest.raises(BadInput, match="takes from it"):
        await feeds.remove("b")
    assert feeds.recipe("b").sources[0].arg == "pictures"


async def test_a_ranked_feed_keeps_its_order_in_a_mix(home: Home) -> None:
    """Its posts have the places that time gives them, in its own order."""
    await home.join()
    await came(home, [wrote(n, likes=n % 5, hours=n / 10 + 0.1) for n in range(25)])
    await came(
        home, [wrote(n, hours=n / 10 + 0.05) for n in range(100, 110)], source=Source("tag", "x")
    )
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    await feeds.save(document("mix", sources=[feed("liked"), {"kind": "tag", "arg": "x"}]))
    async with shown(feeds, "liked") as opened:
        alone = numbers(opened)
    async with shown(feeds, "mix") as opened:
        both = numbers(opened)
    assert [n for n in both if n < 100] == alone
    assert [n for n in both if n >= 100] == list(range(100, 110))
    assert len(both) == 35


async def test_a_source_that_is_not_there_breaks_nothing(home: Home) -> None:
    """It is told; the others are shown."""
    await home.join()
    await came(home, [wrote(1)])
    feeds = feeds_of(home)
    gone = {"kind": "home", "account": "gone"}
    await feeds.save(document("x", sources=[{**gone, "kind": "trends"}, gone, {"kind": "home"}]))
    async with shown(feeds, "x") as opened:
        assert numbers(opened) == [1]
    assert len(feeds.troubles("x")) == 2


async def test_a_preview_counts_and_keeps_nothing(home: Home) -> None:
    """ "keeps 20 of 30 posts of the last 24 h, 1 author removed"."""
    await home.join()
    await came(home, [wrote(n, by="bo" if n < 20 else "cy") for n in range(30)])
    feeds = feeds_of(home)
    rule = {"field": "author", "op": "is", "value": who("cy").uri}
    preview = await feeds.preview(document("new", where={"none": [rule]}))
    assert preview.words == "keeps 20 of 30 posts of the last 24 h, 1 author removed"
    assert list(preview.dropped.values()) == [10]
    assert len(preview.rows) == 20
    assert "new" not in [info.id for info in feeds.list()]


async def test_the_user_edits_who_is_a_scientist(home: Home) -> None:
    """Until then it is whose name carries a title."""
    await home.join()
    named = wrote(1, "mar")
    named = replace(named, post=replace(named.post, author=replace(who("mar"), name="Dr Mar")))
    await came(home, [named, wrote(2, "cy"), wrote(3, "di")])
    feeds = feeds_of(home)
    async with shown(feeds, "scientists") as opened:
        assert numbers(opened) == [1]
    await feeds.set_people_list("scientists", frozenset({who("cy").uri}))
    async with shown(feeds, "scientists") as opened:
        assert numbers(opened) == [2]


# ------------------------------------------------------------------- learning


async def test_marks_cover_at_first_and_hide_later(home: Home) -> None:
    """Below twenty of each kind what was learned only covers; it can be forgotten."""
    await home.join()
    council = "The town council met again about the ring road"
    tide = "A heron stood in the creek at low tide this morning"
    posts = [wrote(n, text=f"{council} {n}", hours=2) for n in range(30)]
    posts += [wrote(n, text=f"{tide} {n}", hours=1) for n in range(50, 80)]
    await came(home, posts)
    feeds = feeds_of(home)
    for n in range(19):
        await feeds.mark(uri(n), "less", "politics")
        await feeds.mark(uri(50 + n), "more", "politics")
    async with shown(feeds, "no-politics") as opened:
        assert 25 in numbers(opened)
        await until(lambda: opened.row(numbers(opened).index(25)) is not None)
        row = opened.row(numbers(opened).index(25))
        assert isinstance(row, Card)
        assert row.verdict.action == "cover"

    await feeds.mark(uri(19), "less", "politics")
    await feeds.mark(uri(69), "more", "politics")
    async with shown(feeds, "no-politics") as opened:
        assert sorted(numbers(opened)) == list(range(50, 80))
        why = await feeds.why(uri(25), "no-politics")
    assert why.step == "rule"

    await feeds.forget_marks()
    async with shown(feeds, "no-politics") as opened:
        assert 25 in numbers(opened)


async def test_only_posts_that_are_there_can_be_marked(home: Home) -> None:
    """Nothing is learned from what nobody has seen."""
    feeds = feeds_of(home)
    with pytest.raises(NotFound):
        await feeds.mark(uri(1), "less", "")
    assert feeds.learning.shown() == ()


# -------------------------------------------------------------------- hostile


async def test_hostile_documents_are_refused_at_once(home: Home) -> None:
    """Many rules, deep nests, catastrophic patterns: words, and the feeds stay."""
    feeds = feeds_of(home)
    rule = {"field": "text", "op": "wildcard", "value": "a*" * 10 + "b"}
    nest: dict[str, object] = {}
    for _ in range(20):
        nest = {"all": [nest]}
    parts: list[dict[str, object]] = [
        {"where": {"all": [rule] * 2_000}},
        {"where": nest},
        {"where": {"all": [{**rule, "value": "*a" * 20}]}},
        {"limit": "ten"},
        {"sources": {"kind": "home"}},
        {"colour": "red"},
    ]
    for part in parts:
        began = time.process_time()
        with pytest.raises(BadInput, match="Line 1"):
            await feeds.save(document("bad", **part))
        assert time.process_time() - began < 0.5  # far from for ever; benches have the budget
    assert "bad" not in [info.id for info in feeds.list()]


async def test_patterns_are_linear_in_the_text(home: Home) -> None:
    """Ten stars against a long word that nearly matches."""
    await home.join()
    await came(home, [wrote(1, text="a" * 20_000)])
    feeds = feeds_of(home)
    rule = {"field": "text", "op": "wildcard", "value": "a*" * 10 + "b"}
    await feeds.save(document("x", where={"all": [rule]}))
    began = time.process_time()
    async with shown(feeds, "x") as opened:
        assert numbers(opened) == []
    assert time.process_time() - began < 2


async def test_catching_up_begins_where_one_left(home: Home) -> None:
    """The end of the run before; one card per person, the rest folded below it."""
    await home.join()
    await came(home, [wrote(n, by=f"p{n % 4}", likes=n, hours=n / 4 + 0.1) for n in range(16)])
    first = feeds_of(home)
    home.clock.pass_time(-2 * 3600)
    async with shown(first, "catch-up"):
        pass
    await first.close()
    home.clock.pass_time(2 * 3600)
    feeds = feeds_of(home)
    async with shown(feeds, "catch-up") as opened:
        assert opened.made is not None
        since = {one.uri for one in opened.made.pool.columns.candidates}
        assert since == {uri(n) for n in range(8)}
        assert len(numbers(opened)) == 4
        assert [len(one.folded) for one in opened.made.ranking] == [1, 1, 1, 1]
        row = opened.row(0)
    assert isinstance(row, Card)
    assert any(one.kind == "folded" for one in row.reasons)


async def test_what_was_passed_by_on_the_way_to_the_top_can_be_caught_up_with(home: Home) -> None:
    """Who comes back and goes to the newest post has not seen what lies below it."""
    await home.join()
    await came(home, [wrote(n, by=f"p{n}", likes=n, hours=n + 1) for n in range(6)])
    first = feeds_of(home)
    home.clock.pass_time(-4.5 * 3600)
    await first.close()
    home.clock.pass_time(4.5 * 3600)
    feeds = feeds_of(home)
    async with shown(feeds, "catch-up") as opened:
        before = numbers(opened)
    now = RowKey(micros(home.clock.now()), 0)
    await home.store.keep(lambda keeper: keep_seen(keeper, ALL, now))
    async with shown(feeds, "catch-up") as opened:
        assert numbers(opened) == before != []


async def test_newest_first_says_why_by_counting(home: Home) -> None:
    """Nothing is made for it."""
    hidden = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    await home.join()
    await came(home, [wrote(1, hours=1), wrote(2, hours=2), wrote(3, hours=3, viewer=hidden)])
    feeds = feeds_of(home)
    why = await feeds.why(uri(2))
    assert (why.feed, why.shown, why.position) == ("newest", True, 2)
    assert why.reasons[0].text == "Newest first"
    assert (await feeds.why(uri(3))).step == "moderation"
    assert (await feeds.why(uri(9))).step == "unknown"


async def test_what_is_settled_is_judged_anew(home: Home) -> None:
    """Beforehand, in bursts, where every post has to be looked at; nothing goes missing."""
    await home.join()
    await came(home, [wrote(n, likes=n) for n in range(30)])
    feeds = feeds_of(home)
    await feeds.save(LIKES)
    await feeds.warm()
    async with shown(feeds, "liked") as opened:
        assert opened.made is not None
        assert opened.made.pool.lacking == ()
        feeds.moderation_changed()
        await until(lambda: len(opened) == 30)


async def test_a_feed_may_take_from_one_account_or_network(home: Home) -> None:
    """Only what that account's home has; what there is of the others is not a candidate."""
    await home.join()
    await home.join(SAM, "second")
    await came(home, [wrote(1), wrote(2)])
    await home.store.save(Batch(account=SAM, source=HOME, items=(wrote(2), wrote(3))))
    feeds = feeds_of(home)
    for account, found in ((ANA, [1, 2]), (SAM, [2, 3]), ("second", [2, 3]), ("all", [1, 2, 3])):
        source = {"kind": "home", "account": account}
        await feeds.save(document("x", sources=[source], where={"all": []}, fold={"by": "link"}))
        async with shown(feeds, "x") as opened:
            assert sorted(numbers(opened)) == found
            assert all(isinstance(opened.row(n), Card) for n in range(len(found)))
