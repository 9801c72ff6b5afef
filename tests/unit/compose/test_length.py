"""How long a text is for a network."""

from __future__ import annotations

import pytest
import regex

from app.compose.length import Ruler
from app.compose.spans import find_spans
from app.model.graphemes import count_graphemes
from app.model.sending import Limits
from app.model.text import RichText
from tests.unit.compose.rooms import LONG, SHORT

FAMILY = "👨‍👩‍👧‍👧"


def rich(text: str) -> RichText:
    return RichText(text, find_spans(text))


def length(text: str, limits: Limits) -> int:
    return Ruler(rich(text), limits).length(0, len(text))


@pytest.mark.parametrize(
    "text", ["", "a", "é", "e\u0301", FAMILY, "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "हिन्दी", "각", "a\u0301\u0302b", "日本", "\u0301", " \u0301", "🇫🇷🇩🇪"]
)  # fmt: skip
def test_a_character_is_what_a_reader_sees(text: str) -> None:
    """Also where marks and joiners stand beside plain letters."""
    mixed = f"plain. {text}{text} and, {text}\n{text}a。{text}あ"

    assert count_graphemes(text) == len(regex.findall(r"\X", text))
    assert length(mixed, SHORT) == len(regex.findall(r"\X", mixed))


def test_every_link_counts_the_same_where_the_server_says_so() -> None:
    """Long or short; with its scheme or without."""
    text = "see https://a.example/a/very/long/way?to=nowhere#at-all and b.example now"

    assert length(text, LONG) == len("see  and  now") + 2 * 23
    assert length(text, SHORT) == len(text)


@pytest.mark.parametrize(
    "text", ["http://localhost:8080/a/long/way/to/go", "https://a.nowhere/and/a/long/way/from/there",
             "see:https://a.example/a/long/way/to/go", "HTTPS://A.EXAMPLE/A/LONG/WAY/TO/GO"]
)  # fmt: skip
def test_what_may_be_no_link_to_the_server_counts_as_the_longer(text: str) -> None:
    """Better a little room left than a refusal."""
    short = "see:http://a.b"

    assert length(text, LONG) == len(text)
    assert length(short, LONG) == len("see:") + 23


def test_the_host_of_a_mention_is_not_counted_where_the_server_says_so() -> None:
    """``@ana@b.social`` counts as ``@ana``."""
    text = f"{FAMILY}@ana @ana@a.very.long.host.example {FAMILY}"

    assert length(text, LONG) == len("x@ana @ana x")
    assert length(text, SHORT) == len("x@ana @ana@a.very.long.host.example x")


def test_a_link_behind_words_counts_as_the_words() -> None:
    """What is not seen is not counted."""
    text = "two words"
    span = find_spans("https://a.example/long/long/way")[0]
    hidden = RichText(text, (type(span)(0, 9, "link", span.target),))

    assert Ruler(hidden, LONG).length(0, 9) == 9


def test_bytes_are_those_of_utf8() -> None:
    """Whatever the characters are."""
    text = f"aé{FAMILY}"

    assert Ruler(rich(text), SHORT).bytes(0, len(text)) == len(text.encode())


@pytest.mark.parametrize("room", range(0, 70, 3))
@pytest.mark.parametrize("limits", [LONG, SHORT], ids=["long", "short"])
def test_one_gets_as_far_as_there_is_room(limits: Limits, room: int) -> None:
    """Never further; and one more character or the link that follows would not fit."""
    text = f"Ahoy {FAMILY}! é https://a.example/b/c @ana@b.social, and on\nwe go. 日本語のテキスト"
    ruler = Ruler(rich(text), limits)
    reach = ruler.reach(0, room)
    ends = [0]
    special = [(s.start, s.end) for s in find_spans(text)] if limits is LONG else []
    for match in regex.finditer(r"\X", text):
        if not any(start < match.end() < end for start, end in special):
            ends.append(match.end())

    assert reach in ends
    assert ruler.length(0, reach) <= room
    later = [end for end in ends if end > reach]
    assert not later or ruler.length(0, later[0]) > room


def test_bytes_stop_before_a_character_that_would_be_cut() -> None:
    """The second limit holds too."""
    text = f"ab{FAMILY}{FAMILY}c"
    ruler = Ruler(rich(text), SHORT)
    one = len(FAMILY.encode())

    assert ruler.reach(0, 100, 2 + one) == 2 + len(FAMILY)
    assert ruler.reach(0, 100, 1 + one) == 2
    assert ruler.reach(2, 100, one - 1) == 2
