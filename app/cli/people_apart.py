"""``godwit people bells``: whose every post I am told of, and whose reposts I hide."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.options import known_account
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.model.about import Apart
from app.services.house import House
from app.services.set_apart import MOST, AccountApart, SetApart
from app.services.states import error_object


def add_options(verb: argparse.ArgumentParser) -> None:
    """Which account, and how far."""
    verb.add_argument("account", metavar="ID", nargs="?", default="", help="(default: all)")
    verb.add_argument(
        "--all",
        action="store_true",
        help=f"look at everybody whom you follow (default: at the newest {MOST})",
    )


async def tell_apart(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """By account. Taken back by unnotify and show-reposts."""
    if house.accounts.all() and not house.options.offline:
        await ready_vault(house, out)
    apart = SetApart(house.accounts, offline=house.options.offline)
    most = None if arguments.all else MOST

    def tell(one: AccountApart) -> None:
        if one.older is None:
            return
        said = {"account": one.account, "looked_at": one.looked_at}
        out.progress(said, f"{one.account}: {one.looked_at} people looked at")

    if arguments.account:
        asked = AccountApart(account=known_account(arguments.account, house))
        found: tuple[AccountApart, ...] = (await apart.look(asked, tell, most=most),)
    else:
        found = await apart.all(tell, most=most)
    out.result({"accounts": [_object(one) for one in found]})
    for one in found:
        _print(one, out)
    if not house.accounts.all():
        out.nobody()
    return 1 if found and all(one.trouble for one in found) else 0


def _print(one: AccountApart, out: Output) -> None:
    for who in one.people:
        told = "told of every post" if who.told else ""
        hidden = "reposts hidden" if who.hidden else ""
        words = ", ".join(part for part in (told, hidden) if part)
        out.line(f"@{who.profile.handle}  ({one.account}: {words})")
    if one.trouble is not None:
        out.trouble(one.account, one.trouble)
    elif one.older is not None:
        out.note(f"note: {one.account}: only the newest {one.looked_at} were looked at (--all)")
    elif not one.people:
        out.line(f"{one.account}: nobody.")


def _object(one: AccountApart) -> dict[str, Any]:
    return {
        "account": one.account,
        "people": [_who(who) for who in one.people],
        "looked_at": one.looked_at,
        "complete": one.older is None and one.trouble is None,
        "error": error_object(one.trouble) if one.trouble is not None else None,
    }


def _who(who: Apart) -> dict[str, Any]:
    profile = who.profile
    return {
        "uri": profile.uri,
        "handle": profile.handle,
        "name": profile.name,
        "notifying": who.told,
        "reposts_hidden": who.hidden,
    }
