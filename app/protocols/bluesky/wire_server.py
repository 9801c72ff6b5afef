"""What servers say about accounts: identities, sessions, profiles."""

from __future__ import annotations

from msgspec import field

from app.protocols.bluesky.wire import Count, Wire

# --------------------------------------------------------------- identity


class DidService(Wire, frozen=True):
    """A service entry of a DID document."""

    id: str
    type: str
    service_endpoint: str


class DidDocument(Wire, frozen=True):
    """A DID document, as far as the network uses it."""

    id: str
    also_known_as: list[str] = []
    service: list[DidService] = []


class ResolvedHandle(Wire, frozen=True):
    """``com.atproto.identity.resolveHandle``."""

    did: str


class RepoDescription(Wire, frozen=True):
    """``com.atproto.repo.describeRepo``."""

    did: str
    did_doc: DidDocument


# ---------------------------------------------------------------- sessions


class Session(Wire, frozen=True):
    """``com.atproto.server.createSession``, ``refreshSession``, ``getSession``."""

    did: str
    handle: str = ""
    access_jwt: str = ""
    refresh_jwt: str = ""
    active: bool = True
    status: str = ""

    def __repr__(self) -> str:
        return f"Session({self.did})"


class ProfileDetails(Wire, frozen=True):
    """``app.bsky.actor.defs#profileViewDetailed``."""

    did: str
    handle: str = ""
    display_name: str = ""
    description: str = ""
    avatar: str = ""
    posts_count: Count = 0
    created_at: str = ""


class BlobRef(Wire, frozen=True):
    """A CID as JSON writes it."""

    link: str = field(default="", name="$link")


class Blob(Wire, frozen=True):
    """A picture in a record."""

    ref: BlobRef = BlobRef()


class ProfileRecord(Wire, frozen=True):
    """``app.bsky.actor.profile``."""

    display_name: str = ""
    description: str = ""
    created_at: str = ""
    avatar: Blob | None = None
