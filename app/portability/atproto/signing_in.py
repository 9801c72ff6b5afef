"""What a host says at the sign-in, and what its no means there."""

from __future__ import annotations

import base64
import re

import msgspec
from msgspec import Struct

from app.model.errors import BadInput, NeedsCode, ServiceError, SignedOut
from app.portability.atproto.refusals import error_from_host, name_of
from app.protocols.bluesky.wire import Wire
from app.protocols.http import Reply, host_of

_APP_PASSWORD = re.compile(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}")
_FULL = frozenset({"com.atproto.access", "com.atproto.takendown"})


class SessionAnswer(Wire, frozen=True):
    """``createSession``, ``refreshSession``, ``getSession``, ``createAccount``."""

    did: str
    handle: str = ""
    access_jwt: str = ""
    refresh_jwt: str = ""
    email: str = ""
    email_confirmed: bool = True
    email_auth_factor: bool = False
    active: bool = True
    status: str = ""

    def __repr__(self) -> str:
        return f"SessionAnswer({self.did})"  # the rest holds tokens


class Claims(Struct, frozen=True):
    """
    What an access token says of itself.

    Attributes:
        exp: Epoch seconds at which it ends; 0 = it does not say.
        scope: What it is good for; "" = it does not say.
    """

    exp: float = 0.0
    scope: str = ""

    @property
    def is_whole(self) -> bool:
        """All that the account's password allows; what says nothing may be."""
        return not self.scope or self.scope in _FULL


class AccountStatus(Wire, frozen=True):
    """
    ``com.atproto.server.checkAccountStatus``.

    ``imported_blobs`` counts unreferenced files too, so it may exceed
    ``expected_blobs``: what is missing only ``listMissingBlobs`` tells.
    """

    activated: bool = False
    valid_did: bool = False
    repo_commit: str = ""
    repo_rev: str = ""
    indexed_records: int = 0
    expected_blobs: int = 0
    imported_blobs: int = 0


def refuse_app_password(password: str, server: str) -> None:
    """Raises: BadInput: *password* looks like an app password, which cannot move an account."""
    if _APP_PASSWORD.fullmatch(password.strip()):
        raise app_password(server)


def app_password(server: str) -> BadInput:
    """What is said to who gives one."""
    return BadInput(
        "That is an app password. It may post, but not move an account.",
        f"Type the account's own password at {server}; Godwit keeps it only while it moves.",
    )


def sign_in_error(reply: Reply, server: str, code: str) -> ServiceError:
    """What a refusal of ``createSession`` means. *code*: the one that was sent, or ""."""
    name = name_of(reply)
    if name == "AuthFactorTokenRequired":
        return NeedsCode(f"{host_of(server)} has sent a code to the account's e-mail address.")
    if code and name in ("InvalidToken", "ExpiredToken", "InvalidRequest"):
        return NeedsCode("The code is wrong or too old.", "Enter the newest code.")
    if name == "AuthenticationRequired":
        return SignedOut(
            f"{host_of(server)} does not take this password.",
            "Type the account's own password, not an app password.",
        )
    return error_from_host(reply, server)


def claims_of(token: str) -> Claims:
    """What an access token says of itself; nothing where it is no JWT."""
    body = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        plain = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return msgspec.json.decode(plain, type=Claims)
    except (ValueError, RecursionError):  # base64, UTF-8 or JSON, or too deep
        return Claims()
