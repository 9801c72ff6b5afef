"""Before anything is changed: look at the account, and give it a key of its own."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.model.errors import BadInput, Refused, ServiceError
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.ends import Ends
from app.portability.atproto.mailed import mailed_signature
from app.portability.atproto.next_identity import checked, with_own_key
from app.portability.atproto.plc import PlcData, operation_from_data, signed
from app.portability.atproto.recovery_key import OwnKey, make_key_file, read_key_file
from app.portability.atproto.standing import Standing, is_plc, web_document
from app.portability.disk import told
from app.portability.plan import Need
from app.portability.step import StepContext, Waiting
from app.store.vault_file import write_atomically

PLC_LOG, WEB_DOCUMENT = "plc-log.json", "did-before.json"


class Look(Act):
    """Sign in where the account lives; keep what is needed to take everything back."""

    id, title = "look", "Look at the account"
    asks_old = True

    async def done(self, context: StepContext) -> bool:
        """What it keeps is kept, and the password is right."""
        if "host_keys" not in context.kept:
            return False
        await self.ends.old(context)
        return True

    async def do(self, context: StepContext) -> None:
        """Keep the identity's log, and which keys are the old server's."""
        ends, plan = self.ends, context.plan
        session = await ends.old(context)
        if not session.email_confirmed and is_plc(ends.did):
            context.say(
                f"{ends.old_host.name} has not confirmed the account's e-mail address "
                f"{asking.masked(session.email)}: the code must arrive there.",
                "warn",
            )
        if not session.active:
            context.say(
                f"The account is {session.status or 'not active'} at the old server.", "warn"
            )
        host_keys = None
        if not session.is_shut_out:
            host_keys = (await ends.recommended(session)).rotation_keys
        standing = await self._checked_home()
        await save_identity(ends, context)
        context.keep(
            host_keys=host_keys,
            former_keys=[standing.signing_key],
            email=asking.masked(session.email),
        )
        context.result(f"signed in as {session.handle or plan.source.handle}")

    async def _checked_home(self) -> Standing:
        ends = self.ends
        standing = await ends.standing()
        if standing.pds not in (ends.old_host.origin, ends.new_host.origin):
            raise Refused(
                f"The account does not live at {ends.old_host.name}, but at {standing.pds}.",
                "Make a new plan.",
            )
        return standing


async def save_identity(ends: Ends, context: StepContext) -> None:
    """Keep what the identity says now, with all its past. Raises: ServiceError, StoreError."""
    if is_plc(ends.did):
        name, content = PLC_LOG, await ends.plc.log_bytes(ends.did)
    else:
        name = WEB_DOCUMENT
        content = msgspec.json.encode(await web_document(ends.http, ends.did))
    path = context.folder / name
    if name == WEB_DOCUMENT and path.exists():
        return  # of the first time: what is there now may be of the move already
    with told(path):
        write_atomically(path, content)


class OwnKeyFirst(Act):
    """A recovery key of the user's, in a file of the user's, first in the identity."""

    id, title, public = "own-key", "Put your own recovery key first", True
    asks_old = True

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Whether, and where."""
        choice = _choice(context)
        if choice == asking.SKIP:
            return ()
        asked = [asking.own_key()]
        if choice:
            asked.append(asking.own_key_file(exists=choice == asking.HAVE))
        return (*asking.unanswered(context, *asked), *super().needs(context))

    async def done(self, context: StepContext) -> bool:
        """The directory names it first, and the file holds it."""
        if _choice(context) == asking.SKIP:
            if context.kept.get("own_key"):
                await self._forget_unknown(context)
            return True
        if not context.kept.get("own_key"):
            return False
        head = await self.ends.plc.head(self.ends.did)
        if head.data.rotation_keys[:1] != (context.kept["own_key"],):
            return False
        return own_key(context) is not None

    async def _forget_unknown(self, context: StepContext) -> None:
        """Who skips it in the end has none, unless the directory knows it all the same."""
        head = await self.ends.plc.head(self.ends.did)
        if context.kept["own_key"] not in head.data.rotation_keys:
            context.keep(own_key=None)

    async def do(self, context: StepContext) -> None:
        """Make or read it, then have it put first."""
        key = self._key(context)
        context.keep(own_key=key.public, own_key_file=str(key_path(context)))
        try:
            await self._put_first(context, key)
        except Refused as error:
            # Whatever stands against it: without one it goes too, if the user wants.
            text = f"{error.message} {error.next_step}"
            raise Waiting(asking.own_key(), text=text) from error
        context.result("it is in the directory, before the server's key")

    async def _put_first(self, context: StepContext, key: OwnKey) -> None:
        ends = self.ends
        head = await ends.plc.head(ends.did)
        if head.data.rotation_keys[:1] == (key.public,):
            return
        wanted = checked(with_own_key(head.data, key.public))
        if key.public in head.data.rotation_keys:
            operation = signed(operation_from_data(wanted, head.cid), key.key)
        else:
            session = await ends.old(context)
            operation = await mailed_signature(
                context, session, wanted, head, key="own_key_code", email=context.kept["email"]
            )
        await ends.plc.submit(ends.did, operation)

    def _key(self, context: StepContext) -> OwnKey:
        """Raises: Waiting: the file cannot be used. StoreError."""
        path, choice = key_path(context), _choice(context)
        did, handle = self.ends.did, context.plan.source.handle
        try:
            if choice == asking.MAKE and not path.exists():
                key = make_key_file(path, did, handle)
                context.say(f"A recovery key was made, and read back from {path.name}.", "good")
                return key
            key = read_key_file(path)
        except BadInput as error:
            raise self._again(choice, f"{error.message} {error.next_step}") from error
        if key.did and key.did != did:
            raise self._again(choice, f"The key in {path.name} is of another account, {key.did}.")
        if choice == asking.MAKE and key.did != did:
            # Ours, of an earlier try, names the account; whatever else it is stays untouched.
            raise self._again(choice, f"{path.name} is there already.")
        return key

    def _again(self, choice: str, text: str) -> Waiting:
        return Waiting(asking.own_key_file(exists=choice == asking.HAVE), text=text)

    async def undo(self, context: StepContext) -> None:
        """It stays: it harms nobody, and gives the user the last word."""
        if context.kept.get("own_key"):
            context.say("Your own recovery key stays in the identity.")


def own_key(context: StepContext) -> OwnKey | None:
    """The user's own key, if it can be read again where it was put and is the same."""
    kept = context.kept.get("own_key")
    for path in _paths(context):
        try:
            key = read_key_file(path)
        except ServiceError:
            continue
        if kept in (None, key.public):
            return key
    return None


def keys_of_old(context: StepContext, now: PlcData) -> list[str]:
    """
    The old server's recovery keys, which it shall not keep.

    Where it does not tell, all are taken for its own but the one that the user has shown.
    """
    told = context.kept.get("host_keys")
    if told is not None:
        return list(told)
    return [key for key in now.rotation_keys if key != context.kept.get("own_key")]


def _choice(context: StepContext) -> str:
    said = context.answers.get("own_key") or context.plan.options.get("own_key", "")
    return said.strip().lower()


def key_path(context: StepContext) -> Path:
    """Where the key is, or shall be; no name where nothing was said yet."""
    return next(iter(_paths(context)), Path())


def _paths(context: StepContext) -> list[Path]:
    said = (
        context.answers.get("own_key_file"),
        context.plan.options.get("own_key_file"),
        context.kept.get("own_key_file"),
    )
    return [Path(text.strip()).expanduser().absolute() for text in said if text and text.strip()]
