"""A request on its way, and the small rules about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urljoin

from msgspec import Struct

from app.model.errors import Malformed, Refused
from app.protocols.net.body import read_body
from app.protocols.net.download import Landing, moving
from app.protocols.net.reply import Reply
from app.protocols.net.upload import FileBody
from app.protocols.safety import Link, parse_link

Params = Mapping[str, str | int | bool] | Sequence[tuple[str, str | int | bool]]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Call(Struct, frozen=True, kw_only=True):
    """
    What stays the same when a request is repeated or redirected.

    *upload*: is the body, instead of *payload*; *landing*: takes the body of a
    good answer. With either, *timeout* is for each time that nothing moves.
    *repeatable*: a change that is the same when it is made twice, so that it may go
    into a connection that was kept. *lasting*: its answer goes on and on (``flow.Flow``).
    """

    method: str
    headers: Mapping[str, str]
    payload: Mapping[str, Any]
    timeout: float
    max_bytes: int
    why: str
    bucket: str = ""
    background: bool = False
    public: bool = False
    accept: tuple[str, ...] = ()
    upload: FileBody | None = None
    repeatable: bool = False
    landing: Landing | None = None
    lasting: bool = False

    def __repr__(self) -> str:
        return f"Call({self.method}, {self.why!r})"  # the rest may hold secrets

    @property
    def harmless(self) -> bool:
        """Asking twice changes nothing more than asking once."""
        return self.repeatable or self.method in ("GET", "HEAD")

    def flow(self, chunks: AsyncIterator[bytes], renew: Callable[[], None]) -> AsyncIterator[bytes]:
        """The answer's body as it comes; of a download each piece begins the time anew."""
        return chunks if self.landing is None else moving(chunks, renew)

    def wants_body(self, status: int, content_type: str, host: str) -> bool:
        """
        Whether the body of such an answer is to be read.

        Raises:
            Malformed: It is not of the type that was asked for.
        """
        if self.method == "HEAD":
            return False
        if not self.accept:
            return True
        if status != 200:
            return False  # nobody will read it
        if not is_accepted(content_type, self.accept):
            raise Malformed(f"{host} sent something of another kind than was asked for.")
        return True


class Sent:
    """
    Whether the request itself (not one to a proxy for a way) began to leave.

    Called by httpcore at each step of a request (its "trace" extension).
    """

    def __init__(self) -> None:
        self.begun = False

    async def __call__(self, step: str, info: Mapping[str, Any]) -> None:
        """Note a step."""
        if step.endswith("send_request_headers.started"):
            request = info.get("request")
            self.begun |= request is None or request.method != b"CONNECT"


async def read_reply(
    call: Call,
    link: Link,
    status: int,
    headers: Iterable[tuple[str, str]],
    chunks: AsyncIterator[bytes],
) -> Reply:
    """
    The answer to *call*, with its body as far as it is wanted.

    Raises:
        Malformed: Too long, of another type, or not what its headers say.
    """
    named = {name.lower(): value for name, value in headers}
    body = b""
    if call.landing is not None and status == 200:
        await call.landing.fill(chunks, named, link.netloc)
        return Reply(status, named, body, link.url)
    if call.wants_body(status, named.get("content-type", ""), link.netloc):
        body = await read_body(
            chunks,
            encoding=named.get("content-encoding", ""),
            declared=named.get("content-length", ""),
            max_bytes=call.max_bytes,
            host=link.netloc,
        )
    return Reply(status, named, body, link.url)


def payload_of(**parts: object) -> dict[str, object]:
    """Those of *parts* that are there, as httpx names them."""
    return {name: part for name, part in parts.items() if part is not None}


def with_params(url: str, params: Params | None) -> str:
    """*url* with *params* added to its query."""
    if not params:
        return url
    pairs = params.items() if isinstance(params, Mapping) else params
    written = urlencode(
        [(name, str(v).lower() if isinstance(v, bool) else str(v)) for name, v in pairs]
    )
    base, hash_, fragment = url.partition("#")
    return f"{base}{'&' if '?' in base else '?'}{written}{hash_}{fragment}"


def redirect_of(reply: Reply) -> Link | None:
    """
    Where *reply* sends us; None if nowhere.

    Raises:
        Malformed: To something that is no web address.
    """
    location = reply.headers.get("location", "")
    if reply.status not in _REDIRECTS or not location:
        return None
    try:
        link = parse_link(urljoin(reply.url, location))
    except ValueError:
        link = None
    if link is None:
        raise Malformed("The server sent us on to something that is no web address.")
    return link


def sendable(headers: Mapping[str, str], host: str) -> dict[str, str]:
    """
    *headers*, if they can be sent: a pasted token may hold anything.

    Raises:
        Refused: One holds a character that HTTP does not carry. Which one and
            what is in it is not told: it is a secret, most likely.
    """
    for name, value in headers.items():
        if not (value.isascii() and (value.isprintable() or not value)):
            raise Refused(
                f"What was to be sent to {host} as “{name}” holds unusual characters.",
                "If you pasted a token or password, paste it again without line breaks.",
            )
    return dict(headers)


def is_accepted(content_type: str, accept: Sequence[str]) -> bool:
    """Is *content_type* one of *accept* (``image/*`` covers all images)?"""
    kind = content_type.partition(";")[0].strip().lower()
    return any(
        kind == wanted or (wanted.endswith("/*") and kind.startswith(wanted[:-1]))
        for wanted in accept
    )
