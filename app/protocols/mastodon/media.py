"""
Files: sent with their words, then waited for until the server has made them ready.

Source: methods/media. A file of which a post was made cannot be used again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from app.model.draft import Attachment
from app.model.errors import Malformed, Refused, ServiceError, Unreachable
from app.protocols.http import Reply
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import Api
from app.protocols.mastodon.outgoing import focus_of
from app.protocols.mastodon.session import Session
from app.protocols.mastodon.wire_server import read_object
from app.protocols.net.reply import words_of

MEDIA_V2 = "/api/v2/media"
MEDIA_V1 = "/api/v1/media"

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 5.0
_PATIENCE = 900.0
"""Seconds that a server may take for a film."""


class Uploading(Session):
    """Hands files over for one account."""

    async def upload(
        self,
        media: Attachment,
        file: Path,
        *,
        progress: Callable[[float], None] = lambda done: None,
    ) -> str:
        """
        Hand over a file with its alt text and focus; returns the server's id of it.

        Returns when the server can attach it to a post. A second call makes a
        second file there, which nobody sees.

        Raises:
            Refused: Too large, or of a kind that the server does not take.
            Unreachable: It did not arrive, or is not ready after a long wait.
        """
        api = await self._api()
        fields = _words(media)
        path = MEDIA_V2
        name = media.name or "file"
        reply = await api.upload(
            path, file, media.mime, name=name, fields=fields, progress=progress
        )
        if reply.status in (404, 405):  # older than 3.1.3, or odd
            path = MEDIA_V1
            reply = await api.upload(
                path, file, media.mime, name=name, fields=fields, progress=progress
            )
        made = await self._made(api, reply, path, media)
        if reply.status == 202 or (not made.url and path == MEDIA_V2):
            await self._ready(api, made.id or "", media)
        self._words_of_media[made.id or ""] = (media.alt, media.focus)
        return made.id or ""

    async def _made(self, api: Api, reply: Reply, path: str, media: Attachment) -> wire.Media:
        try:
            await api.checked(reply, path)
        except Refused as error:
            raise _not_taken(api, reply, media) or error from error
        made = read_object(reply.body, wire.Media, api.host)
        if not made.id:
            raise Malformed(f"{api.host} took “{media.name}”, but did not say what it is called.")
        return made

    async def _ready(self, api: Api, token: str, media: Attachment) -> None:
        """Wait until it can be attached. 206: not yet."""
        path = f"{MEDIA_V1}/{quote(token, safe='')}"
        wait, waited = _FIRST_WAIT, 0.0
        while waited < _PATIENCE:
            reply = await api.ask("GET", path, why="waiting for a file")
            if reply.status == 200:
                return
            if reply.status in (404, 405):
                return  # it cannot tell; what is wrong will show with the post
            if reply.status != 206:
                try:
                    await api.checked(reply, path)
                except Refused as error:
                    raise _not_taken(api, reply, media) or error from error
            await self._sleep(wait)
            waited += wait
            wait = min(wait * 1.5, _LONGEST_WAIT)
        raise Unreachable(
            f"{api.host} is still busy with “{media.name}” after {_PATIENCE / 60:.0f} minutes.",
            "Try again later, or leave it out.",
        )

    async def _described(self, api: Api, media: Attachment, uploads: dict[str, str]) -> str:
        """
        The server's id of *media*, with the alt text that it has now.

        Raises:
            Refused: It was never handed over.
        """
        token = uploads.get(media.id, "")
        if not token:
            raise Refused(f"“{media.name}” was not sent to {api.host} yet.", "Send it again.")
        wanted = (media.alt, media.focus)
        if self._words_of_media.get(token, wanted) != wanted:
            path = f"{MEDIA_V1}/{quote(token, safe='')}"
            words = {"description": media.alt, "focus": focus_of(media)}
            reply = await api.ask("PUT", path, json=words, why="describing a picture")
            await api.checked(reply, path)
            self._words_of_media[token] = wanted
        return token


def _words(media: Attachment) -> dict[str, str]:
    fields = {}
    if media.alt:
        fields["description"] = media.alt
    if media.focus != (0.0, 0.0):
        fields["focus"] = focus_of(media)
    return fields


def _not_taken(api: Api, reply: Reply, media: Attachment) -> ServiceError | None:
    said = words_of(reply)
    match reply.status:
        case 413:
            return Refused(
                f"“{media.name}” is too large for {api.host}.", "Make it smaller, or leave it out."
            )
        case 400 | 415 | 422:
            return Refused(
                f"{api.host} does not take “{media.name}”{said}.",
                "Use another format, make it smaller, or leave it out.",
            )
    return None
