"""Pictures and videos, from one server to the other: none is lost unnamed, none is sent twice."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from app.model.errors import Malformed, RateLimited, Unreachable
from app.portability.atproto.blob_copy import AT_ONCE, BlobSource, copy_missing
from app.portability.atproto.download import RepoSource
from app.portability.atproto.ends import Ends
from app.portability.atproto.missing_files import DEAD, FAILED, NAMED, REFUSED, TOO_LARGE, Left
from app.portability.step import StepContext
from app.protocols.http import Http
from tests.unit.portability.atproto.movings import (
    DID,
    MemoryContext,
    TwoServers,
    between,
    cid_of,
    refusal,
)
from tests.unit.protocols.conftest import http  # noqa: F401  (the fixture)
from tests.unit.protocols.wire import answer

CONTENTS = [b"%03d" % n * 100 for n in range(30)]


async def copy(ends: Ends, context: MemoryContext, *folders: Path, **more: Any) -> list[Left]:
    """As the step does it."""
    repo = RepoSource(ends.http, ends.old_host.origin, DID)
    source = BlobSource(repo, folders, gone=more.pop("gone", False))
    return await copy_missing(ends, cast(StepContext, context), source, **more)


async def test_all_arrive_as_their_records_say(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """Each once, with the type that the new server compares, whatever the old one says."""
    servers = TwoServers(*CONTENTS)
    async with between(http, servers, tmp_path) as (ends, context):
        assert [] == await copy(ends, context)

        assert servers.got == dict.fromkeys(servers.has, "image/webp")
        assert {1} == {servers.asked[cid] for cid in servers.has}
        last = context.seen[-1]
        assert (30, 30, 9000, 9000) == (last.done, last.total, last.bytes_done, last.bytes_total)
        assert not (tmp_path / NAMED).exists()


async def test_large_and_unknown_ones_go_over_the_disk(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """And leave nothing there."""
    servers = TwoServers(b"x" * 5_000_000, b"small")
    async with between(http, servers, tmp_path) as (ends, context):
        (tmp_path / "files.json").unlink()

        assert [] == await copy(ends, context)

        assert servers.got == dict.fromkeys(servers.has, "image/png")
        assert [] == list((tmp_path / "on-the-way").iterdir())


async def test_lost_files_are_named(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """With the record that shows them; asked for once, and once more in the other way."""
    servers = TwoServers(*CONTENTS[:3])
    lost = servers.wants[1]
    del servers.has[lost]
    async with between(http, servers, tmp_path) as (ends, context):
        left = await copy(ends, context)

        assert [(lost, DEAD)] == [(one.cid, one.why) for one in left]
        assert lost in (tmp_path / NAMED).read_text()
        before = servers.asked[lost]
        assert left == await copy(ends, context, anew=True)
        assert before == servers.asked[lost]


async def test_other_bytes_under_a_name_are_not_brought(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """They are fetched again, and given up at last."""
    servers = TwoServers(*CONTENTS[:2])
    bad = servers.wants[0]
    servers.has[bad] = b"forged"
    async with between(http, servers, tmp_path) as (ends, context):
        left = await copy(ends, context)

        assert [(bad, FAILED)] == [(one.cid, one.why) for one in left]
        assert 3 == servers.asked[bad]
        assert bad not in servers.got


async def test_one_that_a_server_stumbles_over_holds_up_no_other(
    http: Http,  # noqa: F811
    tmp_path: Path,
) -> None:
    """All others arrive; it can be tried anew."""
    servers = TwoServers(*CONTENTS[:5])
    bad = servers.wants[2]
    servers.meddle = lambda method, params, body: (
        refusal(502, "BadGateway") if params.get("cid") == bad else None
    )
    async with between(http, servers, tmp_path) as (ends, context):
        left = await copy(ends, context)

        assert [(bad, FAILED)] == [(one.cid, one.why) for one in left]
        assert 4 == len(servers.got)
        servers.meddle = lambda method, params, body: None
        assert [] == await copy(ends, context, anew=True)


async def test_a_server_in_trouble_is_not_taken_for_bad_files(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """It is told, and all can be tried again."""
    servers = TwoServers(*CONTENTS)
    servers.meddle = lambda method, params, body: (
        refusal(502, "BadGateway") if method == "getBlob" else None
    )
    async with between(http, servers, tmp_path) as (ends, context):
        with pytest.raises(Unreachable):
            await copy(ends, context)

        servers.meddle = lambda method, params, body: None
        assert [] == await copy(ends, context)


async def test_a_days_limit_is_told_with_its_end(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """A day away, not a minute; what is there stays there."""
    servers = TwoServers(*CONTENTS)
    end = int(time.time()) + 70_000

    def limit(method: str, params: dict[str, str], body: bytes) -> bytes | None:
        if method != "uploadBlob" or len(servers.got) < 10:
            return None
        return refusal(429, "RateLimitExceeded", RateLimit_Reset=str(end))

    servers.meddle = limit
    async with between(http, servers, tmp_path) as (ends, context):
        with pytest.raises(RateLimited) as caught:
            await copy(ends, context)

        assert datetime.fromtimestamp(end, UTC) == caught.value.until
        assert 10 == len(servers.got)


@pytest.mark.parametrize(
    ("no", "why"),
    [
        (refusal(413, "PayloadTooLarge", "request entity too large"), TOO_LARGE),
        (refusal(400, "InvalidMimeType", "Referenced Mimetype does not match"), REFUSED),
    ],
)
async def test_what_the_new_server_does_not_take_is_named(
    http: Http,  # noqa: F811
    tmp_path: Path,
    no: bytes,
    why: str,
) -> None:
    """And why."""
    servers = TwoServers(*CONTENTS[:3])
    bad = CONTENTS[1]
    servers.meddle = lambda method, params, body: no if body == bad else None
    async with between(http, servers, tmp_path) as (ends, context):
        left = await copy(ends, context)

        assert [(cid_of(bad), why)] == [(one.cid, one.why) for one in left]


async def test_a_server_that_takes_and_does_not_keep_ends_it(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """No endless round."""
    servers = TwoServers(*CONTENTS[:2])

    def forget(method: str, params: dict[str, str], body: bytes) -> bytes | None:
        servers.got.clear()
        return None

    servers.meddle = forget
    async with between(http, servers, tmp_path) as (ends, context):
        left = await copy(ends, context)

        assert [REFUSED] * 2 == [one.why for one in left]


async def test_a_server_that_keeps_another_file_is_not_believed(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """It says which one it kept."""
    servers = TwoServers(*CONTENTS[:1])
    servers.meddle = lambda method, params, body: (
        answer(200, b'{"blob":{"ref":{"$link":"bafyother"}}}') if method == "uploadBlob" else None
    )
    async with between(http, servers, tmp_path) as (ends, context):
        with pytest.raises(Malformed, match="another file"):
            await copy(ends, context)


async def test_what_a_backup_has_is_not_fetched(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """Unless it is damaged there; and with that, no old server is needed."""
    servers = TwoServers(*CONTENTS[:4])
    backup = tmp_path / "backup"
    backup.mkdir()
    for cid, content in servers.has.items():
        (backup / cid).write_bytes(content)
    damaged = servers.wants[3]
    (backup / damaged).write_bytes(b"x")
    async with between(http, servers, tmp_path) as (ends, context):
        assert [] == await copy(ends, context, backup)

        assert 1 == servers.asked["getBlob"]
        assert 1 == servers.asked[damaged]


async def test_where_the_old_server_is_gone_the_rest_is_lost(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """Said for each file, instead of waiting for ever."""
    servers = TwoServers(*CONTENTS[:3])
    backup = tmp_path / "backup"
    backup.mkdir()
    (backup / servers.wants[0]).write_bytes(CONTENTS[0])
    servers.meddle = lambda method, params, body: (
        refusal(502, "BadGateway") if method == "getBlob" else None
    )
    async with between(http, servers, tmp_path) as (ends, context):
        left = await copy(ends, context, backup, gone=True)

        assert [DEAD] * 2 == [one.why for one in left]
        assert [servers.wants[0]] == list(servers.got)


async def test_an_interruption_repeats_at_most_what_was_on_its_way(
    http: Http,  # noqa: F811
    tmp_path: Path,
) -> None:
    """Cut off at any moment."""
    servers = TwoServers(*CONTENTS)
    async with between(http, servers, tmp_path) as (ends, context):
        running = asyncio.ensure_future(copy(ends, context))
        while len(servers.got) < 12:
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

        assert [] == await copy(ends, context)

        twice = [cid for cid in servers.has if servers.asked[cid] > 1]
        assert len(twice) <= AT_ONCE


async def test_many_pages_are_read_to_their_end(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """Of what is missing."""
    servers = TwoServers(*CONTENTS)
    servers.page = 7
    async with between(http, servers, tmp_path) as (ends, context):
        assert [] == await copy(ends, context)

        assert len(servers.got) == 30


async def test_a_list_in_circles_is_refused(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """The same cursor again."""
    servers = TwoServers(*CONTENTS[:1])
    page = b'{"blobs":[{"cid":"bafyx"}],"cursor":"again"}'
    servers.meddle = lambda method, params, body: (
        answer(200, page) if method == "listMissingBlobs" else None
    )
    async with between(http, servers, tmp_path) as (ends, context):
        with pytest.raises(Malformed, match="circles"):
            await copy(ends, context)
