"""``godwit message``, continued: groups, where the network has them."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.model import AccountId, Profile
from app.model.message import GroupLink, GroupState
from app.services.house import House
from app.services.messages_values import TalkRow


def add_group_acts(acts: Any) -> None:
    """Acts that groups have beside those of every conversation."""
    renamed = acts.add_parser("rename", help="give a group of yours another name")
    _add_place(renamed)
    renamed.add_argument("name", metavar="NAME")
    _add_place(acts.add_parser("members", help="who is in a group, and who waits to be let in"))
    for act, words in (
        ("add", "put people into a group of yours"),
        ("remove", "put people out of a group of yours"),
    ):
        one = acts.add_parser(act, help=words)
        _add_place(one)
        one.add_argument("who", metavar="WHO", nargs="+")
    for act, words in (
        ("lock", "nobody can write in a group of yours any more"),
        ("unlock", "they can again"),
    ):
        _add_place(acts.add_parser(act, help=words))
    link = acts.add_parser("link", help="a link by which others join a group of yours")
    _add_place(link)
    link.add_argument("--open", action="store_true", help="nobody asks you first")
    link.add_argument("--followed", action="store_true", help="only people you follow can join")
    link.add_argument("--off", action="store_true", help="nobody joins by it any more")
    for act, words in (("let-in", "let somebody in who waits"), ("turn-away", "or not")):
        one = acts.add_parser(act, help=words)
        _add_place(one)
        one.add_argument("who", metavar="WHO")
    join = acts.add_parser("join", help="join a group by a link")
    join.add_argument("link", metavar="LINK")
    join.add_argument("--as", dest="account", metavar="ID", help="as this account")
    join.add_argument("--look", action="store_true", help="only say where it leads")


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("conversation", metavar="CONVERSATION", help="its number, or its id")
    parser.add_argument("--as", dest="account", metavar="ID", help="of this account")


def group_object(state: GroupState | None) -> dict[str, Any] | None:
    """How a group stands, as JSON."""
    if state is None:
        return None
    return {
        "mine": state.mine,
        "members": state.count or None,
        "most": state.most or None,
        "locked": state.locked,
        "asking": state.asking,
        "link": _link_object(state.link) if state.link is not None else None,
    }


async def join_group(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """By a link; or say where it leads."""
    account = _joining(arguments, house)
    found = await house.messages.invitation(account, arguments.link)
    result: dict[str, Any] = {
        "account": account,
        "group": found.name or None,
        "owner": _person(found.owner) if found.owner is not None else None,
        "members": found.count or None,
        "link": _link_object(found.link),
        "closed": found.closed or None,
        "state": "in" if found.is_in else "asked" if found.asked else "out",
        "conversation": found.conversation if found.is_in else None,
    }
    if arguments.look or found.is_in:
        out.result(result)
        out.line(_told(found.name, found.count, found.owner) if not found.closed else found.closed)
        return 0
    key = await house.messages.join_group(account, found)
    out.result(result | {"conversation": key or None, "state": "in" if key else "asked"})
    out.line(f"You are in {found.name}: {key}" if key else f"The owner of {found.name} was asked.")
    return 0


async def _rename(arguments: argparse.Namespace, row: TalkRow, house: House, out: Output) -> int:
    await house.messages.rename_group(row.account, row.conversation.id, arguments.name)
    return await _done(row, house, out)


async def _members(arguments: argparse.Namespace, row: TalkRow, house: House, out: Output) -> int:
    place = (row.account, row.conversation.id)
    people = await house.messages.group_people(*place)
    state = row.conversation.state
    mine = state is not None and state.mine
    asking = await house.messages.asking_in(*place) if mine else ()
    out.result(
        {
            "conversation": place[1],
            "account": place[0],
            "members": [_person(one.profile) | {"owner": one.owner} for one in people],
            "asking": [_person(one) for one in asking],
        }
    )
    for one in people:
        owner = "  (owner)" if one.owner else ""
        out.line(f"{one.profile.shown_name}  ·  @{one.profile.handle}{owner}")
    if asking:
        out.line("Waiting to be let in:")
        for who in asking:
            out.line(f"{who.shown_name}  ·  @{who.handle}")
    return 0


async def _people(arguments: argparse.Namespace, row: TalkRow, house: House, out: Output) -> int:
    people = [(await house.people.find(name, row.account)).profile for name in arguments.who]
    messages = house.messages
    change = messages.add_people if arguments.act == "add" else messages.remove_people
    await change(row.account, row.conversation.id, people)
    return await _done(row, house, out)


async def _lock(arguments: argparse.Namespace, row: TalkRow, house: House, out: Output) -> int:
    on = arguments.act == "lock"
    await house.messages.lock_group(row.account, row.conversation.id, on=on)
    return await _done(row, house, out)


async def _link(arguments: argparse.Namespace, row: TalkRow, house: House, out: Output) -> int:
    place = (row.account, row.conversation.id)
    if arguments.off:
        if arguments.open or arguments.followed:
            raise Usage("--off goes with nothing else.", "godwit message link 1 --off")
        await house.messages.close_link(*place)
        out.result({"account": place[0], "conversation": place[1], "link": None})
        out.line("Nobody joins by a link any more.")
        return 0
    link = await house.messages.open_link(
        *place, asks=not arguments.open, followed=arguments.followed
    )
    out.result({"account": place[0], "conversation": place[1], "link": _link_object(link)})
    out.line(link.url)
    who = "People you follow" if link.followed else "Whoever has it"
    out.line(f"{who} can {'ask you to join' if link.asks else 'join'}.")
    return 0


async def _let_in(arguments: argparse.Namespace, row: TalkRow, house: House, out: Output) -> int:
    place = (row.account, row.conversation.id)
    wanted = arguments.who.removeprefix("@").casefold()
    for who in await house.messages.asking_in(*place):
        if wanted in (who.handle.casefold(), who.uri.casefold()):
            on = arguments.act == "let-in"
            await house.messages.let_in(*place, who, on=on)
            return await _done(row, house, out)
    raise Usage(f"{arguments.who} does not wait to be let in.", "godwit message members 1")


Act = Callable[[argparse.Namespace, TalkRow, House, Output], Awaitable[int]]

GROUP_ACTS: Mapping[str, Act] = {
    "rename": _rename,
    "members": _members,
    "add": _people,
    "remove": _people,
    "lock": _lock,
    "unlock": _lock,
    "link": _link,
    "let-in": _let_in,
    "turn-away": _let_in,
}
"""What is done in a group that is there."""


async def _done(row: TalkRow, house: House, out: Output) -> int:
    """As it stands now."""
    talk = await house.messages.talk(row.account, row.conversation.id, 1)
    one = talk.row.conversation
    out.result(
        {
            "account": row.account,
            "conversation": one.id,
            "group": one.group,
            "people": [_person(who) for who in one.people],
            "state": group_object(one.state),
        }
    )
    count = one.state.count if one.state is not None else len(one.people) + 1
    out.line(_told(one.group, count, None) + (" It is locked." if one.closed else ""))
    return 0


def _joining(arguments: argparse.Namespace, house: House) -> AccountId:
    if arguments.account:
        return known_account(arguments.account, house)
    able = [one.id for one in house.accounts.all() if house.messages.has_groups(one.id)]
    if len(able) != 1:
        raise Usage(
            "Several of your accounts could join." if able else "No account has groups.",
            "Choose one with --as ID.",
        )
    return able[0]


def _told(name: str, count: int, owner: Profile | None) -> str:
    by = f", by {owner.shown_name}" if owner is not None else ""
    return f"{name}: {count} {'person' if count == 1 else 'people'}{by}."


def _link_object(link: GroupLink) -> dict[str, Any]:
    return {
        "url": link.url,
        "works": link.works,
        "asks": link.asks,
        "followed": link.followed,
    }


def _person(profile: Profile) -> dict[str, str]:
    return {"uri": profile.uri, "handle": profile.handle, "name": profile.name}
