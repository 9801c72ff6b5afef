"""``godwit bridge status WHO``: is somebody copied to the other network?"""

from __future__ import annotations

import argparse

from app.cli.options import add_global
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.cli.people import known_object, link_object
from app.services.house import House


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verb."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    status = verbs.add_parser("status", help="what each bridge has of somebody, and the proof")
    status.add_argument("who", metavar="WHO", help="a handle or an address")
    add_global(status, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Look from both ends; what is proved comes into the people book."""
    if not house.options.offline:
        await ready_vault(house, out)
    status = await house.people.bridge_status(arguments.who)
    out.result(
        {
            "who": known_object(status.known),
            "bridged": any(checked.link is not None for checked in status.bridges),
            "bridges": [
                {
                    "bridge": checked.bridge,
                    "text": checked.text,
                    "link": link_object(checked.link) if checked.link is not None else None,
                }
                for checked in status.bridges
            ],
        }
    )
    out.line(f"@{status.known.profile.handle} ({status.known.profile.shown_name})")
    for checked in status.bridges:
        out.line(f"  {checked.text}")
    if not status.bridges:
        out.line("  No bridge that Godwit knows copies this network.")
    return 0
