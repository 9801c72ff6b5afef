"""The demo has everything, is made up, and is the same every time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from app.model import HOME, Cursor, Entry, Post, Source, Stub
from app.model.errors import Malformed, NotFound, Unsupported
from app.protocols import demo
from app.protocols.demo.people import FIRST, SECOND
from app.protocols.demo.world import World

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    """The world as it is at the start."""
    return World(NOW)


def home(world: World, account, network: str) -> list[Entry | Stub]:
    """All of a home timeline."""
    found: list[Entry | Stub] = []
    cursor: Cursor | None = Cursor("")
    while cursor is not None:
        items, cursor = world.page(account, network, HOME, cursor, 40)
        found += items
    return found


def all_posts(world: World) -> list[Post]:
    """Every post that some account of ours can see."""
    items = [
        *home(world, demo.JUNO, FIRST.id),
        *home(world, demo.KIEL, FIRST.id),
        *home(world, demo.SKY, SECOND.id),
    ]
    return [item.post for item in items if isinstance(item, Entry)]


def test_it_is_the_same_every_time(world: World) -> None:
    """Two worlds of one origin have the same bytes."""
    twin = World(NOW)
    for account, network in ((demo.JUNO, FIRST.id), (demo.SKY, SECOND.id)):
        one, two = home(world, account, network), home(twin, account, network)

        assert msgspec.json.encode(one) == msgspec.json.encode(two)


def test_addresses_do_not_depend_on_the_time(world: World) -> None:
    """A demo opened tomorrow has the same posts under the same addresses."""
    later = World(NOW + timedelta(days=40))

    assert {post.uri for post in all_posts(world)} == {post.uri for post in all_posts(later)}


def test_there_is_enough_to_page_through(world: World) -> None:
    """Each network has at least 300 entries over several days."""
    for account, network in ((demo.JUNO, FIRST.id), (demo.SKY, SECOND.id)):
        items = home(world, account, network)

        assert len(items) >= 300
        assert items[0].sort_at - items[-1].sort_at > timedelta(days=3)


def test_nothing_stands_in_the_future(world: World) -> None:
    """The newest is what the pictures show: minutes old."""
    assert max(item.sort_at for item in home(world, demo.JUNO, FIRST.id)) < NOW


def test_all_kinds_of_post_are_there(world: World) -> None:
    """Whatever a card can show is somewhere in the demo."""
    posts = all_posts(world)
    kinds = {media.kind for post in posts for media in post.media}
    spans = {span.kind for post in posts for span in post.text.spans}
    quotes = {post.quote.state for post in posts if post.quote}
    advisories = {advisory.kind for post in posts for advisory in post.advisories}
    polls = [post.poll for post in posts if post.poll]

    assert kinds == {"image", "video", "gif", "audio"}
    assert spans >= {"link", "mention", "tag", "emoji", "bold", "italic", "strike", "code"}
    assert spans >= {"code_block", "quote"}
    assert quotes == {"shown", "pending", "deleted", "detached", "blocked", "muted", "unavailable"}
    assert advisories == {"warning", "sensitive", "label"}
    assert {post.visibility for post in posts} == {"public", "quiet", "followers", "direct"}
    assert {len(post.media) for post in posts} >= {0, 1, 2, 3, 4, 6}
    assert any(poll.multiple for poll in polls) and any(poll.closed for poll in polls)
    assert any(option.votes is None for poll in polls for option in poll.options)
    assert any(post.card and post.card.image for post in posts)
    assert any(post.card and not post.card.image for post in posts)
    assert any(media.url.endswith(".webp") for post in posts for media in post.media)
    assert any(not media.alt for post in posts for media in post.media)
    assert all(media.blurhash and media.width for post in posts for media in post.media)
    assert any(post.edited_at for post in posts) and any(not post.langs for post in posts)
    assert any(post.author.bot for post in posts) and any(post.author.locked for post in posts)
    assert any(post.author.emojis for post in posts) and any(not post.author.name for post in posts)
    assert any(post.reply_to and post.reply_to.state == "deleted" for post in posts)
    assert any("\u200d" in post.text.text for post in posts)
    assert any(re.search("[\u0600-\u06ff]", post.text.text) for post in posts)
    assert any(re.search("[\u0590-\u05ff]", post.text.text) for post in posts)
    assert any(re.search("[\u3040-\u30ff]", post.text.text) for post in posts)
    assert max(post.text.text.count("\n") for post in posts) >= 14


def test_bridges_go_both_ways(world: World) -> None:
    """Each network has a copy of something that was written on the other."""
    posts = {post.uri: post for post in all_posts(world)}
    copies = [post for post in posts.values() if post.bridged_from]

    assert {post.network for post in copies} == {FIRST.id, SECOND.id}
    assert all(posts[copy.bridged_from].network != copy.network for copy in copies)


def test_the_same_post_is_seen_by_two_accounts(world: World) -> None:
    """Two accounts on one network share most of what they see."""
    juno = {item.key for item in home(world, demo.JUNO, FIRST.id)}
    kiel = {item.key for item in home(world, demo.KIEL, FIRST.id)}

    assert len(juno & kiel) > 50
    assert juno - kiel and kiel - juno


def test_filters_belong_to_the_account_that_set_them(world: World) -> None:
    """Six parts of the derby are filtered for the first account."""
    items = home(world, demo.JUNO, FIRST.id)
    filtered = [item for item in items if isinstance(item, Entry) and item.viewer.filtered]

    assert [one.viewer.filtered[0].action for one in filtered].count("hide") == 6


def test_everything_is_made_up(world: World) -> None:
    """Every host is one that can never exist (RFC 2606)."""
    data = b"".join(msgspec.json.encode(post) for post in all_posts(world)).decode()
    hosts = set(re.findall(r"https?://([a-zA-Z0-9.\-]+)", data))

    assert hosts
    assert all(re.search(r"(^|\.)example(\.(com|net|org))?$", host) for host in hosts)


def test_every_picture_lies_on_the_disk(world: World) -> None:
    """Avatars, previews, card pictures and emoji; films are not there."""
    data = b"".join(msgspec.json.encode(post) for post in all_posts(world)).decode()
    urls = set(re.findall(r"https://media\.demo\.example/[\w.\-]+\.(?:png|jpg|webp)", data))

    assert len(urls) > 20
    assert all(demo.media_file(url) is not None for url in urls)
    assert sum(path.stat().st_size for url in urls if (path := demo.media_file(url))) < 600_000


@pytest.mark.parametrize(
    "url",
    [
        "https://media.demo.example/../bridges.json",
        "https://media.demo.example/..\\x",
        "https://media.demo.example/.hidden",
        "https://media.demo.example/",
        "https://media.demo.example/nothing.png",
        "https://elsewhere.example/sea.jpg",
        "/etc/passwd",
    ],
)
def test_no_other_file_is_served(url: str) -> None:
    """Only plain names of the demo's folder."""
    assert demo.media_file(url) is None


def test_new_posts_come_the_same_way_in_one_step_or_many() -> None:
    """Growing is deterministic, and nothing that was there moves."""
    one, many = World(NOW, per_network=20), World(NOW, per_network=20)
    before = home(one, demo.SKY, SECOND.id)
    one.advance(12)
    for count in (3, 0, 4, 5):
        many.advance(count)
    after = home(one, demo.SKY, SECOND.id)

    assert after[-len(before) :] == before
    assert len(after) == len(before) + 6
    assert home(many, demo.SKY, SECOND.id) == after


def test_with_a_clock_new_posts_are_never_in_the_future() -> None:
    """They fill the time since the last look, however short it was."""
    later = NOW + timedelta(minutes=3)
    world = World(NOW, per_network=5, clock=lambda: later)
    world.advance(12)
    new = [item for item in home(world, demo.SKY, SECOND.id) if item.sort_at > NOW]

    assert len(new) == 6
    assert max(item.sort_at for item in new) <= later


def test_an_earlier_now_hides_what_is_not_yet_written() -> None:
    """So a picture can begin before the newest posts."""
    world = World(NOW, per_network=5)
    world.now = NOW - timedelta(minutes=30)

    assert home(world, demo.JUNO, FIRST.id)[0].sort_at <= world.now


def test_other_sources_are_sifted_from_the_same_posts(world: World) -> None:
    """Author, tag, search and bookmarks; the rest says that it is not there."""
    teun = demo.ACCOUNTS[0].uri.replace("saltmarsh.example/users/juno", "polder.example/users/teun")

    def posts(source: Source, account=demo.JUNO, network=FIRST.id) -> list[Post]:
        items, _ = world.page(account, network, source, "", 40)
        return [item.post for item in items if isinstance(item, Entry)]

    assert {post.author.uri for post in posts(Source("author", teun))} == {teun}
    assert all("WaderCount" in post.tags for post in posts(Source("tag", "wadercount")))
    assert posts(Source("search", "bar-tailed"))[0].author.name == "Ottilie Brandvold"
    assert len(posts(Source("bookmarks"), demo.SKY, SECOND.id)) == 1
    assert posts(Source("search", "keys are in the pot"), demo.KIEL) == []
    with pytest.raises(Unsupported):
        posts(Source("notifications"))


def test_a_post_is_found_by_its_address(world: World) -> None:
    """Or said not to be there."""
    post = all_posts(world)[0]

    assert world.post(post.uri) == post
    with pytest.raises(NotFound):
        world.post("https://polder.example/never")


@pytest.mark.parametrize("cursor", ["x", "17", "|", "-1|a"])
def test_a_cursor_of_somebody_else_is_refused(world: World, cursor: str) -> None:
    """It is opaque, but not any text."""
    with pytest.raises(Malformed):
        world.page(demo.JUNO, FIRST.id, HOME, cursor, 40)
