"""``godwit cache``: how large it is, how large it may be, and clear it."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from app.cli.items import moment
from app.cli.options import add_global
from app.cli.output import Output, Usage
from app.cli.passphrase import asked_for
from app.model.errors import StoreError
from app.services.house import House
from app.services.retention import LEAST, Budget, Cleared
from app.services.retention import Usage as OnDisk
from app.services.storage_words import STAYS, bytes_from, bytes_text

WHAT = ("posts", "pictures")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser(
        "show", help="how much is on disk, and how much may be (the same as without a verb)"
    )
    budget = verbs.add_parser("budget", help="how much may be kept; the oldest goes first")
    budget.add_argument("what", choices=WHAT)
    budget.add_argument("size", metavar="SIZE", help="such as 500MB or 2GB; or: all")
    clear = verbs.add_parser("clear", help=f"delete it; {STAYS[0].lower()}{STAYS[1:]}")
    clear.add_argument("what", choices=(*WHAT, "all"))
    clear.add_argument("--yes", action="store_true", help="do not ask")
    for parser_of_verb in verbs.choices.values():
        add_global(parser_of_verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    match arguments.verb:
        case "budget":
            budget = await _set(arguments, house)
            await house.retention.keep_to_budget()
        case "clear":
            return await _clear(arguments, house, out)
        case _:
            budget = await house.retention.budget()
    usage = await house.retention.usage()
    out.result(usage_object(usage, budget))
    _print(usage, budget, out)
    return 0


async def _set(arguments: argparse.Namespace, house: House) -> Budget:
    """Raises: Usage."""
    size = bytes_from(arguments.size)
    if size is None:
        raise Usage(f"“{arguments.size}” is no size.", "Write such as 500MB or 2GB; or: all")
    if arguments.what == "posts" and 0 < size < LEAST:
        raise Usage(
            f"Posts need at least {bytes_text(LEAST)}: less would be read anew with each look.",
            "Write such as 500MB or 2GB; or: all",
        )
    budget = replace(await house.retention.budget(), **{arguments.what: size})
    await house.retention.set_budget(budget)
    return budget


async def _clear(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Raises: Usage: nobody is there to ask."""
    if not arguments.yes:
        if not sys.stdin.isatty():
            raise Usage("Nobody is there to be asked.", "Add --yes, if you are sure.")
        out.note(STAYS)
        if asked_for(f"Clear {arguments.what}? (yes/no) ", seen=True).strip().lower() != "yes":
            out.note("Nothing was deleted.")
            return 0
    done: dict[str, Cleared] = {}
    if arguments.what != "pictures":
        done["posts"] = await house.retention.clear_posts()
        with suppress(StoreError):  # somebody else is writing: a window gives it back by and by
            await house.store.compact()
    if arguments.what != "posts":
        done["pictures"] = await house.retention.clear_pictures()
    out.result({what: {"bytes": one.bytes, "posts": one.posts} for what, one in done.items()})
    for what, one in done.items():
        posts = f", {one.posts} posts" if one.posts else ""
        out.line(f"{what.capitalize()}: {bytes_text(one.bytes)} deleted{posts}")
    return 0


def usage_object(usage: OnDisk, budget: Budget) -> dict[str, Any]:
    """What is on disk, as JSON."""
    return {
        "posts": {
            "count": usage.posts,
            "oldest": moment(usage.oldest) if usage.oldest else None,
            "bytes": usage.post_bytes,
            "file_bytes": usage.cache_bytes,
            "budget": budget.posts or None,
        },
        "pictures": {"bytes": usage.picture_bytes, "budget": budget.pictures or None},
        "films": {"bytes": usage.film_bytes},
        "drafts": {"bytes": usage.files},
        "archive_indexes": {"bytes": usage.indexes},
        "kept": {"bytes": usage.kept_bytes},
        "free_bytes": usage.free,
    }


def _print(usage: OnDisk, budget: Budget, out: Output) -> None:
    since = f", the oldest of {usage.oldest.astimezone():%Y-%m-%d}" if usage.oldest else ""
    out.line(f"Posts     {_of(usage.post_bytes, budget.posts)}, {usage.posts} posts{since}")
    out.line(f"Pictures  {_of(usage.picture_bytes, budget.pictures)}")
    out.line(f"Films     {bytes_text(usage.film_bytes)}, until Godwit ends")
    out.line(f"Drafts    {bytes_text(usage.files)} of files, until they are sent")
    out.line(f"Archives  {bytes_text(usage.indexes)} to look through them")
    out.line(f"Kept      {bytes_text(usage.kept_bytes)}: accounts, drafts, bookmarks, settings")
    out.line(f"The disk has {bytes_text(usage.free)} left.")


def _of(used: int, budget: int) -> str:
    return f"{bytes_text(used)} of {bytes_text(budget)}" if budget else bytes_text(used)
