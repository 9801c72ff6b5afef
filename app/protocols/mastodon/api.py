"""
How to ask a Mastodon-API server: paths, paging, and what its refusals mean.

Nothing above this file knows of ``max_id``, Link headers or status codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from msgspec import Struct

from app.model.errors import Refused, ServiceError, SignedOut, Suspended
from app.model.timeline import Cursor, Source
from app.protocols.http import Http, Reply, error_from_reply
from app.protocols.mastodon.wire_server import Credentials, read_object

T = TypeVar("T", bound=Struct)

VERIFY = "/api/v1/accounts/verify_credentials"
INSTANCE_V2 = "/api/v2/instance"
INSTANCE_V1 = "/api/v1/instance"
APPS = "/api/v1/apps"
AUTHORIZE = "/oauth/authorize"
TOKEN = "/oauth/token"  # noqa: S105 - a path
REVOKE = "/oauth/revoke"
METADATA = "/.well-known/oauth-authorization-server"
WEBFINGER = "/.well-known/webfinger"
SEARCH = "/api/v2/search"
STATUSES = "/api/v1/statuses"
SCHEDULED = "/api/v1/scheduled_statuses"
ACCOUNTS = "/api/v1/accounts"

USUAL_BYTES = 8_000_000
OBJECT_BYTES = 1_000_000
"""Of one object: unlike a page it cannot be read in turns with whoever scrolls meanwhile."""
MAX_LIMIT = 40
"""More is cut silently by the servers."""

_PATHS = {
    "home": "/api/v1/timelines/home",
    "list": "/api/v1/timelines/list/{arg}",
    "tag": "/api/v1/timelines/tag/{arg}",
    "bookmarks": "/api/v1/bookmarks",
    "author": "/api/v1/accounts/{arg}/statuses",
    "trends": "/api/v1/trends/statuses",
    "likes": "/api/v1/favourites",
    "quotes": "/api/v1/statuses/{arg}/quotes",
}
_APART = ("bookmarks", "likes", "trends")
"""Sources that are not paged by ids of their posts."""
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT = re.compile(r"""\brel\s*=\s*["']?next\b""", re.IGNORECASE)
_PAGE_KEYS = ("max_id", "offset", "page")
# What servers say when the account itself is the problem (any language may
# come; then it stays a plain refusal).
_NARROW = re.compile(r"\bscopes?\b|insufficient permission", re.IGNORECASE)
_CLOSED = re.compile(r"suspend|disabled|deactivat|moved|frozen", re.IGNORECASE)


def source_path(source: Source, arg: str) -> str | None:
    """Path of a source, None if there is no such timeline."""
    path = _PATHS.get(source.kind)
    if path is None or ("{arg}" in path and not arg):
        return None
    return path.format(arg=quote(arg, safe=""))


def next_cursor(headers: Mapping[str, str], source: Source, last_id: str) -> Cursor | None:
    """
    Where the page after this one begins.

    The Link header is the truth: bookmarks and likes are paged by ids that no status in
    the page carries, and trends are counted off. Where it names no next page, the last id may still lead
    on: short pages come without it. Only an empty page is the end.
    """
    for url, parameters in _LINK.findall(headers.get("link", "")):
        if _NEXT.search(parameters):
            query = dict(parse_qsl(urlsplit(url).query))
            if kept := {key: query[key] for key in _PAGE_KEYS if key in query}:
                return Cursor(urlencode(kept))
    if last_id and source.kind not in _APART:
        return Cursor(urlencode({"max_id": last_id}))
    return None


def cursor_params(cursor: Cursor | None) -> dict[str, str]:
    """The parameters that a cursor stands for."""
    return dict(parse_qsl(cursor)) if cursor else {}


class Api:
    """
    One server, asked as one account or as nobody.

    Args:
        origin: ``https://host[:port]``.
        token: Never shown, never logged.
        bucket: Account whose rate limit this counts to.
        heard: Told of every answer, whatever it is.
    """

    def __init__(
        self,
        http: Http,
        origin: str,
        *,
        token: str = "",
        bucket: str = "",
        heard: Callable[[Reply], None] = lambda reply: None,
    ) -> None:
        self.origin = origin
        self.host = origin.split("://", 1)[-1]
        self._http = http
        self._token = token
        self._bucket = bucket
        self._heard = heard

    def __repr__(self) -> str:
        return f"Api({self.origin})"

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int | bool] = {},
        form: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] = {},
        why: str,
        counted: str = "",
        max_bytes: int = USUAL_BYTES,
        background: bool = False,
    ) -> Reply:
        """
        Send a request and return whatever is answered (see ``checked``).

        Args:
            counted: Servers have a limit of its own for this kind of call, and
                tell that one in the answer (api/rate-limits).
            max_bytes: Longest answer.

        Raises:
            ServiceError: No whole answer came.
        """
        reply = await self._http.request(
            method,
            self.origin + path,
            headers=self._headers() | dict(headers),
            params=params,
            form=form,
            json=json,
            why=why,
            bucket=self._bucket_of(counted),
            max_bytes=max_bytes,
            background=background,
        )
        self._heard(reply)
        return reply

    async def get(
        self,
        path: str,
        params: Mapping[str, str | int | bool] = {},
        *,
        why: str,
        background: bool = False,
    ) -> Reply:
        """Fetch *path*. Raises: ServiceError for every answer but 2xx."""
        reply = await self.ask("GET", path, params=params, why=why, background=background)
        return await self.checked(reply, path)

    async def post(
        self, path: str, form: Mapping[str, str], *, why: str, counted: str = ""
    ) -> Reply:
        """Send a form. Raises: ServiceError for every answer but 2xx."""
        reply = await self.ask("POST", path, form=form, why=why, counted=counted)
        return await self.checked(reply, path)

    async def fetch(
        self,
        path: str,
        kind: type[T],
        params: Mapping[str, str | int | bool] = {},
        *,
        why: str,
        background: bool = False,
    ) -> T:
        """Fetch one object. Raises: ServiceError."""
        reply = await self.ask(
            "GET", path, params=params, why=why, background=background, max_bytes=OBJECT_BYTES
        )
        await self.checked(reply, path)
        return read_object(reply.body, kind, self.host)

    async def exchange(self, path: str, form: Mapping[str, str], kind: type[T], *, why: str) -> T:
        """Send a form and read the object that comes back. Raises: ServiceError."""
        reply = await self.post(path, form, why=why)
        return read_object(reply.body, kind, self.host)

    async def upload(
        self,
        path: str,
        file: Path,
        mime: str,
        *,
        name: str,
        fields: Mapping[str, str],
        progress: Callable[[float], None] = lambda done: None,
        method: str = "POST",
        field: str = "file",
        why: str = "sending a file",
    ) -> Reply:
        """Send a file as *field* of a form, and return whatever is answered."""
        reply = await self._http.upload(
            method,
            self.origin + path,
            file=file,
            mime=mime,
            name=name,
            field=field,
            fields=fields,
            headers=self._headers(),
            progress=progress,
            why=why,
            bucket=self._bucket_of("media"),
        )
        self._heard(reply)
        return reply

    def _bucket_of(self, counted: str) -> str:
        return f"{self._bucket}/{counted}" if counted else self._bucket

    def _headers(self) -> dict[str, str]:
        headers = {"accept": "application/json"}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        return headers

    async def checked(self, reply: Reply, path: str) -> Reply:
        """
        *reply*, if it is a good one.

        Raises:
            ServiceError: It is a refusal: what it means, in words.
        """
        if 200 <= reply.status < 300:
            return reply
        error = error_from_reply(reply, self.host)
        if reply.status == 422 and path == VERIFY:
            # Some say so to a token that belongs to nobody (any more).
            raise SignedOut(f"{self.host} no longer accepts this sign-in.") from error
        if reply.status in (401, 403) and self._token:
            if _NARROW.search(_start(reply.body)):
                raise Refused(
                    f"Your sign-in at {self.host} does not allow this.",
                    "Sign in again, and let Godwit read and write.",
                ) from error
            if reply.status == 403 and _CLOSED.search(_start(reply.body)):
                raise await self._account_closed(path, error)
        raise error

    async def _account_closed(self, path: str, refusal: ServiceError) -> ServiceError:
        """The words say "suspended" or the like: of us, or of somebody else?"""
        closed = Suspended(
            f"{self.host} says this account is suspended, disabled or deactivated.",
        )
        if path == VERIFY:
            return closed
        reply = await self.ask("GET", VERIFY, why="state of the account")
        if reply.status == 403:
            return closed
        if reply.status == 401:
            return SignedOut(f"{self.host} no longer accepts this sign-in.")
        if reply.status == 200 and read_object(reply.body, Credentials, self.host).suspended:
            return closed
        return refusal


def _start(body: bytes) -> str:
    return body[:2000].decode("utf-8", "replace")
