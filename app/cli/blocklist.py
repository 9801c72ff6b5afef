"""``godwit blocklist``: shared lists, subscribed to, looked at before they count."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.items import moment
from app.cli.options import add_global
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.model.errors import ServiceError
from app.moderation.blocklists import Blocked
from app.services.house import House
from app.services.moderation_values import Proposal, Subscription

SHOWN = 20
"""Entries of a difference that are printed for people; JSON has all."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="lists that I have subscribed to, and my exceptions")
    add = verbs.add_parser("add", help="subscribe: read, and shown; apply it to let it count")
    add.add_argument("address", metavar="FILE|URL|URI")
    add.add_argument("--effect", choices=("hide", "cover"), default="hide")
    add.add_argument("--apply", action="store_true", help="let it count at once")
    for verb, words in (
        ("show", "the update that waits, with its difference"),
        ("apply", "let what was shown count"),
        ("remove", "unsubscribe; what it hid comes back"),
    ):
        verbs.add_parser(verb, help=words).add_argument("name", metavar="LIST", help="id or title")
    update = verbs.add_parser("update", help="read again and show what would change")
    update.add_argument("name", metavar="LIST", nargs="?", default="", help="(default: all)")
    except_ = verbs.add_parser("except", help="a domain or somebody that no list touches")
    except_.add_argument("name", metavar="NAME")
    except_.add_argument("--no", dest="off", action="store_true", help="take that back")
    for parser_of_verb in verbs.choices.values():
        add_global(parser_of_verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    lists = house.blocklists
    if arguments.verb in ("add", "update", "show") and not house.options.offline:
        await ready_vault(house, out) if house.accounts.all() else None
    match arguments.verb:
        case "add":
            proposal = await lists.add(arguments.address, arguments.effect)
            if arguments.apply:
                about = await lists.apply(proposal.subscription.id)
                out.result(proposal_object(proposal) | {"subscription": list_object(about)})
                _tell(proposal, out, applied=True)
            else:
                _tell(proposal, out)
        case "update":
            return await _update(arguments, house, out)
        case "show":
            _tell(await lists.proposal(arguments.name), out)
        case "apply":
            about = await lists.apply(arguments.name)
            out.result(list_object(about))
            out.line(f"{about.title}: {about.entries} entries count now.")
        case "remove":
            about = await lists.remove(arguments.name)
            out.result({"removed": list_object(about)})
            out.line(f"Removed: {about.title}")
        case "except":
            await lists.set_exception(arguments.name, not arguments.off)
            out.result({"exceptions": list(lists.exceptions())})
            out.line("Exceptions: " + (", ".join(lists.exceptions()) or "none"))
        case _:
            _list(house, out)
    return 0


async def _update(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """One that fails holds up none of the others."""
    lists, status = house.blocklists, 0
    if arguments.name:
        _tell(await lists.update(arguments.name), out)
        return 0
    proposals = []
    for about in lists.all():
        try:
            proposals.append(await lists.update(about.id))
        except ServiceError as error:
            out.trouble(about.title, error)
            status = 1
    out.result({"updates": [proposal_object(one) for one in proposals]})
    for one in proposals:
        _print(one, out)
    return status


def _list(house: House, out: Output) -> None:
    found, exceptions = house.blocklists.all(), house.blocklists.exceptions()
    out.result({"lists": [list_object(one) for one in found], "exceptions": list(exceptions)})
    for one in found:
        state = f"{one.entries} entries, {one.effect}" if one.applied_at else "not applied"
        waits = "; an update waits: godwit blocklist show" if one.proposed else ""
        out.line(f"{one.id}  {one.title} ({state}{waits})  from {one.address}")
    if exceptions:
        out.line("Exceptions: " + ", ".join(exceptions))
    if not found:
        out.line("No blocklists. Subscribe: godwit blocklist add FILE|URL|URI")


def _tell(proposal: Proposal, out: Output, *, applied: bool = False) -> None:
    if not applied:
        out.result(proposal_object(proposal))
    _print(proposal, out, applied=applied)


def _print(proposal: Proposal, out: Output, *, applied: bool = False) -> None:
    about, change = proposal.subscription, proposal.difference
    out.line(f"{about.title}  ({about.id}, from {about.address})")
    if not change:
        out.line("  Nothing has changed.")
        return
    for mark, entries in (("+", change.added), ("-", change.removed), ("~", change.changed)):
        for one in entries[:SHOWN]:
            out.line(f"  {mark} {one.name} {one.severity}{': ' + one.reason if one.reason else ''}")
        if len(entries) > SHOWN:
            out.line(f"  {mark} … and {len(entries) - SHOWN} more")
    for skipped in proposal.skipped[:SHOWN]:
        out.line(f"  ? line {skipped.line}: {skipped.text}: {skipped.why}")
    if proposal.followed:
        handles = {one.name: one.reason for one in change.added if one.kind == "person"}
        names = ", ".join(handles.get(name) or name for name in proposal.followed)
        out.line(f"  People you follow, flagged and not hidden: {names}")
    if proposal.excepted:
        out.line(f"  Kept out by your exceptions: {', '.join(proposal.excepted)}")
    if not applied:
        out.line(f"  Let it count: godwit blocklist apply {about.id}")


def list_object(one: Subscription) -> dict[str, Any]:
    """A blocklist as JSON."""
    return {
        "id": one.id,
        "title": one.title,
        "kind": one.kind,
        "address": one.address,
        "fetched_at": moment(one.fetched_at) if one.fetched_at else None,
        "applied_at": moment(one.applied_at) if one.applied_at else None,
        "hash": one.hash,
        "entries": one.entries,
        "skipped": one.skipped,
        "effect": one.effect,
        "proposed": one.proposed,
    }


def proposal_object(one: Proposal) -> dict[str, Any]:
    """An update as JSON, with its whole difference."""
    return {
        "subscription": list_object(one.subscription),
        "added": [_entry(entry) for entry in one.difference.added],
        "removed": [_entry(entry) for entry in one.difference.removed],
        "changed": [_entry(entry) for entry in one.difference.changed],
        "skipped": [{"line": s.line, "text": s.text, "why": s.why} for s in one.skipped],
        "followed": list(one.followed),
        "excepted": list(one.excepted),
    }


def _entry(entry: Blocked) -> dict[str, Any]:
    return {
        "name": entry.name,
        "kind": entry.kind,
        "severity": entry.severity,
        "reason": entry.reason,
    }
