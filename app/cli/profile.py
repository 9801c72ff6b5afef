"""``godwit profile WHO``: one human over all their accounts, and what they wrote."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import Any

from app.cli.items import item_from_row, moment
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.cli.people import known_object, link_object
from app.cli.react import relation_object
from app.cli.rows import lines_from_row
from app.feed.rows import Card
from app.model.acts import Relation
from app.model.errors import ServiceError
from app.services.house import House
from app.services.human import POSTS, Human, Humans, Side, counts_of
from app.services.states import error_object


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("who", metavar="WHO", help="a handle, a page or a URI of either network")
    parser.add_argument(
        "--limit", type=int, default=POSTS, metavar="N", help=f"posts (default: {POSTS})"
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Say who it is; what one server cannot tell hides nothing of the others."""
    if not house.options.offline:
        await ready_vault(house, out)
    humans = Humans(house)
    human = await humans.look(arguments.who)
    cards, hidden, trouble = await _wrote(humans, human, max(0, arguments.limit), house)
    accounts = {account.id: account for account in house.accounts.all()}
    out.result(
        {
            "profiles": [side_object(side) for side in human.sides],
            "links": [link_object(link) for link in human.links],
            "items": [item_from_row(card, accounts) for card in cards],
            "hidden": hidden,
        }
    )
    if not out.json:
        _print(human, cards, house, out)
    failed = [side for side in human.sides if side.trouble is not None]
    for side in failed:
        assert side.trouble is not None
        out.note(f"note: @{side.known.profile.handle}: {side.trouble.message}")
    if trouble is not None and not failed:
        out.note(f"note: {trouble.message}")
    return 1 if len(failed) == len(human.sides) and not house.options.offline else 0


async def _wrote(
    humans: Humans, human: Human, most: int, house: House
) -> tuple[Sequence[Card], int, ServiceError | None]:
    """From their servers; offline, from what was read."""
    try:
        asked = humans.read if house.options.offline else humans.wrote
        wrote = await asked(human, most)
    except ServiceError as error:
        return (), 0, error
    return wrote.cards, wrote.hidden, None


def side_object(side: Side) -> dict[str, Any]:
    """One of their accounts as JSON."""
    portrait = side.portrait
    return {
        **known_object(side.known),
        "text": portrait.text,
        "fields": [
            {
                "name": field.name,
                "value": field.value,
                "link": field.link or None,
                "verified": field.checked,
            }
            for field in portrait.fields
        ],
        "followers": _told(portrait.followers),
        "following": _told(portrait.following),
        "posts": _told(portrait.posts),
        "since": moment(portrait.since) if portrait.since is not None else None,
        "moved_to": portrait.moved_to or None,
        "impostor": portrait.impostor,
        "seen_by": side.account,
        "relations": {id: relation_object(one) for id, one in side.relations.items()},
        "error": error_object(side.trouble) if side.trouble is not None else None,
    }


def _told(number: int) -> int | None:
    return number if number >= 0 else None


# ------------------------------------------------------------------ saying


def _print(human: Human, cards: Sequence[Card], house: House, out: Output) -> None:
    names = {info.id: info.name for info in house.registry().infos.values()}
    accounts = {account.id: account for account in house.accounts.all()}
    out.line(human.sides[0].known.profile.shown_name)
    for side in human.sides:
        out.line(f"@{side.known.profile.handle} · {names.get(side.known.network, '')}")
        _print_side(side, out)
    for link in human.links:
        out.line(f"  {link.evidence}")
    out.line()
    for card in cards:
        for line in lines_from_row(
            card, now=house.clock.now(), width=out.width, names=names, accounts=accounts
        ):
            out.line(line)


def _print_side(side: Side, out: Output) -> None:
    portrait = side.portrait
    for line in textwrap.wrap(portrait.text, max(20, out.width - 2)):
        out.line(f"  {line}")
    for field in portrait.fields:
        out.line(f"  {field.name}: {field.value}{'  ✓' if field.checked else ''}")
    if counts := [f"{count} {words}" for count, words in counts_of(portrait)]:
        out.line(f"  {' · '.join(counts)}")
    if portrait.moved_to:
        out.line(f"  Has moved to {portrait.moved_to}")
    if portrait.impostor:
        out.line("  A label says that this account pretends to be somebody else.")
    for account, relation in side.relations.items():
        if words := _relation(relation):
            out.line(f"  {account}: {words}")


def _relation(relation: Relation) -> str:
    said = (
        (relation.following and relation.followed_by, "you follow each other"),
        (relation.following and not relation.followed_by, "you follow them"),
        (relation.followed_by and not relation.following, "they follow you"),
        (relation.requested, "you have asked to follow them"),
        (relation.muted, "muted"),
        (relation.blocked, "blocked"),
        (relation.blocked_by, "they block you"),
    )
    return ", ".join(words for holds, words in said if holds)
