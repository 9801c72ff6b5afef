"""Labels, held against the official client library's own cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.model import Advisory, Media, ViewerState
from app.moderation.decide import Preferences, Viewpoint, decide
from app.moderation.decision import Rules
from app.moderation.definitions import GLOBAL
from tests.outside import OUTSIDE, needs_outside
from tests.posts import CY, NOW, person, post

FOLDER = OUTSIDE / "vectors/bsky-moderation" if OUTSIDE else None
PICTURE = (Media(kind="image", url="https://media.example/1.jpg"),)
PROFILE = "/app.bsky.actor.profile/self"


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file, none when it is not there."""
    if FOLDER is None:
        return []
    return list(json.loads((FOLDER / name).read_text("utf-8"))["cases"])


def of_labels(case: dict[str, Any]) -> bool:
    """Is it about the labels of a post in a list, seen by somebody signed in?"""
    return (
        case["fn"] == "moderatePost"
        and bool(case["opts"].get("userDid"))
        and not any("blocking" in cause["type"] for cause in case["expected"]["causes"])
        and (case["subject"]["labels"] or case["subject"]["author"].get("labels"))
    )


def advisory(label: dict[str, str]) -> Advisory | None:
    """As the network's package gives it; a label on the profile is not about posts."""
    if label["uri"].endswith(PROFILE):
        return None
    scope = "post" if "/" in label["uri"].removeprefix("at://") else "author"
    return Advisory("label", label["val"], label["src"], scope)  # type: ignore[arg-type]


@needs_outside
@pytest.mark.parametrize(
    "case",
    [case for case in cases("behaviors.json") if of_labels(case)],
    ids=lambda case: case["name"],
)
def test_labels_decide_as_the_official_library_does(case: dict[str, Any]) -> None:
    """Filter = hide, blur in a list = cover, blur of media = cover over media."""
    subject, prefs = case["subject"], case["opts"]["prefs"]
    labels = subject["labels"] + subject["author"]["labels"]
    mine = subject["author"]["did"] == case["opts"]["userDid"]
    view = Viewpoint(
        account=CY,
        network="north",
        rules=Rules(
            me=frozenset({"did:web:me"}),
            adult=prefs["adultContentEnabled"],
            labels=prefs["labels"],
            labelers={one["did"]: one["labels"] for one in prefs["labelers"]},
        ),
    )
    verdict = decide(
        post(media=PICTURE, advisories=tuple(one for label in labels if (one := advisory(label)))),
        {CY: ViewerState()},
        Preferences(
            views={CY: view}, own=frozenset({person("teun").uri} if mine else ()), watchful=True
        ),
        now=NOW,
    )

    ui = case["expected"]["ui"]
    in_list = ui.get("contentList", [])
    expected = (
        "hide"
        if "filter" in in_list
        else "cover"
        if "blur" in in_list
        else "cover_media"
        if "blur" in ui.get("contentMedia", [])
        else "show"
    )
    assert verdict.action == expected


@needs_outside
@pytest.mark.parametrize("case", cases("labels-global.json"), ids=lambda case: case["identifier"])
def test_the_table_is_the_official_one(case: dict[str, Any]) -> None:
    """Defaults and flags; nothing is softened."""
    label, flags = GLOBAL[case["identifier"]], case["flags"]

    assert label.fixed == (not case["configurable"])
    assert label.default == case["defaultSetting"]
    assert label.locked == ("no-override" in flags)
    assert label.strangers == ("unauthed" in flags)
    assert label.by_author == ("no-self" not in flags)
    assert label.adult == ("adult" in flags)
