"""``godwit feed``: recipes, and why a post is where it is."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from app.cli import feed_market, feed_publish
from app.cli.items import item_from_row
from app.cli.options import add_global
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.streams import write
from app.feed.recipe_reading import recipe_to_json
from app.model.errors import BadInput, NotFound
from app.services.feed_values import Explanation, FeedInfo
from app.services.house import House

MOST_BYTES = 500_000


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="all feeds, in the order of their keys")
    for verb, words in (
        ("show", "what a feed does, in words"),
        ("use", "the feed in use from now on"),
        ("export", "its document, to be shared"),
        ("remove", "forget a feed of yours"),
    ):
        verbs.add_parser(verb, help=words).add_argument("name", metavar="NAME")
    for verb, words in (
        ("add", "keep a document; one of the same id is replaced"),
        ("preview", "what a document would do with the cache; nothing is kept"),
    ):
        verbs.add_parser(verb, help=words).add_argument(
            "file", metavar="FILE", help="or -, or the at:// address of a published one"
        )
    why = verbs.add_parser("why", help="why a post is where it is, or why not")
    why.add_argument("uri", metavar="URI")
    why.add_argument("--feed", metavar="NAME", default="", help="(default: the feed in use)")
    mark = verbs.add_parser("mark", help="“more” or “less like this”: learned from, here only")
    mark.add_argument("uri", metavar="URI")
    mark.add_argument("what", choices=("more", "less", "nothing"))
    mark.add_argument("--topic", metavar="TOPIC", help="about this topic (default: of the feed)")
    verbs.add_parser("forget", help="forget everything that was learned from marks")
    feed_market.add_to(verbs)
    feed_publish.add_to(verbs)
    for parser_of_verb in verbs.choices.values():
        add_global(parser_of_verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    if arguments.verb in feed_market.VERBS:
        return await feed_market.run(arguments, house, out)
    if arguments.verb in feed_publish.VERBS:
        return await feed_publish.run(arguments, house, out, _named)
    match arguments.verb:
        case "list":
            _list(house, out)
        case "show":
            _show(_named(arguments.name, house), house, out)
        case "use":
            await _use(_named(arguments.name, house), house, out)
        case "export":
            _export(_named(arguments.name, house), house, out)
        case "remove":
            id = _named(arguments.name, house)
            await house.feeds.remove(id)
            out.result({"removed": id})
            out.line(f"Removed: {id}")
        case "add":
            await _add(arguments.file, house, out)
        case "preview":
            await _preview(arguments, house, out)
        case "why":
            await _why(arguments, house, out)
        case "mark":
            await _mark(arguments, house, out)
        case _:
            await house.feeds.forget_marks()
            out.result({"lessons": []})
            out.line("Forgotten.")
    return 0


def info_object(info: FeedInfo) -> dict[str, Any]:
    """A feed as JSON."""
    return {
        "id": info.id,
        "name": info.name,
        "about": info.about,
        "icon": info.icon or None,
        "key": info.number or None,
        "built_in": info.built_in,
        "pinned": info.pinned,
        "chosen": info.chosen,
        "ranked": info.ranked,
        "experimental": info.experimental,
        "problem": info.problem or None,
    }


async def _add(name: str, house: House, out: Output) -> None:
    from msgspec.structs import replace

    recipe = house.feeds.book.checked(await _read(name, house, out))
    if _is_published(name):  # from strangers: it takes nobody's place
        recipe = replace(recipe, id=house.feeds.book.free_id(recipe.id))
    info = await house.feeds.save(recipe)
    lines = house.feeds.in_words(recipe)
    out.result(info_object(info) | {"in_words": list(lines)})
    for line in lines if _is_published(name) else ():
        out.line(f"  {line}")
    out.line(f"Kept: {info.name}. Use it: godwit feed use {info.id}")


def _list(house: House, out: Output) -> None:
    infos = house.feeds.list()
    out.result({"feeds": [info_object(info) for info in infos]})
    for info in infos:
        mark = "●" if info.chosen else " "
        key = str(info.number) if info.number else " "
        out.line(f"{mark} {key}  {info.id:<18}{info.problem or info.name}")


def _show(id: str, house: House, out: Output) -> None:
    info = next(one for one in house.feeds.list() if one.id == id)
    recipe = house.feeds.recipe(id)
    lines = house.feeds.in_words(recipe)
    troubles = house.feeds.troubles(id)
    out.result(
        info_object(info)
        | {"in_words": list(lines), "recipe": json.loads(recipe_to_json(recipe))}
        | {"problems": [{"source": t.source, "message": t.error.message} for t in troubles]}
    )
    out.line(info.name)
    out.line(info.about)
    for line in lines:
        out.line(f"  {line}")
    for trouble in troubles:
        out.line(f"  {trouble.source}: {trouble.error.message}")


async def _use(id: str, house: House, out: Output) -> None:
    await house.feeds.use(id)
    info = next(one for one in house.feeds.list() if one.id == id)
    out.result(info_object(info))
    out.line(f"In use: {info.name}")


def _export(id: str, house: House, out: Output) -> None:
    document = house.feeds.export(id)
    if out.json:
        out.result(json.loads(document))
    else:
        write(document)


async def _preview(arguments: argparse.Namespace, house: House, out: Output) -> None:
    document = await _read(arguments.file, house, out)
    house.feeds.book.checked(document)  # before anything is fetched
    await _demo_is_there(house, out)
    preview = await house.feeds.preview(document)
    accounts = {account.id: account for account in house.accounts.all()}
    out.result(
        {
            "kept": preview.kept,
            "of": preview.of,
            "hours": preview.hours,
            "authors_removed": preview.authors_removed,
            "words": preview.words,
            "in_words": list(preview.in_words),
            "dropped": dict(preview.dropped),
            "items": [item_from_row(row, accounts) for row in preview.rows],
        }
    )
    out.line(f"It {preview.words}.")
    for line in preview.in_words:
        out.line(f"  {line}")
    for rule, count in preview.dropped.items():
        out.line(f"  {count:>6}  {rule}")
    for number, row in enumerate(preview.rows[:10], 1):
        text = " ".join(row.post.text.text.split())[:60]
        out.line(f"  {number:>2}. {row.post.author.shown_name}: {text}")


async def _why(arguments: argparse.Namespace, house: House, out: Output) -> None:
    id = _named(arguments.feed, house) if arguments.feed else house.feeds.chosen
    await _demo_is_there(house, out, id)
    found = await house.feeds.why(arguments.uri, id)
    out.result(why_object(found))
    if found.shown:
        out.line(f"Number {found.position} in “{id}”.")
    else:
        out.line(f"Not in “{id}”.")
    for reason in found.reasons:
        out.line(f"  {reason.text}")
    if found.parts:
        total = sum(part.amount for part in found.parts)
        out.line(
            f"  {total:.4f} × {found.decay:.4f} (age) × {found.author_factor:.4f} (author)"
            f" = {found.score:.4f}"
        )


def why_object(found: Explanation) -> dict[str, Any]:
    """An explanation as JSON: ``sum(parts) × decay × author_factor = score``."""
    verdict = found.verdict
    return {
        "uri": found.uri,
        "feed": found.feed,
        "shown": found.shown,
        "position": found.position or None,
        "step": found.step or None,
        "rule": found.rule or None,
        "score": found.score,
        "decay": found.decay,
        "author_factor": found.author_factor,
        "parts": [
            {
                "feature": part.feature,
                "name": part.name,
                "value": part.value,
                "weight": part.weight,
                "amount": part.amount,
            }
            for part in found.parts
        ],
        "reasons": [
            {"kind": one.kind, "text": one.text, "weight": one.weight} for one in found.reasons
        ],
        "verdict": {
            "action": verdict.action,
            "causes": [
                {"kind": cause.kind, "text": cause.text, "source": cause.source}
                for cause in verdict.causes
            ],
        },
    }


async def _mark(arguments: argparse.Namespace, house: House, out: Output) -> None:
    await _demo_is_there(house, out)
    if arguments.what == "nothing":
        await house.feeds.unmark(arguments.uri)
    else:
        await house.feeds.mark(arguments.uri, arguments.what, arguments.topic)
    lessons = house.feeds.learning.shown()
    out.result(
        {
            "lessons": [
                {
                    "topic": one.topic or None,
                    "more": one.more,
                    "less": one.less,
                    "may_hide": one.may_hide,
                }
                for one in lessons
            ]
        }
    )
    for one in lessons:
        state = "may leave posts out" if one.may_hide else f"covers only ({one.needed} of each)"
        out.line(f"{one.topic or 'in general'}: {one.more} more, {one.less} less; {state}")


async def _demo_is_there(house: House, out: Output, id: str = "") -> None:
    """The demo's cache is empty at first: it is filled, as reading *id* does."""
    if house.options.demo and not house.options.offline:
        await ready_vault(house, out)
        await house.feeds.read(id or house.feeds.chosen, limit=1)


def _named(name: str, house: House) -> str:
    """Raises: Usage."""
    try:
        return house.feeds.book.named(name)
    except NotFound as error:
        raise Usage(error.message, error.next_step) from None


def _is_published(name: str) -> bool:
    return name.startswith("at://")


async def _read(name: str, house: House, out: Output) -> bytes:
    """From a file, or from where somebody has published it. Raises: ServiceError."""
    if not _is_published(name):
        return _document(name)
    await ready_vault(house, out)
    return (await house.publishing.fetch(name)).document.encode()


def _document(name: str) -> bytes:
    """Raises: BadInput."""
    import sys

    try:
        if name == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            f"{name} cannot be read: {error.strerror}.", "Name a file with a feed’s document."
        ) from None
