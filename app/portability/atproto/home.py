"""What a server says of itself to an account that may move there."""

from __future__ import annotations

from app.portability.atproto.host import Host
from app.protocols.base import Fact, Preview
from app.protocols.bluesky.identity import origin_from_typed
from app.protocols.http import Http, host_of

_MB = 1_000_000


async def look(http: Http, address: str) -> Preview:
    """
    Ask the server at *address*, as typed, for its terms.

    Raises:
        BadInput: It is no address.
        ServiceError: No such server answers there.
    """
    origin = origin_from_typed(address)
    about = await Host(http, origin, typed=True).description()
    domains = ", ".join(about.available_user_domains)
    facts = [
        Fact("Invite", "needed" if about.invite_code_required else "not needed", "ticket"),
        Fact("Names", domains or "your own domain only", "at"),
    ]
    if about.blob_upload_limit:
        facts.append(
            Fact("Files", f"up to {about.blob_upload_limit // _MB} MB each", "image-square")
        )
    if about.phone_verification_required:
        facts.append(Fact("Phone", "a number must be verified", "warning", ok=False))
    return Preview(
        address=origin, title=host_of(origin), subtitle="takes accounts from elsewhere",
        facts=tuple(facts),
    )  # fmt: skip
