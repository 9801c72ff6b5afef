"""The half of a Mastodon-API server that takes things in, with the habits that servers differ in."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.contract.server import Answer, Asking

Json = dict[str, Any]
LENGTH = 500
_OPPOSITE = {
    "favourite": ("favourited", True),
    "unfavourite": ("favourited", False),
    "reblog": ("reblogged", True),
    "unreblog": ("reblogged", False),
    "bookmark": ("bookmarked", True),
    "unbookmark": ("bookmarked", False),
    "pin": ("pinned", True),
    "unpin": ("pinned", False),
    "mute": ("muted", True),
    "unmute": ("muted", False),
}
_COUNTS = {"favourited": "favourites_count", "reblogged": "reblogs_count"}


class Writing:
    """
    What one account has written and done.

    Attributes:
        keys: It knows ``Idempotency-Key``.
        counts_twice: It counts again what was done already.
        lists_private: Private posts stand among one's own.
        waits: It keeps posts until their time.
        ahead: How far its clock goes before ours.
        posts: Oldest first.
    """

    def __init__(self, origin: str, me: Json, other: Json) -> None:
        self.origin, self.me, self.other = origin, me, other
        self.keys, self.counts_twice, self.lists_private, self.waits = True, False, True, True
        self.ahead = timedelta()
        self.posts: list[Json] = []
        self.kept: list[Json] = []
        self.media: dict[str, Json] = {}
        self.unready = 0
        self.reports: list[Json] = []
        self.asked: list[Json] = []
        self.relation: Json = {"id": other["id"], "notifying": False, "showing_reblogs": True}
        self._seen_keys: dict[str, Json] = {}
        self._number = 5000

    def now(self) -> datetime:
        """Its own time."""
        return datetime.now(UTC) + self.ahead

    def answer(self, asking: Asking) -> Answer:
        """What it says; 404 to what it does not know."""
        body = _fields(asking)
        found = Answer({"error": "Record not found"}, 404)
        for pattern, respond in self._routes():
            method, _, path = pattern.partition(" ")
            match = re.fullmatch(path, asking.path)
            if match and asking.method == method:
                found = respond(asking, body, *map(unquote, match.groups()))
                break
        stamp = format_datetime(self.now().replace(microsecond=0), usegmt=True)
        return found._replace(headers={**found.headers, "date": stamp})

    def _routes(self) -> tuple[tuple[str, Any], ...]:
        acts = "|".join(_OPPOSITE)
        return (
            ("POST /api/v1/statuses", self._publish),
            ("GET /api/v1/statuses/([^/]+)", self._show),
            ("PUT /api/v1/statuses/([^/]+)", self._edit),
            ("DELETE /api/v1/statuses/([^/]+)", self._delete),
            ("GET /api/v1/statuses/([^/]+)/source", self._source),
            ("GET /api/v1/statuses/([^/]+)/context", self._context),
            (f"POST /api/v1/statuses/([^/]+)/({acts})", self._react),
            ("POST /api/v1/polls/([^/]+)/votes", self._vote),
            ("POST /api/v2/media", self._upload),
            ("GET /api/v1/media/([^/]+)", self._media),
            ("PUT /api/v1/media/([^/]+)", self._describe),
            ("GET /api/v1/scheduled_statuses", lambda *_: Answer(self.kept)),
            ("DELETE /api/v1/scheduled_statuses/([^/]+)", self._cancel),
            ("GET /api/v1/accounts/1/statuses", self._own),
            ("GET /api/v1/accounts/relationships", lambda *_: Answer([self.relation])),
            (r"POST /api/v1/accounts/([^/]+)/(\w+)", self._relate),
            ("GET /api/v1/accounts/lookup", self._look_up),
            ("GET /api/v1/accounts/search", self._complete),
            ("GET /api/v1/accounts/2", lambda *_: Answer(self.other)),
            ("GET /api/v2/search", self._search),
            ("POST /api/v1/reports", self._report),
            ("GET /api/v1/preferences", lambda *_: Answer({})),
        )

    # --------------------------------------------------------------- posts

    def _publish(self, asking: Asking, body: Json) -> Answer:
        self.asked.append(body)
        key = asking.headers.get("idempotency-key", "")
        if self.keys and key in self._seen_keys:
            return Answer(self._seen_keys[key])
        text = body.get("status", "")
        parent = body.get("in_reply_to_id")
        if len(text) > LENGTH or not (text or body.get("media_ids")):
            return Answer({"error": "Validation failed: Text is wrong"}, 422)
        if parent and self._post(parent) is None:
            return Answer({"error": "The post you are trying to reply to does not exist"}, 404)
        if body.get("scheduled_at") and self.waits:
            made: Json = {
                "id": str(self._next()),
                "scheduled_at": body["scheduled_at"],
                "params": {"text": text, "spoiler_text": body.get("spoiler_text")},
                "media_attachments": [],
            }
            self.kept.append(made)
        else:
            made = self._status(body)
            self.posts.append(made)
        self._seen_keys[key] = made
        return Answer(made)

    def _status(self, body: Json) -> Json:
        number = str(self._next())
        at = self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        parent = self._post(body.get("in_reply_to_id") or "")
        poll = body.get("poll")
        return {
            "id": number,
            "uri": f"{self.origin}/users/ana/statuses/{number}",
            "url": f"{self.origin}/@ana/{number}",
            "created_at": at,
            "account": self.me,
            "visibility": body.get("visibility") or "public",
            "in_reply_to_id": parent["id"] if parent else None,
            "in_reply_to_account_id": self.me["id"] if parent else None,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
            "poll": poll and self._poll(number, poll),
            "quote": self._quote(body.get("quoted_status_id")),
            **self._words(body),
        }

    def _words(self, body: Json) -> Json:
        text = body.get("status", "")
        return {
            "content": "".join(f"<p>{_rendered(part)}</p>" for part in text.split("\n\n") if part),
            "typed": text,
            "spoiler_text": body.get("spoiler_text") or "",
            "sensitive": bool(body.get("sensitive")),
            "language": body.get("language") or "en",
            "media_attachments": [self.media[one] for one in body.get("media_ids") or ()],
        }

    def _poll(self, number: str, poll: Json) -> Json:
        return {
            "id": f"p{number}",
            "options": [{"title": title, "votes_count": 0} for title in poll["options"]],
            "multiple": poll.get("multiple", False),
            "expired": False,
            "expires_at": (self.now() + timedelta(seconds=int(poll["expires_in"]))).isoformat(),
            "voted": False,
            "own_votes": [],
            "votes_count": 0,
        }

    def _quote(self, local_id: str | None) -> Json | None:
        quoted = self._post(local_id or "")
        return {"state": "accepted", "quoted_status": quoted} if quoted else None

    def _show(self, asking: Asking, body: Json, local_id: str) -> Answer:
        post = self._post(local_id)
        return Answer(post) if post else Answer({"error": "Record not found"}, 404)

    def _source(self, asking: Asking, body: Json, local_id: str) -> Answer:
        post = self._post(local_id)
        if post is None:
            return Answer({"error": "Record not found"}, 404)
        return Answer({"id": local_id, "text": post["typed"], "spoiler_text": ""})

    def _edit(self, asking: Asking, body: Json, local_id: str) -> Answer:
        post = self._post(local_id)
        if post is None:
            return Answer({"error": "Record not found"}, 404)
        self.asked.append(body)
        for one in body.get("media_attributes") or ():
            self.media[one["id"]]["description"] = one["description"]
        post |= {**self._words(body), "edited_at": self.now().isoformat()}
        post["poll"] = post["poll"] if body.get("poll") else None
        return Answer(post)

    def _delete(self, asking: Asking, body: Json, local_id: str) -> Answer:
        post = self._post(local_id)
        if post is None:
            return Answer({"error": "Record not found"}, 404)
        self.posts.remove(post)
        return Answer(post)

    def _cancel(self, asking: Asking, body: Json, local_id: str) -> Answer:
        left = [one for one in self.kept if one["id"] != local_id]
        status = 404 if len(left) == len(self.kept) else 200
        self.kept = left
        return Answer({}, status)

    def _own(self, asking: Asking, body: Json) -> Answer:
        posts = [
            post
            for post in reversed(self.posts)
            if self.lists_private or post["visibility"] in ("public", "unlisted")
        ]
        if last := asking.query.get("max_id"):
            posts = [post for post in posts if int(post["id"]) < int(last)]
        return Answer(posts[: int(asking.query.get("limit", 20))])

    def _context(self, asking: Asking, body: Json, local_id: str) -> Answer:
        above: list[Json] = []
        at = self._post(local_id)
        while at and (at := self._post(at["in_reply_to_id"] or "")):
            above.insert(0, at)
        below, wanted = [], {local_id}
        for post in self.posts:
            if post["in_reply_to_id"] in wanted:
                below.append(post)
                wanted.add(post["id"])
        return Answer({"ancestors": above, "descendants": below})

    def _post(self, local_id: str) -> Json | None:
        post = next((post for post in self.posts if post["id"] == local_id), None)
        if post is not None:
            post["replies_count"] = sum(one["in_reply_to_id"] == local_id for one in self.posts)
        return post

    # ----------------------------------------------------------- reactions

    def _react(self, asking: Asking, body: Json, local_id: str, act: str) -> Answer:
        post = self._post(local_id)
        if post is None:
            return Answer({"error": "Record not found"}, 404)
        field, wanted = _OPPOSITE[act]
        was = bool(post.get(field))
        if act == "pin" and was:
            return Answer({"error": "Duplicate record"}, 422)
        if field in _COUNTS and (was is not wanted or self.counts_twice):
            post[_COUNTS[field]] += 1 if wanted else -1
        post[field] = wanted
        return Answer({**post, "id": "r", "reblog": post} if act == "reblog" else post)

    def _vote(self, asking: Asking, body: Json, poll_id: str) -> Answer:
        poll: Json = next(one["poll"] for one in self.posts if (one["poll"] or {})["id"] == poll_id)
        if poll["voted"]:
            return Answer({"error": "You have already voted"}, 422)
        for choice in map(int, body["choices"]):
            poll["options"][choice]["votes_count"] += 1
            poll["own_votes"].append(choice)
        poll["voted"] = True
        poll["votes_count"] += len(body["choices"])
        return Answer(poll)

    def _relate(self, asking: Asking, body: Json, local_id: str, act: str) -> Answer:
        if local_id != self.other["id"]:
            return Answer({"error": "Record not found"}, 404)
        self.asked.append(body)
        field = {"follow": "following", "mute": "muting", "block": "blocking"}
        self.relation[field[act.removeprefix("un")]] = not act.startswith("un")
        if act == "follow":  # following again changes what was said, and nothing else
            form, named = dict(parse_qsl(asking.body.decode())), {"notify": "notifying"}
            named["reblogs"] = "showing_reblogs"
            self.relation |= {named[key]: said == "true" for key, said in form.items()}
        return Answer(self.relation)

    def _report(self, asking: Asking, body: Json) -> Answer:
        if body["category"] == "violation" and not body.get("rule_ids"):
            return Answer({"error": "Validation failed: Rules"}, 422)
        self.reports.append(body)
        return Answer({"id": "1"})

    # --------------------------------------------------------------- media

    def _upload(self, asking: Asking, body: Json) -> Answer:
        number = str(self._next())
        words = re.search(rb'name="description"\r\n\r\n(.*?)\r\n--', asking.body, re.DOTALL)
        made = {
            "id": number,
            "type": "image",
            "url": f"{self.origin}/{number}.png",
            "description": words[1].decode() if words else None,
        }
        self.media[number] = made
        return Answer({**made, "url": None} if self.unready else made, 202 if self.unready else 200)

    def _media(self, asking: Asking, body: Json, local_id: str) -> Answer:
        self.unready = max(self.unready - 1, 0)
        return Answer(self.media[local_id], 206 if self.unready else 200)

    def _describe(self, asking: Asking, body: Json, local_id: str) -> Answer:
        self.media[local_id]["description"] = body["description"]
        return Answer(self.media[local_id])

    # -------------------------------------------------------------- finding

    def _look_up(self, asking: Asking, body: Json) -> Answer:
        found = [one for one in (self.me, self.other) if one["acct"] == asking.query["acct"]]
        return Answer(found[0]) if found else Answer({"error": "Record not found"}, 404)

    def _complete(self, asking: Asking, body: Json) -> Answer:
        people = (self.me, self.other)
        return Answer([one for one in people if one["acct"].startswith(asking.query["q"])])

    def _search(self, asking: Asking, body: Json) -> Answer:
        q = asking.query["q"]
        people = [one for one in (self.me, self.other) if q in (one["uri"], one["url"])]
        posts = [one for one in self.posts if q in (one["uri"], one["url"])]
        return Answer({"accounts": people, "statuses": posts, "hashtags": []})

    def _next(self) -> int:
        self._number += 1
        return self._number


def _rendered(text: str) -> str:
    """As servers do: escaped, lines broken, addresses shortened, mentions without host."""
    html = escape(text, quote=False).replace("\n", "<br />")
    html = re.sub(
        r"https?://[^\s<]+",
        lambda m: (
            f'<a href="{m[0]}"><span class="invisible">https://</span>'
            f'<span class="ellipsis">{m[0][8:38]}</span></a>'
        ),
        html,
    )
    return re.sub(
        r"@(\w+)@[\w.]+",
        r'<a href="https://polder.example/@\1" class="u-url mention">@\1</a>',
        html,
    )


def _fields(asking: Asking) -> Json:
    if asking.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(asking.body))
    return {}
