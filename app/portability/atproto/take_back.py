"""
The way back: a new change of address, to where the account was before.

With the own recovery key at any time, whatever either server says. With a code from
the new server as long as that one helps. If somebody has taken the own key out of
the identity, that change can be overruled for 72 hours by a key that stood before
the one that signed it (did:plc specification, "recovery").
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Any

from app.model.errors import Refused, ServiceError, SignedOut, Suspended, Unreachable
from app.portability.atproto import asking
from app.portability.atproto.blob_copy import BlobSource, copy_missing
from app.portability.atproto.documents import document_wanted, read_document
from app.portability.atproto.ends import Ends
from app.portability.atproto.exports import export
from app.portability.atproto.mailed import mailed_signature
from app.portability.atproto.next_identity import checked, moved_back
from app.portability.atproto.plc import (
    PlcData,
    data_from_operation,
    operation_from_data,
    signed,
    signer_of,
)
from app.portability.atproto.plc_client import Head, LogEntry, head_of, plc_data
from app.portability.atproto.plc_log import RECOVERY_WINDOW
from app.portability.atproto.recovery_key import OwnKey
from app.portability.atproto.refusals import error_from_host
from app.portability.atproto.session import Session
from app.portability.atproto.standing import is_plc
from app.portability.atproto.steps_data import bring_in, has_arrived, keep_late
from app.portability.atproto.steps_prepare import WEB_DOCUMENT, own_key
from app.portability.disk import told
from app.portability.step import StepContext, Waiting
from app.protocols.http import host_of

_TRIES, _PAUSE = 10, 3.0


async def take_back(ends: Ends, context: StepContext) -> None:
    """
    Bring the account home again; nothing to do where its address was not changed.

    Raises:
        Waiting: A password, the recovery key or a mailed code is needed.
        Refused: The old account is there no more, or nothing can sign.
        ServiceError: A server does not answer; run again, it goes on where it was.
    """
    standing = await ends.standing()
    if standing.pds != ends.old_host.origin:
        await _see_that_old_is_there(ends)
        if standing.pds == ends.new_host.origin:
            await _bring_back(ends, context)
        else:
            await _see_that_it_was_stolen(ends, context, standing.pds)
        await address_changed_back(ends, context)
    old = await ends.old(context)
    await _switched_on(ends, context, old)
    await _switched_off(ends, context)
    context.say(f"The account is at home at {ends.old_host.name} again.", "good")


async def _see_that_it_was_stolen(ends: Ends, context: StepContext, home: str) -> None:
    """Raises: Refused: It was moved on, by whoever holds its keys: the user, most likely."""
    key = own_key(context)
    if is_plc(ends.did) and key is not None:
        head = await ends.plc.head(ends.did)
        if key.public not in head.data.rotation_keys:
            return
    raise Refused(
        f"The account has moved on to {host_of(home)} since.", "Take that later move back first."
    )


async def _see_that_old_is_there(ends: Ends) -> None:
    if await ends.old_host.repo_status(ends.did) is None:
        raise Refused(
            f"{ends.old_host.name} has no longer got the account: there is no way back to it.",
            "Stay where you are, or move on to another server.",
        )


async def _bring_back(ends: Ends, context: StepContext) -> None:
    """What was written at the new server comes along, if the user wants and it answers."""
    back = ends.backwards()
    try:
        latest = await ends.public_source(ends.new_host).latest()
        if latest.cid == context.kept.get("imported") or not _is_wanted(ends, context):
            return
        source = await back.source(context)
        exported = await export(back, context, source)
    except (Unreachable, Suspended) as error:
        context.say(
            f"{error.message} What was written there since the move cannot be brought back now.",
            "warn",
        )
        return
    if not await has_arrived(back, context, exported):
        known = context.kept.get("imported", "")
        await keep_late(ends, context, await ends.source(context), known)
        await bring_in(back, context, exported)
    left = await copy_missing(back, context, BlobSource(source))
    context.say(
        "What was written since the move was brought back"
        + (f", but {len(left)} files." if left else "."),
        "warn" if left else "good",
    )


def _is_wanted(ends: Ends, context: StepContext) -> bool:
    """
    Whether what was written since is to be brought back: its server's password is needed.

    Raises:
        Waiting: The user was not asked yet.
    """
    if has_new_password(context):
        return True
    return asking.given(context, asking.written_since(context.plan)) != asking.LEAVE


def has_new_password(context: StepContext) -> bool:
    """Whether the new server can be asked as the account's owner without asking the user."""
    said = context.answers.get(asking.password_to_end(context.plan).key, "")
    return said.strip().lower() not in ("", asking.SKIP)


async def address_changed_back(ends: Ends, context: StepContext) -> None:
    """
    The identity names the old server again.

    Raises:
        Waiting: The recovery key, or a mailed code, is needed.
        Refused: Nothing can sign.
    """
    if not is_plc(ends.did):
        path = context.folder / WEB_DOCUMENT
        with told(path):
            content = path.read_bytes()
        raise document_wanted(ends, context, read_document(content))
    log = await ends.plc.log(ends.did)
    head = head_of(log)
    operation = await _signed_back(ends, context, log, head)
    await ends.plc.submit(ends.did, operation)
    context.say("The address was changed back.", "good")


async def _signed_back(
    ends: Ends, context: StepContext, log: tuple[LogEntry, ...], head: Head
) -> dict[str, Any]:
    before = _as_it_was(ends, context, log)
    leaving = await _keys_of_new(ends, context, head, before.rotation_keys)
    wanted = checked(moved_back(head.data, before, leaving=leaving))
    key = own_key(context)
    if key is not None and key.public in head.data.rotation_keys:
        return signed(operation_from_data(wanted, head.cid), key.key)
    if key is not None and (point := overruled_at(log, key, context.now())) is not None:
        context.say("Somebody has taken your key out of the identity: that is overruled.", "warn")
        return signed(operation_from_data(before, point), key.key)
    if context.kept.get("own_key") and key is None:
        raise Waiting(
            asking.own_key_file(exists=True), text="Your recovery key is needed to go back."
        )
    try:
        session = await ends.new(context)
        return await mailed_signature(
            context,
            session,
            wanted,
            head,
            key="undo_code",
            email=asking.masked(session.email),
        )
    except (Unreachable, SignedOut) as error:
        raise Waiting(
            asking.own_key_file(exists=True),
            text=f"{error.message} Without it only your own recovery key can sign.",
        ) from error


def _as_it_was(ends: Ends, context: StepContext, log: tuple[LogEntry, ...]) -> PlcData:
    """
    What the identity said before the move: as it was kept; else as the public log has it.

    Raises:
        Refused: It never was at the old server.
    """
    if (kept := context.kept.get("before")) is not None:
        return plc_data(kept)
    for entry in reversed(log):
        data = None if entry.nullified else data_from_operation(entry.operation)
        if data is not None and data.pds == ends.old_host.origin:
            return data
    raise Refused(
        f"The account's public log does not show that it was at {ends.old_host.name}.",
        "Make a new plan, to where it shall live.",
    )


async def _keys_of_new(
    ends: Ends, context: StepContext, head: Head, before: tuple[str, ...]
) -> set[str]:
    """The new server's keys, which go; where it cannot be asked, all that came with the move."""
    if has_new_password(context):
        with suppress(ServiceError, Waiting):
            return set((await ends.recommended(await ends.new(context))).rotation_keys)
    return set(head.data.rotation_keys) - {*before, context.kept.get("own_key", "")}


def overruled_at(log: tuple[LogEntry, ...], key: OwnKey, now: datetime) -> str | None:
    """
    The operation after which *key* can begin anew; None = it cannot overrule any more.

    That is the last one before a change that *key* stands above and that is not
    older than 72 hours (to the second: the directory takes exactly 72).
    """
    valid = [entry for entry in log if not entry.nullified]
    for former, entry in pairwise(valid):
        keys = plc_data(former.operation).rotation_keys
        signer = signer_of(entry.operation, keys)
        if key.public not in keys or signer is None or now - entry.at > RECOVERY_WINDOW:
            continue
        if keys.index(key.public) < keys.index(signer):
            return former.cid
    return None


async def _switched_on(ends: Ends, context: StepContext, old: Session) -> None:
    """The old account is active again. Raises: ServiceError."""
    for left in reversed(range(_TRIES)):
        status = await ends.old_host.repo_status(ends.did)
        if status is not None and status.active:
            return
        reply = await old.ask(
            "POST", "com.atproto.server.activateAccount", why="to switch the old account on"
        )
        if reply.status != 200:
            error = error_from_host(reply, ends.old_host.origin, old.handle)
            if not isinstance(error, Refused) or not left:
                raise error
            await context.wait(_PAUSE)
    raise Unreachable(f"{ends.old_host.name} does not switch the account on yet.")


async def _switched_off(ends: Ends, context: StepContext) -> None:
    """The new account is off; that it is not hurts little, so it is only told."""
    try:
        status = await ends.new_host.repo_status(ends.did)
        if status is None or not status.active:
            return
        need = asking.password_to_end(context.plan)
        if context.answers.get(need.key, "").strip().lower() == asking.SKIP:
            context.say(
                f"The account at {ends.new_host.name} was not switched off. Nobody is led there "
                "any more."
            )
            return
        asking.given(context, need, "All is back; only the account that is left is still on.")
        session = await ends.new(context)
        await session.post(
            "com.atproto.server.deactivateAccount", {}, why="to switch the new account off"
        )
    except ServiceError as error:
        context.say(
            f"The account at {ends.new_host.name} could not be switched off: {error.message}",
            "warn",
        )
