"""Lists of people, and the place up to which home was read, as the contract's servers keep them."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs

from tests.contract.server import Answer, Asking

Json = dict[str, Any]
LISTS, MARKERS = "/api/v1/lists", "/api/v1/markers"
LIST, ITEM = "app.bsky.graph.list", "app.bsky.graph.listitem"
_LIST = re.compile(r"/api/v1/lists/([^/]+)(/accounts)?")
_GONE = Answer({"error": "Record not found"}, 404)
_PAGE = 1
"""People of a list on one page: the next one must be asked for."""


class ListShelf:
    """Lists as Mastodon keeps them (methods/lists). *people*: who may be on one."""

    def __init__(self, origin: str, people: list[Json]) -> None:
        self._origin = origin
        self._people = {one["id"]: one for one in people}
        self._lists: dict[str, Json] = {}
        self._on: dict[str, list[str]] = {}
        self._number = 0

    def answer(self, asking: Asking) -> Answer | None:
        """None: it is about something else."""
        body = json.loads(asking.body or b"{}") if asking.path.startswith(LISTS) else {}
        if asking.path == LISTS:
            return self._all(asking.method, body)
        match = _LIST.fullmatch(asking.path)
        if match is None:
            return None
        id, people = match[1], bool(match[2])
        if id not in self._lists:
            return _GONE
        if people:
            return self._members(asking, id, body)
        if asking.method == "DELETE":
            del self._lists[id]
            return Answer({})
        if asking.method == "PUT":
            self._lists[id] |= body
        return Answer(self._lists[id])

    def _all(self, method: str, body: Json) -> Answer:
        if method == "GET":
            return Answer(list(self._lists.values()))
        self._number += 1
        id = str(self._number)
        self._lists[id] = {"id": id, "replies_policy": "list", "exclusive": False} | body
        self._on[id] = []
        return Answer(self._lists[id])

    def _members(self, asking: Asking, id: str, body: Json) -> Answer:
        on = self._on[id]
        if asking.method == "GET":
            start = int(asking.query.get("max_id", 0))
            some = [self._people[one] for one in on[start : start + _PAGE]]
            link = f'<{self._origin}{asking.path}?max_id={start + _PAGE}>; rel="next"'
            return Answer(some, 200, {"link": link} if start + _PAGE < len(on) else {})
        wanted = list(body["account_ids"])
        if asking.method == "DELETE":
            self._on[id] = [one for one in on if one not in wanted]
            return Answer({})
        if any(one not in self._people for one in wanted):
            return _GONE
        if any(one in on for one in wanted):
            return Answer({"error": "Validation failed: Account has already been taken"}, 422)
        on += wanted
        return Answer({})


class MarkerShelf:
    """One marker, which goes wherever it is told (methods/markers)."""

    def __init__(self, statuses: list[Json]) -> None:
        self._statuses = {status["id"]: status for status in statuses}
        self.place = ""

    def answer(self, asking: Asking) -> Answer | None:
        """None: it is about something else."""
        if asking.path == MARKERS:
            if asking.method == "POST":
                self.place = parse_qs(asking.body.decode())["home[last_read_id]"][0]
            return Answer({"home": {"last_read_id": self.place}} if self.place else {})
        name = asking.path.removeprefix("/api/v1/statuses/")
        if asking.method == "GET" and name in self._statuses:
            return Answer(self._statuses[name])
        return None


def list_views(method: str, asking: Asking, records: Any, me: Json, people: list[Json]) -> Any:
    """What an AppView shows of the *records* of lists; None: something else was asked for."""
    kept = {
        f"at://{me['did']}/{LIST}/{key[1]}": value
        for key, (_, value) in records.items()
        if key[0] == LIST
    }
    if method == "app.bsky.graph.getLists":
        return Answer({"lists": [_view(uri, value, me) for uri, value in kept.items()]})
    if method != "app.bsky.graph.getList":
        return None
    uri = asking.query["list"]
    if uri not in kept:
        return Answer({"error": "InvalidRequest", "message": f"List not found: {uri}"}, 400)
    known = {one["did"]: one for one in people}
    items = [
        {"uri": f"at://{me['did']}/{ITEM}/{key[1]}", "subject": known[value["subject"]]}
        for key, (_, value) in records.items()
        if key[0] == ITEM and value["list"] == uri and value["subject"] in known
    ]
    start = int(asking.query.get("cursor", 0))
    more = {"cursor": str(start + _PAGE)} if start + _PAGE < len(items) else {}
    return Answer(
        {"list": _view(uri, kept[uri], me), "items": items[start : start + _PAGE], **more}
    )


def _view(uri: str, value: Json, me: Json) -> Json:
    return {
        "uri": uri,
        "cid": "bafyreifhrf3faojrzjfjroehemaerjpoin6wrusryfevvkcyae6foqjdzm",
        "name": value["name"],
        "purpose": value["purpose"],
        "creator": me,
        "indexedAt": value["createdAt"],
    }
