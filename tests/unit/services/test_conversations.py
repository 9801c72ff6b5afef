"""A conversation shows what the cache has, then what the servers of both networks tell."""

from __future__ import annotations

import asyncio

import pytest

from app.feed.rows import Card
from app.feed.threads import Tree
from app.model import RichText, Span
from app.model.draft import PostAddress
from app.model.errors import NotFound, Refused, Unreachable
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.protocols.writing import Ready
from app.services.answering import mentioned, target_of
from app.services.conversation import Conversation
from app.services.conversations import address_of
from tests.posts import post
from tests.unit.protocols.demo.acting import NOW, outgoing
from tests.unit.services.shore import Shore, restarted
from tests.waiting import until


def addresses(card: Card) -> tuple[PostAddress, ...]:
    """Of all its copies."""
    return tuple(address_of(copy.post) for copy in card.copies)


def texts(tree: Tree | None) -> list[str]:
    """What the lines say."""
    assert tree is not None
    return [line.card.post.text.text for line in tree.lines if line.card is not None]


async def opened(shore: Shore, who: str = "ottilie", words: str = "Counted") -> Conversation:
    """The conversation, with what the servers tell."""
    conversation = await shore.conversations.open(addresses(shore.card(who, words)))
    await conversation.load()
    return conversation


async def test_the_post_is_there_at_once(shore: Shore) -> None:
    """From the cache, before any server has been asked."""
    conversation = await shore.conversations.open(addresses(shore.card("ottilie", "Counted")))

    assert len(texts(conversation.tree)) == 1
    assert conversation.sides == ()


async def test_an_echo_shows_both_conversations(shore: Shore) -> None:
    """Answers of both networks below the one post, with both counts."""
    conversation = await opened(shore)

    shown = texts(conversation.tree)
    assert "Stairs are harder. No tailwind." in shown
    assert any(text.startswith("Which roost?") for text in shown)
    assert conversation.tree is not None
    assert dict(conversation.tree.counts) == {"mastodon": 14, "bluesky": 9}
    assert conversation.tree.hidden.count == 1
    assert {side.state for side in conversation.sides} == {"ready"}


async def test_the_second_network_may_be_slow(shore: Shore) -> None:
    """The first one's answers show meanwhile, and stay when the others come."""
    shore.faults(demo.SKY).hold = asyncio.Event()
    conversation = await shore.conversations.open(addresses(shore.card("ottilie", "Counted")))
    seen: list[int] = []
    conversation.subscribe(lambda: seen.append(len(texts(conversation.tree))))

    loading = asyncio.create_task(conversation.load())
    await until(lambda: "Stairs are harder. No tailwind." in texts(conversation.tree))
    assert not any("Which roost?" in text for text in texts(conversation.tree))
    shore.faults(demo.SKY).hold.set()
    await loading

    assert any("Which roost?" in text for text in texts(conversation.tree))
    assert "Stairs are harder. No tailwind." in texts(conversation.tree)
    assert seen == sorted(seen)


async def test_a_network_that_cannot_be_reached_says_so(shore: Shore) -> None:
    """The other one is shown."""
    shore.faults(demo.SKY).offline = True

    conversation = await opened(shore)

    states = {side.network: side.state for side in conversation.sides}
    assert states == {"mastodon": "ready", "bluesky": "failed"}
    [failed] = [side for side in conversation.sides if side.state == "failed"]
    assert isinstance(failed.why, Unreachable)
    assert "Stairs are harder. No tailwind." in texts(conversation.tree)


async def test_what_was_read_is_there_without_a_network(shore: Shore) -> None:
    """In the next run of the program, offline."""
    before = texts((await opened(shore)).tree)
    card = shore.card("ottilie", "Counted")

    later = restarted(shore, offline=True)
    conversation = await later.conversations.open(addresses(card))
    await conversation.load()

    assert sorted(texts(conversation.tree)) == sorted(before)
    assert {side.state for side in conversation.sides} == {"failed"}
    shore.store = later.store


async def test_what_it_answers_is_found_in_the_cache(shore: Shore) -> None:
    """The post above was read in a timeline."""
    conversation = await shore.conversations.open(addresses(shore.card("noura", "الطيور")))

    assert conversation.tree is not None
    assert [line.card.post.author for line in conversation.tree.above] == [PEOPLE["teun"]]


async def test_answers_can_be_reacted_to(shore: Shore) -> None:
    """It shows at once in the conversation, and stays, or goes back when refused."""
    conversation = await opened(shore)

    def tailwind() -> Card:
        assert conversation.tree is not None
        [card] = [
            line.card
            for line in conversation.tree.below
            if line.card and "tailwind" in line.card.post.text.text
        ]
        return card

    before = tailwind()
    liking = asyncio.create_task(shore.reactions.react(before.post, "like", demo.JUNO))
    await asyncio.sleep(0)
    assert tailwind().viewers[demo.JUNO].liked
    assert tailwind().post.counts.likes == before.post.counts.likes + 1
    await liking
    assert shore.world.viewer(demo.JUNO, before.post.uri).liked

    shore.faults(demo.JUNO).refuses = 1
    with pytest.raises(Refused):
        await shore.reactions.react(before.post, "repost", demo.JUNO)
    await until(lambda: not tailwind().viewers[demo.JUNO].reposted)
    assert tailwind().viewers[demo.JUNO].liked
    assert tailwind().post.counts.likes == before.post.counts.likes + 1


async def test_an_own_answer_shows_when_it_was_sent(shore: Shore) -> None:
    """Conversations that show what it answers look again."""
    conversation = await opened(shore)
    assert conversation.tree is not None
    uri = conversation.tree.focus.uri
    service = shore.accounts.service(demo.JUNO)
    answer = outgoing("Toast is data.", reply_to=uri)
    ticket = service.ticket(answer, NOW)  # type: ignore[attr-defined]
    [done] = await service.publish([Ready(post=answer, ticket=ticket)])  # type: ignore[attr-defined]

    await shore.conversations.note_sent(done.uri, "https://elsewhere.example/1")
    assert "Toast is data." not in texts(conversation.tree)
    await shore.conversations.note_sent(done.uri, uri)

    assert "Toast is data." in texts(conversation.tree)


async def test_an_answer_to_either_copy_is_looked_for(shore: Shore) -> None:
    """Several times, until it shows; then no more."""
    conversation = await opened(shore)
    assert conversation.tree is not None
    assert conversation.tree.focus.card is not None
    second = conversation.tree.focus.card.copies[1].post.uri
    shore.conversations.sent("at://own/answer/1", second)
    shore.conversations.sent("at://own/answer/2", "https://elsewhere.example/1")

    for pause in (1.0, 3.0, 8.0):
        await until(lambda pause=pause: shore.clock.waits == [pause])  # type: ignore[misc]
        shore.clock.pass_time(pause)
    await until(lambda: not shore.clock.waits)

    assert "at://own/answer/1" not in {line.uri for line in conversation.tree.lines}


async def test_answers_go_where_the_post_is(shore: Shore) -> None:
    """Who is on a network of a copy can answer, the others cannot, and why."""
    echo = await opened(shore)
    alone = await opened(shore, "bo", "Wind")

    assert [place.why_not for place in echo.places()] == ["", "", ""]
    assert {(p.account, p.network) for p in echo.places()} == {
        (demo.JUNO, "mastodon"),
        (demo.KIEL, "mastodon"),
        (demo.SKY, "bluesky"),
    }
    assert [place.account for place in alone.places() if place.why_not] == [demo.SKY]


async def test_order_and_what_is_hidden_can_be_changed(shore: Shore) -> None:
    """Newest first; and what a filter left out comes back."""
    conversation = await opened(shore)
    assert conversation.tree is not None
    old = [line.uri for line in conversation.tree.below if line.depth == 1 and line.card]

    await conversation.set_order("new")
    new = [line.uri for line in conversation.tree.below if line.depth == 1 and line.card]
    await conversation.show_hidden("Filter: derby")

    assert new == old[::-1]
    assert any("derby" in text for text in texts(conversation.tree))
    assert conversation.tree.hidden.count == 0


async def test_a_conversation_that_was_left_changes_no_more(shore: Shore) -> None:
    """An answer that comes late finds nobody."""
    shore.faults(demo.SKY).hold = asyncio.Event()
    conversation = await shore.conversations.open(addresses(shore.card("akari/sky")))
    loading = asyncio.create_task(conversation.load())
    await asyncio.sleep(0)
    before = conversation.tree

    shore.conversations.leave(conversation)
    shore.conversations.leave(conversation)
    shore.faults(demo.SKY).hold.set()
    await loading

    assert conversation.tree is before


async def test_addresses_of_all_copies(shore: Shore) -> None:
    """From any of them; what no cache has is looked for; what nobody has is not found."""
    card = shore.card("ottilie", "Counted")
    [one, two] = await shore.conversations.addresses(card.copies[1].post.uri)
    assert {one.network, two.network} == {"mastodon", "bluesky"}
    assert one.uri == card.copies[1].post.uri

    aside = next(p for p in shore.world.posts("bluesky") if "Which roost?" in p.text.text)
    assert await shore.conversations.addresses(aside.url) == (address_of(aside),)

    with pytest.raises(NotFound, match="No server of yours knows"):
        await shore.conversations.addresses("https://nowhere.example/1")


async def test_trouble_on_the_way_is_told_before_ignorance(shore: Shore) -> None:
    """One server cannot be reached: it might have known."""
    shore.faults(demo.JUNO).offline = True

    with pytest.raises(Unreachable):
        await shore.conversations.find("https://nowhere.example/1")


async def test_an_answer_knows_its_post(shore: Shore) -> None:
    """Where its copies are, whom it names, how open it is, how old."""
    card = shore.card("ottilie", "Counted")

    target = target_of(card, [PEOPLE["juno"].uri])

    assert {copy.network for copy in target.copies} == {"mastodon", "bluesky"}
    assert target.author == PEOPLE["ottilie"]
    assert target.written_at == card.post.created_at
    assert target.excerpt.endswith("…")
    assert target_of(shore.card("sela", "Pumpkin")).warning.startswith("Food")


def test_named_people_are_named_in_full() -> None:
    """With their host, once, without the author; what has no address is left out."""
    text = "@teun @sela @cy.example @me @teun @bad"
    spans = (
        Span(0, 5, "mention", "https://polder.example/users/teun"),
        Span(6, 11, "mention", "https://kitchen.example/users/sela"),
        Span(12, 23, "mention", "did:plc:cy"),
        Span(24, 27, "mention", "https://teun.example/users/teun"),
        Span(28, 33, "mention", "https://polder.example/users/teun"),
        Span(34, 38, "mention", ""),
    )

    found = mentioned(post(by="teun", text=RichText(text, spans)))

    assert [one.handle for one in found] == [
        "teun@polder.example",
        "sela@kitchen.example",
        "cy.example",
    ]
