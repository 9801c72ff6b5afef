"""Orders: by the formula, stable, and nobody fills the feed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feed.columns import Columns
from app.feed.features import engagement, feature_values, ranks
from app.feed.knowledge import Candidate, Knowledge
from app.feed.ranking import Ranked
from app.feed.ranking import rank as ranking
from app.feed.recipe import Fold, Rank, Recipe, Spread, Term
from tests.unit.feed.candidates import KNOWN, NOW, candidate
from tests.unit.feed.plain import rank as plain_rank


def feed(**more: object) -> Recipe:
    """A recipe with these parts."""
    return Recipe(id="x", name="X", **more)  # type: ignore[arg-type]


def rank(recipe: Recipe, posts: list[Candidate], known: Knowledge) -> list[Ranked]:
    """The whole order, with all numbers."""
    return list(ranking(recipe, posts, known))


def names(ranked: list[Ranked]) -> str:
    """The order, as one word."""
    return "".join(one.candidate.uri for one in ranked)


SCORED = Rank(
    mode="score",
    terms=(Term(feature="quiet", weight=2.0), Term(feature="mutual", weight=-1.0)),
    half_life_hours=12,
)


def test_newest_first_is_the_order_of_time() -> None:
    """Ties by address; the other way round when asked."""
    posts = [candidate("a", hours=3), candidate("c", hours=1), candidate("b", hours=1)]
    assert names(rank(feed(), posts, KNOWN)) == "bca"
    assert names(rank(feed(rank=Rank(oldest_first=True)), posts, KNOWN)) == "acb"


def test_the_source_s_own_order_is_kept() -> None:
    """A feed that somebody else has ranked stays ranked."""
    posts = [candidate("a", place=2, hours=1), candidate("b", place=1, hours=9)]
    assert names(rank(feed(rank=Rank(mode="source")), posts, KNOWN)) == "ba"


def test_a_score_is_what_its_parts_come_to() -> None:
    """By hand: (2 × 0.2/(0.2+0.3) − 1 × 1) × 2^(−6/12)."""
    known = Knowledge(
        now=NOW,
        rates={"ana": 0.3},
        following=frozenset({"ana"}),
        followers=frozenset({"ana"}),
    )
    (one,) = rank(feed(rank=SCORED), [candidate(hours=6)], known)
    assert one.score == pytest.approx((2 * 0.4 - 1) * 2**-0.5)
    assert sum(part.amount for part in one.parts) * one.decay == pytest.approx(one.score)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 48), st.integers(0, 9)), max_size=60))
def test_every_score_adds_up(posts: list[tuple[int, int, int]]) -> None:
    """Parts × decay × the author's factor, whatever the spread did."""
    candidates = [
        candidate(str(at), by=f"p{who}", hours=hours, likes=likes)
        for at, (who, hours, likes) in enumerate(posts)
    ]
    recipe = feed(
        rank=Rank(
            mode="score",
            terms=(Term(feature="engagement", weight=3), Term(feature="newest", weight=1)),
            half_life_hours=8,
        ),
        spread=Spread(author_decay=0.5, max_run=2),
    )
    ranked = rank(recipe, candidates, KNOWN)
    assert len(ranked) == len(candidates)
    for one in ranked:
        total = sum(part.amount for part in one.parts) * one.decay * one.author_factor
        assert one.score == pytest.approx(total)
    assert ranked == rank(recipe, list(reversed(candidates)), KNOWN)


def test_later_posts_of_one_author_count_less() -> None:
    """1, 0.625, 0.4375 with a decay of 0.5 and a floor of 0.25."""
    posts = [candidate(str(at), by="loud", hours=1 + at / 100) for at in range(3)]
    recipe = feed(
        rank=Rank(mode="score", terms=(Term(feature="newest", weight=1),)),
        spread=Spread(author_decay=0.5, floor=0.25),
    )
    assert [one.author_factor for one in rank(recipe, posts, KNOWN)] == [1, 0.625, 0.4375]


def test_accounts_of_one_person_count_as_one() -> None:
    """Whoever posts on both networks does not get two places."""
    known = Knowledge(now=NOW, people={"ana": "P", "ana.b": "P"})
    posts = [candidate("a", by="ana"), candidate("b", by="ana.b"), candidate("c", by="bo")]
    assert names(rank(feed(spread=Spread(max_per_author=1)), posts, known)) == "ac"
    apart = Spread(max_per_author=1, by_person=False)
    assert names(rank(feed(spread=apart), posts, known)) == "abc"


def test_nobody_stands_more_often_in_a_row() -> None:
    """As long as there is anybody else."""
    posts = [candidate(name, by=name.lower(), hours=at) for at, name in enumerate("AAAABBA")]
    ranked = rank(feed(spread=Spread(max_run=2)), posts, KNOWN)
    assert names(ranked) == "AABAABA"


@given(st.text(alphabet="abc", max_size=40), st.integers(1, 3))
def test_mixing_loses_nobody(order: str, most: int) -> None:
    """Every post is there, once."""
    posts = [candidate(f"{at}", by=who, hours=at) for at, who in enumerate(order)]
    ranked = rank(feed(spread=Spread(max_run=most)), posts, KNOWN)
    assert sorted(one.candidate.uri for one in ranked) == sorted(one.uri for one in posts)


def test_a_network_gets_its_share() -> None:
    """Three of every ten, though all of them are old."""
    posts = [candidate(f"n{at}", hours=at) for at in range(30)]
    posts += [candidate(f"s{at}", hours=100 + at, network="south") for at in range(9)]
    ranked = rank(feed(spread=Spread(quotas={"south": 0.3})), posts, KNOWN)
    for start in (0, 10, 20):
        ten = [one.candidate.traits.network for one in ranked[start : start + 10]]
        assert ten.count("south") == 3
    assert len(ranked) == 39


def test_what_is_folded_is_kept_below() -> None:
    """By link: the first stays, the others are told."""
    posts = [
        candidate("a", hours=1, first_link="x.example/1"),
        candidate("b", hours=2),
        candidate("c", hours=3, first_link="x.example/1"),
        candidate("d", hours=4),
    ]
    ranked = rank(feed(fold=Fold(by="link")), posts, KNOWN)
    assert names(ranked) == "abd"
    assert [one.uri for one in ranked[0].folded] == ["c"]


def test_a_conversation_is_folded_below_what_stands_first() -> None:
    """Answers, answers to them, and answers to what is not here; each alone stays."""
    posts = [
        candidate("a", hours=1, parent="b"),
        candidate("b", hours=2, parent="gone"),
        candidate("c", hours=3, parent="gone"),
        candidate("d", hours=4),
        candidate("e", hours=5, parent="d"),
        candidate("f", hours=6),
    ]
    ranked = rank(feed(fold=Fold(by="thread")), posts, KNOWN)
    assert names(ranked) == "adf"
    assert [[one.uri for one in row.folded] for row in ranked] == [["b", "c"], ["e"], []]


def test_answers_that_go_in_a_circle_are_one_conversation() -> None:
    """Whoever made them so, and from wherever one comes in."""
    posts = [
        candidate("a", hours=1, parent="b"),
        candidate("b", hours=2, parent="c"),
        candidate("c", hours=3, parent="b"),
        candidate("d", hours=4, parent="d"),
    ]
    ranked = rank(feed(fold=Fold(by="thread")), posts, KNOWN)
    assert names(ranked) == "ad"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 9)), max_size=10))
def test_conversations_are_those_of_the_plain_way(links: list[tuple[int, int]]) -> None:
    """Whatever answers what."""
    posts = [
        candidate(f"p{at}", hours=hours, parent=f"p{to}" if to >= 0 else "")
        for at, (hours, to) in enumerate(links)
    ]
    recipe = feed(fold=Fold(by="thread"))
    mine, plain = rank(recipe, posts, KNOWN), plain_rank(recipe, posts, KNOWN)
    assert [one.candidate.uri for one in mine] == [one.candidate.uri for one in plain]
    assert [[c.uri for c in one.folded] for one in mine] == [
        [c.uri for c in one.folded] for one in plain
    ]


def test_ranks_are_of_one_network_and_age() -> None:
    """Ten likes there are as many as a thousand here; few posts say nothing."""
    small = [candidate(f"s{at}", network="south", likes=at) for at in range(20)]
    large = [candidate(f"n{at}", network="north", likes=at * 100) for at in range(20)]
    few = [candidate("old", hours=30, likes=99)]
    values = feature_values("likes", Columns([*small, *large, *few]), KNOWN).tolist()
    assert values[:20] == values[20:40]
    assert values[0] == pytest.approx(0.025)
    assert values[19] == pytest.approx(0.975)
    assert values[40] == 0.5


def test_equal_counts_have_equal_ranks() -> None:
    """The middle of their places."""
    posts = [candidate(str(at), likes=int(at >= 10)) for at in range(20)]
    columns = Columns(posts)
    values = ranks(columns.number("likes"), columns, KNOWN).tolist()
    assert set(values[:10]) == {0.25}
    assert set(values[10:]) == {0.75}


def test_engagement_is_the_known_formula() -> None:
    """∛(10 × 4 × 2) for nine reposts, three likes and one answer."""
    one = Columns([candidate(reposts=9, likes=3, replies=1)])
    assert engagement(one).tolist() == pytest.approx([4.3089], abs=1e-4)
