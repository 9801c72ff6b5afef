"""What moderation says of posts, as cards show it: copies, reposts, quotes, places."""

from __future__ import annotations

from typing import Any

from app.feed.pipeline import Settings, row_from_stored
from app.feed.rows import Card
from app.model import Advisory, Post, Quote, ViewerState
from app.model.post import Standing
from app.model.timeline import Echo
from app.moderation.decide import Preferences, Viewpoint
from tests.posts import ANA, CY, NOW, echo, person, post, seen


def muting(*names: str) -> Preferences:
    """Ana mutes these."""
    muted = {person(name).uri: "" for name in names}
    view = Viewpoint(account=ANA, network="north", muted=muted)
    return Preferences(views={ANA: view}, watchful=True)


def card_of(stored: Echo, preferences: Preferences = Preferences(), **more: Any) -> Card:
    """The row as a card."""
    row = row_from_stored(stored, now=NOW, settings=Settings(preferences=preferences, **more))
    assert isinstance(row, Card)
    return row


def filtered(context: str, what: Post | None = None) -> Advisory:
    """A filter of the server that holds there."""
    return Advisory("filter", "derby", "north.example", action="hide", ref="1", contexts=(context,))  # type: ignore[arg-type]


def test_what_only_muted_people_pass_on_does_not_come() -> None:
    """With the one who passed it on as the cause."""
    verdict = card_of(echo(seen(post(), repost_by="kit")), muting("kit")).verdict

    assert verdict.action == "hide"
    assert [(cause.kind, cause.text) for cause in verdict.causes] == [
        ("muted", f"@{person('kit').handle}")
    ]


def test_what_somebody_else_passes_on_comes_all_the_same() -> None:
    """And so does what stands there for itself."""
    twice = echo(seen(post(), repost_by="kit"), seen(post(), repost_by="sol", ago=1))
    itself = echo(seen(post(), repost_by="kit"), seen(post()))

    assert card_of(twice, muting("kit")).verdict.action == "show"
    assert card_of(itself, muting("kit")).verdict.action == "show"
    assert card_of(twice, muting("kit", "sol")).verdict.action == "hide"


def test_one_copy_that_is_dropped_for_its_author_drops_the_card() -> None:
    """Each network judges its own: the other's says nothing."""
    north = post("https://north.example/1")
    south = post("at://did:plc:x/app.y.post/1", by="teun2")
    blocked = ViewerState(standing=Standing(blocking=True))
    both = echo(seen(north, ANA), seen(south, CY, state=blocked))
    verdict = card_of(both).verdict

    assert verdict.action == "hide"
    assert verdict.causes[0].about_author


def test_a_filter_of_a_quote_holds_where_the_card_stands() -> None:
    """It covers what is quoted: the card around it stays."""
    inner = post("https://north.example/2", by="kit", advisories=(filtered("thread"),))
    stored = echo(seen(post(quote=Quote(state="shown", post=inner))))
    home, thread = card_of(stored), card_of(stored, context="thread")

    assert (home.verdict.action, home.quote_verdict.action) == ("show", "show")
    assert (thread.verdict.action, thread.quote_verdict.action) == ("show", "cover")


def test_a_filter_for_conversations_leaves_home_alone() -> None:
    """And hides there; in the opened post it only covers."""
    stored = echo(seen(post(), state=ViewerState(filtered=(filtered("thread"),))))

    assert card_of(stored).verdict.action == "show"
    assert card_of(stored, context="thread").verdict.action == "hide"
    assert card_of(stored, context="opened").verdict.action == "cover"
