"""``godwit edit``: a post of mine, and every copy of it."""

from __future__ import annotations

import argparse

from app.cli.copies import print_copies
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.services.house import House


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("uri", metavar="URI", help="of the post, or its web address")
    parser.add_argument("text", metavar="TEXT", help="what it says from now on")
    parser.add_argument(
        "--repost",
        action="store_true",
        help="where there is no edit: delete it and post it anew "
        "(likes, reposts and answers are lost)",
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Change every copy, or say why one cannot be."""
    if not house.options.offline:
        await ready_vault(house, out)
    results = await house.outbox.edit(arguments.uri, arguments.text, repost=arguments.repost)
    for draft in dict.fromkeys(result.copy.draft for result in results if result.again):
        await house.outbox.flush(draft)
    return print_copies(results, "edited", house, out)
