"""
Somebody as their own server (PDS) tells of them to anybody, where the AppView has nothing.

A handle leads to an identity, its document to the server; there ``getRecord`` has the
profile and ``listRecords`` the posts, as they were written: without counts, labels, quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Raw, json

from app.model import Cursor, Entry, Page, Profile
from app.model.errors import BadInput, Malformed, NotFound
from app.model.portrait import Portrait
from app.protocols.bluesky.convert import NETWORK, entries_from_posts
from app.protocols.bluesky.decode import READ_ERRORS
from app.protocols.bluesky.identity import Identity, Resolver, normalised
from app.protocols.bluesky.people import who_from_address
from app.protocols.bluesky.portraying import spans_of
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.records import POST
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.wire import Author
from app.protocols.http import Http
from app.protocols.portraying import Stranger
from app.protocols.safety import clean_text

_MAX_BYTES = 2_000_000
_LIMIT = 30
_PROFILE = "app.bsky.actor.profile"
_WHY = "somebody whom your server does not know"
_BLOB = "com.atproto.sync.getBlob"


class Strangers:
    """*now*: aware UTC."""

    def __init__(
        self,
        http: Http,
        resolver: Callable[[], Resolver],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http, self._resolver, self._now = http, resolver, now

    def is_address(self, address: str) -> bool:
        """A handle, a DID, ``at://…``, or a page of the network's web site."""
        try:
            who_from_address(address)
        except NotFound:
            return False
        return True

    async def stranger(self, address: str) -> Stranger:
        """Raises: NotFound, Unsafe, ServiceError."""
        try:
            who = normalised(who_from_address(address))
        except BadInput as error:
            raise NotFound("That is no account on Bluesky.") from error
        identity = await self._resolver().identity(who)
        params = {"repo": identity.did, "collection": _PROFILE, "rkey": "self"}
        found = await self._asked(identity.pds, "com.atproto.repo.getRecord", params)
        told = _dict(found, "value")
        profile = _profile(identity, told)
        text = clean_text(str(told.get("description") or "")[:4_000]).strip()
        return Stranger(
            network=NETWORK,
            host=urlsplit(identity.pds).netloc,
            portrait=Portrait(
                profile=profile,
                text=text,
                spans=spans_of(text),
                own_handle=bool(identity.verified),
                header=_blob(identity.pds, identity.did, told.get("banner")),
                since=moment(str(told.get("createdAt") or "")),
            ),
            begin=Cursor(f"{identity.pds}/xrpc/com.atproto.repo.listRecords"),
        )

    async def posts_of(self, stranger: Stranger, cursor: Cursor) -> Page:
        """Raises: ServiceError."""
        url, _, after = cursor.partition("?")
        pds, did = url.partition("/xrpc/")[0], stranger.portrait.profile.uri
        if urlsplit(pds).netloc != stranger.host:
            raise Malformed(f"{stranger.host} sends us elsewhere for its posts.")
        params = {"repo": did, "collection": POST, "limit": str(_LIMIT)}
        if after:
            params["cursor"] = after
        found = await self._asked(pds, "com.atproto.repo.listRecords", params)
        records = found.get("records")
        raws = [
            view
            for one in (records if isinstance(records, list) else [])
            if isinstance(one, dict) and (view := _view(pds, stranger, one)) is not None
        ]
        items = entries_from_posts(raws, self._now())
        more = found.get("cursor")
        goes_on = isinstance(more, str) and more and more != after and raws
        return Page(
            items=tuple(one for one in items if isinstance(one, Entry)),
            older=Cursor(f"{url}?{more}") if goes_on else None,
        )

    async def _asked(self, pds: str, method: str, params: dict[str, str]) -> dict[str, Any]:
        reply = await self._http.request(
            "GET",
            f"{pds}/xrpc/{method}",
            params=params,
            why=_WHY,
            max_bytes=_MAX_BYTES,
            public=True,
        )
        if reply.status != 200:
            raise NotFound(f"{urlsplit(pds).netloc} shows nothing of this account.")
        try:
            found = json.decode(reply.body)
        except READ_ERRORS as error:
            raise Malformed(f"{pds} sent something that cannot be read.") from error
        return found if isinstance(found, dict) else {}


def _profile(identity: Identity, told: dict[str, Any]) -> Profile:
    return profile_from_author(
        Author(
            did=identity.did,
            handle=identity.handle,
            display_name=str(told.get("displayName") or ""),
            avatar=_blob(identity.pds, identity.did, told.get("avatar")),
        )
    )


def _view(pds: str, stranger: Stranger, record: dict[str, Any]) -> Raw | None:
    """A record as a view would be; None: it is no post of theirs."""
    profile, value = stranger.portrait.profile, _dict(record, "value")
    uri = str(record.get("uri") or "")
    if not uri.startswith(f"at://{profile.uri}/{POST}/"):
        return None
    view: dict[str, Any] = {
        "uri": uri,
        "cid": str(record.get("cid") or ""),
        "author": {
            "did": profile.uri,
            "handle": profile.handle,
            "displayName": profile.name,
            "avatar": profile.avatar,
        },
        "record": value,
        "indexedAt": value.get("createdAt"),
    }
    if embed := _embed(pds, profile.uri, _dict(value, "embed")):
        view["embed"] = embed
    return Raw(json.encode(view))


def _embed(pds: str, did: str, embed: dict[str, Any]) -> dict[str, Any] | None:
    kind = embed.get("$type")
    if kind == "app.bsky.embed.recordWithMedia":
        return _embed(pds, did, _dict(embed, "media"))
    if kind == "app.bsky.embed.external":
        told = _dict(embed, "external")
        kept = {key: told.get(key) for key in ("uri", "title", "description")}
        return {"$type": f"{kind}#view", "external": kept}
    if kind != "app.bsky.embed.images" or not isinstance(embed.get("images"), list):
        return None
    images = []
    for one in embed["images"]:
        if isinstance(one, dict) and (url := _blob(pds, did, one.get("image"))):
            images.append(
                {
                    "thumb": url,
                    "fullsize": url,
                    "alt": one.get("alt") or "",
                    "aspectRatio": one.get("aspectRatio"),
                }
            )
    return {"$type": f"{kind}#view", "images": images}


def _blob(pds: str, did: str, blob: Any) -> str:
    """Where a file of theirs is; "" = there is none."""
    ref = blob.get("ref") if isinstance(blob, dict) else None
    cid = ref.get("$link") if isinstance(ref, dict) else None
    if not isinstance(cid, str) or not cid.isalnum():
        return ""
    return f"{pds}/xrpc/{_BLOB}?{urlencode({'did': did, 'cid': cid}, quote_via=quote)}"


def _dict(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}
