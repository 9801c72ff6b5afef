"""``godwit thread URI``: a conversation, of both networks where a post is on both."""

from __future__ import annotations

import argparse
from typing import Any

from msgspec.structs import replace

from app.cli.items import Item, item_from_line
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.cli.rows import lines_from_row
from app.feed.rows import Card
from app.feed.thread_words import words_of
from app.feed.threads import Line, Tree
from app.model.errors import Refused, ServiceError
from app.services.conversation import Conversation
from app.services.house import House
from app.services.states import error_object

INDENT = 4


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("uri", metavar="URI", help="of any post in it, or its web address")
    parser.add_argument(
        "--order",
        choices=("old", "new", "liked"),
        default="old",
        help="of the answers (default: old)",
    )
    parser.add_argument("--no-sync", action="store_true", help="show what is in the cache")
    parser.add_argument(
        "--origin",
        action=argparse.BooleanOptionalAction,
        help="ask the server of its author, as nobody, for what yours does not have "
        "(default: as the setting says)",
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Print the conversation, as far as its servers tell."""
    fetch = not (arguments.no_sync or house.options.offline)
    if fetch and house.accounts.all():
        await ready_vault(house, out)
    addresses = await house.conversations.addresses(arguments.uri)
    conversation = await house.conversations.open(addresses)
    conversation.order = arguments.order
    conversation.origins.wanted = arguments.origin
    try:
        if fetch:
            await conversation.load()
        else:
            await conversation.set_order(arguments.order)
        return _print(conversation, house, out)
    finally:
        house.conversations.leave(conversation)


def _print(conversation: Conversation, house: House, out: Output) -> int:
    tree = conversation.tree
    failed = [side for side in conversation.sides if side.why is not None]
    if tree is None:
        raise failed[0].why if failed and failed[0].why else Refused("There is nothing to show.")
    out.result(_document(conversation, tree, house))
    if not out.json:
        for line in tree.lines:
            _print_line(line, tree, house, out)
        if tree.hidden.count:
            out.line(f"{tree.hidden.count} hidden")
        if not tree.complete:
            out.line("There may be more on the web.")
    for asked in conversation.origins.asked.values():
        if asked.why is not None:
            out.note(f"note: {asked.host} was asked for the rest: {asked.why.message}")
    answered = any(side.state == "ready" for side in conversation.sides)
    for side in failed:
        assert side.why is not None
        if answered:
            out.note(f"note: {side.network}: {side.why.message}")
        else:
            out.trouble(side.network, side.why)
    # What one network tells is shown, whatever the other says.
    return 1 if failed and not answered else 0


def _document(conversation: Conversation, tree: Tree, house: House) -> dict[str, Any]:
    accounts = {account.id: account for account in house.accounts.all()}
    parts = (
        *(("above", line) for line in tree.above),
        ("focus", tree.focus),
        *(("thread", line) for line in tree.thread),
        *(("below", line) for line in tree.below),
    )
    items: list[Item] = [item_from_line(line, accounts) | {"part": part} for part, line in parts]
    return {
        "items": items,
        "counts": dict(tree.counts),
        "hidden": {"count": tree.hidden.count, "by": dict(tree.hidden.by)},
        "complete": tree.complete,
        "networks": [
            {"network": side.network, "state": side.state, "error": _error(side.why)}
            for side in conversation.sides
        ],
        "origins": [
            {"host": asked.host, "state": asked.state, "error": _error(asked.why)}
            for asked in conversation.origins.asked.values()
        ],
        "reply_from": [
            {"account": p.account, "network": p.network, "uri": p.address.uri}
            for p in conversation.places()
            if not p.why_not
        ],
    }


def _error(error: ServiceError | None) -> dict[str, Any] | None:
    return error_object(error) if error is not None else None


def _print_line(line: Line, tree: Tree, house: House, out: Output) -> None:
    indent = " " * (INDENT * line.depth)
    if line.card is None:
        further = f": godwit thread {line.parent}" if line.kind == "continue" else ""
        out.line(f"{indent}{'↳ ' if line.depth else ''}{words_of(line)}{further}")
        out.line()
        return
    card = _without_answered(line.card, tree)
    names = {info.id: info.name for info in house.registry().infos.values()}
    accounts = {account.id: account for account in house.accounts.all()}
    for text in lines_from_row(
        card,
        now=house.clock.now(),
        width=max(40, out.width - len(indent)),
        names=names,
        accounts=accounts,
    ):
        out.line(f"{indent}{text}" if text else "")
    if line.origin:
        out.line(f"{indent}(from {line.origin}; your server does not have it)")
        out.line()


def _without_answered(card: Card, tree: Tree) -> Card:
    """What it answers is not named where it stands above it."""
    answered = card.post.reply_to
    above = (line.card for line in tree.lines if line.card is not None)
    if answered is None or answered.uri not in (c.post.uri for one in above for c in one.copies):
        return card
    return replace(card, post=replace(card.post, reply_to=None))
