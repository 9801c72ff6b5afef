"""The view: what is read stays in place, whatever happens around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.model import Counts, RichText
from app.services.rows import EdgeState
from app.ui.theme import Theme
from app.ui.timeline.cache import MOST
from tests.ui.timeline import samples
from tests.ui.timeline.conftest import Stage

Make = Callable[..., Stage]


def test_new_rows_above_do_not_move_anything(stage: Make) -> None:
    """Forty new posts come in while one reads: not a pixel moves."""
    here = stage(samples.many(240)[40:])
    here.view.scroll_by(1234)
    before = here.seen()

    here.source.insert(0, samples.many(40))

    assert here.seen() == before
    assert here.view.rows_above() >= 40


def test_at_the_very_top_new_rows_stay_above(stage: Make) -> None:
    """Even from the top nothing scrolls by itself."""
    here = stage(samples.many(60)[10:])
    before = here.seen()

    here.source.insert(0, samples.many(10))

    assert here.seen() == before


def test_a_row_that_grows_above_does_not_move_anything(stage: Make) -> None:
    """A post edited far above changes the scroll bar only."""
    rows = samples.many(80)
    here = stage(rows)
    here.view.scroll_by(4000)
    before = here.seen()

    longer = replace(rows[0].post, text=RichText("words " * 300))
    here.source.put(0, replace(rows[0], post=longer))

    assert here.seen() == before


def test_another_width_keeps_the_row(stage: Make) -> None:
    """After a change of width the same row is at the top, cut at the same part."""
    here = stage(samples.many(80))
    here.view.scroll_by(2345)
    key, entry, _ = here.view.anchor() or (None, "", 0)

    here.window.resize(900, 700)
    QApplication.processEvents()

    assert (here.view.anchor() or ())[:2] == (key, entry)


def test_another_text_size_keeps_the_row(stage: Make) -> None:
    """After a change of text size the same row is at the top."""
    here = stage(samples.many(80))
    here.view.scroll_by(2345)
    key = (here.view.anchor() or ())[0]

    here.view.set_theme(Theme("dark", 1.5))
    QApplication.processEvents()

    assert (here.view.anchor() or ())[0] == key


def test_a_position_is_restored_to_the_pixel(stage: Make) -> None:
    """What ``anchor`` gave, ``go_to`` takes."""
    rows = samples.many(120)
    first = stage(rows)
    first.view.scroll_by(3210)
    anchor = first.view.anchor()
    assert anchor is not None

    second = stage(rows)
    assert second.view.go_to(anchor[0], anchor[2])

    assert second.view.anchor() == anchor
    assert second.seen() == first.seen()


def test_a_position_that_is_gone_says_so(stage: Make) -> None:
    """A key that is not in the source leaves the view as it is."""
    here = stage(samples.many(30))

    assert not here.view.go_to(samples.gap().key, 3)


def test_the_wheel_scrolls_by_steps(stage: Make) -> None:
    """One notch is one step of the tokens."""
    here = stage(samples.many(60))
    top = here.view.shelf.column.top

    event = QWheelEvent(
        QPointF(50, 50),
        QPointF(50, 50),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(here.view.viewport(), event)

    step = Theme().tokens.timeline.wheelStep
    assert here.view.shelf.column.top == top + step


def test_rows_that_are_not_in_memory_are_shown_as_such(stage: Make) -> None:
    """A hole is a skeleton; when its value comes, it is the post."""
    here = stage(samples.many(40))
    here.source.holes = {0}
    here.view.shelf.cache.clear()
    assert here.view.shelf.layout(0).kind == "loading"

    here.source.fill(0)

    assert here.view.shelf.layout(0).kind == "card"


def test_near_the_end_older_rows_are_asked_for(stage: Make) -> None:
    """Before the reader gets there."""
    here = stage(samples.many(40))

    here.view.go_end()
    here.view._on_settled()

    assert "older" in here.source.asked


def test_a_failure_at_the_end_can_be_tried_again(stage: Make) -> None:
    """The end of the list says what is wrong, and takes a click."""
    here = stage(samples.many(3))
    here.source.tell(EdgeState("older", "failed", "saltmarsh.example does not answer."))
    here.view.go_end()

    assert here.view.footer is not None
    assert here.view.footer.parts[0].intent.kind == "older"


def test_layouts_do_not_pile_up(stage: Make) -> None:
    """Whoever reads a thousand rows keeps some hundred layouts."""
    here = stage(samples.many(1000))
    for _ in range(120):
        here.view.scroll_by(1500)

    assert len(here.view.shelf.cache) <= MOST


def test_a_changed_count_is_painted_and_moves_nothing(stage: Make) -> None:
    """One card changes: the others stay, its new count is in its layout."""
    rows = samples.many(40)
    here = stage(rows)
    before = here.seen()
    shown = replace(rows[1].post, counts=Counts(0, 0, 777))
    copies = (replace(rows[1].copies[0], post=shown), *rows[1].copies[1:])

    here.source.put(1, replace(rows[1], post=shown, copies=copies))

    assert here.seen() == before
    assert "777" in here.view.shelf.layout(1).accessible


# ---------------------------------------------------------------- what is said


def heard(signal: Any) -> list[tuple[Any, ...]]:
    """Everything a signal says from now on."""
    said: list[tuple[Any, ...]] = []
    signal.connect(lambda *values: said.append(values))
    return said


def test_links_come_out_of_one_door(stage: Make) -> None:
    """A pressed link gives its address and its words."""
    here = stage([samples.rich_text()])
    said = heard(here.view.link_activated)

    here.press(0, "link", "https://evil.example/manual")

    assert said == [("https://evil.example/manual", "the manual")]


def test_parts_say_what_is_wanted(stage: Make) -> None:
    """Actions, pictures, quotes, gaps and stubs each have their signal."""
    here = stage([samples.echo(), samples.quoting(), samples.gap(), samples.stub()], height=1400)
    view = here.view
    react, media = heard(view.react), heard(view.open_media)
    quote, gap, stub = heard(view.open_post), heard(view.fill_gap), heard(view.stub_details)

    here.press(0, "react", "like")
    here.press(0, "media")
    here.press(1, "quote")
    here.press(2, "gap")
    here.press(3, "details")

    assert react == [(here.source.row(0), "like")]
    assert media == [(here.source.row(0), 0)]
    assert quote == [(samples.quoting().post.quote.uri,)]  # type: ignore[union-attr]
    assert gap == [(samples.gap().gap,)]
    assert stub == [(samples.stub(),)]


def test_a_cover_is_lifted_and_put_back(stage: Make) -> None:
    """Show shows, Hide hides; it is state of the view, by row."""
    here = stage([samples.warned(), samples.labelled()])
    closed = here.view.shelf.layout(0).height

    here.press(0, "cover")
    assert here.view.shelf.layout(0).flow is not None
    here.press(0, "cover")

    assert here.view.shelf.layout(0).flow is None
    assert here.view.shelf.layout(0).height == closed


def test_a_forbidden_cover_has_no_show(stage: Make) -> None:
    """What a label forbids cannot be lifted, by mouse or key."""
    here = stage([samples.labelled(fixed=True)])
    kinds = {part.intent.kind for part in here.view.shelf.layout(0).parts}

    here.view.toggle_cover(here.source.key(0))

    assert "media_cover" not in kinds
    assert "media" not in {part.intent.kind for part in here.view.shelf.layout(0).parts}


def test_votes_are_gathered_and_sent_once(stage: Make) -> None:
    """Options are marked in the view; Vote says which."""
    here = stage([samples.poll_open(multiple=True)])
    said = heard(here.view.vote)
    layout = here.view.shelf.layout(0)
    options = [n for n, part in enumerate(layout.parts) if part.intent.kind == "option"]

    for number in options:
        here.view.press_part(here.source.key(0), number)
    here.press(0, "vote")

    assert said == [(here.source.row(0), (0, 1))]


def test_a_refused_action_is_said_in_its_row(stage: Make) -> None:
    """One line with Try again, and it can be taken back."""
    here = stage([samples.followers_only()])
    plain = here.view.shelf.layout(0).height

    here.view.set_refused(here.source.key(0), "Not accepted.", "like")
    said = heard(here.view.react)
    here.press(0, "retry")
    here.view.set_refused(here.source.key(0), "")

    assert said == [(here.source.row(0), "like")]
    assert here.view.shelf.layout(0).height == plain


# ---------------------------------------------------------------- mouse


def mouse(here: Stage, kind: QEvent.Type, x: float, y: float) -> None:
    """An event of the left button on the timeline."""
    at = QPointF(x, y)
    held = Qt.MouseButton.LeftButton
    if kind == QEvent.Type.MouseButtonRelease:
        held = Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind,
        at,
        here.view.viewport().mapToGlobal(at),
        Qt.MouseButton.LeftButton,
        held,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(here.view.viewport(), event)


def test_text_is_selected_by_dragging_and_copied(stage: Make) -> None:
    """What lies between press and release is copied, as it was written."""
    here = stage([samples.card(samples.post(samples.TEUN, "Hello godwits of the world"))])
    flow = here.view.shelf.layout(0).flow
    assert flow is not None
    y = flow.box.y + flow.pitch / 2

    mouse(here, QEvent.Type.MouseButtonPress, flow.box.x + 1, y)
    mouse(here, QEvent.Type.MouseMove, flow.box.x + 30, y)
    mouse(here, QEvent.Type.MouseMove, flow.box.right, y)
    mouse(here, QEvent.Type.MouseButtonRelease, flow.box.right, y)
    here.view.pointer.copy()

    assert QGuiApplication.clipboard().text() == "Hello godwits of the world"


def test_a_double_click_selects_a_word(stage: Make) -> None:
    """The word under the pointer."""
    here = stage([samples.card(samples.post(samples.TEUN, "Hello godwits of the world"))])
    flow = here.view.shelf.layout(0).flow
    assert flow is not None

    x = flow.box.x + flow.paragraphs[0].layout.lineAt(0).cursorToX(8)[0]
    mouse(here, QEvent.Type.MouseButtonDblClick, x, flow.box.y + 5)
    here.view.pointer.copy()

    assert QGuiApplication.clipboard().text() == "godwits"


def test_emoji_and_shortened_links_are_copied_as_written(stage: Make) -> None:
    """Codes and whole addresses, not what stands for them."""
    from app.ui.timeline.selection import Selection

    here = stage([samples.rich_text()])
    key = here.source.key(0)
    here.view.pointer.selection = Selection(key, (0, 0), (1, 9999))

    here.view.pointer.copy()

    text = QGuiApplication.clipboard().text()
    assert text.startswith("Release notes for TideKit :party: by @ottilie")
    assert "/a/very/long/path/that/never/ends/chapter-seven.html" in text


def test_the_true_target_is_said_while_hovering(stage: Make) -> None:
    """The status line has the whole address."""
    here = stage([samples.rich_text()])
    said = heard(here.view.status_text)
    part = here.view.shelf.layout(0).parts[here.part(0, "link", "https://evil.example/manual")]
    box = part.boxes[0]

    mouse(here, QEvent.Type.MouseMove, box.x + 2, box.y + 5)

    assert said == [("https://evil.example/manual",)]


def test_pressing_and_leaving_does_nothing(stage: Make) -> None:
    """Only a release on the same part presses it."""
    here = stage([samples.echo()])
    said = heard(here.view.react)
    box = here.view.shelf.layout(0).parts[here.part(0, "react", "like")].boxes[0]

    mouse(here, QEvent.Type.MouseButtonPress, box.x + 5, box.y + 5)
    mouse(here, QEvent.Type.MouseButtonRelease, 5, 5)

    assert said == []


def test_a_gap_that_could_not_be_filled_offers_to_try_again(stage: Make) -> None:
    """It says why, and the same press begins anew; when nothing is left there is no button."""
    here = stage([samples.gap(), *samples.many(5)])
    key, filled = here.source.key(0), heard(here.view.fill_gap)

    here.view.set_gap_progress(key, "No answer.", filling=False, again=True)
    here.press(0, "gap")
    assert filled == [(samples.gap().gap,)]

    here.view.set_gap_progress(key, "Nothing more on the server", filling=False)
    assert not [p for p in here.view.shelf.layout(0).parts if p.intent.kind == "gap"]
