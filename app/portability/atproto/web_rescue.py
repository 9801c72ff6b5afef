"""
Moving in from an archive where the identity is a file at the user's own domain.

Nobody's word is needed for that: the document names, for a while, a key that Godwit
makes for this move, with which the new server is asked in; then it names the new
server's own (facts on migration A4). The key is in a file of the user's, for a document
can take days to be put in its place; everything else comes from the folder of a backup.
"""

from __future__ import annotations

from typing import Any

from app.model.errors import BadInput, Malformed, NotFound, Refused, Unreachable
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.archive import former_keys
from app.portability.atproto.documents import document_wanted, read_document
from app.portability.atproto.ends import Ends
from app.portability.atproto.guest import service_token
from app.portability.atproto.host import ServerDescription
from app.portability.atproto.recovery_key import OwnKey, make_key_file, read_key_file
from app.portability.atproto.rescue import archive_of
from app.portability.atproto.standing import (
    Standing,
    keyed_document,
    standing_from_document,
    web_document,
)
from app.portability.atproto.steps_account import ASK_AGAIN, NewAccount
from app.portability.atproto.steps_prepare import WEB_DOCUMENT, key_path, own_key, save_identity
from app.portability.atproto.steps_web import SwitchDocument
from app.portability.disk import told
from app.portability.plan import Need
from app.portability.step import Again, StepContext, Waiting
from app.protocols.http import Reply

_KEY_FILE = """\
A key for one move of {handle}
({did})

As long as the document at your domain names this key, whoever has it can have an account
made in your name. When the move is over the document names another, and this file is
worth nothing: delete it then. Godwit keeps no copy.

public key: {public}
private key: {private}
"""


class LookAtDomain(Act):
    """Keep the document as it is, and the keys that the backup may be signed with."""

    id, title = "look", "Look at the document at your domain"

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Nothing: it is public."""
        return ()

    async def done(self, context: StepContext) -> bool:
        """Both are kept."""
        return "former_keys" in context.kept and (context.folder / WEB_DOCUMENT).exists()

    async def do(self, context: StepContext) -> None:
        """Fetch it, once: later it is of the move already."""
        standing = await self.ends.standing()
        await save_identity(self.ends, context)
        known = (standing.signing_key, *former_keys(archive_of(context)))
        context.keep(former_keys=[key for key in dict.fromkeys(known) if key])
        context.result(f"it names {standing.pds or 'no server'}")


class NameKey(Act):
    """The user puts a key that is made for this move into the document."""

    id, title, public = "move-key", "Name a key of your own at your domain", True

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Where the key shall be kept."""
        return () if key_path(context).name else (asking.move_key_file(),)

    async def done(self, context: StepContext) -> bool:
        """The document names it, and its file holds it; or it has served already."""
        ends, key = self.ends, own_key(context)
        if await ends.new_host.repo_status(ends.did) is not None:
            return True
        if key is None or not context.kept.get("own_key"):
            return False
        document, _ = await served(ends)
        return standing_from_document(ends.did, document).signing_key == key.public

    async def do(self, context: StepContext) -> None:
        """Make the key, show the document, watch."""
        key = self._key(context)
        context.keep(own_key=key.public, own_key_file=str(key_path(context)))
        if await self.done(context):
            context.result("your document names it")
            return
        document, trouble = await served(self.ends)
        base = document or kept_document(context)
        raise document_wanted(
            self.ends,
            context,
            keyed_document(self.ends.did, base, signing_key=key.public),
            trouble or "The document at your domain does not name the key of this move yet.",
        )

    def _key(self, context: StepContext) -> OwnKey:
        """Raises: Waiting: The file is something else. StoreError."""
        path, did = key_path(context), self.ends.did
        try:
            if path.exists():
                key = read_key_file(path)
            else:
                handle = context.plan.source.handle
                key = make_key_file(path, did, handle, words=_KEY_FILE)
                context.say(f"A key for this move was made, and read back from {path.name}.")
        except BadInput as error:
            raise Waiting(
                asking.move_key_file(), text=f"{error.message} {error.next_step}"
            ) from error
        if key.did != did:
            raise Waiting(asking.move_key_file(), text=f"{path.name} is something else already.")
        return key

    async def undo(self, context: StepContext) -> None:
        """The document as it was is shown, and watched for."""
        await put_back(self.ends, context)


class MoveInByDomain(NewAccount):
    """Make the account at the new server, let in by the key that the document names."""

    asks_old = False

    async def permission(self, context: StepContext, audience: str) -> str:
        """What the old server would have said; raises ``Again`` where the key is gone."""
        key, standing = own_key(context), await self.ends.standing()
        if key is None or standing.signing_key != key.public:
            raise Again(NameKey.id, "The document at your domain does not name the key any more.")
        return service_token(key.key, self.ends.did, audience, int(context.now().timestamp()))

    def _refusal(
        self, context: StepContext, reply: Reply, description: ServerDescription
    ) -> Exception:
        """Servers, and what stands before a domain, keep copies of documents for a while."""
        if reply.status != 401:
            return super()._refusal(context, reply, description)
        return Waiting(
            until=context.now() + ASK_AGAIN,
            text=f"{self.ends.new_host.name} does not see the key in your document yet.",
        )


class SwitchAlone(SwitchDocument):
    """The same as with the old server's help, but that there is nothing to catch up with."""

    asks_old = False

    async def done(self, context: StepContext) -> bool:
        """A document that cannot be read names nobody."""
        try:
            return await super().done(context)
        except (Malformed, NotFound):
            return False

    async def current(self, context: StepContext) -> dict[str, Any]:
        """The document; as it was kept, where what is served is none."""
        return (await served(self.ends))[0] or kept_document(context)

    async def catch_up(self, context: StepContext) -> None:
        """All that there is was in the backup."""

    async def undo(self, context: StepContext) -> None:
        """The document as it was is shown, and watched for."""
        await put_back(self.ends, context)


async def served(ends: Ends) -> tuple[dict[str, Any], str]:
    """
    What lies at the domain; {} and why, where it is none: it may be half written.

    Raises:
        ServiceError: The domain does not answer.
    """
    try:
        return await web_document(ends.http, ends.did), ""
    except (Malformed, NotFound) as error:
        return {}, error.message


def kept_document(context: StepContext) -> dict[str, Any]:
    """The document before the move. Raises: Malformed, StoreError."""
    path = context.folder / WEB_DOCUMENT
    with told(path):
        return read_document(path.read_bytes())


async def put_back(ends: Ends, context: StepContext) -> None:
    """
    Where the account never came to life, the document is to be as it was.

    Raises:
        Waiting: It is not yet.
        Refused: The account did come to life.
        ServiceError: The domain cannot be asked.
    """
    if not any(context.kept.get(name) for name in ("own_key", "arrived", "switched_at")):
        return  # nothing was shown to be put there
    try:
        status = await ends.new_host.repo_status(ends.did)
    except Unreachable:
        status = None  # it has no say in this
    before = kept_document(context)
    document, trouble = await served(ends)
    home = standing_from_document(ends.did, document).pds
    if status is not None and status.active and home == ends.new_host.origin:
        raise Refused(
            f"The account is at home at {ends.new_host.name} already.",
            "There is no way back to a server that is gone; you can move on at any time.",
        )
    if document and _says(ends, document) == _says(ends, before):
        return
    text = trouble or "The document at your domain is not yet as it was before."
    raise document_wanted(ends, context, before, text)


def _says(ends: Ends, document: dict[str, Any]) -> Standing:
    return standing_from_document(ends.did, document)
