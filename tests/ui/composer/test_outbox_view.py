"""The outbox on the screen: groups, lanes, repairs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import AccountId
from app.model.acts import Wish
from app.model.draft import Draft, DraftId
from app.model.errors import Refused
from app.model.sending import Delivery
from app.ui.asyncqt import TaskScope
from app.ui.outbox import words
from app.ui.outbox.take_back import TakeBackDialog
from app.ui.outbox.toast import Toast
from app.ui.presenters.outbox import OutboxPresenter, OutboxServices
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.words import Words
from tests.ui.composer import out_samples as out
from tests.ui.composer import samples
from tests.ui.composer.desk import INFOS, SALT, SKY, YARD, MemoryAccounts, StillScope
from tests.waiting import until

TIDE = DraftId("tide")


def presenter_of(look: Look, service: Any, scope: TaskScope | None = None) -> OutboxPresenter:
    """Over that outbox."""
    accounts = MemoryAccounts()
    services = OutboxServices(
        outbox=service,
        accounts=accounts.all,
        state=accounts.state,
        networks=lambda: INFOS,
        now=lambda: out.NOW,
    )
    return OutboxPresenter(look, services, scope or StillScope(), samples.Painted())


@pytest.fixture
def shown(look: Look) -> Iterator[OutboxPresenter]:
    """Everything of the picture, the tide log chosen."""
    made = presenter_of(look, out.ShownOutbox([make() for make in out.ALL]))
    made.view.resize(1280, 800)
    made.view.show()
    made.choose(TIDE)
    yield made
    made.close()
    made.view.close()
    made.view.deleteLater()


def test_drafts_stand_in_their_groups() -> None:
    """By what they wait for."""
    groups = {make.__name__: words.group_of([make()], out.NOW) for make in out.ALL}

    assert groups == {
        "uploading": "now",
        "refused": "needs",
        "unknown": "now",
        "waiting": "waiting",
        "missed": "needs",
        "later": "later",
        "posted": "done",
    }


def test_a_question_needs_its_writer_only_after_five_looks() -> None:
    """Until then Godwit looks by itself."""
    assert not words.needs_you(out.unknown(4))
    assert words.needs_you(out.unknown(5))


def test_the_list_counts_and_names(shown: OutboxPresenter) -> None:
    """One row for each draft; what each lane does in one sentence."""
    rows = shown.view.list.entries
    assert list(rows) == ["reply", "evening", "tide", "winter", "mud"]
    assert rows[TIDE].row.accessibleName().endswith("1 uploading · 1 refused · 1 being looked up")
    assert shown.view.count.words.text() == "4 waiting"


def test_an_upload_tells_which_and_how_far(shown: OutboxPresenter) -> None:
    """Over the picture, with sizes below."""
    panel = shown.view.lanes.panels[SALT]

    assert not panel.upload.isHidden()
    assert panel.upload.accessibleName() == "Picture 2 of 3, 63 %"
    assert panel.state.words.text() == "Uploading, then posting"


def pressed(shown: OutboxPresenter, lane: Any, text: str) -> Button:
    """That button of the lane's box."""
    panel = shown.view.lanes.panels[lane]
    return next(
        one for one in panel.findChildren(Button) if one.text() == text and not one.isHidden()
    )


def test_trying_again_stays_off_while_godwit_looks(shown: OutboxPresenter) -> None:
    """A lane never sends twice; the user may end the question at any time."""
    assert not pressed(shown, YARD, "Try again").isEnabled()
    assert pressed(shown, YARD, "I see it there").isEnabled()


def test_reactions_that_wait_are_told_below_the_drafts(look: Look) -> None:
    """How many of which kind, for whom; also when no post is under way."""
    service, accounts = out.ShownOutbox([]), MemoryAccounts()
    wishes = [
        Wish(
            account=AccountId("salt"), target=f"https://a.example/{n}", kind=kind, on=on, at=out.NOW
        )
        for n, (kind, on) in enumerate([("like", True), ("like", True), ("follow", False)])
    ]
    services = OutboxServices(
        outbox=service,
        accounts=accounts.all,
        state=accounts.state,
        networks=lambda: INFOS,
        now=lambda: out.NOW,
        reactions=lambda: wishes,
    )
    presenter = OutboxPresenter(look, services, StillScope(), samples.Painted())
    presenter.view.resize(1280, 800)
    presenter.view.show()
    presenter.refresh()
    lines = [one.text() for one in presenter.view.waiting.findChildren(Words)]
    assert any(line.endswith(": two likes and one unfollow") for line in lines)
    assert presenter.view.waiting.isVisible()
    wishes.clear()
    presenter.refresh()
    assert not presenter.view.waiting.isVisible()
    presenter.close()
    presenter.view.close()
    presenter.view.deleteLater()


def test_repairs_reach_the_outbox(run: Any, look: Look) -> None:
    """Each button is one act on one lane."""

    async def scenario() -> None:
        bugs: list[Exception] = []
        scope = TaskScope(bugs.append)
        service = out.ShownOutbox([out.refused(), out.unknown(5), out.missed()])
        service.back = Draft(id=TIDE, created_at=out.NOW, updated_at=out.NOW, text="Words")
        presenter = presenter_of(look, service, scope)
        presenter.view.resize(1280, 800)
        presenter.view.show()
        presenter.choose("tide")
        handed: list[Draft] = []
        presenter.edit_wanted.connect(handed.append)
        pressed(presenter, SKY, "Shrink, try again").click()
        pressed(presenter, YARD, "I see it there").click()
        pressed(presenter, SKY, "Leave out").click()
        pressed(presenter, SKY, "Edit text").click()
        await until(lambda: handed)

        assert [act[0] for act in service.done] == ["retry", "seen", "cancel", "take_back"]
        assert handed[0].text == "Words"
        presenter.close()
        await scope.close()
        presenter.view.deleteLater()
        assert bugs == []

    run(scenario())


def test_a_refusal_is_said_in_the_view(run: Any, look: Look) -> None:
    """As a banner with what to do, not as a box of the system."""

    async def scenario() -> None:
        class Refusing(out.ShownOutbox):
            async def retry(self, draft: DraftId, account: Any) -> None:
                raise Refused("It has left already.", "Look there.")

        scope = TaskScope(lambda error: None)
        presenter = presenter_of(look, Refusing([out.refused()]), scope)
        presenter.view.show()
        presenter.choose("tide")
        presenter.view.lane_acted.emit("sky", "retry")
        await until(lambda: presenter.view._banner is not None)

        assert presenter.view._banner.subject == "It has left already. Look there."  # type: ignore[union-attr]
        presenter.view.banner_pressed.emit("trouble")
        assert presenter.view._banner is None
        presenter.close()
        await scope.close()
        presenter.view.deleteLater()

    run(scenario())


def test_taking_back_names_what_is_deleted(look: Look, parent: Any) -> None:
    """Where it is already, and where it never came."""
    dialog = TakeBackDialog(look, ["@a"], ["@b"], parent)
    texts = " ".join(label.text() for label in dialog.findChildren(type(dialog._title)))

    assert "Not sent: @b" in texts
    assert "Already there: @a" in texts
    assert [b.text() for b in dialog.findChildren(Button)] == ["Leave it", "Delete and stop"]
    dialog.deleteLater()


def test_taking_back_deletes_what_is_out_and_stops_the_rest(run: Any, look: Look) -> None:
    """Deleting one copy deletes all; that is asked of the outbox once."""

    async def scenario() -> None:
        scope = TaskScope(lambda error: None)
        service = out.ShownOutbox([replace(out.posted(), draft=TIDE), out.refused()])
        presenter = presenter_of(look, service, scope)
        presenter.choose("tide")
        await presenter._take_back(TIDE)

        assert service.done == [("take_back", "tide"), ("delete", "https://saltmarsh.example/1")]
        presenter.close()
        await scope.close()
        presenter.view.deleteLater()

    run(scenario())


def test_nothing_under_way_says_so(look: Look) -> None:
    """No empty list, no empty lanes."""
    presenter = presenter_of(look, out.ShownOutbox([]))
    presenter.view.show()
    presenter.refresh()

    assert presenter.view.empty.isVisible()
    assert not presenter.view.list.isVisible()
    presenter.close()
    presenter.view.deleteLater()


def test_holding_is_said_and_ended_in_one_place(look: Look) -> None:
    """The banner and the button say the same."""
    service = out.ShownOutbox([out.later()])
    service.held = True
    presenter = presenter_of(look, service)
    presenter.refresh()

    assert presenter.view._banner is not None and presenter.view._banner.key == "held"
    assert presenter.view.hold.text() == "Go on"
    presenter.close()
    presenter.view.deleteLater()


def delivery(**change: Any) -> Delivery:
    """A queued one."""
    return replace(out.waiting(), **change)


def test_a_lane_in_its_undo_window_counts_down() -> None:
    """In seconds, rounded up."""
    lane = delivery(trouble=None, attempts=0, not_before=out.NOW + timedelta(seconds=7.2))

    assert words.state_of(lane, out.NOW).text == "Leaves in 8 s"


def test_the_toast_counts_down_and_gives_the_draft_back(look: Look, parent: Any) -> None:
    """Undo is a button with a name; when it is over, it goes."""
    toast = Toast(look, parent)
    said = ["Posting in 2 s", "Posting in 1 s", ""]
    undone: list[bool] = []
    toast.undo_wanted.connect(lambda: undone.append(True))
    toast.count_down(lambda: said[0])
    assert toast.isVisible() and toast.act.accessibleName() == "Undo"

    said.pop(0)
    toast._tick()
    assert toast.words.text() == "Posting in 1 s"
    toast.act.click()
    assert (undone, toast.isVisible()) == ([True], False)

    toast.count_down(lambda: said[0])
    said.pop(0)
    toast._tick()
    assert not toast.isVisible()


def test_what_was_posted_can_be_looked_at(look: Look) -> None:
    """On the web, at the address its server gave it."""
    service = out.ShownOutbox([out.posted()])
    accounts = MemoryAccounts()
    seen: list[str] = []

    def open_url(url: str) -> bool:
        seen.append(url)
        return True

    services = OutboxServices(
        outbox=service,
        accounts=accounts.all,
        state=accounts.state,
        networks=lambda: INFOS,
        now=lambda: out.NOW,
        open_url=open_url,
    )
    presenter = OutboxPresenter(look, services, StillScope(), samples.Painted())
    presenter.refresh()
    pressed(presenter, SALT, "Open on the web").click()

    assert seen == ["https://saltmarsh.example/@juno/1"]
    presenter.close()
    presenter.view.deleteLater()
