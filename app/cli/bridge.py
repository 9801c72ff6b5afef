"""``godwit bridge``: is somebody copied to the other network; and am I."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.options import add_global, known_account
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.cli.people import known_object, link_object
from app.cli.porting import refuse_offline
from app.model import AccountId
from app.model.errors import NotFound
from app.people.bridges import Bridge, Door
from app.services.bridge_doors import Standing
from app.services.house import House

NEEDS_USER = 3


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    status = verbs.add_parser("status", help="what each bridge has of somebody, and the proof")
    status.add_argument("who", metavar="WHO", help="a handle or an address")
    turn_on = verbs.add_parser("on", help="have an account of yours copied, from now on")
    turn_off = verbs.add_parser("off", help="have it copied no more")
    for verb in (turn_on, turn_off):
        verb.add_argument("account", metavar="ID", help="which of your accounts (account list)")
        verb.add_argument("--bridge", default="", metavar="NAME", help="only this one")
        verb.add_argument("--yes", action="store_true", help="do it; else it is only explained")
    for verb in verbs.choices.values():
        add_global(verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Look, or come in, or leave."""
    if arguments.verb == "status":
        return await _status(arguments.who, house, out)
    account = known_account(arguments.account, house)
    on = arguments.verb == "on"
    doors = house.people.doors.of(account, arguments.bridge)
    if not arguments.yes:
        return _explain(account, on, doors, out)
    refuse_offline(house)
    await ready_vault(house, out)
    standing = await house.people.doors.turn(account, on, arguments.bridge)
    out.result({"account": account, "bridges": [standing_object(one) for one in standing]})
    for one in standing:
        out.line(f"{one.bridge}: {one.text}")
    return 0


async def _status(who: str, house: House, out: Output) -> int:
    """Look from both ends; what is proved comes into the people book."""
    if not house.options.offline:
        await ready_vault(house, out)
    status = await house.people.bridge_status(who)
    mine = [one.id for one in house.accounts.all() if one.uri == status.known.profile.uri]
    own: tuple[Standing, ...] = ()
    if mine and house.people.doors.known(mine[0]):
        try:
            own = await house.people.doors.standing(mine[0])
        except NotFound as error:
            out.note(f"note: {error.message} {error.next_step}")
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
            "own": [standing_object(one) for one in own],
        }
    )
    out.line(f"@{status.known.profile.handle} ({status.known.profile.shown_name})")
    for checked in status.bridges:
        out.line(f"  {checked.text}")
    for one in own:
        out.line(f"  {one.bridge} for you: {one.text}")
    if not status.bridges:
        out.line("  No bridge that Godwit knows copies this network.")
    return 0


def _explain(
    account: AccountId, on: bool, doors: tuple[tuple[Bridge, Door], ...], out: Output
) -> int:
    prompts = [_prompt(bridge, door, on) for bridge, door in doors]
    out.result(
        {
            "account": account,
            "bridges": [],
            "needs": [{"key": "yes", "prompt": " ".join(prompts), "secret": False}],
        }
    )
    for (bridge, door), prompt in zip(doors, prompts, strict=True):
        out.line(f"{bridge.name}: {prompt}")
        for text in (*door.needs, *door.carries) if on else ():
            out.line(f"  {text}")
    out.line("Nothing was done. Add --yes to do it.")
    return NEEDS_USER


def _prompt(bridge: Bridge, door: Door, on: bool) -> str:
    if on:
        return f"Your account would follow @{door.account}; everybody can see that."
    return (
        f"Your account would block @{door.account}, which {bridge.name} takes for leaving. "
        "Who follows you through it loses you."
    )


def standing_object(one: Standing) -> dict[str, Any]:
    """How an account stands to a bridge, as JSON."""
    return {
        "bridge": one.bridge,
        "account": one.door.account,
        "state": one.stands,
        "text": one.text,
        "needs": list(one.door.needs),
        "carries": list(one.door.carries),
    }
