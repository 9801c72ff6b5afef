"""Emoji under posts: each is a wish of its own, shown at once and done once."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from types import SimpleNamespace
from typing import cast

import pytest

from app.cli.output import Output
from app.cli.react import run
from app.feed.acts import after
from app.feed.rows import Copy
from app.model import AccountId, ViewerState
from app.model.acts import PostAct, Wish
from app.model.errors import Refused, Unsupported
from app.model.post import EmojiCount
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.protocols.demo.sketch import address
from app.services.house import House, Options
from app.services.wishing import emoji_turn, emoji_turns
from tests.unit.services.shore import Shore
from tests.waiting import until

CODE = address(PEOPLE["rik"], "code")[0]
WAVE, EYES, ROPE = "🌊", "👀", "rope@compile.example"


async def put(shore: Shore, act: PostAct, emoji: str, who: AccountId = demo.JUNO) -> str:
    """One act; how it went."""
    post = shore.world.post(CODE)
    return (await shore.reactions.react(post, act, who, emoji=emoji)).state


def under(shore: Shore) -> dict[str, int]:
    """What the server has."""
    return {one.name: one.count for one in shore.world.post(CODE).reactions}


def mine(shore: Shore) -> tuple[str, ...]:
    """What the cache has of mine."""
    return tuple(shore.store.reader.viewers(CODE)[demo.JUNO].emoji)


def test_what_a_wish_does_to_a_post_is_done_once(shore: Shore) -> None:
    """Twice is once; the last one of an emoji takes the emoji with it."""
    post = shore.world.post(CODE)
    viewer = ViewerState(can_react=True, emoji=(WAVE,))
    wish = Wish(account=demo.JUNO, target=CODE, kind="emoji", emoji="🦀", at=shore.clock.now())

    changed, seen = after(post, viewer, wish)
    assert (changed.reactions[-1], seen.emoji) == (EmojiCount("🦀", 1), (WAVE, "🦀"))
    assert after(changed, seen, wish) == (changed, seen)

    off = Wish(
        account=demo.JUNO, target=CODE, kind="emoji", emoji="🦀", on=False, at=shore.clock.now()
    )
    assert after(changed, seen, off) == (post, viewer)


async def test_emoji_are_put_there_and_taken_away_each_for_itself(shore: Shore) -> None:
    """Two at once are two wishes; server and cache agree."""
    assert under(shore) == {WAVE: 9, ROPE: 4, EYES: 2}

    states = await asyncio.gather(
        put(shore, "add_emoji", EYES), put(shore, "add_emoji", ROPE), put(shore, "add_emoji", EYES)
    )
    assert states == ["done"] * 3
    assert under(shore) == {WAVE: 9, ROPE: 5, EYES: 3}
    assert set(mine(shore)) == {WAVE, EYES, ROPE}

    await put(shore, "remove_emoji", WAVE)
    assert under(shore) == {WAVE: 8, ROPE: 5, EYES: 3}
    assert set(mine(shore)) == {EYES, ROPE}
    assert await shore.reactions.waiting() == ()


async def test_an_emoji_shows_before_its_server_answers_and_goes_when_refused(
    shore: Shore,
) -> None:
    """Laid over the row at once; a refusal takes it, and only it, back."""
    shore.faults(demo.JUNO).hold = asyncio.Event()
    asking = asyncio.create_task(put(shore, "add_emoji", EYES))
    await asyncio.sleep(0)
    post = shore.world.post(CODE)
    assert [wish.emoji for wish in shore.shadows.of(CODE)] == [EYES]
    shore.faults(demo.JUNO).refuses = 1
    shore.faults(demo.JUNO).hold.set()

    with pytest.raises(Refused):
        await asking
    assert shore.world.post(CODE) == post
    assert mine(shore) == (WAVE,)
    assert shore.shadows.of(CODE) == ()


async def test_without_a_network_emoji_are_kept_and_done_when_it_is_back(shore: Shore) -> None:
    """Two kept wishes about one post are both done, once."""
    shore.faults(demo.JUNO).down = True
    assert [await put(shore, "add_emoji", one) for one in (EYES, ROPE)] == ["queued"] * 2
    assert {wish.emoji for wish in await shore.reactions.waiting()} == {EYES, ROPE}

    shore.faults(demo.JUNO).down = False
    await shore.reactions.flush()
    await until(lambda: shore.store.reader.wishes() == ())
    assert under(shore) == {WAVE: 9, ROPE: 5, EYES: 3}


def test_who_takes_their_emoji_away_is_who_put_it_there(shore: Shore) -> None:
    """And nobody puts one where no server takes it."""
    row = shore.card("rik", "Nine lines")
    accounts = shore.accounts.all()

    assert emoji_turn(row, accounts, WAVE)[0::2] == (demo.JUNO, False)
    assert emoji_turn(row, accounts, EYES)[0::2] == (demo.JUNO, True)
    with pytest.raises(Unsupported):
        emoji_turn(row, accounts, EYES, prefer=demo.KIEL)
    with pytest.raises(Unsupported):
        emoji_turn(shore.card("bo"), accounts, EYES)


def test_whose_server_takes_emoji_is_asked_before_others(shore: Shore) -> None:
    """Who has put it there comes first, who was told that its server takes none comes last."""
    post = shore.world.post(CODE)
    accounts = shore.accounts.all()
    copies = (Copy(post, (demo.KIEL, demo.JUNO)),)
    takes, takes_none = ViewerState(can_react=True), ViewerState()

    def order(**viewers: ViewerState) -> list[AccountId]:
        told = {getattr(demo, name): state for name, state in viewers.items()}
        return [who for who, _ in emoji_turns(copies, accounts, told, WAVE)]

    assert order() == [demo.KIEL, demo.JUNO]
    assert order(JUNO=takes) == [demo.JUNO, demo.KIEL]
    assert order(KIEL=takes_none) == [demo.JUNO, demo.KIEL]
    put_it = ViewerState(can_react=True, emoji=(WAVE,))
    assert order(KIEL=takes, JUNO=put_it) == [demo.JUNO, demo.KIEL]


async def test_a_command_without_a_name_asks_until_a_server_takes_it(shore: Shore) -> None:
    """Not only the first account on the network; where none takes any, it is said once."""
    bare = shore.card("bo").post.uri
    shore.world.set_viewer(demo.KIEL, bare, ViewerState(can_react=True))
    house = cast("House", SimpleNamespace(**vars(shore), options=Options(offline=True)))

    async def react(uri: str) -> int:
        given = Namespace(noun="react", uri=uri, account=None, emoji=EYES)
        return await run(given, house, Output())

    assert await react(bare) == 0
    assert [one.name for one in shore.world.post(bare).reactions] == [EYES]
    assert shore.store.reader.viewers(bare)[demo.KIEL].emoji == (EYES,)
    with pytest.raises(Unsupported, match="None of your servers"):
        await react(shore.card("ottilie").post.uri)
