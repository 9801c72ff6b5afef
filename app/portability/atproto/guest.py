"""
Asking to be let in without the old server's word.

The own recovery key names, for a moment, a key that Godwit makes up as what signs for
the account; with that the new server is asked in (facts on migration A4). The made-up
key is only ever in memory: after an interruption another is named, that one forgotten.
"""

from __future__ import annotations

import base64
import secrets

import msgspec
from msgspec.structs import replace

from app.portability.atproto import asking
from app.portability.atproto.ends import Ends
from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.next_identity import checked
from app.portability.atproto.plc import PlcData, Service, operation_from_data, signed
from app.portability.atproto.plc_client import plc_data
from app.portability.atproto.recovery_key import OwnKey
from app.portability.atproto.steps_prepare import own_key
from app.portability.step import StepContext, Waiting

CREATE = "com.atproto.server.createAccount"
_GOOD_FOR = 300  # seconds: a clock that is some minutes slow does no harm


class Guest:
    """Names a made-up key, and signs with it what the old server would have signed."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._key: PrivateKey | None = None

    async def permission(self, context: StepContext, audience: str) -> str:
        """
        What ``getServiceAuth`` would have answered. Changes the public identity.

        Raises:
            Waiting: The recovery key cannot be read.
            ServiceError: The directory cannot be asked, or refuses.
        """
        ends, own = self._ends, the_key(context)
        head = await ends.plc.head(ends.did)
        if self._key is None or head.data.signing_key != self._key.public.did_key:
            if "guest" not in context.kept:
                context.keep(guest=True, before=dict(head.operation), before_cid=head.cid)
            made = PrivateKey.generate()
            wanted = checked(with_guest_key(head.data, made, ends.new_host.origin, own))
            await ends.plc.submit(ends.did, signed(operation_from_data(wanted, head.cid), own.key))
            self._key = made
        return service_token(self._key, ends.did, audience, int(context.now().timestamp()))


async def guest_leaves(ends: Ends, context: StepContext) -> None:
    """
    Where the account never came to life, the identity is put back as it was.

    Raises:
        Waiting: The recovery key cannot be read.
        ServiceError: The directory cannot be asked, or refuses.
    """
    if "guest" not in context.kept:
        return
    status = await ends.new_host.repo_status(ends.did)
    head = await ends.plc.head(ends.did)
    was = plc_data(context.kept["before"])
    if head.data == was or (status is not None and status.active):
        return
    key = the_key(context).key
    await ends.plc.submit(ends.did, signed(operation_from_data(was, head.cid), key))
    context.say("The public identity is again as it was.", "good")


def the_key(context: StepContext) -> OwnKey:
    """Raises: Waiting: It cannot be read, or is another than it was."""
    key = own_key(context)
    if key is None:
        raise Waiting(
            asking.own_key_file(exists=True), text="Your recovery key cannot be read there."
        )
    return key


def with_guest_key(now: PlcData, guest: PrivateKey, pds: str, own: OwnKey) -> PlcData:
    """
    *now*, with *guest* as what signs for the account, at home at *pds*.

    Of the recovery keys only the own one stays: the others may be the lost server's.
    """
    home = Service("AtprotoPersonalDataServer", pds)
    return replace(
        now,
        rotation_keys=(own.public,),
        verification_methods=now.verification_methods | {"atproto": guest.public.did_key},
        services=now.services | {"atproto_pds": home},
    )


def service_token(key: PrivateKey, did: str, audience: str, now: int) -> str:
    """
    That *did* asks *audience* for an account; good for some minutes, and for this only.

    Args:
        now: Epoch seconds.

    Source: atproto spec "xrpc", service auth.
    """
    header = {"typ": "JWT", "alg": "ES256K" if key.curve == "k256" else "ES256"}
    claims = {
        "iat": now,
        "iss": did,
        "aud": audience,
        "exp": now + _GOOD_FOR,
        "lxm": CREATE,
        "jti": secrets.token_hex(16),
    }
    signing = f"{_part(msgspec.json.encode(header))}.{_part(msgspec.json.encode(claims))}"
    return f"{signing}.{_part(key.sign(signing.encode()))}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
