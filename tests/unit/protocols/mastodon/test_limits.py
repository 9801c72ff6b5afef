"""What servers say that they take, in all the ways they say it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import RateLimited, SignedOut
from app.model.sending import Limits, PollLimits
from app.protocols.mastodon.limits import limits_from_instance
from app.protocols.mastodon.wire_server import CredentialSource, Instance, read_object
from app.protocols.mastodon.wire_write import Preferences
from tests.contract.server import Answer
from tests.outside import OUTSIDE, needs_outside
from tests.unit.protocols.mastodon.desk import desk, error

V1, V2 = "/api/v1/instance", "/api/v2/instance"
GOTOSOCIAL: dict[str, Any] = {
    "domain": "pond.example",
    "configuration": {
        "statuses": {
            "max_characters": 5000,
            "max_media_attachments": 6,
            "characters_reserved_per_url": 25,
            "supported_mime_types": ["text/plain", "text/markdown"],
        },
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "image/png", "video/mp4", "audio/mpeg"],
            "image_size_limit": 41943040,
            "image_matrix_limit": 16777216,
            "video_size_limit": 41943040,
            "description_limit": 1500,
        },
        "polls": {
            "max_options": 6,
            "max_characters_per_option": 60,
            "min_expiration": 300,
            "max_expiration": 2629746,
        },
    },
}
PLEROMA: dict[str, Any] = {
    "uri": "https://fe.example",
    "title": "Fe",
    "max_toot_chars": 9000,
    "max_media_attachments": 1000,
    "description_limit": 8000,
    "upload_limit": 16_000_000,
    "poll_limits": {
        "max_options": 20,
        "max_option_chars": 200,
        "min_expiration": 0,
        "max_expiration": 31536000,
    },
    "pleroma": {
        "metadata": {
            "features": ["pleroma_api", "quote_posting", "polls"],
            "post_formats": ["text/plain", "text/html", "text/markdown", "text/bbcode"],
        }
    },
}
GLITCH: dict[str, Any] = {
    "domain": "g.example",
    "api_versions": {"mastodon": 7},
    "configuration": {
        "statuses": {
            "max_characters": 1000,
            "supported_mime_types": ["text/plain", "text/markdown", "text/html"],
        }
    },
}


def limits(instance: dict[str, Any], **more: Any) -> Limits:
    """From an instance answer."""
    return limits_from_instance(read_object(json.dumps(instance).encode(), Instance, "x"), **more)


def test_gotosocial_says_it_with_its_markup() -> None:
    """Markdown is rendered there, and so links may stand behind words."""
    found = limits(GOTOSOCIAL)

    assert (found.length, found.link_length, found.mention_hosts) == (5000, 25, False)
    assert (found.media.count, found.media.alt_length) == (6, 1500)
    assert found.media.types == {"image/jpeg", "image/png", "video/mp4", "audio/mpeg"}
    assert (found.media.image_bytes, found.media.video_bytes) == (41943040, 41943040)
    assert found.polls == PollLimits(options=6, option_length=60)
    assert found.markup == ("text/markdown",)
    assert found.hidden_links
    assert "bold" in found.markup_spans
    assert not found.can_quote


def test_pleroma_says_it_at_other_places() -> None:
    """Its first instance answer has them at the top."""
    found = limits(PLEROMA)

    assert found.length == 9000
    assert found.media.count == 1000
    assert (found.media.image_bytes, found.media.video_bytes) == (16_000_000, 16_000_000)
    assert found.media.alt_length == 8000
    assert found.media.mixed
    assert found.polls == PollLimits(
        options=20, option_length=200, min_seconds=0, max_seconds=31536000
    )
    assert found.markup == ("text/html", "text/markdown", "text/bbcode")
    assert found.can_quote
    assert found.quotes == ("anyone",)


def test_glitch_can_do_both() -> None:
    """Markup and quotes, and who may quote can be said."""
    found = limits(GLITCH)

    assert found.markup == ("text/markdown", "text/html")
    assert found.can_quote
    assert found.quotes == ("anyone", "followers", "nobody")


def test_a_server_that_says_nothing_is_as_usual() -> None:
    """Five hundred characters, four pictures, a poll."""
    found = limits({"domain": "old.example", "title": "Old"})

    assert (found.length, found.link_length) == (500, 23)
    assert found.media.count == 4
    assert "image/png" in found.media.types
    assert found.polls == PollLimits()
    assert found.visibilities == ("public", "quiet", "followers", "direct")
    assert (found.markup, found.hidden_links, found.can_quote) == ((), False, False)


def test_links_may_count_as_they_are() -> None:
    """0: and then mentions do so with their host."""
    found = limits({"configuration": {"statuses": {"characters_reserved_per_url": 0}}})

    assert (found.link_length, found.mention_hosts) == (0, True)


@pytest.mark.parametrize("polls", [None, {"max_options": 0}])
def test_a_server_without_polls_has_none(polls: dict[str, int] | None) -> None:
    """It tells its configuration, and there are none in it."""
    assert limits({"configuration": {"polls": polls}}).polls is None


def test_what_is_usual_for_the_account_comes_first() -> None:
    """Its preferences; else what its profile says."""
    chosen = Preferences(visibility="unlisted", sensitive=True, language="nl", quotes="nobody")
    own = CredentialSource(privacy="private", language="de", quote_policy="followers")

    found = limits(GLITCH, source=own, preferences=chosen)
    assert found.visibilities == ("quiet", "public", "followers", "direct")
    assert (found.lang, found.sensitive) == ("nl", True)
    assert found.quotes == ("nobody", "anyone", "followers")

    found = limits(GLITCH, source=own)
    assert found.visibilities[0] == "followers"
    assert (found.lang, found.sensitive) == ("de", False)
    assert found.quotes[0] == "followers"


NUMBERS = st.one_of(st.none(), st.integers(-(2**70), 2**70), st.text(max_size=3), st.booleans())


@given(st.dictionaries(st.sampled_from(sorted(GOTOSOCIAL["configuration"]["statuses"])), NUMBERS))
def test_nonsense_never_makes_a_limit_of_nothing(statuses: dict[str, Any]) -> None:
    """Whatever stands there, one can write."""
    found = limits({"domain": "x", "configuration": {"statuses": statuses, "polls": statuses}})

    assert found.length > 0
    assert found.link_length >= 0
    assert found.media.count > 0


@needs_outside
@pytest.mark.parametrize("version", ["4.3.0", "4.4.3", "4.5.0", "4.6.4", "4.7.3", "public"])
def test_recorded_instances_are_understood(version: str) -> None:
    """Real answers of real servers."""
    assert OUTSIDE is not None
    paths = sorted((OUTSIDE / "recordings/mastodon" / version).glob("GET_v[12]_instance.json"))
    assert paths
    for path in paths:
        body = json.loads(path.read_text("utf-8"))["body"]
        found = limits(body)
        told = body["configuration"]["statuses"]

        assert found.length == told["max_characters"]
        assert found.link_length == told["characters_reserved_per_url"]
        assert found.media.count == told["max_media_attachments"]
        assert found.polls is not None
        assert {"image/jpeg", "video/mp4"} <= found.media.types


# --------------------------------------------------------------- asking


async def test_limits_are_asked_once_an_hour() -> None:
    """And put together from all that answers."""
    async with desk() as here:
        here.say("GET", V2, Answer(GOTOSOCIAL))
        here.say("GET", "/api/v1/preferences", Answer({"posting:default:visibility": "private"}))
        service = here.service()
        found = await service.limits()
        asked = len(here.asked)

        assert (found.length, found.visibilities[0], found.schedules) == (5000, "followers", True)
        assert await service.limits() is found
        assert len(here.asked) == asked

        service._limits_at -= 3700
        assert await service.limits() == found
        assert len(here.asked) > asked


async def test_the_older_answer_fills_what_the_newer_lacks() -> None:
    """Some servers say little in the second version of it."""
    async with desk() as here:
        here.say("GET", V2, Answer({"domain": "fe.example", "title": "Fe"}))
        here.say("GET", V1, Answer(PLEROMA))
        found = await here.service().limits()

        assert (found.length, found.can_quote) == (9000, True)


async def test_what_is_not_there_is_not_offered() -> None:
    """No kept posts, no changes."""
    async with desk() as here:
        done = await here.publish("Any")
        here.say("GET", "/api/v1/scheduled_statuses", error("Record not found", 404))
        here.say("GET", f"/api/v1/statuses/{done.ref}/source", Answer(b"<html>", 404))
        here.say("GET", "/api/v1/preferences", error("no", 404))
        found = await here.service().limits()

        assert (found.schedules, found.edits) == (False, False)


async def test_who_cannot_ask_is_told() -> None:
    """Limits of nobody would let one write what cannot be sent."""
    async with desk() as here:
        here.say("GET", "/api/v1/preferences", error("slow", 429))
        with pytest.raises(RateLimited):
            await here.service().limits()

    async with desk() as here:
        here.secret = {"token": "wrong"}
        with pytest.raises(SignedOut):
            await here.service().limits()
