"""``godwit delete``: a post of mine, and every copy of it."""

from __future__ import annotations

import argparse

from app.cli.copies import print_copies
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.services.house import House


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("uri", metavar="URI", help="of the post, or its web address")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Delete every copy; run again, it goes on with those that are left."""
    if not house.options.offline:
        await ready_vault(house, out)
    results = await house.outbox.delete(arguments.uri)
    if not results:
        out.note("note: Every copy of it was deleted before.")
    return print_copies(results, "deleted", house, out)
