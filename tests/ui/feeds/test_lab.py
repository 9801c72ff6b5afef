"""The feed lab on the demo: what is changed shows at once, is explained, kept, shared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.feed.recipe import Condition, Group
from app.feed.recipe_reading import recipe_from_json
from app.ui.feeds.dialogs import AskDialog, DroppedDialog, SourceDialog, TextDialog
from app.ui.feeds.draft import LabRule, rules_of
from app.ui.feeds.lab import LabPage
from app.ui.feeds.rule_dialog import RuleDialog
from app.ui.feeds.sliders import WeightRow
from app.ui.presenters.feed_lab import FeedLab
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

Act = Callable[[Demo, FeedLab, LabPage], Awaitable[None]]


def _in_lab(demo: Demo, feed: str, act: Act) -> Awaitable[None]:
    async def scenario(demo: Demo) -> None:
        lab = demo.live.feeds.lab
        lab.open(feed)
        page = lab.page
        assert page is not None
        await until(lambda: lab._trial.preview)
        await act(demo, lab, page)

    return opened(demo, scenario)


def _uris(page: LabPage) -> list[str]:
    return [
        row.item.card.post.uri
        for row in page.preview.list.rows
        if row.item is not None and row.isVisibleTo(page)
    ]


def _weight(page: LabPage, feature: str) -> WeightRow:
    return next(row for row in page.recipe._weights if row.feature == feature)


def _dialog(kind: type) -> QWidget:
    (found,) = [
        one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()
    ]
    return found


def test_a_changed_weight_changes_the_list_at_once(demo: Demo, run: Scenario) -> None:
    """With its moves; undo brings the old order back, and nothing was kept."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        before = _uris(page)
        row = _weight(page, "affinity")
        row.slider.setFocus()
        for key in (Qt.Key.Key_Home, Qt.Key.Key_Home):
            QTest.keyClick(row.slider, key)
        assert "off" in row.slider.accessibleName()
        await until(lambda: _uris(page) != before)
        assert page.head.edited.isVisible()
        moved = [one.item.moved for one in page.preview.list.rows if one.item is not None]
        assert any(moved) or any(o.item.new for o in page.preview.list.rows if o.item)
        lab.undo()
        await until(lambda: _uris(page) == before)
        assert not page.head.edited.isVisible()
        assert demo.house.feeds.list()[1].built_in

    run(_in_lab(demo, "friends", act))


def test_why_in_the_lab_is_that_of_the_changed_recipe(demo: Demo, run: Scenario) -> None:
    """Its numbers come to the score that stands in the row, also after the next change."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        lab._on_weight("newest", 1.0)
        await until(
            lambda: lab._trial.preview and "1 × Newest" in " ".join(lab._trial.preview.in_words)
        )
        row = page.preview.list.rows[2]
        row.click()
        await until(lambda: page.why._box.isVisibleTo(page))
        assert row.item is not None
        uri = row.item.card.post.uri
        told = await demo.house.feeds.why_in(lab._recipe(), uri)
        assert f"{told.score:.2f}" == row.item.score
        texts = {one.text() for one in page.why.panel.findChildren(Words)}
        assert row.item.score in texts
        before = row.item.score
        lab._on_weight("newest", 0.1)

        def told_again() -> bool:
            shown = {one.text() for one in page.why.panel.findChildren(Words)}
            items = [one.item for one in page.preview.list.rows if one.item is not None]
            (item,) = [one for one in items if one.card.post.uri == uri] or [None]
            return item is not None and item.score != before and item.score in shown

        await until(told_again)

    run(_in_lab(demo, "friends", act))


def test_a_rule_is_made_switched_off_and_taken_out(demo: Demo, run: Scenario) -> None:
    """From the dialog to the recipe, in words a person chose."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        lab._on_rule(-1)
        dialog = _dialog(RuleDialog)
        assert isinstance(dialog, RuleDialog)
        assert dialog._text is not None
        dialog._on_done()
        assert "Say for what" in dialog._text.input.accessibleDescription()
        dialog._text.input.setText("vote, ballot")
        dialog._on_done()
        made = Condition(field="text", op="has_word", value=("vote", "ballot"))
        assert rules_of(lab._recipe())[-1] == LabRule(effect="drop", rule=made)
        row = page.recipe.rules.rows[-1]
        assert row.sentence.toolTip() == "posts with the word vote or ballot"
        row.switch.click()
        assert lab._recipe().where == Group(none=lab.draft.base.where.none)  # type: ignore[union-attr]
        QTest.keyClick(row, Qt.Key.Key_Delete)
        assert rules_of(lab._recipe()) == rules_of(lab.draft.base)  # type: ignore[union-attr]

    run(_in_lab(demo, "friends", act))


def test_every_kind_of_rule_can_be_made_by_choosing(demo: Demo, run: Scenario) -> None:
    """Whatever is looked at: an operator, a value, and a condition that can be read."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        from app.ui.feeds.rule_dialog import FIELDS

        lab._on_rule(-1)
        dialog = _dialog(RuleDialog)
        assert isinstance(dialog, RuleDialog)
        for field, _ in FIELDS:
            dialog._field.put((field,))
            dialog._on_field()
            if dialog._text is not None:
                number = dialog._op is not None and dialog._op.key in (">=", "<=")
                dialog._text.input.setText("3" if number else "word")
            made = dialog._made()
            assert isinstance(made.rule, Condition)
            assert made.rule.field == field
        dialog.reject()

    run(_in_lab(demo, "friends", act))


def test_a_built_in_feed_that_was_changed_can_be_reset(demo: Demo, run: Scenario) -> None:
    """The user's own stands in its place until then; the list says which it is."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        feeds = demo.house.feeds
        plain = feeds.recipe("friends")
        lab._on_weight("quiet", 1.0)
        lab._on_weight("mutual", 0.0)
        lab.save()
        await until(lambda: not feeds.list()[1].built_in)
        await until(lambda: not page.head.edited.isVisible())
        kept = {term.feature for term in feeds.recipe("friends").rank.terms}
        assert kept == {"affinity", "quiet", "newest"}
        assert page.why.removing.text() == "Reset…"
        page.why.removing.click()
        ask = _dialog(AskDialog)
        assert isinstance(ask, AskDialog)
        ask._answer("yes")
        await until(lambda: feeds.list()[1].built_in)
        assert feeds.recipe("friends") == plain

    run(_in_lab(demo, "friends", act))


def test_a_dialog_that_was_closed_is_kept_nowhere(demo: Demo, run: Scenario) -> None:
    """They are made anew each time: those before would be there for as long as the window."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        lab._on_weight("newest", 1.0)
        for opened_by in (lab._on_rename, lab._on_add_source, lab.leave):
            opened_by()
            _dialog(Dialog).close()
            await until(lambda: not demo.front.window.findChildren(Dialog))

    run(_in_lab(demo, "friends", act))


def test_leaving_with_changes_asks_first(demo: Demo, run: Scenario) -> None:
    """Nothing is lost by Esc; leaving without keeps nothing."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        lab._on_weight("newest", 1.0)
        lab.leave()
        ask = _dialog(AskDialog)
        assert isinstance(ask, AskDialog)
        ask.reject()
        assert demo.front.window.is_covered
        lab.leave()
        ask = next(
            one for one in QApplication.topLevelWidgets()
            if isinstance(one, AskDialog) and one.isVisible()
        )  # fmt: skip
        ask._answer("drop")
        assert not demo.front.window.is_covered
        assert demo.house.feeds.list()[1].built_in
        await until(lambda: demo.front.window.header.title.text() == "Friends first")

    run(_in_lab(demo, "friends", act))


def test_a_copy_has_its_own_name_and_place(demo: Demo, run: Scenario) -> None:
    """What it was made from stays as it is."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        page.why.duplicate.emit()
        lab.save()
        await until(lambda: any(one.id == "friends-2" for one in demo.house.feeds.list()))
        info = next(one for one in demo.house.feeds.list() if one.id == "friends-2")
        assert (info.name, info.built_in) == ("Friends first, my own", False)
        await until(lambda: any(p.id == "feed:friends-2" for p in demo.front.shell.feeds))

    run(_in_lab(demo, "friends", act))


def test_a_feed_gets_the_key_that_one_chooses(demo: Demo, run: Scenario) -> None:
    """The others move on by one."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        lab._put_at(0)
        await until(lambda: demo.house.feeds.list()[0].id == "bridges")
        await until(lambda: page.head.key.text() == "1")
        assert demo.front.shell.places[0].id == "feed:bridges"
        assert demo.front.shell.place_of(2) == "all"

    run(_in_lab(demo, "bridges", act))


def test_text_that_cannot_be_read_says_line_and_key(demo: Demo, run: Scenario) -> None:
    """And cannot be used; mended, it says what it would do."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        page.why.json.emit()
        dialog = _dialog(TextDialog)
        assert isinstance(dialog, TextDialog)
        good = dialog.edit.toPlainText()
        await until(lambda: "keeps" in dialog._said.text())
        dialog.edit.setPlainText(good.replace('"affinity"', '"magic"'))
        await until(lambda: "rank.terms.0.feature" in dialog._said.text())
        assert dialog._said.text().startswith("Line ")
        assert not dialog._done.isEnabled()
        assert '"magic"' in dialog.edit.textCursor().block().text()
        dialog.edit.setPlainText(good.replace('"weight": 0.05', '"weight": 0.7'))
        await until(lambda: dialog._done.isEnabled())
        dialog._done.click()
        assert [term.weight for term in lab._recipe().rank.terms] == [1, 0.5, 0.7]
        lab.undo()
        assert not page.head.edited.isVisible()

    run(_in_lab(demo, "friends", act))


def test_a_file_is_shown_before_it_is_used_and_replaces_nothing(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """Shared and imported again, it stands beside the one it came from."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        path = tmp_path / "friends.json"
        lab.files.write(lab._recipe(), str(path))
        assert recipe_from_json(path.read_bytes()) == lab._recipe()
        lab.files.read(str(path))
        dialog = _dialog(TextDialog)
        assert isinstance(dialog, TextDialog)
        await until(lambda: "posts of the last" in dialog._said.text())
        dialog._done.click()
        assert lab._recipe().id == "friends-2"
        assert lab.draft is not None
        assert lab.draft.is_edited
        assert len([info for info in demo.house.feeds.list() if not info.pinned]) == 14

    run(_in_lab(demo, "friends", act))


def test_a_file_that_is_no_feed_harms_nothing(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """Missing, too large, or anything else: said in a sentence."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        lab.files.read(str(tmp_path / "none.json"))
        assert "none.json cannot be read" in demo.front.shell.problem
        large = tmp_path / "large.json"
        large.write_bytes(b" " * 600_000)
        lab.files.read(str(large))
        assert "larger than 500 kB" in demo.front.shell.problem
        odd = tmp_path / "odd.json"
        odd.write_bytes(b"\xff\xfe\x00[[[[")
        lab.files.read(str(odd))
        dialog = _dialog(TextDialog)
        assert isinstance(dialog, TextDialog)
        assert dialog._said.text().startswith("Line 1")
        dialog.reject()

    run(_in_lab(demo, "friends", act))


def test_sources_are_added_and_the_last_one_stays(demo: Demo, run: Scenario) -> None:
    """A tag without a name is asked for."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        lab._on_add_source()
        dialog = _dialog(SourceDialog)
        assert isinstance(dialog, SourceDialog)
        dialog._kind.put(("tag",))
        dialog._on_kind()
        dialog._on_done()
        assert "Say which" in dialog._arg.input.accessibleDescription()
        dialog._arg.input.setText("#Waders")
        dialog._on_done()
        assert [one.arg for one in lab._recipe().sources] == ["", "Waders"]
        page.recipe.remove_source.emit(0)
        page.recipe.remove_source.emit(0)
        assert [one.arg for one in lab._recipe().sources] == ["Waders"]

    run(_in_lab(demo, "friends", act))


def test_what_is_left_out_is_listed_by_rule(demo: Demo, run: Scenario) -> None:
    """With how many each would drop."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        assert page.preview.hidden.isVisibleTo(page)
        page.preview.hidden.click()
        dialog = _dialog(DroppedDialog)
        texts = [one.text() for one in dialog.findChildren(Words)]
        assert any("it is a repost" in text for text in texts), texts
        dialog.close()

    run(_in_lab(demo, "slow-lane", act))


def test_the_lab_folds_up_where_there_is_no_room(demo: Demo, run: Scenario) -> None:
    """Three columns, two, one; what is chosen there is seen there."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        window = demo.front.window

        async def seen(*shown: bool) -> None:
            parts = (page._left, page.preview, page.why)
            await until(lambda: tuple(one.isVisible() for one in parts) == shown)

        await seen(True, True, True)
        window.resize(900, 700)
        await seen(True, True, False)
        window.resize(500, 700)
        await seen(False, True, False)
        page.show_part("rules")
        await seen(True, False, False)
        page.preview.list.rows[0].click()
        await seen(False, False, True)

    run(_in_lab(demo, "friends", act))


def test_keys_of_the_window_do_nothing_behind_the_lab(demo: Demo, run: Scenario) -> None:
    """No other feed, no composer; Alt+Left leaves it, Ctrl+E opens it again."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        window = demo.front.window
        before = demo.front.shell.current
        for key in Qt.Key.Key_3, Qt.Key.Key_N:
            QTest.keyClick(window, key)
        assert demo.front.shell.current == before
        assert not demo.live.is_made("writing")
        QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: not window.is_covered)
        QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: window.is_covered)
        QTest.keyClick(window, Qt.Key.Key_Escape)
        await until(lambda: not window.is_covered)

    run(_in_lab(demo, "friends", act))


def test_newest_first_that_was_changed_is_shown_as_it_was_changed(
    demo: Demo, run: Scenario
) -> None:
    """Key 1 leads to the user's own from then on, and back to the plain one after a reset."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        page.recipe.mode_chosen.emit("oldest")
        lab.save()
        await until(lambda: demo.front.shell.place_of(1) == "feed:newest")
        lab.leave()
        await until(lambda: demo.front.shell.current == "feed:newest")
        source = await until(lambda: demo.live.timeline.opened)
        await until(lambda: len(source) > 2)
        assert source.key(0) < source.key(1)
        await demo.house.feeds.remove("newest")
        await until(lambda: demo.front.shell.place_of(1) == "all")
        assert demo.front.shell.current == "all"

    run(_in_lab(demo, "newest", act))


def test_what_was_learned_is_told_and_forgotten(demo: Demo, run: Scenario) -> None:
    """Only from what one has said, and only until one takes it back."""

    async def act(demo: Demo, lab: FeedLab, page: LabPage) -> None:
        assert not page.why.forgetting.isVisibleTo(page)
        page.preview.list.rows[0].click()
        await until(lambda: page.why._box.isVisibleTo(page))
        page.why.marked.emit("less")
        await until(lambda: page.why.forgetting.isVisibleTo(page))
        assert "less 1" in page.why._learned.text()
        page.why.forgetting.click()
        await until(lambda: not page.why.forgetting.isVisibleTo(page))
        assert not demo.house.feeds.learning.marks()

    run(_in_lab(demo, "friends", act))
