"""Statuses → posts, entries, profiles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.model import Advisory, Entry, PollOption, Stub
from app.protocols.mastodon.convert import Viewpoint
from tests.unit.protocols.mastodon.samples import NOW, account, entry, page, post, status


def test_a_post_is_known_by_its_uri() -> None:
    """Identity is the ActivityPub id; the server's own id stays opaque."""
    item = entry()

    assert item.key == item.post.uri == "https://home.example/users/ana/statuses/1"
    assert item.post.url == "https://home.example/@ana/1"
    assert item.post.network == "mastodon"
    assert item.post.text.text == "Hello"
    assert item.post.langs == ("en",)
    assert item.viewer.ref == "1"
    assert (item.post.counts.replies, item.post.counts.reposts, item.post.counts.likes) == (1, 2, 3)


def test_handles_always_have_their_host() -> None:
    """Servers leave their own out; some do not."""
    near = post(account=account("ana")).author
    far = post(account=account("rita", "far.example")).author
    odd = post(account=account("cy", acct="cy@home.example")).author

    assert near.handle == "ana@home.example"
    assert far.handle == "rita@far.example"
    assert odd.handle == "cy@home.example"
    assert far.uri == "https://far.example/users/rita"


def test_an_account_without_uri_is_known_by_its_page() -> None:
    """Older servers tell only the page."""
    author = post(account=account(uri=None)).author

    assert author.uri == author.url == "https://home.example/@ana"


def test_names_cannot_pose_or_reach_out() -> None:
    """Overrides and check marks are taken out of names, emoji are listed."""
    author = post(
        account=account(
            display_name="\u202eana ✅ :crab:",
            emojis=[
                {
                    "shortcode": "crab",
                    "url": "https://x.example/a.gif",
                    "static_url": "https://x.example/a.png",
                }
            ],
            avatar="javascript:alert(1)",
        )
    ).author

    assert author.name == "ana  :crab:"
    assert author.emojis[0].url == "https://x.example/a.png"
    assert author.avatar == ""


def test_a_repost_is_an_entry_of_its_own() -> None:
    """Key and place are those of the repost, the post is the other's."""
    inner = status(
        5, account=account("rita", "far.example"), uri="https://far.example/5", favourited=True
    )
    (item,) = page(
        status(
            6,
            uri="https://home.example/6/activity",
            reblog=inner,
            created_at="2026-11-20T11:00:00Z",
        )
    )

    assert isinstance(item, Entry)
    assert item.key == "https://home.example/6/activity"
    assert item.sort_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert item.post.uri == "https://far.example/5"
    assert item.post.sort_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert item.repost is not None
    assert item.repost.by.handle == "ana@home.example"
    assert (item.viewer.ref, item.viewer.liked) == ("5", True)


@pytest.mark.parametrize("uri", [None, "", "https://far.example/5"])
def test_a_repost_without_an_address_gets_a_steady_key(uri: str | None) -> None:
    """Two accounts that see the same repost must call it the same."""
    inner = status(5, uri="https://far.example/5")
    (item,) = page(status(6, uri=uri, url=None, reblog=inner))

    assert isinstance(item, Entry)
    assert item.key == "repost:https://home.example/users/ana:https://far.example/5"


def test_time_is_never_in_the_future_of_its_fetch() -> None:
    """``created_at`` is the author's claim, ``sort_at`` is ours."""
    item = post(created_at="2031-01-01T00:00:00Z")

    assert item.created_at.year == 2031
    assert item.sort_at == NOW


@pytest.mark.parametrize(
    "said", ["2026-11-20T10:00:00", "2026-11-20T12:00:00+02:00", "2026-11-20T10:00:00.000Z"]
)
def test_times_are_utc(said: str) -> None:
    """Zones are converted, none means UTC."""
    assert post(created_at=said).created_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_warnings_become_advisories() -> None:
    """Words are a warning, no words with the flag cover media."""
    assert post(spoiler_text="food", sensitive=True).advisories == (Advisory("warning", "food"),)
    assert post(sensitive=True).advisories == (Advisory("sensitive", scope="media"),)
    assert post().advisories == ()


def found(context: list[str], action: str = "warn", expires: str | None = None) -> dict[str, Any]:
    return {
        "filter": {
            "title": f"T {action}",
            "context": context,
            "filter_action": action,
            "expires_at": expires,
        }
    }


def test_filters_keep_where_and_until_when_they_hold() -> None:
    """The server tells every match; who shows the post looks at context and expiry."""
    matches = [
        found(["home"], "hide"),
        found(["home", "public"], "blur"),
        found(["home"], "new-kind"),
        found(["thread"], "warn", "2026-11-20T11:59:59Z"),
        found([]),
        found(["of-tomorrow"]),
        {"filter": None},
    ]
    matches[0]["keyword_matches"] = ["tide"]
    matches[0]["filter"]["id"] = "7"

    viewer = entry(filtered=matches).viewer

    assert [(one.text, one.action, one.scope, one.contexts) for one in viewer.filtered] == [
        ("T hide", "hide", "post", ("home",)),
        ("T blur", "blur", "media", ("home", "public")),
        ("T new-kind", "warn", "post", ("home",)),
        ("T warn", "warn", "post", ("thread",)),
    ]
    first, last = viewer.filtered[0], viewer.filtered[3]
    assert (first.source, first.ref, first.words) == ("home.example", "7", ("tide",))
    assert last.expires_at == datetime(2026, 11, 20, 11, 59, 59, tzinfo=UTC)


def test_filters_of_repost_and_post_count_together_but_not_for_own_posts() -> None:
    """The wrapper may carry them, the inner one, or both; we do not filter ourselves."""
    both = [found(["home"])]
    (item,) = page(status(2, filtered=both, reblog=status(1, filtered=both)))
    mine = Viewpoint(server="s", domain="s", now=NOW, viewer="https://home.example/users/ana")

    assert isinstance(item, Entry)
    assert len(item.viewer.filtered) == 1
    assert entry(mine, filtered=both).viewer.filtered == ()


def test_media_keep_alt_text_and_size() -> None:
    """GIFs may come as videos or pictures; missing parts are no reason to fail."""
    media = post(
        media_attachments=[
            {
                "type": "image",
                "url": "https://x.example/a.png",
                "preview_url": "https://x.example/s.png",
                "description": " A heron\u202e ",
                "blurhash": "LEHV6nWB2yk8",
                "meta": {"original": {"width": 800, "height": 600}, "focus": {"x": 0.5, "y": -7}},
            },
            {
                "type": "gifv",
                "url": "https://x.example/a.mp4",
                "meta": {"original": {"width": 1.5e9, "duration": 2.5}},
            },
            {"type": "image", "url": "https://x.example/a.GIF?1", "meta": None},
            {
                "type": "audio",
                "url": "https://x.example/a.ogg",
                "preview_url": None,
                "meta": {"length": "0:01"},
            },
            {"type": "unknown", "url": None, "remote_url": "https://far.example/x"},
            {"type": "image", "url": "file:///etc/passwd"},
        ]
    ).media

    assert [one.kind for one in media] == ["image", "gif", "gif", "audio", "unknown"]
    assert media[0].alt == "A heron"
    assert (media[0].width, media[0].height, media[0].focus) == (800, 600, (0.5, -1.0))
    assert (media[1].width, media[1].duration) == (100_000, 2.5)
    assert media[4].url == "https://far.example/x"


def test_a_poll_may_hide_its_totals() -> None:
    """Hidden totals are None, not nothing; own votes are the viewer's."""
    poll = {
        "options": [{"title": "a\nb", "votes_count": None}, {"title": "c", "votes_count": 2}],
        "votes_count": 2,
        "voters_count": None,
        "multiple": True,
        "expired": True,
        "expires_at": "2026-11-21T00:00:00Z",
        "voted": True,
        "own_votes": [1, 9, -1],
    }
    item = entry(poll=poll)

    assert item.post.poll is not None
    assert item.post.poll.options == (PollOption("a b", None), PollOption("c", 2))
    assert (item.post.poll.voters, item.post.poll.closed, item.post.poll.multiple) == (
        None,
        True,
        True,
    )
    assert item.viewer.own_votes == (1,)
    assert post(poll={**poll, "expires_at": "2026-11-21T00:00:00"}).poll == item.post.poll
    assert entry(poll={**poll, "own_votes": []}).viewer.own_votes == ()
    assert entry(poll={**poll, "voted": False}).viewer.own_votes is None


def test_a_card_needs_an_address() -> None:
    """The title is one line, the author may stand in two places."""
    card = {
        "url": "https://n.example/1",
        "title": "A\nB",
        "image": "https://n.example/i.png",
        "authors": [{"name": "Nia"}],
    }
    made = post(card=card).card

    assert made is not None
    assert (made.title, made.author, made.image) == ("A B", "Nia", "https://n.example/i.png")
    assert post(card={**card, "url": "javascript:x"}).card is None


@pytest.mark.parametrize(
    ("wire", "shown"),
    [
        ("public", "public"),
        ("unlisted", "quiet"),
        ("private", "followers"),
        ("direct", "direct"),
        ("local", "followers"),
        (None, "public"),
    ],
)
def test_visibility_is_never_taken_for_wider(wire: str | None, shown: str) -> None:
    """What we do not know counts as narrow."""
    assert post(visibility=wire).visibility == shown


@pytest.mark.parametrize(
    ("state", "shown", "has_post"),
    [
        ("accepted", "shown", True),
        ("pending", "pending", False),
        ("rejected", "detached", False),
        ("revoked", "detached", False),
        ("deleted", "deleted", False),
        ("unauthorized", "unavailable", False),
        ("blocked_account", "blocked", True),
        ("blocked_domain", "blocked", True),
        ("muted_account", "muted", True),
        ("brand_new", "unavailable", False),
    ],
)
def test_quotes_have_states(state: str, shown: str, has_post: bool) -> None:
    """A covered quote keeps its post, a withdrawn one does not show it."""
    quote = post(
        quote={"state": state, "quoted_status": status(9, uri="https://q.example/9")}
    ).quote

    assert quote is not None
    assert quote.state == shown
    assert quote.uri == "https://q.example/9"
    assert (quote.post is not None) is has_post


def test_a_quote_in_a_quote_ends_there() -> None:
    """Only an id comes for the inner one, and posts in quotes have no quotes."""
    inner = status(
        9, uri="https://q.example/9", quote={"state": "accepted", "quoted_status_id": "8"}
    )
    shallow = post(quote={"state": "accepted", "quoted_status_id": "8"}).quote
    deep = post(quote={"state": "accepted", "quoted_status": inner}).quote

    assert shallow is not None
    assert (shallow.state, shallow.post) == ("unavailable", None)
    assert deep is not None
    assert deep.post is not None
    assert deep.post.quote is None


def test_the_quote_line_goes_only_with_a_shown_quote() -> None:
    """Where there is nothing to show, the line is all one has."""
    content = '<p class="quote-inline">RE: x</p><p>mine</p>'
    there = {"state": "accepted", "quoted_status": status(9)}

    assert post(content=content, quote=there).text.text == "mine"
    assert post(content=content, quote={"state": "deleted"}).text.text == "RE: x\n\nmine"
    assert post(content=content).text.text == "RE: x\n\nmine"


def test_filters_travel_with_a_quoted_post() -> None:
    """A quote must not carry in what a filter keeps out."""
    quoted = status(9, account=account("rita", "far.example"), filtered=[found(["home"], "hide")])
    quote = post(quote={"state": "accepted", "quoted_status": quoted}).quote

    assert quote is not None
    assert quote.post is not None
    assert quote.post.advisories == (
        Advisory("filter", "T hide", "home.example", "post", "hide", contexts=("home",)),
    )


def test_some_servers_put_the_quoted_status_itself() -> None:
    """Their quote has no state, but an author."""
    quote = post(quote=status(9, uri="https://q.example/9")).quote

    assert quote is not None
    assert quote.state == "shown"
    assert quote.post is not None
    assert quote.post.uri == "https://q.example/9"


def test_replies_name_whom_they_answer() -> None:
    """From the mentions, from the page, or the author's own thread."""
    mention = {"id": "id-bo", "username": "bo", "acct": "bo", "url": "https://home.example/@bo"}
    told = post(in_reply_to_id="7", in_reply_to_account_id="id-bo", mentions=[mention]).reply_to
    own = post(in_reply_to_id="7", in_reply_to_account_id="id-ana").reply_to
    unknown = post(in_reply_to_id="7", in_reply_to_account_id="id-x").reply_to

    assert told is not None
    assert told.author is not None
    assert told.author.handle == "bo@home.example"
    assert own is not None
    assert own.author is not None
    assert own.author.handle == "ana@home.example"
    assert unknown is not None
    assert unknown.author is None
    assert post().reply_to is None


def test_a_page_resolves_the_ids_it_knows() -> None:
    """A parent on the same page gives its address and its author."""
    reply = status(2, account=account("bo"), in_reply_to_id="1", in_reply_to_account_id="id-ana")
    first, second, _ = page(status(3), reply, status(1))

    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert second.post.reply_to is not None
    assert second.post.reply_to.uri == "https://home.example/users/ana/statuses/1"
    assert second.post.reply_to.author == first.post.author


@pytest.mark.parametrize(
    ("uri", "original"),
    [
        (
            "https://bsky.brid.gy/convert/ap/at://did:plc:abc/app.bsky.feed.post/3k",
            "at://did:plc:abc/app.bsky.feed.post/3k",
        ),
        (
            "https://b.example/convert/ap/at:%2F%2Fdid:web:x.example/c.o.l/r",
            "at://did:web:x.example/c.o.l/r",
        ),
        ("https://b.example/convert/ap/https://x.example/1", ""),
        ("https://b.example/users/ana/statuses/1", ""),
    ],
)
def test_a_bridges_address_claims_its_original(uri: str, original: str) -> None:
    """A claim is only read here; who may make it is decided elsewhere."""
    assert post(uri=uri).bridged_from == original


def test_who_may_quote_is_told_or_follows_from_who_may_see() -> None:
    """``denied`` is no; without a word, public posts may be quoted."""
    assert entry(quote_approval={"current_user": "denied"}).viewer.can_quote is False
    assert entry(quote_approval={"current_user": "manual"}).viewer.can_quote is True
    assert entry(visibility="private").viewer.can_quote is False
    assert entry().viewer.can_quote is True


def test_counts_have_bounds() -> None:
    """A server may say anything, the store takes 64 bits."""
    counts = post(replies_count=-4, reblogs_count=10**30, favourites_count=None).counts

    assert (counts.replies, counts.reposts, counts.likes) == (0, 2**53, 0)


def test_edits_and_tags_are_kept() -> None:
    """Edited at, tags as the server names them."""
    made = post(edited_at="2026-11-20T11:00:00Z", tags=[{"name": "kuh"}, {"name": None}])

    assert made.edited_at == NOW - timedelta(hours=1)
    assert made.tags == ("kuh",)


def test_a_repost_by_nobody_is_a_stub() -> None:
    """The post alone would be a lie about why it is here."""
    (item,) = page(status(6, account=None, reblog=status(5)))

    assert isinstance(item, Stub)
    assert "repost" in item.reason


def test_a_quoted_post_that_cannot_be_read_is_unavailable() -> None:
    """Its address stays, so that it can be opened."""
    quoted = status(9, uri="https://q.example/9", account=None)
    quote = post(quote={"state": "accepted", "quoted_status": quoted}).quote

    assert quote is not None
    assert (quote.state, quote.uri, quote.post) == ("unavailable", "https://q.example/9", None)


@pytest.mark.parametrize("acct", ["", "a b", "\u202e", None])
def test_an_author_without_a_name_is_none(acct: str | None) -> None:
    """A handle that cannot be read is not made up; odd letters in one stay."""
    (item,) = page(status(account=account(acct=acct, username=acct)))

    assert isinstance(item, Stub)
    assert post(account=account(acct="kä\u202ese")).author.handle == "käse@home.example"


def test_times_at_the_edge_of_the_calendar_are_no_times() -> None:
    """Converted to UTC they would fall off it."""
    item = post(created_at="9999-12-31T23:00:00-05:00")

    assert item.created_at == NOW


@pytest.mark.parametrize("missing", ["account", "uri"])
def test_without_author_or_address_there_is_a_stub(missing: str) -> None:
    """It says so where the post would have stood."""
    (item,) = page(status(**{missing: None, "url": None}))

    assert isinstance(item, Stub)
    assert item.sort_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert item.reason
