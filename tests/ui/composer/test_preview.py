"""Previews: what will be sent, laid out once and shared."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage

from app.model import RichText
from app.model.draft import PollDraft
from app.model.sending import Outgoing
from app.ui.composer import blocks
from app.ui.composer.paragraphs import Paragraphs
from app.ui.composer.paragraphs import _lines as lines_of
from app.ui.composer.preview import Preview
from app.ui.composer.strips import is_plain_and_long
from app.ui.theme.look import Look
from app.ui.timeline.layout.prepare import Para, Run
from tests.ui.composer import samples
from tests.ui.composer.samples import card_plan, rich, salt_plan, sky_plan


@pytest.fixture
def preview(look: Look) -> Iterator[Preview]:
    """Of a lane's width, empty."""
    made = Preview(look, Paragraphs(look), samples.Painted())
    made.resize(250, 10)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def kinds(preview: Preview) -> list[str]:
    """What it consists of, from top to bottom."""
    return [type(block).__name__.removesuffix("Block") for block in preview.blocks]


def shown(preview: Preview, posts: tuple[Outgoing, ...], measures: tuple = ()) -> Preview:  # type: ignore[type-arg]
    """With these posts."""
    preview.show_posts(posts, measures)
    return preview


def test_every_part_of_a_post_is_shown_in_its_place(preview: Preview) -> None:
    """Warning over the text, pictures, poll and card under it."""
    plan = salt_plan()
    poll = PollDraft(options=("yes", "no"))
    card = card_plan().posts[0].card
    post = replace(plan.posts[0], poll=poll, card=card)

    assert kinds(shown(preview, (post,))) == ["Warning", "Text", "Strip", "Poll", "Card"]


def test_a_long_paragraph_in_strips_reads_as_in_one(look: Look) -> None:
    """The same lines at every width, also after letters were typed into it."""
    chance = random.Random(5)
    words = (
        "a tide comes-in over “the” mud—flats, and Fähren/Schiffe wait… @ottilie #waders".split()
    )
    text = " ".join(chance.choices(words, k=500))
    paragraphs = Paragraphs(look)
    for width in (90.0, 250.0, 611.0):
        for _ in range(6):
            at = chance.randrange(len(text))
            text = f"{text[:at]}x {text[at:]}"
            long = Para(text, tuple(Run(at, at + 9, "tag") for at in range(0, len(text) - 9, 40)))
            assert is_plain_and_long(long)
            (mine,) = paragraphs.of(RichText(text), width, False, 30.0)
            whole = paragraphs._flow(Para(text), width, False, 30.0)
            assert lines_of(mine) == lines_of(whole)
            assert mine.height == whole.height
            assert len(mine.strips) > 5


def test_what_is_not_plain_is_laid_out_in_one(look: Look) -> None:
    """Where a line ends there may depend on more than what stands in it."""
    for text in ("word " * 400 + "مرحبا", "👍 " * 800, "x" * 900, "short"):
        (laid,) = Paragraphs(look).of(RichText(text), 250.0, False)
        assert 1 == len(laid.strips)


def test_a_thread_is_split_with_its_reason(preview: Preview) -> None:
    """Each post has its number, between them stands why."""
    plan = sky_plan()
    shown(preview, plan.posts, plan.measures)

    assert kinds(preview) == ["Text", "Strip", "Split", "Text"]
    assert preview.accessibleName().startswith("Preview, 2 posts: Tide log")


def test_its_height_is_that_of_its_parts(preview: Preview) -> None:
    """Whoever holds it gives it exactly this."""
    plan = sky_plan()
    shown(preview, plan.posts, plan.measures)

    wanted = sum(block.height + (block.gap if place else 0) for place, block in
                 enumerate(preview.blocks))  # fmt: skip
    assert preview.height() == round(wanted)


def test_what_did_not_change_keeps_its_layout(preview: Preview) -> None:
    """A letter in the last post lays out the last post."""
    plan = sky_plan()
    shown(preview, plan.posts, plan.measures)
    first, last = preview.blocks[0], preview.blocks[-1]
    changed = replace(plan.posts[1], text=rich(samples.LAST + "!"))
    shown(preview, (plan.posts[0], changed), plan.measures)

    assert preview.blocks[0] is first
    assert preview.blocks[-1] is not last


def test_lanes_of_one_width_share_paragraphs(look: Look) -> None:
    """Five lanes that say the same cost one layout."""
    paragraphs = Paragraphs(look)
    one = paragraphs.of(rich(samples.TEXT), 250, False)
    two = paragraphs.of(rich(samples.TEXT), 250, False)
    other = paragraphs.of(rich(samples.TEXT + "!"), 250, False)

    assert all(a is b for a, b in zip(one, two, strict=True))
    assert [a is b for a, b in zip(one, other, strict=True)] == [True, True, False]


def test_only_the_changed_paragraph_is_painted_anew(look: Look) -> None:
    """A letter in one paragraph says which px differ."""
    paragraphs = Paragraphs(look)
    before = blocks.TextBlock(look, paragraphs.of(rich(samples.TEXT), 250, False), "", 0)
    text = samples.TEXT.replace("thermos", "thermoz")
    after = blocks.TextBlock(look, paragraphs.of(rich(text), 250, False), "", 0)

    top, bottom = after.differs(before)
    assert 0 < top < bottom < after.height


def test_the_number_leaves_room_in_the_first_line(look: Look) -> None:
    """Text begins behind it, also in text that runs right to left."""
    paragraphs = Paragraphs(look)
    first = paragraphs.of(rich(samples.FIRST), 250, False, 40)[0].strips[0][0].lineAt(0)
    second = paragraphs.of(rich(samples.FIRST), 250, False, 40)[0].strips[0][0].lineAt(1)
    arabic = RichText("أحد عشر يومًا بلا توقف! أنا أتعب من صعود الدرج كل يوم وكل ليلة")
    right = paragraphs.of(arabic, 250, False, 40)[0].strips[0][0].lineAt(0)

    assert (40, 210) == (first.x(), first.width())
    assert (0, 250) == (second.x(), second.width())
    assert (0, 210) == (right.x(), right.width())


def test_hostile_text_is_drawn_as_well(preview: Preview) -> None:
    """Piles of marks, bidi signs, one endless word: nothing breaks."""
    for text in ("a" * 20_000, "e" + "\u0301" * 5_000, "\u202e" * 50 + "abc", "👩‍👩‍👧" * 300, ""):
        shown(preview, (Outgoing(text=RichText(text)),))
        image = QImage(preview.size(), QImage.Format.Format_ARGB32_Premultiplied)
        preview.render(image)

        assert preview.height() >= 0


def test_own_text_leaves_the_preview_to_the_rest(preview: Preview) -> None:
    """The text stands in the editor above; pictures are still shown."""
    plan = salt_plan()
    preview.show_text(False)
    shown(preview, plan.posts)

    assert kinds(preview) == ["Warning", "Strip"]


def test_what_is_not_seen_is_laid_out_when_it_is(preview: Preview) -> None:
    """A lane behind another tab costs nothing while one types."""
    plan = sky_plan()
    preview.hide()
    shown(preview, plan.posts, plan.measures)
    assert preview.blocks == []

    preview.show()
    assert kinds(preview) == ["Text", "Strip", "Split", "Text"]
