"""``godwit feed search|sources|look|pins|pin|unpin|move``: what servers offer to read."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.items import item_from_row
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.model import Account, AccountId
from app.model.errors import NotFound, ServiceError
from app.model.offers import Offer
from app.services.house import House
from app.services.market_values import Found, Refusal, Stall
from app.services.states import error_object

VERBS = ("search", "sources", "look", "pins", "pin", "unpin", "move")


def add_to(verbs: Any) -> None:
    """Its verbs and their options."""
    search = verbs.add_parser("search", help="feeds that people make; without words, popular ones")
    search.add_argument("words", metavar="WORDS", nargs="*")
    verbs.add_parser("sources", help="lists, followed tags and trends of your accounts")
    look = verbs.add_parser("look", help="a feed or list before it is pinned: its first posts")
    look.add_argument("uri", metavar="URI", help="or the address of its page")
    verbs.add_parser("pins", help="what is pinned and saved at your servers, as they have it now")
    for verb, words in (
        ("pin", "pin a feed or list at its server: it is among your feeds"),
        ("unpin", "not among your feeds any more"),
        ("move", "put a pinned feed in another place"),
    ):
        parser = verbs.add_parser(verb, help=words)
        parser.add_argument("uri", metavar="URI", help="or the name of a pinned feed")
        parser.add_argument("--account", metavar="ID", help="(default: the first that can)")
        if verb == "unpin":
            parser.add_argument("--forget", action="store_true", help="do not keep it saved either")
        if verb == "move":
            parser.add_argument("--to", metavar="N", type=int, required=True, help="from 1")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    if not house.options.offline:
        await ready_vault(house, out)
        await house.market.refresh()
    match arguments.verb:
        case "search":
            return _tell(await house.market.search(" ".join(arguments.words)), house, out)
        case "sources":
            return _tell(await house.market.sources(), house, out)
        case "look":
            return await _look(arguments.uri, house, out)
        case "pins":
            return _tell(await house.market.saved(), house, out)
        case "pin":
            stall = await house.market.find(arguments.uri, _account(arguments, house))
            await house.market.pin(stall)
        case "unpin":
            account, value = _pinned(arguments, house)
            await house.market.unpin(account, value, forget=arguments.forget)
        case _:
            await _move(arguments, house)
    return _tell(await house.market.saved(), house, out)


def stall_object(stall: Stall) -> dict[str, Any]:
    """An offer as JSON, and who was offered it."""
    return {
        "account": stall.account,
        **offer_object(stall.offer),
        "can_pin": stall.can_pin,
        "pinned": stall.pinned,
        "saved": stall.saved,
    }


def offer_object(offer: Offer) -> dict[str, Any]:
    """A feed, list or tag as JSON."""
    return {
        "kind": offer.kind,
        "arg": offer.arg,
        "name": offer.name,
        "about": offer.about,
        "by": offer.by or None,
        "host": offer.host or None,
        "likes": offer.likes,
        "talk": offer.talk,
        "yours": offer.yours,
        "labels": list(offer.labels),
    }


def offer_line(offer: Offer) -> str:
    """A feed, list or tag in one line."""
    name = f"#{offer.name}" if offer.kind == "tag" else offer.name
    by = f" by @{offer.by}" if offer.by else ""
    likes = f", {offer.likes} likes" if offer.likes else ""
    where = offer.arg if offer.kind in ("feed", "list") else ""
    return f"{offer.kind:<6} {name}{by}{likes}  {where}".rstrip()


def _tell(found: Found, house: House, out: Output) -> int:
    out.result(
        {
            "offers": [stall_object(one) for one in found.stalls],
            "problems": [_refusal(one) for one in found.refusals],
        }
    )
    for one in found.stalls:
        out.line(_line(one))
    if not house.accounts.all():
        out.nobody()
    elif not found.stalls:
        out.line("Nothing was found.")
    for refusal in found.refusals:
        out.trouble(refusal.account, refusal.error)
    return 1 if found.refusals and not found.stalls else 0


def _line(stall: Stall) -> str:
    mark = "●" if stall.pinned else "○" if stall.saved else " "
    return f"{mark} {offer_line(stall.offer)}"


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {"account": refusal.account, "error": error_object(refusal.error)}


async def _look(uri: str, house: House, out: Output) -> int:
    stall = await house.market.find(uri)
    sample = await house.market.sample(stall)
    accounts: dict[AccountId, Account] = {one.id: one for one in house.accounts.all()}
    trouble = error_object(sample.trouble) if sample.trouble is not None else None
    out.result(
        {
            "offer": stall_object(stall),
            "items": [item_from_row(card, accounts) for card in sample.cards],
            "hidden": sample.hidden,
            "problem": trouble,
        }
    )
    out.line(_line(stall))
    if stall.offer.about:
        out.line(f"  {stall.offer.about}")
    for number, card in enumerate(sample.cards, 1):
        text = " ".join(card.post.text.text.split())[:60]
        out.line(f"  {number:>2}. {card.post.author.shown_name}: {text}")
    if sample.trouble is not None:
        out.trouble(stall.account, sample.trouble)
        return 1
    if not sample.cards:
        out.line("  There is nothing in it now.")
    return 0


def _account(arguments: argparse.Namespace, house: House) -> AccountId | None:
    if not arguments.account:
        return None
    try:
        return house.accounts.find(AccountId(arguments.account)).id
    except ServiceError as error:
        raise Usage(error.message, "godwit account list names them.") from None


def _pinned(arguments: argparse.Namespace, house: House) -> tuple[AccountId, str]:
    """Which account has pinned it, by address or by name. Raises: NotFound."""
    wanted, account = arguments.uri, _account(arguments, house)
    pins = [one for one in house.market.pins.all() if account in (None, one.account)]
    for pin in pins:
        if wanted in (pin.value, pin.id) or wanted.casefold() == pin.shown_name.casefold():
            return pin.account, pin.value
    for mine in house.accounts.all():  # saved, but not pinned
        settled = house.moderation.settled(mine.id)
        if account in (None, mine.id) and settled is not None:
            for feed in settled.feeds:
                if feed.value == wanted:
                    return mine.id, feed.value
    raise NotFound("That is not pinned.", "godwit feed pins lists what is.")


async def _move(arguments: argparse.Namespace, house: House) -> None:
    account, value = _pinned(arguments, house)
    values = [pin.value for pin in house.market.pins.of(account) if pin.value != value]
    if not 1 <= arguments.to <= len(values) + 1:
        raise Usage(f"There is no place {arguments.to}.", f"Name one from 1 to {len(values) + 1}.")
    values.insert(arguments.to - 1, value)
    await house.market.order(account, values)
