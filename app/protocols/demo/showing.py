"""What people in the demo wrote, by kind, and who is near whom. All of it is invented."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from app.model import Account, Cursor, Entry, Page, Profile
from app.model.about import Apart, ApartPage, PeoplePage
from app.model.acts import Relation
from app.model.errors import Malformed, NotFound, Unsupported
from app.protocols.demo.people import PEOPLE, network_of, token
from app.protocols.demo.world import World
from app.protocols.portraying import Near, Part

_PINNING = ("ottilie", "pim", "teun", "museum/sky")
"""They have pinned the oldest post of theirs that has pictures."""

_KEYS = {profile.uri: key for key, profile in PEOPLE.items()}
_NEARNESS = {"followers": "h", "following": "n", "known": "d"}


class Shelves:
    """What one account is shown of people."""

    def __init__(self, account: Account, world: World) -> None:
        self._account, self._world = account, world

    def parts(self, profile: str) -> tuple[Part, ...]:
        """Likes of oneself only, as on real servers."""
        usual: tuple[Part, ...] = ("posts", "replies", "media")
        return (*usual, "likes") if profile == self._account.uri else usual

    def wrote(self, profile: str, part: Part, cursor: str, limit: int) -> Page:
        """Raises: NotFound, Unsupported, Malformed."""
        self._person(profile)
        if part == "likes" and profile != self._account.uri:
            raise Unsupported("What others like is not shown here.")
        if cursor and not cursor.isdigit():
            raise Malformed("The demo does not know this cursor.")
        start = int(cursor or 0)
        found = sorted(self._entries(profile, part), key=_sort_at, reverse=True)
        more = len(found) > start + limit
        older = Cursor(str(start + limit)) if more and part != "pinned" else None
        return Page(items=tuple(found[start : start + limit]), older=older)

    def near(self, profile: str, near: Near, cursor: str, limit: int) -> PeoplePage:
        """Raises: NotFound, Malformed."""
        who = self._person(profile)
        if cursor and not cursor.isdigit():
            raise Malformed("The demo does not know this cursor.")
        start = int(cursor or 0)
        found = [
            one
            for one in PEOPLE.values()
            if network_of(one) == network_of(who)
            and one.uri not in (profile, self._account.uri)
            and one.handle != "handle.invalid"
            and token(f"{near} {one.uri} {profile}", 1) < _NEARNESS[near]
        ]
        older = Cursor(str(start + limit)) if len(found) > start + limit else None
        return PeoplePage(people=tuple(found[start : start + limit]), older=older)

    def set_apart(self) -> ApartPage:
        """All on one page."""
        mine = [
            (uri, relation)
            for (account, uri), relation in self._world.ledger.relations.items()
            if account == self._account.id and relation.following
        ]
        found = [
            Apart(
                profile=self._person(uri),
                told=bool(relation.notifying),
                hidden=relation.reposts is False,
            )
            for uri, relation in mine
            if relation.notifying or relation.reposts is False
        ]
        return ApartPage(people=tuple(found), looked_at=len(mine))

    def note(self, profile: str, text: str, now: Relation) -> Relation:
        """Raises: NotFound."""
        self._person(profile)
        after = replace(now, note=text)
        self._world.ledger.relations[self._account.id, profile] = after
        return after

    def _entries(self, profile: str, part: Part) -> list[Entry]:
        found = []
        for post in self._world.posts(self._account.network):
            viewer = self._world.viewer(self._account.id, post.uri)
            if part == "likes":
                if viewer.liked:
                    found.append(self._world.seen(post, self._account.id))
                continue
            if post.author.uri != profile or post.visibility in ("followers", "direct"):
                continue
            has_media = part in ("media", "pinned")
            if (part != "posts" or post.reply_to is None) and (post.media or not has_media):
                found.append(self._world.seen(post, self._account.id))
        if part == "pinned":
            pins = _KEYS[profile] in _PINNING
            return sorted(found, key=_sort_at)[:1] if pins else []
        return found

    def _person(self, uri: str) -> Profile:
        key = _KEYS.get(uri)
        if key is None or network_of(PEOPLE[key]) != self._account.network:
            raise NotFound("There is nobody with this address.")
        return PEOPLE[key]


def _sort_at(entry: Entry) -> datetime:
    return entry.sort_at
