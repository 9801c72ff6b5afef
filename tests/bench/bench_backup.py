"""
Backups: downloading while verifying, an account that has not changed, files, browsing.

The reference of the first is a bare ``httpx`` download of the same bytes from the same
server, which sends them as fast as a line of 100 Mbit/s does (``--mbit``; 0: as fast as
this machine, where no verifying keeps up with a server that does nothing). With
``GODWIT_RIG_ATPROTO`` also from a real server. For files the reference is a bare loop
with as many at once that writes what comes and checks nothing.

``python -m tests.bench.bench_backup``
Budgets: download and verify >= 0.8 x bare; files >= 0.8 x bare; unchanged <= 100 ms and
one question; first page of 100 000 posts <= 50 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from app.portability.archive_browse import browse
from app.portability.archive_manifest import Manifest
from app.portability.atproto.archive import AtArchive
from app.portability.atproto.backup import Backup
from app.portability.atproto.blobs import AT_ONCE, BlobCopy, WantedBlob
from app.portability.atproto.browsing import AtPosts
from app.portability.atproto.checking import Checking
from app.portability.atproto.download import RepoSource
from app.portability.atproto.keys import KeySpan
from app.portability.atproto.manifest import Details
from app.protocols.http import Http
from app.protocols.net.download import Landing
from tests.bench.measure import say
from tests.repos import DID, KEY, REV, large_repo
from tests.unit.portability.atproto.small_pds import HANDLE, Owner, SmallPds, running

RUNS = 3
RECORDS, POSTS = 100_000, 100_000
FILES, FILE_BYTES = 1_000, 200_000

SERVER = """
import asyncio, hashlib, sys, time
path, rate, size = sys.argv[1], float(sys.argv[2]) * 125_000, int(sys.argv[3])
data = open(path, "rb").read() if path else b""
PIECE = 65_536
async def talk(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            target = head.split(b" ", 2)[1]
            body = data if b"getRepo" in target else (target.rpartition(b"=")[2] * size)[:size]
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body))
            began = time.perf_counter()
            for at in range(0, len(body), PIECE):
                writer.write(body[at : at + PIECE])
                await writer.drain()
                ahead = at / rate - (time.perf_counter() - began) if rate and body is data else 0
                if ahead > 0.005:
                    await asyncio.sleep(ahead)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def server(path: Path | str, mbit: float) -> Iterator[str]:
    """A server in a process of its own; its origin."""
    command = [sys.executable, "-c", SERVER, str(path), str(mbit), str(FILE_BYTES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


# ------------------------------------------------------------ download and verify


async def bare(client: httpx.AsyncClient, url: str, into: Path) -> float:
    """Seconds for the reference."""
    began = time.perf_counter()
    async with client.stream("GET", url) as reply:
        with into.open("wb") as file:
            async for piece in reply.aiter_bytes():
                file.write(piece)
    return time.perf_counter() - began


async def checked(http: Http, url: str, into: Path, key: str) -> float:
    """Seconds for ours: on the disk, hashed, every block, the tree, the signature."""
    began = time.perf_counter()
    checking = Checking("", (KeySpan(key),) if key else ())
    await http.download(url, into=Landing(into, most=10**10, also=checking))
    report = await asyncio.to_thread(checking.finish)
    assert not report.bad, report.bad
    return time.perf_counter() - began


async def compare(
    folder: Path, origin: str, did: str, key: str, name: str, *, counts: bool = True
) -> None:
    """One table. *counts*: the budget is for it."""
    url = f"{origin}/xrpc/com.atproto.sync.getRepo?did={did}"
    http, ours, theirs = Http(user_agent="bench"), [], []
    http.allow_private(origin)
    async with httpx.AsyncClient(timeout=600) as client:
        for _ in range(RUNS):
            theirs.append(await bare(client, url, folder / "bare.car"))
            ours.append(await checked(http, url, folder / "ours.car", key))
    await http.close()
    size = (folder / "bare.car").stat().st_size / 1e6
    share = min(theirs) / min(ours)
    print(f"  {name}: {size:.1f} MB")
    say("download and verify", min(ours), "s", min(theirs))
    budget = {"budget": ">= 0.80", "met": share >= 0.8} if counts else {}
    say("  of a bare download's speed", share, "", **budget)  # type: ignore[arg-type]


async def real_server(folder: Path) -> None:
    """The account with the most records on a rig that runs, if one does."""
    name = os.environ.get("GODWIT_RIG_ATPROTO")
    if not name:
        return
    rig = json.loads(Path(name).read_text("utf-8"))
    did = os.environ.get("GODWIT_BENCH_DID", rig["accounts"][0]["did"])
    await compare(folder, rig["pds"][0], did, "", "real server")


# -------------------------------------------------------------------------- files


async def files(folder: Path) -> None:
    """Copying many, against a loop that checks nothing."""
    from hashlib import sha256

    from app.protocols.bluesky.dagcbor import cid_of_bytes

    with server("", 0) as origin:
        wanted = []
        for number in range(FILES):
            # What the server makes of the last parameter is the file's content: here a
            # name that is no CID, so that both sides get the same bytes.
            name = f"{number:08}"
            content = (name.encode() * FILE_BYTES)[:FILE_BYTES]
            wanted.append((name, cid_of_bytes(sha256(content).digest())))
        theirs = min([await bare_loop(folder, origin, wanted) for _ in range(2)])
        ours = min([await our_loop(folder, origin, wanted, n) for n in range(2)])
    share = theirs / ours
    print(f"  {FILES} files of {FILE_BYTES // 1000} kB, {AT_ONCE} at once")
    say("copy files, each checked and on the disk", ours, "s", theirs)
    say("  of a bare loop's speed", share, "", budget=">= 0.80", met=share >= 0.8)


async def bare_loop(folder: Path, origin: str, wanted: list[tuple[str, str]]) -> float:
    """Seconds for the reference."""
    began = time.perf_counter()
    queue = iter(wanted)
    into = folder / "bare"
    into.mkdir(exist_ok=True)
    async with httpx.AsyncClient(timeout=600) as client:

        async def work() -> None:
            for name, cid in queue:
                reply = await client.get(f"{origin}/xrpc/getBlob?cid={name}")
                (into / cid).write_bytes(reply.content)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return time.perf_counter() - began


class Named(RepoSource):
    """Asks for files by the names that the bench's server knows."""

    names: dict[str, str]

    async def blob(self, cid: str, into: Landing) -> None:
        """One file."""
        await super().blob(self.names[cid], into)


async def our_loop(folder: Path, origin: str, wanted: list[tuple[str, str]], number: int) -> float:
    """Seconds for ours."""
    http = Http(user_agent="bench")
    http.allow_private(origin)
    source = Named(http, origin, DID)
    source.names = {cid: name for name, cid in wanted}
    into, scratch = folder / f"ours{number}", folder / f"scratch{number}"
    into.mkdir()
    scratch.mkdir()
    began = time.perf_counter()
    copied = await BlobCopy(source, into, scratch).run(
        [WantedBlob(cid, FILE_BYTES, "") for _, cid in wanted]
    )
    took = time.perf_counter() - began
    assert copied.kept == FILES, copied.absent[:3]
    await http.close()
    return took


# ---------------------------------------------------------------------- unchanged


async def unchanged(folder: Path) -> None:
    """A second run, of an account with a thousand files."""
    pds = SmallPds()
    for number in range(1_000):
        pds.add_picture(f"{number}".encode())
    http = Http(user_agent="bench")
    async with running(pds):
        owner = Owner(http, pds.origin)

        async def run() -> float:
            source = RepoSource(http, pds.origin, pds.did, own=owner, plc=pds.origin)
            backup = Backup(source, folder, HANDLE, media=True, now=lambda: datetime.now(UTC))
            pds.asked.clear()
            began = time.perf_counter()
            assert (await backup.run()).ok
            return time.perf_counter() - began

        await run()
        again = statistics.median([await run() for _ in range(5)]) * 1000
        asked = sum(pds.asked.values())
    await http.close()
    met = again <= 100 and asked == 1
    say("unchanged account", again, "ms", budget=f"<= 100 ms; questions: {asked}", met=met)


# ----------------------------------------------------------------------- browsing


async def browsing(folder: Path) -> None:
    """First page and searches, in an archive of 100 000 posts."""
    large_repo(folder / "posts.car", 2 * POSTS)
    now = datetime.now(UTC)
    manifest = Manifest(
        network="bluesky", account=DID, handle="ana.example", created_at=now, updated_at=now
    )
    details = Details(rev=REV, commit="", car="posts.car", blobs="blobs", papers_at=now)

    def opened() -> float:
        nonlocal shown
        began = time.perf_counter()
        posts = AtPosts(AtArchive(folder, manifest, details), now)
        shown = browse(folder / "profile", folder, manifest, posts, lambda progress: None)
        return time.perf_counter() - began

    shown = None
    say(f"look through {POSTS:,} posts, once", opened(), "s")
    assert shown is not None and shown.count == POSTS
    await shown.close()
    pages = []
    for _ in range(5):
        took = opened()
        began = time.perf_counter()
        page = await shown.page(50)
        pages.append((took + time.perf_counter() - began) * 1000)
    worst = max(pages)
    say("open and first page", worst, "ms", budget="<= 50 ms", met=worst <= 50)
    began = time.perf_counter()
    await shown.page(50, page.older)
    say("next page", (time.perf_counter() - began) * 1000, "ms")
    for words in ("godwit", "sea ice", '"without landing"'):
        began = time.perf_counter()
        await shown.search(words, 50)
        say(f"search {words}", (time.perf_counter() - began) * 1000, "ms")
    await shown.close()


async def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mbit", type=float, default=100.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key = large_repo(folder / "repo.car", RECORDS)
        assert key == KEY.public.did_key
        for mbit in dict.fromkeys((options.mbit, 0.0)):
            line = f"a line of {mbit:.0f} Mbit/s" if mbit else "this machine alone"
            with server(folder / "repo.car", mbit) as origin:
                what = f"{RECORDS:,} records over {line}"
                await compare(folder, origin, DID, key, what, counts=bool(mbit))
        await real_server(folder)
        await files(folder)
        await unchanged(folder / "archive")
        await browsing(folder)


if __name__ == "__main__":
    asyncio.run(main())
