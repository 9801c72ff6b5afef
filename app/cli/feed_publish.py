"""``godwit feed publish|published|unpublish``: recipes for others, and from them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.model import AccountId
from app.model.errors import ServiceError
from app.services.house import House

VERBS = ("publish", "published", "unpublish")


def add_to(verbs: Any) -> None:
    """Its verbs and their options."""
    publish = verbs.add_parser(
        "publish", help="make a feed’s recipe public, or its new form; prints its address"
    )
    publish.add_argument("name", metavar="NAME")
    publish.add_argument("--account", metavar="ID", help="(default: the first that can)")
    publish.add_argument(
        "--dry-run", action="store_true", help="what everybody could read; publishes nothing"
    )
    verbs.add_parser("published", help="what your accounts have published")
    verbs.add_parser("unpublish", help="take it back").add_argument("uri", metavar="URI")


async def run(
    arguments: argparse.Namespace,
    house: House,
    out: Output,
    named: Callable[[str, House], str],
) -> int:
    """Do what the verb says."""
    await ready_vault(house, out)
    match arguments.verb:
        case "publish":
            await _publish(named(arguments.name, house), arguments, house, out)
        case "unpublish":
            await house.publishing.unpublish(arguments.uri)
            out.result({"unpublished": arguments.uri})
            out.line("Taken back.")
        case _:
            await _published(house, out)
    return 0


async def _publish(id: str, arguments: argparse.Namespace, house: House, out: Output) -> None:
    form = house.publishing.public_form(id)
    for line in (*form.in_words, *form.lost):
        out.line(f"  {line}")
    uri = None
    if not arguments.dry_run:
        uri = await house.publishing.publish(id, _account(arguments.account, house))
        out.line(f"Everybody can read it: {uri}")
    out.result(
        {
            "uri": uri,
            "in_words": list(form.in_words),
            "lost": list(form.lost),
            "recipe": json.loads(form.document),
        }
    )


async def _published(house: House, out: Output) -> None:
    found = []
    for account in house.publishing.able():
        for one in await house.publishing.published(account.id):
            found.append({"account": account.id, "uri": one.uri, "name": one.name})
            out.line(f"{one.name}  {one.uri}")
    out.result({"published": found})
    if not found:
        out.line("Nothing is published.")


def _account(name: str | None, house: House) -> AccountId | None:
    if not name:
        return None
    try:
        return house.accounts.find(AccountId(name)).id
    except ServiceError as error:
        raise Usage(error.message, "godwit account list names them.") from None
