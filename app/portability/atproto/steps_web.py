"""
The switch of an identity that is a file at the user's own domain (``did:web``).

No server can change that file, so no code is mailed and nothing is signed: the exact
document is shown, and the file is watched until it says so (facts on migration A4).
"""

from __future__ import annotations

from typing import Any

from app.portability.atproto.acts import Act
from app.portability.atproto.documents import document_wanted
from app.portability.atproto.standing import moved_document, web_document
from app.portability.atproto.steps_data import caught_up
from app.portability.atproto.take_back import take_back
from app.portability.step import StepContext


class SwitchDocument(Act):
    """The user puts the new document in its place; everybody then finds the account."""

    id, title, public = "switch", "Change the document at your domain", True
    asks_old = asks_new = True

    async def done(self, context: StepContext) -> bool:
        """The document names the new server, and the key that it uses."""
        ends = self.ends
        standing = await ends.standing()
        if standing.pds != ends.new_host.origin:
            return False
        host = await ends.recommended(await ends.new(context))
        return standing.signing_key == host.signing_key

    async def do(self, context: StepContext) -> None:
        """Bring over the very last, show the document, watch."""
        ends = self.ends
        await self.catch_up(context)
        session = await ends.new(context)
        host = await ends.recommended(session)
        document = moved_document(
            ends.did,
            await self.current(context),
            pds=ends.new_host.origin,
            signing_key=host.signing_key,
            handle=session.handle,
        )
        if not await self.done(context):
            raise document_wanted(ends, context, document)
        context.keep(switched_at=context.now().isoformat())

    async def current(self, context: StepContext) -> dict[str, Any]:
        """The document that is to be changed. Raises: Malformed, ServiceError."""
        return await web_document(self.ends.http, self.ends.did)

    async def catch_up(self, context: StepContext) -> None:
        """What was written last at the old server comes along. Raises: as ``caught_up``."""
        if not await self.ends.is_home(self.ends.new_host):
            await caught_up(self.ends, context)

    async def undo(self, context: StepContext) -> None:
        """The old document is shown, and watched for."""
        await take_back(self.ends, context)
