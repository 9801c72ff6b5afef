"""Which posts are the same thought: groups of posts that share an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.store.addresses import all_turned
from app.store.database import Database
from app.store.shelf import Kept, Shelf


class Echoes:
    """
    Groups while a batch is saved.

    A group is named by one of its posts, the *head*; a post alone is its own.
    A post the user split off is in no group.
    """

    def __init__(self, db: Database, shelf: Shelf) -> None:
        self._db = db
        self._shelf = shelf
        self._declared: dict[str, set[int]] = defaultdict(set)
        self._heads: dict[int, int] = {}
        self._new: list[tuple[str, int]] = []
        self._split = {uri for (uri,) in db.all("SELECT uri FROM split")}
        self._split_ids = post_ids(db, self._split) if self._split else set()
        self.merged: set[int] = set()
        """Heads of groups into which rows on disk came from several groups."""

    def look(self, addresses: Iterable[str]) -> None:
        """Bring all that are known under *addresses* onto the shelf, and load their groups."""
        for address, post in self._shelf.look(addresses):
            self._declared[address].add(post)
        posts = set(self._shelf.ids()).union(*self._declared.values())
        if posts:
            self._heads.update(
                self._db.all("SELECT post, head FROM echo WHERE post IN ()", among=posts)
            )

    def head(self, post: int) -> int:
        """The group of *post*."""
        return self._heads.get(post, post)

    def is_alone(self, post: int) -> bool:
        """No other post is known to be the same thought."""
        return post not in self._heads

    def link(self, kept: Kept, also: Iterable[str]) -> None:
        """Remember other addresses of *kept*, and join the groups that meet there."""
        known = set(kept.also.split("\n")) if kept.also else set()
        others = [a for a in dict.fromkeys(also) if a and a != kept.uri and "\n" not in a]
        fresh = [address for address in others if address not in known]
        if fresh:
            self._shelf.readdress(kept, "\n".join(filter(None, [kept.also, *fresh])))
        if not (kept.new or fresh):
            return
        addresses = all_turned((kept.uri, *others))
        for address in addresses:
            declared = self._declared[address]
            if kept.id not in declared:
                declared.add(kept.id)
                self._new.append((address, kept.id))
        if kept.uri not in self._split:
            self.join(kept, addresses)

    def join(self, kept: Kept, addresses: Iterable[str]) -> None:
        """Put *kept* into one group with every post that shares one of its *addresses* (turned)."""
        related = {kept.id}.union(*(self._declared.get(address, ()) for address in addresses))
        related -= self._split_ids
        heads = {self.head(post) for post in related}
        if len(heads) < 2:
            return
        on_disk = heads - {kept.id} if kept.new else heads
        target = min(on_disk)
        for head in heads - {target}:
            self._db.run("UPDATE echo SET head=? WHERE head=?", (target, head))
        for post in related | heads:
            self._heads[post] = target
        for post, head in self._heads.items():
            if head in heads:
                self._heads[post] = target
        self._db.run_many(
            "INSERT OR REPLACE INTO echo (post, head) VALUES (?, ?)",
            [(post, target) for post in related | heads],
        )
        if len(on_disk) > 1:
            self.merged.add(target)

    def flush(self) -> None:
        """Write the addresses."""
        self._db.run_many(
            "INSERT OR IGNORE INTO address (address, post) VALUES (?, ?)", sorted(self._new)
        )


def post_ids(db: Database, uris: Iterable[str]) -> set[int]:
    """Ids of those of *uris* that are kept."""
    wanted = set(uris)
    found = db.all(
        """SELECT p.id, p.uri FROM address d CROSS JOIN post p ON p.id=d.post
           WHERE d.address IN ()""",
        among=all_turned(wanted),
    )
    return {id for id, uri in found if uri in wanted}


def post_id(db: Database, uri: str) -> int | None:
    """Id of the post that is kept under *uri*."""
    return next(iter(post_ids(db, [uri])), None)


def group_of(db: Database, post: int) -> list[int]:
    """All posts of the group of *post*, itself included."""
    rows = db.all("SELECT post FROM echo WHERE head=(SELECT head FROM echo WHERE post=?)", (post,))
    return [row[0] for row in rows] or [post]


def regroup(db: Database, posts: Sequence[int]) -> None:
    """Forget the groups of *posts* and find them anew among themselves."""
    db.run("DELETE FROM echo WHERE post IN ()", among=posts)
    split = {row[0] for row in db.all("SELECT uri FROM split")}
    rows = db.all("SELECT id, uri, also FROM post WHERE id IN () ORDER BY id", among=posts)
    groups: list[tuple[set[str], list[int]]] = []
    for post, uri, also in rows:
        if uri in split:
            continue
        addresses, members = {uri, *filter(None, also.split("\n"))}, [post]
        for group in [g for g in groups if g[0] & addresses]:
            groups.remove(group)
            addresses |= group[0]
            members += group[1]
        groups.append((addresses, members))
    db.run_many(
        "INSERT INTO echo (post, head) VALUES (?, ?)",
        [(p, min(members)) for _, members in groups if len(members) > 1 for p in members],
    )
