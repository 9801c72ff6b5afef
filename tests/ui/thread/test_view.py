"""The list of a conversation: layouts, parts, keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.feed.threads import DEEPEST
from app.model.thread import Absent
from app.ui.timeline.layout.values import Avatar, Elbow, Fill, Flow, MarkPiece
from tests.ui.thread.stage import Stage, staged
from tests.unit.feed.test_threads import FOCUS, answer, tree, voice


def avatar(stage: Stage, index: int) -> Avatar:
    """The picture of a row's author."""
    return next(piece for piece in stage.layout(index).pieces if isinstance(piece, Avatar))


def deep(levels: int) -> object:
    """Each answer answers the one before."""
    chain = [answer("r1", ago=9)]
    chain += [answer(f"r{n}", f"r{n - 1}", ago=9 - n / 10) for n in range(2, levels + 1)]
    return voice(*chain)


def test_answers_are_indented_and_hang_on_lines(qapp: QApplication) -> None:
    """36 px further in for each level, an elbow to every one that is below another."""
    with staged(tree(deep(3))) as stage:
        lefts = [avatar(stage, index).box.x for index in (1, 2, 3)]
        elbows = [
            sum(isinstance(piece, Elbow) for piece in stage.layout(index).pieces)
            for index in (1, 2, 3)
        ]

        assert lefts == [16, 52, 88]
        assert elbows == [0, 1, 1]
        assert avatar(stage, 1).box.w == 32


def test_the_deepest_goes_on_in_a_conversation_of_its_own(qapp: QApplication) -> None:
    """What is below the fourth level is a link that names its post."""
    with staged(tree(deep(DEEPEST + 3))) as stage:
        asked: list[str] = []
        stage.view.continue_wanted.connect(asked.append)

        stage.press(DEEPEST + 1, "continue")

        assert asked == [f"https://north.example/r{DEEPEST}"]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [440, 660, 900])
def test_nothing_leaves_the_pane(qapp: QApplication, width: int, scale: float) -> None:
    """Every piece of every row lies between the edges, at every size of text."""
    with staged(tree(deep(DEEPEST + 2)), width=width, scale=scale) as stage:
        for index in range(len(stage.source)):
            layout = stage.layout(index)
            for piece in layout.pieces:
                assert piece.box.x >= 0
                if not isinstance(piece, Flow):
                    assert piece.box.right <= layout.width + 1


def test_the_focus_is_larger_and_counted_by_network(qapp: QApplication) -> None:
    """Its text begins under its avatar; the row names date and numbers."""
    with staged(tree(voice(answer("a")))) as stage:
        layout = stage.layout(0)

        assert layout.flow is not None
        assert layout.flow.box.x == avatar(stage, 0).box.x == 16
        assert layout.flow.pitch == stage.view.theme.line("lead")
        assert avatar(stage, 0).box.w == 44


def test_keys_act_on_the_focus_while_nobody_stands_anywhere(qapp: QApplication) -> None:
    """F likes the post that the conversation is about."""
    with staged(tree(voice(answer("a")))) as stage:
        done: list[tuple[str, str]] = []
        stage.view.react.connect(lambda card, what: done.append((card.post.uri, what)))

        QTest.keyClick(stage.view, Qt.Key.Key_F)
        QTest.keyClick(stage.view, Qt.Key.Key_J)
        QTest.keyClick(stage.view, Qt.Key.Key_J)
        QTest.keyClick(stage.view, Qt.Key.Key_B)

        assert done == [(FOCUS, "like"), ("https://north.example/a", "repost")]


@pytest.mark.parametrize("state", ["deleted", "blocked", "hidden", "not_loaded", "unreadable"])
def test_what_is_missing_is_said(qapp: QApplication, state: str) -> None:
    """Each kind of absence is one row of words, above and among answers."""
    gap = Absent(parent=FOCUS, state=state, count=3)  # type: ignore[arg-type]
    above = (Absent(uri="https://north.example/x", state=state),)  # type: ignore[arg-type]
    with staged(tree(voice(gap, above=above))) as stage:
        said = [stage.layout(index).accessible for index in range(len(stage.source))]

        assert "3 replies" in said[-1]
        assert said[0].startswith("This post")


def test_screen_readers_hear_how_deep_an_answer_is(qapp: QApplication) -> None:
    """The level comes before the name."""
    with staged(tree(deep(2))) as stage:
        assert stage.layout(2).accessible.startswith("Level 2. ")
        assert not stage.layout(1).accessible.startswith("Level")


def test_right_to_left_mirrors_lines_once(qapp: QApplication) -> None:
    """Avatars and lines stand at the other edge, at the same distances."""
    with staged(tree(deep(2))) as stage:
        before = [avatar(stage, 1).box, avatar(stage, 2).box]
        width = stage.layout(1).width
        stage.view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        stage.window.repaint()
        QApplication.processEvents()

        assert [avatar(stage, n).box for n in (1, 2)] == [box.mirrored(width) for box in before]
        line = next(p for p in stage.layout(1).pieces if isinstance(p, Fill) and p.fill == "thread")
        middle = avatar(stage, 1).box.x + avatar(stage, 1).box.w / 2
        assert line.box.x + line.box.w / 2 == pytest.approx(middle)


def test_what_is_read_stays_when_more_is_told(qapp: QApplication) -> None:
    """Answers and ancestors that come later do not move the row at the top edge."""
    few = [answer(f"a{n}", ago=60 - n) for n in range(30)]
    with staged(tree(voice(*few))) as stage:
        stage.view.go_to(stage.source.key(10), 7)
        before = stage.view.anchor()
        more = [answer(f"a{n}-1", f"a{n}", ago=59 - n) for n in range(30)]
        above = (answer("x", ago=200),)

        stage.source.show(tree(voice(*few, *more, above=above)))
        QApplication.processEvents()

        assert len(stage.source) == 62
        assert stage.view.anchor() == before


@pytest.mark.parametrize("width", [440, 660, 1200])
def test_times_stand_at_one_edge(qapp: QApplication, width: int) -> None:
    """However deep an answer is, its mark ends where all others end."""
    with staged(tree(deep(DEEPEST)), width=width) as stage:
        marks = {
            piece.box.right
            for index in range(1, DEEPEST + 1)
            for piece in stage.layout(index).pieces
            if isinstance(piece, MarkPiece)
        }

        assert len(marks) == 1
