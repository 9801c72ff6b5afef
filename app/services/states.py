"""How an account is doing, from what its server said last. Pure."""

from __future__ import annotations

from app.model.account import AccountState
from app.model.errors import (
    RateLimited,
    ServiceError,
    SignedOut,
    StoreError,
    Suspended,
    VaultAbsent,
    VaultLocked,
)

SIGNED_OUT = "signed_out:"
"""Setting, with the account after it: why it must sign in again, across starts."""

READY = AccountState("ready")
BUSY = AccountState("busy")


def state_after(error: ServiceError | None) -> AccountState:
    """The state that *error* (None: all went well) leaves an account in."""
    match error:
        case None:
            return READY
        case RateLimited():
            return AccountState("waiting", error.message, error.next_step, error.until)
        case SignedOut():
            return AccountState("signed_out", error.message, error.next_step)
        case Suspended():
            return AccountState("suspended", error.message, error.next_step)
        case VaultLocked() | VaultAbsent():
            return AccountState("locked", error.message, error.next_step)
        case StoreError():
            # Our disk, not the account: it stays ready, with the words.
            return AccountState("ready", error.message, error.next_step)
        case _:
            return AccountState("offline", error.message, error.next_step)


def error_object(error: ServiceError) -> dict[str, str]:
    """What ``--json`` prints for an error (cli.md)."""
    shown = {"kind": error.kind, "message": error.message, "try": next_step(error)}
    if isinstance(error, RateLimited):
        shown["until"] = error.until.isoformat().replace("+00:00", "Z")
    return shown


def next_step(error: ServiceError) -> str:
    """What to do when a command ends with *error*: after a limit nothing goes on by itself."""
    if isinstance(error, RateLimited) and error.next_step == RateLimited.next_step:
        return f"Run this again after {error.until.astimezone():%H:%M:%S}."
    if isinstance(error, SignedOut) and error.next_step == SignedOut.next_step:
        return "Sign in again: godwit account add NETWORK ADDRESS"
    return error.next_step
