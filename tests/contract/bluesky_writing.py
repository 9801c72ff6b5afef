"""The half of a PDS and its AppView that takes things in, with one repo in memory."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.protocols.bluesky.dagcbor import cid_of_bytes, cid_of_record
from tests.contract.server import Answer, Asking

Json = dict[str, Any]
POST, LIKE, REPOST = (f"app.bsky.feed.{kind}" for kind in ("post", "like", "repost"))
FOLLOW, BLOCK = "app.bsky.graph.follow", "app.bsky.graph.block"


class Writing:
    """
    What one account has written and done.

    Attributes:
        records: Collection and key → CID and value, oldest first.
    """

    def __init__(self, me: Json, other: Json) -> None:
        self.me, self.other = me, other
        self.records: dict[tuple[str, str], tuple[str, Json]] = {}
        self.bookmarks: set[str] = set()
        self.muted = False
        self.subscription: Json = {}

    def answer(self, method: str, asking: Asking) -> Answer | None:
        """What it says to *method*; None: it has no such method."""
        group, _, name = method.rpartition(".")
        if not (group.startswith(("com.atproto.", "app.bsky.")) and hasattr(self, f"on_{name}")):
            return None
        body = json.loads(asking.body) if _is_json(asking) else {}
        found: Answer = getattr(self, f"on_{name}")(asking, body)
        return found

    # -- the repo ------------------------------------------------------------

    def on_applyWrites(self, asking: Asking, body: Json) -> Answer:
        """All or nothing; a key that is taken is an error without words."""
        writes = [(w["collection"], w["rkey"], w["value"]) for w in body["writes"]]
        if any((collection, key) in self.records for collection, key, _ in writes):
            return Answer({"error": "InternalServerError"}, 500)
        if any(len(value.get("text", "")) > 300 for _, _, value in writes):
            return Answer({"error": "InvalidRequest", "message": "grapheme too big"}, 400)
        return Answer({"commit": {}, "results": [self._put(*write) for write in writes]})

    def on_createRecord(self, asking: Asking, body: Json) -> Answer:
        """A second record about the same subject takes the first one's place."""
        collection, record = body["collection"], body["record"]
        for key, (_, value) in list(self.records.items()):
            if key[0] == collection and value.get("subject") == record["subject"]:
                del self.records[key]
        return Answer(self._put(collection, body["rkey"], record))

    def on_putRecord(self, asking: Asking, body: Json) -> Answer:
        """Only over the version that it names, if it names one."""
        there = self.records.get((body["collection"], body["rkey"]), (None, {}))[0]
        if body.get("swapRecord", there) != there:
            return Answer({"error": "InvalidSwap", "message": "Record was elsewhere"}, 400)
        return Answer(self._put(body["collection"], body["rkey"], body["record"]))

    def on_deleteRecord(self, asking: Asking, body: Json) -> Answer:
        """Twice is once."""
        self.records.pop((body["collection"], body["rkey"]), None)
        return Answer({})

    def on_getRecord(self, asking: Asking, body: Json) -> Answer:
        """Of this repo only."""
        query = asking.query
        found = self.records.get((query["collection"], query["rkey"]))
        if found is None or query["repo"] != self.me["did"]:
            return Answer({"error": "RecordNotFound", "message": "Could not locate record"}, 400)
        uri = self._uri(query["collection"], query["rkey"])
        return Answer({"uri": uri, "cid": found[0], "value": found[1]})

    def on_listRecords(self, asking: Asking, body: Json) -> Answer:
        """Newest first."""
        records = [
            {"uri": self._uri(*key), "cid": cid, "value": value}
            for key, (cid, value) in reversed(self.records.items())
            if key[0] == asking.query["collection"]
        ]
        return Answer({"records": records})

    def on_uploadBlob(self, asking: Asking, body: Json) -> Answer:
        """Named by its bytes."""
        ref = {"$link": cid_of_bytes(hashlib.sha256(asking.body).digest())}
        kind = asking.headers["content-type"]
        size = len(asking.body)
        return Answer({"blob": {"$type": "blob", "ref": ref, "mimeType": kind, "size": size}})

    def on_describeServer(self, asking: Asking, body: Json) -> Answer:
        """With a limit."""
        return Answer({"did": "did:web:pds.example", "blobUploadLimit": 5_000_000})

    def _put(self, collection: str, key: str, value: Json) -> Json:
        cid = cid_of_record(value)
        self.records[collection, key] = (cid, value)
        return {"uri": self._uri(collection, key), "cid": cid}

    def _uri(self, collection: str, key: str) -> str:
        return f"at://{self.me['did']}/{collection}/{key}"

    # -- views ---------------------------------------------------------------

    def on_getPosts(self, asking: Asking, body: Json) -> Answer:
        """The last one that is asked for, if it is there."""
        wanted = asking.query["uris"]
        return Answer({"posts": [view for view in self._views() if view["uri"] == wanted]})

    def on_getAuthorFeed(self, asking: Asking, body: Json) -> Answer:
        """All at once, newest first."""
        return Answer({"feed": [{"post": view} for view in reversed(self._views())]})

    def on_getPostThreadV2(self, asking: Asking, body: Json) -> Answer:
        """One branch up, all of them down."""
        views = {view["uri"]: view for view in self._views()}
        anchor = asking.query["anchor"]
        if anchor not in views:
            gone = {"$type": "app.bsky.unspecced.defs#threadItemNotFound"}
            return Answer({"thread": [{"uri": anchor, "depth": 0, "value": gone}]})
        items = [(0, views[anchor])]
        while (parent := _parent(items[0][1])) in views:
            items.insert(0, (items[0][0] - 1, views[parent]))
        items += list(self._below(anchor, 1, list(views.values())))
        kind = {"$type": "app.bsky.unspecced.defs#threadItemPost"}
        thread = [
            {"uri": view["uri"], "depth": depth, "value": kind | {"post": view}}
            for depth, view in items
        ]
        return Answer({"thread": thread, "hasOtherReplies": False})

    def _below(self, uri: str, depth: int, views: list[Json]) -> list[tuple[int, Json]]:
        found = []
        for view in views:
            if _parent(view) == uri:
                found += [(depth, view), *self._below(view["uri"], depth + 1, views)]
        return found

    def _views(self) -> list[Json]:
        return [
            self._view(self._uri(*key), cid, value)
            for key, (cid, value) in self.records.items()
            if key[0] == POST
        ]

    def _view(self, uri: str, cid: str, value: Json) -> Json:
        like, repost = self._about(LIKE, uri), self._about(REPOST, uri)
        viewer = {"bookmarked": uri in self.bookmarks}
        viewer |= {"like": like} if like else {}
        viewer |= {"repost": repost} if repost else {}
        return {
            "uri": uri,
            "cid": cid,
            "author": self.me,
            "record": value,
            "embed": _shown(value.get("embed")),
            "indexedAt": value["createdAt"],
            "likeCount": int(bool(like)),
            "repostCount": int(bool(repost)),
            "viewer": viewer,
            "labels": [],
        }

    def _about(self, collection: str, subject: str) -> str:
        for key, (_, value) in self.records.items():
            about = value.get("subject")
            if key[0] == collection and subject in (about, _uri_of(about)):
                return self._uri(*key)
        return ""

    # -- people and private state --------------------------------------------

    def on_getProfile(self, asking: Asking, body: Json) -> Answer:
        """Two people live here."""
        who = asking.query["actor"]
        person = next((p for p in (self.me, self.other) if who in (p["did"], p["handle"])), None)
        if person is None:
            return Answer({"error": "InvalidRequest", "message": "Profile not found"}, 400)
        viewer: Json = {"muted": self.muted and person is self.other}
        for name, collection in (("following", FOLLOW), ("blocking", BLOCK)):
            if uri := self._about(collection, person["did"]):
                viewer[name] = uri
        if person is self.other and self.subscription:
            viewer["activitySubscription"] = self.subscription
        return Answer(person | {"viewer": viewer})

    def on_putActivitySubscription(self, asking: Asking, body: Json) -> Answer:
        """Private, at once."""
        chosen = body["activitySubscription"]
        self.subscription = chosen if chosen["post"] or chosen["reply"] else {}
        return Answer({"subject": body["subject"]})

    def on_searchActorsTypeahead(self, asking: Asking, body: Json) -> Answer:
        """By the beginning of the handle."""
        begun = asking.query["q"]
        people = [p for p in (self.me, self.other) if p["handle"].startswith(begun)]
        return Answer({"actors": people})

    def on_muteActor(self, asking: Asking, body: Json) -> Answer:
        """Private, at once."""
        self.muted = True
        return Answer(b"")

    def on_unmuteActor(self, asking: Asking, body: Json) -> Answer:
        """Private, at once."""
        self.muted = False
        return Answer(b"")

    def on_createBookmark(self, asking: Asking, body: Json) -> Answer:
        """Private, at once."""
        self.bookmarks.add(body["uri"])
        return Answer(b"")

    def on_deleteBookmark(self, asking: Asking, body: Json) -> Answer:
        """Private, at once."""
        self.bookmarks.discard(body["uri"])
        return Answer(b"")


def _is_json(asking: Asking) -> bool:
    return asking.headers.get("content-type", "").startswith("application/json")


def _parent(view: Json) -> str:
    return str(view["record"].get("reply", {}).get("parent", {}).get("uri", ""))


def _uri_of(subject: Any) -> str:
    return str(subject.get("uri", "")) if isinstance(subject, dict) else ""


def _shown(embed: Any) -> Json | None:
    if not embed or embed["$type"] != "app.bsky.embed.images":
        return None
    return {
        "$type": "app.bsky.embed.images#view",
        "images": [
            {
                "thumb": f"https://cdn.example/{image['image']['ref']['$link']}@thumb",
                "fullsize": f"https://cdn.example/{image['image']['ref']['$link']}",
                "alt": image["alt"],
            }
            for image in embed["images"]
        ],
    }
