"""``godwit message``: private messages of all accounts in one inbox."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from app.cli.items import moment
from app.cli.message_group import GROUP_ACTS, add_group_acts, group_object, join_group
from app.cli.numbered import by_number, is_number, remember
from app.cli.options import add_global, known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.rows import ago
from app.model import AccountId, Profile
from app.model.message import Letter, Message
from app.services.house import House
from app.services.messages_values import Inbox, Talk, TalkRow

LIMIT, MOST = 40, 1_000


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    acts = parser.add_subparsers(dest="act", metavar="ACT")
    parser.set_defaults(act="list", account=None, no_sync=False)
    listed = acts.add_parser(
        "list", help="conversations, newest first; requests apart (the same as without an act)"
    )
    listed.add_argument("--account", action="append", metavar="ID", help="only of this account")
    listed.add_argument("--no-sync", action="store_true", help="show what is in the cache")
    read = acts.add_parser("read", help="what was said in a conversation")
    _add_place(read)
    read.add_argument("--limit", type=int, default=LIMIT, metavar="N", help="how many messages")
    read.add_argument("--no-sync", action="store_true", help="show what is in the cache")
    read.add_argument("--mark-read", action="store_true", help="and then it was read, also there")
    send = acts.add_parser("send", help="write to somebody, or into a conversation")
    send.add_argument("to", metavar="WHO|CONVERSATION", nargs="+")
    send.add_argument("text", metavar="TEXT|-")
    send.add_argument("--as", dest="account", metavar="ID", help="from this account")
    group = acts.add_parser("group", help="make a group, where the network has them")
    group.add_argument("name", metavar="NAME")
    group.add_argument("to", metavar="WHO", nargs="+")
    group.add_argument("--as", dest="account", metavar="ID", help="from this account")
    for act, words in (
        ("accept", "agree to a stranger's conversation"),
        ("leave", "leave a conversation, or turn a request away"),
        ("mute", "hear no more of a conversation"),
        ("unmute", "hear of it again"),
    ):
        _add_place(acts.add_parser(act, help=words))
    for act, words in (("react", "an emoji under a message"), ("unreact", "take it away again")):
        one = acts.add_parser(act, help=words)
        _add_place(one)
        one.add_argument("message", metavar="MESSAGE")
        one.add_argument("emoji")
    gone = acts.add_parser("delete", help="delete a message, as far as its network can")
    _add_place(gone)
    gone.add_argument("message", metavar="MESSAGE")
    for act, words in (("retry", "try a message again"), ("drop", "forget one that is not there")):
        acts.add_parser(act, help=words).add_argument("letter", metavar="ID")
    add_group_acts(acts)
    for verb in acts.choices.values():
        add_global(verb, first=False)


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION", help="its number, or its id")
    parser.add_argument("--as", dest="account", metavar="ID", help="of this account")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what is asked."""
    if house.accounts.all() and not house.options.offline:
        await ready_vault(house, out)
    act: str = arguments.act
    if act == "list":
        return await _list(arguments, house, out)
    if act == "read":
        return await _read(arguments, house, out)
    if act == "send":
        return await _send(arguments, house, out)
    if act == "group":
        return await _group(arguments, house, out)
    if act in ("retry", "drop"):
        return await _letter(arguments, house, out)
    if act == "join":
        return await join_group(arguments, house, out)
    row = await _row(arguments, house)
    if act in GROUP_ACTS:
        return await GROUP_ACTS[act](arguments, row, house, out)
    place = (row.account, row.conversation.id)
    messages = house.messages
    if act == "accept":
        await messages.accept(*place)
    elif act == "leave":
        await messages.leave(*place)
    elif act in ("mute", "unmute"):
        await messages.mute(*place, on=act == "mute")
    elif act in ("react", "unreact"):
        on = act == "react"
        await messages.react(*place, arguments.message, arguments.emoji, on=on)
    else:
        await messages.delete(*place, arguments.message)
    out.result({"conversation": row.conversation.id, "account": row.account, "done": act})
    out.line("Done.")
    return 0


async def _list(arguments: argparse.Namespace, house: House, out: Output) -> int:
    chosen = [known_account(name, house) for name in dict.fromkeys(arguments.account or ())]
    status = 0
    if not (arguments.no_sync or house.options.offline):
        for report in await house.messages.sync(chosen or None):
            if report.error is not None and report.error.kind != "unsupported":
                out.trouble(report.account, report.error)
                status = 1
    inbox = await house.messages.inbox(chosen)
    out.result(
        {
            "conversations": [_row_object(row) for row in inbox.rows],
            "requests": [_row_object(row) for row in inbox.requests],
            "unread": inbox.unread,
            "hidden": inbox.hidden,
        }
    )
    _print_inbox(inbox, house, out)
    await remember((*inbox.rows, *inbox.requests), house)
    if not house.accounts.all():
        out.nobody()
        return status
    if not (status or inbox.rows or inbox.requests):
        out.line("No conversations yet.")
    out.line(f"{inbox.unread} unread. Not end-to-end encrypted: the servers can read them.")
    return status


def _print_inbox(inbox: Inbox, house: House, out: Output) -> None:
    now, number = house.clock.now(), 0
    for head, rows in (("", inbox.rows), ("Requests", inbox.requests)):
        if head and rows:
            out.line(f"{head}:")
        for row in rows:
            number += 1
            dot = "●" if row.unread else " "
            when = ago(row.conversation.at, now)
            mine = ((row.waiting, "not sent yet"), (row.failed, "failed"))
            left = "".join(f"  ·  {many} {words}" for many, words in mine if many)
            out.line(f"{dot} {number:>3}  {title_of(row)}  ·  {when}  ·  {row.account}{left}")
            out.line(f"       {preview_of(row)}"[: out.width])
    if inbox.hidden:
        out.line(f"{inbox.hidden} hidden, with people you mute or block")


async def _read(arguments: argparse.Namespace, house: House, out: Output) -> int:
    if not 1 <= arguments.limit <= MOST:
        raise Usage(f"--limit must be between 1 and {MOST}.", "godwit message read 1 --limit 40")
    row = await _row(arguments, house)
    place = (row.account, row.conversation.id)
    if not (arguments.no_sync or house.options.offline):
        await house.messages.open(*place)
    talk = await house.messages.talk(*place, arguments.limit)
    if arguments.mark_read:
        await house.messages.mark_read(*place)
    out.result(talk_object(talk))
    out.line(f"{title_of(row)}: {talk.messaging.name} as {row.account}")
    out.line(f"Not end-to-end encrypted. {talk.messaging.readers}")
    for one in talk.messages:
        out.line()
        said = one.said
        who = said.author.shown_name if said is not None else ""
        out.line(f"{who or '·'}  ·  {ago(one.at, house.clock.now())}  ·  {one.id}")
        verdict = talk.verdicts.get(one.id)
        if verdict is not None:
            causes = ", ".join(cause.text or cause.kind for cause in verdict.causes)
            out.line(f"  [covered: {causes}]")
            continue
        out.line(f"  {_words(one)}")
        if one.reactions:
            out.line("  " + " ".join(reaction.value for reaction in one.reactions))
    for letter in talk.letters:
        out.line()
        out.line(f"you  ·  {letter.state}  ·  {letter.id}")
        out.line(f"  {letter.message.text.text}")
        if letter.trouble is not None:
            out.line(f"  {letter.trouble.message} {letter.trouble.next_step}")
    return 0


async def _send(arguments: argparse.Namespace, house: House, out: Output) -> int:
    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    account, key = await _addressed(arguments, house)
    letter = await house.messages.send(account, key, text)
    left = await house.messages.flush(letter.id)
    if left is None:
        talk = await house.messages.talk(account, key, 1)
        sent = talk.messages[-1] if talk.messages else None
        out.result(
            {
                "account": account,
                "conversation": key,
                "state": "delivered",
                "message": _message_object(sent) if sent is not None else None,
            }
        )
        row = await _find(key, account, house)
        out.line(f"It is there, for {title_of(row)}." if row is not None else "It is there.")
        return 0
    out.result({"account": account, "conversation": key} | _letter_object(left))
    out.line(f"{left.state}: {left.trouble.message if left.trouble else 'it waits'}")
    out.note(f"try: godwit message retry {left.id}")
    return 0 if house.options.offline else 1


async def _addressed(arguments: argparse.Namespace, house: House) -> tuple[AccountId, str]:
    """A known conversation, or people to begin one with."""
    names: list[str] = arguments.to
    if len(names) == 1:
        row = await _find(names[0], arguments.account, house)
        if row is None and is_number(names[0]):
            row = await _row(arguments, house, names[0])
        if row is not None:
            return row.account, row.conversation.id
    account, people = await _people(arguments, house)
    return account, await house.messages.start(account, people)


async def _people(arguments: argparse.Namespace, house: House) -> tuple[AccountId, list[Profile]]:
    """Who is to be written to, and the account of mine that can."""
    account = known_account(arguments.account, house) if arguments.account else None
    people: list[Profile] = []
    for name in arguments.to:
        known = await house.people.find(name, account)
        if account is None:
            account = _account_on(known.network, house)
        people.append(known.profile)
    assert account is not None
    return account, people


async def _group(arguments: argparse.Namespace, house: House, out: Output) -> int:
    account, people = await _people(arguments, house)
    key = await house.messages.make_group(account, arguments.name, people)
    out.result({"account": account, "conversation": key, "group": arguments.name})
    out.line(f"The group is there: {key}")
    return 0


def _account_on(network: str, house: House) -> AccountId:
    mine = [one.id for one in house.accounts.all() if one.network == network]
    if len(mine) != 1:
        raise Usage(
            "Several of your accounts could write to them."
            if mine
            else "No account can write there.",
            "Choose one with --as ID.",
        )
    return mine[0]


async def _letter(arguments: argparse.Namespace, house: House, out: Output) -> int:
    if arguments.act == "drop":
        text = await house.messages.drop(arguments.letter)
        out.result({"letter": arguments.letter, "text": text})
        out.line(f"Forgotten: {text}")
        return 0
    await house.messages.retry(arguments.letter)
    left = await house.messages.flush(arguments.letter)
    out.result({"letter": arguments.letter, "state": left.state if left else "delivered"})
    out.line("It is there." if left is None else left.state)
    return 0 if left is None else 1


async def _row(arguments: argparse.Namespace, house: House, name: str = "") -> TalkRow:
    name = name or arguments.conversation
    row = await _find(name, arguments.account, house)
    if row is None and not house.options.offline:
        await house.messages.sync()
        row = await _find(name, arguments.account, house)
    if row is None:
        raise Usage(f"There is no conversation “{name}”.", "godwit message list")
    return row


async def _find(name: str, account: str | None, house: House) -> TalkRow | None:
    """By its number in the list, or its id."""
    chosen = known_account(account, house) if account else None
    inbox = await house.messages.inbox([])
    rows: Sequence[TalkRow] = (*inbox.rows, *inbox.requests)
    if is_number(name):
        return await by_number(name, rows, chosen, house)
    mine = (row for row in rows if chosen in (None, row.account))
    return next((row for row in mine if row.conversation.id == name), None)


def title_of(row: TalkRow) -> str:
    """Who is in it."""
    one = row.conversation
    return one.group or ", ".join(who.shown_name for who in one.people) or "Only you"


def preview_of(row: TalkRow) -> str:
    """Its last words."""
    last = row.conversation.last
    return _words(last) if last is not None else "Nothing was said yet."


def _words(message: Message) -> str:
    said = message.said
    if said is None:
        return message.told
    parts = [said.text.text]
    parts += [f"[{media.kind}: {media.alt or 'without description'}]" for media in said.media]
    if said.card is not None:
        parts.append(f"[{said.card.title}: {said.card.url}]")
    if said.quote is not None:
        parts.append(f"[post: {said.quote.uri}]")
    return " ".join(part for part in parts if part)


def _row_object(row: TalkRow) -> dict[str, Any]:
    one = row.conversation
    return {
        "id": one.id,
        "account": row.account,
        "network": row.network,
        "people": [_person(who) for who in one.people],
        "group": one.group or None,
        "state": group_object(one.state),
        "at": moment(one.at),
        "unread": row.unread,
        "request": row.request,
        "muted": one.muted,
        "closed": one.closed or None,
        "limit": one.limit or None,
        "last": _message_object(one.last) if one.last is not None else None,
        "draft": row.desk.draft or None,
    }


def talk_object(talk: Talk) -> dict[str, Any]:
    """A conversation as JSON."""
    return _row_object(talk.row) | {
        "messages": [_message_object(one) for one in talk.messages],
        "letters": [_letter_object(one) for one in talk.letters],
        "more": talk.more,
        "readers": talk.messaging.readers,
        "encrypted": False,
    }


def _message_object(one: Message) -> dict[str, Any]:
    said = one.said
    return {
        "id": one.id,
        "at": moment(one.at),
        "author": _person(said.author) if said is not None else None,
        "text": said.text.text if said is not None else None,
        "told": one.told or None,
        "spans": [
            {"start": s.start, "end": s.end, "kind": s.kind, "target": s.target}
            for s in (said.text.spans if said is not None else ())
        ],
        "media": [
            {"kind": m.kind, "url": m.url, "alt": m.alt}
            for m in (said.media if said is not None else ())
        ],
        "quote": said.quote.uri if said is not None and said.quote is not None else None,
        "reactions": [{"value": r.value, "by": r.by} for r in one.reactions],
        "answers": one.answers or None,
    }


def _letter_object(letter: Letter) -> dict[str, Any]:
    trouble = letter.trouble
    return {
        "letter": letter.id,
        "state": letter.state,
        "text": letter.message.text.text,
        "error": None
        if trouble is None
        else {"kind": trouble.kind, "message": trouble.message, "try": trouble.next_step},
    }


def _person(profile: Profile) -> dict[str, str]:
    return {"uri": profile.uri, "handle": profile.handle, "name": profile.name}
