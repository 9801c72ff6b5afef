"""A conversation is one tree, whatever the servers tell of it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from app.feed.echoes import echo_keys
from app.feed.pipeline import Settings
from app.feed.threads import DEEPEST, Line, Order, Tree, Voice, tree_from_voices
from app.model import Advisory, Counts, Entry, Post, ReplyTo, RichText, Stub, ViewerState
from app.model.thread import Absent, Elsewhere, Thread
from tests.posts import ANA, CY, NOW, post

FOCUS = "https://north.example/0"
OVER_THERE = "at://did:plc:x/app.bsky.feed.post/0"
SETTINGS = Settings(order=("north", "south"))


def entry(what: Post, state: ViewerState = ViewerState()) -> Entry:
    """The post in a conversation."""
    return Entry(key=what.uri, sort_at=what.sort_at, post=what, viewer=state)


def answer(name: str, to: str = FOCUS, *, ago: float = 5, by: str = "", **more: Any) -> Entry:
    """An answer with that name, to the post at that address."""
    state = more.pop("state", ViewerState())
    uri = name if ":" in name else f"https://north.example/{name}"
    target = to if ":" in to else f"https://north.example/{to}"
    made = post(uri, ago=ago, by=by or name[:3].strip(":/"), reply_to=ReplyTo(uri=target), **more)
    return entry(made, state)


def voice(*replies: Any, above: tuple[Any, ...] = (), focus: Any = None, **more: Any) -> Voice:
    """What the first network tells."""
    what = focus or entry(post(FOCUS, ago=9, by="ottilie"))
    return Voice(
        ANA,
        "north",
        Thread(focus=FOCUS, post=what, ancestors=above, replies=replies, **more),
    )


def tree(*voices: Voice, order: Order = "old", **more: Any) -> Tree:
    """The conversation."""
    return tree_from_voices(voices, now=NOW, settings=SETTINGS, order=order, **more)


def shape(lines: tuple[Line, ...]) -> list[tuple[int, str]]:
    """Depth and name of each line."""
    return [(line.depth, _name(line)) for line in lines]


def _name(line: Line) -> str:
    if line.kind == "continue":
        return f"+{line.count}"
    if line.absent is not None:
        return f"{line.absent.state} {line.count}"
    return line.uri.rsplit("/", 1)[-1]


def test_answers_stand_below_what_they_answer() -> None:
    """Oldest first, each branch whole before the next."""
    made = tree(
        voice(
            answer("b", ago=4),
            answer("a", ago=6),
            answer("a2", "a", ago=2),
            answer("a1", "a", ago=3),
            answer("a11", "a1", ago=1),
        )
    )

    assert shape(made.below) == [(1, "a"), (2, "a1"), (3, "a11"), (2, "a2"), (1, "b")]
    assert [line.parent.rsplit("/", 1)[-1] for line in made.below] == ["0", "a", "a1", "a", "0"]
    assert made.complete


def test_lines_know_where_more_follows() -> None:
    """So that the lines beside them are drawn on."""
    made = tree(voice(answer("a"), answer("a1", "a"), answer("a2", "a", ago=1), answer("b", ago=1)))

    assert [line.rails for line in made.below] == [(True,), (True, True), (True, False), (False,)]


@pytest.mark.parametrize(
    ("order", "names"),
    [("old", ["a", "b", "c"]), ("new", ["c", "b", "a"]), ("liked", ["b", "a", "c"])],
)
def test_orders(order: Order, names: list[str]) -> None:
    """By age either way, or by likes; what is not there comes last."""
    made = tree(
        voice(
            Absent(parent=FOCUS, state="blocked", count=2),
            answer("a", ago=6, counts=Counts(likes=1)),
            answer("b", ago=5, counts=Counts(likes=9)),
            answer("c", ago=4),
        ),
        order=order,
    )

    assert [name for _, name in shape(made.below)] == [*names, "blocked 2"]


def test_four_levels_then_continue() -> None:
    """The line says how many more there are, and below what."""
    deep = [answer(f"d{n}", f"d{n - 1}" if n > 1 else FOCUS, by=f"p{n}") for n in range(1, 8)]

    made = tree(voice(*deep, answer("e", "d6", by="pe")))

    assert shape(made.below) == [(1, "d1"), (2, "d2"), (3, "d3"), (4, "d4"), (4, "+4")]
    assert made.below[-1].parent.endswith("/d4")
    assert made.below[-1].depth == DEEPEST


def test_the_authors_own_thread_is_unrolled() -> None:
    """It follows the post; answers to its parts come after, in their order."""
    made = tree(
        voice(
            answer("x", ago=8),
            answer("part2", by="ottilie", ago=7),
            answer("part3", "part2", by="ottilie", ago=6),
            answer("y", "part3", ago=5),
            answer("z", "part2", ago=4),
            answer("own", "x", by="ottilie", ago=3),
        )
    )

    assert shape(made.thread) == [(0, "part2"), (0, "part3")]
    assert shape(made.below) == [(1, "x"), (2, "own"), (1, "z"), (1, "y")]
    assert made.below[2].parent.endswith("/part2")


def test_ancestors_come_from_the_top() -> None:
    """As the answers name them, also when the server gives them in another order."""
    focus = answer("0", "up1", ago=3, by="ottilie")
    made = tree(
        voice(
            above=(answer("up1", "up0", ago=6), entry(post("https://north.example/up0"))),
            focus=focus,
        )
    )

    assert shape(made.above) == [(0, "up0"), (0, "up1")]
    assert made.focus.parent.endswith("/up1")


def test_ancestors_without_addresses_are_taken_as_told() -> None:
    """Some servers do not say what a post answers."""
    above = (
        entry(post("https://north.example/up0", ago=20)),
        entry(post("https://north.example/up1")),
    )
    made = tree(voice(above=above))

    assert shape(made.above) == [(0, "up0"), (0, "up1")]


@pytest.mark.parametrize("state", ["deleted", "blocked"])
def test_a_missing_ancestor_is_a_line(state: Any) -> None:
    """Not left out."""
    focus = answer("0", "gone", by="ottilie")

    told = tree(voice(focus=focus, above=(Absent(uri="https://north.example/gone", state=state),)))
    silent = tree(voice(focus=focus))
    nameless = tree(voice(above=(Absent(state=state),)))

    assert shape(told.above) == shape(nameless.above) == [(0, f"{state} 1")]
    assert shape(silent.above) == [(0, "not_loaded 1")]
    assert nameless.below == told.below == ()


def test_what_is_missing_is_counted_and_told() -> None:
    """Same kind, same place: one line. An answer to what is missing stands below it."""
    made = tree(
        voice(
            Absent(parent=FOCUS, state="hidden", count=2),
            Absent(parent=FOCUS, state="hidden"),
            Absent(uri="https://north.example/gone", parent=FOCUS, state="deleted"),
            answer("child", "gone"),
            answer("orphan", "elsewhere"),
            complete=False,
        )
    )

    assert sorted(shape(made.below)) == [
        (1, "deleted 1"),
        (1, "hidden 3"),
        (1, "not_loaded 1"),
        (2, "child"),
        (2, "orphan"),
    ]
    assert not made.complete


def test_what_one_server_lacks_the_other_may_have() -> None:
    """Then it is no gap."""
    other = Voice(
        CY,
        "north",
        Thread(focus=FOCUS, post=entry(post(FOCUS, by="ottilie")), replies=(answer("a"),)),
    )

    made = tree(voice(Absent(uri="https://north.example/a", parent=FOCUS, state="blocked")), other)

    assert shape(made.below) == [(1, "a")]
    assert list(made.below[0].card.viewers) == [CY]


def test_both_networks_are_one_conversation() -> None:
    """One focus with two copies, answers of both, counted for each."""
    mine = post(FOCUS, by="ottilie", counts=Counts(replies=14))
    theirs = post(OVER_THERE, by="ottilie", bridged_from=FOCUS, counts=Counts(replies=9))
    here = voice(answer("a", ago=3), focus=entry(mine))
    there = Voice(
        CY,
        "south",
        Thread(
            focus=OVER_THERE,
            post=entry(theirs),
            replies=(answer("at://did:plc:y/p/b", OVER_THERE, ago=4),),
        ),
    )
    same = {p.uri: echo_keys(p, proven=True) for p in (mine, theirs)}

    made = tree(here, there, same=same)

    assert [copy.post.network for copy in made.focus.card.copies] == ["north", "south"]
    assert [name for _, name in shape(made.below)] == ["b", "a"]
    assert dict(made.counts) == {"north": 14, "south": 9}


def test_who_goes_on_in_one_place_only_goes_on_with_the_same_thought() -> None:
    """By whichever of their accounts: the copy that comes first is not the only author."""
    theirs = post(OVER_THERE, by="ottilie of the south", bridged_from=FOCUS)
    mine = post(FOCUS, by="ottilie")
    more = answer("at://did:plc:x/p/more", OVER_THERE, by="ottilie of the south", ago=2)
    replies = (answer("at://did:plc:y/p/b", OVER_THERE, ago=4), more)
    there = Voice(CY, "south", Thread(focus=OVER_THERE, post=entry(theirs), replies=replies))
    same = {p.uri: echo_keys(p, proven=True) for p in (mine, theirs)}

    made = tree(voice(focus=entry(mine)), there, same=same)

    assert shape(made.thread) == [(0, "more")]
    assert shape(made.below) == [(1, "b")]


def test_an_answer_that_a_bridge_copied_is_one_line() -> None:
    """With both copies, below the one focus."""
    one = answer("a", ago=3)
    copy = answer("at://did:plc:y/p/a", OVER_THERE, ago=3, bridged_from=one.post.uri)
    there = Voice(
        CY, "south", Thread(focus=OVER_THERE, post=entry(post(OVER_THERE)), replies=(copy,))
    )
    same = {p.uri: echo_keys(p, proven=True) for p in (one.post, copy.post)}

    made = tree(voice(one), there, same=same)

    [line] = made.below
    assert len(line.card.copies) == 2


def test_the_second_network_may_come_later() -> None:
    """Until then its copy is only an address; nothing is lost when it comes."""
    first = tree(voice(answer("a")))
    later = Voice(
        CY,
        "south",
        Thread(
            focus=OVER_THERE,
            post=entry(post(OVER_THERE)),
            replies=(answer("at://z/p/b", OVER_THERE),),
        ),
    )

    both = tree(voice(answer("a")), later)

    assert len(first.below) == 1
    assert sorted(name for _, name in shape(both.below)) == ["a", "b"]


def test_hidden_answers_are_left_out_and_counted() -> None:
    """One that was answered stays as a gap; all come back when they are wanted."""
    derby = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    replies = (
        answer("seen"),
        answer("leaf", state=derby),
        answer("knot", state=derby),
        answer("under", "knot"),
    )

    made = tree(voice(*replies))
    wanted = tree(voice(*replies), shown=["Filter: derby"])

    assert sorted(shape(made.below)) == [(1, "hidden 1"), (1, "seen"), (2, "under")]
    assert (made.hidden.count, dict(made.hidden.by)) == (2, {"Filter: derby": 2})
    assert len(wanted.below) == 4
    assert wanted.hidden.count == 0


def test_the_post_itself_is_always_shown() -> None:
    """Who opens it wants to see it, with the verdict on it."""
    derby = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))

    made = tree(voice(focus=entry(post(FOCUS), derby)))

    assert made.focus.card.verdict.action == "hide"


@pytest.mark.parametrize(
    "what", [Absent(uri=FOCUS, state="blocked"), Stub(key=FOCUS, sort_at=NOW, reason="Broken.")]
)
def test_a_focus_that_is_not_there_still_has_answers(what: Any) -> None:
    """The line says why; answers hang below it."""
    made = tree(voice(answer("a"), focus=what))

    assert made.focus.kind in ("absent", "stub")
    assert made.focus.uri == FOCUS
    assert shape(made.below) == [(1, "a")]


def test_unreadable_answers_are_lines() -> None:
    """Below the post, since nobody knows what they answer."""
    made = tree(voice(Stub(key="https://north.example/broken", sort_at=NOW, reason="No text.")))

    assert [line.kind for line in made.below] == ["stub"]


def test_circles_are_shown_and_end() -> None:
    """Two that answer each other, one that answers itself, and one that the focus answers."""
    made = tree(voice(answer("a", "b"), answer("b", "a"), answer("self", "self"), answer("c", "b")))
    around = tree(voice(answer("a"), focus=answer("0", "a", by="ottilie")))

    assert sorted(name for _, name in shape(made.below)) == ["a", "b", "c", "self"]
    assert shape(around.above) == [(0, "a")]
    assert around.below == ()


def test_very_deep_and_very_wide_do_not_hang() -> None:
    """Three thousand below each other, and three thousand beside each other."""
    deep = [answer(f"d{n}", f"d{n - 1}" if n else FOCUS, by=f"p{n % 7}") for n in range(3_000)]
    wide = [answer(f"w{n}", by=f"p{n % 7}", ago=n) for n in range(3_000)]

    assert shape(tree(voice(*deep)).below)[-1] == (4, "+2996")
    assert len(tree(voice(*wide)).below) == 3_000


def elsewhere(*replies: Any, above: tuple[Entry, ...] = (), complete: bool = True) -> Elsewhere:
    """What the server of the focus's author tells anybody."""
    return Elsewhere(host="far.example", ancestors=above, replies=replies, complete=complete)


def test_an_origin_adds_what_my_server_does_not_have() -> None:
    """Between what it has, marked with where it comes from; what both have is my server's."""
    mine = voice(answer("a", ago=6, text="Mine"), complete=False)
    told = elsewhere(
        answer("a", ago=6, text="Theirs"), answer("a1", "a", ago=4), answer("b", ago=3)
    )
    made = tree(mine, elsewhere={"north": told})

    assert shape(made.below) == [(1, "a"), (2, "a1"), (1, "b")]
    assert ["", "far.example", "far.example"] == [line.origin for line in made.below]
    assert made.below[0].card is not None
    assert "Mine" == made.below[0].card.post.text.text
    assert made.complete


def test_an_article_is_shown_whole_where_mine_has_its_outline() -> None:
    """By the same author and much longer; else my server's words stay."""
    outline = voice()
    assert isinstance(outline.thread.post, Entry)
    mine = outline.thread.post.post

    def shown(text: str, **more: Any) -> str:
        whole = replace(mine, text=RichText(text), **more)
        told = replace(elsewhere(), whole=whole)
        card = tree(outline, elsewhere={"north": told}).focus.card
        assert card is not None
        return card.post.text.text

    long = mine.text.text + " And all the rest of it." * 10
    assert shown(long) == long
    assert shown(mine.text.text + "!") == mine.text.text
    somebody = replace(mine.author, uri="https://far.example/users/else")
    assert shown(long, author=somebody) == mine.text.text
    assert shown(long, uri="https://far.example/another") == mine.text.text


def test_what_an_origin_tells_of_is_missing_no_more() -> None:
    """My server's count goes down by it; of two counts of the same the larger holds."""
    missing = Absent(parent=FOCUS, state="not_loaded", count=3)
    some = tree(voice(missing), elsewhere={"north": elsewhere(answer("a"))})
    every = tree(voice(missing), elsewhere={"north": elsewhere(*map(answer, "abcd"))})
    both = tree(
        voice(missing),
        elsewhere={"north": elsewhere(Absent(parent=FOCUS, state="not_loaded", count=5))},
    )

    assert [(1, "a"), (1, "not_loaded 2")] == shape(some.below)
    assert 4 == len(every.below)
    assert [(1, "not_loaded 5")] == shape(both.below)


def test_an_origin_fills_what_is_missing_above() -> None:
    """My server has lost the chain; the other one tells all of it."""
    top = entry(post("https://far.example/1", ago=30, by="far"))
    middle = answer("https://far.example/2", "https://far.example/1", ago=20, by="far")
    mine = voice(above=(Absent(state="not_loaded"),))
    made = tree(mine, elsewhere={"north": elsewhere(above=(top, middle))})

    assert [(0, "1"), (0, "2")] == shape(made.above)
    assert {"far.example"} == {line.origin for line in made.above}


def test_an_origin_cannot_replace_the_focus_or_make_circles() -> None:
    """Whatever it says answers what."""
    false = entry(post(FOCUS, by="mallory", reply_to=ReplyTo(uri="https://north.example/a")))
    told = elsewhere(false, answer("a", "b"), answer("b", "a"), complete=False)
    made = tree(voice(), elsewhere={"north": told, "south": told})

    assert made.focus.card is not None
    assert "ottilie@ottilie.example" == made.focus.card.post.author.handle
    assert {"a", "b"} == {line.uri.rsplit("/", 1)[-1] for line in made.below}
    assert made.complete is True
