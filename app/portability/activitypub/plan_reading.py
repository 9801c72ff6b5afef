"""What a move between two servers of the fediverse will do, from the real accounts. Changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence, Sized

from msgspec import Struct

from app.model import Account
from app.model.belongings import MoveWays, OwnProfile
from app.model.errors import ServiceError
from app.portability.activitypub.ends import Resident
from app.portability.activitypub.importing import MOST_FOLLOWS
from app.portability.activitypub.steps_follows import BY_CALL
from app.portability.plan import Goes

_SECONDS_EACH = 1.2
"""One follow, found and made, as servers' general limit allows."""

_AROUND = 720.0
"""All the rest, and ten minutes in which followers come."""


class Reading(Struct, frozen=True, kw_only=True):
    """Both sides, as they are now. Counts: -1 = not told."""

    source: Account
    target: Account
    old: OwnProfile
    new: OwnProfile
    old_ways: MoveWays
    new_ways: MoveWays
    lists: int
    filters: int
    tags: int
    servers: int
    pinned: int
    aliased: bool | None

    @property
    def by_call(self) -> bool:
        """The Move itself is made by us."""
        return self.old_ways.move == "call"


async def read_both(old: Resident, new: Resident) -> Reading:
    """
    Ask both accounts what they are and have.

    Raises:
        ServiceError: One of them cannot be read.
    """
    mine, theirs = await old.own_profile(), await new.own_profile()
    told = await new.told_aliases()
    return Reading(
        source=old.account,
        target=new.account,
        old=mine,
        new=theirs,
        old_ways=await old.move_ways(),
        new_ways=await new.move_ways(),
        lists=await _count(old.own_lists()),
        filters=await _count(old.filters()),
        tags=await _count(old.followed_tags()),
        servers=await _count(old.blocked_servers()),
        pinned=await _count(old.pinned()),
        aliased=None if told is None else mine.uri in told,
    )


async def _count(read: Awaitable[Sized]) -> int:
    try:
        return len(await read)
    except ServiceError:
        return -1


def goes_of(reading: Reading) -> tuple[Goes, ...]:
    """Each kind of thing, and whether it goes along."""
    old, host = reading.old, reading.target.host
    many = old.following > BY_CALL and reading.new_ways.alias == "page"
    return (
        Goes(
            kind="people",
            title="Followers",
            detail=f"{_number(old.followers)} are told to follow the new account"
            + ("" if reading.by_call else "; you press the button, Godwit watches"),
            count=old.followers,
            how="moves" if reading.by_call else "guided",
        ),
        Goes(
            kind="people",
            title="People you follow",
            detail=f"{_number(old.following)} are followed from {host}"
            + ("; by a file that you upload, or one by one in days" if many else ""),
            count=old.following,
            how="guided" if many else "moves",
        ),
        _brings("lists", "Lists", ("list", "lists"), reading.lists, " with everybody on them"),
        Goes(kind="blocks", title="Blocks and mutes", detail="with the time that is left of mutes"),
        _brings("blocks", "Blocked servers", ("server", "servers"), reading.servers),
        _brings("filters", "Filters", ("filter", "filters"), reading.filters, " with all words"),
        _brings("tags", "Hashtags", ("hashtag", "hashtags"), reading.tags, " you follow"),
        Goes(kind="bookmarks", title="Bookmarks", detail="as far as their posts can be found"),
        Goes(
            kind="profile",
            title="Profile",
            detail="name, text, lines, pictures, notes about people, featured people and tags",
        ),
        *_stays(reading),
    )


def _stays(reading: Reading) -> tuple[Goes, ...]:
    old = reading.source.host
    return (
        _posts(reading, old),
        *_pins(reading, old),
        Goes(
            kind="messages",
            title="Private messages, likes and votes",
            detail=f"stay at {old}; your likes would be sent to their authors again",
            how="stays",
        ),
        Goes(
            kind="handle",
            title="Name",
            detail=f"@{reading.source.handle} stays and points to @{reading.target.handle}",
            how="stays",
        ),
    )


def _posts(reading: Reading, old: str) -> Goes:
    count = reading.old.posts
    if reading.new_ways.backdates:
        detail = "an archive keeps all; copies of public ones can be put in quietly"
        return Goes(kind="posts", title="Posts", detail=detail, count=count, how="guided")
    return Goes(
        kind="posts",
        title="Posts",
        detail=f"{_number(count)} stay at {old}, and in the archive that is made: no server "
        "takes them",
        count=count,
        how="stays",
    )


def _pins(reading: Reading, old: str) -> tuple[Goes, ...]:
    """A server pins only what it has."""
    count = reading.pinned
    if count <= 0:
        return ()
    puts_in = reading.new_ways.backdates
    how = "are pinned again, if old posts are put in" if puts_in else f"stay pinned at {old}"
    why = "" if puts_in else ": a server can pin only posts that it has"
    return (
        Goes(
            kind="posts",
            title="Pinned posts",
            detail=f"{_number(count)} {how}{why}",
            count=count,
            how="guided" if puts_in else "stays",
        ),
    )


def warnings_of(reading: Reading) -> tuple[str, ...]:
    """Risks, one sentence each."""
    return tuple(_warnings(reading))


def _warnings(reading: Reading) -> Sequence[str]:
    old, new = reading.source.host, reading.target.host
    found = []
    days = reading.old_ways.cooldown_days
    if days:
        found.append(
            f"After the Move the old account waits {days} days until it may move once more."
        )
    found.append(
        f"After the Move {old} lets apps do no more for the old account: all is saved before it."
    )
    found.append(
        "Followers whose server does not know the Move, or who have left, do not come along."
    )
    if reading.new.moved_to or reading.old.moved_to:
        who = "new" if reading.new.moved_to else "old"
        found.append(f"The {who} account has moved somewhere else already: look at its profile.")
    if reading.new.locked:
        found.append(
            "The new account approves followers by hand: it is opened, or your followers would "
            "come as requests."
        )
    if reading.old.following > MOST_FOLLOWS:
        found.append(
            f"{new} may take only {MOST_FOLLOWS:,} follows".replace(",", "\u202f")
            + " until the new account has as many followers."
        )
    if reading.new.posts == 0 and not reading.new.avatar:
        found.append("The new account is empty: some people and servers take such for spam.")
    if reading.aliased is None and reading.new_ways.alias == "page":
        found.append(f"{new} shows aliases to nobody: you will be asked whether it is there.")
    return found


def seconds_of(reading: Reading) -> float:
    """A careful guess of the whole, in seconds."""
    follows = max(0, reading.old.following)
    if follows > BY_CALL and reading.new_ways.alias == "page":
        return _AROUND + 1_800.0  # the server's own import of a file
    return _AROUND + _SECONDS_EACH * follows


def _brings(kind: str, title: str, what: tuple[str, str], count: int, more: str = "") -> Goes:
    """*what*: one of it, several."""
    if count < 0:
        return Goes(kind=kind, title=title, detail="the old server does not tell them", how="stays")
    return Goes(kind=kind, title=title, detail=f"{count} {what[count != 1]}{more}", count=count)


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f") if count >= 0 else "All"
