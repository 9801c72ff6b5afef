"""
Who is who: handle → DID → document → PDS, and back again.

A handle is believed only when both sides say so: the handle's domain names
the DID (DNS TXT, a file at the domain, or the host the user typed), and the
DID's document names the handle. What a document says is free text of its
owner: the PDS in it must be a public https origin, or one the user typed.

Sources: atproto specs "handle" and "did", facts on identity and SSRF.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from msgspec import Struct

from app.model.errors import BadInput, Malformed, NotFound, ServiceError, Unsafe
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.dns_txt import lookup_txt
from app.protocols.bluesky.profiles import NO_HANDLE
from app.protocols.bluesky.uris import is_did, is_handle
from app.protocols.bluesky.wire_server import DidDocument, RepoDescription, ResolvedHandle
from app.protocols.http import Http, Reply, error_from_reply
from app.protocols.safety import (
    is_loopback,
    is_private_on_the_way,
    is_public_url,
    origin_of,
    parse_link,
)

T = TypeVar("T")

PLC = "https://plc.directory"
_KEPT_FOR = 3600.0  # seconds; a moved account is noticed within the hour
_MOST_KEPT = 4096
_MAX_DOCUMENT = 256_000

How = Literal["", "DNS", "file", "host"]
LookupTxt = Callable[[str], Awaitable[list[str]]]


class Identity(Struct, frozen=True):
    """
    An account and where it lives.

    Attributes:
        handle: Verified both ways, or ``handle.invalid``.
        claimed: What was typed, or what the document says.
        how: What names the DID for the handle: a DNS record, a file at the
            domain, or the host that the user typed.
        pds: Origin of its server.
    """

    did: str
    handle: str
    claimed: str
    how: How
    pds: str

    @property
    def verified(self) -> bool:
        """The handle names the DID, and the DID names the handle."""
        return self.handle != NO_HANDLE


class Resolver:
    """
    Looks identities up.

    Args:
        plc: Directory of ``did:plc``, as the user typed it; "" for the
            network's own (or, where *pds* knows the account, the PDS's word).
        pds: A server the user typed: it is asked first, and may be private.
        txt: DNS look-up of TXT records.
        now: Seconds, for ageing what is remembered.
    """

    def __init__(
        self,
        http: Http,
        *,
        plc: str = "",
        pds: str = "",
        txt: LookupTxt = lookup_txt,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._plc = plc
        self._pds = pds
        self._txt = txt
        self._now = now
        # A directory or server typed as loopback names others beside it.
        self._on_this_machine = any(is_loopback(_host(typed)) for typed in (plc, pds) if typed)
        self._documents: dict[str, tuple[float, DidDocument]] = {}
        for origin in filter(None, (plc, pds)):
            http.allow_private(origin)

    async def identity(self, who: str) -> Identity:
        """
        Everything about *who*, a handle or a DID (normalised, see ``normalised``).

        Raises:
            NotFound: No such account.
            Unreachable, Malformed, Unsafe: It cannot be looked up.
        """
        if who.startswith("did:"):
            did, document = who, await self.document(who)
            claimed = handle_from_document(document)
            how = await self._names(claimed, did) if claimed else ""
        else:
            claimed = who
            did, how = await self.did_of(who)
            document = await self.document(did)

        both = how and handle_from_document(document) == claimed
        return Identity(
            did=did,
            handle=claimed if both else NO_HANDLE,
            claimed=claimed,
            how=how,
            pds=self._home(document),
        )

    async def did_of(self, handle: str) -> tuple[str, How]:
        """
        The DID that *handle* names, and by what. Only half of the proof.

        Raises:
            NotFound: Nothing there names a DID.
            Unreachable: Its domain cannot be asked.
        """
        if self._pds and (did := await self._asked_host(handle)):
            return did, "host"
        if handle.rpartition(".")[2] == "test":
            raise NotFound(f"There is no account {handle}.", "Check the handle and its host.")
        if did := await self._asked_dns(handle):
            return did, "DNS"
        return await self._asked_file(handle), "file"

    async def pds_of(self, did: str, *, fresh: bool = False) -> str:
        """
        Origin of the server where *did* lives.

        Args:
            fresh: Do not use what is remembered (up to an hour).
        """
        return self._home(await self.document(did, fresh=fresh))

    async def document(self, did: str, *, fresh: bool = False) -> DidDocument:
        """
        The document of *did*.

        Raises:
            NotFound: Nobody has that DID.
            Malformed: It is the document of another.
        """
        kept = self._documents.get(did)
        if kept is not None and not fresh and self._now() - kept[0] < _KEPT_FOR:
            return kept[1]
        document = await self._fetched(did)
        if document.id != did:
            raise Malformed(f"The document of {did} is not its own.")
        if len(self._documents) >= _MOST_KEPT:
            self._documents.clear()
        self._documents[did] = (self._now(), document)
        return document

    # -- handle → DID --------------------------------------------------------

    async def _names(self, handle: str, did: str) -> How:
        try:
            named, how = await self.did_of(handle)
        except ServiceError:
            return ""  # Not proved, whatever the reason.
        return how if named == did else ""

    async def _asked_host(self, handle: str) -> str:
        url = f"{self._pds}/xrpc/com.atproto.identity.resolveHandle"
        reply = await self._get(url, why="who a handle is", params={"handle": handle})
        if reply.status == 429 or reply.status >= 500:
            # In trouble: to ask elsewhere would end in words about the handle.
            raise error_from_reply(reply, self._pds)
        if reply.status != 200:
            return ""
        return _did(_answer(reply, ResolvedHandle, self._pds).did)

    async def _asked_dns(self, handle: str) -> str:
        records = await self._txt(f"_atproto.{handle}")
        named = {text.removeprefix("did=").strip() for text in records if text.startswith("did=")}
        # More than one is a mistake or an attack: neither is believed.
        return _did(named.pop()) if len(named) == 1 else ""

    async def _asked_file(self, handle: str) -> str:
        reply = await self._http.fetch_public(
            f"https://{handle}/.well-known/atproto-did",
            max_bytes=4096,
            accept=("text/*", "application/*"),
            why="who a handle is",
        )
        did = _did(reply.body.decode("utf-8", "replace").strip()) if reply.status == 200 else ""
        if not did:
            raise NotFound(f"There is no account {handle}.", "Check the spelling of the handle.")
        return did

    # -- DID → document ------------------------------------------------------

    async def _fetched(self, did: str) -> DidDocument:
        if not is_did(did):
            raise Malformed(f"{did[:80]} is no identity that Godwit knows.")
        if did.startswith("did:web:"):
            return await self._fetched_web(did)
        if self._pds and not self._plc and (found := await self._hosted(did)) is not None:
            return found
        plc = self._plc or PLC
        reply = await self._get(f"{plc}/{did}", why="where an account lives")
        if reply.status == 404:
            raise NotFound(f"Nobody has the identity {did}.")
        return _answer(reply, DidDocument, plc)

    async def _hosted(self, did: str) -> DidDocument | None:
        """What the PDS that the user typed says about one of its accounts."""
        url = f"{self._pds}/xrpc/com.atproto.repo.describeRepo"
        reply = await self._get(url, why="where an account lives", params={"repo": did})
        if reply.status != 200:
            return None
        return _answer(reply, RepoDescription, self._pds).did_doc

    async def _fetched_web(self, did: str) -> DidDocument:
        host = did.removeprefix("did:web:").replace("%3A", ":")
        origin = f"https://{host}"
        if self._pds == f"http://{host}":
            origin = self._pds
        reply = await self._get(f"{origin}/.well-known/did.json", why="where an account lives")
        return _answer(reply, DidDocument, origin)

    def _home(self, document: DidDocument) -> str:
        pds = pds_from_document(document)
        if is_public_url(pds) or pds == self._pds:
            return pds
        if not (self._on_this_machine and is_loopback(_host(pds))):
            raise Unsafe(
                f"The account's document sends us to {pds}, which is not on the public web.",
                "If that is your own server, type its address as the server.",
            )
        self._http.allow_private(pds)
        return pds

    async def _get(self, url: str, *, why: str, params: dict[str, str] | None = None) -> Reply:
        return await self._http.request(
            "GET", url, params=params, why=why, max_bytes=_MAX_DOCUMENT, public=True
        )


# --------------------------------------------------------------- documents


def pds_from_document(document: DidDocument) -> str:
    """
    The first PDS that a document names, as an origin.

    Raises:
        NotFound: It names none.
        Malformed: That is no plain origin.
    """
    for service in document.service:
        if service.type != "AtprotoPersonalDataServer":
            continue
        if service.id not in ("#atproto_pds", f"{document.id}#atproto_pds"):
            continue
        origin = origin_of(service.service_endpoint)
        if origin is None or service.service_endpoint.rstrip("/") != origin:
            raise Malformed("The account's document has no readable server address.")
        return origin
    raise NotFound("The account has no server.", "It may have been deleted.")


def handle_from_document(document: DidDocument) -> str:
    """The first handle that a document names, or ""."""
    for name in document.also_known_as:
        handle = name.removeprefix("at://").lower()
        if name.startswith("at://") and is_handle(handle):
            return handle
    return ""


def _host(origin: str) -> str:
    link = parse_link(origin)
    return link.host if link else ""


def _did(text: str) -> str:
    return text if is_did(text) else ""


def _answer(reply: Reply, kind: type[T], server: str) -> T:
    if reply.status != 200:
        raise error_from_reply(reply, server)
    try:
        return read(reply.body, kind)
    except Unreadable as error:
        raise Malformed(f"{server} sent something that cannot be read.") from error


# ------------------------------------------------------------------ typed


def origin_from_typed(text: str) -> str:
    """
    A server's address as the user typed it, as an origin.

    https, except on this computer, where no server has a certificate.

    Raises:
        BadInput: It is no address, or one without encryption.
    """
    text = text.strip()
    if "://" not in text:
        link = parse_link(f"https://{text}")
        scheme = "http" if link is not None and is_loopback(link.host) else "https"
        text = f"{scheme}://{text}"
    origin = origin_of(text)
    if origin is None:
        raise BadInput(f"“{text[:80]}” is not a server's address.", "Type it as https://server.")
    if not is_private_on_the_way(origin):
        raise BadInput(
            f"{text} is not encrypted: others could read your password on the way.",
            "Type its https:// address.",
        )
    return origin


def normalised(typed: str) -> str:
    """
    What was typed as a handle or a DID: "@", links and blanks understood.

    Raises:
        BadInput: It is neither.
    """
    text = "".join(char for char in typed if char.isprintable()).strip()
    text = text.removeprefix("at://")
    for page in ("https://bsky.app/profile/", "bsky.app/profile/"):
        if text.lower().startswith(page):
            text = text[len(page) :].partition("/")[0].partition("?")[0]
    if is_did(text):
        return text

    handle = text.removeprefix("@").lower().rstrip(".")
    if "@" in handle:
        raise BadInput(
            "That looks like an e-mail address or a Mastodon handle.",
            "Type your Bluesky handle, like ana.bsky.social.",
        )
    if handle and "." not in handle:
        handle += ".bsky.social"
    if not is_handle(handle):
        raise BadInput(f"“{text[:80]}” is not a handle.", "Type it like ana.bsky.social.")
    return handle
