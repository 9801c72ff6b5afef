"""Both ends of a move, and the directory that says which of them counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from msgspec import Struct

from app.model.errors import BadInput, NeedsCode, ServiceError, SignedOut, Unreachable
from app.portability.atproto import asking
from app.portability.atproto.download import RepoSource
from app.portability.atproto.host import Host
from app.portability.atproto.next_identity import Recommended
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.session import Session
from app.portability.atproto.standing import Standing, standing_of
from app.portability.plan import Need, Plan
from app.portability.step import StepContext, Waiting
from app.protocols.http import Http
from app.protocols.net.address import is_loopback
from app.protocols.safety import parse_link

_SILENT = 2  # tries in vain, with the runner's pause between them


class _End(Struct, frozen=True):
    """One of the two servers, and what it is asked with."""

    session: Session
    password: Need
    code: Need


class Ends:
    """
    What the steps of one move share: in memory only, made anew in each process.

    Args:
        plc: The directory.
        appview: A service that shows the account to everybody; None: none is known.
        now: Epoch seconds.

    Attributes:
        silence: What was said of the old server's silence, each time that it was.
        tag: Sets files and lists of the way back apart from those of the way there.
    """

    tag = ""

    def __init__(
        self,
        plan: Plan,
        http: Http,
        plc: PlcClient,
        appview: Host | None = None,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.plan, self.http, self.did = plan, http, plan.source.did
        self.plc, self.appview = plc, appview
        here = is_here(plan.source.server) and is_here(plan.target.server)
        old = Host(http, plan.source.server, typed=here or plan.source.account is not None)
        new = Host(http, plan.target.server, typed=True)
        self._old = _End(
            Session(old, self.did, now=now), asking.old_password(plan), asking.old_code(plan)
        )
        self._new = _End(
            Session(new, self.did, now=now),
            asking.new_password(plan, exists=True),
            asking.new_code(plan),
        )
        self._recommended: dict[str, Recommended] = {}
        self._lock = asyncio.Lock()
        self.silence: list[str] = []

    def backwards(self) -> Ends:
        """The same sessions, the other way round."""
        back = Ends.__new__(Ends)
        back.__dict__.update(self.__dict__)
        back._old, back._new = self._new, self._old
        back.tag = "-back"
        return back

    @property
    def old_host(self) -> Host:
        """The server it leaves."""
        return self._old.session.host

    @property
    def new_host(self) -> Host:
        """The server it moves to."""
        return self._new.session.host

    async def old(self, context: StepContext) -> Session:
        """
        The account at the server it leaves, signed in.

        Raises:
            Waiting: The password, or a mailed code, is not given yet or wrong.
            ServiceError: The server cannot be asked, or refuses.
        """
        return await self._signed_in(self._old, context)

    async def new(self, context: StepContext) -> Session:
        """The account at the server it moves to, signed in. Raises: as ``old``."""
        return await self._signed_in(self._new, context)

    async def source(self, context: StepContext) -> RepoSource:
        """What the account holds at the server it leaves. Raises: as ``old``."""
        session = await self.old(context)
        return RepoSource(
            self.http, self.old_host.origin, self.did, own=session, plc=self.plc.origin
        )

    def public_source(self, host: Host) -> RepoSource:
        """What *host* shows to everybody, if it is there at all."""
        return RepoSource(self.http, host.origin, self.did, plc=self.plc.origin)

    @property
    def arriving(self) -> Session:
        """The session at the new server, signed in or not: ``createAccount`` opens it."""
        return self._new.session

    async def _signed_in(self, end: _End, context: StepContext) -> Session:
        async with self._lock:
            session = end.session
            if session.is_open:
                return session
            typed = asking.given(context, end.password)
            try:
                name = self._name_at(session.host, context)
                await session.sign_in(typed, context.answers.get(end.code.key, ""), name)
            except NeedsCode as error:
                raise Waiting(end.code, text=error.message) from error
            except (SignedOut, BadInput) as error:
                text = f"{error.message} {error.next_step}"
                raise Waiting(end.password, text=text) from error
            return session

    def _name_at(self, host: Host, context: StepContext) -> str:
        """
        What *host* knows the account by; "" = its DID.

        Hosts look names up in lower case, where a DID with a port (did:web:a%3A80) is none.
        """
        if self.did == self.did.lower():
            return ""
        if host.origin == self.plan.source.server:
            return self.plan.source.handle
        return str(context.kept.get("new_handle", ""))

    async def recommended(self, session: Session) -> Recommended:
        """What *session*'s host needs to serve the account. Raises: ServiceError."""
        known = self._recommended.get(session.host.origin)
        if known is None:
            method = "com.atproto.identity.getRecommendedDidCredentials"
            known = await session.read(method, Recommended, why="what the server needs")
            self._recommended[session.host.origin] = known
        return known

    async def standing(self) -> Standing:
        """What the account's public identity says now. Raises: ServiceError."""
        return await standing_of(self.http, self.plc, self.did)

    async def is_home(self, host: Host) -> bool:
        """Whether the public identity leads to *host* now. Raises: ServiceError."""
        return (await self.standing()).pds == host.origin


def is_without_old(context: StepContext) -> bool:
    """The user has said that the old server is gone for good."""
    return context.answers.get("old_gone", "").strip().lower() in ("yes", "y")


def without_old(ends: Ends, context: StepContext, error: ServiceError) -> bool:
    """
    Whether to go on although the old server does not answer: the user has said so.

    The user is asked when it was silent for several tries, not at the first.

    Raises:
        Waiting: The user was not asked yet.
        ServiceError: *error*, where it is another trouble, or it may pass.
    """
    if not isinstance(error, Unreachable):
        raise error
    if is_without_old(context):
        return True
    ends.silence.append(context.answers.get("old_gone", ""))
    # Who said no (or nothing yet) wants it tried again.
    if len(ends.silence) < _SILENT or (ends.silence[-1] and len(ends.silence) % _SILENT):
        raise error
    raise Waiting(asking.old_gone(context.plan), text=error.message) from error


def is_here(origin: str) -> bool:
    """Whether a server is on this machine."""
    link = parse_link(origin)
    return link is not None and is_loopback(link.host)
