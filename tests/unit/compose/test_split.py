"""One text, cut into posts."""

from __future__ import annotations

import pytest
import regex

from app.compose.length import Ruler
from app.compose.spans import find_spans
from app.compose.split import Piece, Room, split
from app.model.sending import Limits
from app.model.text import RichText, Span
from tests.unit.compose.rooms import LONG, SHORT


def cut(text: str, room: int, limits: Limits = SHORT, **more: int) -> list[str]:
    """The posts' texts."""
    return [text[piece.start : piece.end] for piece in pieces(text, room, limits, **more)]


def pieces(text: str, room: int, limits: Limits = SHORT, **more: int) -> list[Piece]:
    rich = RichText(text, find_spans(text))
    return split(rich, Ruler(rich, limits), Room(room, **more))


def test_what_fits_is_one_post() -> None:
    """To the last character."""
    assert cut("x" * 50, 50) == ["x" * 50]
    assert pieces("x" * 50, 50)[0].why == ""


def test_a_paragraph_ends_a_post_before_a_sentence_does() -> None:
    """If the post is half full with it."""
    first = "One sentence. And another one, longer."
    text = f"{first}\n\nThen the third. The fourth comes at last, and it is long."

    assert cut(text, 60)[0] == first
    assert pieces(text, 60)[0].why == "paragraph"


def test_a_sentence_ends_a_post_before_a_word_does() -> None:
    """With the marks that close it."""
    text = "Then he said to her: “Come in!” Then nobody was to be seen for a while."

    assert cut(text, 50) == [
        "Then he said to her: “Come in!”",
        "Then nobody was to be seen for a while.",
    ]
    assert pieces(text, 50)[0].why == "sentence"


@pytest.mark.parametrize(
    "text",
    [
        "We met Dr. Brandvold at the yard and she took us for a sail on it.",
        "It costs approx. 30 crowns for all who come by boat, less on foot.",
        "We came e.g. Tuesday and then the others who came on Wednesday too",
    ],
)
def test_a_shortened_word_ends_no_sentence(text: str) -> None:
    """Titles, abbreviations, initials."""
    assert {piece.why for piece in pieces(text, 40)[:-1]} == {"word"}


def test_words_stay_whole() -> None:
    """White space between posts is dropped, nothing else."""
    text = "alpha beta gamma delta epsilon zeta eta theta iota kappa"
    posts = cut(text, 20)

    assert " ".join(posts) == text
    assert all(len(post) <= 20 for post in posts)


def test_an_endless_word_is_cut_between_characters() -> None:
    """Of what a reader sees."""
    family = "👨‍👩‍👧‍👧"
    text = family * 25

    assert cut(text, 10) == [family * 10, family * 10, family * 5]
    assert all(len(regex.findall(r"\X", post)) <= 10 for post in cut(text, 10))


@pytest.mark.parametrize(
    "atom",
    [
        "https://a.example/somewhere",
        "@ana.example.com",
        "#somewhere_far",
        ":blob_cat_party:",
        "boatyard.example/open",
    ],
)
def test_links_mentions_tags_and_emoji_stay_whole(atom: str) -> None:
    """Wherever the cut would fall."""
    for before in range(1, 40):
        text = f"{'x' * before} {atom} and so on, until the end of it all."
        posts = cut(text, 30)

        assert any(atom in post for post in posts)
        assert all(len(post) <= 30 for post in posts)


def test_a_link_behind_several_words_stays_whole() -> None:
    """White space inside it is no place to cut."""
    text = "aaaa bbbb cccc dddd eeee ffff gggg"
    rich = RichText(text, (Span(10, 29, "link", "https://a.example"),))
    found = split(rich, Ruler(rich, SHORT), Room(22))

    assert all(
        piece.end <= 10 or piece.start <= 10 < 29 <= piece.end or piece.start >= 29
        for piece in found
    )


def test_a_link_longer_than_a_post_stays_whole_and_does_not_fit() -> None:
    """Where every link counts the same it fits anyway."""
    link = "https://a.example/" + "x" * 80
    text = f"see {link} there"

    assert cut(text, 50) == ["see", link, "there"]
    assert cut(text, 50, LONG) == [text]


def test_a_line_with_a_break_ends_a_post() -> None:
    """Whether it is full or not; the line itself is gone."""
    text = "First.\n---\nSecond, and\n\n --- \n\nthird. a---b"

    assert cut(text, 300) == ["First.", "Second, and", "third. a---b"]
    assert [piece.why for piece in pieces(text, 300)] == ["break", "break", ""]


def test_breaks_at_the_ends_make_no_empty_posts() -> None:
    """Nor do several in a row."""
    assert cut("---\n---\nText\n---\n---\nmore\n---", 300) == ["Text", "more"]
    assert cut("---", 300) == [""]


def test_without_dividing_only_breaks_end_a_post() -> None:
    """However long it is."""
    text = "x " * 200 + "\n---\nend"
    rich = RichText(text, find_spans(text))
    found = split(rich, Ruler(rich, SHORT), Room(50), divide=False)

    assert len(found) == 2
    assert text[found[1].start : found[1].end] == "end"


def test_a_last_post_of_a_few_words_is_balanced() -> None:
    """With the one before."""
    text = "One sentence that is here. Another one which follows. The third, quite long, ends. Bye now."
    posts = cut(text, 84)

    assert len(posts) == 2
    assert min(map(len, posts)) > 30
    assert posts[0].endswith((".", ","))


def test_a_last_paragraph_of_a_few_words_stays_alone_if_it_must() -> None:
    """When the post before it has no place to give from."""
    text = "x" * 60 + "\n\nBye."

    assert cut(text, 60) == ["x" * 60, "Bye."]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (
            "今日は天気がいいので、散歩に行きました。公園で友達に会って、いろいろ話しました。楽しかったです。"
            * 2,
            "。、",
        ),
        (
            "我们今天去了海边，看到了很多海鸟。它们在沙滩上走来走去，非常可爱。明天我们还要再去一次。"
            * 2,
            "。，",
        ),
    ],
)
def test_scripts_without_spaces_are_cut_between_signs(text: str, marks: str) -> None:
    """At the end of a sentence if possible; no post begins with what closes."""
    posts = cut(text, 40)

    assert "".join(posts) == text
    assert all(len(post) <= 40 for post in posts)
    assert not any(post[0] in marks for post in posts)
    assert posts[0][-1] == "。"


def test_long_runs_of_signs_are_cut_anywhere_but_before_what_closes() -> None:
    """Without a sentence's end in reach."""
    text = "日本語" * 12 + "ー" + "日本語" * 12
    posts = cut(text, 36)

    assert "".join(posts) == text
    assert not any(post[0] == "ー" for post in posts)


def test_thai_is_cut_at_a_space_or_between_syllables() -> None:
    """A vowel never stands without its consonant."""
    phrase = "วันนี้อากาศดีมากเราไปเดินเล่นที่ชายหาด"
    spaced = f"{phrase} {phrase} {phrase}"
    posts = cut(spaced, 60)

    assert "".join(posts).replace(" ", "") == phrase * 3
    assert posts[0] == phrase
    assert all(regex.match(r"\X", post)[0] == regex.findall(r"\X", post)[0] for post in posts)
    assert not any(post[-1] in "เแโใไ" for post in cut(phrase * 3, 25))


def test_what_is_taken_already_leaves_less_room() -> None:
    """In the first post, and in the later ones."""
    text = "word " * 30
    posts = cut(text.strip(), 30, first=15, later=5)

    assert len(posts[0]) <= 15
    assert {len(post) <= 25 for post in posts[1:]} == {True}


def test_bytes_limit_a_post_too() -> None:
    """Four bytes each: fewer fit."""
    text = "🫖" * 30
    posts = cut(text, 25, bytes=40)

    assert "".join(posts) == text
    assert all(len(post.encode()) <= 40 for post in posts)


def test_a_character_larger_than_a_post_stays_whole() -> None:
    """It does not fit, and it is not torn."""
    tower = "a" + "\u0301" * 60

    assert cut(f"{tower} b", 20, bytes=50) == [tower, "b"]
