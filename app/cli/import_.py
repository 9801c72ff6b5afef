"""``godwit import``: bring follows, lists, blocks, bookmarks… from files to an account."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from app.cli.items import moment
from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.porting import patient, refuse_offline
from app.model import AccountId
from app.model.errors import RateLimited, ServiceError, Unsupported
from app.moderation.blocklists import Skipped
from app.portability.activitypub.importing import (
    IN_ORDER,
    FileResult,
    Importing,
    Opened,
    Preview,
    files_in,
    open_file,
)
from app.portability.activitypub.shelves import Household
from app.portability.imports import ledger_path
from app.portability.ledger import FileLedger
from app.portability.plan import Progress
from app.protocols.owning import OwnsMore, TakesOver
from app.services.house import House
from app.services.states import error_object
from app.store.database import make_private_folder

SHOWN = 20
"""Rows that are printed for people; JSON has all."""

_EVERY = 25


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("account", metavar="ACCOUNT", help="id of the account (account list)")
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="files, or folders of an export"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done, and do nothing"
    )
    parser.add_argument(
        "--as",
        dest="kind",
        choices=IN_ORDER,
        help="what the files are, where neither their columns nor their names tell",
    )
    parser.add_argument(
        "--mode",
        choices=("merge", "overwrite"),
        default="merge",
        help="overwrite also takes away what a file lacks (default: merge)",
    )
    parser.add_argument(
        "--yes-remove", action="store_true", help="needed with overwrite: yes, take it away"
    )
    parser.add_argument(
        "--wait", action="store_true", help="when the server's limit is reached, go on later"
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Look first; then bring what is not there."""
    id = known_account(arguments.account, house)
    opened = [open_file(path, arguments.kind) for path in files_in(arguments.files)]
    if not opened:
        raise Usage("There is no file to import in there.", "godwit import --help")
    opened.sort(key=lambda one: IN_ORDER.index(one.table.kind))
    refuse_offline(house)
    await ready_vault(house, out)
    service = house.accounts.service(id)
    if not (isinstance(service, TakesOver) and isinstance(service, OwnsMore)):
        raise Unsupported(
            f"{id} is on a network that these files mean nothing to.",
            "To find the same people there, see: godwit carry-over",
        )
    pause = patient(house, out, arguments.wait)
    with _ledgers(house.profile, id, opened) as ledgers:
        imports = [
            Importing(cast(Household, service), one, ledger, pause)
            for one, ledger in zip(opened, ledgers.values(), strict=True)
        ]
        if arguments.dry_run or arguments.mode == "overwrite":
            previews = [await one.preview() for one in imports]
            if arguments.dry_run:
                return _foretold(id, previews, arguments.mode, out)
            _check_removal(previews, arguments.yes_remove)
        return await _brought(id, imports, ledgers, arguments.mode == "overwrite", out)


async def _brought(
    id: AccountId,
    imports: list[Importing],
    ledgers: dict[Path, FileLedger],
    overwrite: bool,
    out: Output,
) -> int:
    """All of them in order; what stops one stops all, and says how far it came."""
    removed = [0] * len(imports)
    stopped: ServiceError | None = None
    for number, one in enumerate(imports):
        try:
            await one.run(_teller(out))
            if overwrite:
                removed[number] = await one.overwrite()
        except ServiceError as error:
            stopped = error
            break
    results = [one.result(count) for one, count in zip(imports, removed, strict=True)]
    value: dict[str, Any] = {
        "account": id,
        "dry_run": False,
        "files": [result_object(one) for one in results],
        "waiting_until": moment(stopped.until) if isinstance(stopped, RateLimited) else None,
    }
    if stopped is not None:
        value["error"] = error_object(stopped)
    out.result(value)
    for result in results:
        _print(result, out)
    if stopped is not None:
        out.trouble(id, stopped)
        return 1
    for path, ledger in ledgers.items():  # it is over: another run looks at everything anew
        ledger.close()
        path.unlink(missing_ok=True)
    return 0


def _teller(out: Output) -> Any:
    def tell(progress: Progress) -> None:
        if progress.done % _EVERY == 0:
            out.progress(
                {"done": progress.done, "total": progress.total, "unit": progress.unit},
                f"{progress.done} of {progress.total} {progress.unit} …",
            )

    return tell


def _check_removal(previews: list[Preview], said: bool) -> None:
    gone = sum(one.remove for one in previews)
    if gone and not said:
        what = ", ".join(f"{one.remove} from {one.kind}" for one in previews if one.remove)
        raise Usage(
            f"Overwriting would take away what the files lack: {what}.",
            "Look with --dry-run; then add --yes-remove, or use --mode merge.",
        )


@contextmanager
def _ledgers(
    profile: Path, id: AccountId, opened: list[Opened]
) -> Iterator[dict[Path, FileLedger]]:
    """What became of each file's rows, by account and content. Raises: StoreError."""
    make_private_folder(profile / "imports")
    made: dict[Path, FileLedger] = {}
    for one in opened:
        path = ledger_path(profile, id, one)
        if path in made:
            raise Usage(f"{one.name} is named twice.", "Name each file once.")
        made[path] = FileLedger(path)
    try:
        yield made
    finally:
        for ledger in made.values():
            ledger.close()


# ------------------------------------------------------------------ saying


def _foretold(id: AccountId, previews: list[Preview], mode: str, out: Output) -> int:
    out.result(
        {"account": id, "dry_run": True, "files": [preview_object(one, mode) for one in previews]}
    )
    for one in previews:
        there = f", {one.changed} there in another way" if one.changed else ""
        out.line(f"{one.file} ({one.kind}): {one.new} new{there}, {one.already} there already")
        if mode == "overwrite" and one.remove:
            out.line(f"  {one.remove} would be TAKEN AWAY: the file lacks them")
        _print_odd(one.skipped, one.notes, out)
    out.line("Nothing was done. Leave out --dry-run to do it.")
    return 0


def _print(result: FileResult, out: Output) -> None:
    counts = [f"{result.count('done')} done", f"{result.count('already')} there already"]
    for state, words in (
        ("requested", "must agree"),
        ("failed", "failed"),
        ("left", "still to do"),
    ):
        if count := result.count(state):  # type: ignore[arg-type]
            counts.append(f"{count} {words}")
    if result.removed:
        counts.append(f"{result.removed} taken away")
    out.line(f"{result.file} ({result.kind}): {', '.join(counts)}")
    failed = [row for row in result.rows if row.state == "failed"]
    for row in failed[:SHOWN]:
        out.line(f"  line {row.line}: {row.text}: {row.why}")
    if len(failed) > SHOWN:
        out.line(f"  … and {len(failed) - SHOWN} more")
    _print_odd(result.skipped, result.notes, out)


def _print_odd(skipped: tuple[Skipped, ...], notes: tuple[str, ...], out: Output) -> None:
    for one in skipped[:SHOWN]:
        out.line(f"  line {one.line} left out: {one.text}: {one.why}")
    if len(skipped) > SHOWN:
        out.line(f"  … and {len(skipped) - SHOWN} more left out")
    for note in notes:
        out.line(f"  {note}")


def preview_object(one: Preview, mode: str) -> dict[str, Any]:
    """What a file would do, as JSON."""
    return {
        "file": one.file,
        "kind": one.kind,
        "rows": one.rows,
        "new": one.new,
        "changed": one.changed,
        "already": one.already,
        "remove": one.remove if mode == "overwrite" else 0,
        "days": one.days,
        "skipped": _skipped(one.skipped),
        "notes": list(one.notes),
    }


def result_object(one: FileResult) -> dict[str, Any]:
    """What a file has done, as JSON: counts, and every row with what became of it."""
    return {
        "file": one.file,
        "kind": one.kind,
        "rows": len(one.rows),
        "done": one.count("done"),
        "requested": one.count("requested"),
        "already": one.count("already"),
        "failed": one.count("failed"),
        "left": one.count("left"),
        "removed": one.removed,
        "results": [
            {"line": row.line, "text": row.text, "state": row.state, "why": row.why}
            for row in one.rows
            if row.state in ("failed", "requested", "left")
        ],
        "skipped": _skipped(one.skipped),
        "notes": list(one.notes),
    }


def _skipped(skipped: tuple[Skipped, ...]) -> list[dict[str, Any]]:
    return [{"line": one.line, "text": one.text, "why": one.why} for one in skipped]
