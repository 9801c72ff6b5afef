"""
Both sides of a move, read before anything is changed.

The repository is public: it is fetched and counted, so that the plan holds real
numbers. What only the owner may see is asked for with the sign-in that is there
already; without one, the plan says less.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from app.model.errors import (
    BadInput,
    Malformed,
    NotFound,
    Refused,
    ServiceError,
    Suspended,
    Unsupported,
)
from app.portability.atproto.checking import Checking, checked_file
from app.portability.atproto.download import MOST_REPO, Own, RepoSource
from app.portability.atproto.host import Host, RepoStatus, ServerDescription, answer
from app.portability.atproto.keys import KeySpan
from app.portability.atproto.missing_files import missing_blobs
from app.portability.atproto.next_identity import Recommended
from app.portability.atproto.plc import PlcData
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.report import RepoReport
from app.portability.atproto.standing import Standing, is_plc, known_keys, standing_of
from app.portability.pace import Pace
from app.protocols.bluesky.wire import Count, Wire
from app.protocols.http import Http
from app.protocols.net.download import Landing


class Profile(Wire, frozen=True):
    """``app.bsky.actor.getProfile``."""

    handle: str = ""
    display_name: str = ""
    avatar: str = ""
    followers_count: Count = 0


class Reading(Struct, frozen=True, kw_only=True):
    """
    What was seen.

    Attributes:
        data: What the directory holds; None: it is kept by no directory.
        repo: The verified repository; None: it could not be had (*repo_error*).
        host_keys: Recovery keys of the old server; None: it was not told.
        dead: CIDs of files that the old server has lost; None: it was not told.
        old, new: What the servers say of themselves; *old* None: it does not answer.
        new_name: Host of the new server.
        waiting: The account that is at the new server already.
    """

    did: str
    standing: Standing
    data: PlcData | None
    repo: RepoReport | None
    repo_error: str
    status: RepoStatus | None
    profile: Profile | None
    host_keys: tuple[str, ...] | None
    dead: tuple[str, ...] | None
    old: ServerDescription | None
    new: ServerDescription
    new_name: str
    waiting: RepoStatus | None


async def read_both(
    http: Http,
    plc: PlcClient,
    did: str,
    old: Host,
    new: Host,
    *,
    own: Own | None = None,
    appview: Host | None = None,
    archive: Path | None = None,
    former: Sequence[str] = (),
) -> Reading:
    """
    Ask everybody.

    Args:
        own: The account's own sign-in.
        archive: A repository file to count instead of the old server's.
        former: Keys that may have signed it, besides those that the identity tells.

    Raises:
        ServiceError: The new server, or the identity, cannot be read.
    """
    standing = await standing_of(http, plc, did)
    data = (await plc.head(did)).data if is_plc(did) else None
    description = await described(new)
    waiting = None
    with contextlib.suppress(ServiceError):
        waiting = await new.repo_status(did)
    old_description, status, trouble = await _leaving(old, did)
    keys = tuple(map(KeySpan, await known_keys(http, plc, did, former)))
    repo = None
    if archive is not None:
        repo = await asyncio.to_thread(checked_file, archive, did, keys, Pace(gentle=True))
    elif old_description is not None:
        source = RepoSource(http, old.origin, did, own=own, plc=plc.origin)
        repo, trouble = await _repo(source, keys)
    return Reading(
        did=did,
        standing=standing,
        data=data,
        repo=repo,
        repo_error=trouble,
        status=status,
        profile=await _profile(appview, did),
        host_keys=await _host_keys(own),
        dead=await _dead(own),
        old=old_description,
        new=description,
        new_name=new.name,
        waiting=waiting,
    )


async def described(new: Host) -> ServerDescription:
    """
    What the new server says of itself.

    Raises:
        BadInput: It is none of this network.
        ServiceError: It cannot be asked.
    """
    try:
        return await new.description()
    except (NotFound, Malformed, Unsupported, Refused) as error:
        raise BadInput(
            f"{new.name} is no server on which such an account can live.",
            "Check its address; it must be a host (PDS) of the AT Protocol.",
        ) from error


async def _leaving(old: Host, did: str) -> tuple[ServerDescription | None, RepoStatus | None, str]:
    """What the old server says of itself and of the repository; why it could not be asked."""
    description = None
    try:
        description = await old.description()
        return description, await old.repo_status(did), f"{old.name} does not answer."
    except ServiceError as error:
        return description, None, error.message


async def _repo(source: RepoSource, keys: Sequence[KeySpan]) -> tuple[RepoReport | None, str]:
    with tempfile.TemporaryDirectory(prefix="godwit-plan-") as folder:
        checking = Checking("", keys, Pace(gentle=True))
        landing = Landing(Path(folder) / "repo.car", most=MOST_REPO, also=checking)
        try:
            await source.repo(landing)
        except (NotFound, Suspended) as error:
            return None, f"{error.message} {error.next_step}"
        except ServiceError as error:
            return None, error.message
        return await asyncio.to_thread(checking.finish), ""


async def _profile(appview: Host | None, did: str) -> Profile | None:
    if appview is None:
        return None
    method = "app.bsky.actor.getProfile"
    try:
        body = await appview.get(method, {"actor": did}, why="what the account has")
        return answer(body, Profile)
    except ServiceError:
        return None  # nice to have: it only counts followers


async def _host_keys(own: Own | None) -> tuple[str, ...] | None:
    if own is None:
        return None
    method = "com.atproto.identity.getRecommendedDidCredentials"
    try:
        body = await own.get(method, why="which recovery keys are yours")
        return tuple(answer(body, Recommended).rotation_keys)
    except ServiceError:
        return None  # it is asked again with the password


async def _dead(own: Own | None) -> tuple[str, ...] | None:
    if own is None:
        return None
    try:
        return tuple([blob.cid async for blob in missing_blobs(own)])
    except ServiceError:
        return None
