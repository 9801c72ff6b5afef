"""What the acts of a move work with, in tests: a context in memory, two small servers."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from app.portability.atproto.ends import Ends
from app.portability.atproto.exports import FileFacts
from app.portability.atproto.plc_client import PlcClient
from app.portability.ledger import FileLedger
from app.portability.plan import Place, Plan, Progress
from app.protocols.bluesky.dagcbor import cid_of_bytes
from app.protocols.http import Http
from tests.unit.protocols.wire import Asked, answer, serving

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def cid_of(content: bytes) -> str:
    """How a file is called."""
    return cid_of_bytes(hashlib.sha256(content).digest())


class MemoryContext:
    """A ``StepContext`` of one test."""

    def __init__(self, plan: Plan, folder: Path, **answers: str) -> None:
        self.plan, self.folder = plan, folder
        self.answers: dict[str, str] = {"old_password": "p" * 9, "new_password": "q" * 9, **answers}
        self.kept: dict[str, Any] = {}
        self.said: list[str] = []
        self.seen: list[Progress] = []
        self.outcome = ""

    def keep(self, **values: Any) -> None:
        """Keep them."""
        self.kept |= values

    def ledger(self, name: str) -> FileLedger:
        """As it was left."""
        return FileLedger(self.folder / f"ledger-{name}.jsonl")

    def say(self, text: str, tone: str = "plain") -> None:
        """Note it."""
        self.said.append(text)

    def result(self, text: str) -> None:
        """Note it."""
        self.outcome = text

    def progress(self, progress: Progress) -> None:
        """Note it."""
        self.seen.append(progress)

    def now(self) -> datetime:
        """Always noon."""
        return NOW

    async def wait(self, seconds: float) -> None:
        """No test waits."""


Meddle = Callable[[str, dict[str, str], bytes], bytes | None]


class TwoServers:
    """
    The old and the new server of one account, with files.

    Attributes:
        has: The old server's files, by CID.
        wants: What the new server lacks, in its order.
        got: What it was sent, with the type that was said.
        asked: How often each method, and each file, was asked for.
        meddle: May answer in their stead.
        page: Entries of a page of missing files.
    """

    def __init__(self, *contents: bytes) -> None:
        self.has = {cid_of(content): content for content in contents}
        self.wants = list(self.has)
        self.got: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.meddle: Meddle = lambda method, params, body: None
        self.page = 1000
        self.origins = ("", "")

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        url = urlsplit(asked.target)
        method = url.path.rpartition(".")[2]
        params = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked[method] += 1
        self.asked[params.get("cid", "")] += 1
        meddled = self.meddle(method, params, asked.body)
        writer.write(meddled or self._answer(method, params, asked))

    def _answer(self, method: str, params: dict[str, str], asked: Asked) -> bytes:
        match method:
            case "getBlob" if params["cid"] in self.has:
                return answer(200, self.has[params["cid"]], content_type="image/png; x=y")
            case "getBlob":
                return refusal(400, "InvalidRequest", "Blob not found")
            case "uploadBlob":
                cid = cid_of(asked.body)
                self.got[cid] = asked.headers["content-type"]
                return told({"blob": {"ref": {"$link": cid}}})
            case "listMissingBlobs":
                left = [c for c in self.wants if c not in self.got]
                left = left[int(params.get("cursor", "0")) :]
                page = [{"cid": c, "recordUri": f"at://{c[-3:]}"} for c in left[: self.page]]
                after = int(params.get("cursor", "0")) + len(page)
                more = {"cursor": str(after)} if len(left) > len(page) else {}
                return told({"blobs": page, **more})
        return told({"did": DID, "accessJwt": "a", "refreshJwt": "r", "handle": "ana.test"})


def told(body: dict[str, Any], status: int = 200) -> bytes:
    """A whole answer."""
    return answer(status, json.dumps(body).encode(), content_type="application/json")


def refusal(status: int, error: str, message: str = "", **headers: str) -> bytes:
    """A whole no."""
    body = json.dumps({"error": error, "message": message}).encode()
    return answer(status, body, content_type="application/json", **headers)


@asynccontextmanager
async def between(
    http: Http, servers: TwoServers, folder: Path, **answers: str
) -> AsyncIterator[tuple[Ends, MemoryContext]]:
    """Both ends and a context, with what records say of the files."""
    async with serving(servers.respond) as old, serving(servers.respond) as new:
        servers.origins = (old.origin, new.origin)
        plan = Plan(
            id="p",
            route="atproto",
            source=Place(network="bluesky", server=old.origin, did=DID, handle="ana.test"),
            target=Place(network="bluesky", server=new.origin),
            created_at=NOW,
            steps=(),
        )
        facts = {c: FileFacts(len(b), "image/webp") for c, b in servers.has.items()}
        (folder / "files.json").write_bytes(msgspec.json.encode(facts))
        yield Ends(plan, http, PlcClient(http, old.origin)), MemoryContext(plan, folder, **answers)
