"""The account that a move has made, when the move is taken back: left, or deleted."""

from __future__ import annotations

from app.model.errors import Unreachable
from app.portability.atproto import asking
from app.portability.atproto.ends import Ends
from app.portability.atproto.refusals import error_from_host, name_of
from app.portability.step import StepContext, Waiting
from app.protocols.bluesky.sign_in import typed_code


async def removed_or_left(ends: Ends, context: StepContext) -> None:
    """
    As the user wishes. What was there before the move is never deleted, nor what is active.

    Raises:
        Waiting: The user was not asked yet, or a code is on its way.
        ServiceError: The new server cannot be asked, or refuses.
    """
    host = ends.new_host
    try:
        status = await host.repo_status(ends.did)
    except Unreachable as error:
        context.say(f"{error.message} What was made there stays as it is.", "warn")
        return
    if status is None:
        return
    if not context.kept.get("made") or status.active:
        context.say(f"Your account at {host.name} stays there, as it was before the move.")
        return
    if asking.given(context, asking.new_account(context.plan)) != asking.REMOVE:
        context.say(f"The account at {host.name} stays there, switched off, for another try.")
        return
    await _remove(ends, context)
    context.say(f"The account at {host.name} was deleted.", "good")


async def _remove(ends: Ends, context: StepContext) -> None:
    session = await ends.new(context)
    need = asking.removal_code(context.plan)
    code = context.answers.get(need.key, "")
    if not code:
        await session.post("com.atproto.server.requestAccountDelete", why="to delete the account")
        raise Waiting(need)
    body = {
        "did": ends.did,
        "password": asking.given(context, asking.new_password(context.plan, exists=True)),
        "token": typed_code(code),
    }
    reply = await session.host.ask(
        "POST", "com.atproto.server.deleteAccount", body=body, why="to delete the account"
    )
    if reply.status == 200:
        return
    if name_of(reply) in ("InvalidToken", "ExpiredToken"):
        raise Waiting(need, text="That code is wrong or too old.")
    raise error_from_host(reply, session.host.origin, session.handle)
