"""``godwit people``: who is whom."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.items import moment
from app.cli.options import add_global
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.people_apart import add_options, tell_apart
from app.cli.porting import refuse_offline
from app.model.errors import ServiceError
from app.model.person import Known, Person, PersonLink
from app.people.book import Evidence
from app.people.suggesting import Suggested
from app.portability.belongings import Belongings
from app.portability.carry_over_values import Match
from app.portability.people_looking import looked_for
from app.services.house import House
from app.services.people_book import PeopleBook


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    every = verbs.add_parser("list", help="everybody in the people book, and why")
    every.add_argument(
        "words", metavar="WORDS", nargs="?", default="", help="whose names have these"
    )
    link = verbs.add_parser("link", help="say that two profiles are one human")
    unlink = verbs.add_parser("unlink", help="take that back")
    for verb in (link, unlink):
        verb.add_argument("one", metavar="WHO", help="a handle or an address")
    link.add_argument("other", metavar="WHO", help="the same human elsewhere")
    unlink.add_argument("other", metavar="WHO", nargs="?", default="", help="(default: all links)")
    reject = verbs.add_parser("reject", help="say that two profiles are two people")
    reject.add_argument("one", metavar="WHO", help="a handle or an address")
    reject.add_argument("other", metavar="WHO", help="somebody else")
    suggest = verbs.add_parser("suggest", help="who somebody may be on your other networks")
    suggest.add_argument(
        "who",
        metavar="WHO",
        nargs="?",
        default="",
        help="a handle or an address (default: everybody you follow)",
    )
    suggest.add_argument(
        "--ask-bridges", action="store_true", help="also ask bridges, which learn the name"
    )
    add_options(
        verbs.add_parser("bells", help="whose every post you are told of, whose reposts you hide")
    )
    for verb in verbs.choices.values():
        add_global(verb, first=False)


async def run_owning(
    arguments: argparse.Namespace, house: House, own: Belongings, out: Output
) -> int:
    """Do what the verb says."""
    match arguments.verb:
        case "bells":
            return await tell_apart(arguments, house, out)
        case "suggest" if arguments.who:
            await _suggest(arguments, house, own, out)
        case "suggest":
            await _suggest_all(house, own, out)
        case "reject":
            await _reject(arguments, house, own, out)
        case "link":
            if not house.options.offline:
                await ready_vault(house, out)
            person = await house.people.link(arguments.one, arguments.other)
            out.result(person_object(person))
            _print(person, house, out)
        case "unlink":
            gone = await house.people.unlink(arguments.one, arguments.other)
            out.result({"unlinked": [link_object(link) for link in gone]})
            for link in gone:
                out.line(f"@{link.one.profile.handle} and @{link.other.profile.handle}: parted.")
        case _:
            people = _book(house, own).people(arguments.words)
            out.result({"people": [person_object(person) for person in people]})
            for person in people:
                _print(person, house, out)
            if not people:
                out.line("The people book is empty. Join two profiles: godwit people link WHO WHO")
    return 0


def _book(house: House, own: Belongings) -> PeopleBook:
    return PeopleBook(
        house.store,
        house.accounts,
        house.people,
        house.options,
        lambda source, target: looked_for(own.carry_over, source, target),
    )


async def _suggest_all(house: House, own: Belongings, out: Output) -> None:
    """For everybody whom I follow; kept, so that the window shows them, too."""
    refuse_offline(house)
    await ready_vault(house, out)
    book = _book(house, own)
    problem: ServiceError | None = None
    try:
        await book.look(
            lambda done, total: out.progress(
                {"done": done, "total": total}, f"{done} of {total} people"
            )
        )
    except ServiceError as error:
        problem = error
    found = book.suggestions()
    if problem is not None and not found:
        raise problem
    out.result({"suggestions": [suggested_object(one) for one in found]})
    for one in found:
        out.line(f"@{one.one.profile.handle}  @{one.other.profile.handle}  {one.confidence:.0%}")
        for why in one.evidence:
            out.line(f"  {why.text}")
    if problem is not None:
        out.note(f"note: {problem.message}")
    if book.among:
        out.note(f"note: they were looked for {book.among}")
    if not found and problem is None:
        out.line("Nobody was found who is not in the people book already.")


async def _reject(
    arguments: argparse.Namespace, house: House, own: Belongings, out: Output
) -> None:
    """It is not suggested any more."""
    book = _book(house, own)
    suggested = book.find(arguments.one, arguments.other)
    await book.reject(*suggested.key)
    out.result({"rejected": suggested_object(suggested)})
    one, other = suggested.one.profile.handle, suggested.other.profile.handle
    out.line(f"@{one} and @{other} are two people: this is not suggested any more.")


def suggested_object(one: Suggested) -> dict[str, Any]:
    """Who may be one human, as JSON."""
    return {
        "one": known_object(one.one),
        "other": known_object(one.other),
        "confidence": one.confidence,
        "evidence": [evidence_object(why) for why in one.evidence],
    }


def evidence_object(why: Evidence) -> dict[str, Any]:
    """A reason to think so, as JSON."""
    return {"kind": why.kind, "text": why.text, "confidence": why.confidence}


async def _suggest(
    arguments: argparse.Namespace, house: House, own: Belongings, out: Output
) -> None:
    """On each network of mine that they are not on; nothing comes into the book by itself."""
    refuse_offline(house)
    await ready_vault(house, out)
    known = await house.people.find(arguments.who)
    mine = {account.network: account.id for account in reversed(house.accounts.all())}
    if known.network not in mine:
        what = f"None of your accounts is on the network of {arguments.who}."
        raise Usage(what, "godwit account list")
    found: list[Match] = []
    for network, account in mine.items():
        if network != known.network:
            found += await own.carry_over.suggest(
                mine[known.network],
                account,
                known.profile.uri,
                ask_bridges=arguments.ask_bridges,
            )
    rows = [match_object(match) for match in found]
    out.result({"who": known_object(known), "suggestions": rows})
    for match in found:
        out.line(f"@{match.target.profile.handle}  {match.confidence:.0%}")
        for why in match.evidence:
            out.line(f"  {why.text}")
    if found:
        out.line("If it is the same human: godwit people link WHO WHO")
    else:
        out.line("Nobody was found who it could be.")


def match_object(match: Match) -> dict[str, Any]:
    """Who somebody may be, as JSON."""
    return {
        "to": known_object(match.target),
        "confidence": match.confidence,
        "evidence": [evidence_object(why) for why in match.evidence],
    }


def _print(person: Person, house: House, out: Output) -> None:
    names = {info.id: info.name for info in house.registry().infos.values()}
    out.line(person.profiles[0].profile.shown_name)
    for known in person.profiles:
        out.line(f"  @{known.profile.handle} · {names.get(known.network, known.network)}")
    for link in person.links:
        out.line(f"  {link.evidence}")


def person_object(person: Person) -> dict[str, Any]:
    """Somebody as JSON."""
    return {
        "profiles": [known_object(known) for known in person.profiles],
        "links": [link_object(link) for link in person.links],
    }


def link_object(link: PersonLink) -> dict[str, Any]:
    """Why two profiles are one human, as JSON."""
    return {
        "one": known_object(link.one),
        "other": known_object(link.other),
        "why": link.why,
        "evidence": link.evidence,
        "at": moment(link.at),
    }


def known_object(known: Known) -> dict[str, Any]:
    """A profile as JSON."""
    profile = known.profile
    return {
        "network": known.network,
        "uri": profile.uri,
        "handle": profile.handle,
        "name": profile.name,
        "url": profile.url or None,
    }
