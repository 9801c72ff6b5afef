"""Lanes on the screen: each on its own, whatever happens to the others."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.model.draft import PollDraft
from app.model.sending import Limits
from app.ui.composer.boxes import LinkWords
from app.ui.composer.drafting import lane_of
from app.ui.composer.tabs import DRAFT
from tests.ui.composer.desk import SALT, SKY, YARD, Desk
from tests.ui.composer.samples import PICTURE


@pytest.fixture
def desk(desks: Any) -> Desk:
    """Two lanes of a short text, wide."""
    made: Desk = desks()
    made.show()
    made.type("The slipway is finished.")
    made.presenter.refresh()
    return made


def count(desk: Desk, lane: Any) -> str:
    """What the lane's counter says."""
    return desk.view.lanes.panels[lane].gauge.text


def test_typing_counts_in_every_lane_in_its_own_unit(desk: Desk) -> None:
    """The same letters, each network's limit."""
    assert (count(desk, SALT), count(desk, SKY)) == ("24 of 500", "24 of 300")

    desk.type(" x" * 200)
    desk.presenter.refresh()

    assert count(desk, SALT) == "424 of 500"
    assert count(desk, SKY).startswith("424 of 300: two posts")


def test_own_text_leaves_the_draft_and_the_others_alone(desk: Desk) -> None:
    """It begins as a copy, and is counted by itself."""
    panel = desk.view.lanes.panels[SALT]
    panel.own_wanted.emit(True)
    box = panel.own_box
    assert box is not None
    assert box.editor.text() == "The slipway is finished."
    box.editor.insertPlainText(" Own words.")
    desk.presenter.refresh()

    assert desk.draft.text == "The slipway is finished."
    assert (count(desk, SALT), count(desk, SKY)) == ("35 of 500", "24 of 300")

    panel.own_wanted.emit(False)
    assert (lane_of(desk.draft, SALT).text, box.isHidden()) == (None, True)  # type: ignore[union-attr]


def test_a_lane_that_stays_keeps_its_panel(desk: Desk) -> None:
    """Adding and removing others does not build it anew."""
    panel = desk.view.lanes.panels[SKY]
    desk.presenter.add_lane(YARD)
    desk.view.lanes.panels[SALT].head.close_button.click()

    assert list(desk.view.lanes.panels) == [SKY, YARD]
    assert desk.view.lanes.panels[SKY] is panel


def test_a_choice_changes_the_plan_of_its_lane(desk: Desk) -> None:
    """Pressed in the box, remembered in the draft, gone from what is offered."""
    desk.presenter.change(warning="Boats")
    desk.presenter.refresh()
    panel = desk.view.lanes.panels[SKY]
    link = panel.boxes.findChildren(LinkWords)[0]
    words = link.accessibleName()
    link.click()
    desk.presenter.refresh()

    assert lane_of(desk.draft, SKY).settings.choices["warning"]  # type: ignore[union-attr]
    assert lane_of(desk.draft, SALT).settings.choices == {}  # type: ignore[union-attr]
    shown = [one.accessibleName() for one in panel.boxes.findChildren(LinkWords) if one.isVisible()]
    assert words not in shown


def test_a_setting_is_chosen_from_its_menu(desk: Desk) -> None:
    """The row shows what holds from then on."""
    row = desk.view.lanes.panels[SALT].settings.button("visibility")
    assert row is not None
    row.click()
    assert row.menu_shown is not None
    quiet = next(act for act in row.menu_shown.actions() if act.text() == "Quiet public")
    quiet.trigger()
    desk.presenter.refresh()

    assert lane_of(desk.draft, SALT).settings.visibility == "quiet"  # type: ignore[union-attr]
    assert row.accessibleName() == "Visibility: Quiet public"


def test_a_lane_whose_server_was_never_asked_waits(desks: Any) -> None:
    """It says so, and the button says whom it waits for."""
    desk: Desk = desks(limits={SALT: Limits(length=500)})
    desk.show()
    desk.type("Words")
    desk.presenter.refresh()

    assert "Asking" in desk.view.lanes.panels[SKY].state.words.text()
    assert not desk.view.footer.send.isEnabled()
    assert "@juno.example.org" in desk.view.footer.words.text()


def test_under_880_lanes_become_tabs(desk: Desk) -> None:
    """One part at a time; the tabs still count."""
    desk.view.resize(600, 700)
    QApplication.sendPostedEvents()
    assert desk.view.is_narrow and desk.view.master.isVisible()

    desk.view.show_part(SKY)
    assert not desk.view.master.isVisible()
    assert [desk.view.lanes.panels[one].isVisible() for one in (SALT, SKY)] == [False, True]

    desk.view.resize(1280, 700)
    QApplication.sendPostedEvents()
    assert not desk.view.is_narrow and desk.view.master.isVisible()
    assert all(panel.isVisible() for panel in desk.view.lanes.panels.values())


def test_the_tab_of_a_removed_lane_leads_to_the_draft(desk: Desk) -> None:
    """Nothing is shown of what is not there."""
    desk.view.resize(600, 700)
    desk.view.show_part(SKY)
    desk.presenter.remove_lane(SKY)

    assert desk.view.tabs.current == DRAFT
    assert desk.view.master.isVisible()


def test_everything_has_a_name_for_screen_readers(desk: Desk) -> None:
    """Whatever takes the focus says what it is: lanes, tiles, poll, tools, footer."""
    draft = replace(desk.draft, media=(PICTURE,), poll=PollDraft(options=("a", "b")), warning="W")
    desk.presenter.take(draft)
    desk.presenter.show()
    focusable = [
        widget
        for widget in desk.view.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]

    assert len(focusable) > 30
    assert [widget for widget in focusable if not widget.accessibleName()] == []
