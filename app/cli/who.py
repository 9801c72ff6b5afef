"""``godwit who URI``: who liked a post, who passed it on, who quoted it; on both networks."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.search import profile_object
from app.model import Cursor, Profile
from app.model.errors import ServiceError, Unsupported
from app.services.house import House
from app.services.sides import Side
from app.services.states import error_object

LIMIT, MOST = 80, 5_000


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("uri", metavar="URI", help="of a post, or its web address")
    parser.add_argument(
        "--did",
        choices=("liked", "reposted", "quoted"),
        default="liked",
        help="what they did (default: liked)",
    )
    parser.add_argument(
        "--limit", type=int, default=LIMIT, metavar="N", help=f"of each network (default: {LIMIT})"
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Ask the server of every copy."""
    if not 1 <= arguments.limit <= MOST:
        raise Usage(f"--limit must be between 1 and {MOST}.", "godwit who URI --limit 80")
    await ready_vault(house, out)
    copies = await house.conversations.copies(arguments.uri)
    sides = house.who_reacted.sides(copies)
    if not sides:
        raise Unsupported("None of your servers tells who reacted to this post.")
    told = [await _asked(side, arguments, house) for side in sides]
    out.result({"uri": copies[0].post.uri, "did": arguments.did, "networks": told})
    failed = [one for one in told if one["error"] is not None]
    for one in told:
        out.line(f"{one['uri']}  ({one['account']})")
        for who in one["people"]:
            out.line(f"    @{who['handle']}  {who['name']}".rstrip())
        if one["more"]:
            out.line(f"    … and more: --limit {2 * arguments.limit}")
        if one["error"] is not None:
            out.note(f"note: {one['account']}: {one['error']['message']}")
        elif not one["people"]:
            out.line("    nobody, as far as this server tells")
    return 1 if len(failed) == len(told) else 0


async def _asked(side: Side, arguments: argparse.Namespace, house: House) -> dict[str, Any]:
    people: dict[str, Profile] = {}
    older: Cursor | None = None
    problem: ServiceError | None = None
    try:
        while len(people) < arguments.limit:
            page, older = await _page(side, arguments.did, older, house)
            people |= {one.uri: one for one in page}
            if older is None:
                break
    except ServiceError as error:
        problem = error
    return {
        "account": side.account,
        "network": side.post.network,
        "uri": side.post.uri,
        "people": [profile_object(one) for one in list(people.values())[: arguments.limit]],
        "more": older is not None or len(people) > arguments.limit,
        "error": error_object(problem) if problem is not None else None,
    }


async def _page(
    side: Side, did: str, older: Cursor | None, house: House
) -> tuple[tuple[Profile, ...], Cursor | None]:
    if did == "quoted":
        entries, older = await house.who_reacted.quotes(side, older)
        return tuple(one.post.author for one in entries), older
    page = await house.who_reacted.people(side, "like" if did == "liked" else "repost", older)
    return page.people, page.older
