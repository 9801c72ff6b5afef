"""``godwit timeline``: the unified timeline as the window shows it."""

from __future__ import annotations

import argparse

from app.cli.items import item_from_row
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.rows import lines_from_row
from app.feed.times import micros
from app.model.errors import NotFound
from app.model.timeline import ALL, RowKey, TimelineId
from app.services.feed_book import is_plain
from app.services.house import House
from app.services.states import error_object

LIMIT, MOST = 40, 1_000


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    add_feed_to(parser)
    parser.add_argument(
        "--limit", type=int, default=LIMIT, metavar="N", help=f"how many items (default: {LIMIT})"
    )
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--older", metavar="CURSOR", help="go on where a page before ended")
    begin.add_argument(
        "--at", metavar="WHEN", help="begin then: “yesterday”, “3 days ago”, “20 Nov 14:30”"
    )
    parser.add_argument("--no-sync", action="store_true", help="show what is in the cache")


def add_feed_to(parser: argparse.ArgumentParser) -> None:
    """Which timeline or feed is meant."""
    parser.add_argument(
        "--feed",
        metavar="NAME",
        default="all",
        help="“all”, a network's name, an account's id, or a feed (default: all)",
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Print one page of a timeline."""
    if not 1 <= arguments.limit <= MOST:
        raise Usage(f"--limit must be between 1 and {MOST}.", "godwit timeline --limit 40")
    before = key_from_cursor(arguments.older) if arguments.older is not None else None
    timeline = timeline_named(arguments.feed, house)
    if arguments.at is not None:
        before = _key_at(arguments.at, house)
        if timeline is None:
            words = f"“{arguments.feed}” has an order of its own: there is no “then” in it."
            raise Usage(words, "godwit timeline --at yesterday")
    if timeline is None:
        from app.cli.ranked import run_feed  # what ranks is slow to load

        return await run_feed(arguments, house, out, before)
    fetch = not (arguments.no_sync or house.options.offline)
    status = 0
    if fetch and house.accounts.all():
        await ready_vault(house, out)
        if arguments.older is None:
            for report in await house.sync.run():
                if report.error is not None:
                    out.trouble(report.account, report.error)
                    status = 1
    page = await house.timelines.read(timeline, before=before, limit=arguments.limit, fetch=fetch)
    accounts = {account.id: account for account in house.accounts.all()}
    out.result(
        {
            "feed": timeline,
            "items": [item_from_row(row, accounts) for row in page.rows],
            "older": cursor_from_key(page.older) if page.older else None,
            "hidden": {"count": page.hidden.count, "by": dict(page.hidden.by)},
            "certain": page.certain,
            "problems": [
                {"account": account, "error": error_object(error)}
                for account, error in page.problems
            ],
        }
    )
    if not out.json:
        names = {info.id: info.name for info in house.registry().infos.values()}
        for row in page.rows:
            for line in lines_from_row(
                row, now=house.clock.now(), width=out.width, names=names, accounts=accounts
            ):
                out.line(line)
        _foot(arguments, house, out, page.hidden.count, page.older, len(page.rows))
    return status


def _key_at(text: str, house: House) -> RowKey:
    """Above every row of that moment. Raises: Usage."""
    from app.feed.when import NoTime, moment_of

    try:
        at = moment_of(text, house.clock.now().astimezone())
    except NoTime as error:
        raise Usage(str(error), "godwit timeline --at yesterday") from error
    return RowKey(micros(at) + 1, 0)


def timeline_named(name: str, house: House) -> TimelineId | None:
    """The timeline of that name; None: it is a feed. Raises: Usage."""
    try:
        return house.timelines.named(name)
    except NotFound as error:
        try:
            id = house.feeds.book.named(name)
        except NotFound:
            words = "Use “all”, a network's name, an account's id, or a feed (godwit feed list)."
            raise Usage(f"There is no timeline and no feed “{name}”.", words) from error
        return ALL if is_plain(house.feeds.recipe(id)) else None


def _foot(
    arguments: argparse.Namespace,
    house: House,
    out: Output,
    hidden: int,
    older: RowKey | None,
    shown: int,
) -> None:
    if not house.accounts.all():
        out.nobody()
    elif shown == 0:
        out.line("Nothing here yet.")
    if hidden:
        out.line(f"{hidden} hidden")
    if older is not None:
        out.line(f"Older: godwit timeline --older {cursor_from_key(older)}")


def cursor_from_key(key: RowKey) -> str:
    """A row's place as text for the command line."""
    return f"{key.at:x}.{key.id:x}"


def key_from_cursor(cursor: str) -> RowKey:
    """Raises: Usage: It is none of ours."""
    at, dot, number = cursor.partition(".")
    try:
        key = RowKey(int(at, 16), int(number, 16))
    except ValueError:
        dot = ""
    if not dot or max(abs(key.at), abs(key.id)) >= 2**62:
        raise Usage(
            f"“{cursor}” is no cursor.", "Take the one that the page before has given as “older”."
        )
    return key
