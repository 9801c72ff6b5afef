"""The strongest of all that warns about a post."""

from __future__ import annotations

from typing import Any

import pytest

from app.model import Advisory, LinkCard, Media, ViewerState
from app.moderation.decide import Preferences, decide, strongest
from app.moderation.labels import Setting
from app.moderation.verdict import SHOW, Cause, Verdict
from tests.posts import person, post

PICTURE = (Media(kind="image", url="https://media.example/1.jpg"),)
LABELER = "did:plc:harbourwatchharbourwatch"
NAMED = Preferences(names={LABELER: "Harbour Watch"})


def label(value: str, **more: Any) -> Advisory:
    """A label of a labeler."""
    return Advisory("label", value, LABELER, **more)


def test_a_plain_post_is_shown() -> None:
    """No advisory, no verdict."""
    assert decide(post(), (ViewerState(),)) is SHOW


def test_a_warning_covers_the_post_with_its_own_words() -> None:
    """The author is the source."""
    verdict = decide(post(advisories=(Advisory("warning", "Food"),)))

    assert verdict == Verdict("cover", (Cause("warning", "Food"),))


@pytest.mark.parametrize(
    ("value", "action", "fixed"),
    [
        ("!hide", "hide", True),
        ("!warn", "cover", False),
        ("!no-unauthenticated", "show", False),
        ("porn", "cover_media", False),
        ("sexual", "cover_media", False),
        ("graphic-media", "cover_media", False),
        ("gore", "cover_media", False),
        ("nudity", "show", False),
        ("bot", "show", False),
        ("something-of-theirs", "show", False),
    ],
)
def test_labels_act_as_the_global_table_says(value: str, action: str, fixed: bool) -> None:
    """Defaults of facts B1 for somebody who is signed in."""
    verdict = decide(post(media=PICTURE, advisories=(label(value),)))

    assert (verdict.action, verdict.fixed) == (action, fixed)


def test_a_label_names_who_says_so() -> None:
    """“Labelled by Harbour Watch”."""
    verdict = decide(post(media=PICTURE, advisories=(label("gore"),)), (), NAMED)

    assert verdict.causes == (Cause("label", "Graphic media", "Harbour Watch"),)


def test_an_unknown_source_is_named_by_its_address() -> None:
    """Better a bare address than nobody."""
    verdict = decide(
        post(media=PICTURE, advisories=(Advisory("label", "gore", "https://l.example/x"),))
    )

    assert verdict.causes[0].source == "l.example"


@pytest.mark.parametrize(
    ("value", "setting", "action"),
    [
        ("porn", "hide", "hide"),
        ("porn", "ignore", "show"),
        ("nudity", "warn", "cover_media"),
        ("!hide", "ignore", "hide"),
        ("!warn", "ignore", "cover"),
    ],
)
def test_settings_change_what_is_not_fixed(value: str, setting: Setting, action: str) -> None:
    """The user decides, except about what moderators fixed."""
    preferences = Preferences(labels={value: setting})

    assert decide(post(media=PICTURE, advisories=(label(value),)), (), preferences).action == action


def test_labels_on_media_need_media() -> None:
    """Text alone is not covered for its missing pictures; a card's picture is one."""
    shown = decide(post(advisories=(label("porn"),)))
    card = LinkCard(url="https://a.example", image="https://media.example/1.jpg")
    covered = decide(post(card=card, advisories=(label("porn"),)))

    assert (shown.action, covered.action) == ("show", "cover_media")


def test_an_author_cannot_hide_like_a_moderator() -> None:
    """Labels that moderators alone may give do nothing as self-labels."""
    author = person("teun").uri
    advisories = (Advisory("label", "!hide", author), Advisory("label", "!warn"))

    assert decide(post(advisories=advisories)).action == "show"


def test_an_author_may_label_their_own_pictures() -> None:
    """Self-labels of the adult kind count."""
    verdict = decide(post(media=PICTURE, advisories=(Advisory("label", "sexual"),)))

    assert verdict == Verdict("cover_media", (Cause("label", "Sexually suggestive"),))


@pytest.mark.parametrize(
    ("value", "chosen", "action"),
    [
        ("!hide", {}, "hide"),
        ("!warn", {}, "cover"),
        ("porn", {}, "cover_media"),
        ("porn", {"porn": "warn"}, "show"),
        ("porn", {"porn": "hide"}, "hide"),
        ("sexual", {}, "show"),
        ("sexual", {"sexual": "hide"}, "hide"),
    ],
)
def test_labels_on_an_author_act_on_their_posts(value: str, chosen: Any, action: str) -> None:
    """Pictures of posts stay as they are: only the avatar is meant (facts B1)."""
    labelled = post(media=PICTURE, advisories=(label(value, scope="author"),))

    assert decide(labelled, (), Preferences(labels=chosen)).action == action


def test_what_authors_say_of_themselves_does_not_hide_their_posts() -> None:
    """A label on one's own profile is about the profile (facts B2: never filters)."""
    labelled = post(media=PICTURE, advisories=(Advisory("label", "sexual", scope="author"),))

    assert decide(labelled, (), Preferences(labels={"sexual": "hide"})).action == "show"


@pytest.mark.parametrize(
    ("asked", "action"),
    [("hide", "hide"), ("warn", "cover"), ("blur", "cover_media"), ("", "cover")],
)
def test_filters_of_the_server_do_what_they_ask_for(asked: Any, action: str) -> None:
    """Facts C1; what is unknown is a warning."""
    state = ViewerState(filtered=(Advisory("filter", "derby", action=asked),))

    assert decide(post(media=PICTURE), (state,)).action == action


def test_a_blur_without_pictures_shows_the_post() -> None:
    """There is nothing to blur."""
    state = ViewerState(filtered=(Advisory("filter", "derby", action="blur"),))

    assert decide(post(), (state,)).action == "show"


def test_my_own_posts_are_never_hidden_from_me() -> None:
    """Filters do not apply, labels only cover and can be lifted, my warning stays."""
    mine = Preferences(own=frozenset({person("teun").uri}))
    state = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    hidden = decide(post(advisories=(label("!hide"),)), (), mine)
    warned = decide(post(advisories=(Advisory("warning", "Food"),)), (), mine)

    assert decide(post(), (state,), mine).action == "show"
    assert (hidden.action, hidden.fixed) == ("cover", False)
    assert warned.action == "cover"


def test_the_strongest_wins_and_all_causes_are_told() -> None:
    """Causes of the strongest action come first, each once."""
    state = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    both = post(media=PICTURE, advisories=(Advisory("sensitive"), Advisory("warning", "Food")))
    verdict = decide(both, (state, state))

    assert verdict.action == "hide"
    assert [cause.kind for cause in verdict.causes] == ["filter", "warning", "sensitive"]


def test_no_verdicts_mean_show() -> None:
    """The neutral element."""
    assert strongest([]) == SHOW
