"""Stored rows become cards."""

from __future__ import annotations

from datetime import timedelta

from app.feed.pipeline import Settings, rows, sift, why_hidden
from app.feed.rows import Card
from app.model import Advisory, Media, Poll, PollOption, Quote, Stub, ViewerState
from app.model.timeline import HOME, Echo, Gap, GapRow, RowKey, StoredRow, StubRow
from app.moderation.decide import Preferences
from app.moderation.verdict import Verdict
from tests.posts import ANA, CY, NOW, echo, post, seen

SETTINGS = Settings(accounts={ANA: "north.example"}, order=("north", "south"))


def card(row: Echo, settings: Settings = SETTINGS) -> Card:
    """The one card that comes of *row*."""
    (shown,) = rows([row], now=NOW, settings=settings)
    assert isinstance(shown, Card)
    return shown


def test_the_native_post_is_drawn_before_its_copy() -> None:
    """Native first, although the copy has more text."""
    original = post("https://north.example/1", text="Short.")
    copy = post("at://did:x/p/1", text="Short, and a tail.", bridged_from=original.uri)
    shown = card(echo(seen(copy, CY), seen(original, ANA)))

    assert shown.post == original
    assert [one.post.uri for one in shown.copies] == [original.uri, copy.uri]
    assert shown.copies[1].evidence.startswith("A bridge copied it")
    assert shown.networks == ("south", "north")


def test_among_copies_the_one_with_most_detail_is_drawn() -> None:
    """When only copies are seen, nothing is lost to a cut."""
    cut = post("at://did:x/p/1", text="Short", bridged_from="https://a.example/1")
    whole = post("https://b.example/1", text="Short, and more", bridged_from="https://a.example/1")
    shown = card(echo(seen(cut), seen(whole)))

    assert shown.post == whole


def test_reposts_stand_newest_first_and_each_person_once() -> None:
    """The newest repost leads; who reposted twice is one of them."""
    what = post(ago=60)
    shown = card(
        echo(
            seen(what, repost_by="lise", ago=50),
            seen(what, repost_by="pim", ago=20),
            seen(what, repost_by="bo", ago=30),
        )
    )

    assert [repost.by.name for repost in shown.reposts] == ["Pim", "Bo", "Lise"]
    assert "Reposted by Pim, Bo, Lise" in [reason.text for reason in shown.reasons]
    assert shown.sort_at == NOW - timedelta(minutes=50)


def test_a_post_that_stands_for_itself_is_not_shown_as_reposted() -> None:
    """Somebody I follow wrote it: that somebody else passed it on is no context."""
    what = post(ago=60)
    shown = card(echo(seen(what), seen(what, repost_by="pim", ago=20)))

    assert shown.reposts == ()
    assert shown.entry_key == what.uri


def test_a_card_stands_where_its_row_was_founded() -> None:
    """What joins later does not move it."""
    what = post(ago=60)
    founder = seen(what, repost_by="pim", ago=20)
    row = Echo(key=echo(founder).key, sightings=(seen(what, CY), founder))

    assert card(row).entry_key == founder.entry.key


def test_each_account_keeps_what_it_did_with_the_copy_it_sees() -> None:
    """States are not mixed; the shown copy's state wins."""
    original = post("https://north.example/1")
    copy = post("at://did:x/p/1", bridged_from=original.uri)
    liked, plain = ViewerState(liked=True), ViewerState()
    shown = card(
        echo(seen(original, ANA, state=liked), seen(copy, CY, state=plain), seen(copy, ANA))
    )

    assert shown.viewers == {ANA: liked, CY: plain}
    assert shown.copies[1].accounts == (ANA, CY)


def test_one_network_hides_then_the_card_is_hidden() -> None:
    """Each network judges its own copy; the strictest holds for the card."""
    original = post("https://north.example/1")
    hidden = Advisory("label", "!hide", "did:x:labeler")
    copy = post("at://did:x/p/1", bridged_from=original.uri, advisories=(hidden,))
    row = echo(seen(original), seen(copy))

    assert rows([row], now=NOW, settings=SETTINGS) == []


def test_hidden_rows_are_counted_by_cause() -> None:
    """What is left out can be explained."""
    derby = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    label = Advisory("label", "!hide", "did:x:labeler")
    stored: list[StoredRow] = [
        echo(seen(post("https://a.example/1", ago=1), state=derby), number=1),
        echo(seen(post("https://a.example/2", ago=2), state=derby), number=2),
        echo(seen(post("https://a.example/3", ago=3, advisories=(label,))), number=3),
        echo(seen(post("https://a.example/4", ago=4)), number=4),
    ]
    names = {"did:x:labeler": "Harbour Watch"}
    sifted = sift(stored, now=NOW, settings=Settings(preferences=Preferences(names=names)))

    assert len(sifted.rows) == 1
    assert sifted.hidden.count == 3
    assert dict(sifted.hidden.by) == {
        "Filter: derby": 2,
        "Label: Hidden by moderators (Harbour Watch)": 1,
    }


def test_a_verdict_without_cause_still_has_words() -> None:
    """Nothing is ever hidden without a line that says so."""
    assert why_hidden(Verdict("hide")) == "Hidden"


def test_a_quote_has_its_own_verdict() -> None:
    """A harmless post may quote something that is covered."""
    quoted = post("https://a.example/2", advisories=(Advisory("warning", "blood"),))
    shown = card(echo(seen(post(quote=Quote(state="shown", uri=quoted.uri, post=quoted)))))

    assert shown.verdict.action == "show"
    assert shown.quote_verdict.action == "cover"


def test_a_poll_that_ended_meanwhile_is_shown_as_ended() -> None:
    """The cache does not invite to vote where it is too late."""
    options = (PollOption("yes", 1), PollOption("no", 2))
    open_ = Poll(options=options, expires_at=NOW + timedelta(minutes=1))
    over = Poll(options=options, expires_at=NOW - timedelta(minutes=1))

    still = card(echo(seen(post(poll=open_)))).post.poll
    ended = card(echo(seen(post(poll=over)))).post.poll

    assert still is not None and not still.closed
    assert ended is not None and ended.closed


def test_gaps_and_stubs_pass_through() -> None:
    """They are rows like others."""
    gap = GapRow(
        key=RowKey(2, 1), gap=Gap(id=1, account=ANA, source=HOME, newer_at=NOW, older_at=None)
    )
    stub = StubRow(
        key=RowKey(3, 2), stub=Stub(key="x", sort_at=NOW, reason="No author."), account=ANA
    )

    assert rows([gap, stub], now=NOW, settings=SETTINGS) == [stub, gap]


def test_reasons_name_the_account_for_people() -> None:
    """Why is this here: whose timeline it came from."""
    shown = card(echo(seen(post(), ANA, CY)))

    assert [reason.text for reason in shown.reasons] == [
        "In the home timeline of north.example",
        "In the home timeline of cy.example",
    ]


def test_media_are_covered_when_only_they_are_meant() -> None:
    """The text stays readable."""
    picture = Media(kind="image", url="https://media.example/1.jpg")
    sensitive = Advisory("sensitive", scope="media")
    shown = card(echo(seen(post(media=(picture,), advisories=(sensitive,)))))

    assert shown.verdict.action == "cover_media"
