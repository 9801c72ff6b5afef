"""``godwit likes``: what you liked, of all accounts, as their servers keep it."""

from __future__ import annotations

import argparse

from app.cli.items import item_from_row
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.rows import lines_from_row
from app.services.house import House
from app.services.kept_pages import Fetched
from app.services.states import error_object

LIMIT = 50


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--words", default="", metavar="WORDS", help="with these words")
    parser.add_argument("--limit", type=int, default=LIMIT, metavar="N", help=f"(default: {LIMIT})")
    parser.add_argument("--no-sync", action="store_true", help="show what is known here")
    parser.add_argument("--more", action="store_true", help="fetch a page of older ones, too")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Newest post first."""
    if arguments.limit < 1:
        raise Usage("--limit must be at least 1.", "godwit likes --limit 50")
    fetched: tuple[Fetched, ...] = ()
    if not (arguments.no_sync or house.options.offline) and house.accounts.all():
        await ready_vault(house, out)
        fetched = await house.likes.fetch()
        if arguments.more:
            fetched += await house.likes.fetch_older()
    query = house.search.query(f"in:likes {arguments.words} ")
    seen = [one async for one in house.search.seen(query)][-1]
    shown = seen.cards[: arguments.limit]
    accounts = {account.id: account for account in house.accounts.all()}
    failed = [one for one in fetched if one.trouble is not None]
    out.result(
        {
            "items": [item_from_row(card, accounts) for card in shown],
            "count": len(seen.cards),
            "hidden": seen.hidden,
            "more": house.likes.goes_on(),
            "problems": [
                {"account": one.account, "error": error_object(one.trouble)}
                for one in failed
                if one.trouble is not None
            ],
        }
    )
    if not out.json:
        names = {info.id: info.name for info in house.registry().infos.values()}
        for card in shown:
            for line in lines_from_row(
                card, now=house.clock.now(), width=out.width, names=names, accounts=accounts
            ):
                out.line(line)
        if not accounts:
            out.nobody()
        elif not shown:
            out.line("There are no likes here.")
        elif len(seen.cards) > len(shown):
            out.line(f"{len(seen.cards) - len(shown)} more: --limit {len(seen.cards)}")
        if house.likes.goes_on():
            out.line("Your servers have older ones: --more")
    for one in failed:
        assert one.trouble is not None
        out.trouble(one.account, one.trouble)
    return 1 if failed and not shown else 0
