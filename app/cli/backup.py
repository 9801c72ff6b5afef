"""``godwit backup``: an account into a folder; and whether such a folder is whole."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from app.cli.items import item_from_row, moment
from app.cli.move_values import progress_words, size
from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.porting import refuse_offline
from app.cli.rows import clock_time, lines_from_row
from app.feed.rows import Card, Row
from app.model.errors import VaultError
from app.portability.archive_browse import ArchivePage, Browsing
from app.portability.archive_manifest import ArchiveReport
from app.portability.archive_rows import row_of_archived
from app.portability.archive_schedule import Schedule
from app.portability.archives import Archives
from app.portability.belongings import Belongings
from app.portability.plan import Progress
from app.services.house import House

VERBS = ("verify", "show", "due", "list", "unpack")
"""What else may stand where an account's id does; ids have an "@"."""

EVERY = {True: 1.0, False: 5.0}
"""Seconds between two lines of progress: as JSON, for people."""

_LIMIT, _MOST = 40, 1_000


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "what",
        metavar="ACCOUNT",
        help="id of the account to back up; or: verify DIR (is it whole?), show DIR (look"
        " through it), list (what is backed up, and since when), due (do what is due),"
        " unpack FILE --to DIR (an archive that a server has made for you)",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="the archive")
    parser.add_argument("--media", action="store_true", help="pictures, videos, files as well")
    parser.add_argument(
        "--every", type=int, metavar="DAYS", help="do it again by itself (0: no more)"
    )
    parser.add_argument("--to", type=Path, metavar="DIR", help="unpack: a new folder")
    parser.add_argument("--limit", type=int, default=_LIMIT, metavar="N", help="show: how many")
    parser.add_argument("--search", default="", metavar="WORDS", help="show: posts with these")
    parser.add_argument("--older", type=int, metavar="PLACE", help="show: go on from there")


async def run_owning(
    arguments: argparse.Namespace, house: House, own: Belongings, out: Output
) -> int:
    """Do what is asked."""
    archives: Archives = own.archives
    match arguments.what:
        case "list":
            return await _list(archives, out)
        case "due":
            return await _due(house, archives, out)
    if arguments.folder is None:
        raise Usage("A folder is needed.", f"godwit backup {arguments.what} DIR")
    match arguments.what:
        case "verify":
            report = await archives.verify(arguments.folder, _teller("Verify", out))
            return _told(report, arguments.folder, out)
        case "show":
            return await _show(arguments, archives, house, out)
        case "unpack":
            return await _unpack(arguments, archives, out)
    return await _back_up(arguments, house, archives, out)


async def _back_up(
    arguments: argparse.Namespace, house: House, archives: Archives, out: Output
) -> int:
    account = house.accounts.find(known_account(arguments.what, house))
    refuse_offline(house)
    if arguments.every is not None and not 0 <= arguments.every <= 366:
        raise Usage("--every takes days, 0 to 366.", "--every 7")
    try:
        await ready_vault(house, out)
    except VaultError as error:
        out.note(f"note: {error.message} What is public is saved without it.")
    report = await archives.back_up(
        account, arguments.folder, media=arguments.media, listener=_teller("Back up", out)
    )
    if arguments.every is not None:
        known = await archives.schedules.find(account.id, arguments.folder)
        await archives.schedules.save(
            Schedule(
                account=known.account,
                folder=known.folder,
                media=known.media,
                every_days=arguments.every,
            )
        )
    return _told(report, arguments.folder, out)


async def _due(house: House, archives: Archives, out: Output) -> int:
    refuse_offline(house)
    try:
        await ready_vault(house, out)
    except VaultError as error:
        out.note(f"note: {error.message} What is public is saved without it.")
    done = await archives.back_up_due(_teller("Back up", out))
    out.result(
        {"backups": [schedule_object(one) | {"trouble": said or None} for one, said in done]}
    )
    for one, said in done:
        out.line(f"{one.account} in {one.folder}: {said or 'done'}")
    if not done:
        out.line("Nothing is due.")
    return 1 if any(said for _, said in done) else 0


async def _list(archives: Archives, out: Output) -> int:
    known = await archives.schedules.all()
    out.result({"backups": [schedule_object(one) for one in known]})
    for one in known:
        good = clock_time(one.last_good) if one.last_good else "never yet"
        often = f"every {one.every_days} days" if one.every_days else "when you ask for it"
        out.line(f"{one.account} in {one.folder}: {often}, last good: {good}")
        if one.error:
            out.line(f"    {one.error}")
    if not known:
        out.line("Nothing is backed up yet: godwit backup ACCOUNT DIR")
    return 0


async def _unpack(arguments: argparse.Namespace, archives: Archives, out: Output) -> int:
    if arguments.to is None:
        raise Usage("A new folder is needed.", "godwit backup unpack FILE --to DIR")
    await archives.unpack(arguments.folder, arguments.to, _teller("Unpack", out))
    report = await archives.verify(arguments.to, _teller("Verify", out))
    return _told(report, arguments.to, out)


async def _show(
    arguments: argparse.Namespace, archives: Archives, house: House, out: Output
) -> int:
    if not 1 <= arguments.limit <= _MOST:
        raise Usage(f"--limit must be between 1 and {_MOST}.", "godwit backup show DIR --limit 40")
    browsing: Browsing = await archives.browse(arguments.folder, _teller("Look through", out))
    try:
        page = await (
            browsing.search(arguments.search, arguments.limit, arguments.older)
            if arguments.search
            else browsing.page(arguments.limit, arguments.older)
        )
    finally:
        await browsing.close()
    rows = [row_of_archived(place, one) for place, one in page.items]
    out.result(_page_object(browsing, rows, page))
    names = {info.id: info.name for info in house.registry().infos.values()}
    for row in rows:
        lines = lines_from_row(
            row, now=house.clock.now(), width=out.width, names=names, accounts={}
        )
        if isinstance(row, Card):
            del lines[-2]  # how often it was liked only a server knows
        for line in lines:
            out.line(line)
    if not rows:
        out.line("Nothing there.")
    if page.older is not None:
        out.line(f"Older: --older {page.older}")
    return 0


def _page_object(browsing: Browsing, rows: list[Row], page: ArchivePage) -> dict[str, Any]:
    return {
        "account": browsing.manifest.account,
        "network": browsing.manifest.network,
        "handle": browsing.manifest.handle,
        "count": browsing.count,
        "items": [item_from_row(row, {}) for row in rows],
        "older": page.older,
    }


def _told(report: ArchiveReport, folder: Path, out: Output) -> int:
    """Print what was found. Exit status 1 where it is not as it must be."""
    out.result(report_object(report))
    lost = [one for one in report.missing if not one.dead]
    dead = [one for one in report.missing if one.dead]
    state = "whole" if report.ok else "NOT whole"
    if not (report.ok or report.bad or lost):
        state = "whole, but nobody can tell whether it is signed rightly"
    changed = "" if report.changed else ", nothing new"
    out.line(f"{report.handle or report.account}: the archive in {folder} is {state}{changed}.")
    out.line(
        f"  {report.records} records, {report.blobs} files, {size(report.bytes)};"
        f" signature: {report.signature}"
    )
    for finding in report.bad[:20]:
        out.line(f"  ✕ {finding}")
    for one in lost[:20]:
        out.line(f"  – {one.name}: {one.why}")
    if len(report.bad) > 20 or len(lost) > 20:
        out.line("  … and more; --json names all of them.")
    if dead:
        out.line(f"  {len(dead)} files are not on the server any more either:")
    for one in dead[:20]:
        out.line(f"    {one.name} of {one.where}")
    for note in report.notes[:20]:
        out.line(f"  {note}")
    if report.extra:
        out.line(f"  Not of the archive: {', '.join(report.extra[:10])}")
    return 0 if report.ok else 1


def report_object(report: ArchiveReport) -> dict[str, Any]:
    """What was found, as JSON (cli.md)."""
    return {
        "account": report.account,
        "network": report.network,
        "handle": report.handle,
        "records": report.records,
        "blobs": report.blobs,
        "missing": [
            {"name": one.name, "where": one.where or None, "why": one.why, "dead": one.dead}
            for one in report.missing
        ],
        "bad": [
            {"code": finding.code, "text": finding.text, "where": finding.where or None}
            for finding in report.bad
        ],
        "signature": report.signature,
        "ok": report.ok,
        "changed": report.changed,
        "bytes": report.bytes,
        "extra": list(report.extra),
        "notes": list(report.notes),
        "seconds": round(report.seconds, 3),
    }


def schedule_object(one: Schedule) -> dict[str, Any]:
    """What is backed up, and how that goes, as JSON."""
    due = one.due_at
    return {
        "account": one.account,
        "dir": one.folder,
        "media": one.media,
        "every_days": one.every_days,
        "last_good": moment(one.last_good) if one.last_good else None,
        "last_try": moment(one.last_try) if one.last_try else None,
        "due_at": moment(due) if due else None,
        "records": one.records,
        "blobs": one.blobs,
        "bytes": one.bytes,
        "error": {"message": one.error, "try": one.next_step} if one.error else None,
    }


def _teller(title: str, out: Output) -> Callable[[Progress], None]:
    """Says now and then how far it is."""
    told_at = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal told_at
        now = time.monotonic()
        if now - told_at < EVERY[out.json] and progress.resumes_at is None:
            return
        told_at = now
        words = progress_words(title, progress)
        if progress.resumes_at is not None:
            words += f"; the server lets us on at {clock_time(progress.resumes_at)}"
        out.progress(msgspec.to_builtins(progress), words)

    return tell
