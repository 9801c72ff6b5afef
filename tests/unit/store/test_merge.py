"""A later copy of a post refreshes the kept one, and never makes it poorer."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import Counts, LinkCard, Poll, PollOption, Profile, Quote, ReplyTo, ViewerState
from app.store.merge import refreshed, refreshed_viewer
from tests.unit.store.build import at, post, profile

CARD = LinkCard(url="https://page.example/", title="A page")
RICH = post(
    1,
    card=CARD,
    counts=Counts(replies=2, reposts=3, likes=50),
    reply_to=ReplyTo(uri="https://one.example/posts/0", author=profile("bo")),
    bridged_from="at://x/y/z",
)


def test_the_teller_refreshes_everything() -> None:
    """Counts may fall again when the same account tells them."""
    new = post(1, text="same", counts=Counts(likes=49))
    merged = refreshed(post(1, counts=Counts(likes=50)), new, same_teller=True)

    assert new == merged


def test_what_a_later_answer_leaves_out_stays() -> None:
    """Card, parent, author's name and bridge origin are not forgotten."""
    poor = replace(post(1), author=Profile(profile("ana").uri, "ana@one.example"))
    merged = refreshed(RICH, poor, same_teller=True)

    assert (CARD, RICH.reply_to) == (merged.card, merged.reply_to)
    assert ("Ana", "at://x/y/z") == (merged.author.name, merged.bridged_from)
    assert Counts() == merged.counts


def test_an_edit_may_take_the_card_away() -> None:
    """Who edits a link out means it, whoever tells."""
    edited = post(1, text="no link", edited_at=at(9))

    assert None is refreshed(RICH, edited, same_teller=False).card
    assert "no link" == refreshed(RICH, edited, same_teller=False).text.text


def test_an_older_version_changes_nothing() -> None:
    """A server that has not heard of the edit yet does not undo it."""
    new = post(1, text="edited", edited_at=at(9))

    assert new is refreshed(new, RICH, same_teller=False)
    assert new is refreshed(new, post(1, edited_at=at(5)), same_teller=True)


def test_another_account_adds_only_what_it_has_heard_more_of() -> None:
    """Its proxied addresses do not flap; larger counts and further polls count."""
    poll = Poll(options=(PollOption("a", 1),), votes=1)
    further = Poll(options=(PollOption("a", 5),), votes=5)
    ours = replace(RICH, poll=poll)
    theirs = replace(post(1, text="proxied"), counts=Counts(likes=90), poll=further)
    smaller = replace(theirs, counts=Counts(likes=1), poll=Poll(options=(), votes=0))

    merged = refreshed(ours, theirs, same_teller=False)
    assert replace(ours, counts=Counts(likes=90), poll=further) == merged
    assert ours == refreshed(ours, smaller, same_teller=False)
    assert further == refreshed(RICH, theirs, same_teller=False).poll


def test_a_quote_that_is_shown_keeps_its_post() -> None:
    """A copy without the quoted post keeps it, unless the quote is not shown any more."""
    quoted = Quote(state="shown", uri=post(2).uri, post=post(2))
    bare = Quote(state="shown", uri=post(2).uri)
    gone = Quote(state="deleted", uri=post(2).uri)
    old = post(1, quote=quoted)

    assert quoted == refreshed(old, post(1, quote=bare), same_teller=True).quote
    assert gone == refreshed(old, post(1, quote=gone), same_teller=True).quote
    assert None is refreshed(old, post(1), same_teller=True).quote


def test_a_parent_is_filled_from_what_was_known() -> None:
    """Fields that one answer lacks come from the other; another parent is another."""
    old = post(1, reply_to=ReplyTo(uri="u", root="r", author=profile("bo")))
    part = ReplyTo(uri="u")
    other = ReplyTo(uri="v")
    deleted = ReplyTo(uri="u", state="deleted")

    assert old.reply_to == refreshed(old, post(1, reply_to=part), same_teller=True).reply_to
    assert other == refreshed(old, post(1, reply_to=other), same_teller=True).reply_to
    assert deleted == refreshed(old, post(1, reply_to=deleted), same_teller=True).reply_to


def test_a_viewer_state_without_reference_keeps_the_known_one() -> None:
    """Everything else is as the newer one says."""
    old, new = ViewerState(ref="r", liked=True), ViewerState(bookmarked=True)

    assert ViewerState(ref="r", bookmarked=True) == refreshed_viewer(old, new)
    assert ViewerState(ref="s") == refreshed_viewer(old, ViewerState(ref="s"))
