"""The grammar of the command line. Each noun's file is loaded only when named."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from app import __version__
from app.cli.output import Usage
from app.model import AccountId
from app.services.house import House
from app.services.options import Options

REACTIONS = {
    "like": "like a post",
    "unlike": "take a like back",
    "repost": "pass a post on",
    "unrepost": "take a repost back",
    "react": "put an emoji under a post, where its server takes them",
    "unreact": "take it away again",
    "bookmark": "remember a post",
    "unbookmark": "forget a bookmark",
    "vote": "vote in a poll",
    "pin": "pin a post of yours to your profile",
    "unpin": "take it down again",
    "mute-thread": "hear no more of a conversation",
    "unmute-thread": "hear of it again",
    "follow": "follow somebody",
    "unfollow": "follow them no more",
    "mute": "see no more of somebody, or of words (mute words …)",
    "unmute": "see them again",
    "block": "cut somebody off",
    "unblock": "take that back",
    "notify": "be told of every post of somebody you follow",
    "unnotify": "be told no more",
    "show-reposts": "see what somebody you follow reposts, in your timeline",
    "hide-reposts": "see only what they write themselves",
    "report": "tell moderators of a post or somebody",
}
"""Verbs of ``app/cli/react.py``."""

NOUNS = {
    "account": "sign in, list, sign out",
    "sync": "fetch what is new, fill what is missing",
    "feed": "your algorithms: list, show, use, add, export, remove, preview, why",
    "timeline": "the unified timeline as the window shows it",
    "watch": "what is new, one item a line, as it happens, until interrupted",
    "post": "one draft, a lane per account, sent at once",
    "outbox": "what has not arrived yet; retry and cancel",
    "delete": "delete a post of yours, and every copy of it",
    "edit": "change a post of yours, and every copy of it",
    "profile": "somebody over all their accounts: who they say they are, and what they wrote",
    "thread": "a conversation, of both networks where a post is on both",
    "search": "all you have read, and what servers find; or open an address",
    "list": "lists of people: show, make, rename, delete, put, take, rules",
    "tag": "tags you follow: list, follow, unfollow",
    "trends": "what is talked about at your servers",
    "likes": "what you liked, of all accounts",
    "who": "who liked a post, reposted or quoted it, on both networks",
    "history": "how a post was before it was edited",
    "translate": "a post in another language, where a server of yours translates",
    "bookmarks": "of all accounts, with folders and notes: list, file, unfile, folders, rename",
    "message": "private messages in one inbox: list, read, send, accept, leave, mute, react",
    "notifications": "what others did, of all accounts in one list",
    **REACTIONS,
    "labeler": "who labels for me: list, show, add, remove, set",
    "filter": "filters that a server keeps: list, add, remove",
    "blocklist": "shared blocklists: list, add, update, show, apply, remove, except",
    "people": "who is whom: list, suggest, link, unlink, reject",
    "bridge": "copies on the other network: status of somebody, on and off for yourself",
    "move": "move house to another server: plan, run, status, undo, rehearse, report, forget, list",
    "backup": "an account with all that is in it, into a folder; verify, show, list, due",
    "carry-over": "the people you follow here, found on the other network",
    "export": "whom an account follows, its lists, bookmarks and filters, as files",
    "import": "bring follows, lists, blocks, bookmarks and filters from files",
    "cache": "how large it is and may be; clear it: show, budget, clear",
    "tour": "render the main screens of the demo to PNG files",
    "doctor": "versions, profile, vault, servers, hosts spoken to",
}
"""Commands and what they do; ``app/cli/<noun>.py`` has ``add_to`` and ``run``."""


def module_of(noun: str) -> str:
    """The file that has the command: reactions share one; words can be muted, too."""
    if noun == "import":  # a word of Python's own
        return "app.cli.import_"
    file = "react" if noun in REACTIONS and noun != "mute" else noun.replace("-", "_")
    return f"app.cli.{file}"


WHAT = "all your social networks in one timeline, on your own machine"
NO_WINDOW = "Use a command, for example: godwit timeline · godwit --help lists all."


class _Parser(argparse.ArgumentParser):
    """Tells its errors as we tell all errors."""

    def error(self, message: str) -> NoReturn:
        """Raises: Usage."""
        raise Usage(message[:1].upper() + message[1:] + ".", f"{self.prog} --help")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """
    What was asked for. ``noun`` is None for the window.

    Raises:
        Usage: It makes no sense.
        SystemExit: ``--help`` or ``--version`` was answered.
    """
    parser = _Parser(
        prog="godwit",
        description=f"Godwit: {WHAT}. Without a command: the window.",
        epilog="Exit status: 0 done, 1 refused by the world, 2 bad usage, "
        "3 waiting for an answer, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"godwit {__version__}")
    add_global(parser, first=True)
    nouns = parser.add_subparsers(dest="noun", metavar="COMMAND", parser_class=_Parser)
    for noun, words in NOUNS.items():
        sub = nouns.add_parser(noun, help=words, description=words[:1].upper() + words[1:] + ".")
        if noun in arguments:
            import_module(module_of(noun)).add_to(sub)
        add_global(sub, first=False)
    return parser.parse_args(list(arguments))


def add_global(parser: argparse.ArgumentParser, *, first: bool) -> None:
    """Global options, before the command and after it."""
    group = parser.add_argument_group("global options")

    def flag(*names: str, words: str) -> None:
        default = False if first else argparse.SUPPRESS
        group.add_argument(*names, action="store_true", default=default, help=words)

    group.add_argument(
        "--profile",
        type=Path,
        metavar="DIR",
        default=None if first else argparse.SUPPRESS,
        help="folder of the profile (else $GODWIT_PROFILE, else the platform's own)",
    )
    flag("--demo", words="a throw-away profile on two embedded networks")
    flag("--json", words="print one JSON document")
    flag("--offline", words="cache only; no server is asked")
    flag("-v", "--verbose", words="the log also goes to stderr")


def options_from(arguments: argparse.Namespace) -> Options:
    """The global options. Raises: Usage."""
    if arguments.demo and arguments.profile is not None:
        raise Usage("The demo brings its own profile.", "Leave out --demo or --profile.")
    return Options(
        profile=arguments.profile,
        demo=arguments.demo,
        offline=arguments.offline,
        verbose=arguments.verbose,
    )


def known_account(name: str, house: House) -> AccountId:
    """The account of that id. Raises: Usage."""
    account = AccountId(name)
    if account not in house.accounts:
        raise Usage(f"There is no account “{name}”.", "godwit account list names them.")
    return account
