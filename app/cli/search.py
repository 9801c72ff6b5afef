"""``godwit search QUERY``: everything you have read, what servers find, or an address to open."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

from app.cli.feed_market import offer_line, offer_object
from app.cli.items import item_from_row, moment
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.rows import lines_from_row
from app.feed.rows import Card
from app.model import Profile
from app.services.house import House
from app.services.search_asking import NEEDED, can_ask
from app.services.search_links import is_address
from app.services.search_values import Answer, Opened, Seen
from app.services.states import error_object

LIMIT, MOST = 50, 1_000

OPERATORS = """from:ana  to:ana  net:NETWORK  has:image (media, video, audio, link, poll, quote,
alt, warning)  is:reply  lang:de  tag:birds  in:bookmarks (likes, reposts)  before:2026-09-01
after:7d  “exact words”  -word. A web address, at://… or @name@server is opened."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.epilog = OPERATORS
    # "-word" is what is not wanted, not an option of ours.
    parser.add_argument("query", metavar="QUERY", nargs="+", help="quote it as one; see below")
    parser.add_argument(
        "--where",
        choices=("cache", "servers", "both"),
        default="cache",
        help="what you have read, or what servers find (default: cache)",
    )
    parser.add_argument(
        "--order", choices=("newest", "relevance"), default="newest", help="of what you have read"
    )
    parser.add_argument("--limit", type=int, default=LIMIT, metavar="N", help=f"(default: {LIMIT})")
    parser.add_argument("--older", metavar="CURSOR", help="go on where an answer before ended")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Look, and print."""
    if not 1 <= arguments.limit <= MOST:
        raise Usage(f"--limit must be between 1 and {MOST}.", "godwit search --limit 50 …")
    text = " ".join(arguments.query)
    if is_address(text):
        return await _open(text, house, out)
    query = house.search.query(f"{text} ")  # the last word is whole
    if not query:
        raise Usage("There is no word to look for.", "godwit search --help lists the operators.")
    wordless = not can_ask(query)
    if wordless and arguments.where == "servers":
        raise Usage("A server needs a word to look for.", f"{NEEDED} Or leave --where out.")
    seen = Seen(done=True)
    answers: tuple[Answer, ...] = ()
    if arguments.where != "servers":
        await _read_first(house, out)
        below = _place(arguments.older)
        pages = house.search.seen(query, below, order=arguments.order, most=arguments.limit)
        # It grows; the last one has all.
        seen = [one async for one in pages][-1]
    if wordless and arguments.where == "both":
        out.note("note: No server was asked: they need a word to look for.")
    elif arguments.where != "cache":
        await ready_vault(house, out)
        asked = (house.search.ask(account.id, query) for account in house.search.asked())
        answers = tuple(await asyncio.gather(*asked))
    return _tell(seen, answers, house, out)


async def _read_first(house: House, out: Output) -> None:
    """Where nothing was ever read, nothing could be found: read the timelines now."""
    if house.sync.last is not None or not house.accounts.all() or house.options.offline:
        return
    await ready_vault(house, out)
    for report in await house.sync.run():
        if report.error is not None:
            out.trouble(report.account, report.error)


def _place(cursor: str | None) -> int | None:
    """Raises: Usage: It is none of ours."""
    if cursor is None:
        return None
    try:
        place = int(cursor, 16)
    except ValueError:
        place = 1 << 63
    if abs(place) >= 1 << 63:
        raise Usage(
            f"“{cursor}” is no cursor.", "Take the one that an answer has given as “older”."
        )
    return place


def _tell(seen: Seen, answers: Sequence[Answer], house: House, out: Output) -> int:
    accounts = {account.id: account for account in house.accounts.all()}
    cards = _once([*seen.cards, *(card for answer in answers for card in answer.cards)])
    people = {p.uri: p for p in (*seen.people, *(p for a in answers for p in a.people))}
    tags = list({one.arg.casefold(): one for answer in answers for one in answer.tags}.values())
    feeds = list({one.arg: one for answer in answers for one in answer.feeds}.values())
    failed = [one for one in answers if one.state == "failed"]
    out.result(
        {
            "items": [item_from_row(card, accounts) for card in cards],
            "people": [profile_object(one) for one in people.values()],
            "tags": [
                *({"name": name, "count": count} for name, count in seen.tags),
                *({"name": one.name, "count": 0, "talk": one.talk} for one in tags),
            ],
            "feeds": [offer_object(one) for one in feeds],
            "older": f"{seen.below:x}" if seen.below is not None else None,
            "back_to": moment(seen.back_to) if seen.back_to is not None else None,
            "hidden": seen.hidden + sum(answer.hidden for answer in answers),
            "servers": [_answer_object(one) for one in answers],
        }
    )
    if not out.json:
        for person in people.values():
            out.line(f"@{person.handle}  {person.name}".rstrip())
        for name in dict.fromkeys((*(name for name, _ in seen.tags), *(t.name for t in tags))):
            out.line(f"#{name}")
        for feed in feeds:
            out.line(offer_line(feed))
        if people or seen.tags or tags or feeds:
            out.line()
        _print_cards(cards, house, out)
        if not (cards or people or tags or feeds or failed):
            out.line("Nothing was found.")
        if seen.back_to is not None:
            out.line(f"Looked back to {seen.back_to.astimezone():%Y-%m-%d}.")
            out.line(f"Older: the same with --older {seen.below:x}")
    for answer in answers:
        if answer.trouble is not None and answer.state == "unable":
            out.note(f"note: {answer.account}: {answer.trouble.message}")
        elif answer.trouble is not None:
            out.trouble(answer.account, answer.trouble)
    return 1 if failed and len(failed) == len(answers) else 0


def _answer_object(answer: Answer) -> dict[str, Any]:
    return {
        "account": answer.account,
        "state": answer.state,
        "posts": len(answer.cards),
        "seen": sorted(answer.seen),
        "sifted": list(answer.sifted),
        "error": error_object(answer.trouble) if answer.trouble is not None else None,
    }


def profile_object(profile: Profile) -> dict[str, Any]:
    """Somebody as JSON."""
    return {
        "uri": profile.uri,
        "handle": profile.handle,
        "name": profile.name,
        "url": profile.url or None,
    }


def _once(cards: Sequence[Card]) -> list[Card]:
    """Each thought once, where it came first."""
    seen: set[str] = set()
    found = []
    for card in cards:
        if seen.isdisjoint(copy.post.uri for copy in card.copies):
            found.append(card)
        seen.update(copy.post.uri for copy in card.copies)
    return found


def _print_cards(cards: Sequence[Card], house: House, out: Output) -> None:
    accounts = {account.id: account for account in house.accounts.all()}
    names = {info.id: info.name for info in house.registry().infos.values()}
    for card in cards:
        for line in lines_from_row(
            card, now=house.clock.now(), width=out.width, names=names, accounts=accounts
        ):
            out.line(line)


async def _open(address: str, house: House, out: Output) -> int:
    if not house.options.offline and house.accounts.all():
        await ready_vault(house, out)
    opened: Opened = await house.search.open(address)
    accounts = {account.id: account for account in house.accounts.all()}
    cards = [opened.card] if opened.card is not None else []
    people = [opened.profile] if opened.profile is not None else []
    feeds = [opened.offer] if opened.offer is not None else []
    out.result(
        {
            "items": [item_from_row(card, accounts) for card in cards],
            "people": [profile_object(one) for one in people],
            "feeds": [offer_object(one) for one in feeds],
        }
    )
    if not out.json:
        _print_cards(cards, house, out)
        for feed in feeds:
            out.line(offer_line(feed))
        for one in people:
            out.line(f"@{one.handle}  {one.name}".rstrip())
            out.line(f"    {one.uri}")
    return 0
