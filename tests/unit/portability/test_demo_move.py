"""Moving house and backing up inside the demo: everything that can happen, without risk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.model import Account, Post, Profile, RichText
from app.model.errors import BadInput, NotFound
from app.portability.archive_manifest import read_manifest
from app.portability.demo import DemoArchives, DemoRoute, Homes, look
from app.portability.demo.world import CODE, INVITE, PASSWORD
from app.portability.moves import Moves
from app.portability.plan import MoveStatus, Need
from app.protocols import demo
from app.services.clock import SystemClock

JUNO, SKY = demo.ACCOUNTS[0], demo.ACCOUNTS[1]
SAYS = {"old_password": PASSWORD, "mail_code": CODE, "invite": INVITE, "own_key": "skip"}


def _moves(folder: Path, homes: Homes | None = None) -> Moves:
    route = DemoRoute(homes or Homes(), guided=(JUNO.network,), pace=0.0)
    return Moves(folder, lambda: [route], SystemClock())


async def _run(moves: Moves, id: str, says: Mapping[str, str] = SAYS) -> MoveStatus:
    """Answer what is asked until nothing more is, or nobody knows the answer."""
    status = await moves.run(id)
    for _ in range(10):
        wanted = [need for need in status.needs if need.kind != "page"]
        if status.state != "waiting" or any(need.key not in says for need in wanted):
            return status
        status = await moves.run(id, {need.key: says[need.key] for need in wanted})
    return status


@pytest.mark.parametrize("account", [JUNO, SKY], ids=["guided", "whole"])
async def test_it_comes_to_an_end_and_back(tmp_path: Path, account: Account) -> None:
    """On both networks, with an invite; the new account is gone afterwards."""
    homes = Homes()
    moves = _moves(tmp_path, homes)
    plan = await moves.plan(account, "https://tidepool.example/")
    assert [need.key for need in plan.needs][:2] == ["old_password", "invite"]
    async with asyncio.timeout(20):
        status = await _run(moves, plan.id)

    assert (status.state, status.error) == ("done", "")
    assert homes.home == {account.handle: "tidepool.example"}
    assert status.undo is not None and status.undo.public
    back = await moves.undo(plan.id, SAYS)
    assert back.state == "undone"
    assert homes.home == {}
    assert homes.resident(account.handle, "tidepool.example") is None


async def test_a_full_server_refuses_and_nothing_is_public(tmp_path: Path) -> None:
    """With a next step; the plan can still be taken back."""
    homes = Homes()
    moves = _moves(tmp_path, homes)
    plan = await moves.plan(SKY, "lighthouse.example")
    status = await _run(moves, plan.id)

    assert (status.state, status.step) == ("failed", "import")
    assert "disk is full" in status.error and status.next_step
    assert homes.home == {}
    assert (await moves.undo(plan.id)).state == "undone"


@pytest.mark.parametrize(
    ("says", "asked"),
    [({"old_password": "wrong"}, "old_password"), ({"mail_code": "wrong"}, "mail_code")],
)
async def test_a_wrong_answer_is_asked_again(
    tmp_path: Path, says: dict[str, str], asked: str
) -> None:
    """With why."""
    moves = _moves(tmp_path)
    plan = await moves.plan(SKY, "boathouse.example")
    status = await moves.run(plan.id, {**SAYS, **says})

    def keys(needs: tuple[Need, ...]) -> list[str]:
        return [need.key for need in needs]

    assert status.state == "waiting" and asked in keys(status.needs)
    assert status.error
    status = await _run(moves, plan.id)
    assert status.state == "done"


async def test_a_key_file_is_made_and_never_overwritten(tmp_path: Path) -> None:
    """What is there already stays."""
    moves = _moves(tmp_path / "profile")
    taken, free = tmp_path / "taken.txt", tmp_path / "key.txt"
    taken.write_text("mine")
    plan = await moves.plan(SKY, "boathouse.example")
    says = {**SAYS, "own_key": "make", "own_key_file": str(taken)}
    status = await moves.run(plan.id, says)
    assert [need.key for need in status.needs] == ["own_key_file"]
    assert taken.read_text() == "mine"
    status = await _run(moves, plan.id, {**says, "own_key_file": str(free)})

    assert status.state == "done"
    assert "nothing outside" in free.read_text()


async def test_only_servers_of_the_demo_answer() -> None:
    """Others are named."""
    assert (await look("Boathouse.example")).title == "Boathouse"
    with pytest.raises(NotFound) as caught:
        await look("elsewhere.example")
    assert "boathouse.example" in caught.value.next_step


async def test_a_rehearsal_changes_nothing(tmp_path: Path) -> None:
    """The new server has no account afterwards."""
    homes = Homes()
    moves = _moves(tmp_path, homes)
    plan = await moves.plan(SKY, "boathouse.example")
    status = await moves.rehearse(plan.id, SAYS)

    assert status.state == "done"
    assert homes.resident(SKY.handle, "boathouse.example") is None


async def _written(account: Account) -> tuple[Post, ...]:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    who = Profile(account.uri, account.handle)
    return (
        Post(
            uri=f"{account.uri}/1",
            network=account.network,
            author=who,
            created_at=moment,
            sort_at=moment,
            text=RichText("The tide is in"),
        ),
    )


async def test_a_backup_of_the_demo_is_a_real_archive(tmp_path: Path) -> None:
    """Made, made again, verified, found damaged; a folder of somebody else's is left alone."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    archives = DemoArchives(lambda: moment, _written, pace=0.0)
    folder = tmp_path / "backup"
    assert archives.takes(SKY)
    first = await archives.back_up(SKY, folder, media=True, tell=lambda p: None, gentle=False)
    assert first.ok and all(one.dead for one in first.missing)
    moment += timedelta(days=1)
    again = await archives.back_up(SKY, folder, media=False, tell=lambda p: None, gentle=True)
    assert again.ok and not again.missing
    with pytest.raises(BadInput):
        await archives.back_up(JUNO, folder, media=False, tell=lambda p: None, gentle=False)
    posts = archives.posts(folder, read_manifest(folder))
    contents = posts.contents(lambda p: None)
    posts.open(contents.about)
    shown = posts.post(contents.posts[0].body)
    assert isinstance(shown, Post) and "The tide is in" == shown.text.text
    assert "tide" in contents.posts[0].words
    posts.close()
    file = folder / "account.json"
    file.write_text(file.read_text().replace("12408", "12409"))
    assert not archives.verify(folder, lambda p: None).ok
