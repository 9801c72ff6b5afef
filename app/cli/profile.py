"""``godwit profile WHO``: one human over all their accounts, and what they wrote."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import Any

from app.cli.items import item_from_row, moment
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.cli.people import known_object, link_object
from app.cli.react import relation_object
from app.cli.rows import lines_from_row
from app.feed.rows import Card
from app.model import Profile
from app.model.acts import Relation
from app.model.errors import ServiceError
from app.services.house import House
from app.services.human import POSTS, VERIFIED, Human, Side, counts_of
from app.services.profile_wall import Wall
from app.services.profiles import Facts, Profiles
from app.services.states import error_object

PARTS = ("posts", "replies", "media", "likes")
NEAR = ("followers", "following", "known")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("who", metavar="WHO", help="a handle, a page or a URI of either network")
    parser.add_argument(
        "--limit", type=int, default=POSTS, metavar="N", help=f"posts (default: {POSTS})"
    )
    parser.add_argument(
        "--part",
        choices=PARTS,
        default="replies",
        help="posts: without what they answer others; replies: all; media; likes: one's own",
    )
    parser.add_argument(
        "--near",
        choices=NEAR,
        default="",
        help="also one page of who follows them, whom they follow, or of whom you follow do",
    )
    parser.add_argument(
        "--note", metavar="TEXT", help='note it of them, for yourself; "" = nothing'
    )


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Say who it is; what one server cannot tell hides nothing of the others."""
    if not house.options.offline:
        await ready_vault(house, out)
    profiles = Profiles(house)
    human = await profiles.look(arguments.who)
    if arguments.note is not None:
        await profiles.set_note(human.sides[0], arguments.note)
        human = await profiles.look(arguments.who)
    wall = profiles.wall(human, arguments.part)
    await _fill(wall, max(0, arguments.limit), house)
    facts = await profiles.facts(human)
    near, is_more = await _near(profiles, human, arguments.near)
    accounts = {account.id: account for account in house.accounts.all()}
    cards = wall.cards[: max(0, arguments.limit)]
    out.result(
        {
            "profiles": [side_object(side, facts) for side in human.sides],
            "links": [link_object(link) for link in human.links],
            "note": facts.note or None,
            "known": [profile.handle for profile in facts.known],
            "pinned": [item_from_row(card, accounts) for card in wall.pinned],
            "items": [item_from_row(card, accounts) for card in cards],
            "hidden": wall.hidden,
            "origins": list(wall.origins),
            **(
                {
                    "near": {arguments.near: [_person(one) for one in near]},
                    "near_complete": not is_more,
                }
                if arguments.near
                else {}
            ),
        }
    )
    if not out.json:
        _print(human, facts, [*wall.pinned, *cards], house, out)
        for one in near:
            out.line(f"@{one.handle} · {one.shown_name}")
    if is_more:
        out.note(f"note: these are the first {len(near)}; there are more.")
    return _told(human, wall, house, out)


async def _fill(wall: Wall, most: int, house: House) -> None:
    """From their servers; offline, from what was read."""
    if house.options.offline:
        await house.store.load(wall.kept)
        return
    while len(wall.cards) < most and not wall.is_done:
        before = len(wall.cards) + wall.hidden
        await wall.more()
        if len(wall.cards) + wall.hidden == before:
            break
    if wall.troubles and not wall.cards:
        await house.store.load(wall.kept)


async def _near(profiles: Profiles, human: Human, near: str) -> tuple[tuple[Profile, ...], bool]:
    """A page from each server, and whether there are more."""
    if not near:
        return (), False
    is_more = False
    found: dict[str, Profile] = {}
    problem: ServiceError | None = None
    for side in human.sides:
        try:
            page = await profiles.near(side, near)  # type: ignore[arg-type]
        except ServiceError as error:
            problem = error
            continue
        is_more |= page.older is not None
        found |= {one.uri: one for one in page.people}
    if problem is not None and not found:
        raise problem
    return tuple(found.values()), is_more


def _told(human: Human, wall: Wall, house: House, out: Output) -> int:
    """What could not be told; the exit status."""
    failed = [side for side in human.sides if side.trouble is not None]
    for side in failed:
        assert side.trouble is not None
        out.note(f"note: @{side.known.profile.handle}: {side.trouble.message}")
    for host in wall.origins:
        out.note(f"note: your server has none of their posts: these are what {host} tells anybody.")
    for trouble in wall.troubles.values():
        if not failed and not house.options.offline:
            out.note(f"note: {trouble.message}")
    return 1 if len(failed) == len(human.sides) and not house.options.offline else 0


def side_object(side: Side, facts: Facts) -> dict[str, Any]:
    """One of their accounts as JSON."""
    portrait = side.portrait
    where = facts.where.get(side.known.profile.uri)
    return {
        **known_object(side.known),
        "text": portrait.text,
        "fields": [
            {
                "name": field.name,
                "value": field.value,
                "link": field.link or None,
                "verified": field.checked,
            }
            for field in portrait.fields
        ],
        "followers": _number(portrait.followers),
        "following": _number(portrait.following),
        "posts": _number(portrait.posts),
        "since": moment(portrait.since) if portrait.since is not None else None,
        "moved_to": portrait.moved_to or None,
        "verified": portrait.verified or None,
        "impostor": portrait.impostor,
        "closed": portrait.closed or None,
        "bot": side.known.profile.bot,
        "locked": side.known.profile.locked,
        "labels": list(facts.labels.get(side.known.profile.uri, ())),
        "kept_at": where.host or None if where is not None else None,
        "seen_by": side.account,
        "from_origin": side.stranger.host if side.stranger is not None else None,
        "relations": {id: relation_object(one) for id, one in side.relations.items()},
        "error": error_object(side.trouble) if side.trouble is not None else None,
    }


def _number(number: int) -> int | None:
    return number if number >= 0 else None


def _person(profile: Profile) -> dict[str, str]:
    return {"uri": profile.uri, "handle": profile.handle, "name": profile.name}


# ------------------------------------------------------------------ saying


def _print(human: Human, facts: Facts, cards: Sequence[Card], house: House, out: Output) -> None:
    names = {info.id: info.name for info in house.registry().infos.values()}
    accounts = {account.id: account for account in house.accounts.all()}
    out.line(human.sides[0].known.profile.shown_name)
    for side in human.sides:
        out.line(f"@{side.known.profile.handle} · {names.get(side.known.network, '')}")
        _print_side(side, facts, out)
    for link in human.links:
        out.line(f"  {link.evidence}")
    if facts.known:
        others = len(facts.known) - 1
        several = f" and {others} {'other' if others == 1 else 'others'}" if others else ""
        out.line(f"  Followed by {facts.known[0].shown_name}{several} whom you follow")
    if facts.note:
        out.line(f"  Your note ({facts.note_kept}): {facts.note}")
    out.line()
    for card in cards:
        for line in lines_from_row(
            card, now=house.clock.now(), width=out.width, names=names, accounts=accounts
        ):
            out.line(line)


def _print_side(side: Side, facts: Facts, out: Output) -> None:
    portrait = side.portrait
    for line in textwrap.wrap(portrait.text, max(20, out.width - 2)):
        out.line(f"  {line}")
    for field in portrait.fields:
        out.line(f"  {field.name}: {field.value}{'  ✓' if field.checked else ''}")
    if counts := [f"{count} {words}" for count, words in counts_of(portrait)]:
        out.line(f"  {' · '.join(counts)}")
    where = facts.where.get(side.known.profile.uri)
    if where is not None and where.host:
        out.line(f"  Kept at {where.host}")
    if where is not None and where.identity:
        out.line(f"  Identity: {where.identity}")
    if side.stranger is not None:
        host = side.stranger.host
        out.line(f"  Your servers do not know this account: {host} tells this to anybody.")
    if portrait.verified:
        out.line(f"  By the network’s own mark: {VERIFIED[portrait.verified]}")
    if labels := facts.labels.get(side.known.profile.uri):
        out.line(f"  Labels: {', '.join(labels)}")
    if portrait.closed:
        out.line(f"  The account is {portrait.closed}.")
    if portrait.moved_to:
        out.line(f"  Has moved to {portrait.moved_to}")
    if portrait.impostor:
        out.line("  A label says that this account pretends to be somebody else.")
    for account, relation in side.relations.items():
        if words := _relation(relation):
            out.line(f"  {account}: {words}")


def _relation(relation: Relation) -> str:
    said = (
        (relation.following and relation.followed_by, "you follow each other"),
        (relation.following and not relation.followed_by, "you follow them"),
        (relation.followed_by and not relation.following, "they follow you"),
        (relation.requested, "you have asked to follow them"),
        (relation.muted, "muted"),
        (relation.blocked, "blocked"),
        (relation.blocked_by, "they block you"),
    )
    return ", ".join(words for holds, words in said if holds)
