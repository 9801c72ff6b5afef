"""Who stands behind a handle, before anybody signs in."""

from __future__ import annotations

from msgspec import Raw, Struct

from app.model.errors import ServiceError
from app.protocols.base import Fact, Preview
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.identity import Identity
from app.protocols.bluesky.probe import ways_in
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.uris import web_url
from app.protocols.bluesky.wire import ABSENT, Wire
from app.protocols.bluesky.wire_server import Blob, ProfileDetails, ProfileRecord
from app.protocols.http import Http, host_of
from app.protocols.safety import clean_text

APPVIEW = "https://public.api.bsky.app"
"""The network's AppView for viewers without an account."""

_BY = {"DNS": ", by DNS", "file": ", by a file there", "host": ", by its host"}


class _Card(Struct, frozen=True):
    title: str = ""
    subtitle: str = ""
    text: str = ""
    picture: str = ""


class _RecordReply(Wire, frozen=True):
    value: Raw = ABSENT


async def preview_of(http: Http, identity: Identity, *, typed_host: bool) -> Preview:
    """
    The person, three facts and a verdict.

    Args:
        typed_host: The user named the server: then nobody else is asked.

    Raises:
        Unreachable: The account's server does not answer.
    """
    methods = await ways_in(http, identity.pds)
    card = await _card(http, identity, typed_host=typed_host)
    if identity.verified:
        verdict = "Verified both ways: handle to DID and back"
    elif identity.how:
        verdict = "The handle does not name this DID"
    else:
        verdict = (
            "The DID's handle could not be verified" if identity.claimed else "It has no handle"
        )
    handle = Fact(
        "Handle",
        f"{identity.claimed or 'none'}{_BY.get(identity.how, '')}",
        "check-circle" if identity.verified else "warning",
        identity.verified,
    )
    return Preview(
        address=identity.claimed if identity.verified else identity.did,
        title=card.title or identity.claimed or identity.did,
        subtitle=card.subtitle,
        text=card.text,
        picture=card.picture,
        facts=(
            handle,
            Fact("DID", identity.did, "check-circle"),
            Fact("Host", host_of(identity.pds), "globe-simple"),
        ),
        verdict=verdict,
        verified=identity.verified,
        methods=methods,
    )


async def _card(http: Http, identity: Identity, *, typed_host: bool) -> _Card:
    """A name and a picture: pleasant to have, never worth an error."""
    try:
        if not typed_host and (found := await _from_appview(http, identity)) is not None:
            return found
        return await _from_host(http, identity)
    except (ServiceError, Unreadable):
        return _Card()


async def _from_appview(http: Http, identity: Identity) -> _Card | None:
    reply = await http.request(
        "GET",
        f"{APPVIEW}/xrpc/app.bsky.actor.getProfile",
        params={"actor": identity.did},
        why="preview of an account",
        max_bytes=256_000,
        timeout=8,
        public=True,
    )
    if reply.status != 200:
        return None
    profile = read(reply.body, ProfileDetails)
    posts = f"{profile.posts_count:,}".replace(",", "\u00a0")
    noun = "post" if profile.posts_count == 1 else "posts"
    parts = [f"{posts} {noun}", _since(profile.created_at)]
    return _Card(
        title=plain_name(profile.display_name),
        subtitle=" · ".join(filter(None, parts)),
        text=clean_text(profile.description).strip(),
        picture=web_url(profile.avatar),
    )


async def _from_host(http: Http, identity: Identity) -> _Card:
    """The profile record, which a PDS gives to everybody."""
    reply = await http.request(
        "GET",
        f"{identity.pds}/xrpc/com.atproto.repo.getRecord",
        params={
            "repo": identity.did,
            "collection": "app.bsky.actor.profile",
            "rkey": "self",
        },
        why="preview of an account",
        max_bytes=256_000,
        timeout=8,
        public=True,
    )
    if reply.status != 200:
        return _Card()
    record = read(read(reply.body, _RecordReply).value, ProfileRecord)
    return _Card(
        title=plain_name(record.display_name),
        subtitle=_since(record.created_at),
        text=clean_text(record.description).strip(),
        picture=_blob_url(identity, record.avatar),
    )


def _blob_url(identity: Identity, blob: Blob | None) -> str:
    cid = blob.ref.link if blob else ""
    if not cid.isalnum():
        return ""
    return f"{identity.pds}/xrpc/com.atproto.sync.getBlob?did={identity.did}&cid={cid}"


def _since(created_at: str) -> str:
    time = moment(created_at)
    return f"since {time:%B %Y}" if time else ""
