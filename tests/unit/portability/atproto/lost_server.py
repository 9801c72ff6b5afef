"""A domain of one's own, a backup, and a new server that lets in whom the domain names."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.model.errors import Unreachable
from app.portability.atproto.cids import text_of_cid
from app.portability.atproto.keys import PrivateKey, document_key
from app.portability.atproto.route import AtRoute
from app.portability.moves import Moves
from app.portability.patience import Patience
from app.portability.plan import MoveStatus, Plan
from app.protocols.http import Http, Reply
from app.protocols.net.call import Call
from app.protocols.safety import Link
from app.services.clock import SystemClock
from tests.repos import KEY, car, post, repo
from tests.unit.portability.atproto.movings import cid_of

DOMAIN, DID = "ana.example.com", "did:web:ana.example.com"
OLD, NEW = "https://old.example.com", "https://new.example.com"
HOSTS_KEY = PrivateKey("p256", bytes([7]) * 32)
PICTURE = b"a picture"
AT_ONCE = Patience(tries=1, wait=timedelta(0), watch=False)
STEPS = (
    "look",
    "export",
    "move-key",
    "account",
    "import",
    "files",
    "preferences",
    "switch",
    "activate",
    "handle",
    "outside",
)


def lived() -> dict[str, Any]:
    """The document as it was, with what is nobody else's business."""
    method = {"type": "Multikey", "controller": DID, "publicKeyMultibase": KEY.public.multikey}
    home = {"type": "AtprotoPersonalDataServer", "serviceEndpoint": OLD}
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": DID,
        "alsoKnownAs": [f"at://{DOMAIN}", "https://bridge.example/ana"],
        "verificationMethod": [{"id": f"{DID}#atproto", **method}],
        "service": [{"id": "#atproto_pds", **home}, {"id": "#blog", "type": "Blog"}],
        "mine": {"kept": [1]},
    }


class World(Http):
    """
    The user's domain and the new server; the old one is gone.

    Attributes:
        served: What lies at the domain; None = nothing.
        stale: What the new server still takes for the document.
        asked: Methods of the new server that were called to change something.
    """

    def __init__(self) -> None:
        super().__init__(user_agent="test")
        self.served: bytes | None = json.dumps(lived()).encode()
        self.stale: bytes | None = None
        self.asked: list[str] = []
        self.account: dict[str, str] | None = None
        self.active = False
        self.brought = b""
        self.files: set[str] = set()
        self.preferences: list[Any] = []
        image = {"$type": "blob", "ref": {"$link": cid_of(PICTURE)}, "mimeType": "image/png"}
        images = [{"alt": "", "image": {**image, "size": len(PICTURE)}}]
        pictured = post(0) | {"embed": {"$type": "app.bsky.embed.images", "images": images}}
        records = {"app.bsky.feed.post/3l3qo2vutsw2b": pictured}
        root, blocks = repo(records, did=DID)
        self.commit, self.car = text_of_cid(root), car(root, blocks)

    def serve(self, document: Any) -> None:
        """The user puts it there."""
        self.served = json.dumps(document).encode()

    async def _exchange(self, call: Call, link: Link) -> Reply:
        if link.origin == OLD:
            raise Unreachable("old.example.com does not answer.")
        method = link.url.partition("?")[0].rpartition("/")[2]
        if link.host == DOMAIN:
            return Reply(200 if self.served else 404, {}, self.served or b"", link.url)
        if call.method == "POST":
            self.asked.append(method.rpartition(".")[2])
        body = call.payload.get("content") or b""
        if call.upload is not None:
            body = b"".join([piece async for piece in call.upload.pieces(lambda: None)])
        status, found = self._said(method, call, body)
        return Reply(status, {}, json.dumps(found).encode(), link.url)

    def _said(self, method: str, call: Call, body: bytes) -> tuple[int, Any]:
        session = {"did": DID, "handle": DOMAIN, "accessJwt": "a", "refreshJwt": "r"}
        match method.rpartition(".")[2]:
            case "describeServer":
                return 200, {"did": "did:web:new.example.com", "availableUserDomains": [".new"]}
            case "getRepoStatus" if self.account is None:
                return 400, {"error": "RepoNotFound"}
            case "getRepoStatus":
                return 200, {"did": DID, "active": self.active}
            case "createAccount":
                return self._let_in(call)
            case "createSession" | "getSession":
                return 200, session
            case "getRecommendedDidCredentials":
                home = {"type": "AtprotoPersonalDataServer", "endpoint": NEW}
                key = {"atproto": HOSTS_KEY.public.did_key}
                return 200, {"verificationMethods": key, "services": {"atproto_pds": home}}
            case "importRepo":
                self.brought = body
            case "uploadBlob":
                self.files.add(cid_of(body))
                return 200, {"blob": {"ref": {"$link": cid_of(body)}}}
            case "listMissingBlobs":
                lacks = self.brought and cid_of(PICTURE) not in self.files
                return 200, {"blobs": [{"cid": cid_of(PICTURE)}] if lacks else []}
            case "getPreferences":
                return 200, {"preferences": self.preferences}
            case "putPreferences":
                self.preferences = json.loads(body)["preferences"]
            case "checkAccountStatus":
                return 200, self._status()
            case "activateAccount":
                if not self._status()["validDid"]:
                    return 400, {"error": "InvalidRequest", "message": "DID document"}
                self.active = True
        return 200, {}

    def _let_in(self, call: Call) -> tuple[int, Any]:
        """As the reference server does: by the key that the document names."""
        token = call.headers["authorization"].removeprefix("Bearer ")
        _, claims, signature = token.split(".")
        told = json.loads(unpadded(claims))
        known = key_of(self.stale or self.served)
        if not known.verifies(token.rpartition(".")[0].encode(), unpadded(signature)):
            return 401, {"error": "BadJwtSignature"}
        assert (DID, "did:web:new.example.com") == (told["iss"], told["aud"])
        assert "com.atproto.server.createAccount" == told["lxm"]
        self.account = call.payload["json"]
        return 200, {"did": DID, "handle": DOMAIN, "accessJwt": "a", "refreshJwt": "r"}

    def _status(self) -> dict[str, Any]:
        document = json.loads(self.served or b"{}")
        homes = [s.get("serviceEndpoint") for s in document.get("service", ())]
        valid = NEW in homes and key_of(self.served) == HOSTS_KEY.public
        there = self.brought == self.car
        commit = self.commit if there else "bafyempty"
        return {"activated": self.active, "validDid": valid, "repoCommit": commit}


def key_of(document: bytes | None) -> Any:
    """The key that a document names."""
    (method,) = json.loads(document or b"{}")["verificationMethod"]
    return document_key(method["type"], method["publicKeyMultibase"])


def unpadded(text: str) -> bytes:
    """base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Rescue:
    """Moves the account, each time as a new process would; keys and files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.world, self.folder = World(), folder
        self.profile, self.key_file = folder / "profile", folder / "stick" / "move.key"
        self.profile.mkdir()
        backup = folder / "backup"
        (backup / f"{DOMAIN}_blobs").mkdir(parents=True)
        (backup / f"{DOMAIN}_blobs" / cid_of(PICTURE)).write_bytes(PICTURE)
        (backup / f"{DOMAIN}.20260101000000.car").write_bytes(self.world.car)
        (backup / "did.json").write_text(json.dumps(lived()))
        (backup / "preferences.json").write_text('[{"$type":"x#y","kept":1}]')
        self.answers = {
            "new_password": "a good password",
            "own_key_file": str(self.key_file),
            "email": "ana@example.com",
            "new_account": "leave",
        }

    def moves(self) -> Moves:
        """A new process."""
        return Moves(self.profile, lambda: [AtRoute(self.world)], SystemClock())

    async def plan(self) -> Plan:
        """From the backup."""
        return await self.moves().plan(str(self.folder / "backup"), NEW, {})

    async def run(self, plan: Plan, until: str = "") -> MoveStatus:
        """As far as it goes."""
        return await self.moves().run(plan.id, self.answers, until=until, patience=AT_ONCE)

    async def undo(self, plan: Plan) -> MoveStatus:
        """Likewise."""
        return await self.moves().undo(plan.id, self.answers, patience=AT_ONCE)

    async def to_switch(self) -> tuple[Plan, dict[str, Any]]:
        """With the key named: to where the second document is wanted."""
        plan = await self.plan()
        self.world.serve(page(await self.run(plan)))
        return plan, page(await self.run(plan))


def page(status: MoveStatus) -> dict[str, Any]:
    """The document that is asked for."""
    assert "waiting" == status.state, status.error
    (need,) = status.needs
    assert ("did_document", "page") == (need.key, need.kind)
    assert need.url == f"https://{DOMAIN}/.well-known/did.json"
    return dict(json.loads(need.copy))
