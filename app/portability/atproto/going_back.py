"""Whether a move can be taken back now, in words: asks nobody, it is shown all the time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from app.portability.atproto.planning import RESCUE, WEB_RESCUE
from app.portability.atproto.plc_log import RECOVERY_WINDOW
from app.portability.plan import Plan, Undo
from app.protocols.http import host_of


def undo_of(plan: Plan, kept: Mapping[str, Any], done: Collection[str], now: datetime) -> Undo:
    """See ``Route.undo_state``."""
    if plan.route == RESCUE and ("account" in done or "switch" in done):
        return _undo_of_rescue("switch" in done)
    if plan.route == WEB_RESCUE and (kept.get("own_key") or "switch" in done):
        # Begun is not done: the switch waits for the user, and may wait for days.
        return _undo_at_domain(plan, "activate" in done)
    if "switch" not in done:
        key = "Nothing public has changed but that your own recovery key was added."
        added = kept.get("own_key") and plan.route != RESCUE
        text = key if added else "Nothing public has changed."
        return Undo(possible=True, text=f"{text} You can stop at any time.")
    old = host_of(plan.source.server)
    if not kept.get("own_key"):
        return Undo(
            possible=True,
            text=f"You can go back to {old} as long as {_helper(plan)}.",
            public=True,
        )
    until = None
    if switched := kept.get("switched_at"):
        until = datetime.fromisoformat(switched) + RECOVERY_WINDOW
    clock = until is not None and now < until
    text = f"You can go back to {old} at any time with your recovery key."
    if clock:
        text += " For three days it overrules every other key."
    return Undo(possible=True, text=text, public=True, until=until if clock else None)


def _helper(plan: Plan) -> str:
    if plan.source.did.startswith("did:web:"):
        return "you hold your domain"
    return f"{host_of(plan.target.server)} helps with a code"


_NO_WAY_BACK = Undo(
    possible=False,
    text="The old server is gone: there is no way back to it. You can move on at any time.",
)


def _undo_at_domain(plan: Plan, switched: bool) -> Undo:
    if switched:
        return _NO_WAY_BACK
    text = (
        "You can stop, and put the document at your domain back as it was: Godwit shows it. "
        f"It then names {host_of(plan.source.server)} again, whether that answers or not."
    )
    return Undo(possible=True, text=text, public=True)


def _undo_of_rescue(switched: bool) -> Undo:
    if switched:
        return _NO_WAY_BACK
    text = "Your recovery key can put the public identity back as it was."
    return Undo(possible=True, text=text, public=True)
