"""A server's signature under a change of the identity, for a code that it has mailed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.model.errors import Refused
from app.portability.atproto import asking
from app.portability.atproto.host import answer
from app.portability.atproto.next_identity import check_signed, checked, sign_request
from app.portability.atproto.plc import PlcData
from app.portability.atproto.plc_client import Head
from app.portability.atproto.refusals import error_from_host, name_of
from app.portability.atproto.session import Session
from app.portability.plan import Need
from app.portability.step import StepContext, Waiting
from app.protocols.bluesky.sign_in import typed_code
from app.protocols.bluesky.wire import Wire
from app.protocols.http import Reply

_FRESH = timedelta(minutes=10)  # of the quarter of an hour that a code is good


class _Signed(Wire, frozen=True):
    operation: dict[str, Any]


async def mailed_signature(
    context: StepContext,
    session: Session,
    wanted: PlcData,
    head: Head,
    *,
    key: str,
    email: str,
    by_key: bool = False,
) -> dict[str, Any]:
    """
    The operation that makes the identity say *wanted*, signed by *session*'s host.

    It is checked before a code is spent on it, and afterwards: a host signs
    nonsense without a word, and might sign something else.

    Args:
        key: Of the answer that holds the code.
        email: Where it is mailed to, masked.
        by_key: Say that the own key can sign instead.

    Raises:
        Waiting: The code is on its way, was wrong, or too old.
        Refused: The host will not sign, or has signed something else.
    """
    checked(wanted)
    need = asking.mailed_code(context.plan, key, email, server=session.host.origin, by_key=by_key)
    code = context.answers.get(key, "").strip()
    if not code or code.lower() == asking.NEW:
        if code or not _is_on_its_way(context, key):
            await _ask_for_code(context, session, key)
        raise Waiting(need)
    reply = await session.ask(
        "POST",
        "com.atproto.identity.signPlcOperation",
        body={"token": typed_code(code), **sign_request(wanted)},
        why="to sign the change of address",
        coded=True,
    )
    if reply.status != 200:
        raise await _refusal(context, session, key, need, reply)
    operation = answer(reply.body, _Signed).operation
    check_signed(operation, wanted, head.cid, head.data.rotation_keys)
    return operation


async def _refusal(
    context: StepContext, session: Session, key: str, need: Need, reply: Reply
) -> Exception:
    """What to raise where the host has not signed; another code is on its way if it helps."""
    match name_of(reply):
        case "ExpiredToken":
            await _ask_for_code(context, session, key)
            return Waiting(need, text="That code was too old. A new one was mailed.")
        case "InvalidToken":
            context.keep(**{f"{key}_asked": None})  # if it was used up, the next try mails another
            return Waiting(need, text="That code is wrong, or was used already.")
    return error_from_host(reply, session.host.origin, session.handle)


def _is_on_its_way(context: StepContext, key: str) -> bool:
    """A code was mailed a moment ago: another would only make it worthless."""
    asked = context.kept.get(f"{key}_asked")
    return asked is not None and context.now() - datetime.fromisoformat(asked) < _FRESH


async def _ask_for_code(context: StepContext, session: Session, key: str) -> None:
    reply = await session.ask(
        "POST", "com.atproto.identity.requestPlcOperationSignature", why="to be mailed a code"
    )
    if reply.status == 200:
        context.keep(**{f"{key}_asked": context.now().isoformat()})
        context.say(f"{session.host.name} was asked to mail a code.")
        return
    error = error_from_host(reply, session.host.origin, session.handle)
    if isinstance(error, Refused):
        raise Refused(
            error.message,
            "Give the account an e-mail address that works, or use your own recovery key.",
        )
    raise error
