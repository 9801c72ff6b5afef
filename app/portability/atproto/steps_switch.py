"""
The switch: the identity is made to name the new server, and everybody is told.

Until it is submitted nothing public has changed. What is signed is written down
before it is sent: it is sent again, never signed again, and if it has arrived
already that is seen.
"""

from __future__ import annotations

from typing import Any

from app.model.errors import Refused, ServiceError, SignedOut, Unreachable, Unsupported
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.ends import without_old
from app.portability.atproto.key_room import with_room
from app.portability.atproto.mailed import mailed_signature
from app.portability.atproto.next_identity import checked, moved_in
from app.portability.atproto.plc import PlcData, cid_of, operation_from_data, signed
from app.portability.atproto.plc_client import Head
from app.portability.atproto.refusals import error_from_host
from app.portability.atproto.steps_data import caught_up, keep_late
from app.portability.atproto.steps_prepare import keys_of_old, own_key
from app.portability.atproto.take_back import take_back
from app.portability.step import Again, StepContext, Waiting

SUBMIT = "com.atproto.identity.submitPlcOperation"


class Sign(Act):
    """Have the change of address signed, for the code that comes by e-mail."""

    id, title = "sign", "Sign the change of address"
    asks_old = asks_new = True

    async def done(self, context: StepContext) -> bool:
        """It is signed and still fits, or was sent already."""
        ends = self.ends
        head = await ends.plc.head(ends.did)
        if head.data.pds == ends.new_host.origin and "guest" not in context.kept:
            return True
        operation = context.kept.get("signed")
        return operation is not None and operation.get("prev") == head.cid

    async def do(self, context: StepContext) -> None:
        """Ask for the code last of all: it is good for a quarter of an hour only."""
        head, wanted = await self._wanted(context)
        operation = await self._signed(context, head, wanted)
        context.keep(signed=operation)
        if "guest" not in context.kept:
            context.keep(before=dict(head.operation), before_cid=head.cid)
        context.result("signed, not yet sent")

    async def _wanted(self, context: StepContext) -> tuple[Head, PlcData]:
        ends = self.ends
        host = await ends.recommended(await ends.new(context))
        if host.pds != ends.new_host.origin:
            raise Refused(
                f"{ends.new_host.name} calls itself {host.pds or 'nothing'}.",
                "Make a new plan with that address.",
            )
        head = await ends.plc.head(ends.did)
        wanted = moved_in(head.data, host, leaving=keys_of_old(context, head.data))
        key = own_key(context)
        wanted = with_room(context, wanted, host, key.public if key is not None else "")
        return head, checked(wanted)

    async def _signed(self, context: StepContext, head: Head, wanted: PlcData) -> dict[str, Any]:
        key = own_key(context)
        can = key is not None and key.public in head.data.rotation_keys
        by_key = context.answers.get("plc_code", "").strip().lower() == asking.BY_KEY
        by_key = by_key or "guest" in context.kept  # the old server has no say any more
        if not (by_key and can):
            try:
                session = await self.ends.old(context)
                return await mailed_signature(
                    context,
                    session,
                    wanted,
                    head,
                    key="plc_code",
                    email=context.kept.get("email", ""),
                    by_key=can,
                )
            except Refused as error:
                if not can:
                    raise
                need = asking.mailed_code(context.plan, "plc_code", "", by_key=True)
                raise Waiting(need, text=f"{error.message} Your own key can sign.") from error
            except ServiceError as error:
                without_old(self.ends, context, error)
        if key is None or not can:
            raise Waiting(
                asking.own_key_file(exists=True),
                text="Without the old server only your own recovery key can sign.",
            )
        context.say("Signed with your own recovery key.", "good")
        return signed(operation_from_data(wanted, head.cid), key.key)


class Switch(Act):
    """The point after which everybody looks for the account at the new server."""

    id, title, public = "switch", "Change the address", True
    asks_old = asks_new = True

    async def done(self, context: StepContext) -> bool:
        """The directory names the new server, and the key that it uses."""
        ends = self.ends
        head = await ends.plc.head(ends.did)
        if head.data.pds != ends.new_host.origin:
            return False
        host = await ends.recommended(await ends.new(context))
        return head.data.signing_key == host.signing_key

    async def do(self, context: StepContext) -> None:
        """Bring over the very last, then send what was signed."""
        ends = self.ends
        await caught_up(ends, context)
        operation = context.kept.get("signed")
        if operation is None:
            raise Again(Sign.id, "The change of address is not signed.")
        session = await ends.new(context)
        reply = await session.ask(
            "POST", SUBMIT, body={"operation": operation}, why="to change the address", coded=True
        )
        if reply.status != 200 and not await self.done(context):
            error = error_from_host(reply, ends.new_host.origin, session.handle)
            head = await ends.plc.head(ends.did)
            if operation.get("prev") != head.cid:
                raise Again(Sign.id, "The identity was changed by somebody else meanwhile.")
            raise error
        head = await ends.plc.head(ends.did)
        context.keep(switched=head.cid, switched_at=head.at.isoformat())
        if head.cid != cid_of(operation):
            context.say("The directory holds another change than the one that was sent.", "warn")
        context.result(f"everybody finds it at {ends.new_host.name} now")

    async def undo(self, context: StepContext) -> None:
        """By a new change of address, back to where it was."""
        await take_back(self.ends, context)


class Activate(Act):
    """Switch the account on at the new server, and see from outside that it is."""

    id, title, public = "activate", "Switch the new account on", True
    asks_new = True
    _TRIES, _PAUSE = 10, 3.0

    async def done(self, context: StepContext) -> bool:
        """The new server says so, to its owner and to everybody."""
        ends = self.ends
        session = await ends.new(context)
        status = await session.account_status()
        public = await ends.new_host.repo_status(ends.did)
        return status.activated and status.valid_did and public is not None and public.active

    async def do(self, context: StepContext) -> None:
        """``activateAccount``, until the new server has seen the change itself."""
        session = await self.ends.new(context)
        for left in reversed(range(self._TRIES)):
            reply = await session.ask(
                "POST", "com.atproto.server.activateAccount", why="to switch the account on"
            )
            if reply.status == 200 and await self.done(context):
                context.result(f"{session.handle} is at home at {session.host.name}")
                return
            if reply.status != 200:
                error = error_from_host(reply, session.host.origin, session.handle)
                if not isinstance(error, Refused) or not left:
                    raise error
            await context.wait(self._PAUSE)
        raise Unreachable(
            f"{session.host.name} does not switch the account on yet.",
            "Nothing to do: Godwit asks again.",
        )


class SeenFromOutside(Act):
    """The network shows the account, and shows it as active."""

    id, title = "outside", "See that everybody finds you"
    asks_new = True
    _TRIES, _PAUSE = 6, 5.0

    async def done(self, context: StepContext) -> bool:
        """An independent service says so, or there is none to ask."""
        if self.ends.appview is None or context.kept.get("unseen"):
            return True
        return await self._is_shown()

    async def do(self, context: StepContext) -> None:
        """
        Look, and switch on again what is not seen.

        Services of the network have been seen to miss the first time.
        """
        session = await self.ends.new(context)
        for _ in range(self._TRIES):
            if await self._is_shown():
                return
            await session.ask(
                "POST", "com.atproto.server.activateAccount", why="to switch the account on"
            )
            await context.wait(self._PAUSE)
        if not await self._is_shown():
            context.keep(unseen=True)
            context.say(
                "The network does not show the account yet. That can take a day; nothing is lost.",
                "warn",
            )

    async def _is_shown(self) -> bool:
        view = self.ends.appview
        assert view is not None
        try:
            reply = await view.ask(
                "GET",
                "app.bsky.actor.getProfile",
                params={"actor": self.ends.did},
                why="whether everybody finds you",
            )
        except ServiceError:
            return False  # it is only asked for reassurance
        return reply.status == 200


class LeaveOld(Act):
    """Switch the account off where it was. Last of all, and only tidying."""

    id, title, public = "leave", "Switch the old account off", True
    asks_old = True

    async def done(self, context: StepContext) -> bool:
        """It is off there; or cannot be switched off, and the user knows."""
        if context.kept.get("left_on"):
            return True
        try:
            status = await self.ends.old_host.repo_status(self.ends.did)
        except ServiceError as error:
            return without_old(self.ends, context, error)
        return status is None or not status.active

    async def do(self, context: StepContext) -> None:
        """``deactivateAccount``; never deletes: it is the way back."""
        ends = self.ends
        if not await self._is_home(context):
            raise Refused(
                "The new account is not active, so the old one is left as it is.",
                "Run it again.",
            )
        try:
            session = await ends.old(context)
            if not session.is_shut_out:
                known = context.kept.get("imported", "")
                await keep_late(ends, context, await ends.source(context), known)
            await session.post(
                "com.atproto.server.deactivateAccount", {}, why="to switch the old account off"
            )
        except (Refused, SignedOut, Unsupported) as error:
            context.keep(left_on=True)
            context.say(
                f"The old account could not be switched off: {error.message} "
                "The move is complete all the same. You can do it on the pages of "
                f"{ends.old_host.name}.",
                "warn",
            )
        except ServiceError as error:
            without_old(self.ends, context, error)
            context.keep(left_on=True)
        else:
            context.result("off, not deleted: it is your way back")

    async def _is_home(self, context: StepContext) -> bool:
        status = await self.ends.new_host.repo_status(self.ends.did)
        return status is not None and status.active
