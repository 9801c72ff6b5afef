"""When two posts of one person are the same thought: labelled pairs, precision first."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.feed.twins import are_twins, words_of
from app.model import Media, Poll, PollOption, Post, Quote, ReplyTo, RichText, Span
from app.model.post import LinkCard
from tests.posts import post

LONG = "The godwits left the estuary at dusk, all nine hundred of them, and nobody but us saw it"


def north(text: str | RichText = LONG, *, ago: float = 10, **more: object) -> Post:
    """On one network."""
    return post("https://north.example/1", by="teun", text=text, ago=ago, **more)


def south(text: str | RichText = LONG, *, ago: float = 8, **more: object) -> Post:
    """By another profile on the other network, two minutes later."""
    return post("at://did:plc:teun/post/1", by="teun-too", text=text, ago=ago, **more)


def linked(text: str, label: str, target: str) -> RichText:
    """*text* with *label* in it as a link."""
    at = text.index(label)
    return RichText(text, (Span(at, at + len(label), "link", target),))


def picture(alt: str = "", **more: object) -> Media:
    """An image."""
    return Media(kind="image", url="https://files.example/1", alt=alt, **more)  # type: ignore[arg-type]


SAME = {
    "the very same words": (north(), south()),
    "tags written out": (north(f"{LONG} #birds"), south(f"{LONG} birds")),
    "an address that one network hides": (
        north(linked(f"{LONG} https://tide.example/a?b", "https://tide.example/a?b", "https://t.x")),
        south(f"{LONG} tide.example/a…"),
    ),
    "people under other handles": (
        north(f"{LONG}, thanks to @ottilie@skua.example for the boat"),
        south(f"{LONG}, thanks to @ottilie.skua.example for the boat"),
    ),
    "cut short, with a link to the rest": (
        north(f"{LONG}. And then came the rest of a story that only one network has room for."),
        south(linked(f"{LONG}. And then came… teun.example/9", "teun.example/9", "https://teun.example/9")),
    ),
    "other letters for the same": (north(LONG.replace("ff", "\ufb00")), south(LONG.upper())),
    "typographer's marks": (north(f"{LONG}. It's cold"), south(f"{LONG}. It\u2019s cold")),
    "a word more": (north(f"{LONG} indeed"), south()),
    "few words over one link": (
        north("Read this", card=LinkCard(url="https://tide.example/a?utm_source=x")),
        south("Read this!", card=LinkCard(url="https://tide.example/a")),
    ),
    "few words over one picture": (
        north("Home.", media=(picture("A gate in the fog", width=1600, height=1200),)),
        south("Home", media=(picture("A gate in the fog", width=2000, height=1500),)),
    ),
    "a picture alone": (
        north("", media=(picture("A gate in the fog, half open"),)),
        south("", media=(picture("A gate in the fog, half open"),)),
    ),
    "a script without spaces": (north("潮が引いて、渡り鳥が一斉に飛び立った"), south("潮が引いて、渡り鳥が一斉に飛び立った")),
}  # fmt: skip

APART = {
    "another thought": (north(), south("Nobody has ever counted how many waders winter in the harbour of Kiel, so we did")),
    "a greeting": (north("Good morning!"), south("Good morning!")),
    "a greeting with emoji": (north("🌞🌞"), south("🌞🌞")),
    "nothing at all": (north(""), south("")),
    "tomorrow": (north(ago=60 * 25), south(ago=1)),
    "a daily report": (
        north("Tide report for the harbour: high water at 08:14, wind west 5, water 7 degrees"),
        south("Tide report for the harbour: high water at 20:41, wind west 5, water 7 degrees"),
    ),
    "a live series": (
        north("Second half, Skua Rovers against Kiel United, it is still 1 to 0 for the home side"),
        south("Second half, Skua Rovers against Kiel United, it is still 2 to 0 for the home side"),
    ),
    "few words over pictures of one shape": (
        north("Home", media=(picture(width=1600, height=1200),)),
        south("Home", media=(picture(width=1600, height=1200),)),
    ),
    "few words over other pictures": (
        north("Home", media=(picture("A gate"),)), south("Home", media=(picture("A door"),)),
    ),
    "pictures alone with a name": (
        north("", media=(picture("image.jpg"),)), south("", media=(picture("image.jpg"),)),
    ),
    "more pictures here than there": (
        north("Home", media=(picture("A gate"), picture("A door"))),
        south("Home", media=(picture("A gate"),)),
    ),
    "a poll": (north(poll=Poll(options=(PollOption("Yes"), PollOption("No")))), south()),
    "for followers only": (north(visibility="followers"), south()),
    "a bridge's copy": (north(), south(bridged_from="https://other.example/1")),
    "the same network": (north(), replace(south(), network="north")),
    "the same profile": (north(), replace(south(), author=north().author)),
    "an answer and none": (north(reply_to=ReplyTo(uri="https://north.example/0")), south()),
    "a quote and none": (north(quote=Quote(state="shown", uri="https://north.example/0")), south()),
    "how a longer one begins, not cut": (north(f"{LONG}. {LONG.upper()} and more than that"), south()),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_the_same_thought_is_found(one: Post, other: Post) -> None:
    """Whichever of the two comes second."""
    assert are_twins(one, other, confirmed=False)
    assert are_twins(other, one, confirmed=False)


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_what_may_be_another_thought_stays_apart(one: Post, other: Post) -> None:
    """Also where the user has joined the two profiles."""
    assert not are_twins(one, other, confirmed=True)
    assert not are_twins(other, one, confirmed=True)


def test_hours_later_only_the_user_and_the_very_words_join() -> None:
    """Tools that post late exist; people who say nearly the same again do, too."""
    late = south(ago=60 * 5)

    assert are_twins(north(), late, confirmed=True)
    assert not are_twins(north(), late, confirmed=False)
    assert not are_twins(north(f"{LONG} today"), late, confirmed=True)


def test_only_what_networks_write_differently_is_left_out() -> None:
    """Words, numbers and handles stay as tokens."""
    text = linked(
        "Hi @a@b.example, 12 waders: x.example/y #Birds", "x.example/y", "https://x.example/y"
    )

    assert words_of(text).words == ("hi", "@", "12", "waders", "birds")
    assert not words_of(text).cut
