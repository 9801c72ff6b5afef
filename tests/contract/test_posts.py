"""What every post must be, wherever it comes from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from app.model import Entry, Post, Stub
from tests.contract.stages import Stage
from tests.contract.walking import joined, walk


async def posts_of(stage: Stage) -> list[Post]:
    """All posts of the home timeline, quoted ones too."""
    found = []
    for item in joined(await walk(stage.service())):
        if isinstance(item, Entry):
            found.append(item.post)
            if item.post.quote and item.post.quote.post:
                found.append(item.post.quote.post)
    return found


async def test_every_post_says_what_and_who_it_is(stage: Stage) -> None:
    """Identity, network and author are never missing."""
    for post in await posts_of(stage):
        assert post.uri
        assert post.network == stage.account.network
        assert post.author.uri
        assert post.author.handle
        assert not post.author.handle.startswith("@")
        assert post.url == "" or post.url.startswith(("https://", "http://"))


async def test_times_are_aware_and_never_in_the_future(stage: Stage) -> None:
    """UTC, and nothing is sorted later than when it was fetched."""
    soon = datetime.now(UTC) + timedelta(minutes=1)
    for item in joined(await walk(stage.service())):
        times = [item.sort_at]
        if isinstance(item, Entry):
            post = item.post
            times += [post.created_at, post.sort_at]
            times += [post.edited_at] if post.edited_at else []
            times += [item.repost.at] if item.repost else []

            assert post.sort_at <= soon
        assert item.sort_at <= soon
        assert all(time.utcoffset() == timedelta() for time in times)


async def test_spans_lie_inside_the_text(stage: Stage) -> None:
    """Sorted by start; any two nest or are apart."""
    for post in await posts_of(stage):
        spans = post.text.spans
        assert [span.start for span in spans] == sorted(span.start for span in spans)
        for span in spans:
            assert 0 <= span.start < span.end <= len(post.text.text)
        for one, two in combinations(spans, 2):
            assert two.start >= one.end or two.end <= one.end or two.start == one.start


async def test_text_is_clean(stage: Stage) -> None:
    """No control characters, no direction overrides, no markup left in it."""
    for post in await posts_of(stage):
        for text in (post.text.text, post.author.name):
            assert not any(ord(char) < 32 and char != "\n" for char in text)
            assert not any("\u202a" <= char <= "\u202e" for char in text)
        assert "<p>" not in post.text.text


async def test_links_lead_to_the_web_only(stage: Stage) -> None:
    """Nothing that is clicked is anything but http(s)."""
    for post in await posts_of(stage):
        targets = [span.target for span in post.text.spans if span.kind in ("link", "emoji")]
        targets += [media.url for media in post.media]
        targets += [post.card.url] if post.card else []
        assert all(target.startswith(("https://", "http://")) for target in targets)


async def test_a_repost_has_a_key_of_its_own(stage: Stage) -> None:
    """It stands at the time of the repost, and names who did it."""
    entries = [item for item in joined(await walk(stage.service())) if isinstance(item, Entry)]
    reposts = [entry for entry in entries if entry.repost]

    assert reposts
    for entry in entries:
        if entry.repost is None:
            assert entry.key == entry.post.uri
        else:
            assert entry.key != entry.post.uri
            assert entry.repost.by.uri
            assert entry.sort_at == entry.repost.at


async def test_a_record_that_cannot_be_read_hides_no_other(stage: Stage) -> None:
    """It becomes a stub where it stood; all the rest is there."""
    items = joined(await walk(stage.service()))
    stubs = [item for item in items if isinstance(item, Stub)]

    assert bool(stubs) == stage.unreadable
    assert all(stub.reason and stub.key for stub in stubs)
    assert len(items) - len(stubs) > 12


async def test_quotes_end_after_one_step(stage: Stage) -> None:
    """A quoted post has no quote of its own."""
    for post in await posts_of(stage):
        if post.quote and post.quote.post:
            assert post.quote.post.quote is None or post.quote.post.quote.post is None
            assert post.quote.uri
