"""``godwit tag``: tags that you follow: list, follow, unfollow."""

from __future__ import annotations

import argparse

from app.cli.options import add_global, known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.model import AccountId
from app.services.followed_tags import AccountTags
from app.services.house import House
from app.services.states import error_object


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("list", help="them all (the same as without a verb)")
    for name, words in (("follow", "follow one"), ("unfollow", "follow one no more")):
        verb = verbs.add_parser(name, help=words)
        verb.add_argument("tag", metavar="TAG", help="with or without #")
    for verb in verbs.choices.values():
        verb.add_argument("--account", metavar="ID", help="(default: the only one)")
        add_global(verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    if not house.options.offline and house.accounts.all():
        await ready_vault(house, out)
    named = getattr(arguments, "account", None)
    account = known_account(named, house) if named else None
    tags = house.feeds.tags
    if arguments.verb in ("follow", "unfollow"):
        on = arguments.verb == "follow"
        whose = account or _only(house)
        tag = await tags.follow(whose, arguments.tag, on)
        here = not tags.at_server(whose)
        out.result({"account": whose, "tag": tag, "followed": on, "at_server": not here})
        where = " (kept on this computer: its server lets nobody follow tags)" if here else ""
        out.line(f"{whose} {'follows' if on else 'no longer follows'} #{tag}{where}.")
        return 0
    found = tags.all() if house.options.offline else await tags.look()
    return _tell([one for one in found if account in (None, one.account)], house, out)


def _only(house: House) -> AccountId:
    mine = house.accounts.all()
    if len(mine) != 1:
        raise Usage("Which account is the tag for?", "Name one: --account ID")
    return mine[0].id


def _tell(found: list[AccountTags], house: House, out: Output) -> int:
    failed = [one for one in found if one.trouble is not None]
    out.result(
        {
            "tags": [
                {"account": one.account, "tags": list(one.tags), "at_server": one.at_server}
                for one in found
            ],
            "problems": [
                {"account": one.account, "error": error_object(one.trouble)}
                for one in failed
                if one.trouble is not None
            ],
        }
    )
    for one in found:
        for tag in one.tags:
            out.line(f"#{tag}  ({one.account}{'' if one.at_server else ', kept here'})")
    if not house.accounts.all():
        out.nobody()
    elif not failed and not any(one.tags for one in found):
        out.line("No tags are followed.")
    for one in failed:
        assert one.trouble is not None
        out.trouble(one.account, one.trouble)
    return 1 if failed and len(failed) == len(found) else 0
