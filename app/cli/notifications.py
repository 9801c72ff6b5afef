"""``godwit notifications``: what others did, of all accounts in one list."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, get_args

from app.cli.items import item_from_row, moment
from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.rows import ago
from app.feed.notices import NoticeFilter
from app.model import Profile
from app.model.notification import NoticeKind
from app.services.house import House
from app.services.notifications_rows import card_of
from app.services.notifications_values import NoticeList, NoticeRow
from app.services.notifications_words import sentence, whose

LIMIT, MOST = 40, 1_000
KINDS = get_args(NoticeKind)


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--unread", action="store_true", help="only what was not read")
    parser.add_argument(
        "--kind",
        action="append",
        choices=KINDS,
        metavar="K",
        help=f"only this kind; may be given more than once ({', '.join(KINDS)})",
    )
    parser.add_argument(
        "--account", action="append", metavar="ID", help="only for this account; may be repeated"
    )
    parser.add_argument(
        "--followed", action="store_true", help="only what people did whom you follow"
    )
    parser.add_argument(
        "--limit", type=int, default=LIMIT, metavar="N", help=f"how many rows (default: {LIMIT})"
    )
    parser.add_argument("--no-sync", action="store_true", help="show what is in the cache")
    parser.add_argument(
        "--mark-read", action="store_true", help="and then all of it was read, also at the servers"
    )
    parser.add_argument(
        "--gate", action="store_true", help="who gets through, and who was set aside"
    )
    for verb, words in (("accept", "may"), ("decline", "may not")):
        parser.add_argument(
            f"--{verb}",
            metavar="WHO",
            default="",
            help=f"who asks to follow you, and {words}: a handle or an address",
        )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Print the list."""
    if not 1 <= arguments.limit <= MOST:
        raise Usage(f"--limit must be between 1 and {MOST}.", "godwit notifications --limit 40")
    chosen = [known_account(name, house) for name in dict.fromkeys(arguments.account or ())]
    fetch = not (arguments.no_sync or house.options.offline)
    if house.accounts.all() and not house.options.offline:
        await ready_vault(house, out)
    if arguments.gate:
        from app.cli.notifications_gate import run_gate

        return await run_gate(chosen, house, out)
    if arguments.accept and arguments.decline:
        raise Usage("Accept or decline: one at a time.", "godwit notifications --accept WHO")
    status = 0
    if fetch:
        for report in await house.notifications.sync(chosen or None):
            if report.error is not None:
                out.trouble(report.account, report.error)
                status = 1
    if who := arguments.accept or arguments.decline:
        from app.cli.notifications_asked import answer

        return await answer(who, bool(arguments.accept), chosen, house, out)
    wanted = NoticeFilter(
        kinds=frozenset(arguments.kind or ()),
        accounts=frozenset(chosen),
        unread=arguments.unread,
        followed=await house.notifications.followed() if arguments.followed else None,
    )
    found = await house.notifications.list(wanted)
    rows = await house.notifications.rows(found.groups[: arguments.limit])
    shown = [rows[group.key] for group in found.groups[: arguments.limit] if group.key in rows]
    out.result(_document(found, shown, len(found.groups) > arguments.limit))
    if arguments.mark_read:
        await house.notifications.mark_all_read(chosen)
    if not out.json:
        _print(found, shown, house, out, more=len(found.groups) - arguments.limit)
    return status


def _document(found: NoticeList, shown: list[NoticeRow], more: bool) -> dict[str, Any]:
    return {
        "items": [item_from_notice(row) for row in shown],
        "unread": found.unread,
        "more": more,
        "hidden": found.hidden,
        "left_out": found.left_out,
        "gaps": [
            {
                "id": gap.id,
                "account": gap.account,
                "newer_at": moment(gap.newer_at),
                "older_at": moment(gap.older_at) if gap.older_at else None,
            }
            for gap in found.gaps
        ],
    }


def item_from_notice(row: NoticeRow) -> dict[str, Any]:
    """One row as JSON. *post*: an ITEM, or null."""
    card = card_of(row)
    return {
        "key": row.group.key,
        "kind": row.newest.kind,
        "said": row.newest.said or None,
        "text": sentence(row),
        "at": moment(row.at),
        "unread": row.unread,
        "account": row.account,
        "accounts": sorted(row.group.by),
        "networks": row.networks,
        "people": row.group.people,
        "actors": [_person(actor) for actor in row.actors],
        "post": item_from_row(card, {}) if card is not None else None,
    }


def _person(profile: Profile) -> Mapping[str, str]:
    return {"uri": profile.uri, "handle": profile.handle, "name": profile.name}


def _print(
    found: NoticeList, shown: list[NoticeRow], house: House, out: Output, *, more: int
) -> None:
    names = {info.id: info.name for info in house.registry().infos.values()}
    for row in shown:
        dot = "●" if row.unread else " "
        on = " + ".join(names.get(network, network) for network in row.networks)
        mine = whose(row, house.accounts.all())
        on = f"{on}  ·  {mine}" if mine else on
        out.line(f"{dot} {sentence(row)}  ·  {ago(row.at, house.clock.now())}  ·  {on}")
        if row.newest.kind == "follow_request":
            out.line("    " + ", ".join(f"@{actor.handle}" for actor in row.actors))
        if row.post is not None and row.verdict.action == "show":
            words = " ".join(row.post.text.text.split())
            out.line(f"    {words[: out.width - 4]}" if words else "    (no text)")
        elif row.post is not None:
            causes = ", ".join(cause.text or cause.kind for cause in row.verdict.causes)
            out.line(f"    [covered: {causes}]")
    if not house.accounts.all():
        out.nobody()
    elif not shown and not house.notifications.is_unanswered:
        out.line("Nothing here.")
    if more > 0:
        rows = "1 more row" if more == 1 else f"{more} more rows"
        out.line(f"{rows}: --limit {len(found.groups)}")
    if found.hidden:
        out.line(f"{found.hidden} hidden, of people you mute or block")
    for gap in found.gaps:
        if gap.older_at is not None:
            out.line(f"{gap.account} has more from {ago(gap.newer_at, house.clock.now())}")
    out.line(f"{found.unread} unread")
