"""Somebody who writes, at a PDS in a dictionary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.model import RichText
from app.model.errors import Unreachable
from app.model.sending import Outgoing
from app.protocols.base import Secret
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.credentials import Credentials
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.http import Reply
from app.protocols.writing import Ready
from tests.unit.protocols.bluesky.samples import NOW, at
from tests.unit.protocols.bluesky.scripted import PDS, Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.test_api import ACCOUNT, PASSWORD

REPO = f"{PDS}/xrpc/com.atproto.repo."
APPLY, GET, DELETE, UPLOAD = (
    REPO + name for name in ("applyWrites", "getRecord", "deleteRecord", "uploadBlob")
)
POSTS = f"{PDS}/xrpc/app.bsky.feed.getPosts"
GONE = reply(400, {"error": "RecordNotFound", "message": "Could not locate record"})
DONE = reply(body={"commit": {}, "results": []})


def service(wire: ScriptedHttp, secret: Secret = PASSWORD, **more: Any) -> BlueskyService:
    api = BlueskyApi(wire.http, ACCOUNT, Credentials(wire.http, ACCOUNT, HeldSecrets(secret)))
    return BlueskyService(api, ACCOUNT, now=lambda: NOW, **more)


def ready(writer: BlueskyService, *texts: str, **more: Any) -> list[Ready]:
    posts = [Outgoing(text=RichText(text), **more) for text in texts]
    return [Ready(post=post, ticket=writer.ticket(post, NOW)) for post in posts]


def kept(posts: list[Ready], *, missing: int = -1, **changes: Any) -> Callable[[Asked], Reply]:
    """A repo that has these posts."""

    def answer(asked: Asked) -> Reply:
        keys = [post.ticket.split(" ")[0] for post in posts]
        number = keys.index(asked.params["rkey"])
        if number == missing:
            return GONE
        post = posts[number]
        value = {"text": post.post.text.text, "createdAt": post.ticket.split(" ")[1]}
        uri = at(key=keys[number])
        return reply(body={"uri": uri, "cid": f"c{number}", "value": value | changes})

    return answer


def raising(error: Exception) -> Callable[[Asked], Reply]:
    def answer(_: Asked) -> Reply:
        raise error

    return answer


def lost() -> Unreachable:
    error = Unreachable("pds.birds.social cut the connection.")
    error.sent = True
    return error
