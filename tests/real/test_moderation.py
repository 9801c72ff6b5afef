"""What one does not want to see, on real servers of both networks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.feed.rows import Card
from app.model import Account
from app.model.moderation import (
    AdultChange,
    Filter,
    FilterWord,
    HiddenChange,
    LabelChange,
    MutedWord,
    WordChange,
)
from app.model.timeline import ALL
from app.protocols.bluesky.preferences import OWN_LABELER
from app.services.house import House
from tests.real.world import account_on, housed, say, unique
from tests.rigs import run
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def mastodon_rig() -> Iterator[Rig]:
    """A server of one's own: others leave whom its people follow otherwise."""
    with run.mastodon() as rig:
        yield rig


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """A reader on each network."""
    async with housed(tmp_path / "reader", mastodon_rig, atproto_rig, "ana", "alice") as made:
        yield made


@pytest.fixture
async def writers(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """Whom they follow: other people, since nobody's own posts are judged."""
    async with housed(tmp_path / "writers", mastodon_rig, atproto_rig, "cleo", "bob") as made:
        yield made


async def labelled(rig: Rig, uri: str, value: str, neg: bool = False) -> None:
    """The rig's labeler labels, and the AppView knows it."""
    label = {"uri": uri, "val": value, "neg": neg}
    await asyncio.to_thread(run.tell, rig, "/rig/label", label)
    await asyncio.to_thread(run.catch_up, rig)


async def card_of(house: House, text: str) -> tuple[str, Card | None, dict[str, int]]:
    """What the timeline does with the post that says *text*: its action, ``gone`` when hidden."""
    page = await house.timelines.read(ALL, limit=120, fetch=False)
    for row in page.rows:
        if isinstance(row, Card) and text in row.post.text.text:
            return row.verdict.action, row, dict(page.hidden.by)
    return "gone", None, dict(page.hidden.by)


async def until(house: House, text: str, action: str, again: Callable[[], Awaitable[Any]]) -> Any:
    """Servers take a moment to know what was done: look again until they do."""
    found: Any = None
    for _ in range(20):
        await again()
        found = await card_of(house, text)
        if found[0] == action:
            return found
        await asyncio.sleep(0.25)
    raise AssertionError(f"never {action}: {found}")


def reader(house: House, network: str) -> Account:
    """Who reads there."""
    return account_on(house, network)


async def wrote(house: House, writers: House, text: str) -> str:
    """Bob writes on the second network; alice's timeline has it."""
    done = await say(writers, account_on(writers, "bluesky").id, text)
    me = reader(house, "bluesky")
    await until(house, text, "show", lambda: house.sync.run([me.id]))
    return done.uri


async def test_a_label_covers_and_unsubscribing_uncovers(
    house: House, writers: House, atproto_rig: Rig
) -> None:
    """The answer's header says whose labels came; the cover says who, and how to undo it."""
    me, labeler = reader(house, "bluesky"), atproto_rig["labeler"]
    await house.moderation.subscribe_to(me.id, labeler)
    await house.moderation.settle(me.id, LabelChange("rude", "warn", labeler))
    text = unique("Label me")
    uri = await wrote(house, writers, text)
    await labelled(atproto_rig, uri, "rude")
    _, card, _ = await until(house, text, "cover", lambda: house.sync.run([me.id]))
    [cause] = card.verdict.causes

    assert (cause.text, cause.source) == ("Rude", "Rig Labeler")
    assert (cause.undo.act, cause.undo.by) == ("set_label", labeler)
    # The rig has no labeler of the network's own: that one, and only that one, is missing.
    assert house.moderation.missing(me.id) == {OWN_LABELER}

    await house.moderation.unsubscribe_from(me.id, labeler)
    assert (await card_of(house, text))[0] == "show"

    await house.moderation.subscribe_to(me.id, labeler)
    await house.moderation.settle(me.id, LabelChange("rude", "hide", labeler))
    action, _, hidden = await card_of(house, text)
    assert (action, hidden["Label: Rude (Rig Labeler)"] >= 1) == ("gone", True)

    await house.moderation.settle(me.id, LabelChange("rude", "warn", labeler))
    await labelled(atproto_rig, uri, "rude", neg=True)
    await until(house, text, "show", lambda: house.sync.run([me.id]))


async def test_a_cached_label_of_a_left_labeler_stays_away(
    house: House, writers: House, atproto_rig: Rig
) -> None:
    """Its labels are no longer asked for, either."""
    me, labeler = reader(house, "bluesky"), atproto_rig["labeler"]
    await house.moderation.subscribe_to(me.id, labeler)
    text = unique("Leave me")
    uri = await wrote(house, writers, text)
    await labelled(atproto_rig, uri, "!warn")
    await until(house, text, "cover", lambda: house.sync.run([me.id]))

    await house.moderation.unsubscribe_from(me.id, labeler)
    await house.sync.run([me.id])
    assert (await card_of(house, text))[0] == "show"
    await house.moderation.subscribe_to(me.id, labeler)


async def test_words_go_both_ways(house: House, writers: House) -> None:
    """Muted here, the network's own client knows it; muted there, it hides here."""
    me = reader(house, "bluesky")
    service: Any = house.accounts.service(me.id)
    word, other = f"w{secrets.token_hex(4)}", f"o{secrets.token_hex(4)}"
    before = await service._entries()
    text, text_2 = unique(f"About {word}"), unique(f"About {other}")
    await wrote(house, writers, text)
    await wrote(house, writers, text_2)

    await house.moderation.mute_word(MutedWord(value=word))
    assert any(one.value == word for one in (await service.settled()).words)
    action, _, hidden = await card_of(house, text)
    assert (action, hidden[f"Muted word: {word}"]) == ("gone", 1)

    await service.settle([WordChange(MutedWord(value=other))])
    assert (await card_of(house, text_2))[0] == "show"
    await house.moderation.refresh(me.id, force=True)
    assert (await card_of(house, text_2))[0] == "gone"

    for value in (word, other):
        await house.moderation.unmute_word(value)
    assert (await card_of(house, text))[0] == "show"
    kinds = [entry["$type"] for entry in await service._entries()]
    assert kinds[: len(before)] == [entry["$type"] for entry in before]


async def test_unknown_preferences_stay_as_they_are(house: House) -> None:
    """Whatever other clients keep there, through changes at the same moment."""
    me = reader(house, "bluesky")
    service: Any = house.accounts.service(me.id)
    strange = {"$type": "app.bsky.actor.defs#interestsPref", "tags": ["tides", "godwits"]}

    def with_strange(entries: list[Any]) -> list[Any]:
        others = [one for one in entries if one.get("$type") != strange["$type"]]
        return [*others, strange]

    await service.change_preferences(with_strange)
    word = f"w{secrets.token_hex(4)}"
    await asyncio.gather(
        house.moderation.settle(me.id, AdultChange(False)),
        house.moderation.settle(me.id, HiddenChange("at://did:plc:x/app.bsky.feed.post/1")),
        house.moderation.settle(me.id, WordChange(MutedWord(value=word))),
    )
    settled = await service.settled()
    entries = await service._entries()

    assert not settled.adult
    assert "at://did:plc:x/app.bsky.feed.post/1" in settled.hidden
    assert any(one.value == word for one in settled.words)
    assert strange in entries
    await house.moderation.settle(
        me.id,
        AdultChange(True),
        HiddenChange("at://did:plc:x/app.bsky.feed.post/1", on=False),
        WordChange(MutedWord(value=word), on=False),
    )


async def test_a_filter_that_was_set_elsewhere_hides_here(house: House, writers: House) -> None:
    """The server says so of new posts; of cached ones it is found here, and forgotten again."""
    me, writer = reader(house, "mastodon"), account_on(writers, "mastodon")
    elsewhere: Any = house.accounts.service(me.id)
    word = f"f{secrets.token_hex(4)}"
    early = unique(f"Early {word}")
    await say(writers, writer.id, early)
    await until(house, early, "show", lambda: house.sync.run([me.id]))

    made = await elsewhere.save_filter(
        Filter(
            id="", title=f"No {word}", contexts=frozenset({"home"}), action="hide",
            words=(FilterWord(word),),
        )
    )  # fmt: skip
    await house.moderation.refresh(me.id, force=True)
    action, _, hidden = await card_of(house, early)
    assert action == "gone"
    assert any(f"No {word}" in why for why in hidden)

    late = unique(f"Late {word}")
    await say(writers, writer.id, late)
    await house.sync.run([me.id])
    assert (await card_of(house, late))[0] == "gone"

    await elsewhere.delete_filter(made.id)
    await house.moderation.refresh(me.id, force=True)
    assert (await card_of(house, early))[0] == "show"
    assert (await card_of(house, late))[0] == "show"


async def test_mutes_blocks_and_servers_are_known(
    tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig
) -> None:
    """What was done is read again; a server is blocked and unblocked, after a warning."""
    async with housed(tmp_path, mastodon_rig, atproto_rig, "dov", "alice") as house:
        first, second = reader(house, "mastodon"), reader(house, "bluesky")
        botty = await house.people.find(f"botty@{first.host}", first.id)
        await house.reactions.relate(botty.profile, "mute", first.id)
        for account in (first, second):
            await house.moderation.refresh(account.id, force=True)

        assert botty.profile.uri in house.moderation.averted(first.id).muted
        assert "trent.pds-a.test" in house.moderation.averted(second.id).muted.values()
        assert "eve.pds-a.test" in house.moderation.averted(second.id).blocked.values()
        assert (await house.moderation.warn_of(first.id, "remote.example")).problem is None

        await house.reactions.relate(botty.profile, "unmute", first.id)
        await house.moderation.block_server(first.id, "evil.example")
        await house.moderation.refresh(first.id, force=True)
        assert botty.profile.uri not in house.moderation.averted(first.id).muted
        assert "evil.example" in house.moderation.blocked_servers(first.id)
        await house.moderation.block_server(first.id, "evil.example", on=False)


async def test_a_moderation_list_is_a_blocklist(house: House, atproto_rig: Rig) -> None:
    """Read by its URI; muted whole at the server and unmuted again."""
    uri = atproto_rig["things"]["modList"]
    proposal = await house.blocklists.look(uri)
    me = reader(house, "bluesky")
    assert proposal.subscription.kind == "people"
    assert proposal.difference.added
    assert all(one.kind == "person" for one in proposal.difference.added)

    await house.moderation.avert_list(me.id, uri, "block")
    await house.moderation.avert_list(me.id, uri, "block", on=False)
