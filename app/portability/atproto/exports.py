"""
The repository, fetched into the move's folder and verified from its bytes.

What is brought into the new server is this file and no other: its account was
compared, its hashes and its signature were checked (facts on migration A2).
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from app.model.errors import Malformed, Refused, StoreError
from app.portability.atproto import asking
from app.portability.atproto.checking import Checking, checked_file
from app.portability.atproto.download import MOST_REPO, RepoSource
from app.portability.atproto.ends import Ends
from app.portability.atproto.keys import KeySpan
from app.portability.atproto.report import RepoReport
from app.portability.atproto.standing import known_keys
from app.portability.disk import told
from app.portability.pace import Pace
from app.portability.plan import Progress
from app.portability.step import StepContext, Waiting
from app.protocols.net.download import Landing
from app.store.vault_file import write_atomically


class Exported(Struct, frozen=True, kw_only=True):
    """
    A verified repository on disk.

    Attributes:
        commit: CID of its commit: covers all of it.
        data: CID of the root of its tree: covers all records, whoever signs them.
        records: How many.
        files: How many files the records refer to; *bytes*: their size.
        sha256: Of the file on disk.
    """

    did: str
    rev: str
    commit: str
    data: str
    records: int
    files: int
    bytes: int
    size: int
    sha256: str


async def export(ends: Ends, context: StepContext, source: RepoSource) -> Exported:
    """
    Fetch and verify; the file is only in its place when it is good.

    Raises:
        Waiting: The old server holds a damaged repository: the user decides.
        Malformed: What came is damaged; nothing of it is used.
        Refused: It is another account's.
        ServiceError: It cannot be had.
    """
    part = repo_file(ends, context).with_suffix(".part")

    def came(size: int) -> None:
        context.progress(Progress(bytes_done=size, unit="bytes"))

    checking = Checking("", await _keys(ends, context), Pace(gentle=True))
    await source.repo(Landing(part, most=MOST_REPO, progress=came, also=checking))
    report = await asyncio.to_thread(checking.finish)
    as_it_is = context.answers.get("damaged_repo") == asking.LEAVE
    if not (as_it_is and _is_ours(report, ends.did)):
        try:
            is_whole(report, ends.did)
        except Malformed as error:
            if not _is_ours(report, ends.did):
                raise
            raise Waiting(asking.damaged_repo(ends.old_host.name), text=error.message) from error
    exported = await exported_from_report(report, part)
    put_in_place(ends, context, part, report, exported)
    return exported


def put_in_place(
    ends: Ends, context: StepContext, part: Path, report: RepoReport, exported: Exported
) -> None:
    """
    A verified file is from now on what is brought in. Raises: StoreError.

    What is known of it lies beside it and not in the journal: what a rehearsal has
    fetched serves the move too.
    """
    with told(part):
        write_atomically(_files_file(ends, context), msgspec.json.encode(_facts_of(report)))
        part.replace(repo_file(ends, context))
        write_atomically(_export_file(ends, context), msgspec.json.encode(exported))


async def checked_repo(ends: Ends, context: StepContext, path: Path) -> RepoReport:
    """
    The report on a repository in a file.

    Raises:
        Malformed: It is damaged, or its signature is of no key that the account had.
        Refused: It is another account's.
    """
    keys = await _keys(ends, context)
    return is_whole(
        await asyncio.to_thread(checked_file, path, "", keys, Pace(gentle=True)), ends.did
    )


def is_whole(report: RepoReport, did: str) -> RepoReport:
    """
    *report*, if all of the repository of *did* is there and unchanged.

    Raises: as ``checked_repo``.
    """
    if report.did and report.did != did:
        raise Refused(
            f"The repository that came is of another account, {report.did}.",
            "Nothing was changed. Do not go on; ask the people who run the old server.",
        )
    if not report.ok:
        why = report.bad[0].text if report.bad else f"Its signature is: {report.signature}."
        raise Malformed(
            f"The repository that came is not whole: {why}",
            "Run it again; if it stays, the old server holds a damaged repository.",
        )
    return report


def _is_ours(report: RepoReport, did: str) -> bool:
    """Signed by the account, whatever else is wrong with it."""
    return report.did == did and report.signature in ("valid", "valid with a former key")


async def _keys(ends: Ends, context: StepContext) -> tuple[KeySpan, ...]:
    former = context.kept.get("former_keys", ())
    return tuple(map(KeySpan, await known_keys(ends.http, ends.plc, ends.did, former)))


async def exported_from_report(report: RepoReport, path: Path) -> Exported:
    """What is kept of a good report. Raises: StoreError."""
    digest, size = await asyncio.to_thread(_digest, path)
    sizes = sizes_of(report)
    return Exported(
        did=report.did,
        rev=report.rev,
        commit=report.commit,
        data=report.data,
        records=report.record_count,
        files=len(sizes),
        bytes=sum(sizes.values()),
        size=size,
        sha256=digest,
    )


async def kept_export(ends: Ends, context: StepContext) -> Exported | None:
    """What was exported before; None: nothing, or the file is not what it was."""
    try:
        exported = msgspec.json.decode(_export_file(ends, context).read_bytes(), type=Exported)
        # Off the loop: the file may have a gigabyte.
        digest, _ = await asyncio.to_thread(_digest, repo_file(ends, context))
    except (OSError, StoreError, ValueError):
        return None
    return exported if digest == exported.sha256 else None


def _digest(path: Path) -> tuple[str, int]:
    with told(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


class FileFacts(Struct, frozen=True, array_like=True):
    """What a record says of a file. *size*: 0 = it does not say."""

    size: int = 0
    mime: str = ""


def file_facts(ends: Ends, context: StepContext) -> dict[str, FileFacts]:
    """What records say of the files that they refer to, by CID; {} where that is not known."""
    try:
        content = _files_file(ends, context).read_bytes()
        return msgspec.json.decode(content, type=dict[str, FileFacts])
    except (OSError, ValueError):
        return {}


def sizes_of(report: RepoReport) -> dict[str, int]:
    """The same, from a report; 0 where a record does not say."""
    return {blob.cid: max(blob.size, 0) for blob in report.blobs}


def _facts_of(report: RepoReport) -> dict[str, FileFacts]:
    return {blob.cid: FileFacts(max(blob.size, 0), blob.mime) for blob in report.blobs}


def repo_file(ends: Ends, context: StepContext) -> Path:
    """Where the repository lies."""
    return context.folder / f"repo{ends.tag}.car"


def _files_file(ends: Ends, context: StepContext) -> Path:
    return context.folder / f"files{ends.tag}.json"


def _export_file(ends: Ends, context: StepContext) -> Path:
    return context.folder / f"repo{ends.tag}.json"


def grouped(number: int) -> str:
    """A count as people read it: 12\u202f408."""
    return f"{number:,}".replace(",", "\u202f")


def counted(number: int, one: str, many: str = "") -> str:
    """So many of them: "1 post", "12\u202f408 posts"."""
    return f"1 {one}" if number == 1 else f"{grouped(number)} {many or one + 's'}"


def files(count: int) -> str:
    """So many files, in words."""
    return counted(count, "file")
