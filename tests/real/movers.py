"""People on the real network who move house, their mail, and a look at them from outside."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import struct
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from app.model.errors import ServiceError, Unreachable
from app.portability.atproto.backup import Backup
from app.portability.atproto.download import RepoSource
from app.portability.atproto.guest import service_token
from app.portability.atproto.host import Host
from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.plc import Service, operation_from_data, signed
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.recovery_key import OwnKey
from app.portability.atproto.route import AtRoute
from app.portability.atproto.session import Session
from app.portability.atproto.standing import moved_document
from app.portability.moves import Moves
from app.portability.patience import Patience
from app.portability.plan import MoveStatus, Plan
from app.portability.step import Listener
from app.protocols.http import Http, Reply
from app.protocols.net.call import Call
from app.protocols.safety import Link
from app.services.clock import SystemClock
from tests.rigs.run import Rig, catch_up

PASSWORD, NEW_PASSWORD = "rig-password", "another-rig-password"
PATIENCE = Patience(tries=3, wait=timedelta(seconds=20), watch=False)
Json = dict[str, Any]


def call(
    pds: str, method: str, body: Any = None, *, token: str = "", mime: str = "", **params: Any
) -> Any:
    """A question from outside; POST with a *body* (or with ``...``: without any)."""
    query = f"?{urlencode(params)}" if params else ""
    data, headers = None, {}
    if isinstance(body, bytes):
        data, headers["content-type"] = body, mime
    elif body is ...:
        data = b""
    elif body is not None:
        data, headers["content-type"] = json.dumps(body).encode(), "application/json"
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{pds}/xrpc/{method}{query}", data, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = answer.read()
    is_json = "json" in (answer.headers["content-type"] or "")
    return json.loads(content) if is_json else content


def look(url: str) -> Any:
    """JSON at *url*."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def picture(colour: int, pad: int = 0) -> bytes:
    """A small PNG, different for each *colour*; *pad* bytes longer."""
    raw = b"".join(b"\0" + bytes([colour % 256, 90, colour // 256 % 256]) * 8 for _ in range(8))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    more = chunk(b"tEXt", b"pad\0" + b"x" * pad) if pad else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + more
        + chunk(b"IDAT", zlib.compress(raw))
        + chunk(b"IEND", b"")
    )


class Resident:
    """Somebody who lives at one server of the rig, and what they own."""

    def __init__(self, rig: Rig, name: str, did: str, token: str) -> None:
        self.rig, self.name, self.did, self.token = rig, name, did, token
        self.home = rig["pds"][0]

    @property
    def email(self) -> str:
        """Where mail goes."""
        return f"{self.name}@example.com"

    def write(self, collection: str, record: Json, key: str = "") -> Json:
        """Write a record at the server where the token is good."""
        body: Json = {"repo": self.did, "collection": collection}
        body["record"] = {"$type": collection, "createdAt": "2026-01-01T00:00:00.000Z", **record}
        if key:
            body["rkey"] = key
        return call(self.home, "com.atproto.repo.createRecord", body, token=self.token)

    def post(self, text: str, **more: Any) -> Json:
        """A post."""
        return self.write("app.bsky.feed.post", {"text": text, **more})

    def upload(self, content: bytes) -> Json:
        """A file."""
        method = "com.atproto.repo.uploadBlob"
        return call(self.home, method, content, mime="image/png", token=self.token)["blob"]

    def post_picture(self, colour: int, pad: int = 0) -> Json:
        """A post with a picture."""
        image = {"image": self.upload(picture(colour, pad)), "alt": f"Colour {colour}"}
        return self.post(
            f"Picture {colour}", embed={"$type": "app.bsky.embed.images", "images": [image]}
        )

    def sign_in(self, pds: str, password: str) -> None:
        """Go on writing at *pds*."""
        method, body = "com.atproto.server.createSession", {"identifier": self.did}
        self.token = call(pds, method, {**body, "password": password})["accessJwt"]
        self.home = pds


def resident(rig: Rig, *, settled: bool = True) -> Resident:
    """Somebody new at the first server; *settled*: with a life of some length."""
    name = f"m{secrets.token_hex(5)}"
    body = {"handle": f"{name}.pds-a.test", "email": f"{name}@example.com", "password": PASSWORD}
    made = call(rig["pds"][0], "com.atproto.server.createAccount", body)
    one = Resident(rig, name, made["did"], made["accessJwt"])
    if settled:
        _settle(one)
    return one


def _settle(one: Resident) -> None:
    avatar = one.upload(picture(1))
    one.write("app.bsky.actor.profile", {"displayName": "Mover", "avatar": avatar}, "self")
    first = one.post("The first")
    for number in range(5):
        one.post(f"Post {number} 👩🏽‍🔬")
    for colour in (10, 20, 300):
        one.post_picture(colour)
    one.write("app.bsky.feed.like", {"subject": first})
    others = [a["did"] for a in one.rig["accounts"][1:4]]
    for did in others:
        one.write("app.bsky.graph.follow", {"subject": did})
    made = one.write(
        "app.bsky.graph.list", {"name": "Friends", "purpose": "app.bsky.graph.defs#curatelist"}
    )
    one.write("app.bsky.graph.listitem", {"subject": others[0], "list": made["uri"]})
    one.write("app.bsky.graph.block", {"subject": one.rig["accounts"][4]["did"]})
    one.write("com.example.notes", {"note": "of another app"})
    preferences = [
        {"$type": "app.bsky.actor.defs#adultContentPref", "enabled": False},
        {
            "$type": "app.bsky.actor.defs#personalDetailsPref",
            "birthDate": "1990-05-05T00:00:00.000Z",
        },
    ]
    method = "app.bsky.actor.putPreferences"
    call(one.home, method, {"preferences": preferences}, token=one.token)


class Mover:
    """
    Moves somebody, answering what is asked as a person would.

    Args:
        says: Answers; the others are known: passwords, and the newest mailed code.
    """

    def __init__(self, http: Http, profile: Path, who: Resident, **says: str) -> None:
        self.who, self.rig, self.profile = who, who.rig, profile
        self.says: dict[str, str] = {
            "old_password": PASSWORD,
            "new_password": NEW_PASSWORD,
            "own_key": "make",
            "own_key_file": str(profile.parent / f"{who.name}.key"),
            "email": f"new-{who.name}@example.com",
            "handle": who.name,
            "new_account": "leave",
            "written_since": "bring",
            **says,
        }
        self.route = AtRoute(http, plc=self.rig["plc"], appview=self.rig["appview"] or "")
        self.moves = Moves(profile, lambda: [self.route], SystemClock(), chance=lambda: 0.0)
        self.listener: Listener | None = None
        self.asked: list[str] = []
        self.texts: list[str] = []

    async def plan(self, target: int = 1, **options: str) -> Plan:
        """A plan to move to one of the two servers."""
        origin = self.rig["pds"][target]
        given = {"pds": self.rig["pds"][1 - target], **options}
        return await self.moves.plan(self.who.did, origin, given)

    async def run(self, plan: Plan, *, until: str = "", tries: int = 20) -> MoveStatus:
        """Run it to the end, or until something is asked that nobody can answer."""
        return await self._answering(
            lambda answers: self.moves.run(
                plan.id,
                answers,
                until=until,
                listener=self.listener,
                patience=PATIENCE,
            ),
            tries,
        )

    async def undo(self, plan: Plan, tries: int = 20) -> MoveStatus:
        """Take it back."""
        return await self._answering(
            lambda answers: self.moves.undo(
                plan.id,
                answers,
                listener=self.listener,
                patience=PATIENCE,
            ),
            tries,
        )

    async def _answering(self, go: Callable[[dict[str, str]], Any], tries: int) -> MoveStatus:
        answers: dict[str, str] = {}
        status: MoveStatus | None = None
        for _ in range(tries):
            status = await go(answers)
            self.texts.append(status.error)
            if status.state != "waiting" or not status.needs:
                return status
            answers = {}
            for need in status.needs:
                self.asked.append(need.key)
                said = await self._said(need.key)
                if said is None:
                    return status
                answers[need.key] = said
        assert status is not None
        return status

    async def _said(self, key: str) -> str | None:
        if key in self.says:
            return self.says[key]
        if key.endswith("_code"):
            new = self.says["email"]
            addresses = {"undo_code": new, "removal_code": new}
            return await asyncio.to_thread(
                newest_code, self.rig, addresses.get(key, self.who.email)
            )
        return None


def newest_code(rig: Rig, email: str) -> str:
    """The code in the newest mail to *email*."""
    mails = look(f"{rig['control']}/rig/mail?to={quote(email)}")["mails"]
    return str(mails[-1]["token"])


def plc_data(rig: Rig, did: str) -> Json:
    """What the directory says now."""
    return dict(look(f"{rig['plc']}/{did}/data"))


def repo_status(pds: str, did: str) -> Json | None:
    """How a server has the account; None: not at all."""
    try:
        return dict(call(pds, "com.atproto.sync.getRepoStatus", did=did))
    except urllib.error.HTTPError:
        return None


def records(pds: str, did: str) -> dict[str, Any]:
    """Everything that a server shows of an account, by address."""
    found: dict[str, Any] = {}
    described = call(pds, "com.atproto.repo.describeRepo", repo=did)
    for collection in described["collections"]:
        page = call(pds, "com.atproto.repo.listRecords", repo=did, collection=collection, limit=100)
        found |= {one["uri"]: one["cid"] for one in page["records"]}
    return found


def blobs(pds: str, did: str) -> dict[str, int]:
    """Every file that a server holds of an account, with its size as it is handed out."""
    names = call(pds, "com.atproto.sync.listBlobs", did=did, limit=500)["cids"]
    return {cid: len(call(pds, "com.atproto.sync.getBlob", did=did, cid=cid)) for cid in names}


class Trouble(Http):
    """
    The door to the network, with troubles on the way.

    *faults*: asked with verb and address of each request, in turn; the first that
    answers something decides: a reply, or an error to raise. None passes. *lose*: origin
    and a part of the address of the one request that is carried out without an answer.
    """

    def __init__(self) -> None:
        super().__init__(user_agent="Godwit (tests)")
        self.faults: list[Callable[[str, str], Reply | ServiceError | None]] = []
        self.lose = ("", "")

    async def _exchange(self, call: Call, link: Link) -> Reply:
        for fault in self.faults:
            answer = fault(call.method, link.url)
            if isinstance(answer, Reply):
                return answer
            if answer is not None:
                raise answer
        reply = await super()._exchange(call, link)
        origin, part = self.lose
        if part and part in link.url and link.url.startswith(origin):
            self.lose = ("", "")
            lost = Unreachable("The answer was lost.")
            lost.sent = True
            raise lost
        return reply


def refusal(status: int, name: str, message: str = "", **headers: str) -> Reply:
    """What a server says when it says no."""
    body = json.dumps({"error": name, "message": message}).encode()
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Reply(status, named, body, "http://localhost/")


async def back_up(http: Http, who: Resident, folder: Path) -> None:
    """A backup of all that somebody owns, with the whole sign-in."""
    host = Host(http, who.home, typed=True)
    session = Session(host, who.did)
    handle = f"{who.name}.pds-a.test"
    await session.sign_in(PASSWORD, name=handle)
    source = RepoSource(http, who.home, who.did, own=session, plc=who.rig["plc"])
    report = await Backup(source, folder, handle, media=True, now=lambda: datetime.now(UTC)).run()
    # No backup asks a domain on loopback for its document: then no key is known.
    unsigned = who.did.startswith("did:web:localhost") and "no key known" == report.signature
    assert report.ok or (unsigned and not report.bad and not report.missing), report


def take_down(rig: Rig, did: str) -> None:
    """The people who run the first server shut somebody out."""
    body = {
        "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": did},
        "takedown": {"applied": True, "ref": "test"},
    }
    name = base64.b64encode(f"admin:{rig['adminPassword']}".encode()).decode()
    request = urllib.request.Request(
        f"{rig['pds'][0]}/xrpc/com.atproto.admin.updateSubjectStatus",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": f"Basic {name}"},
    )
    with urllib.request.urlopen(request, timeout=30):
        return


class Domain:
    """A domain of one's own, on loopback: serves the document of a ``did:web``."""

    def __init__(self) -> None:
        self.document: Json = {}
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(outer.document).encode()
                self.send_response(200 if self.path == "/.well-known/did.json" else 404)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.did = f"did:web:localhost%3A{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def says(self, key: str, pds: str, handle: str) -> None:
        """Put a document there, with something in it that is nobody else's business."""
        document = {
            "id": self.did,
            "service": [{"id": "#blog", "type": "B", "serviceEndpoint": "x"}],
        }
        self.document = moved_document(self.did, document, pds=pds, signing_key=key, handle=handle)

    def close(self) -> None:
        """No longer."""
        self._server.shutdown()
        self._server.server_close()


def web_resident(rig: Rig, domain: Domain) -> Resident:
    """Somebody at the first server whose identity is a file at a domain."""
    pds, name = rig["pds"][0], f"w{secrets.token_hex(5)}"
    handle = f"{name}.pds-a.test"
    key = PrivateKey.generate()
    domain.says(key.public.did_key, pds, handle)
    token = service_token(key, domain.did, rig["pdsDids"][0], int(time.time()))
    body = {"did": domain.did, "handle": handle, "email": f"{name}@example.com"}
    made = call(
        pds, "com.atproto.server.createAccount", {**body, "password": PASSWORD}, token=token
    )
    one = Resident(rig, name, domain.did, made["accessJwt"])
    method = "com.atproto.identity.getRecommendedDidCredentials"
    wanted = call(pds, method, token=one.token)
    domain.says(wanted["verificationMethods"]["atproto"], pds, handle)
    call(pds, "com.atproto.server.activateAccount", ..., token=one.token)
    one.post("From a domain of my own")
    one.post_picture(5)
    return one


async def throw_out(http: Http, who: Resident, pds: str, own: str, email: str) -> None:
    """The server at *pds* takes the key *own* out of somebody's identity."""
    session = Session(Host(http, pds, typed=True), who.did)
    await session.sign_in(NEW_PASSWORD)
    await session.post("com.atproto.identity.requestPlcOperationSignature", why="test")
    keys = [key for key in plc_data(who.rig, who.did)["rotationKeys"] if key != own]
    body = {"token": newest_code(who.rig, email), "rotationKeys": keys}
    signed = await session.post("com.atproto.identity.signPlcOperation", body, why="test")
    await session.post("com.atproto.identity.submitPlcOperation", json.loads(signed), why="test")


def seen(rig: Rig, did: str) -> Json:
    """An account as everybody sees it in the network's own view, pictures looked at."""
    catch_up(rig)
    profile = call(rig["appview"], "app.bsky.actor.getProfile", actor=did)
    feed = call(rig["appview"], "app.bsky.feed.getAuthorFeed", actor=did, limit=50)["feed"]
    counts = {name: profile[name] for name in ("postsCount", "followersCount", "followsCount")}
    pictures = [
        image["fullsize"]
        for item in feed
        for image in item["post"].get("embed", {}).get("images", ())
    ]
    sizes = []
    for url in (profile["avatar"], *pictures) if "avatar" in profile else pictures:
        with urllib.request.urlopen(url, timeout=30) as answer:
            sizes.append(len(answer.read()))
    return {**counts, "posts": [item["post"]["uri"] for item in feed], "pictures": len(sizes)}


async def decorate(http: Http, rig: Rig, did: str, key: OwnKey, second: str) -> None:
    """Put into an identity what a move must not lose: a second key, a bridge, a labeler."""
    plc = PlcClient(http, rig["plc"])
    head = await plc.head(did)
    data = replace(
        head.data,
        rotation_keys=(key.public, second, *head.data.rotation_keys[1:]),
        also_known_as=(*head.data.also_known_as, "https://bridge.test/me"),
        verification_methods=head.data.verification_methods | {"atproto_label": second},
        services=head.data.services
        | {"atproto_labeler": Service("AtprotoLabeler", "https://labels.test")},
    )
    await plc.submit(did, signed(operation_from_data(data, head.cid), key.key))
