"""An account at the new server for the identity that exists, not yet active."""

from __future__ import annotations

from datetime import timedelta

from app.model.errors import Refused, SignedOut
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.ends import Ends
from app.portability.atproto.guest import CREATE, Guest, guest_leaves
from app.portability.atproto.host import ServerDescription, answer
from app.portability.atproto.refusals import error_from_host
from app.portability.atproto.removal import removed_or_left
from app.portability.atproto.session import Session
from app.portability.atproto.signing_in import refuse_app_password
from app.portability.plan import Need
from app.portability.step import StepContext, Waiting
from app.protocols.bluesky.refusals import said
from app.protocols.bluesky.wire import Wire
from app.protocols.bluesky.wire_server import ResolvedHandle
from app.protocols.http import Reply

LOOK_AGAIN = timedelta(seconds=15)
"""Between two looks at what the user does elsewhere."""
ASK_AGAIN = timedelta(minutes=1)
"""Between two tries of what a server has to look up itself."""


class _ServiceAuth(Wire, frozen=True):
    token: str

    def __repr__(self) -> str:
        return "_ServiceAuth(…)"


class NewAccount(Act):
    """
    Make the account at the new server, or sign in to the one that is there already.

    It is there already after an interruption, and for who comes back to a former home.
    """

    id, title = "account", "Make the account at the new server"
    asks_old = asks_new = True

    def __init__(self, ends: Ends) -> None:
        super().__init__(ends)
        self.guest = Guest(ends)

    async def done(self, context: StepContext) -> bool:
        """It is there, and the password opens it."""
        ends = self.ends
        if await ends.new_host.repo_status(ends.did) is None:
            return False
        if not context.kept.get("arrived"):
            context.keep(arrived=True)
        session = await ends.new(context)
        await self._see_that_it_is_pinned(session)
        if session.handle != context.kept.get("new_handle"):
            context.keep(new_handle=session.handle)
        return True

    async def _see_that_it_is_pinned(self, session: Session) -> None:
        """
        That the server is the one which the identity must name.

        What is typed may be the door to many (as bsky.social is): the account then
        lives behind it, and is to be moved to there.
        """
        home = (await self.ends.recommended(session)).pds
        if home != session.host.origin:
            raise Refused(
                f"At {session.host.name} the account lives at {home or 'no server'}.",
                f"Make a new plan, to {home}." if home else "Ask the people who run it.",
            )

    async def do(self, context: StepContext) -> None:
        """``createAccount``, authorised by the old server for this once."""
        ends, host = self.ends, self.ends.new_host
        description = await host.description()
        wanted = await self._wanted(context, description)
        token = await self.permission(context, description.did)
        reply = await host.ask(
            "POST", CREATE, body=wanted, token=token, why="to make the account", timeout=120
        )
        if reply.status == 200:
            ends.arriving.adopt(reply.body)
            context.keep(arrived=True, made=True, new_handle=ends.arriving.handle)
            context.say(
                f"{host.name} may delete an account that is not active after three days: "
                "go on until then, or begin this step anew."
            )
            context.result(f"{ends.arriving.handle} at {host.name}, not yet active")
            return
        if await host.repo_status(ends.did) is None:
            raise self._refusal(context, reply, description)

    async def permission(self, context: StepContext, audience: str) -> str:
        """
        The old server's word that the account may be made.

        Raises:
            Waiting, ServiceError: As for signing in there.
        """
        session = await self.ends.old(context)
        reply = await session.ask(
            "GET",
            "com.atproto.server.getServiceAuth",
            params={"aud": audience, "lxm": CREATE},
            why="to be let in at the new server",
        )
        if reply.status == 200:
            return answer(reply.body, _ServiceAuth).token
        error = error_from_host(reply, session.host.origin, session.handle)
        if not (session.is_shut_out and isinstance(error, Refused | SignedOut)):
            raise error
        if not context.kept.get("own_key"):
            raise Refused(
                f"{session.host.name} does not let an account go that it has taken down.",
                "Make a new plan, and let it make a recovery key of your own: with that it goes.",
            )
        context.say(f"{session.host.name} gives no permission; your own key does.", "warn")
        return await self.guest.permission(context, audience)

    async def _wanted(self, context: StepContext, host: ServerDescription) -> dict[str, str]:
        """Raises: Waiting: something is not answered yet."""
        plan = context.plan
        wanted = {
            "did": self.ends.did,
            "handle": handle_wanted(context, host),
            "email": asking.given(context, asking.email(plan)),
            "password": asking.given(context, asking.new_password(plan)),
        }
        if wanted["email"].lower() == asking.SAME:
            wanted["email"] = (await self.ends.old(context)).email
        refuse_app_password(wanted["password"], self.ends.new_host.name)
        if host.invite_code_required:
            wanted["inviteCode"] = asking.given(context, asking.invite(plan))
        if host.phone_verification_required:
            wanted["verificationCode"] = asking.given(context, asking.phone_code(plan))
        return wanted

    def _refusal(
        self, context: StepContext, reply: Reply, description: ServerDescription
    ) -> Exception:
        """What the user can do better is asked again, the rest is final."""
        error = error_from_host(reply, self.ends.new_host.origin)
        if reply.status != 400:
            return error
        if "did not resolve" in said(reply).message:
            return domain_unproven(self.ends, context, handle_wanted(context, description))
        need = _to_ask_again(context, said(reply).error, said(reply).message, description)
        if need is None or not isinstance(error, Refused):
            return error
        return Waiting(need, text=error.message)

    async def undo(self, context: StepContext) -> None:
        """What was made at the new server stays there, switched off, or is deleted."""
        await guest_leaves(self.ends, context)
        if context.kept.get("arrived"):
            await removed_or_left(self.ends, context)


def handle_wanted(context: StepContext, host: ServerDescription) -> str:
    """
    The handle for the new account, with the server's domain where none was typed.

    Raises:
        Waiting: None was chosen.
    """
    domain = (host.available_user_domains or [""])[0]
    text = asking.given(context, asking.handle(context.plan, domain)).lower().lstrip("@")
    return text if "." in text else text + domain


async def see_domain(
    ends: Ends, context: StepContext, handle: str, host: ServerDescription
) -> None:
    """
    That a domain of the user's names the account, where *handle* is one.

    Raises:
        Waiting: The new server does not see it yet; what to set up is shown.
        ServiceError: It cannot be asked.
    """
    if handle.endswith(tuple(host.available_user_domains)):
        return
    reply = await ends.new_host.ask(
        "GET",
        "com.atproto.identity.resolveHandle",
        params={"handle": handle},
        why="whether your domain is proven",
    )
    if reply.status == 200 and answer(reply.body, ResolvedHandle).did == ends.did:
        return
    if reply.status not in (200, 400, 404):
        raise error_from_host(reply, ends.new_host.origin)
    raise domain_unproven(ends, context, handle)


def domain_unproven(ends: Ends, context: StepContext, handle: str) -> Waiting:
    """The new server does not see yet that a domain is the user's."""
    return Waiting(
        asking.domain_proof(handle, ends.did),
        until=context.now() + ASK_AGAIN,
        text=f"{ends.new_host.name} cannot see yet that {handle} is yours.",
    )


class Handle(Act):
    """Call the account as was wished, where it came under another name."""

    id, title, public = "handle", "Set your handle", True
    asks_new = True

    async def done(self, context: StepContext) -> bool:
        """It is called so, or nothing was wished."""
        wanted = self._wish(context)
        if not wanted:
            return True
        session = await self.ends.new(context)
        await session.look()
        return session.handle == wanted or session.handle.startswith(f"{wanted}.")

    async def do(self, context: StepContext) -> None:
        """``updateHandle``: the new server changes the public identity itself."""
        ends = self.ends
        session = await ends.new(context)
        description = await ends.new_host.description()
        wanted = handle_wanted(context, description)
        await see_domain(ends, context, wanted, description)
        reply = await session.ask(
            "POST", "com.atproto.identity.updateHandle", body={"handle": wanted}, why="your handle"
        )
        if reply.status != 200:
            need = _to_ask_again(context, said(reply).error, said(reply).message, description)
            error = error_from_host(reply, ends.new_host.origin, session.handle)
            raise Waiting(need, text=error.message) if need and reply.status == 400 else error
        context.keep(new_handle=wanted)
        context.result(wanted)

    def _wish(self, context: StepContext) -> str:
        need = asking.handle(context.plan, "")
        said_so = context.answers.get(need.key) or context.plan.options.get(need.key, "")
        return said_so.strip().lower().lstrip("@")


def _to_ask_again(
    context: StepContext, name: str, message: str, host: ServerDescription
) -> Need | None:
    plan, words = context.plan, message.lower()
    if name == "InvalidInviteCode" or "invite code" in words:
        return asking.invite(plan)
    if name in ("HandleNotAvailable", "InvalidHandle", "UnsupportedDomain") or "handle" in words:
        return asking.handle(plan, (host.available_user_domains or [""])[0])
    if "email" in words or "e-mail" in words:
        return asking.email(plan)
    if "password" in words:
        return asking.new_password(plan)
    if "verification" in words:
        return asking.phone_code(plan)
    return None
