"""Conversations in the window, on real servers: an echo read, answered and liked on both networks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.feed.rows import Card
from app.model import Entry
from app.model.draft import PostAddress
from app.services.house import House
from app.ui.presenters.live import Live
from app.ui.presenters.thread import ThreadPresenter
from app.ui.thread.rows import ThreadRow
from tests.real.window import in_window, until
from tests.real.world import account_on, join_first, join_second, say, unique
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def rows(presenter: ThreadPresenter) -> list[ThreadRow]:
    """What the pane shows."""
    source = presenter.pane.view.shelf.source
    return [source.row(n) for n in range(len(source))] if source is not None else []  # type: ignore[misc]


def card(presenter: ThreadPresenter, text: str) -> Card | None:
    """The post with that text, if the pane shows it."""
    found = (row.card for row in rows(presenter) if row.card is not None)
    return next((one for one in found if text in one.post.text.text), None)


def answers(presenter: ThreadPresenter, text: str) -> set[str]:
    """The networks on which that answer stands."""
    cards = [row.card for row in rows(presenter) if row.card is not None]
    return {
        copy.post.network for one in cards for copy in one.copies if text in copy.post.text.text
    }


async def echo(house: House, text: str) -> tuple[PostAddress, ...]:
    """The same words on both networks, by somebody else."""
    first = await say(house, account_on(house, "mastodon", 1).id, text)
    second = await say(house, account_on(house, "bluesky", 1).id, text)
    return (
        PostAddress("mastodon", first.uri, first.url),
        PostAddress("bluesky", second.uri, second.url),
    )


def test_an_echo_is_answered_and_liked_on_both_networks(
    mastodon_rig: Rig, atproto_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the pane: both sides, one answer to both, a like that the server keeps."""
    monkeypatch.setenv("GODWIT_PLC_URL", atproto_rig["plc"])
    said, answer = unique("said on both"), unique("answered on both")

    async def join(house: House) -> None:
        for name in ("dov", "bo"):
            await join_first(house, mastodon_rig, name)
        for name in ("dan", "bob"):
            await join_second(house, atproto_rig, name)

    async def talk(live: Live) -> None:
        house = live.house
        addresses = await echo(house, said)
        live.threads.open(await first_card(house, addresses))
        presenter = live.threads.current
        assert presenter is not None
        presenter.show(addresses)
        await until(lambda: len(card_networks(presenter)) == 2, "one side did not come")
        bar = presenter.pane.bar
        bar.editor.insert(answer)
        assert bar.asks
        bar.side_chosen.emit("both")
        bar.send_wanted.emit()
        await until(
            lambda: [one.state for one in house.outbox.deliveries()] == ["delivered"] * 2,
            f"it was not delivered: {bar.trouble.text()}",
        )
        async with asyncio.timeout(60):
            while answers(presenter, answer) != {"mastodon", "bluesky"}:
                presenter.reload()
                await asyncio.sleep(0.5)
        await like(live, presenter)

    async def like(live: Live, presenter: ThreadPresenter) -> None:
        house, focus = live.house, presenter.focus
        assert focus is not None
        mine = account_on(house, focus.post.network)
        presenter.pane.view.react.emit(focus, "like")
        await until(
            lambda: (now := presenter.focus) and any(v.liked for v in now.viewers.values()),
            "the like was not shown",
        )
        async with asyncio.timeout(60):
            while not await liked(house, focus.post.uri, mine.id):
                await asyncio.sleep(0.3)

    async def liked(house: House, uri: str, account: str) -> bool:
        found = await house.conversations.find(uri, account)  # type: ignore[arg-type]
        return isinstance(found, Entry) and found.viewer.liked

    in_window(tmp_path / "profile", join, talk)


def card_networks(presenter: ThreadPresenter) -> set[str]:
    """The networks that the post itself stands on."""
    focus = presenter.focus
    return {copy.post.network for copy in focus.copies} if focus is not None else set()


async def first_card(house: House, addresses: tuple[PostAddress, ...]) -> Card:
    """What a timeline would show of it."""
    conversation = await house.conversations.open(addresses)
    async with asyncio.timeout(60):
        while conversation.tree is None or conversation.tree.focus.card is None:
            await conversation.load()
            await asyncio.sleep(0.3)
    house.conversations.leave(conversation)
    return conversation.tree.focus.card
