"""Search and bookmarks on the demo's two networks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.model import Source
from app.model.errors import BadInput, NotFound
from app.protocols import demo
from app.services.house import House
from app.services.options import Options
from app.services.search_links import is_address, names_one, plain_address
from app.services.search_values import Seen
from app.wiring import Wiring


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo's house, its home timelines fetched."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.sync.run()
        yield made


async def look(house: House, text: str, **more: object) -> Seen:
    """What the cache has in the end."""
    pages = house.search.seen(house.search.query(text), **more)  # type: ignore[arg-type]
    return [one async for one in pages][-1]


async def test_what_was_read_is_found_and_stands_once(house: House) -> None:
    """Copies on both networks are one card, as in the timeline; newest first."""
    seen = await look(house, "the ")
    assert seen.done
    times = [card.post.sort_at for card in seen.cards]
    assert times == sorted(times, reverse=True)
    uris = [copy.post.uri for card in seen.cards for copy in card.copies]
    assert len(uris) == len(set(uris))
    assert any(len(card.copies) > 1 for card in seen.cards)


async def test_stretches_join(house: House) -> None:
    """Going on below the last one finds each post once."""
    whole, parts, below = await look(house, "the ", most=500), [], None
    while True:
        part = await look(house, "the ", below=below, most=7)
        parts += part.cards
        below = part.below
        if below is None:
            break
    found = {copy.post.uri for card in whole.cards for copy in card.copies}
    assert {copy.post.uri for card in parts for copy in card.copies} == found


async def test_a_word_that_is_being_typed_is_answered_at_once_and_then_whole(house: House) -> None:
    """First as it stands, then all that begin so; people and tags are told with it."""
    pages = [one async for one in house.search.seen(house.search.query("ottil"))]
    assert not pages[0].cards
    assert not pages[0].done
    assert pages[-1].cards
    assert [p.handle.partition("@")[0] for p in pages[-1].people][:1] == ["ottilie"]


async def test_the_most_relevant_come_first_when_asked_for(house: House) -> None:
    """The same posts otherwise ordered."""
    newest = await look(house, "the ", most=500)
    best = await look(house, "the ", most=500, order="relevance")

    def uris(seen: Seen) -> list[str]:
        return [min(copy.post.uri for copy in card.copies) for card in seen.cards]

    assert sorted(uris(newest)) == sorted(uris(best))
    assert uris(newest) != uris(best)


async def test_servers_answer_side_by_side(house: House) -> None:
    """Each for itself; what it found can be reacted to, and was sifted here."""
    first = (await look(house, "has:image ")).cards[0]
    word = max(first.post.text.text.split(), key=len).strip(".,")
    query = house.search.query(f"{word} has:image ")
    answers = [await house.search.ask(account.id, query) for account in house.search.asked()]
    ready = [one for one in answers if one.cards]
    assert ready
    for one in ready:
        assert one.sifted == ("has",)
        assert all(card.post.media for card in one.cards)
    assert first.post.uri in {uri for one in ready for uri in one.seen}


async def test_servers_tell_of_people_tags_and_feeds_beside_posts(house: House) -> None:
    """By the words that are looked for; feeds are asked for once in each network."""
    query = house.search.query("boat ")
    answers = [await house.search.ask(account.id, query) for account in house.search.asked()]
    assert {one.name for answer in answers for one in answer.tags} == {"Boats"}
    feeds = [one.name for answer in answers for one in answer.feeds]
    assert feeds == ["Small boats"]
    people = [await house.search.ask(demo.JUNO, house.search.query("ottilie "))]
    assert "ottilie@saltmarsh.example" in [who.handle for one in people for who in one.people]


async def test_servers_are_asked_what_somebody_has_written(house: House) -> None:
    """By their whole address, or as me, without a word; who knows nobody of that name has nothing."""
    query = house.search.query("from:ottilie@saltmarsh.example ")
    answers = {one.id: await house.search.ask(one.id, query) for one in house.search.asked()}
    found = answers[demo.JUNO]
    assert {card.post.author.handle for card in found.cards} == {"ottilie@saltmarsh.example"}
    assert found.sifted == ()
    other = answers[demo.SKY]
    assert (other.state, other.cards) == ("ready", ())
    mine = await house.search.ask(demo.JUNO, house.search.query("from:me is:post "))
    uri = house.accounts.find(demo.JUNO).uri
    assert mine.sifted == ("is",)
    assert mine.cards and {card.post.author.uri for card in mine.cards} == {uri}
    some = await house.search.ask(demo.JUNO, house.search.query("from:ottilie "))
    assert some.trouble is not None


async def test_a_server_is_asked_on_while_nothing_fits(house: House) -> None:
    """It is not asked about dates: all of its first page may be too new."""
    page = await house.accounts.service(demo.JUNO).page(Source("search", "the"))
    assert page.older is not None
    oldest = min(one.sort_at for one in page.items)
    query = house.search.query(f"the before:{oldest:%Y-%m-%d} ")
    answer = await house.search.ask(demo.JUNO, query)
    assert answer.cards
    assert max(card.post.sort_at for card in answer.cards) < oldest


async def test_tags_alone_find_tags(house: House) -> None:
    """A tag that is typed is no name of a feed or of somebody."""
    answer = await house.search.ask(demo.JUNO, house.search.query("#boat "))
    assert [one.name for one in answer.tags] == ["Boats"]
    assert answer.people == answer.feeds == ()


async def test_the_address_of_a_feed_opens_it(house: House) -> None:
    """As posts and people are opened."""
    answer = await house.search.ask(demo.SKY, house.search.query("boat "))
    opened = await house.search.open(answer.feeds[0].arg)
    assert opened.offer == answer.feeds[0]
    assert opened.card is opened.profile is None


async def test_a_server_that_is_not_asked_says_why(house: House) -> None:
    """Only conditions are no words; nothing raises."""
    account = house.search.asked()[0].id
    answer = await house.search.ask(account, house.search.query("has:image"))
    assert answer.state == "failed"
    assert answer.trouble is not None
    assert "word" in answer.trouble.message


async def test_offline_only_the_cache_answers() -> None:
    """And says that it is so."""
    async with Wiring().house(Options(demo=True, offline=True)) as house:
        answer = await house.search.ask(demo.SKY, house.search.query("tide"))
        assert answer.state == "failed"
        assert answer.trouble is not None
        assert "--offline" in answer.trouble.message
        assert (await look(house, "tide ")).cards == ()


async def test_an_address_opens_what_it_names(house: House) -> None:
    """A post with all its copies, by URI or page; somebody by handle; else words say so."""
    card = next(card for card in (await look(house, "the ")).cards if card.post.url)
    for address in (card.post.uri, card.post.url):
        opened = await house.search.open(address)
        assert card.post.uri in [one.uri for one in opened.posts]
        assert opened.card is not None
    somebody = await house.search.open(f"@{card.post.author.handle}")
    assert somebody.profile is not None
    assert somebody.profile.uri == card.post.author.uri
    with pytest.raises(NotFound):
        await house.search.open("https://nowhere.example/@nobody/1")
    with pytest.raises(BadInput):
        await house.search.open("two words")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://a.example/@ana/1", "either"),
        ("at://did:plc:x/app.y/1", "post"),
        ("at://ana.example", "person"),
        ("did:plc:abc", "person"),
        ("@ana@a.example", "person"),
        ("ana@a.example:3000", "person"),
        ("@ana.example", "person"),
        ("ana.birds.example", "person"),
        ("acct:ana@a.example", "person"),
        ("<https://a.example/users/ana/statuses/1>", "either"),
        ("a.example/@ana/1", "either"),
        ("a.example/profile/ana.example/post/3k", "either"),
        ("https://blog.example/?p=12", "either"),
        ("https://home.example/@ana@a.example", "person"),
    ],
)
def test_addresses(text: str, kind: str) -> None:
    """Of either network, as people paste them."""
    assert names_one(text) == kind


@pytest.mark.parametrize(
    "text",
    ["", "ana", "a b", "@ana", "https://a.example", "https://a.example/", "javascript:x",
     "file:///etc/passwd", "https://u:p@a.example/x", "http://[", "from:ana", "ana.example"],
)  # fmt: skip
def test_what_is_no_address_is_looked_for(text: str) -> None:
    """Words, operators, bare names, and what only looks like an address."""
    assert not is_address(text)


POST_OF_ANA = "https://a.example/@ana/109"


@pytest.mark.parametrize(
    ("pasted", "asked"),
    [
        (POST_OF_ANA, POST_OF_ANA),
        (f" <{POST_OF_ANA}> ", POST_OF_ANA),
        (f"“{POST_OF_ANA}”", POST_OF_ANA),
        (f"{POST_OF_ANA}?utm_source=x&utm_medium=y#favourites", POST_OF_ANA),
        ("a.example/@ana/109", POST_OF_ANA),
        ("web+ap://a.example/@ana/109", POST_OF_ANA),
        ("https://a.example/users/ana/statuses/109", "https://a.example/users/ana/statuses/109"),
        ("https://pleroma.example/notice/AbC1", "https://pleroma.example/notice/AbC1"),
        ("https://akkoma.example/objects/9-f", "https://akkoma.example/objects/9-f"),
        ("https://misskey.example/notes/9abc", "https://misskey.example/notes/9abc"),
        ("https://pixelfed.example/p/ana/77", "https://pixelfed.example/p/ana/77"),
        ("https://tube.example/w/kkGMgK", "https://tube.example/w/kkGMgK"),
        ("https://tube.example/videos/watch/9-f?start=1m", "https://tube.example/videos/watch/9-f?start=1m"),
        ("https://lemmy.example/post/12?scrollToComments=true", "https://lemmy.example/post/12?scrollToComments=true"),
        ("https://lemmy.example/u/ana@a.example", "https://lemmy.example/u/ana@a.example"),
        ("https://www.threads.net/@ana/post/C7x?xmt=AQG&slof=1", "https://www.threads.net/@ana/post/C7x"),
        ("https://blog.example/?p=12&utm_campaign=z", "https://blog.example/?p=12"),
        ("https://home.example/@ana@a.example", "@ana@a.example"),
        ("https://home.example/deck/@ana@a.example", "@ana@a.example"),
        ("acct:ana@a.example", "@ana@a.example"),
        ("https://bsky.app/profile/ana.example/post/3k?ref_src=embed", "https://bsky.app/profile/ana.example/post/3k"),
        ("https://deck.example/profile/did:plc:abc/post/3k", "https://deck.example/profile/did:plc:abc/post/3k"),
        ("https://look.example/at://did:plc:abc/app.feed.post/3k", "at://did:plc:abc/app.feed.post/3k"),
        ("at://did:plc:abc/app.feed.post/3k", "at://did:plc:abc/app.feed.post/3k"),
        ("did:plc:abc", "did:plc:abc"),
    ],
)  # fmt: skip
def test_addresses_are_asked_for_as_servers_know_them(pasted: str, asked: str) -> None:
    """However they were shared, copied or shortened by a browser; what names something stays."""
    assert is_address(pasted)
    assert plain_address(pasted) == asked


async def test_a_shared_address_opens_the_same(house: House) -> None:
    """With tracking, in brackets, without its scheme; the handle without its sign."""
    cards = (await look(house, "the ")).cards
    card = next(card for card in cards if card.post.url and "/@" in card.post.url)
    bare = card.post.url.partition("://")[2]
    for address in (f"{card.post.url}?utm_source=x#top", f"<{card.post.url}>", bare):
        opened = await house.search.open(address)
        assert card.post.uri in [one.uri for one in opened.posts]
    author = next(card.post.author for card in cards if card.post.author.handle.count(".") > 1)
    somebody = await house.search.open(author.handle)
    assert somebody.profile is not None
    assert somebody.profile.uri == author.uri


# ------------------------------------------------------------------- bookmarks


async def test_bookmarks_of_all_accounts_stand_together_with_folders_and_notes(
    house: House,
) -> None:
    """What servers keep, and what was filed here; the search finds both."""
    cards = (await look(house, "the ")).cards
    account, post = house.reactions.choose(cards[0], "bookmark")
    await house.reactions.react(post, "bookmark", account)
    await house.bookmarks.fetch()
    assert post.uri in [one.card.post.uri for one in await house.bookmarks.all()]
    await house.bookmarks.file(cards[1].post, folder="Birds", note="Look this up again")
    await house.bookmarks.file(post, folder="birds")
    assert house.bookmarks.folders() == (("Birds", 2),)
    noted = await house.bookmarks.all("Birds", "look up")
    assert [one.card.post.uri for one in noted] == [cards[1].post.uri]
    found = await look(house, "in:bookmarks the ")
    assert {cards[1].post.uri, post.uri} <= {card.post.uri for card in found.cards}
    noted_only = await look(house, "folder:birds look again")
    assert [card.post.uri for card in noted_only.cards] == [cards[1].post.uri]


async def test_folders_are_renamed_and_left(house: House) -> None:
    """Notes stay; a folder that is empty is gone; a name that is none is refused."""
    post = (await look(house, "the ")).cards[0].post
    told = []
    leave = house.bookmarks.subscribe(lambda: told.append(1))
    await house.bookmarks.file(post, folder=" To \n read ", note="x")
    assert house.bookmarks.folders() == (("To read", 1),)
    assert await house.bookmarks.rename("to read", "Later") == 1
    filed = house.bookmarks.of([post.uri])
    assert filed is not None
    assert (filed.folder, filed.note) == ("Later", "x")
    with pytest.raises(NotFound):
        await house.bookmarks.rename("To read", "x")
    with pytest.raises(BadInput):
        await house.bookmarks.file(post, folder="x" * 101)
    await house.bookmarks.unfile([post.uri])
    assert house.bookmarks.folders() == ()
    leave()
    assert len(told) == 3


async def test_networks_are_named_as_people_do(house: House) -> None:
    """By the beginning of a name or mark; what is none is told with what there is."""
    seen = await look(house, "net:blue the ")
    assert all("bluesky" in card.networks for card in seen.cards)
    assert seen.cards
    with pytest.raises(BadInput, match="no network"):
        house.search.query("net:myspace")
