"""Texts as they are shown: caps, links that say their host, tags at the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.model import RichText, Span
from app.ui.timeline.layout import prepare as module
from app.ui.timeline.layout.prepare import (
    EMOJI,
    MOST_LETTERS,
    MOST_MARKS,
    cap_marks,
    first_strong,
    link_label,
    prepare,
)
from tests.ui.timeline.samples import rich


def test_a_link_with_other_words_says_its_host() -> None:
    """Words may say anything: the true host stands behind them."""
    assert "[evil.example]" in link_label("your bank", "https://evil.example/x")
    assert "[evil.example]" in link_label("bank.example", "https://evil.example/bank.example")
    assert "[evil.example]" in link_label("https://bank.example/", "https://evil.example")


def test_a_host_that_is_said_already_is_not_said_twice() -> None:
    """Behind the words, in round brackets; another one there does not count."""
    named = "the book (books.example)"
    assert link_label(named, "https://books.example/9") == named
    assert link_label(named, "https://www.books.example/9") == named
    assert "[evil.example]" in link_label(named, "https://evil.example/9")


def test_a_link_that_is_its_address_is_shortened_host_first() -> None:
    """The scheme goes, the end is cut, the host stays whole."""
    url = "https://docs.example.org/" + "long/" * 30

    shown = link_label(url, url)

    assert shown.startswith("docs.example.org/long")
    assert shown.endswith("…")
    assert len(shown) <= 44


def test_an_address_that_cannot_be_opened_says_so() -> None:
    """No host, no link."""
    assert "[no host]" in link_label("click", "javascript:alert(1)")


def test_only_a_last_line_of_tags_is_folded() -> None:
    """Tags inside a sentence stay; a line of nothing but tags goes to the end."""
    inside = rich("I like #tea a lot", ("#tea", "tag", "tea"))
    after = rich("Tea\n\n#tea #milk", ("#tea", "tag", "tea"), ("#milk", "tag", "milk"))

    assert prepare(inside).tags == ()
    folded = prepare(after)
    assert folded.tags == ("tea", "milk")
    assert folded.rich.text == "Tea"


def test_custom_emoji_stand_for_themselves_when_copied() -> None:
    """The placeholder remembers what was written."""
    paragraph = next(prepare(rich("Hi :cat:!", (":cat:", "emoji", "u"))).paragraphs())

    assert paragraph.text == f"Hi {EMOJI}!"
    assert paragraph.source == ((3, 6, ":cat:"),)
    assert [(run.start, run.end) for run in paragraph.runs] == [(3, 6)]


def test_spans_keep_their_words_behind_a_longer_link() -> None:
    """What comes after a replaced label is still marked in the right place."""
    text = rich("See here and bold", ("here", "link", "https://a.example"), ("bold", "bold", ""))
    paragraph = next(prepare(text).paragraphs())
    bold = next(run for run in paragraph.runs if run.kind == "bold")

    assert paragraph.text[bold.start : bold.end] == "bold"


def test_piles_of_marks_are_capped() -> None:
    """A letter keeps a few marks; writing that needs two or three is left alone."""
    pile = "e" + "\u0301" * 20_000
    thai = "ก็ที่นี่"

    assert cap_marks(pile) == "e" + "\u0301" * MOST_MARKS
    assert cap_marks(thai) == thai
    assert len(next(prepare(RichText(pile)).paragraphs()).text) == 1 + MOST_MARKS


def test_endless_texts_are_capped_and_say_so() -> None:
    """More than is shown is told."""
    assert prepare(RichText("a" * 200_000)).capped
    assert len(prepare(RichText("a" * 200_000)).rich.text) == MOST_LETTERS
    assert not prepare(RichText("a" * 100)).capped


def test_lines_are_made_one_by_one() -> None:
    """Whoever needs 14 of 10 000 lines gets 14."""
    lines = prepare(RichText("x\n" * 9_000)).paragraphs()

    assert [next(lines).text for _ in range(14)] == ["x"] * 14


def test_direction_is_that_of_the_first_letter() -> None:
    """Digits, signs and emoji have none."""
    assert first_strong("12 🎉 שלום hello") == "rtl"
    assert first_strong("… hello שלום") == "ltr"
    assert first_strong("123 !") == ""


SPANS = st.builds(
    Span,
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from(["link", "mention", "tag", "emoji", "bold", "code", "code_block", "quote"]),
    st.sampled_from(["", "https://a.example/x", "javascript:x", "tag", "https://[::1"]),
)


@given(st.text(max_size=60), st.lists(SPANS, max_size=8))
def test_nothing_makes_it_fail(text: str, spans: list[Span]) -> None:
    """Any text and any spans give paragraphs whose runs lie inside them."""
    prepared = prepare(RichText(text, tuple(sorted(spans, key=lambda s: s.start))))

    for paragraph in prepared.paragraphs():
        for run in paragraph.runs:
            assert 0 <= run.start <= run.end <= len(paragraph.text)
            assert -1 <= run.link < len(prepared.links)


@given(st.text(alphabet="ab \n:é\u0301😀", max_size=80))
def test_plain_text_comes_back(text: str) -> None:
    """Without spans the words are those that were written (marks capped)."""
    made = [p.text for p in prepare(RichText(text)).paragraphs()]

    assert made == [module.cap_marks(line) for line in text.rstrip().split("\n") if line]
