"""Emoji under a post: pills that say how many and who, pressed where a server takes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from app.feed.rows import Card
from app.model.post import EmojiCount
from app.ui.timeline.layout.values import Inline, Part
from tests.ui.timeline import samples
from tests.ui.timeline.conftest import Stage

Make = Callable[..., Stage]
ROPE = EmojiCount("rope@far.example", 1, "pic:rope")
WAVE = EmojiCount("🌊", 12)


def reacted(*counts: EmojiCount, can: bool = True, mine: tuple[str, ...] = ()) -> Card:
    """A post with these under it."""
    card = samples.followers_only()
    viewers = samples.viewer(can_react=can, emoji=mine)
    post = replace(card.post, reactions=counts)
    copies = tuple(replace(copy, post=post) for copy in card.copies)
    return replace(card, post=post, copies=copies, viewers=viewers)


def pills(here: Stage, row: int = 0) -> list[Part]:
    """Those of a row that can be pressed."""
    return [part for part in here.view.shelf.layout(row).parts if part.intent.kind == "emoji"]


def test_pills_say_what_how_many_and_whether_it_is_mine(stage: Make) -> None:
    """Custom ones as pictures, by their names for who hears them; at the end one for another."""
    here = stage([reacted(WAVE, ROPE, mine=("🌊",))])
    said = [(part.name, part.checked, part.intent.arg) for part in pills(here)]

    assert said == [
        ("🌊, 12 people, you too", True, "🌊"),
        (":rope:, 1 person", False, "rope@far.example"),
        ("React with another emoji", None, ""),
    ]
    layout = here.view.shelf.layout(0)
    assert [one.url for one in layout.pieces if isinstance(one, Inline)] == ["pic:rope"]
    assert "Reactions: 🌊 12, rope@far.example 1" in layout.accessible


def test_a_pill_that_is_pressed_says_which(stage: Make) -> None:
    """With a place for what opens from it."""
    here = stage([reacted(WAVE, ROPE)])
    told: list[tuple[str, str]] = []
    here.view.put_emoji.connect(lambda card, emoji, _at: told.append((card.post.uri, emoji)))
    for arg in ("🌊", "rope@far.example"):
        here.press(0, "emoji", arg)
    here.view.press_part(here.source.key(0), _last(here))

    uri = samples.followers_only().post.uri
    assert told == [(uri, "🌊"), (uri, "rope@far.example"), (uri, "")]


def _last(here: Stage) -> int:
    parts = here.view.shelf.layout(0).parts
    return max(n for n, part in enumerate(parts) if part.intent.kind == "emoji")


def test_where_no_server_takes_them_nothing_is_offered(stage: Make) -> None:
    """They are shown all the same; and a post without any has no line for them."""
    here = stage([reacted(WAVE, can=False), samples.followers_only()])

    assert pills(here) == []
    names = [part.name for part in here.view.shelf.layout(0).parts]
    assert "🌊, 12 people" in names
    high, usual = (here.view.shelf.layout(row).height for row in (0, 1))
    assert high > usual


@pytest.mark.parametrize("width", [380, 608])
def test_many_take_three_lines_and_the_rest_is_counted(stage: Make, width: int) -> None:
    """Nothing stands outside its column, whatever names are given."""
    many = tuple(EmojiCount(f"emoji_of_a_long_name_{n}" * 3, 10**n) for n in range(12))
    many += tuple(EmojiCount(f"e{n}", n + 1, f"pic:{n}") for n in range(88))
    here = stage([reacted(*many)], width=width)

    layout = here.view.shelf.layout(0)
    boxes = [part.boxes[0] for part in layout.parts if part.intent.kind == "emoji"]
    assert len({box.y for box in boxes}) <= 3
    assert all(box.right <= layout.width for box in boxes)
    more = next(part for part in layout.parts if part.name.startswith("More emoji: "))
    assert more.boxes[0].right <= layout.width


@pytest.mark.parametrize("width", range(300, 640, 5))
def test_another_can_be_put_there_however_full_the_lines_are(stage: Make, width: int) -> None:
    """The pill for it goes on in the next line, and never beyond the last."""
    rows = [
        reacted(*[EmojiCount(chr(0x1F400 + n), 9) for n in range(count)]) for count in (6, 9, 60)
    ]
    here = stage(rows, width=width, height=1200)
    for row in range(len(rows)):
        there = pills(here, row)
        (last,) = there[-1].boxes

        assert there[-1].intent.arg == ""
        assert last.right <= here.view.shelf.frame.right
        assert last.bottom <= here.view.shelf.layout(row).height
        assert len({part.boxes[0].y for part in there}) <= 3
