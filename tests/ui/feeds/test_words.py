"""What the lab and the why say."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feed.recipe import Condition, Feature, Field, RecipeSource
from app.feed.recipe_reading import OPS, recipe_from_json
from app.services.feed_values import Explanation, ScorePart
from app.ui.feeds import words
from app.ui.feeds.draft import LabRule, rules_of
from app.ui.feeds.why_words import END, ISOLATE, why_value
from app.wiring.feeds import documents

AMOUNTS = st.lists(st.tuples(st.floats(0, 1), st.floats(-3, 3)), min_size=1, max_size=8)


def _told(parts: list[tuple[float, float]], decay: float, factor: float) -> Explanation:
    made = tuple(
        ScorePart(feature="newest", name="New", value=value, weight=weight, amount=value * weight)
        for value, weight in parts
    )
    score = sum(part.amount for part in made) * decay * factor
    return Explanation(
        uri="x", feed="x", shown=True, position=1, score=score, parts=made, decay=decay,
        author_factor=factor,
    )  # fmt: skip


def _read(number: str) -> float:
    return float(number.strip(f"{ISOLATE}{END}× ").replace("−", "-"))


@given(AMOUNTS, st.floats(0.001, 1), st.floats(0.25, 1))
def test_the_numbers_that_are_shown_come_to_the_score_that_is_shown(
    parts: list[tuple[float, float]], decay: float, factor: float
) -> None:
    """Whoever reckons with what stands there gets what stands there, to its last digit."""
    value = why_value(None, _told(parts, decay, factor))

    total = sum(_read(bar.number) for bar in value.bars)
    for _, number in value.factors:
        total *= _read(number)

    assert abs(total - float(value.score)) <= 0.0051


def test_the_largest_part_has_the_whole_bar_and_one_against_is_marked() -> None:
    """Bars compare; a minus is said, not only coloured."""
    value = why_value(None, _told([(1, 2), (1, -1), (0, 1)], 1, 1))
    assert [bar.share for bar in value.bars] == [1, 0.5, 0]
    assert [bar.negative for bar in value.bars] == [False, True, False]
    assert "−1.00" in value.bars[1].number
    assert value.factors == ()


def test_what_is_not_shown_says_which_step_took_it() -> None:
    """The title does not claim that it is there."""
    told = Explanation(uri="x", feed="x", shown=False, step="rule", rule="the text has “vote”")
    value = why_value(None, told)
    assert value.title == "Why is this not here?"
    assert value.sentence.startswith("A rule drops it")


@pytest.mark.parametrize("id", sorted(documents().feeds))
def test_every_rule_that_comes_with_godwit_is_a_sentence(id: str) -> None:
    """Words and at least one token each; no name of a field shows through."""
    raw = {field for field in get_args(Field) if "_" in field}
    for rule in rules_of(recipe_from_json(documents().feeds[id])):
        runs = words.rule_runs(rule)
        assert any(token for _, token in runs)
        said = words.rule_sentence(rule)
        assert not any(field in said for field in raw), said


def _value(field: str, op: str) -> object:
    if op == "exists" or field in ("seen", "replied", "filtered"):
        return True
    if field == "topic":
        return ("politics", 0.6)
    if op == "between":
        return (1.0, 2.0)
    if op in (">=", "<="):
        return 3.0
    return ("one", "two") if op in ("in", "not_in") else "one"


@pytest.mark.parametrize("field", get_args(Field))
def test_every_rule_that_can_be_made_has_words(field: Field) -> None:
    """Also those that no built-in feed uses; what is denied reads otherwise."""
    said = set()
    for op in OPS[field]:
        rule = Condition(field=field, op=op, value=_value(field, op))  # type: ignore[arg-type]
        said.add(words.rule_sentence(LabRule(effect="drop", rule=rule)))
    assert all(one.startswith("Drop ") and len(one) > 7 for one in said)
    if "is" in OPS[field] and "is_not" in OPS[field]:
        assert len(said) > 1


def test_every_scorer_has_a_short_name() -> None:
    """They fit beside a slider."""
    assert all(0 < len(words.SHORT[one]) <= 30 for one in get_args(Feature))


def test_weights_are_words_in_their_order() -> None:
    """More weight never sounds like less."""
    steps = [words.weight_words(number / 20) for number in range(-40, 41)]
    seen = list(dict.fromkeys(steps))
    assert seen == [
        "strongly against it", "against it", "off", "a trace", "a little", "medium", "strong",
        "very strong",
    ]  # fmt: skip


def test_sources_say_whose_they_are() -> None:
    """An account by its server; a feed by the last part of its address."""
    names = {"a": "saltmarsh.example"}
    home = RecipeSource(kind="home", account="a")
    feed = RecipeSource(kind="feed", arg="at://did:plc:x/app.bsky.feed.generator/shorebirds")
    assert words.source_words(home, names) == "Home · saltmarsh.example"
    assert words.source_words(feed, names) == "Feed shorebirds"
