"""
A whole session at one host, from the account's own password.

App passwords and OAuth cannot export everything, import, sign or activate (facts
F3), so moving asks for the password itself. It is never written anywhere; it and
the tokens live in memory for as long as the move is worked on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from app.model.errors import Malformed, Refused, SignedOut
from app.portability.atproto.host import Host, answer
from app.portability.atproto.refusals import error_from_host, name_of
from app.portability.atproto.signing_in import (
    AccountStatus,
    SessionAnswer,
    app_password,
    claims_of,
    refuse_app_password,
    sign_in_error,
)
from app.protocols.bluesky.api import MakeError
from app.protocols.bluesky.refusals import is_stale
from app.protocols.bluesky.sign_in import typed_code
from app.protocols.http import Reply
from app.protocols.net.call import Params
from app.protocols.net.download import Landing

T = TypeVar("T")

_EARLY = 90.0  # seconds before the end of an access token at which it is renewed


class Session:
    """
    One account at one host. One renewal at a time, and before the token ends.

    Args:
        did: Whose it must be: a session of any other account is refused.
        now: Epoch seconds.
    """

    def __init__(self, host: Host, did: str, *, now: Callable[[], float] = time.time) -> None:
        self.host, self.did = host, did
        self.handle = self.email = self.status = ""
        self.email_confirmed = self.active = True
        self._now = now
        self._access = self._refresh = self._password = ""
        self._ends = 0.0
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"Session({self.did} at {self.host.name})"

    @property
    def is_open(self) -> bool:
        """There are tokens."""
        return bool(self._access)

    @property
    def is_shut_out(self) -> bool:
        """
        The host has taken the account down: it may be taken away, and nothing else.

        Neither can it be written to, nor are its preferences to be had.
        """
        return self.status in ("takendown", "suspended")

    async def sign_in(self, password: str, code: str = "", name: str = "") -> None:
        """
        ``com.atproto.server.createSession``.

        Args:
            name: What the host knows the account by; "" = its DID.

        Raises:
            BadInput: That is an app password.
            NeedsCode: The host has sent a code by e-mail; call again with it.
            SignedOut: Wrong password.
            ServiceError: The host cannot be asked, or refuses.
        """
        refuse_app_password(password, self.host.name)
        asked: dict[str, object] = {"identifier": name or self.did, "password": password}
        if code:
            asked["authFactorToken"] = typed_code(code)
        reply = await self._create(asked)
        if reply.status != 200 and name_of(reply) == "AccountTakedown":
            # The owner of an account that was taken down may still take it away.
            reply = await self._create(asked | {"allowTakendown": True})
        if reply.status != 200:
            raise sign_in_error(reply, self.host.origin, code)
        self.adopt(reply.body)
        self._password = password

    async def _create(self, asked: dict[str, object]) -> Reply:
        method = "com.atproto.server.createSession"
        return await self.host.ask("POST", method, body=asked, why="sign in to move")

    def adopt(self, body: bytes) -> None:
        """
        Take the tokens of an answer (also of ``createAccount``).

        Raises:
            Malformed: There are none.
            Refused: They are of another account, or of an app password.
        """
        told = answer(body, SessionAnswer)
        if not told.access_jwt or not told.refresh_jwt:
            raise Malformed(f"{self.host.name} answered without a session.")
        if told.did != self.did:
            raise Refused(
                f"{self.host.name} signed in to another account, {told.did}.",
                "Nothing was changed. Check the server's address and the password.",
            )
        claims = claims_of(told.access_jwt)
        if not claims.is_whole:
            raise app_password(self.host.name)
        self._access, self._refresh = told.access_jwt, told.refresh_jwt
        self._ends = claims.exp
        self._note(told)

    async def look(self) -> None:
        """Ask what the account is now (``getSession``). Raises: ServiceError."""
        told = await self.read(
            "com.atproto.server.getSession", SessionAnswer, why="how the account is"
        )
        if told.did != self.did:
            raise Malformed(f"{self.host.name} mixes its accounts up.", "Do not go on.")
        self._note(told)

    def _note(self, told: SessionAnswer) -> None:
        self.handle = told.handle or self.handle
        self.email = told.email or self.email
        self.email_confirmed = told.email_confirmed
        self.active, self.status = told.active, told.status

    # -- asking --------------------------------------------------------------

    async def read(
        self, method: str, kind: type[T], params: Params | None = None, *, why: str
    ) -> T:
        """A query's answer, read. Raises: ServiceError."""
        return answer(await self.get(method, params, why=why), kind)

    async def get(
        self,
        method: str,
        params: Params | None = None,
        *,
        why: str,
        max_bytes: int = 8_000_000,
    ) -> bytes:
        """A query's answer. Raises: ServiceError."""
        return self.body_of(
            await self.ask("GET", method, params=params, why=why, max_bytes=max_bytes)
        )

    async def post(self, method: str, body: object = None, *, why: str) -> bytes:
        """Call a procedure; *body* None sends none at all. Raises: ServiceError."""
        return self.body_of(await self.ask("POST", method, body=body, why=why))

    async def ask(
        self,
        verb: str,
        method: str,
        *,
        why: str,
        params: Params | None = None,
        body: object = None,
        max_bytes: int = 8_000_000,
        timeout: float = 60,
        coded: bool = False,
    ) -> Reply:
        """
        Whatever is answered, refusals included.

        Args:
            coded: A code from an e-mail is in *body*: hosts refuse a bad one in the
                same words as a bad session, which then is not to be renewed.

        Raises:
            ServiceError: No answer came.
        """

        async def asked(token: str) -> Reply:
            return await self.host.ask(
                verb,
                method,
                params=params,
                body=body,
                token=token,
                why=why,
                bucket=self.did,
                max_bytes=max_bytes,
                timeout=timeout,
            )

        return await asked(await self.token()) if coded else await self._renewing(asked)

    async def send(
        self,
        method: str,
        file: Path,
        mime: str,
        *,
        why: str,
        bucket: str = "",
        progress: Callable[[float], None] = lambda done: None,
    ) -> Reply:
        """Call a procedure with a file's bytes. Raises: ServiceError (no answer came)."""

        async def asked(token: str) -> Reply:
            return await self.host.send(
                method,
                file,
                mime,
                why=why,
                token=token,
                bucket=bucket or self.did,
                progress=progress,
            )

        return await self._renewing(asked)

    async def send_bytes(
        self, method: str, content: bytes, mime: str, *, why: str, bucket: str
    ) -> Reply:
        """Call a procedure with bytes that are in memory. Raises: as ``send``."""

        async def asked(token: str) -> Reply:
            return await self.host.send_bytes(
                method, content, mime, why=why, token=token, bucket=bucket
            )

        return await self._renewing(asked)

    async def download(
        self,
        method: str,
        params: Params,
        into: Landing,
        *,
        why: str,
        error: MakeError = error_from_host,
    ) -> None:
        """Fetch what a query answers onto the disk. Raises: what *error* makes of a refusal."""

        async def asked(token: str) -> Reply:
            return await self.host.download(
                method, params, into, why=why, token=token, bucket=self.did
            )

        reply = await self._renewing(asked)
        if reply.status != 200:
            raise error(reply, self.host.origin, self.handle)

    async def account_status(self) -> AccountStatus:
        """How far the account is, as the host counts. Raises: ServiceError."""
        method = "com.atproto.server.checkAccountStatus"
        return await self.read(method, AccountStatus, why="how far the move is")

    def body_of(self, reply: Reply) -> bytes:
        """The answer's bytes. Raises: ServiceError, if it is a refusal."""
        return self.host.body_of(reply, self.handle)

    async def token(self) -> str:
        """An access token that has time left. Raises: SignedOut, ServiceError."""
        if not self._access:
            raise SignedOut(f"Not signed in at {self.host.name}.")
        if self._ends and self._now() > self._ends - _EARLY:
            return await self._renewed(self._access)
        return self._access

    # -- renewing ------------------------------------------------------------

    async def _renewing(self, asked: Callable[[str], Awaitable[Reply]]) -> Reply:
        token = await self.token()
        reply = await asked(token)
        if is_stale(reply):
            reply = await asked(await self._renewed(token))
        return reply

    async def _renewed(self, spent: str) -> str:
        async with self._lock:
            if self._access != spent:
                return self._access  # another has done it meanwhile
            reply = await self.host.ask(
                "POST",
                "com.atproto.server.refreshSession",
                token=self._refresh,
                why="stay signed in",
                bucket=self.did,
            )
            if reply.status == 200:
                self.adopt(reply.body)
                return self._access
            error = error_from_host(reply, self.host.origin, self.handle)
            if not isinstance(error, SignedOut | Refused):
                raise error
            # The laptop slept for longer than a session lives, or somebody ended it.
            self._access = ""
            if not self._password:
                raise error
            await self.sign_in(self._password)
            return self._access
