"""Every rule that can be written reads as a sentence."""

from __future__ import annotations

import pytest

from app.feed.recipe import Condition, Group, Value
from app.feed.recipe_reading import OPS
from app.feed.rule_words import in_words


def value_of(field: str, op: str) -> Value:
    """Something that may stand there."""
    if op == "exists" or field in ("seen", "replied", "filtered"):
        return True
    if field == "topic":
        return ("birds", 0.6)  # type: ignore[return-value]
    if op == "between":
        return (2.0, 5.0)
    return 2.0 if op in (">=", "<=") else ("news", "sport")


@pytest.mark.parametrize(("field", "op"), [(field, op) for field in OPS for op in OPS[field]])
def test_every_rule_is_a_sentence_about_the_post(field: str, op: str) -> None:
    """Of each field, with each of its comparisons."""
    words = in_words(Condition(field=field, op=op, value=value_of(field, op)))  # type: ignore[arg-type]
    assert words.startswith(("it ", "its ", "you "))
    assert "{" not in words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Condition(field="replies", op=">=", value=2), "it has at least 2 answers"),
        (Condition(field="age_hours", op="<=", value=12.5), "it is at most 12.5 hours old"),
        (Condition(field="length", op="between", value=(5.0, 80.0)), "it has 5 to 80 characters"),
        (Condition(field="kind", op="in", value=("reply", "quote")), "it is an answer or a quote"),
        (Condition(field="seen", op="is", value=False), "you have not seen it"),
        (Condition(field="seen", op="is_not", value=False), "you have seen it"),
        (Condition(field="link_domain", op="exists", value=False), "it links to no page"),
        (Condition(field="text", op="has_word", value="vote"), "it has the word “vote”"),
        (
            Condition(field="tag", op="in", value=tuple("abcdefgh")),
            "it is tagged “a”, “b”, “c”, “d”, “e”, “f” or 2 more",
        ),
        (
            Group(
                any=(
                    Condition(field="author_relation", op="is", value="me"),
                    Group(none=(Condition(field="has", op="is", value="link"),)),
                )
            ),
            "it is by you or not (it has a link)",
        ),
        (Group(), "anything"),
    ],
)
def test_rules_in_words(rule: Condition | Group, words: str) -> None:
    """As somebody would say them."""
    assert in_words(rule) == words
