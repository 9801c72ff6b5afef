"""``godwit mute WHO`` is a reaction; ``godwit mute words …`` is about muted words."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from app.cli import react
from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.settled import asked, span, state_object
from app.model.moderation import MutedWord
from app.services.house import House
from app.services.moderation_values import WordState

_VERBS = "godwit mute words list · godwit mute words add WORD · godwit mute words remove WORD"


def add_to(parser: argparse.ArgumentParser) -> None:
    """Options of both."""
    react.add_to(parser)
    parser.usage = "%(prog)s WHO [--as ID] [--for 1d] | words list|add|remove [WORD]"
    words = parser.add_argument_group("muted words")
    words.add_argument("more", nargs="*", metavar="list|add|remove WORD", help="after “words”")
    words.add_argument(
        "--where",
        default="everywhere",
        metavar="PLACE",
        help="everywhere (servers that keep words, else here), here (by Godwit alone, on "
        "all networks), or an account's id",
    )
    words.add_argument("--tags-only", action="store_true", help="not in texts")
    words.add_argument(
        "--spare-followed", action="store_true", help="not in posts of people I follow"
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what is meant."""
    if arguments.uri != "words":
        if arguments.more:
            raise Usage("Mute one at a time.", _VERBS)
        return await react.run(arguments, house, out)
    verb, *values = arguments.more or ["list"]
    if verb not in ("list", "add", "remove") or len(values) != (verb != "list"):
        raise Usage("That is not how words are muted.", _VERBS)
    status = await asked(house, out)
    if verb == "add":
        state = await house.moderation.mute_word(
            _word(arguments, values[0], house), _where(arguments, house)
        )
        out.result(state_object(state))
        out.line(f"Muted: {_words(state)}")
    elif verb == "remove":
        state = await house.moderation.unmute_word(values[0])
        out.result({"removed": state_object(state)})
        out.line(f"No longer muted: {state.word.value}")
    else:
        states = house.moderation.words()
        out.result({"words": [state_object(state) for state in states]})
        for state in states:
            out.line(_words(state))
        if not states:
            out.line("No words are muted. Mute one: godwit mute words add WORD")
    return status


def _word(arguments: argparse.Namespace, value: str, house: House) -> MutedWord:
    ends = span(arguments.span)
    until = (house.clock.now() + ends).astimezone(UTC) if ends is not None else None
    return MutedWord(
        value=value,
        targets=("tag",) if arguments.tags_only else ("content", "tag"),
        spare_followed=arguments.spare_followed,
        expires_at=until.isoformat(timespec="milliseconds").replace("+00:00", "Z") if until else "",
    )


def _where(arguments: argparse.Namespace, house: House) -> str:
    if arguments.where in ("everywhere", "here"):
        return str(arguments.where)
    return known_account(arguments.where, house)


def _words(state: WordState) -> str:
    places = [*state.accounts, *(["here"] if state.here else [])]
    word = state.word
    about = [", ".join(places)]
    about += ["tags only"] if "content" not in word.targets else []
    about += ["not of people I follow"] if word.spare_followed else []
    about += [f"until {_when(word.expires_at)}"] if word.expires_at else []
    return f"{word.value}  ({'; '.join(about)})"


def _when(written: str) -> str:
    """RFC 3339 as people read it; what is none, as it is."""
    try:
        return f"{datetime.fromisoformat(written).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return written
