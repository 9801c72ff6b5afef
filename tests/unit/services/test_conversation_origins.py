"""What only the author's server tells: shown as that, asked for where it may, adopted when met."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.feed.threads import Line, Tree
from app.model import AccountId, Entry, ReplyTo
from app.model.errors import NotFound, Refused, ServiceError
from app.model.thread import Absent, Elsewhere, Thread
from app.protocols import demo
from app.services.conversation import Conversation, Talk
from app.services.conversation_origins import ASK_ORIGINS
from app.services.conversations import address_of
from tests.posts import post
from tests.unit.services.shore import Shore
from tests.waiting import until

HOST = "polder.example"
AWAY = "https://polder.example/users/far/statuses/77"


class Stranger:
    """A service whose network has a server for each author."""

    def __init__(self, service: Any) -> None:
        self._service = service
        self.asked: list[tuple[str, str]] = []
        self.host = HOST
        self.error: ServiceError | None = None
        self.known: Entry | None = None

    async def thread(self, uri: str) -> Thread:
        return await self._service.thread(uri)  # type: ignore[no-any-return]

    async def find(self, address: str) -> Entry:
        if self.known is None or self.known.post.uri != address:
            raise NotFound("Nobody knows it.")
        return self.known

    def origin_of(self, uri: str) -> str:
        return self.host

    async def from_origin(self, uri: str, *, domain: str = "") -> Elsewhere:
        self.asked.append((uri, domain))
        if self.error is not None:
            raise self.error
        far = post(AWAY, by="far", network="mastodon", text="Only here", reply_to=ReplyTo(uri=uri))
        entry = Entry(key=AWAY, sort_at=far.sort_at, post=far)
        more = Absent(parent=uri, state="not_loaded", count=3)
        return Elsewhere(host=HOST, replies=(entry, more))


class Table:
    """A shore, and a conversation there."""

    def __init__(self, shore: Shore) -> None:
        self.shore = shore
        self.stranger = Stranger(shore.conversations.service(demo.JUNO))

    def service(self, account: AccountId) -> Any:
        own = self.shore.conversations.service(account)
        return self.stranger if account == demo.JUNO else own

    async def opened(self) -> Conversation:
        card = self.shore.card("bo", "Wind")
        known: Talk = self.shore.conversations._talk
        made = Conversation(replace(known, service=self.service), [address_of(card.post)])
        await made.open()
        await made.load()
        return made


def line_of(tree: Tree | None) -> Line | None:
    """The line of what only the origin tells."""
    assert tree is not None
    return next((line for line in tree.lines if line.uri == AWAY), None)


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Table]:
    """Timelines read."""
    shore = Shore(tmp_path)
    await shore.settle()
    yield Table(shore)
    await shore.reactions.close()
    await shore.conversations.close()
    shore.store.close()


async def test_what_only_the_origin_tells_is_shown_as_that(table: Table) -> None:
    """Below what it answers, with the server's name; and how many it does not have."""
    conversation = await table.opened()
    line = line_of(conversation.tree)

    assert line is not None and line.card is not None
    assert (HOST, 1) == (line.origin, line.depth)
    assert conversation.tree is not None
    assert {""} == {other.origin for other in conversation.tree.lines if other is not line}
    assert any(one.absent and one.absent.count == 3 for one in conversation.tree.below)
    assert "told" == conversation.origins.asked["mastodon"].state
    assert [(conversation.addresses[0].uri, "fjord.example")] == table.stranger.asked


async def test_a_stranger_is_asked_once(table: Table) -> None:
    """However often my own servers are asked again; after a refusal it may be tried anew."""
    table.stranger.error = Refused("Not now.")
    conversation = await table.opened()
    table.stranger.error = None
    for _ in range(3):
        await conversation.load()

    assert 2 == len(table.stranger.asked)
    assert line_of(conversation.tree) is not None


async def test_nothing_of_it_is_kept(table: Table) -> None:
    """Nobody has checked who wrote it."""
    await table.opened()

    assert {} == table.shore.store.reader.posts([AWAY])


async def test_the_setting_is_heeded(table: Table) -> None:
    """Off: nobody is asked; what is wanted for one conversation comes first."""
    await table.shore.store.keep(lambda keeper: keeper.set_setting(ASK_ORIGINS, False))
    conversation = await table.opened()
    assert [] == table.stranger.asked
    conversation.origins.wanted = True
    await conversation.load()

    assert line_of(conversation.tree) is not None


async def test_an_origin_that_refuses_hides_nothing_else(table: Table) -> None:
    """Its words are kept beside what my server tells."""
    table.stranger.error = Refused("It tells strangers nothing.")
    conversation = await table.opened()

    assert conversation.tree is not None
    assert "failed" == conversation.origins.asked["mastodon"].state
    assert ["ready"] == [side.state for side in conversation.sides]


async def test_what_is_at_home_asks_nobody(table: Table) -> None:
    """My own server has all of it."""
    table.stranger.host = ""
    conversation = await table.opened()

    assert [] == table.stranger.asked
    assert {} == conversation.origins.asked


async def test_what_is_reacted_to_is_met_by_my_server(table: Table) -> None:
    """From then on it is that server's to tell, and kept."""
    conversation = await table.opened()
    line = line_of(conversation.tree)
    assert line is not None and line.card is not None
    met = line.card.post
    table.stranger.known = Entry(key=AWAY, sort_at=met.sort_at, post=met)
    conversation._on_shadow(AWAY, laid=False)
    await until(lambda: (found := line_of(conversation.tree)) is not None and not found.origin)

    assert AWAY in table.shore.store.reader.posts([AWAY])


async def test_drawing_late_never_undoes_drawing_early(table: Table) -> None:
    """Answers that come at once from both leave the last of both on show."""
    conversation = await table.opened()
    await asyncio.gather(conversation.set_order("new"), conversation.load(), conversation.redraw())

    assert line_of(conversation.tree) is not None
    assert "new" == conversation.order
