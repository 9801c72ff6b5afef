"""``godwit like URI`` and its kin: reactions and relationships, one verb each."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, cast

from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.feed.rows import Copy
from app.model import AccountId, Post, ViewerState
from app.model.acts import PersonAct, PostAct, Relation, Report
from app.model.errors import NotFound, Unsupported
from app.services.asking import Outcome
from app.services.composing import COMPOSING, wishes_from
from app.services.house import House
from app.services.reminders import before_repost
from app.services.states import error_object
from app.services.wishing import emoji_turns, must_act, no_emoji_taken

POST_VERBS: dict[str, PostAct] = {
    "like": "like", "unlike": "unlike", "repost": "repost", "unrepost": "unrepost",
    "bookmark": "bookmark", "unbookmark": "unbookmark", "vote": "vote", "pin": "pin",
    "unpin": "unpin", "mute-thread": "mute_thread", "unmute-thread": "unmute_thread",
    "react": "add_emoji", "unreact": "remove_emoji",
}  # fmt: skip
PERSON_VERBS: dict[str, PersonAct] = {
    "follow": "follow", "unfollow": "unfollow", "mute": "mute", "unmute": "unmute",
    "block": "block", "unblock": "unblock", "notify": "notify", "unnotify": "unnotify",
    "show-reposts": "show_reposts", "hide-reposts": "hide_reposts",
}  # fmt: skip
EMOJI_VERBS = ("react", "unreact")
REASONS = ("spam", "violation", "misleading", "sexual", "rude", "illegal", "other")
_SPAN = re.compile(r"(\d{1,6})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def add_to(parser: argparse.ArgumentParser) -> None:
    """Options of the verb that the parser is for."""
    verb = parser.prog.split()[-1]
    about = "of a post, or its web address" if verb in POST_VERBS else "a handle or an address"
    parser.add_argument("uri", metavar="WHO" if verb in PERSON_VERBS else "URI", help=about)
    parser.add_argument(
        "--as",
        dest="account",
        metavar="ID",
        help="which account acts (default: the one that saw it)",
    )
    if verb in EMOJI_VERBS:
        parser.add_argument(
            "emoji", metavar="EMOJI", help="a sign, or the name of a custom one: 🌊, rope"
        )
    elif verb == "repost":
        parser.add_argument(
            "--visibility",
            choices=("public", "quiet", "followers"),
            help="who sees it, where the network lets one choose",
        )
    elif verb == "vote":
        parser.add_argument(
            "--choice",
            type=int,
            action="append",
            required=True,
            metavar="N",
            help="which option, from 1; several where the poll allows it",
        )
    elif verb == "mute":
        parser.add_argument(
            "--for", dest="span", metavar="1d", help="30m, 12h, 7d… (default: ever)"
        )
    elif verb == "report":
        parser.add_argument("--reason", choices=REASONS, default="other", help="(default: other)")
        parser.add_argument("--comment", default="", metavar="TEXT", help="for the moderators")
        parser.add_argument("--to", default="", metavar="WHO", help="a moderation service")
        parser.add_argument("--forward", action="store_true", help="also to their own server")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do it; kept for later where the server cannot be asked now (exit status 1)."""
    if not house.options.offline:
        await ready_vault(house, out)
    account = known_account(arguments.account, house) if arguments.account else None
    verb = arguments.noun
    if verb == "report":
        return await _report(arguments, account, house, out)
    if verb in PERSON_VERBS:
        return await _relate(arguments, account, house, out)
    return await _react(arguments, account, house, out)


async def _react(
    arguments: argparse.Namespace, account: AccountId | None, house: House, out: Output
) -> int:
    act = POST_VERBS[arguments.noun]
    copies = await _copies(arguments.uri, account, house)
    who, post = must_act(copies, house.accounts.all(), account)
    if act == "repost":
        wishes = wishes_from(house.store.reader.setting(COMPOSING))
        for reminder in before_repost(post, wishes):
            out.note(f"note: {reminder.text}")
    if arguments.noun in EMOJI_VERBS and account is None:
        who, post, outcome = await _put_emoji(arguments.emoji, act, copies, house)
    else:
        outcome = await house.reactions.react(
            post,
            act,
            who,
            visibility=getattr(arguments, "visibility", None),
            votes=_votes(getattr(arguments, "choice", None) or ()),
            emoji=_emoji(post, getattr(arguments, "emoji", "")),
        )
    viewers = await house.store.load(lambda reader: reader.viewers(post.uri))
    state = outcome.viewer or viewers.get(who, ViewerState())
    return _tell(arguments, who, post.uri, outcome, _viewer(state), out)


async def _put_emoji(
    said: str, act: PostAct, copies: Sequence[Copy], house: House
) -> tuple[AccountId, Post, Outcome]:
    """By the first account whose server takes emoji: only there does one learn that."""
    uris = [copy.post.uri for copy in copies]
    viewers = await house.store.load(
        lambda reader: {who: state for uri in uris for who, state in reader.viewers(uri).items()}
    )
    name = _emoji(copies[0].post, said)
    for who, post in emoji_turns(copies, house.accounts.all(), viewers, name):
        try:
            emoji = _emoji(post, said)
            return who, post, await house.reactions.react(post, act, who, emoji=emoji)
        except Unsupported:
            continue  # nothing was sent
    raise no_emoji_taken()


async def _copies(address: str, account: AccountId | None, house: House) -> tuple[Copy, ...]:
    """With --as: found by that account, if no copy on its network is known."""
    try:
        copies = await house.conversations.copies(address)
    except NotFound:
        if account is None:
            raise
        copies = ()
    networks = {copy.post.network for copy in copies}
    if account is not None and house.accounts.find(account).network not in networks:
        entry = await house.conversations.find(address, account)
        copies = (*copies, Copy(entry.post, (account,)))
    return copies


async def _relate(
    arguments: argparse.Namespace, account: AccountId | None, house: House, out: Output
) -> int:
    act = PERSON_VERBS[arguments.noun]
    who, profile = await _person(arguments.uri, account, house)
    if act == "block" and (bridge := house.people.doors.leaves(arguments.uri)):
        out.note(f"note: whoever blocks this account leaves {bridge}, and is copied no more.")
    outcome = await house.reactions.relate(
        profile, act, who, seconds=_seconds(getattr(arguments, "span", None))
    )
    relation = outcome.relation or house.reactions.known_relation(profile, who) or Relation()
    return _tell(arguments, who, profile, outcome, relation_object(relation), out)


async def _person(address: str, account: AccountId | None, house: House) -> tuple[AccountId, str]:
    """Who acts, and on whom: their profile on the network of the account."""
    known = await house.people.find(address, account)
    if account is not None:
        return account, known.profile.uri
    mine = [one.id for one in house.accounts.all() if one.network == known.network]
    if not mine:
        raise Usage(f"None of your accounts is on the network of {address}.", "godwit account list")
    return mine[0], known.profile.uri


async def _report(
    arguments: argparse.Namespace, account: AccountId | None, house: House, out: Output
) -> int:
    posts: tuple[str, ...] = ()
    try:
        who, post = must_act(
            await _copies(arguments.uri, account, house), house.accounts.all(), account
        )
        profile, posts = post.author.uri, (post.uri,)
    except NotFound:
        who, profile = await _person(arguments.uri, account, house)
    service = await house.people.find(arguments.to, who) if arguments.to else None
    await house.reactions.report(
        Report(
            profile=profile,
            posts=posts,
            reason=arguments.reason,
            comment=arguments.comment,
            to=service.profile.uri if service is not None else "",
            forward=arguments.forward,
        ),
        who,
    )
    out.result({"uri": posts[0] if posts else profile, "as": who, "state": {"reported": True}})
    out.line(f"Reported by {who}.")
    return 0


def _tell(
    arguments: argparse.Namespace,
    who: AccountId,
    uri: str,
    outcome: Outcome,
    state: dict[str, Any],
    out: Output,
) -> int:
    queued = outcome.state == "queued"
    out.result(
        {
            "uri": uri,
            "as": who,
            "state": state,
            "queued": queued,
            "error": error_object(outcome.why) if outcome.why is not None else None,
        }
    )
    if outcome.why is not None:
        out.trouble(who, outcome.why)
    words = "kept, and done when its server answers" if queued else "done"
    out.line(f"{arguments.noun} by {who}: {words}")
    return 1 if queued else 0


def _viewer(state: ViewerState) -> dict[str, Any]:
    return {
        "liked": state.liked,
        "reposted": state.reposted,
        "bookmarked": state.bookmarked,
        "muted": state.muted,
        "emoji": list(state.emoji),
        "votes": [n + 1 for n in state.own_votes] if state.own_votes is not None else None,
    }


def relation_object(relation: Relation) -> dict[str, Any]:
    """How an account stands to somebody, as JSON."""
    names = (
        "following", "requested", "followed_by", "muted", "blocked", "blocked_by",
        "notifying", "reposts",
    )  # fmt: skip
    return {name: cast("bool | None", getattr(relation, name)) for name in names}


def _emoji(post: Post, said: str) -> str:
    """As the post's server calls it, where it is there already: a custom one with its host."""
    name = said.strip(":")
    known = [one.name for one in post.reactions]
    return next((one for one in known if name in (one, one.partition("@")[0])), name)


def _votes(choices: Sequence[int]) -> tuple[int, ...]:
    if any(choice < 1 for choice in choices):
        raise Usage("Options are counted from 1.", "godwit vote URI --choice 1")
    return tuple(sorted({choice - 1 for choice in choices}))


def _seconds(span: str | None) -> int:
    if span is None:
        return 0
    found = _SPAN.fullmatch(span.strip())
    if found is None:
        raise Usage(f"“{span}” is no span of time.", "Say it like 30m, 12h or 7d.")
    return int(found[1]) * _SECONDS[found[2]]
