"""``godwit sync``: fetch what is new, fill what is missing."""

from __future__ import annotations

import argparse

from app.cli.options import known_account
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.model import Source
from app.services.house import House
from app.services.states import error_object
from app.services.sync import AccountReport

KINDS = ("home", "notifications", "bookmarks")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "--account",
        action="append",
        metavar="ID",
        help="only this account; may be given more than once (default: all)",
    )
    parser.add_argument(
        "--source", choices=KINDS, default="home", help="what to fetch (default: home)"
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Sync, and say per account what came."""
    chosen = None
    if arguments.account is not None:
        chosen = [known_account(name, house) for name in dict.fromkeys(arguments.account)]
    if house.accounts.all() and not house.options.offline:
        await ready_vault(house, out)
    if arguments.source == "notifications":
        reports = await house.notifications.sync(chosen)
    else:
        reports = await house.sync.run(chosen, Source(arguments.source))
    if not house.options.offline:
        await house.reactions.flush()
        await house.retention.keep_to_budget()
    out.result({"accounts": [_report(report) for report in reports]})
    for report in reports:
        if report.error is not None:
            out.trouble(report.account, report.error)
            continue
        gaps = f", {report.gaps} gaps left" if report.gaps else ""
        out.line(f"{report.account}: {report.fetched} fetched, {report.new} new{gaps}")
    if not reports:
        out.nobody()
    return 1 if any(report.error is not None for report in reports) else 0


def _report(report: AccountReport) -> dict[str, object]:
    return {
        "id": report.account,
        "fetched": report.fetched,
        "new": report.new,
        "gaps": report.gaps,
        "error": error_object(report.error) if report.error else None,
    }
