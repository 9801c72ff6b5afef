"""``godwit sync``: fetch what is new, fill what is missing."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from app.cli.output import Output
from app.model import AccountId, Source
from app.model.errors import VaultAbsent, VaultLocked
from app.services.house import House
from app.services.states import error_object
from app.services.sync import AccountReport

PASSPHRASE = "GODWIT_PASSPHRASE"  # noqa: S105  the name of a variable
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
        chosen = [AccountId(account) for account in dict.fromkeys(arguments.account)]
    if house.accounts.all() and not house.options.offline:
        await ready_vault(house, out)
    reports = await house.sync.run(chosen, Source(arguments.source))
    out.result({"accounts": [_report(report) for report in reports]})
    for report in reports:
        if report.error is not None:
            out.trouble(report.account, report.error)
            continue
        gaps = f", {report.gaps} gaps left" if report.gaps else ""
        out.line(f"{report.account}: {report.fetched} fetched, {report.new} new{gaps}")
    if not reports:
        out.line("There is no account yet. Add one: godwit account add --help")
    return 1 if any(report.error is not None for report in reports) else 0


def _report(report: AccountReport) -> dict[str, object]:
    return {
        "id": report.account,
        "fetched": report.fetched,
        "new": report.new,
        "gaps": report.gaps,
        "error": error_object(report.error) if report.error else None,
    }


async def ready_vault(house: House, out: Output, *, create: bool = False) -> None:
    """
    Open the vault with the passphrase of the environment or of a prompt.

    Args:
        create: Where there is none yet, begin one.

    Raises:
        VaultError: It stays shut.
    """
    vault = house.vault()
    state = vault.state
    if state == "ready" or (state == "absent" and not create):
        return
    passphrase = os.environ.get(PASSPHRASE, "")
    if not passphrase and sys.stdin.isatty():
        passphrase = getpass.getpass(
            "Passphrase of the vault: " if state == "locked" else "New passphrase for the vault: "
        )
    if not passphrase:
        error = VaultLocked if state == "locked" else VaultAbsent
        words = "is locked" if state == "locked" else "does not exist: this system has no keyring"
        raise error(f"The vault with your secrets {words}.")
    if state == "locked":
        vault.unlock(passphrase)
    else:
        vault.create_file(passphrase)
