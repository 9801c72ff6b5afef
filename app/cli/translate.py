"""``godwit translate URI``: a post in another language, where a server of yours translates."""

from __future__ import annotations

import argparse

from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.model.errors import Unsupported
from app.services.house import House


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("uri", metavar="URI", help="of a post, or its web address")
    parser.add_argument("--to", default="", metavar="LANG", help="(default: your first language)")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Print what the server's machine makes of it."""
    await ready_vault(house, out)
    copies = await house.conversations.copies(arguments.uri)
    sides = house.translating.sides(copies)
    if not sides:
        raise Unsupported(
            "None of your servers translates this post.",
            f"In a browser: {elsewhere}"
            if (elsewhere := house.translating.elsewhere(copies))
            else "It may be in your language, or not public.",
        )
    made = await house.translating.translate(sides[0], arguments.to)
    out.result(
        {
            "uri": sides[0].post.uri,
            "text": made.text.text,
            "warning": made.warning or None,
            "from": made.lang or None,
            "to": made.to,
            "by": made.by or None,
            "options": list(made.options),
            "alts": list(made.alts),
        }
    )
    by = f" by {made.by}" if made.by else ""
    out.line(f"{made.lang or '?'} → {made.to}{by}")
    if made.warning:
        out.line(f"[{made.warning}]")
    out.line(made.text.text)
    for option in made.options:
        out.line(f"( ) {option}")
    return 0
