"""Two small servers of the fediverse on loopback, of any dialect, with bad days on order."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from app.model import Account, AccountId
from tests.unit.protocols.wire import Asked, answer, reset, serving

Json = dict[str, Any]
PASSWORD = "correct horse battery"


@dataclass
class Person:
    """One account: what it owns, by handle."""

    name: str
    following: dict[str, Json] = field(default_factory=dict)
    followers: list[str] = field(default_factory=list)
    mutes: dict[str, Json] = field(default_factory=dict)
    blocks: dict[str, None] = field(default_factory=dict)
    domains: dict[str, None] = field(default_factory=dict)
    lists: list[Json] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    featured: list[str] = field(default_factory=list)
    endorsed: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    filters: list[Json] = field(default_factory=list)
    posts: list[Json] = field(default_factory=list)
    pinned: list[str] = field(default_factory=list)
    profile: Json = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    policy: dict[str, str] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    moved: str = ""
    revoked: bool = False


class Town:
    """
    One server.

    Attributes:
        dialect: "page": aliases and the Move on pages only; "uris", "names": by API.
        follow_limit: So many follows, then 429 until ``reopen``.
        unknown: Handles that it cannot find.
        locked: Handles that must agree first.
        before: Called with every request; an answer from it is given instead.
        backdates: Posts may be put in with old dates; else ``scheduled_at`` is ignored.
        after: Called when it was done; True: the answer is never given.
        asked: (method, path) of every request.
    """

    def __init__(self, origin: str, dialect: str) -> None:
        self.origin, self.dialect = origin, dialect
        self.host = origin.split("://")[1]
        self.people: dict[str, Person] = {}
        self.handles: list[str] = []
        self.follow_limit = 1_000_000
        self.followed = 0
        self.unknown: set[str] = set()
        self.locked: set[str] = set()
        self.dead = False
        self.before: Callable[[str, str], bytes | None] = lambda method, path: None
        self.backdates = True
        self.files: list[Json] = []
        self.after: Callable[[str, str], bool] = lambda method, path: False
        self.asked: list[tuple[str, str]] = []
        self.neighbour: Town | None = None

    def settle(self, name: str) -> Person:
        """A new account, whose token is its name."""
        self.people[name] = Person(name)
        return self.people[name]

    def account(self, name: str) -> Account:
        """As the program knows it."""
        return Account(
            id=AccountId(f"{name}@{self.host}"),
            protocol="mastodon",
            network="mastodon",
            server=self.origin,
            uri=self.uri(name),
            handle=f"{name}@{self.host}",
        )

    def uri(self, name: str) -> str:
        """Of an account here."""
        return f"{self.origin}/users/{name}"

    def count(self, method: str, pattern: str) -> int:
        """So many requests were made to such a path."""
        return sum(m == method and re.fullmatch(pattern, p) is not None for m, p in self.asked)

    def reopen(self) -> None:
        """Another day: follows count from the beginning."""
        self.followed = 0

    # ------------------------------------------------------------- the wire

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """One request."""
        parts = urlsplit(asked.target)
        path = unquote(parts.path)
        self.asked.append((asked.method, path))
        if self.dead:
            await reset(asked, writer)
            return
        told = self.before(asked.method, path)
        if told is not None:
            writer.write(told)
            return
        token = asked.headers.get("authorization", "").partition(" ")[2]
        given = self._answer(asked, path, parse_qs(parts.query), token)
        if self.after(asked.method, path):
            await reset(asked, writer)
            return
        writer.write(given)

    def _answer(self, asked: Asked, path: str, query: dict[str, list[str]], token: str) -> bytes:
        if match := re.fullmatch(r"/users/(\w+)", path):
            return self._actor(match[1])
        if match := re.fullmatch(r"/api/v1/accounts/@([^/]+)", path):
            return said(self._profile(match[1]))
        if path.startswith("/pictures/"):
            return answer(200, b"\x89PNG\r\n\x1a\n" + path.encode(), content_type="image/png")
        person = self.people.get(token)
        if person is None or person.revoked:
            return said({"error": "The access token is invalid"}, 401)
        if path == "/oauth/revoke":
            person.revoked = True
            return said({})
        if person.moved and self.dialect == "page":
            return said({"error": "Your login is currently disabled"}, 403)
        body = _body(asked)
        for (method, pattern), act in self._routes(person, query, body).items():
            if method == asked.method and (match := re.fullmatch(pattern, path)):
                return act(*match.groups())
        return said({"error": "Record not found"}, 404)

    def _actor(self, name: str) -> bytes:
        person = self.people[name]
        return said(
            {"id": self.uri(name), "alsoKnownAs": person.aliases}
            | ({"movedTo": person.moved} if person.moved else {})
        )

    def _routes(
        self, me: Person, query: dict[str, list[str]], body: Json
    ) -> dict[tuple[str, str], Callable[..., bytes]]:
        accounts, lists = "/api/v1/accounts", "/api/v1/lists"
        routes: dict[tuple[str, str], Callable[..., bytes]] = {
            ("GET", f"{accounts}/verify_credentials"): lambda: said(self._mine(me)),
            ("PATCH", f"{accounts}/update_credentials"): lambda: self._update(me, body),
            ("GET", f"{accounts}/relationships"): lambda: self._relations(me, query),
            ("GET", f"{accounts}/lookup"): lambda: self._lookup(query),
            ("GET", "/api/v2/search"): lambda: self._search(me, query),
            ("GET", f"{accounts}/[^/]+/following"): lambda: self._paged(me.following, query),
            ("GET", f"{accounts}/[^/]+/followers"): lambda: self._paged(me.followers, query),
            ("GET", f"{accounts}/[^/]+/statuses"): lambda: self._posts(me, query),
            ("GET", "/api/v1/mutes"): lambda: self._paged(me.mutes, query, me.mutes),
            ("GET", "/api/v1/blocks"): lambda: self._paged(me.blocks, query),
            ("GET", "/api/v1/domain_blocks"): lambda: said(list(me.domains)),
            ("POST", "/api/v1/domain_blocks"): lambda: _done(me.domains.setdefault(body["domain"])),
            ("GET", "/api/v1/bookmarks"): lambda: said([_post(uri) for uri in me.bookmarks]),
            ("GET", "/api/v1/favourites"): lambda: said([]),
            ("POST", "/api/v1/statuses/(.+)/bookmark"): lambda uri: self._bookmark(me, uri),
            ("GET", "/api/v1/followed_tags"): lambda: said([{"name": t} for t in me.tags]),
            ("POST", "/api/v1/tags/([^/]+)/follow"): lambda tag: _added(me.tags, tag),
            ("GET", "/api/v1/featured_tags"): lambda: said([{"name": t} for t in me.featured]),
            ("POST", "/api/v1/featured_tags"): lambda: _added(me.featured, body["name"]),
            ("GET", "/api/v1/endorsements"): lambda: said([self._profile(h) for h in me.endorsed]),
            ("GET", "/api/v2/filters"): lambda: said(me.filters),
            ("POST", "/api/v2/filters"): lambda: self._filter(me, body),
            ("GET", lists): lambda: said([_bare(one) for one in me.lists]),
            ("POST", lists): lambda: self._list(me, body),
            ("GET", f"{lists}/([^/]+)/accounts"): lambda id: said(
                [self._profile(h) for h in me.lists[int(id)]["members"]]
            ),
            ("POST", f"{lists}/([^/]+)/accounts"): lambda id: self._member(me, id, body),
            ("POST", f"{accounts}/([^/]+)/endorse"): lambda id: _added(me.endorsed, id[1:]),
            ("POST", f"{accounts}/([^/]+)/note"): lambda id: _done(
                me.notes.update({id[1:]: body["comment"]})
            ),
            ("POST", f"{accounts}/([^/]+)/follow"): lambda id: self._follow(me, id[1:], body),
            ("POST", f"{accounts}/([^/]+)/unfollow"): lambda id: _relation(
                me.following.pop(id[1:], None)
            ),
            ("POST", f"{accounts}/([^/]+)/block"): lambda id: _relation(
                me.blocks.setdefault(id[1:])
            ),
            ("POST", f"{accounts}/([^/]+)/mute"): lambda id: _relation(
                me.mutes.setdefault(id[1:], dict(body))
            ),
        }
        return routes | self._writing(me, body) | self._moving(me, body)

    def _writing(self, me: Person, body: Json) -> dict[tuple[str, str], Callable[..., bytes]]:
        return {
            ("POST", "/api/v1/statuses"): lambda: self._publish(me, body),
            ("POST", "/api/v1/statuses/([^/]+)/pin"): lambda id: _done(me.pinned.insert(0, id)),
            ("DELETE", "/api/v1/statuses/([^/]+)"): lambda id: _done(
                me.posts.__setitem__(slice(None), [one for one in me.posts if one["id"] != id])
            ),
            ("GET", "/api/v2/notifications/policy"): lambda: said({**me.policy, "summary": {}}),
            ("PATCH", "/api/v2/notifications/policy"): lambda: _done(me.policy.update(body)),
            ("PATCH", "/api/v1/profile"): lambda: _done(me.described.update(body)),
            ("POST", "/api/v2/media"): lambda: self._upload(body),
        }

    def _moving(self, me: Person, body: Json) -> dict[tuple[str, str], Callable[..., bytes]]:
        if self.dialect == "uris":
            return {
                ("POST", "/api/v1/import"): lambda: self._import(me, body),
                ("POST", "/api/v1/accounts/alias"): lambda: _done(
                    me.aliases.__setitem__(slice(None), body["also_known_as_uris"])
                ),
                ("POST", "/api/v1/accounts/move"): lambda: self._move(
                    me, body["password"], body["moved_to_uri"]
                ),
            }
        if self.dialect == "names":
            return {
                ("GET", "/api/pleroma/aliases"): lambda: said({"aliases": me.aliases}),
                ("PUT", "/api/pleroma/aliases"): lambda: _added(
                    me.aliases, self._uri_of(body["alias"])
                ),
                ("DELETE", "/api/pleroma/aliases"): lambda: _done(
                    me.aliases.remove(self._uri_of(body["alias"]))
                ),
                ("POST", "/api/pleroma/move_account"): lambda: self._move(
                    me, body["password"], self._uri_of(body["target_account"])
                ),
            }
        return {}

    # -------------------------------------------------------------- its acts

    def _move(self, me: Person, password: str, uri: str) -> bytes:
        if password != PASSWORD:
            return said({"error": "Invalid password."}, 200 if self.dialect == "names" else 401)
        there = self.neighbour.people[uri.rsplit("/", 1)[1]] if self.neighbour else None
        if there is None or self.uri(me.name) not in there.aliases:
            return said({"error": "not aliased"}, 422)
        self.move(me, uri)
        return said({"status": "success"}, 202)

    def move(self, me: Person, uri: str) -> None:
        """The Move: followers go along."""
        assert self.neighbour is not None
        me.moved = uri
        there = self.neighbour.people[uri.rsplit("/", 1)[1]]
        there.followers, me.followers = [*there.followers, *me.followers], []

    def _uri_of(self, handle: str) -> str:
        name, _, host = handle.partition("@")
        return f"http://{host}/users/{name}"

    def _follow(self, me: Person, handle: str, body: Json) -> bytes:
        if self.followed >= self.follow_limit:
            return said({"error": "Too many requests"}, 429, retry_after="1")
        self.followed += 1
        if handle in self.locked:
            return said({"id": f"@{handle}", "requested": True, "following": False})
        me.following[handle] = {"reblogs": True, "notify": False, "languages": None} | body
        return said({"id": f"@{handle}", "following": True, "requested": False})

    def _import(self, me: Person, body: Json) -> bytes:
        """A file of follows: it leaves out whom it cannot find, and says nothing of it."""
        assert (body["type"], body["mode"]) == ("following", "merge")
        for line in bytes(body["data"]).decode().splitlines()[1:]:
            handle = line.partition(",")[0]
            if handle not in self.unknown:
                how = {"reblogs": True, "notify": False, "languages": None}
                me.following.setdefault(handle, how)
        return said({"status": "accepted"}, 202)

    def _publish(self, me: Person, body: Json) -> bytes:
        at = body["scheduled_at"] if self.backdates else datetime.now(UTC).isoformat()
        id = str(1000 + self.count("POST", "/api/v1/statuses"))
        uri = f"{self.uri(me.name)}/statuses/{id}"
        made = {"id": id, "uri": uri, "created_at": at, **body}
        me.posts.insert(0, made)
        return said(made)

    def _upload(self, body: Json) -> bytes:
        self.files.append(body)
        return said({"id": f"file-{len(self.files)}", "type": "image", "url": "http://x.example"})

    def _bookmark(self, me: Person, uri: str) -> bytes:
        me.bookmarks += [uri] if uri not in me.bookmarks else []
        return said(_post(uri))

    def _filter(self, me: Person, body: Json) -> bytes:
        words = [{"id": "1", **word} for word in body.get("keywords_attributes", ())]
        me.filters.append({**body, "id": str(len(me.filters)), "keywords": words})
        return said(me.filters[-1])

    def _list(self, me: Person, body: Json) -> bytes:
        me.lists.append({"id": str(len(me.lists)), "members": [], **body})
        return said(_bare(me.lists[-1]))

    def _member(self, me: Person, id: str, body: Json) -> bytes:
        members = me.lists[int(id)]["members"]
        for handle in (one[1:] for one in body["account_ids"]):
            if handle not in me.following:
                return said({"error": "Record not found"}, 404)
            if handle in members:
                return said({"error": "has already been taken"}, 422)
            members.append(handle)
        return said({})

    def _update(self, me: Person, body: Json) -> bytes:
        if len(body.get("note", "")) > 500:
            return said({"error": "Validation failed: Note is too long"}, 422)
        for name in ("avatar", "header"):
            if name in body:
                me.pictures[name] = body.pop(name)
        me.profile.update(body)
        return said(self._mine(me))

    # ------------------------------------------------------------ its values

    def _mine(self, me: Person) -> Json:
        fields = sorted(key for key in me.profile if key.endswith("[name]"))
        source: Json = {
            "note": me.profile.get("note", ""),
            "privacy": "public",
            "fields": [
                {"name": me.profile[key], "value": me.profile[key.replace("[name]", "[value]")]}
                for key in fields
            ],
        }
        if self.dialect == "uris":
            source["also_known_as_uris"] = me.aliases
        return self._profile(f"{me.name}@{self.host}") | {
            "source": source,
            "display_name": me.profile.get("display_name", ""),
            "avatar_description": me.described.get("avatar_description", ""),
            "locked": me.profile.get("locked") == "true",
            "avatar": f"{self.origin}/pictures/{me.name}-avatar",
            "header": f"{self.origin}/pictures/missing.png",
            "followers_count": len(me.followers),
            "following_count": len(me.following),
            "statuses_count": len(me.posts),
        }

    def _profile(self, handle: str) -> Json:
        name, _, host = handle.partition("@")
        local = host == self.host
        found: Json = {
            "id": f"@{handle}",
            "acct": name if local else handle,
            "username": name,
            "uri": f"http://{host}/users/{name}",
            "url": f"http://{host}/@{name}",
        }
        if local and name in self.people and self.people[name].moved:
            found["moved"] = {"uri": self.people[name].moved}
        return found

    def _search(self, me: Person, query: dict[str, list[str]]) -> bytes:
        wanted = query["q"][0]
        if query.get("type") == ["statuses"]:
            known = [] if wanted in self.unknown else [_post(wanted) | {
                "bookmarked": wanted in me.bookmarks}]  # fmt: skip
            return said({"accounts": [], "statuses": known, "hashtags": []})
        if wanted.startswith("http"):
            name = wanted.rsplit("/", 1)[1].removeprefix("@")
            wanted = f"{name}@{urlsplit(wanted).netloc}"
        handle = wanted.removeprefix("@")
        found = [] if handle in self.unknown else [self._profile(handle)]
        return said({"accounts": found, "statuses": [], "hashtags": []})

    def _lookup(self, query: dict[str, list[str]]) -> bytes:
        return said({"error": "Record not found"}, 404)

    def _relations(self, me: Person, query: dict[str, list[str]]) -> bytes:
        told = []
        for id in query.get("id[]", ()):
            how = me.following.get(id[1:])
            mute = me.mutes.get(id[1:])
            told.append(
                {
                    "id": id,
                    "following": how is not None,
                    "showing_reblogs": how["reblogs"] if how else None,
                    "notifying": how["notify"] if how else None,
                    "languages": how["languages"] if how else None,
                    "note": me.notes.get(id[1:], ""),
                    "muting_notifications": mute["notifications"] if mute else None,
                }
            )
        return said(told)

    def _posts(self, me: Person, query: dict[str, list[str]]) -> bytes:
        if query.get("pinned") == ["true"]:
            known = {one["id"]: one for one in me.posts}
            return said([known[id] for id in me.pinned])
        since, before = int(query.get("since_id", ["-1"])[0]), int(query.get("max_id", ["9999"])[0])
        known = [one for one in me.posts if since < int(one["id"]) < before]
        page = known[: int(query["limit"][0])]
        more = {}
        if len(page) < len(known):
            more = {"link": f'<{self.origin}/next?max_id={page[-1]["id"]}>; rel="next"'}
        return said(page, **more)

    def _paged(
        self, handles: Any, query: dict[str, list[str]], details: dict[str, Json] = {}
    ) -> bytes:
        all_of_them = list(handles)
        at = int(query.get("max_id", ["0"])[0])
        limit = int(query.get("limit", ["40"])[0])
        page = all_of_them[at : at + limit]
        values = [
            self._profile(h)
            | ({"mute_expires_at": details[h]["until"]} if "until" in details.get(h, {}) else {})
            for h in page
        ]
        more = {}
        if at + limit < len(all_of_them):
            more = {"link": f'<{self.origin}/next?max_id={at + limit}>; rel="next"'}
        return said(values, **more)


def said(value: Any, status: int = 200, **headers: str) -> bytes:
    """An answer of JSON."""
    return answer(status, json.dumps(value).encode(), content_type="application/json", **headers)


def _post(uri: str) -> Json:
    return {"id": uri, "uri": uri, "url": uri}


def _bare(one: Json) -> Json:
    return {key: value for key, value in one.items() if key != "members"}


def _done(_: object) -> bytes:
    return said({})


def _added(values: list[str], value: str) -> bytes:
    if value not in values:
        values.append(value)
    return said({"name": value})


def _relation(_: object) -> bytes:
    return said({"following": True})


def _body(asked: Asked) -> Json:
    kind = asked.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return dict(json.loads(asked.body or b"{}"))
    if kind.startswith("multipart/"):
        found = re.search(rb'name="(\w+)"; filename=[^\r]*\r\n[^\r]*\r\n\r\n', asked.body)
        assert found is not None
        fields = re.findall(rb'name="(\w+)"\r\n\r\n([^\r]*)', asked.body)
        return {name.decode(): value.decode() for name, value in fields} | {
            found[1].decode(): asked.body[found.end() :].partition(b"\r\n--")[0]
        }
    return dict(parse_qsl(asked.body.decode(), keep_blank_values=True))


@asynccontextmanager
async def towns(old: str = "page", new: str = "page") -> AsyncIterator[tuple[Town, Town]]:
    """Two of them that know each other, of these dialects."""
    made: list[Town] = []

    def responding(at: int) -> Callable[[Asked, asyncio.StreamWriter], Any]:
        async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
            await made[at].respond(asked, writer)

        return respond

    async with serving(responding(0)) as first, serving(responding(1)) as second:
        made += [Town(first.origin, old), Town(second.origin, new)]
        made[0].neighbour, made[1].neighbour = made[1], made[0]
        yield made[0], made[1]
