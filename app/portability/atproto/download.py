"""
What is asked of a server to save an account: its repository, its files, its papers.

Repositories are public: they are asked for without credentials first, so that a
backup also works when a sign-in has ended. Of an account that is deactivated or
taken down only its owner gets them (facts A10).
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote

from msgspec import Raw, json

from app.model.errors import Malformed, NotFound, ServiceError
from app.portability.atproto.host import answer
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.refusals import error_from_host, name_of
from app.protocols.bluesky.api import MakeError
from app.protocols.bluesky.identity import PLC
from app.protocols.bluesky.refusals import said
from app.protocols.bluesky.wire import Wire
from app.protocols.http import Http, Reply, error_from_reply, host_of
from app.protocols.net.call import Params
from app.protocols.net.download import Landing

CAR = "application/vnd.ipld.car"

MOST_REPO = 4_000_000_000
"""Bytes of the largest repository that is fetched."""

MOST_BLOB = 1_000_000_000
"""Bytes of the largest file that is fetched, whatever its record says."""

_NOT_ACTIVE = frozenset({"RepoDeactivated", "RepoTakendown", "RepoSuspended"})
_DEAD = frozenset({"BlobNotFound", "RecordNotFound", "NotFound"})


class Own(Protocol):
    """The account's own sign-in, where there is one."""

    async def get(self, method: str, params: Params | None = None, *, why: str) -> bytes:
        """Ask a query. Raises: ServiceError."""
        ...

    async def download(
        self, method: str, params: Params, into: Landing, *, why: str, error: MakeError
    ) -> None:
        """Ask a query whose answer is a file. Raises: what *error* makes of a refusal."""
        ...


class Latest(Wire, frozen=True):
    """``com.atproto.sync.getLatestCommit``."""

    cid: str
    rev: str


class _Preferences(Wire, frozen=True):
    preferences: Raw


class Gone(NotFound):
    """The server has no such file (any more)."""

    next_step = "Nothing to do: its record stays, and the file is named as missing."


class RepoSource:
    """
    One account at the server where it lives.

    Args:
        origin: The server's, pinned: nothing that it answers leads elsewhere, except
            a redirect of a file to where it lies, without credentials.
        own: Asked when the account is not active, and for preferences.
        plc: Origin of the directory of identities; "" = the network's own.
        background: Nobody waits for it: leaves a fifth of every limit to the user.
    """

    def __init__(
        self,
        http: Http,
        origin: str,
        did: str,
        *,
        own: Own | None = None,
        plc: str = "",
        background: bool = False,
    ) -> None:
        self.origin, self.did, self.own = origin, did, own
        self._http, self._plc, self._background = http, plc, background
        self._own_only = False
        if plc:
            http.allow_private(plc)  # it was typed when the account was added

    @property
    def is_inactive(self) -> bool:
        """The server gives it to nobody but its owner, as it has said by now."""
        return self._own_only

    async def latest(self) -> Latest:
        """Head and revision of the repository now. Raises: ServiceError."""
        method, params = "com.atproto.sync.getLatestCommit", {"did": self.did}
        why = "whether a backup is up to date"
        if not self._own_only:
            reply = await self._http.request(
                "GET",
                self._url(method),
                params=params,
                why=why,
                background=self._background,
                public=True,
            )
            if not self._turned_away(reply):
                return answer(self._body(reply), Latest)
        return answer(await self._owner().get(method, params, why=why), Latest)

    async def repo(self, into: Landing) -> None:
        """The whole repository, as a CAR file. Raises: ServiceError."""
        await self._file("com.atproto.sync.getRepo", {"did": self.did}, into, "a backup")

    async def blob(self, cid: str, into: Landing) -> None:
        """
        One file.

        Raises:
            Gone: The server has not got it.
            ServiceError: It cannot be asked, or refuses.
        """
        params = {"did": self.did, "cid": cid}
        await self._file("com.atproto.sync.getBlob", params, into, "files for a backup")

    async def preferences(self) -> bytes:
        """
        The account's preferences as a JSON array, every entry as it stands there.

        Raises:
            NotFound: Nobody is signed in.
            ServiceError: They cannot be had.
        """
        method = "app.bsky.actor.getPreferences"
        return bytes(
            answer(await self._owner().get(method, why="a backup"), _Preferences).preferences
        )

    async def audit_log(self) -> bytes:
        """Every operation of the identity, as JSON. Raises: ServiceError."""
        return await PlcClient(self._http, self._plc).log_bytes(self.did)

    async def document(self) -> bytes:
        """The identity's document, as JSON. Raises: ServiceError."""
        if self.did.startswith("did:web:"):
            host = self.did.removeprefix("did:web:").replace("%3A", ":")
            here = f"http://{host}"
            origin = here if here == self.origin else f"https://{host}"
            return await self._paper(f"{origin}/.well-known/did.json")
        return await self._paper(f"{self._plc or PLC}/{quote(self.did)}")

    # -- asking --------------------------------------------------------------

    async def _file(self, method: str, params: dict[str, str], into: Landing, why: str) -> None:
        if not self._own_only:
            reply = await self._http.download(
                self._url(method),
                into=into,
                params=params,
                headers={"accept-encoding": "identity"}
                if "cid" in params
                else {},  # packed already
                why=why,
                background=self._background,
                public=True,
            )
            if not self._turned_away(reply):
                if reply.status != 200:
                    raise _error_of_file(reply, self.origin)
                return
        await self._owner().download(method, params, into, why=why, error=_error_of_file)

    async def _paper(self, url: str) -> bytes:
        reply = await self._http.request(
            "GET", url, why="a backup", background=self._background, public=True
        )
        if reply.status != 200:
            raise error_from_reply(reply, url)
        try:
            json.decode(reply.body)
        except (ValueError, RecursionError):
            raise Malformed("The directory's answer cannot be read.") from None
        return reply.body

    def _turned_away(self, reply: Reply) -> bool:
        """Only its owner gets it: from now on it is asked for as such."""
        if reply.status == 200 or name_of(reply) not in _NOT_ACTIVE or self.own is None:
            return False
        self._own_only = True
        return True

    def _owner(self) -> Own:
        if self.own is None:
            raise NotFound("Nobody is signed in to this account here.", "Sign in to it first.")
        return self.own

    def _body(self, reply: Reply) -> bytes:
        if reply.status != 200:
            raise error_from_host(reply, self.origin)
        return reply.body

    def _url(self, method: str) -> str:
        return f"{self.origin}/xrpc/{method}"


def _error_of_file(reply: Reply, server: str, handle: str = "") -> ServiceError:
    told = said(reply)
    # The lexicon has a name for it; the reference server says it in words.
    words = told.message.lower()
    if reply.status in (400, 404) and (
        told.error in _DEAD or "blob not found" in words or "could not find blob" in words
    ):
        return Gone(f"{host_of(server)} has no such file any more.")
    return error_from_host(reply, server, handle)
