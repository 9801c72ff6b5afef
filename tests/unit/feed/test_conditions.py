"""Rules: what each keeps, and that the words agree with the deed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feed.conditions import compile_rules, explain, in_words, uses
from app.feed.knowledge import Knowledge
from app.feed.patterns import Phrase, fold, words_in
from app.feed.recipe import Condition, Group, Rule
from app.feed.traits import HAS, traits_of
from app.model import LinkCard, Media, RichText, Span
from tests.posts import post
from tests.unit.feed.candidates import NOW, candidate

BIT = {name: 1 << bit for bit, name in enumerate(HAS)}

KNOWN = Knowledge(
    now=NOW,
    me=frozenset({"me"}),
    following=frozenset({"ana", "bo"}),
    followers=frozenset({"ana", "cy"}),
    lists={"scientists": frozenset({"ana"})},
    rates={"ana": 3.0},
    people={"ana": "P1"},
    seen=frozenset({"1"}),
    topics={"politics": {"1": 0.9}},
)


def holds(field: Any, op: Any, value: Any, **more: Any) -> bool:
    """Whether one condition holds for a candidate."""
    condition = Condition(field=field, op=op, value=value)
    return compile_rules(condition, KNOWN)(candidate(**more))


@pytest.mark.parametrize(
    ("field", "op", "value", "more", "expected"),
    [
        ("network", "is", "north", {}, True),
        ("network", "not_in", ("south", "west"), {}, True),
        ("author", "in", ("ana", "x"), {}, True),
        ("author", "is", "bo", {"reposters": ("bo",)}, True),
        ("author_relation", "is", "following", {}, True),
        ("author_relation", "is", "mutual", {}, True),
        ("author_relation", "is", "mutual", {"by": "bo"}, False),
        ("author_relation", "is", "follower", {"by": "cy"}, True),
        ("author_relation", "is", "none", {"by": "dov"}, True),
        ("author_relation", "is", "me", {"by": "me"}, True),
        ("author_rate", ">=", 3.0, {}, True),
        ("author_rate", "<=", 1.0, {"by": "dov"}, True),
        ("author_domain", "is", "example", {}, True),
        ("author_domain", "is", "orth.example", {}, False),
        ("person", "is", "P1", {}, True),
        ("list", "in", ("scientists",), {}, True),
        ("list", "not_in", ("scientists",), {"by": "bo"}, True),
        ("tag", "is", "Tides", {"tags": ("tides",)}, True),
        ("tag", "wildcard", "tid*", {"tags": ("tides",)}, True),
        ("tag", "exists", False, {}, True),
        ("lang", "in", ("de", "en"), {}, True),
        ("lang", "exists", True, {"lang": ""}, False),
        ("kind", "is", "original", {}, True),
        ("kind", "is", "repost", {"reposters": ("bo",)}, True),
        ("kind", "is", "original", {"is_reply": True}, False),
        ("kind", "in", ("reply", "quote"), {"has": BIT["quote"]}, True),
        ("reply_to_relation", "is", "following", {"is_reply": True, "reply_to": "bo"}, True),
        ("reply_to_relation", "is_not", "following", {}, True),
        ("has", "is", "image", {"has": BIT["image"]}, True),
        ("has", "is", "media", {"has": BIT["video"]}, True),
        ("has", "not_in", ("poll", "link"), {"has": BIT["image"]}, True),
        ("link_domain", "is", "news.example", {"links": ("www2.news.example",)}, True),
        ("length", "between", (50.0, 150.0), {}, True),
        ("words", ">=", 21.0, {}, False),
        ("age_hours", "<=", 2.0, {"hours": 1.5}, True),
        ("likes", ">=", 1.0, {}, False),
        ("label", "is", "spam", {"labels": ("spam",)}, True),
        ("seen", "is", True, {}, True),
        ("seen", "is_not", True, {}, False),
        ("seen", "is", False, {"name": "2"}, True),
        ("topic", ">=", ("politics", 0.8), {}, True),
        ("topic", "<=", ("politics", 0.2), {"name": "2"}, True),
        ("text", "has_word", "tide", {"text": "The TIDE, again"}, True),
        ("text", "has_word", "tide", {"text": "betide"}, False),
        ("text", "has_word", ("vote", "poll"), {"text": "a poll!"}, True),
        ("text", "has_phrase", "low water", {"text": "at Low  water."}, True),
        ("text", "has_phrase", "low water", {"text": "low tide water"}, False),
        ("text", "starts_with", "low", {"text": "Low water"}, True),
        ("text", "wildcard", "elect*", {"text": "the elections"}, True),
        ("text", "wildcard", "*tide", {"text": "Betide."}, True),
        ("text", "wildcard", "a*c*e", {"text": "abcde"}, True),
        ("text", "wildcard", "a*c*e", {"text": "abde"}, False),
        ("text", "has_word", "日本", {"text": "今日本を読む"}, True),
        ("text", "has_word", "straße", {"text": "STRASSE"}, True),
    ],
)
def test_a_condition_holds(
    field: str, op: str, value: Any, more: dict[str, Any], expected: bool
) -> None:
    """Every field with its operators."""
    assert holds(field, op, value, **more) == expected


def test_none_beats_everything() -> None:
    """A post that a ``none`` rule names is out, whatever else holds."""
    group = Group(
        any=(Condition(field="network", op="is", value="north"),),
        none=(Condition(field="author", op="is", value="ana"),),
    )
    assert not compile_rules(group, KNOWN)(candidate())
    decided = explain(group, candidate(), KNOWN)
    assert not decided.kept
    assert decided.rule == "Dropped: it is by “ana”"


CONDITIONS = st.sampled_from(
    [
        Condition(field="network", op="is", value="north"),
        Condition(field="likes", op=">=", value=5.0),
        Condition(field="text", op="has_word", value="tide"),
        Condition(field="seen", op="is", value=True),
        Condition(field="kind", op="is", value="reply"),
    ]
)
RULES: st.SearchStrategy[Rule] = st.recursive(
    CONDITIONS,
    lambda inner: st.builds(
        Group,
        all=st.lists(inner, max_size=2).map(tuple),
        any=st.lists(inner, max_size=2).map(tuple),
        none=st.lists(inner, max_size=2).map(tuple),
    ),
    max_leaves=8,
)


@given(
    rule=RULES,
    likes=st.integers(0, 9),
    text=st.sampled_from(["tide", "water"]),
    name=st.sampled_from(["1", "2"]),
    reply=st.booleans(),
)
def test_what_is_said_is_what_was_done(
    rule: Rule, likes: int, text: str, name: str, reply: bool
) -> None:
    """The explanation decides as the compiled rules do, and every rule has words."""
    group = rule if isinstance(rule, Group) else Group(all=(rule,))
    one = candidate(name, likes=likes, text=text, is_reply=reply)
    assert explain(group, one, KNOWN).kept == compile_rules(group, KNOWN)(one)
    assert in_words(rule)


def test_only_rules_that_read_text_ask_for_it() -> None:
    """Also deep inside."""
    deep = Group(none=(Group(any=(Condition(field="text", op="has_word", value="x"),)),))
    assert uses(deep, "text")
    assert not uses(Group(all=(Condition(field="seen", op="is", value=True),)), "text")


@pytest.mark.parametrize("pattern", ["*" * 10 + "a", "a*a*a*a*a*a*b", "x y z", "a*" * 10])
def test_no_pattern_is_slow(pattern: str) -> None:
    """A hundred thousand characters, words short and long (the suite's time limit holds)."""
    for text in ("a" * 100_000, "a " * 50_000, "ab" * 50_000):
        Phrase(pattern).is_in(words_in(text), fold(text))


def test_traits_tell_what_a_post_is() -> None:
    """Text, media, links, tags and language."""
    one = post(
        text=RichText("See #tide at x", (Span(4, 9, "tag", "Tide"),)),
        media=(Media(kind="image", url="https://x.example/1", alt="A boat"),),
        card=LinkCard(url="https://www.news.example/a/?utm_source=x&id=1"),
        langs=("de-AT",),
    )
    traits = traits_of(one)
    assert traits.has == BIT["image"] | BIT["link"] | BIT["alt"]
    assert traits.tags == ("tide",)
    assert traits.links == ("news.example",)
    assert traits.first_link == "news.example/a?id=1"
    assert (traits.lang, traits.domain) == ("de", "teun.example")
