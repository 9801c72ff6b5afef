"""Blocklists: shown before they count, with their difference; exceptions win; removal undoes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.feed.rows import Card
from app.model.errors import BadInput, NotFound, Unsafe
from app.model.timeline import ALL
from app.protocols.demo.moderating import WRECKERS
from app.protocols.http import Http, Reply
from app.services.blocklists import Blocklists
from app.services.house import House
from app.services.options import Options
from app.wiring import Wiring

LIST = "domain,severity,public_comment\npolder.example,suspend,spam\nquiet.example,silence,\n"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo, brought up to date."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.sync.run()
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A blocklist on disk."""
    path = tmp_path / "tier0.csv"
    path.write_text(LIST, "utf-8")
    return path


async def reposted(house: House, host: str) -> list[str]:
    """Actions of what stands in the timeline from *host*, by others and by itself."""
    page = await house.timelines.read(ALL, limit=200, fetch=False)
    return [
        row.verdict.action
        for row in page.rows
        if isinstance(row, Card) and row.post.author.handle.endswith(f"@{host}")
    ]


async def test_nothing_counts_before_it_is_applied(house: House, file: Path) -> None:
    """Adding shows what is in it, with where it is from."""
    proposal = await house.blocklists.add(str(file))
    about = proposal.subscription

    assert [one.name for one in proposal.difference.added] == ["polder.example", "quiet.example"]
    assert (about.kind, about.title, about.address) == ("file", "tier0.csv", str(file))
    assert len(about.hash) == 64
    assert house.moderation.preferences().lists is None

    applied = await house.blocklists.apply(about.id)
    assert (applied.entries, applied.proposed) == (2, False)
    assert house.moderation.preferences().lists is not None


async def test_people_i_follow_are_flagged_and_stay(house: House, file: Path) -> None:
    """What they write comes by itself: nobody comes home whom I do not follow."""
    await house.blocklists.apply((await house.blocklists.add(str(file))).subscription.id)
    page = await house.timelines.read(ALL, limit=200, fetch=False)
    cards = [
        row
        for row in page.rows
        if isinstance(row, Card) and row.post.author.handle.endswith("@polder.example")
    ]

    assert cards
    for card in cards:
        if not card.reposts:
            assert card.verdict.action == "show"
            assert [note.kind for note in card.verdict.notes] == ["blocklist"]


async def test_an_update_is_a_proposal_with_its_difference(house: House, file: Path) -> None:
    """Applied only when said; obfuscated entries are reported."""
    about = (await house.blocklists.add(str(file))).subscription
    await house.blocklists.apply(about.id)
    file.write_text(
        "domain,severity\npolder.example,silence\nnew.example,suspend\ne**l.example,x\n"
    )
    update = await house.blocklists.update(about.title)

    assert [one.name for one in update.difference.added] == ["new.example"]
    assert [one.name for one in update.difference.removed] == ["quiet.example"]
    assert [one.name for one in update.difference.changed] == ["polder.example"]
    assert [(one.line, one.text) for one in update.skipped] == [(4, "e**l.example")]
    index = house.moderation.preferences().lists
    assert index is not None
    assert index.domain("new.example") is None
    assert (await house.blocklists.proposal(about.id)).difference == update.difference

    await house.blocklists.apply(about.id)
    index = house.moderation.preferences().lists
    assert index is not None
    assert index.domain("new.example") is not None
    again = await house.blocklists.update(about.id)
    assert not again.difference
    with pytest.raises(NotFound):
        await house.blocklists.apply(about.id)


async def test_exceptions_win_and_removal_lifts_everything(house: House, file: Path) -> None:
    """Both at once."""
    about = (await house.blocklists.add(str(file))).subscription
    await house.blocklists.apply(about.id)
    await house.blocklists.set_exception("Polder.example")
    index = house.moderation.preferences().lists
    assert index is not None
    assert index.domain("polder.example") is None
    assert (await house.blocklists.look(str(file))).excepted == ("polder.example",)

    await house.blocklists.remove(about.id)
    assert house.moderation.preferences().lists is None
    assert house.blocklists.all() == ()


async def test_a_list_of_people_is_read_by_its_address(house: House) -> None:
    """From the network that has it."""
    proposal = await house.blocklists.add(WRECKERS.uri)

    assert proposal.subscription.kind == "people"
    assert proposal.subscription.title == "Wreckers (@harbour-watch.example)"
    assert {one.name for one in proposal.difference.added} == set(WRECKERS.members)


async def test_what_is_in_force_is_there_after_a_restart(house: House, file: Path) -> None:
    """As the disk has it, with its effect."""
    about = (await house.blocklists.add(str(file))).subscription
    await house.blocklists.apply(about.id)
    await house.blocklists.set_effect(about.id, "cover")
    house.moderation.start(house.store.reader)
    preferences = house.moderation.preferences()

    assert preferences.covers == {"tier0.csv"}
    assert preferences.lists is not None


@pytest.mark.parametrize("text", ["", "{", "=cmd|' /C calc'!A0\n", "\0" * 10])
async def test_what_is_no_list_is_refused(house: House, tmp_path: Path, text: str) -> None:
    """With words; nothing is kept."""
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(BadInput):
        await house.blocklists.add(str(path))
    assert house.blocklists.all() == ()


async def test_fifty_megabytes_are_refused(house: House, tmp_path: Path) -> None:
    """Before they are read."""
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(BadInput, match="larger"):
        await house.blocklists.add(str(path))


async def test_addresses_inside_are_not_called(house: House) -> None:
    """A list's address may come from anybody: only public hosts are asked."""
    inner = Blocklists(
        house.store,
        house.accounts,
        house.moderation,
        lambda: Http(user_agent="test"),
        house.clock,
    )
    with pytest.raises(Unsafe):
        await inner.add("https://127.0.0.1/list.csv")


async def test_a_list_is_fetched_from_the_web(house: House) -> None:
    """Its title is the end of its address; the limit of its size goes along."""
    asked: dict[str, Any] = {}

    class Web:
        async def fetch_public(self, url: str, **more: Any) -> Reply:
            asked.update(more, url=url)
            return Reply(200, {}, b"evil.example\n", url)

    lists = Blocklists(house.store, house.accounts, house.moderation, Web, house.clock)
    proposal = await lists.add("https://lists.example/tiers/tier0.txt?raw=1")

    assert (proposal.subscription.title, proposal.subscription.kind) == ("tier0.txt", "url")
    assert asked["max_bytes"] <= 50_000_000
    with pytest.raises(BadInput):
        await lists.add("https://lists.example/tiers/tier0.txt?raw=1")
