"""``godwit timeline --feed NAME`` where NAME is a feed: its order, and why."""

from __future__ import annotations

import argparse

from app.cli.items import item_from_row
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.cli.rows import INDENT, lines_from_row
from app.cli.timeline import cursor_from_key
from app.feed.rows import Card
from app.model.timeline import RowKey
from app.services.house import House
from app.services.states import error_object


async def run_feed(
    arguments: argparse.Namespace, house: House, out: Output, before: RowKey | None
) -> int:
    """Print one page of a feed."""
    id = house.feeds.book.named(arguments.feed)
    fetch = not (arguments.no_sync or house.options.offline) and before is None
    if fetch and house.accounts.all():
        await ready_vault(house, out)
    page, made, troubles = await house.feeds.read(
        id, before=before, limit=arguments.limit, fetch=fetch
    )
    accounts = {account.id: account for account in house.accounts.all()}
    below = {ranked.candidate.key: ranked.folded for ranked in made.ranking if ranked.folded}
    items = [
        item_from_row(row, accounts) | {"folded": [one.uri for one in below.get(row.key, ())]}
        for row in page.rows
    ]
    out.result(
        {
            "feed": id,
            "items": items,
            "older": cursor_from_key(page.older) if page.older else None,
            "hidden": {"count": page.hidden.count, "by": dict(page.hidden.by)},
            "candidates": len(made.pool.columns),
            "kept": len(made.kept),
            "certain": page.certain,
            "problems": [
                {"source": one.source, "account": one.account, "error": error_object(one.error)}
                for one in troubles
            ],
        }
    )
    for one in troubles:
        out.trouble(one.account or one.source, one.error)
    if not out.json:
        _print(arguments, house, out, page.rows, page.older)
        if page.hidden.count:
            out.line(f"{page.hidden.count} hidden")
    return 1 if any(one.source == "home" for one in troubles) else 0


def _print(
    arguments: argparse.Namespace,
    house: House,
    out: Output,
    rows: tuple[object, ...],
    older: RowKey | None,
) -> None:
    accounts = {account.id: account for account in house.accounts.all()}
    names = {info.id: info.name for info in house.registry().infos.values()}
    for row in rows:
        if not isinstance(row, Card):
            continue
        lines = lines_from_row(
            row, now=house.clock.now(), width=out.width, names=names, accounts=accounts
        )
        why = " · ".join(one.text for one in row.reasons if one.kind not in ("account", "echo"))
        for line in (*lines[:-1], *([f"{INDENT}∵ {why}"] if why else []), ""):
            out.line(line)
    if not accounts:
        out.nobody()
    elif not rows:
        out.line("Nothing here yet.")
    if older is not None:
        name = arguments.feed if " " not in arguments.feed else f"'{arguments.feed}'"
        out.line(f"Older: godwit timeline --feed {name} --older {cursor_from_key(older)}")
