"""``godwit bookmarks``: of all accounts, with folders and notes that stay on this computer."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.items import item_from_row
from app.cli.options import add_global
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.rows import INDENT, lines_from_row
from app.services.bookmarks import Bookmark, Fetched
from app.services.house import House
from app.services.states import error_object

LIMIT = 50


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    listed = verbs.add_parser("list", help="them all (the same as without a verb)")
    for one in (parser, listed):
        one.add_argument("--folder", metavar="NAME", help="only those in it (“” = in none)")
        one.add_argument("--words", default="", metavar="WORDS", help="with these words")
        one.add_argument("--limit", type=int, default=LIMIT, metavar="N")
        one.add_argument("--no-sync", action="store_true", help="show what is known here")
    filed = verbs.add_parser("file", help="put a post into a folder, or note something about it")
    filed.add_argument("uri", metavar="URI", help="of a post, or its web address")
    filed.add_argument("--folder", metavar="NAME", dest="into", help="“” takes it out")
    filed.add_argument("--note", metavar="TEXT")
    unfile = verbs.add_parser("unfile", help="forget its folder and note")
    unfile.add_argument("uri", metavar="URI")
    verbs.add_parser("folders", help="names, and how many are in each")
    rename = verbs.add_parser("rename", help="call a folder otherwise (“” empties it)")
    rename.add_argument("folder_name", metavar="FOLDER")
    rename.add_argument("to", metavar="NAME")
    for verb in verbs.choices.values():
        add_global(verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    match arguments.verb:
        case "file" | "unfile":
            return await _file(arguments, house, out)
        case "folders":
            return _folders(house, out)
        case "rename":
            await house.bookmarks.rename(arguments.folder_name, arguments.to)
            return _folders(house, out)
        case _:
            return await _list(arguments, house, out)


async def _list(arguments: argparse.Namespace, house: House, out: Output) -> int:
    if arguments.limit < 1:
        raise Usage("--limit must be at least 1.", "godwit bookmarks --limit 50")
    fetched: tuple[Fetched, ...] = ()
    if not (arguments.no_sync or house.options.offline) and house.accounts.all():
        await ready_vault(house, out)
        fetched = await house.bookmarks.fetch()
    found = await house.bookmarks.all(arguments.folder, arguments.words)
    shown = found[: arguments.limit]
    out.result(
        {
            "items": [_object(one, house) for one in shown],
            "count": len(found),
            "problems": [
                {"account": one.account, "error": error_object(one.trouble)}
                for one in fetched
                if one.trouble is not None
            ],
        }
    )
    if not out.json:
        for one in shown:
            _print(one, house, out)
        if not shown and not house.accounts.all():
            out.nobody()
        elif not shown:
            out.line("There are no bookmarks here.")
        elif len(found) > len(shown):
            out.line(f"{len(found) - len(shown)} more: --limit {len(found)}")
    failed = [one for one in fetched if one.trouble is not None]
    for said in failed:
        assert said.trouble is not None
        out.trouble(said.account, said.trouble)
    return 1 if failed and not shown else 0


async def _file(arguments: argparse.Namespace, house: House, out: Output) -> int:
    if not house.options.offline and house.accounts.all():
        await ready_vault(house, out)
    copies = await house.conversations.copies(arguments.uri)
    uris = [copy.post.uri for copy in copies]
    if arguments.verb == "unfile":
        await house.bookmarks.unfile(uris)
        out.result({"uri": uris[0], "folder": None, "note": None})
        out.line("It is filed nowhere any more.")
        return 0
    if arguments.into is None and arguments.note is None:
        raise Usage("Where to?", "godwit bookmarks file URI --folder NAME, or --note TEXT")
    before = house.bookmarks.of(uris)
    post = before.post if before is not None else copies[0].post
    filed = await house.bookmarks.file(post, folder=arguments.into, note=arguments.note)
    out.result({"uri": post.uri, "folder": filed.folder or None, "note": filed.note or None})
    out.line(f"Filed in “{filed.folder}”." if filed.folder else "Filed in no folder.")
    return 0


def _folders(house: House, out: Output) -> int:
    folders = house.bookmarks.folders()
    out.result({"folders": [{"name": name, "count": count} for name, count in folders]})
    for name, count in folders:
        out.line(f"{count:>5}  {name}")
    if not folders:
        out.line("There are no folders.")
    return 0


def _object(one: Bookmark, house: House) -> dict[str, Any]:
    accounts = {account.id: account for account in house.accounts.all()}
    item = item_from_row(one.card, accounts)
    return item | {"folder": one.folder or None, "note": one.note or None}


def _print(one: Bookmark, house: House, out: Output) -> None:
    accounts = {account.id: account for account in house.accounts.all()}
    names = {info.id: info.name for info in house.registry().infos.values()}
    lines = lines_from_row(
        one.card, now=house.clock.now(), width=out.width, names=names, accounts=accounts
    )
    if one.folder:
        lines.insert(-1, f"{INDENT}Folder: {one.folder}")
    if one.note:
        lines.insert(-1, f"{INDENT}Note: {one.note}")
    for line in lines:
        out.line(line)
