"""``godwit filter``: filters that a server keeps."""

from __future__ import annotations

import argparse
from typing import cast

from app.cli.options import add_global
from app.cli.output import Output, Usage
from app.cli.settled import asked, chosen, filter_object, span
from app.model import AccountId
from app.model.errors import NotFound
from app.model.moderation import Filter, FilterWord
from app.model.post import FilterContext
from app.protocols.moderating import KeepsFilters
from app.services.house import House

_CONTEXTS = ("home", "notifications", "public", "thread", "account")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="all filters, by account")
    add = verbs.add_parser("add", help="make a filter, or change the one with --id")
    add.add_argument("words", nargs="+", metavar="WORD", help="words and phrases")
    add.add_argument("--title", default="", metavar="TEXT", help="(default: the first word)")
    add.add_argument("--in", dest="contexts", action="append", choices=_CONTEXTS, help="where")
    add.add_argument("--action", choices=("warn", "hide", "blur"), default="warn")
    add.add_argument("--part", action="store_true", help="also inside longer words")
    add.add_argument("--for", dest="span", metavar="7d", help="(default: ever)")
    add.add_argument("--id", default="", metavar="ID", help="change this one")
    remove = verbs.add_parser("remove", help="delete a filter")
    remove.add_argument("name", metavar="ID", help="or its title")
    for verb in (add, remove):
        verb.add_argument("--as", dest="account", metavar="ID", help="whose filter")
    for parser_of_verb in verbs.choices.values():
        add_global(parser_of_verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    moderation = house.moderation
    if arguments.verb == "list":
        status = await asked(house, out)
        found = [(a.id, one) for a in house.accounts.all() for one in moderation.filters(a.id)]
        out.result({"filters": [filter_object(one, account) for account, one in found]})
        for account, one in found:
            out.line(_words(one, account))
        if not found:
            out.line("There are no filters.")
        return status
    account = chosen(arguments.account, house, KeepsFilters, "is on a server that keeps filters")
    status = await asked(house, out, [account])
    if arguments.verb == "add":
        saved = await moderation.save_filter(account, _filter(arguments, house))
        out.result(filter_object(saved, account))
        out.line(_words(saved, account))
        return status
    one = _named(arguments.name, account, house)
    await moderation.delete_filter(account, one.id)
    out.result({"removed": filter_object(one, account)})
    out.line(f"Removed: {one.title}")
    return status


def _filter(arguments: argparse.Namespace, house: House) -> Filter:
    if not any(word.strip() for word in arguments.words):
        raise Usage("A filter needs a word.", "godwit filter add --help")
    ends = span(arguments.span)
    contexts = arguments.contexts or ["home", "public", "thread"]
    return Filter(
        id=arguments.id,
        title=arguments.title or arguments.words[0],
        contexts=frozenset(cast(list[FilterContext], contexts)),
        action=arguments.action,
        words=tuple(FilterWord(word, not arguments.part) for word in arguments.words),
        expires_at=house.clock.now() + ends if ends is not None else None,
    )


def _named(name: str, account: AccountId, house: House) -> Filter:
    for one in house.moderation.filters(account):
        if name in (one.id, one.title):
            return one
    raise NotFound(f"There is no filter “{name[:80]}”.", "godwit filter list")


def _words(one: Filter, account: AccountId) -> str:
    words = ", ".join(word.text for word in one.words) or "single posts"
    until = f" until {one.expires_at.astimezone():%Y-%m-%d %H:%M}" if one.expires_at else ""
    return f"{one.id}  {one.title}: {words} → {one.action} in {', '.join(sorted(one.contexts))}{until}  ({account})"
