"""What a PDS with an AppView behind it says, as far as reading one account goes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.bluesky_writing import Writing
from tests.contract.keeping import PreferenceShelf
from tests.contract.server import Answer, Asking, Route
from tests.contract.shelving import list_views
from tests.contract.showing import bluesky_answer
from tests.contract.telling import bluesky_telling
from tests.outside import OUTSIDE

TOKEN = "canary-access-bluesky-77aa"
REFRESH = "canary-refresh-bluesky-77bb"
DID = "did:plc:alicealicealicealicealic"
HANDLE = "alice.example.com"
_BEGIN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_CID = "bafyreifhrf3faojrzjfjroehemaerjpoin6wrusryfevvkcyae6foqjdzm"
Json = dict[str, Any]


def timeline(count: int = 75) -> list[Json]:
    """A home timeline, newest first: every shape once, then plain posts."""
    feed = [{"post": _post(count - n, n)} for n in range(count)]
    feed[3]["reason"] = _repost(3)
    feed[3]["post"] = _post(
        900, 400, did="did:plc:teunteunteunteunteunteun", handle="teun.example.com"
    )
    feed[4]["post"]["labels"] = [_label("graphic-media")]
    feed[5]["post"]["embed"] = _images()
    feed[6]["post"]["embed"] = {"$type": "app.bsky.embed.record#view", "record": _quoted()}
    feed[7]["post"]["embed"] = {
        "$type": "app.bsky.embed.record#view",
        "record": {
            "$type": "app.bsky.embed.record#viewNotFound",
            "uri": "at://did:plc:x/app.bsky.feed.post/1",
            "notFound": True,
        },
    }
    feed[8]["post"]["embed"] = {
        "$type": "app.bsky.embed.external#view",
        "external": {"uri": "https://almanac.example/t", "title": "Tides", "description": ""},
    }
    feed[9]["post"]["record"] |= _faceted("see 👩🏽‍🔬 almanac.example now")
    feed[10]["reply"] = {"root": feed[20]["post"], "parent": feed[20]["post"]}
    feed[10]["post"]["record"]["reply"] = {
        "root": {"uri": feed[20]["post"]["uri"], "cid": _CID},
        "parent": {"uri": feed[20]["post"]["uri"], "cid": _CID},
    }
    feed[11]["post"]["record"]["facets"] = [{"index": {"byteStart": 900, "byteEnd": -1}}]
    feed[12]["post"]["embed"] = {"$type": "app.bsky.embed.holodeck#view", "x": [1]}
    feed[13]["post"]["record"] |= {"langs": ["ja"], "text": "干潟の朝。", "x_unknown": {"deep": 1}}
    feed[14]["post"]["author"]["handle"] = "handle.invalid"
    # two records that nobody can read, and one that came in the same second
    feed[15]["post"]["record"] = []
    feed[16] = {"post": {"uri": 17}}
    feed[18]["post"]["indexedAt"] = feed[17]["post"]["indexedAt"]
    feed[18]["post"]["record"]["createdAt"] = feed[17]["post"]["indexedAt"]
    return feed


def recorded_timeline() -> list[Json]:
    """All timelines that were recorded, as one timeline."""
    assert OUTSIDE is not None
    found: dict[str, Json] = {}
    for path in sorted(
        (OUTSIDE / "recordings/atproto").glob("app.bsky.feed.get*Feed*.json")
    ) + sorted((OUTSIDE / "recordings/atproto").glob("app.bsky.feed.getTimeline*.json")):
        for item in json.loads(path.read_text("utf-8"))["body"].get("feed", []):
            if "Pin" not in item.get("reason", {}).get("$type", ""):
                found.setdefault(item["post"]["uri"] + _time(item), item)
    return sorted(found.values(), key=_time, reverse=True)


def writing() -> Writing:
    """An empty repo, and somebody else."""
    other = _author("did:plc:teunteunteunteunteunteun", "teun.example.com")
    return Writing(_author(DID, HANDLE), other)


def route(origin: str, feed: list[Json], written: Writing | None = None) -> Route:
    """
    Answers for one account with the access token ``TOKEN``.

    Args:
        written: What takes posts and reactions; None: nothing does.
    """
    gone: set[str] = set()
    preferences = PreferenceShelf()
    near = [_author(f"did:plc:{'near' * 5}abc{n}", f"near{n}.example.com") for n in range(2, 7)]

    def home(asking: Asking) -> Answer:
        limit = int(asking.query.get("limit", 50))
        begin = int(asking.query.get("cursor", "0::").split(":")[0])
        page = feed[begin : begin + limit]
        end = begin + limit
        more = {"cursor": f"{end}::opaque"} if end < len(feed) else {}
        return Answer({"feed": page, **more})

    def answer(asking: Asking) -> Answer:
        method = asking.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.deleteSession":
            gone.add(TOKEN)
            return Answer({})
        if method == f"/{DID}":
            return Answer(_document(origin))
        if method == "com.atproto.server.refreshSession":
            return Answer({"error": "ExpiredToken", "message": "revoked"}, 400)
        if asking.token != TOKEN or asking.token in gone:
            return Answer({"error": "InvalidToken", "message": "Token is invalid"}, 400)
        if method == "app.bsky.feed.getTimeline":
            return home(asking)
        if (kept := preferences.answer(method, asking)) is not None:
            return kept
        if written is not None:
            told = list_views(method, asking, written.records, written.me, [written.other])
            if told is not None:
                return told
        if written is not None and (found := written.answer(method, asking)) is not None:
            return found
        if (told := bluesky_answer(method, asking, feed[:12], near)) is not None:
            return told
        if written is not None and (told := bluesky_telling(method, asking, near)) is not None:
            return told
        if method == "com.atproto.server.getSession":
            return Answer({"did": DID, "handle": HANDLE, "active": True})
        if method == "app.bsky.actor.getProfile":
            return Answer({"did": DID, "handle": HANDLE, "displayName": "Alice"})
        return Answer({"error": "MethodNotImplemented", "message": "no"}, 501)

    return answer


def unsigned_token(scope: str) -> str:
    """A JWT in form only: clients may look into it, nobody can verify it."""
    parts = ({"alg": "none"}, {"scope": scope, "sub": DID, "exp": 4_000_000_000})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join(part.rstrip("=") for part in encoded) + ".canary"


def _time(item: Json) -> str:
    if by := item.get("reason", {}).get("indexedAt"):
        return str(by)
    return min(item["post"]["indexedAt"], str(item["post"]["record"].get("createdAt")))


def _document(origin: str) -> Json:
    return {
        "id": DID,
        "alsoKnownAs": [f"at://{HANDLE}"],
        "service": [
            {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": origin,
            }
        ],
    }


def _author(did: str, handle: str) -> Json:
    return {
        "did": did,
        "handle": handle,
        "displayName": handle.split(".")[0].title(),
        "avatar": "https://cdn.example/avatar.jpg",
        "viewer": {"muted": False},
        "labels": [],
    }


def _at(age: int) -> str:
    return (_BEGIN - timedelta(minutes=age)).isoformat(timespec="milliseconds")[:-6] + "Z"


def _post(number: int, age: int, *, did: str = DID, handle: str = HANDLE) -> Json:
    return {
        "uri": f"at://{did}/app.bsky.feed.post/3abc{number:09d}",
        "cid": _CID,
        "author": _author(did, handle),
        "record": {
            "$type": "app.bsky.feed.post",
            "text": f"Low water, number {number}.",
            "createdAt": _at(age),
            "langs": ["en"],
        },
        "indexedAt": _at(age),
        "replyCount": number,
        "repostCount": 1,
        "likeCount": 2,
        "quoteCount": 0,
        "viewer": {"bookmarked": False},
        "labels": [],
    }


def _repost(age: int) -> Json:
    return {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": _author("did:plc:pimpimpimpimpimpimpimpim", "pim.example.com"),
        "indexedAt": _at(age),
    }


def _label(value: str) -> Json:
    return {"src": "did:plc:labelerlabelerlabelerlab", "uri": "at://x", "val": value, "cts": _at(0)}


def _images() -> Json:
    image = {
        "thumb": "https://cdn.example/s.webp",
        "fullsize": "https://cdn.example/l.webp",
        "alt": "The bay.",
        "aspectRatio": {"width": 960, "height": 640},
    }
    return {"$type": "app.bsky.embed.images#view", "images": [image, {**image, "alt": ""}]}


def _quoted() -> Json:
    post = _post(901, 300)
    return {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": post["uri"],
        "cid": _CID,
        "author": post["author"],
        "value": post["record"],
        "indexedAt": post["indexedAt"],
        "labels": [],
    }


def _faceted(text: str) -> Json:
    begin = len(text.split("almanac")[0].encode())
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://almanac.example/"}
    index = {"byteStart": begin, "byteEnd": begin + len("almanac.example")}
    return {"text": text, "facets": [{"index": index, "features": [feature]}]}
