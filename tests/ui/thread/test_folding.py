"""Branches fold away and come back; what only an author's server tells says so."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.feed.thread_folding import branches, folded
from app.feed.threads import DEEPEST, Tree
from app.model.thread import Absent
from app.ui.timeline.layout.values import Label
from tests.ui.thread.stage import Stage, staged
from tests.unit.feed.test_threads import answer, elsewhere, tree, voice


def branchy() -> Tree:
    """a (a1 (a11), a2, 3 blocked), b."""
    return tree(
        voice(
            answer("a", ago=9),
            answer("a1", "a", ago=8),
            answer("a11", "a1", ago=7),
            answer("a2", "a", ago=6),
            Absent(parent="https://north.example/a", state="blocked", count=3),
            answer("b", ago=5),
        )
    )


def names(stage: Stage) -> list[str]:
    """The rows below the focus."""
    rows = [stage.source.row(index) for index in range(1, len(stage.source))]
    return [row.line.uri.rsplit("/", 1)[-1] or row.line.kind for row in rows if row.line]


def uri(name: str) -> str:
    """Of a post."""
    return f"https://north.example/{name}"


def test_a_fold_counts_every_post_below_it() -> None:
    """Also those that are only counted, and those of a conversation of its own."""
    lines = folded(branchy().below, {uri("a")})
    assert [(line.uri.rsplit("/", 1)[-1], line.folded) for line in lines] == [("a", 6), ("b", 0)]

    chain = [answer("r1", ago=9)]
    chain += [answer(f"r{n}", f"r{n - 1}", ago=9 - n / 10) for n in range(2, DEEPEST + 4)]
    deep = tree(voice(*chain)).below
    assert [(1, DEEPEST + 2)] == [(line.depth, line.folded) for line in folded(deep, {uri("r1")})]
    last = folded(deep, {uri(f"r{DEEPEST}")})
    assert [("post", 3)] == [(line.kind, line.folded) for line in last[-1:]]


def test_folds_in_folds_stay_when_the_outer_one_opens() -> None:
    """Each is remembered; what has no answers folds nothing."""
    below = branchy().below
    both = folded(below, {uri("a1"), uri("a"), uri("b")})
    inner = folded(below, {uri("a1")})

    assert [6, 0] == [line.folded for line in both]
    assert [0, 1, 0, 0, 0] == [line.folded for line in inner]
    assert frozenset({uri("a")}) == branches(below)
    assert below == folded(below, ())


def test_the_button_folds_and_the_words_bring_it_back(qapp: QApplication) -> None:
    """The row stays where it is; what is folded is counted in words."""
    with staged(branchy()) as stage:
        stage.press(1, "fold")
        assert ["a", "b"] == names(stage)
        said = [piece.text for piece in stage.layout(1).pieces if isinstance(piece, Label)]
        assert "Show 6 folded replies" in said
        stage.press(1, "fold")

        assert ["a", "a1", "a11", "a2", "absent", "b"] == names(stage)


def test_what_comes_later_into_a_fold_stays_folded(qapp: QApplication) -> None:
    """Only the count rises."""
    with staged(branchy()) as stage:
        stage.press(1, "fold")
        stage.source.show(
            tree(voice(answer("a", ago=9), answer("a1", "a", ago=8), answer("c", ago=1)))
        )

        assert ["a", "c"] == names(stage)
        line = stage.source.row(1).line
        assert line is not None and 1 == line.folded


def test_arrows_walk_the_tree(qapp: QApplication) -> None:
    """Left folds, then goes to what it answers; right brings it back; mirrored right to left."""
    with staged(branchy()) as stage:
        view = stage.view
        for _ in range(3):  # from the post itself
            QTest.keyClick(view, Qt.Key.Key_J)
        QTest.keyClick(view, Qt.Key.Key_Left)  # a11 has no answers: to a1
        QTest.keyClick(view, Qt.Key.Key_Left)  # folds a1
        assert ["a", "a1", "a2", "absent", "b"] == names(stage)
        QTest.keyClick(view, Qt.Key.Key_Left)  # to a
        QTest.keyClick(view, Qt.Key.Key_Left)  # folds a
        assert ["a", "b"] == names(stage)
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_J)
        QTest.keyClick(view, Qt.Key.Key_Right)
        assert ["a", "a1", "a11", "a2", "absent", "b"] == names(stage)
        view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        QTest.keyClick(view, Qt.Key.Key_Right)

        assert ["a", "a1", "a2", "absent", "b"] == names(stage)


def test_all_fold_at_once(qapp: QApplication) -> None:
    """And come back at once."""
    with staged(branchy()) as stage:
        assert not stage.source.has_folds
        stage.source.fold_all()
        assert ["a", "b"] == names(stage)
        assert stage.source.has_folds
        stage.source.unfold_all()

        assert 6 == len(names(stage))


def test_a_post_from_its_origin_says_so(qapp: QApplication) -> None:
    """In a pill under the name, in full for screen readers; others say nothing."""
    told = elsewhere(answer("far", ago=1))
    with staged(tree(voice(answer("a", ago=4)), elsewhere={"north": told})) as stage:
        mine, theirs = stage.layout(1), stage.layout(2)

        assert not any("from" in part.name for part in mine.parts)
        assert any("far.example tells of it" in part.name for part in theirs.parts)
