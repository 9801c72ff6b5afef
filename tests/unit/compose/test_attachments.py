"""Which attachments go where."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from app.compose.lanes import plan_lane
from app.compose.plan import LanePlan
from app.model.draft import Attachment
from app.model.sending import Limits
from tests.unit.compose.rooms import LONG, SHORT, draft, lane, picture

VIDEO = picture("v.mp4", kind="video", mime="video/mp4", size=5_000_000, duration=20.0)
SOUND = picture("s.ogg", kind="audio", mime="audio/ogg", size=500_000)


def plan(*media: Attachment, limits: Limits = LONG, network: str = "one", **more: Any) -> LanePlan:
    value = draft("Look.", media=media, split=more.pop("split", True))
    return plan_lane(value, lane(**more), network=network, limits=limits)


def names(made: LanePlan) -> list[list[str]]:
    return [[media.name for media in post.media] for post in made.posts]


SIX = tuple(picture(f"{n}.png") for n in range(6))


def test_more_pictures_than_a_post_takes_follow_in_replies() -> None:
    """Or are left out: that can be chosen."""
    made = plan(*SIX)

    assert names(made) == [["0.png", "1.png", "2.png", "3.png"], ["4.png", "5.png"]]
    assert [post.text.text for post in made.posts] == ["Look.", ""]
    assert made.losses[0].text == "One takes 4 pictures in one post; the last 2 follow in replies."
    assert names(plan(*SIX, choices={"media": "leave_out"})) == [names(made)[0]]
    assert names(plan(*SIX, split=False)) == [names(made)[0]]
    assert names(plan(*SIX, limits=SHORT)) == [[media.name for media in SIX]]
    assert made.can_send


def test_one_picture_too_many_is_told_as_one() -> None:
    """In words that fit."""
    made = plan(*SIX[:5])

    assert (
        made.losses[0].text == "One takes 4 pictures in one post; the last one follows in a reply."
    )
    assert made.losses[0].choices[1].text == "Leave it out"


def test_pictures_and_videos_are_parted_where_they_cannot_mix() -> None:
    """In their order."""
    made = plan(SIX[0], VIDEO, SIX[1])
    mixed = replace(LONG, media=replace(LONG.media, mixed=True))

    assert names(made) == [["0.png"], ["v.mp4"], ["1.png"]]
    assert made.losses[0].text == (
        "One takes pictures or a video, not both, in one post; the last 2 follow in replies."
    )
    assert names(plan(SIX[0], VIDEO, SIX[1], limits=mixed)) == [["0.png", "v.mp4", "1.png"]]


def test_two_videos_are_two_posts() -> None:
    """Where one is taken."""
    made = plan(VIDEO, replace(VIDEO, id="w", name="w.mp4"))

    assert names(made) == [["v.mp4"], ["w.mp4"]]
    assert made.losses[0].text == "One takes 1 video in one post; the last one follows in a reply."


def test_a_lane_may_leave_attachments_out() -> None:
    """By their ids."""
    assert names(plan(*SIX[:2], without=("0.png",))) == [["1.png"]]


def test_what_a_network_does_not_take_must_be_left_out_by_choice() -> None:
    """The lane waits until that was said."""
    asked = plan(SOUND, limits=SHORT, network="two")

    assert not asked.can_send
    assert asked.losses[0].text == "Two does not take this kind of sound: “s.ogg”."
    left = plan(SOUND, limits=SHORT, network="two", choices={"media_type": "leave_out"})
    assert left.can_send
    assert names(left) == [[]]
    assert names(plan(SOUND)) == [["s.ogg"]]


@pytest.mark.parametrize(
    ("media", "why"),
    [
        (
            replace(VIDEO, size=120_000_000),
            "“v.mp4” is too large (120 MB, at most 100 MB) for Two.",
        ),
        (replace(VIDEO, duration=200.4), "“v.mp4” is too long (200 s, at most 180 s) for Two."),
    ],
)
def test_a_video_that_is_too_large_must_be_left_out_by_choice(media: Attachment, why: str) -> None:
    """It cannot be made to fit."""
    made = plan(media, limits=SHORT, network="two")

    assert not made.can_send
    assert made.losses[0].text == why


def test_a_moving_picture_becomes_a_still_where_it_cannot_move() -> None:
    """Beside other pictures then; or it is left out."""
    moving = picture("wave.gif", kind="gif", mime="image/gif")
    takes = replace(LONG, media=replace(LONG.media, types=LONG.media.types | {"image/gif"}))
    made = plan(SIX[0], moving, limits=SHORT, network="two")

    assert names(made) == [["0.png", "wave.gif"]]
    assert made.losses[0].text == ("“wave.gif” cannot move on Two; it is sent as a still picture.")
    left = plan(SIX[0], moving, limits=SHORT, network="two", choices={"gif": "leave_out"})
    assert names(left) == [["0.png"]]
    assert names(plan(SIX[0], moving, limits=takes)) == [["0.png"], ["wave.gif"]]
    assert plan(moving, limits=takes).losses == ()
    large = plan(replace(moving, size=17_000_000), limits=takes).losses[0]
    assert large.text == ("“wave.gif” is too large to move on One; it is sent as a still picture.")


def test_other_moving_pictures_are_told_of_as_well() -> None:
    """A WebP or PNG that moves is painted anew where it is too large: then it stands still."""
    moving = picture("wave.webp", mime="image/webp", duration=2.4)
    media = replace(LONG.media, types=LONG.media.types | {"image/webp"}, image_pixels=33_000_000)
    takes = replace(LONG, media=media)
    assert plan(moving, limits=takes).losses == ()
    wide = replace(moving, width=9_000, height=9_000)
    for large in (replace(moving, size=17_000_000), wide):
        (loss,) = plan(large, limits=takes).losses
        assert ("gif", "still") == (loss.kind, loss.chosen)


def test_a_picture_that_is_too_large_is_made_to_fit() -> None:
    """That is only a fact."""
    large = picture("quay.jpg", mime="image/jpeg", size=5_000_000)
    odd = picture("quay.heic", mime="image/heic")
    made = plan(large, odd, limits=SHORT, network="two")

    assert names(made) == [["quay.jpg", "quay.heic"]]
    assert made.facts == (
        "“quay.jpg” is shrunk to at most 2 MB for Two.",
        "“quay.heic” is sent as another kind of picture for Two.",
    )
    assert made.can_send
    many = tuple(picture(f"{n}.jpg", size=5_000_000) for n in range(4))
    assert plan(*many, limits=SHORT, network="two").facts == (
        "4 pictures are shrunk to at most 2 MB for Two.",
    )


def test_a_picture_of_too_many_points_is_made_to_fit() -> None:
    """Whatever it weighs; two of them are named."""
    small = replace(LONG, media=replace(LONG.media, image_pixels=1_000_000))
    two = (picture("a.png", width=2_000, height=1_000), picture("b.png", width=2_000, height=999))

    assert plan(*two, limits=small).facts == ("“a.png” and “b.png” are shrunk for One.",)


def test_too_long_a_description_is_a_problem() -> None:
    """It is never cut in silence."""
    made = plan(picture(alt="x" * 1_720))

    assert made.problems == ("The description of “a.png” is too long for One: 1720 of 1500.",)


def test_a_focal_point_that_is_not_kept_is_told() -> None:
    """Where there is one."""
    off = picture(focus=(0.5, 0.5))

    assert [one.kind for one in plan(off, limits=SHORT, network="two").losses] == ["focus"]
    assert plan(off).losses == ()
    assert plan(picture(), limits=SHORT, network="two").losses == ()
