"""Muted words: the reference's own cases, and what a long list must not change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import LinkCard, Media, Quote
from app.model.moderation import MutedWord
from app.moderation.muted_words import (
    MutedWords,
    Words,
    found_in,
    stored_value,
    words_of,
)
from tests.outside import needs_outside
from tests.posts import post
from tests.unit.moderation.reference import NOW, cases, word_from
from tests.unit.moderation.reference import words_from as words_from_record


def words_from(raw: dict[str, Any]) -> Words:
    """A case's input: tags and languages have other names there."""
    return words_from_record(
        {**raw, "tags": raw.get("outlineTags"), "langs": raw.get("languages") or [""]}
    )


@needs_outside
@pytest.mark.parametrize(
    "case", cases("mute-words", "mute-words-expiry"), ids=lambda case: case["name"][:60]
)
def test_the_reference_agrees(case: dict[str, Any]) -> None:
    """The same words match, in the same order."""
    raw = case["input"]
    muted = MutedWords(word_from(word) for word in raw["mutedWords"])
    viewer = (raw.get("actor") or {}).get("viewer") or {}
    found = [
        predicate
        for _, predicate in muted.matches(
            words_from(raw), followed=bool(viewer.get("following")), now=case.get("now", NOW)
        )
    ]
    assert bool(found) == case["expected"]["match"]
    if "predicates" in case["expected"]:
        assert found == case["expected"]["predicates"]


@needs_outside
@pytest.mark.parametrize("case", cases("mute-word-values"), ids=lambda case: repr(case["input"]))
def test_the_same_value_is_stored(case: dict[str, Any]) -> None:
    """What was typed is kept as the reference keeps it."""
    assert stored_value(case["input"]) == (case["expected"] or "")


PIECES = st.sampled_from(
    ["word", "Word", "wo", "rd", "y!ppee", "(iykyk)", "and/or", "New York", "🦋", "ß", "x",
     "don't", "a-b", "«quoted»", "日本", "#tag", "..", " ", "\n", "İ"]
)  # fmt: skip


@given(
    values=st.lists(PIECES, min_size=1, max_size=30),
    text=st.lists(PIECES, max_size=12),
    glue=st.sampled_from(["", " "]),
    lang=st.sampled_from(["", "en", "ja"]),
    tags=st.lists(PIECES, max_size=2),
)
def test_a_list_finds_what_each_word_finds(
    values: list[str], text: list[str], glue: str, lang: str, tags: list[str]
) -> None:
    """Looking for all at once skips nothing and adds nothing."""
    listed = [MutedWord(value=value) for value in values]
    words = Words(glue.join(text), tuple(tags), lang)
    one_by_one = [word for word in listed if found_in(word, words, followed=False, now=NOW)]
    at_once = MutedWords(listed).matches(words, followed=False, now=NOW)
    assert [word for word, _ in at_once] == one_by_one


def test_every_text_of_a_post_is_searched() -> None:
    """Alt text, the quoted post and cards count; a video's description does not."""
    quoted = Quote(state="shown", post=post("https://north.example/2", text="Quoted"))
    one = post(
        text="Plain",
        media=(
            Media(kind="image", url="https://x.example/1", alt="A boat"),
            Media(kind="video", url="https://x.example/2", alt="A film"),
        ),
        quote=quoted,
        card=LinkCard(url="https://x.example", title="A page"),
    )
    assert [words.text for words in words_of(one)] == ["Plain", "A boat", "Quoted", "A page"]


@pytest.mark.parametrize("text", ["a" * 100_000, "!" * 100_000, "a!" * 50_000, "日" * 100_000])
def test_a_long_text_takes_linear_time(text: str) -> None:
    """No text makes the search go over it again and again (the time limit is the suite's)."""
    muted = MutedWords(MutedWord(value=f"word{number}!") for number in range(500))
    assert not list(muted.matches(Words(text), followed=False, now=NOW))
