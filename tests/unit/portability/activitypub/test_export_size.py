"""Half a million people are written as they are read: none of them waits in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.belongings import Followed, Muted, OwnList, Who
from app.model.errors import Refused, ServiceError, Unreachable
from app.portability.activitypub.csv_formats import FORMATS
from app.portability.activitypub.exporting import export
from app.protocols.owning import Pause, no_pause

MANY = 60_000


class Popular:
    """Follows so many, and is followed by as many; breaks off after *reach* of them."""

    def __init__(self, reach: int = MANY) -> None:
        self._reach = reach

    async def following(
        self, pause: Pause = no_pause, *, details: bool = False
    ) -> AsyncIterator[Followed]:
        async for who in self.followers(pause):
            yield Followed(who.handle, who.uri)

    async def followers(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        for number in range(MANY):
            if number == self._reach:
                raise Unreachable("far.example does not answer.")
            yield Who(f"p{number}.far.example", f"did:plc:{number:024}")

    async def muted(self, pause: Pause = no_pause) -> AsyncIterator[Muted]:
        yield Muted("q.far.example", "did:plc:q", None, None)

    async def blocked(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        yield Who("=cmd()", "did:plc:r")

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        return (OwnList(title="Shore, watch", members=(Who("q.far.example", "did:plc:q"),)),)


async def test_memory_is_flat_however_many_there_are(tmp_path: Path) -> None:
    """All stand in the files, one a line, and it is told how many there are so far."""
    told: dict[str, int] = {}
    tracemalloc.start()
    try:
        done = await export(Popular(), tmp_path, tell=lambda kind, n: told.update({kind: n}))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    counts = {one.kind: one.count for one in done.files}
    assert counts == {"following": MANY, "followers": MANY, "muting": 1, "blocking": 1, "lists": 1}
    assert told["following"] == MANY
    lines = (tmp_path / "following.people.csv").read_text().splitlines()
    assert (len(lines), lines[0], lines[-1]) == (
        MANY + 1,
        "Handle,Identity",
        f"p{MANY - 1}.far.example,did:plc:{MANY - 1:024}",
    )
    assert (tmp_path / "blocking.people.csv").read_text().endswith("'=cmd(),did:plc:r\n")
    assert (
        (tmp_path / "lists.people.csv")
        .read_text()
        .endswith('"Shore, watch",q.far.example,did:plc:q\n')
    )
    assert peak < 2_000_000


async def test_what_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    """Half of them would be taken for all."""
    await export(Popular(), tmp_path)
    before = (tmp_path / "following.people.csv").read_bytes()
    with pytest.raises(ServiceError):
        await export(Popular(reach=1_000), tmp_path)
    assert (tmp_path / "following.people.csv").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


async def test_what_ends_it_is_told_as_what_it_is(tmp_path: Path) -> None:
    """Who stops listening (``| head``) is not the disk; nothing half is left."""

    def tell(kind: str, count: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await export(Popular(), tmp_path, tell=tell)
    assert [*tmp_path.iterdir()] == []


class Guarded(Popular):
    """A server of the other kind, which breaks off telling whom one has muted."""

    async def following(
        self, pause: Pause = no_pause, *, details: bool = False
    ) -> AsyncIterator[Followed]:
        yield Followed("p@far.example", "https://far.example/p")

    async def followers(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        yield Who("p@far.example", "https://far.example/p")

    async def muted(self, pause: Pause = no_pause) -> AsyncIterator[Muted]:
        yield Muted(
            "q@far.example", "https://far.example/q", None, datetime(2030, 1, 1, tzinfo=UTC)
        )
        raise Refused("It does not tell more.")

    async def blocked(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        raise Refused("It does not tell that.")
        yield

    async def bookmarked(self, pause: Pause = no_pause) -> AsyncIterator[str]:
        yield "https://far.example/p/1"

    liked = bookmarked

    async def noted(self, pause: Pause = no_pause) -> AsyncIterator[Followed]:
        yield Followed("q@far.example", "https://far.example/q", note="Met in May")

    async def _none(self, *_: object) -> tuple[()]:
        return ()

    blocked_servers = filters = followed_tags = featured_tags = endorsed = pinned = _none

    async def notification_policy(self) -> dict[str, str]:
        return {}

    async def own_profile(self) -> None:
        return None

    async def written(self, *_: object, **__: object) -> AsyncIterator[bytes]:
        yield b"{}"

    async def post_addresses(self, *_: object) -> dict[str, str]:
        return {}

    async def actor_json(self) -> bytes:
        return b""


async def test_what_a_server_breaks_off_is_missing_and_no_other_file_is_blamed(
    tmp_path: Path,
) -> None:
    """Half of the mutes are in no file; what they have no place for is of no other."""
    done = await export(Guarded(), tmp_path)

    assert [one.text for one in done.missing] == ["muting", "blocking"]
    assert not (tmp_path / FORMATS["muting"].file).exists()
    assert [one.kind for one in done.files if one.left_out] == []
