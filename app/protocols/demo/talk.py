"""Answers in the demo: conversations as they look when one opens them."""

from __future__ import annotations

from app.model import Advisory, ViewerState
from app.protocols.demo.sketch import DERBY, JUNO, Sketch


def _answer(
    who: str,
    ago: float,
    name: str,
    to: str,
    text: str,
    counts: tuple[int, int, int, int] = (0, 0, 0, 0),
    langs: tuple[str, ...] = ("en",),
) -> Sketch:
    return Sketch(
        who=who,
        ago=ago,
        name=name,
        text=text,
        counts=counts,
        answers=to,
        langs=langs,
        aside=True,
    )


_FIRST: tuple[Sketch, ...] = (
    _answer(
        "noura",
        9,
        "stairs",
        "ottilie godwits",
        "أحد عشر يومًا بلا توقف! أنا أتعب من صعود الدرج.",
        (1, 0, 6, 0),
        ("ar",),
    ),
    _answer(
        "ottilie",
        7,
        "tailwind",
        "noura stairs",
        "Stairs are harder. No tailwind.",
        (0, 2, 11, 0),
    ),
    _answer(
        "teun",
        14,
        "survey-count",
        "ottilie godwits",
        "Our sensors say 4\u202f190. I trust the toast more.",
        (3, 0, 9, 0),
    ),
    _answer(
        "harriet",
        13.5,
        "spreadsheet",
        "teun survey-count",
        "Which twenty did the sensors miss?",
        (1, 0, 2, 0),
    ),
    _answer("teun", 13, "asleep", "harriet spreadsheet", "The ones asleep.", (1, 0, 14, 0)),
    _answer(
        "ada", 12.4, "sleep-is-data", "teun asleep", "Sleep is data. Write it down.", (1, 0, 3, 0)
    ),
    _answer("rik", 11.8, "compile", "ada sleep-is-data", "So is toast.", (1, 0, 4, 0)),
    _answer("teun", 11, "column", "rik compile", "There is a column for toast now.", (0, 0, 7, 0)),
    Sketch(
        who="sela",
        ago=10,
        name="soup",
        text="Come by, there is soup left. It involves no birds.",
        counts=(0, 0, 5, 0),
        answers="ottilie godwits",
        advisories=(Advisory("warning", "Food"),),
        aside=True,
    ),
    Sketch(
        who="anton",
        ago=10.5,
        name="derby-again",
        text="Godwits would lose the derby as well.",
        answers="ottilie godwits",
        did={JUNO: ViewerState(filtered=(DERBY,))},
        aside=True,
    ),
)
_SECOND: tuple[Sketch, ...] = (
    _answer(
        "kaj/sky",
        12,
        "which-roost",
        "ottilie/sky godwits",
        "Which roost? We had about 900 at the north spit, flushed twice by a dog.",
        (0, 0, 3, 0),
    ),
    _answer(
        "wen/sky",
        15,
        "high-water",
        "ottilie/sky godwits",
        "High water was 20 cm over the table this morning. They had nowhere else to stand.",
        (1, 1, 8, 0),
    ),
    _answer("ottilie/sky", 14.2, "squeeze", "wen/sky high-water", "That explains the queue."),
)
_UNROLLED: tuple[Sketch, ...] = (
    _answer(
        "teun",
        94,
        "eelgrass-2",
        "teun eelgrass",
        "The short form: the water is clear enough for light to reach the bottom again.",
        (1, 2, 20, 0),
    ),
    _answer(
        "teun",
        93,
        "eelgrass-3",
        "teun eelgrass-2",
        "What follows is patience. A meadow grows a hand's breadth a year.",
        (1, 4, 31, 0),
    ),
)
TALK: tuple[Sketch, ...] = (*_FIRST, *_SECOND, *_UNROLLED)
