"""Which language a text is in."""

from __future__ import annotations

import pytest

from app.compose.language import language_of


def never(text: str) -> tuple[str, float]:
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("안녕", "ko"), ("ねえ", "ja"), ("東京は今日も晴れです", "ja"), ("สวัสดี", "th"), ("Γειά", "el"),
        ("שלום", "he"), ("გამარჯობა", "ka"), ("Բարեւ", "hy"), ("வணக்கம்", "ta"), ("ជំរាបសួរ", "km"),
        ("@ana@b.social 안녕 https://a.example/x", "ko"),
    ],
)  # fmt: skip
def test_a_script_of_one_language_tells_at_once(text: str, lang: str) -> None:
    """Without asking, however short."""
    assert language_of(text, never) == lang


@pytest.mark.parametrize(
    "text", ["", "ok", "42", "https://a.example/a/long/address/in/no/language", "漢字"]
)
def test_too_little_text_is_in_the_usual_language(text: str) -> None:
    """Guesses about three letters are noise."""
    assert language_of(text, never, usual="nb") == "nb"


def test_the_rest_is_asked() -> None:
    """Without links, mentions, tags and codes; what it is unsure of stays as usual."""
    asked: list[str] = []

    def detect(text: str) -> tuple[str, float]:
        asked.append(text)
        return "de", 0.9 if len(asked) == 1 else 0.5

    text = "Das Boot liegt am Steg @ana #boot https://a.example :wave: und wartet."
    assert language_of(text, detect, usual="en") == "de"
    assert language_of(text, detect, usual="en") == "en"
    assert asked[0] == "Das Boot liegt am Steg und wartet."
    assert language_of(text, usual="en") == "en"


def test_a_foreign_word_does_not_decide() -> None:
    """Most letters do."""
    assert language_of("They call it 侘び寂び and mean it quite seriously.", usual="en") == "en"
