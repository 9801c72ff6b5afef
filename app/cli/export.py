"""``godwit export``: whom an account follows, its lists, bookmarks…, as files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.cli.options import known_account
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.cli.porting import patient, refuse_offline
from app.model.errors import Unsupported
from app.portability.activitypub.exporting import Export, export
from app.protocols.owning import OwnsPeople
from app.services.house import House


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("account", metavar="ACCOUNT", help="id of the account (account list)")
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the files go")
    parser.add_argument(
        "--wait", action="store_true", help="when the server's limit is reached, go on later"
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Write the files."""
    id = known_account(arguments.account, house)
    refuse_offline(house)
    await ready_vault(house, out)
    service = house.accounts.service(id)
    if not isinstance(service, OwnsPeople):
        raise Unsupported(f"The server of {id} does not tell what the account owns.")

    def tell(kind: str, count: int) -> None:
        if count % 500 == 0:
            out.progress({"kind": kind, "count": count}, f"{kind}: {count} …")

    done = await export(
        service, arguments.folder, pause=patient(house, out, arguments.wait), tell=tell
    )
    out.result({"account": id, "dir": str(arguments.folder), **export_object(done)})
    for one in done.files:
        out.line(f"{one.count:>7}  {one.file}")
        for left in one.left_out[:20]:
            out.line(f"         {left.text}: {left.why}")
    for missing in done.missing:
        out.line(f"      –  {missing.text}: {missing.why}")
    out.line(f"In {arguments.folder}; README.txt says what each file is.")
    return 0


def export_object(done: Export) -> dict[str, Any]:
    """What was written, as JSON: counts per file, and what it cannot hold."""
    return {
        "files": [
            {
                "file": one.file,
                "kind": one.kind,
                "count": one.count,
                "skipped": [{"text": left.text, "why": left.why} for left in one.left_out],
            }
            for one in done.files
        ],
        "missing": [{"kind": one.text, "why": one.why} for one in done.missing],
    }
