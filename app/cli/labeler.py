"""``godwit labeler``: who labels for me, and what their labels do."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.options import add_global
from app.cli.output import Output, Usage
from app.cli.settled import asked, chosen
from app.model import AccountId
from app.model.moderation import AdultChange, LabelChange, Labeler, Setting
from app.moderation.definitions import GLOBAL
from app.protocols.moderating import KnowsLabelers
from app.services.house import House
from app.services.moderation_values import LabelerState

ADULT = "adult"


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="labelers that I have subscribed to, and their labels")
    for verb, words in (
        ("show", "what a labeler says of itself"),
        ("add", "subscribe to a labeler"),
        ("remove", "unsubscribe from it"),
    ):
        verbs.add_parser(verb, help=words).add_argument("who", metavar="WHO", help="handle or URI")
    set_ = verbs.add_parser("set", help="what a label does, everywhere or of one labeler")
    set_.add_argument("label", metavar="LABEL", help="its value; “adult” with on or off")
    set_.add_argument("setting", choices=("ignore", "warn", "hide", "on", "off"))
    set_.add_argument("--of", default="", metavar="WHO", help="of this labeler only")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--as", dest="account", metavar="ID", help="which account")
        add_global(parser_of_verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    moderation = house.moderation
    account = chosen(arguments.account, house, KnowsLabelers, "is on a network with labelers")
    status = await asked(house, out, [account])
    match arguments.verb:
        case "show":
            one = await moderation.find_labeler(account, arguments.who)
            out.result(labeler_object(one))
            _print(one, out)
            return status
        case "add":
            one = await moderation.find_labeler(account, arguments.who)
            await moderation.subscribe_to(account, one.uri)
        case "remove":
            await moderation.unsubscribe_from(account, _uri(arguments.who, account, house))
        case "set":
            await _set(arguments, account, house)
    settled = moderation.settled(account)
    states = moderation.labelers(account)
    out.result(
        {
            "account": account,
            "adult": settled.adult if settled is not None else False,
            "labels": dict(settled.labels) if settled is not None else {},
            "labelers": [state_object(state) for state in states],
        }
    )
    for state in states:
        _tell(state, dict(settled.labels) if settled is not None else {}, out)
    return status


async def _set(arguments: argparse.Namespace, account: AccountId, house: House) -> None:
    on_off = arguments.setting in ("on", "off")
    if (arguments.label == ADULT) != on_off:
        raise Usage("“adult” is on or off; labels are ignored, warned of or hidden.", "--help")
    if on_off:
        await house.moderation.settle(account, AdultChange(arguments.setting == "on"))
        return
    of = _uri(arguments.of, account, house) if arguments.of else ""
    await house.moderation.settle(account, LabelChange(arguments.label, arguments.setting, of))


def _uri(who: str, account: AccountId, house: House) -> str:
    """Of a labeler that I have subscribed to. Raises: Usage."""
    name = who.strip().removeprefix("@")
    for state in house.moderation.labelers(account):
        one = state.labeler
        if name in (one.uri, one.handle, one.name):
            return one.uri
    raise Usage(f"You have not subscribed to {who}.", "godwit labeler list")


def _tell(state: LabelerState, settings: dict[str, Setting], out: Output) -> None:
    one = state.labeler
    about = ["the network's own"] if state.own else []
    about += ["not found any more"] if state.gone else []
    about += ["gave no labels in the last answer"] if state.missing else []
    handle = f"  @{one.handle}" if one.handle else ""
    more = f"  ({', '.join(about)})" if about else ""
    out.line(f"{one.name or one.uri}{handle}{more}")
    names = {meaning.value: meaning for meaning in one.meanings}
    for value in dict.fromkeys((*one.values, *names)):
        meaning = names.get(value)
        known = GLOBAL.get(value)
        default = meaning.default if meaning is not None else known.default if known else "ignore"
        words = f": {meaning.name}" if meaning is not None and meaning.name != value else ""
        out.line(f"    {value}{words} → {state.settings.get(value, settings.get(value, default))}")


def _print(one: Labeler, out: Output) -> None:
    out.line(f"{one.name}  @{one.handle}")
    out.line(one.description)
    for meaning in one.meanings:
        out.line(f"    {meaning.value}: {meaning.name}. {meaning.description}")


def labeler_object(one: Labeler) -> dict[str, Any]:
    """A labeler as JSON."""
    return {
        "uri": one.uri,
        "handle": one.handle,
        "name": one.name,
        "description": one.description,
        "values": list(one.values),
        "meanings": [
            {
                "value": meaning.value,
                "name": meaning.name,
                "description": meaning.description,
                "severity": meaning.severity,
                "blurs": meaning.blurs,
                "default": meaning.default,
                "adult": meaning.adult,
            }
            for meaning in one.meanings
        ],
    }


def state_object(state: LabelerState) -> dict[str, Any]:
    """A subscribed labeler as JSON."""
    return labeler_object(state.labeler) | {
        "settings": dict(state.settings),
        "own": state.own,
        "missing": state.missing,
        "gone": state.gone,
    }
