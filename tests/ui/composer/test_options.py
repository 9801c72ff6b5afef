"""Settings of a lane: which there are, and what a choice makes of them."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Lane, LaneSettings
from app.ui.composer.options import changed, language_name, setting_rows
from tests.ui.composer.samples import SALT_LIMITS, SKY_LIMITS

LANE = Lane(account=AccountId("a"))


def test_each_network_has_its_own_rows_in_one_order() -> None:
    """What a network does not know is not offered."""
    salt = [row.key for row in setting_rows(LANE, SALT_LIMITS, "en")]
    sky = [row.key for row in setting_rows(LANE, SKY_LIMITS, "en")]

    assert salt == ["visibility", "lang", "quotes"]
    assert sky == ["replies", "lang", "quotes", "labels"]


def test_the_language_is_the_drafts_unless_the_lane_has_one() -> None:
    """Detected or chosen: in words."""
    followed = setting_rows(LANE, SALT_LIMITS, "en")[1]
    own = replace(LANE, settings=LaneSettings(lang="de"))
    chosen = setting_rows(own, SALT_LIMITS, "en")[1]
    unknown = setting_rows(LANE, SALT_LIMITS, "")[1]

    assert ["English", "German", "Not known"] == [followed.value, chosen.value, unknown.value]
    assert language_name("tlh-x") == "tlh-x"


def test_what_a_server_takes_for_granted_is_shown() -> None:
    """A post that names no language is in the one its account chose there."""
    dutch = replace(SALT_LIMITS, lang="nl")

    assert setting_rows(LANE, dutch, "")[1].value == "Dutch, as usual"
    assert setting_rows(LANE, dutch, "en")[1].value == "English"


def test_every_choice_changes_its_setting_alone() -> None:
    """The others stay as they were."""
    before = LaneSettings(choices={"poll": "out"})

    assert changed(before, "visibility", ("quiet",)) == replace(before, visibility="quiet")
    assert changed(before, "lang", ("fr",)) == replace(before, lang="fr")
    assert changed(before, "quotes", ("nobody",)) == replace(before, quotes="nobody")
    assert changed(before, "labels", ("nudity",)) == replace(before, labels=("nudity",))


def test_anyone_and_nobody_stand_alone() -> None:
    """Several of the others may be joined; taking the last away means anyone."""
    settings = LaneSettings()
    one = changed(settings, "replies", ("anyone", "followers"))
    two = changed(one, "replies", ("followers", "mentioned"))
    none = changed(two, "replies", ("followers", "mentioned", "nobody"))
    empty = changed(one, "replies", ())

    assert one.replies == ("followers",)
    assert two.replies == ("followers", "mentioned")
    assert none.replies == ("nobody",)
    assert empty.replies == ("anyone",)


def test_a_lane_under_way_can_be_read_only() -> None:
    """No row offers a menu."""
    rows = setting_rows(LANE, SALT_LIMITS, "en", fixed=True)

    assert {row.fixed for row in rows} == {True}
