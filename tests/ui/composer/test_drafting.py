"""Changes of a draft: one thing changes, everything else stays."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Draft, DraftId, Lane, LaneSettings, Target
from app.model.sending import Limits
from app.ui.composer import drafting
from tests.ui.composer.samples import NOW, PICTURE, SALT_LIMITS, ottilie

A, B = AccountId("a"), AccountId("b")
DRAFT = Draft(
    id=DraftId("d"),
    created_at=NOW,
    updated_at=NOW,
    text="Words",
    lanes=(Lane(account=A, text="Own"), Lane(account=B)),
)
SECOND = replace(PICTURE, id="second", alt="")


def test_adding_and_removing_a_lane_never_changes_another() -> None:
    """The issue's promise, in both directions."""
    c = AccountId("c")
    more = drafting.with_lane(DRAFT, c, LaneSettings())
    less = drafting.without_lane(more, B)

    assert more.lanes[:2] == DRAFT.lanes
    assert less.lanes == (DRAFT.lanes[0], more.lanes[2])
    assert drafting.with_lane(more, A, LaneSettings()) == more


def test_a_choice_is_remembered_by_its_lane() -> None:
    """By the kind of the loss; others keep theirs."""
    one = drafting.with_choice(DRAFT, B, "poll", "link")
    two = drafting.with_choice(one, B, "warning", "front")

    lane = drafting.lane_of(two, B)
    assert lane is not None and lane.settings.choices == {"poll": "link", "warning": "front"}
    assert two.lanes[0] == DRAFT.lanes[0]


def test_attachments_keep_their_order_and_come_once() -> None:
    """The same picture twice is one; moving stops at the ends."""
    draft = drafting.with_media(DRAFT, [PICTURE, SECOND, PICTURE])
    moved = drafting.moved(draft, "second", -1)

    assert [one.id for one in draft.media] == ["dusk", "second"]
    assert [one.id for one in moved.media] == ["second", "dusk"]
    assert drafting.moved(moved, "second", -1) == moved
    assert drafting.without_media(draft, "dusk").media == (SECOND,)


def test_alt_and_focus_belong_to_one_attachment() -> None:
    """The other stays as it is."""
    draft = drafting.with_media(DRAFT, [PICTURE, SECOND])
    changed = drafting.with_focus(drafting.with_alt(draft, "second", "A duck"), "second", (0.5, 1))

    assert changed.media == (PICTURE, replace(SECOND, alt="A duck", focus=(0.5, 1)))


def test_a_lane_may_go_without_a_picture_and_without_a_card() -> None:
    """Rows of the lane, not of its network."""
    draft = drafting.with_media(DRAFT, [PICTURE, SECOND])
    without = drafting.with_setting(draft, B, drafting.MEDIA, ["second"])
    bare = drafting.with_setting(without, B, drafting.CARD, ["left"])

    lane = drafting.lane_of(bare, B)
    assert lane is not None
    assert (("dusk",), False) == (lane.without, lane.card)


def test_going_back_keeps_the_lanes_of_now() -> None:
    """What was said comes back; where it goes does not."""
    old = replace(DRAFT, text="Before", warning="Old", lanes=(Lane(account=A, text="Was"),))
    now = drafting.without_lane(DRAFT, A)

    back = drafting.restored(DRAFT, old)
    assert ("Before", "Old") == (back.text, back.warning)
    assert ["Was", None] == [lane.text for lane in back.lanes]
    assert [lane.account for lane in drafting.restored(now, old).lanes] == [B]


def test_an_answer_is_never_more_public_than_usual_or_than_what_it_answers() -> None:
    """The quieter of both; what a network does not know changes nothing."""
    quiet = replace(SALT_LIMITS, visibilities=("quiet", "public", "followers"))

    def chosen(limits: Limits | None, visibility: str | None = None) -> str:
        target = None
        if visibility is not None:
            target = Target(copies=(), author=ottilie(), visibility=visibility)  # type: ignore[arg-type]
        return drafting.usual_settings(limits, target).visibility

    assert chosen(None) == "public"
    assert chosen(quiet) == "quiet"
    assert chosen(quiet, "public") == "quiet"
    assert chosen(quiet, "followers") == "followers"
    assert chosen(quiet, "direct") == "quiet"
    assert chosen(SALT_LIMITS, "direct") == "direct"
