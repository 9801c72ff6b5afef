"""
Files from one server to another: ours (listed, hashed, compared, written down) against a
bare ``httpx`` loop with as many at once that gets and sends and checks nothing.

``python -m tests.bench.bench_move_files``
Budget: >= 0.8 x bare, 1 000 files of 200 kB.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpx
import msgspec

from app.portability.atproto.blob_copy import AT_ONCE, BlobSource, copy_missing
from app.portability.atproto.download import RepoSource
from app.portability.atproto.ends import Ends
from app.portability.atproto.exports import FileFacts
from app.portability.atproto.plc_client import PlcClient
from app.portability.ledger import FileLedger
from app.portability.plan import Place, Plan, Progress
from app.portability.step import StepContext
from app.protocols.bluesky.dagcbor import cid_of_bytes
from app.protocols.http import Http
from tests.bench.measure import say

FILES, SIZE, RUNS = 1_000, 200_000, 3
DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"

SERVER = """
import asyncio, hashlib, json, sys, urllib.parse
sys.path.insert(0, sys.argv[1])
from app.protocols.bluesky.dagcbor import cid_of_bytes
COUNT, SIZE = int(sys.argv[2]), int(sys.argv[3])
def content(n): return (b"%08d" % n) * (SIZE // 8)
FILES = {cid_of_bytes(hashlib.sha256(content(n)).digest()): n for n in range(COUNT)}
got = set()
async def talk(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            target = head.split(b" ", 2)[1].decode()
            length = next((int(l.split(b":")[1]) for l in head.split(b"\\r\\n") if l.lower().startswith(b"content-length:")), 0)
            body = await reader.readexactly(length) if length else b""
            path, _, query = target.partition("?")
            params = dict(urllib.parse.parse_qsl(query))
            kind = b"application/json"
            if path.endswith("getBlob"):
                answer, kind = content(FILES[params["cid"]]), b"image/png"
            elif path.endswith("uploadBlob"):
                cid = cid_of_bytes(hashlib.sha256(body).digest())
                got.add(cid)
                answer = json.dumps({"blob": {"ref": {"$link": cid}}}).encode()
            elif path.endswith("listMissingBlobs"):
                after = params.get("cursor", "")
                page = sorted(c for c in FILES if c not in got and c > after)[: int(params["limit"])]
                answer = json.dumps({"blobs": [{"cid": c, "recordUri": "x"} for c in page], **({"cursor": page[-1]} if page else {})}).encode()
            elif path.endswith("reset"):
                got.clear(); answer = b"{}"
            else:
                answer = json.dumps({"did": sys.argv[4], "accessJwt": "a", "refreshJwt": "r"}).encode()
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: %s\\r\\nContent-Length: %d\\r\\n\\r\\n" % (kind, len(answer)) + answer)
            await writer.drain()
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
def server() -> Iterator[str]:
    """Both servers at once, in a process of their own; the origin."""
    root = str(Path(__file__).resolve().parent.parent.parent)
    command = [sys.executable, "-c", SERVER, root, str(FILES), str(SIZE), DID]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


class Bare:
    """What a step gets, with nobody who looks."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.answers = {"old_password": "p" * 12, "new_password": "p" * 12}
        self.kept: dict[str, object] = {}
        self._ledger = FileLedger(folder / "ledger.jsonl")

    def ledger(self, name: str) -> FileLedger:
        """The only one."""
        return self._ledger

    def progress(self, progress: Progress) -> None:
        """Nobody looks."""


def names() -> dict[str, FileFacts]:
    """What records would say of the files."""
    contents = ((b"%08d" % n) * (SIZE // 8) for n in range(FILES))
    cids = (cid_of_bytes(hashlib.sha256(content).digest()) for content in contents)
    return {cid: FileFacts(SIZE, "image/png") for cid in cids}


async def ours(origin: str, folder: Path) -> float:
    """Seconds for the step's own way."""
    http = Http(user_agent="bench")
    place = Place(network="bluesky", server=origin, did=DID)
    plan = Plan(
        id="x", route="atproto", source=place, target=place, created_at=datetime.now(UTC), steps=()
    )
    (folder / "files.json").write_bytes(msgspec.json.encode(names()))
    context = Bare(plan, folder)
    ends = Ends(plan, http, PlcClient(http))
    source = BlobSource(RepoSource(http, origin, DID))
    await ends.new(cast(StepContext, context))
    began = time.perf_counter()
    left = await copy_missing(ends, cast(StepContext, context), source)
    took = time.perf_counter() - began
    assert not left
    await http.close()
    return took


async def theirs(origin: str) -> float:
    """Seconds for the reference."""
    began = time.perf_counter()
    async with httpx.AsyncClient(timeout=60) as client:
        queue = iter(names())

        async def work() -> None:
            for cid in queue:
                got = await client.get(
                    f"{origin}/xrpc/com.atproto.sync.getBlob", params={"did": DID, "cid": cid}
                )
                await client.post(
                    f"{origin}/xrpc/com.atproto.repo.uploadBlob",
                    content=got.content,
                    headers={"content-type": got.headers["content-type"]},
                )

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return time.perf_counter() - began


async def main() -> None:
    """One table."""
    mine, bare = [], []
    with server() as origin, tempfile.TemporaryDirectory() as folder:
        async with httpx.AsyncClient() as client:
            for run in range(RUNS):
                await client.post(f"{origin}/reset")
                bare.append(await theirs(origin))
                await client.post(f"{origin}/reset")
                place = Path(folder) / str(run)
                place.mkdir()
                mine.append(await ours(origin, place))
    share = min(bare) / min(mine)
    print(f"  {FILES} files of {SIZE // 1000} kB, {AT_ONCE} at once")
    say("copied", min(mine), "s", min(bare))
    say("  of a bare loop's speed", share, "", budget=">= 0.80", met=share >= 0.8)


if __name__ == "__main__":
    asyncio.run(main())
