"""What the contract's two servers keep of what somebody does not want to see."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.server import Answer, Asking

Json = dict[str, Any]
FILTERS = "/api/v2/filters"


class FilterShelf:
    """Filters as Mastodon keeps them (methods/filters)."""

    def __init__(self) -> None:
        self._filters: dict[str, Json] = {}
        self._number = 0

    def answer(self, asking: Asking) -> Answer | None:
        """None: it is about something else."""
        if not asking.path.startswith(FILTERS):
            return None
        id = asking.path.removeprefix(FILTERS).strip("/")
        if asking.path == FILTERS and asking.method == "GET":
            return Answer(list(self._filters.values()))
        body = json.loads(asking.body or b"{}")
        if asking.method == "POST":
            self._number += 1
            id = str(self._number)
            self._filters[id] = {"id": id, "keywords": [], "statuses": []}
        if id not in self._filters:
            return Answer({"error": "Record not found"}, 404)
        if asking.method == "DELETE":
            del self._filters[id]
            return Answer({})
        self._change(self._filters[id], body)
        return Answer(self._filters[id])

    def _change(self, kept: Json, body: Json) -> None:
        kept |= {k: body[k] for k in ("title", "context", "filter_action") if k in body}
        for word in body.get("keywords_attributes", ()):
            kept["keywords"] = [one for one in kept["keywords"] if one["id"] != word.get("id")]
            if not word.get("_destroy"):
                self._number += 1
                kept["keywords"].append({"id": str(self._number)} | word)


class PreferenceShelf:
    """The array of preferences, as a PDS keeps it."""

    def __init__(self) -> None:
        self._entries: list[Any] = [{"$type": "app.bsky.actor.defs#ofTomorrow", "it": "stays"}]

    def answer(self, method: str, asking: Asking) -> Answer | None:
        """None: it is about something else."""
        if method == "app.bsky.actor.putPreferences":
            self._entries = json.loads(asking.body)["preferences"]
            return Answer({})
        if method == "app.bsky.actor.getPreferences":
            return Answer({"preferences": self._entries})
        if method in ("app.bsky.graph.getMutes", "app.bsky.graph.getBlocks"):
            return Answer({"mutes": [], "blocks": []})
        return None
