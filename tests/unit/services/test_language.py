"""Languages are detected off the loop, remembered, and loaded only when a script does not tell."""

from __future__ import annotations

import pytest

from app.services.language import MOST, Language


async def test_the_detector_is_loaded_once_and_asked_once() -> None:
    """The same text again costs nothing."""
    loads: list[int] = []
    asked: list[str] = []

    def load():
        loads.append(1)

        def detect(text: str) -> tuple[str, float]:
            asked.append(text)
            return "nl", 0.99

        return detect

    language = Language(load)
    text = "Het regent weer van opzij vandaag."

    assert [await language.of(text), await language.of(f" {text}\n")] == ["nl", "nl"]
    assert await language.of("Het is weer eens zo ver, jongens.") == "nl"
    assert (len(loads), len(asked)) == (1, 2)


async def test_a_script_tells_without_the_detector() -> None:
    """Nothing is loaded for it, nor for an empty text."""

    def load():
        raise AssertionError("not needed")

    language = Language(load)

    assert await language.of("干潟の朝。シギの群れが一斉に飛び立つ音。") == "ja"
    assert await language.of("  ") == ""


async def test_what_is_unsure_is_not_said() -> None:
    """Below its threshold, or nothing at all."""
    assert (
        await Language(lambda: lambda text: ("fi", 0.3)).of("Something or other, who knows") == ""
    )
    assert await Language(lambda: lambda text: ("", 1.0)).of("Something or other, who knows") == ""


async def test_my_own_languages_are_believed_sooner() -> None:
    """A short text in a language that its writer knows; any other needs more."""
    detect = lambda text: ("en", 0.6)  # noqa: E731
    text = "New blog post about boats and birds"

    assert await Language(lambda: detect, mine=("de", "en-GB")).of(text) == "en"
    assert await Language(lambda: detect, mine=("de",)).of(text) == ""


async def test_a_long_text_is_cut() -> None:
    """The detector sees a part of it."""
    seen: list[int] = []

    def detect(text: str) -> tuple[str, float]:
        seen.append(len(text))
        return "en", 1.0

    await Language(lambda: detect).of("word " * 10_000)

    assert seen[0] <= MOST


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The lamp on the pier is back again tonight, and nobody knows why.", "en"),
        ("Das Wetter ist heute sehr schön an der Küste, wir gehen spazieren.", "de"),
        ("Aujourd'hui la mer est calme et les oiseaux sont revenus.", "fr"),
    ],
)
async def test_the_real_detector_knows_languages(text: str, lang: str) -> None:
    """The one that comes with the program."""
    assert await Language().of(text) == lang
