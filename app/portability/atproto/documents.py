"""The document of a ``did:web``, handed to the user to be put in its place."""

from __future__ import annotations

from typing import Any

import msgspec

from app.model.errors import Malformed
from app.portability.atproto import asking
from app.portability.atproto.ends import Ends
from app.portability.atproto.standing import web_address
from app.portability.atproto.steps_account import LOOK_AGAIN
from app.portability.step import StepContext, Waiting

_NOT_YET = "The document at your domain does not name the new server yet."


def document_wanted(
    ends: Ends, context: StepContext, document: dict[str, Any], why: str = _NOT_YET
) -> Waiting:
    """What the user must put at the domain, and *why*, one sentence."""
    text = msgspec.json.format(msgspec.json.encode(document)).decode()
    return Waiting(
        asking.did_document(web_address(ends.did), text),
        until=context.now() + LOOK_AGAIN,
        text=why,
    )


def read_document(content: bytes) -> dict[str, Any]:
    """A document that was kept. Raises: Malformed."""
    try:
        document: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise Malformed("The kept document cannot be read.") from error
    return document
