"""
What goes wrong in the world. Anything else that is raised is our bug.

ServiceError
├── Unreachable      no answer: DNS, TLS, connection, time-out, 5xx
│   └── OutcomeUnknown   a request that changes something left, and no answer came
├── RateLimited      429; ``until``
├── SignedOut        401, revoked or expired for good
├── NeedsCode        sign-in wants a second factor (e-mail code, OTP)
├── Refused          the server understood and said no (4xx)
│   ├── NotFound     404, gone
│   ├── BadInput     no server was asked: what was typed cannot be right
│   └── Suspended    account taken down, deactivated, suspended
├── Malformed        junk: not JSON, wrong shape, too large
├── Unsupported      this server has no such thing
├── Unsafe           an address that content must not make us call
├── Cancelled        the user stopped it
└── StoreError       our own disk: full, locked, not writable, damaged
    └── VaultError   ``VaultLocked``, ``VaultAbsent``, wrong passphrase
"""

from __future__ import annotations

from datetime import datetime


class ServiceError(Exception):
    """
    The world refused. Has words for people and a next step; nothing was lost.

    Args:
        message: What happened, one sentence, no secret, no URL query.
        next_step: What to do next, one sentence.
    """

    kind = "error"
    next_step = "Try again later."

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        if next_step:
            self.next_step = next_step


class Unreachable(ServiceError):
    """
    No usable answer came.

    Attributes:
        sent: Bytes of the request may have reached the server, so what was
            asked may have been done. False: certainly not.
    """

    kind = "unreachable"
    next_step = "Check your connection; what you have read stays here."
    sent = False


class OutcomeUnknown(Unreachable):
    """Something was sent that may have been done; the answer never came."""

    kind = "outcome_unknown"
    next_step = "Nothing to do: Godwit looks before it sends anything again."
    sent = True


class RateLimited(ServiceError):
    """The server asks us to wait. *until* is aware UTC."""

    kind = "rate_limited"
    next_step = "Nothing to do: Godwit goes on by itself."

    def __init__(self, message: str, until: datetime, next_step: str = "") -> None:
        super().__init__(message, next_step)
        self.until = until


class SignedOut(ServiceError):
    """The server no longer accepts our token."""

    kind = "signed_out"
    next_step = "Sign in again."


class NeedsCode(ServiceError):
    """Sign-in needs a code that the server has sent or an app shows."""

    kind = "needs_code"
    next_step = "Enter the code."


class Refused(ServiceError):
    """The server understood, and said no."""

    kind = "refused"


class NotFound(Refused):
    """There is no such thing (any more)."""

    kind = "not_found"
    next_step = "Check the address."


class BadInput(Refused):
    """What was typed cannot be right; nobody was asked."""

    kind = "bad_input"
    next_step = "Correct it and try again."


class Suspended(Refused):
    """The account is suspended, taken down or deactivated."""

    kind = "suspended"
    next_step = "Ask the server's moderators; your cached posts stay readable."


class Malformed(ServiceError):
    """An answer that cannot be read."""

    kind = "malformed"
    next_step = "Try again later; if it stays, the server is broken."


class Unsupported(ServiceError):
    """This server has no such thing."""

    kind = "unsupported"
    next_step = "Use another account for this."


class Unsafe(ServiceError):
    """An address that content must not make us call."""

    kind = "unsafe"
    next_step = "Nothing was fetched."


class Cancelled(ServiceError):
    """The user, or the window closing, stopped it."""

    kind = "cancelled"
    next_step = "Start again when you like."


class StoreError(ServiceError):
    """Our own disk: full, locked, not writable, damaged."""

    kind = "store"
    next_step = "Free some space or check the folder's permissions."


class VaultError(StoreError):
    """The secret vault cannot be used as asked."""

    kind = "vault"


class VaultLocked(VaultError):
    """There are secrets, but the vault is locked."""

    kind = "vault_locked"
    next_step = "Unlock it: set GODWIT_PASSPHRASE, or open the window."


class VaultAbsent(VaultError):
    """There is no key store, and none was chosen yet."""

    kind = "vault_absent"
    next_step = "Choose a passphrase for an encrypted file (GODWIT_PASSPHRASE), or keep secrets for this session only."
