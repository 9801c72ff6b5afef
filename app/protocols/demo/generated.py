"""Everyday posts without end, each made from its number alone."""

from __future__ import annotations

import random

from msgspec.structs import replace

from app.model import AccountId, Advisory, LinkCard, Poll, PollOption
from app.protocols.demo.markup import MEDIA
from app.protocols.demo.pictures import PICTURES, picture
from app.protocols.demo.sketch import BOTH, JUNO, KIEL, Sketch

_FIRST = ("imke", "bo", "lise", "harriet", "anton", "ada", "rik", "teun", "pim", "ottilie")
_SECOND = (
    "tove/sky",
    "ifeoma/sky",
    "gus/sky",
    "wen/sky",
    "paolo/sky",
    "kaj/sky",
    "pim/sky",
    "museum/sky",
)
_OPENINGS = (
    "Low water at first light",
    "The 07:12 was on time",
    "Somebody left a rowing boat in the hedge",
    "Two curlews on the causeway",
    "Bread came out flat",
    "Mended the gate",
    "Rain from the side again",
    "The new buoy blinks twice",
    "Found the old chart",
    "Choir practice in the boathouse",
    "Half the village is looking for one goat",
    "The lamp on the pier is back",
    "Planted the last leeks",
    "Counted the swans, lost count",
    "Somebody painted the bench",
)
_ENDINGS = (
    ", which nobody believed.",
    ", and the dog took the credit.",
    ". More tomorrow, if the wind agrees.",
    "; I stood there longer than I meant to.",
    ". It is the small things.",
    ", so we had tea instead.",
    ". The gulls are writing a complaint.",
    ", for the first time since March.",
    " – and then the light came on.",
    ". Ask me again at high water.",
)
_MORE = (
    "I wrote the numbers down twice, once for the sheet and once because the pencil was there.",
    "If you come by, bring a bucket. If you do not come by, I understand.",
    "There is a __theory__ about this. It involves eels.",
    "See also https://almanac.example/tides for the long version.",
    "The harbour master says **no**, in writing.",
)
_TAGS = ("Tide", "Waders", "Bread", "Trains", "Allotment", "Boats", "Weather", "Maps")
_NEWEST = 75.0
_ALTS = ("The bay this morning.", "View from the dyke.", "", "As found.")


def everyday(network_index: int, number: int, ago: float, *, seed: int = 1) -> Sketch:
    """
    The post *number* of a network (0 or 1), *ago* minutes before the origin.

    The same number always gives the same post, whatever was made before.
    """
    dice = random.Random(f"{seed} {network_index} {number}")
    crowd = (_FIRST, _SECOND)[network_index]
    name = f"day-{number}"
    if network_index == 0 and number % 40 in range(8, 15):
        # the flood: one account that says a lot at once
        return Sketch(
            who="ferries",
            ago=ago,
            name=name,
            text=f"Line {dice.randint(1, 6)} is late by {dice.randint(3, 40)} min.",
        )
    sketch = Sketch(
        who=dice.choice(crowd),
        ago=ago,
        name=name,
        text=_words(dice),
        counts=_counts(dice),
        langs=dice.choice((("en",), ("en",), ("en",), ("nl",), ("nb", "en"), ())),
        seen_by=_audience(dice) if network_index == 0 else frozenset(),
    )
    return _adorned(sketch, dice, crowd)


def _words(dice: random.Random) -> str:
    text = dice.choice(_OPENINGS) + dice.choice(_ENDINGS)
    if dice.random() < 0.35:
        text += "\n\n" + dice.choice(_MORE)
    if dice.random() < 0.25:
        text += f" #{dice.choice(_TAGS)}"
    return text


def _counts(dice: random.Random) -> tuple[int, int, int, int]:
    likes = int(dice.expovariate(1 / 18))
    return likes // dice.randint(3, 12), likes // dice.randint(2, 9), likes, likes // 40


def _audience(dice: random.Random) -> frozenset[AccountId]:
    return dice.choice((frozenset({JUNO}), frozenset({JUNO}), BOTH, frozenset({KIEL})))


def _adorned(sketch: Sketch, dice: random.Random, crowd: tuple[str, ...]) -> Sketch:
    """At most one thing beside the text, as in life."""
    lot = dice.random()
    if lot < 0.14:
        names = dice.sample(sorted(PICTURES), dice.choice((1, 1, 1, 2, 3, 4)))
        media = tuple(picture(name, dice.choice(_ALTS)) for name in names)
        return replace(sketch, media=media)
    if lot < 0.22:
        image = f"{MEDIA}coast.webp" if dice.random() < 0.5 else ""
        card = LinkCard(
            url=f"https://almanac.example/{sketch.name}?utm_source=demo",
            title=dice.choice(_OPENINGS),
            description="From the almanac, with a table and two footnotes.",
            image=image,
        )
        return replace(sketch, card=card)
    if lot < 0.27:
        return replace(sketch, advisories=(Advisory("warning", dice.choice(_TAGS)),))
    if lot < 0.30:
        options = tuple(PollOption(tag, dice.randint(0, 40)) for tag in _TAGS[:3])
        votes = sum(option.votes or 0 for option in options)
        poll = Poll(options=options, votes=votes, voters=votes)
        return replace(sketch, poll=poll, poll_ends=600 - sketch.ago)
    if lot < 0.42:
        others = [who for who in crowd if who != sketch.who]
        late = dice.sample(others, dice.choice((1, 1, 2)))
        times = ((who, sketch.ago - 20.0 * (i + 1)) for i, who in enumerate(late))
        # none may come between the written posts at the top
        passed = tuple((who, at) for who, at in times if at > _NEWEST)
        return replace(sketch, passed_on=passed, own=dice.random() < 0.4 or not passed)
    return sketch
