"""Rules over columns decide what they decide one candidate after the other."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.feed.columns import Columns
from app.feed.conditions import compile_rules
from app.feed.knowledge import Candidate
from app.feed.recipe import Condition, Group, Rule
from app.feed.sieve import rank_by_likes, sift
from tests.property.test_ranking import KNOWN, candidates

CONDITIONS = [
    Condition(field="network", op="is", value="north"),
    Condition(field="author", op="in", value=("p1", "p2")),
    Condition(field="author_relation", op="is", value="mutual"),
    Condition(field="author_rate", op=">=", value=1.0),
    Condition(field="author_domain", op="is_not", value="south.example"),
    Condition(field="person", op="is", value="P"),
    Condition(field="text", op="has_word", value=("tide", "mud*")),
    Condition(field="text", op="has_phrase", value="low tide"),
    Condition(field="text", op="starts_with", value="Low"),
    Condition(field="tag", op="exists", value=True),
    Condition(field="kind", op="in", value=("repost", "quote")),
    Condition(field="has", op="is", value="media"),
    Condition(field="has", op="not_in", value=("poll", "link")),
    Condition(field="length", op="between", value=(100.0, 900.0)),
    Condition(field="age_hours", op="<=", value=3.0),
    Condition(field="likes", op=">=", value=3.0),
    Condition(field="likes_rank", op=">=", value=0.6),
    Condition(field="topic", op=">=", value=("sea", 0.4)),  # type: ignore[arg-type]
]
TEXTS = ["Low tide at four.", "Mudflats and the tide", "High water", "", "tidepool"]

known = replace(KNOWN, topics={"sea": {f"u{number}": number / 90 for number in range(90)}})


def tree(depth: int, chance: Random) -> Rule:
    """Some rules, nested."""
    if not depth or chance.random() < 0.4:
        return chance.choice(CONDITIONS)
    parts = [tuple(tree(depth - 1, chance) for _ in range(chance.randrange(3))) for _ in range(3)]
    return Group(all=parts[0], any=parts[1], none=parts[2])


@settings(max_examples=200, deadline=None)
@given(candidates, st.integers(0, 10**9))
def test_the_sieve_keeps_what_the_rules_keep(posts: list[Candidate], seed: int) -> None:
    """And texts are read only of what depends on them."""
    chance = Random(seed)
    where = Group(all=(tree(3, chance), tree(2, chance)))
    texts = {one.uri: chance.choice(TEXTS) for one in posts}
    asked: list[str] = []

    def load(rows: Sequence[Candidate]) -> dict[str, str]:
        asked.extend(one.uri for one in rows)
        return {one.uri: texts[one.uri] for one in rows}

    columns = Columns(posts)
    kept = sift(where, columns, known, load).tolist()
    test = compile_rules(where, replace(known, ranks=rank_by_likes(columns, known)))
    whole = [replace(one, text=texts[one.uri]) for one in posts]

    assert kept == [test(one) for one in whole]
    for one in whole:
        if one.uri not in asked:
            assert all(test(replace(one, text=other)) == test(one) for other in TEXTS)
