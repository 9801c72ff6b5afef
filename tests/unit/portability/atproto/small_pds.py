"""A server on loopback with one account: its repository, its files, its identity's history."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.portability.atproto.cids import text_of_cid
from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.plc import (
    PlcData,
    Service,
    cid_of,
    did_of,
    operation_from_data,
    signed,
)
from app.protocols.bluesky.dagcbor import cid_of_bytes
from app.protocols.bluesky.tids import tid
from app.protocols.http import Http, Reply
from app.protocols.net.call import Params
from app.protocols.net.download import Landing
from tests.repos import KEY, car, post, repo
from tests.unit.protocols.wire import Asked, Wire, answer, serving

HANDLE = "ana.example"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
_START = 1_764_000_000_000_000

Answer = tuple[int, bytes]


class SmallPds:
    """
    What the server has, and how it behaves. Also the directory of identities.

    Attributes:
        asked: How often each method was called, and each file asked for by its CID.
        home: Where the account lives, if not here.
        meddle: May answer in its stead: method and parameters → an answer, or None.
    """

    def __init__(self) -> None:
        genesis = signed(operation_from_data(_data(KEY), None), KEY)
        self.did = did_of(genesis)
        self._genesis = genesis
        self.records: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.changes = 0
        self.inactive = False
        self.asked: Counter[str] = Counter()
        self.meddle: Callable[[str, dict[str, str]], bytes | None] = lambda method, params: None
        self.origin = self.home = ""
        self._made: dict[tuple[str, ...], tuple[str, bytes]] = {}

    # ------------------------------------------------------------ its contents

    def add_post(self, text: str = "", **more: Any) -> str:
        """A post; its record key."""
        key = tid(_START + self.changes * 60_000_000, 0)
        day = f"2026-11-{1 + self.changes // 24:02}T{self.changes % 24:02}:00:00.000Z"
        self.records[f"app.bsky.feed.post/{key}"] = post(0, text) | {"createdAt": day} | more
        self.changes += 1
        return key

    def add_file(self, content: bytes) -> dict[str, Any]:
        """A file; how a record refers to it."""
        cid = cid_of_bytes(hashlib.sha256(content).digest())
        self.files[cid] = content
        size = len(content)
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/png", "size": size}

    def add_picture(self, content: bytes, alt: str = "") -> str:
        """A post with a picture; the picture's CID."""
        blob = self.add_file(content)
        image = {"alt": alt, "image": blob, "aspectRatio": {"width": 4, "height": 3}}
        self.add_post("A picture", embed={"$type": "app.bsky.embed.images", "images": [image]})
        return str(blob["ref"]["$link"])

    @property
    def rev(self) -> str:
        """Its revision now."""
        return tid(_START + 1_000_000_000_000 + self.changes * 1_000_000, 0)

    def repo(self) -> tuple[str, bytes]:
        """CID of the commit, and the CAR file."""
        # A signature is another each time: a server makes it once.
        state = (self.did, self.rev, *self.records)
        if state not in self._made:
            root, blocks = repo(self.records, did=self.did, rev=self.rev)
            self._made[state] = text_of_cid(root), car(root, blocks)
        return self._made[state]

    # ---------------------------------------------------------------- answering

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        url = urlsplit(asked.target)
        method = url.path.rpartition("/")[2]
        params = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked[method] += 1
        if "cid" in params:
            self.asked[params["cid"]] += 1
        meddled = self.meddle(method, params)
        if meddled is not None:
            writer.write(meddled)
            return
        if self.inactive and method.startswith("com.") and "authorization" not in asked.headers:
            writer.write(answer(400, b'{"error":"RepoDeactivated"}'))
            return
        writer.write(answer(*self.answer(method, params)))

    def answer(self, method: str, params: dict[str, str]) -> Answer:
        """What a good server says."""
        match method:
            case "com.atproto.sync.getLatestCommit":
                return 200, json.dumps({"cid": self.repo()[0], "rev": self.rev}).encode()
            case "com.atproto.sync.getRepo":
                return 200, self.repo()[1]
            case "com.atproto.sync.getBlob" if params["cid"] in self.files:
                return 200, self.files[params["cid"]]
            case "com.atproto.sync.getBlob":
                return 400, b'{"error":"InvalidRequest","message":"Blob not found"}'
            case "app.bsky.actor.getPreferences":
                return 200, b'{"preferences":[{"$type":"x#y","kept":[1,2.5,null]}]}'
            case "audit":
                return 200, json.dumps([self._entry()]).encode()
        home = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": self.home or self.origin,
        }
        names = [f"at://{HANDLE}"]
        document = {"id": self.did, "alsoKnownAs": names, "service": [home]}
        return 200, json.dumps(document).encode()

    def _entry(self) -> dict[str, Any]:
        return {
            "did": self.did,
            "operation": self._genesis,
            "cid": cid_of(self._genesis),
            "nullified": False,
            "createdAt": "2025-01-01T00:00:00.000Z",
        }


class Owner:
    """The account's own sign-in."""

    def __init__(self, http: Http, origin: str) -> None:
        self._http, self._origin = http, origin

    async def get(self, method: str, params: Params | None = None, *, why: str) -> bytes:
        """Ask a query."""
        url = f"{self._origin}/xrpc/{method}"
        reply = await self._http.request("GET", url, params=params, headers=_SIGNED_IN)
        assert reply.status == 200
        return reply.body

    async def download(
        self,
        method: str,
        params: Params,
        into: Landing,
        *,
        why: str,
        error: Callable[[Reply, str, str], Exception],
    ) -> None:
        """Ask a query whose answer is a file."""
        url = f"{self._origin}/xrpc/{method}"
        reply = await self._http.download(url, into=into, params=params, headers=_SIGNED_IN)
        if reply.status != 200:
            raise error(reply, self._origin, "")


@asynccontextmanager
async def running(pds: SmallPds) -> AsyncIterator[Wire]:
    """*pds*, to be asked."""
    async with serving(pds.respond) as wire:
        pds.origin = wire.origin
        yield wire


_SIGNED_IN = {"authorization": "Bearer secret-token-of-the-owner"}


def _data(key: PrivateKey) -> PlcData:
    text = key.public.did_key
    return PlcData(
        rotation_keys=(text,),
        verification_methods={"atproto": text},
        also_known_as=(f"at://{HANDLE}",),
        services={"atproto_pds": Service("AtprotoPersonalDataServer", "https://pds.example")},
    )
