"""``godwit import``: bring follows, lists, blocks, bookmarks… from files to an account."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.porting import patient, print_some, refuse_offline, why_stopped
from app.model import AccountId
from app.moderation.blocklists import Skipped
from app.portability.activitypub.importing import IN_ORDER, FileResult, Preview
from app.portability.belongings import Belongings
from app.portability.imports import Brought
from app.portability.plan import Progress
from app.services.house import House

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


async def run_owning(
    arguments: argparse.Namespace, house: House, own: Belongings, out: Output
) -> int:
    """Look first; then bring what is not there."""
    id = known_account(arguments.account, house)
    opened = await own.imports.open(arguments.files, arguments.kind)
    refuse_offline(house)
    await ready_vault(house, out)
    pause, overwrite = patient(house, out, arguments.wait), arguments.mode == "overwrite"
    if arguments.dry_run or overwrite:
        previews = await own.imports.preview(id, opened, pause=pause)
        if arguments.dry_run:
            return _foretold(id, previews, arguments.mode, out)
        _check_removal(previews, arguments.yes_remove)
    done = await own.imports.bring(id, opened, _teller(out), pause=pause, overwrite=overwrite)
    return _told(id, done, out)


def _told(id: AccountId, done: Brought, out: Output) -> int:
    """What became of all of them; what stopped one stopped all."""
    stopped = done.stopped
    out.result(
        {
            "account": id,
            "dry_run": False,
            "files": [result_object(one) for one in done.results],
            **why_stopped(stopped),
        }
    )
    for result in done.results:
        _print(result, out)
    if stopped is not None:
        out.trouble(id, stopped)
    return 0 if stopped is None else 1


def _teller(out: Output) -> Callable[[str, Progress], None]:
    def tell(name: str, progress: Progress) -> None:
        if progress.done % _EVERY == 0:
            out.progress(
                {
                    "file": name,
                    "done": progress.done,
                    "total": progress.total,
                    "unit": progress.unit,
                },
                f"{progress.done} of {progress.total} {progress.unit} …",
            )

    return tell


def _check_removal(previews: Sequence[Preview], said: bool) -> None:
    gone = sum(one.remove for one in previews)
    if gone and not said:
        what = ", ".join(f"{one.remove} from {one.kind}" for one in previews if one.remove)
        raise Usage(
            f"Overwriting would take away what the files lack: {what}.",
            "Look with --dry-run; then add --yes-remove, or use --mode merge.",
        )


# ------------------------------------------------------------------ saying


def _foretold(id: AccountId, previews: Sequence[Preview], mode: str, out: Output) -> int:
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
    print_some([f"line {row.line}: {row.text}: {row.why}" for row in failed], SHOWN, out)
    _print_odd(result.skipped, result.notes, out)


def _print_odd(skipped: tuple[Skipped, ...], notes: tuple[str, ...], out: Output) -> None:
    left_out = [f"line {one.line} left out: {one.text}: {one.why}" for one in skipped]
    print_some(left_out, SHOWN, out, "more left out")
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
