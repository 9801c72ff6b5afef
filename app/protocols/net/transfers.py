"""Files on their way, out and in: the part of the door to the network that streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.model.errors import Malformed
from app.protocols.net.call import Call, Params, redirect_of, with_params
from app.protocols.net.download import Landing
from app.protocols.net.reply import Reply
from app.protocols.net.upload import FileBody
from app.protocols.safety import Link

MAX_REDIRECTS = 4


class Transfers:
    """Streams files. ``Http`` is one: it makes the exchanges."""

    async def _exchange(self, call: Call, link: Link) -> Reply:
        raise NotImplementedError

    def _checked(self, url: str, public: bool) -> Link:
        raise NotImplementedError

    async def upload(
        self,
        method: str,
        url: str,
        *,
        file: Path,
        mime: str,
        name: str = "file",
        field: str | None = None,
        fields: Mapping[str, str] = {},
        headers: Mapping[str, str] | None = None,
        progress: Callable[[float], None] = lambda done: None,
        timeout: float = 120,
        why: str = "",
        bucket: str = "",
        public: bool = False,
        repeatable: bool = False,
    ) -> Reply:
        """
        Send a file, straight from the disk, and return whatever is answered.

        Args:
            field: Name of the file's part of a form, beside *fields*; None:
                the file itself is the body.
            name: What the form calls the file.
            progress: Told 0…1 of the bytes that have left.
            timeout: Seconds in which nothing moves.
            public, repeatable: As for ``request``.

        Raises:
            StoreError: The file cannot be read.
            ServiceError: As for ``request``. Redirects are not followed.
        """
        body = FileBody(file, mime, field=field, name=name, fields=fields, progress=progress)
        ours = {"content-type": body.content_type, "content-length": str(body.length)}
        call = Call(
            method=method.upper(),
            headers=dict(headers or {}) | ours,
            payload={},
            timeout=timeout,
            max_bytes=1_000_000,
            why=why,
            bucket=bucket,
            public=public,
            upload=body,
            repeatable=repeatable,
        )
        return await self._exchange(call, self._checked(url, public))

    async def download(
        self,
        url: str,
        *,
        into: Landing,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        timeout: float = 60,
        why: str = "",
        bucket: str = "",
        background: bool = False,
        public: bool = False,
    ) -> Reply:
        """
        Fetch a file straight onto the disk, and return the answer without its body.

        The body of any other answer than 200 is in the reply, and *into* is as
        it was. Without credentials redirects lead anywhere public, else within
        the origin.

        Args:
            timeout: Seconds in which nothing worth mentioning comes.
            public: As for ``request``.

        Raises:
            StoreError: The disk is full or not writable.
            ServiceError: As for ``request``; what came by then is of no use.
        """
        call = Call(
            method="GET",
            headers=headers or {},
            payload={},
            timeout=timeout,
            max_bytes=1_000_000,
            why=why,
            bucket=bucket,
            background=background,
            public=public,
            landing=into,
        )
        link = self._checked(with_params(url, params), public)
        has_secret = any(name.lower() in ("authorization", "dpop") for name in call.headers)
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._exchange(call, link)
            target = redirect_of(reply)
            if target is None or (target.origin != link.origin and has_secret):
                return reply
            link = self._checked(target.url, public or target.origin != link.origin)
        raise Malformed(f"{link.netloc} sent us round in circles.")
