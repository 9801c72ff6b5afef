"""``godwit list``: lists of people at your servers: make, rename, delete, put on, take off, rules."""

from __future__ import annotations

import argparse
from typing import Any

from msgspec.structs import replace

from app.cli.options import add_global, known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.model import AccountId
from app.model.belongings import OwnList
from app.services.house import House
from app.services.lists import AccountLists
from app.services.states import error_object


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("show", help="them all, and who is on them (the same as without a verb)")
    make = verbs.add_parser("make", help="make one")
    make.add_argument("title", metavar="TITLE")
    rename = verbs.add_parser("rename", help="call one otherwise")
    delete = verbs.add_parser("delete", help="nobody is unfollowed by that")
    put = verbs.add_parser("put", help="put somebody on one")
    take = verbs.add_parser("take", help="take somebody off one")
    rules = verbs.add_parser("rules", help="whose answers it shows; whether home leaves it out")
    rules.add_argument(
        "--replies",
        choices=("followed", "list", "none"),
        help="answers to people you follow, to people on the list, or none",
    )
    rules.add_argument(
        "--exclusive",
        choices=("yes", "no"),
        help="leave its people out of the home timeline",
    )
    for verb in (rename, delete, put, take, rules):
        verb.add_argument("name", metavar="LIST", help="its title or address")
    rename.add_argument("title", metavar="TITLE")
    for verb in (put, take):
        verb.add_argument("who", metavar="WHO", help="a handle or an address")
    for verb in verbs.choices.values():
        verb.add_argument("--account", metavar="ID", help="(default: the one that has it)")
        add_global(verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says; tell what there is then."""
    if house.accounts.all():
        await ready_vault(house, out)
    lists = house.lists
    named = getattr(arguments, "account", None)
    account = known_account(named, house) if named else None
    match arguments.verb:
        case "make":
            ref = await lists.make(account or _only(house), arguments.title)
            out.result({"ref": ref, "title": arguments.title})
            out.line(f"Made “{arguments.title}”.")
            return 0
        case "rename":
            owner, kept = await lists.find(arguments.name, account)
            await lists.rename(owner, kept.ref, arguments.title)
        case "rules":
            owner, kept = await lists.find(arguments.name, account)
            await lists.settle(owner, _with_rules(kept, arguments))
        case "delete":
            owner, kept = await lists.find(arguments.name, account)
            await lists.delete(owner, kept.ref)
        case "put" | "take":
            owner, kept = await lists.find(arguments.name, account)
            handle = await lists.put(owner, kept.ref, arguments.who, on=arguments.verb == "put")
            where = "on" if arguments.verb == "put" else "off"
            out.result(
                {"ref": kept.ref, "title": kept.title, "handle": handle, "on": where == "on"}
            )
            out.line(f"@{handle} is {where} “{kept.title}”.")
            return 0
    return _tell(await lists.all(), house, out)


def _with_rules(kept: OwnList, arguments: argparse.Namespace) -> OwnList:
    if arguments.replies is None and arguments.exclusive is None:
        raise Usage("Which rule?", "godwit list rules LIST --replies list --exclusive yes")
    exclusive = kept.exclusive if arguments.exclusive is None else arguments.exclusive == "yes"
    return replace(kept, replies=arguments.replies or kept.replies, exclusive=exclusive)


def _only(house: House) -> AccountId:
    mine = house.accounts.all()
    if len(mine) != 1:
        raise Usage("Which account is the list for?", "Name one: --account ID")
    return mine[0].id


def _tell(found: tuple[AccountLists, ...], house: House, out: Output) -> int:
    out.result(
        {
            "lists": [_object(one.account, kept) for one in found for kept in one.lists],
            "problems": [
                {"account": one.account, "error": error_object(one.trouble)}
                for one in found
                if one.trouble is not None
            ],
        }
    )
    for one in found:
        for kept in one.lists:
            people = "1 person" if len(kept.members) == 1 else f"{len(kept.members)} people"
            out.line(f"{kept.title}  ({one.account}, {people})")
            for who in kept.members:
                out.line(f"    @{who.handle}")
        if one.trouble is not None:
            out.trouble(one.account, one.trouble)
    failed = [one for one in found if one.trouble is not None]
    if not house.accounts.all():
        out.nobody()
    elif not failed and not any(one.lists for one in found):
        out.line("There are no lists.")
    return 1 if failed and len(failed) == len(found) else 0


def _object(account: AccountId, kept: OwnList) -> dict[str, Any]:
    return {
        "account": account,
        "ref": kept.ref,
        "title": kept.title,
        "public": kept.public,
        "moderation": kept.moderation,
        "replies": kept.replies or None,
        "exclusive": kept.exclusive,
        "members": [{"handle": who.handle, "uri": who.uri or None} for who in kept.members],
    }
