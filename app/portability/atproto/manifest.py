"""What the manifest of an AT archive says beside what all archives say; names in its folder."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from app.model.errors import Malformed
from app.portability.archive_manifest import Manifest
from app.portability.atproto.findings import Finding

NETWORK = "bluesky"

LOG, DOCUMENT, PREFERENCES = "plc-log.json", "did.json", "preferences.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_STRANGE = re.compile(r"[^a-z0-9.-]")


class Details(Struct, frozen=True, kw_only=True):
    """
    ``Manifest.details``.

    Attributes:
        rev, commit: Revision and CID of the commit that *car* holds.
        car: Name of the newest repository file.
        earlier: Names of those before it, newest first.
        blobs: Name of the folder of files, without "/".
        signature: As it was found when *car* was saved.
        bad: What was wrong with it then.
        papers_at: When preferences and identity were last asked for.
        bytes: Of all files, those of posts too.
        files_at: When files that no server has any more were last asked for.
    """

    rev: str
    commit: str
    car: str
    earlier: tuple[str, ...] = ()
    blobs: str
    signature: str = ""
    bad: tuple[Finding, ...] = ()
    papers_at: datetime
    files_at: datetime | None = None
    bytes: int = 0


def details_of(manifest: Manifest) -> Details:
    """Raises: Malformed: The manifest is of another network, or was edited."""
    try:
        if manifest.network != NETWORK:
            raise ValueError
        details = msgspec.convert(manifest.details, Details)
        # Files are opened and removed by these names: none may lead out of the folder.
        if not all(map(is_plain_name, (details.car, details.blobs, *details.earlier))):
            raise ValueError
    except ValueError:
        raise Malformed(
            "manifest.json does not describe a repository.",
            "It was edited or damaged; the other files may be whole.",
        ) from None
    return details


def is_plain_name(name: str) -> bool:
    """A name of something in the archive's own folder."""
    return _NAME.fullmatch(name) is not None


def details_as_json(details: Details) -> dict[str, object]:
    """For ``Manifest.details``."""
    plain = msgspec.to_builtins(details)
    assert isinstance(plain, dict)
    return plain


def stem_of(handle: str, did: str) -> str:
    """What files of the account begin with: its handle, or where it has none its DID."""
    name = handle if handle and handle != "handle.invalid" else did.replace(":", "-")
    return _STRANGE.sub("-", name.lower())[:100].strip(".-") or "account"


def car_name(stem: str, at: datetime, taken: Container[str]) -> str:
    """As goat names it: ``<handle>.<YYYYmmddHHMMSS>.car``; one that is not *taken*."""
    moment = at.astimezone(UTC)
    while True:
        name = f"{stem}.{moment:%Y%m%d%H%M%S}.car"
        if name not in taken:
            return name
        moment = datetime.fromtimestamp(moment.timestamp() + 1, UTC)


def blobs_name(stem: str) -> str:
    """As goat names it: ``<handle>_blobs``."""
    return f"{stem}_blobs"


README_TEXT = """\
This is a backup of {handle} ({did}),
a Bluesky account, made by Godwit on {day}.

Everything here can be read without Godwit.

{car}
    All posts, likes, reposts, follows, blocks, lists and the profile: the
    account's whole repository, signed by its key. The format is CAR, which
    every tool for the AT Protocol reads (for example: goat repo unpack).
{blobs}/
    Pictures, videos and other files of posts. Each is called by the
    fingerprint of its bytes, as its post names it.
    {media}
preferences.json
    Private settings: saved feeds, muted words, labelers. Not public: keep it
    to yourself.
plc-log.json, did.json
    The public history of the account's identity and its keys. With them the
    signature can be checked even when the account has moved or its server is
    gone.
manifest.json
    What belongs to this backup, with sizes and fingerprints, and what could
    not be had.

Is it whole?          godwit backup verify FOLDER
Look through it:      godwit backup show FOLDER
Bring it up to date:  run the backup into this folder again.

No password and no secret key is in this folder.
"""


def readme(manifest: Manifest, details: Details) -> str:
    """Plain words about what lies here."""
    media = "(They were not asked for: backup --media.)"
    return README_TEXT.format(
        handle=manifest.handle,
        did=manifest.account,
        day=f"{manifest.updated_at:%Y-%m-%d}",
        car=details.car,
        blobs=details.blobs,
        media="Those that no server has got any more are named in manifest.json."
        if manifest.media
        else media,
    )
