"""Posts that are one thought because one person wrote both: joined, and parted again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.model import Post
from app.store.addresses import turned
from app.store.database import Database
from app.store.echoes import Echoes, group_of, regroup
from app.store.placing import Rows
from app.store.rework import summary
from app.store.rows import post_from
from app.store.shelf import Shelf
from app.store.values import Saved


def join_twins(db: Database, twins: Mapping[str, str]) -> Saved:
    """Join posts that are kept: URI of each → URI of its twin."""
    with db.transaction():
        rows, shelf = Rows(db), Shelf(db, account=0)
        echoes = Echoes(db, shelf)
        echoes.look([*twins, *twins.values()])
        for uri, twin in twins.items():
            if (kept := shelf.find(uri)) is not None:
                echoes.link(kept, (twin,))
        shelf.flush()
        echoes.flush()
        for head in echoes.merged:
            rows.refold(head)
        return summary(rows)


def part_twins(db: Database, authors: Collection[str]) -> Saved:
    """Part whatever joined posts of these people (URIs) for being by one person."""
    with db.transaction():
        rows = Rows(db)
        for head in _groups(db, authors):
            group = group_of(db, head)
            if _forget(db, group, authors):
                regroup(db, group)
                rows.unfold(group)
        return summary(rows)


def _groups(db: Database, authors: Collection[str]) -> list[int]:
    """Heads of groups in which one of them may have written."""
    found: set[int] = set()
    for author in authors:
        found.update(
            head
            for (head,) in db.all(
                """SELECT DISTINCT e.head FROM echo e CROSS JOIN post p ON p.id=e.post
                   WHERE instr(p.body, ?) > 0""",
                (author.encode(),),
            )
        )
    return sorted(found)


def _forget(db: Database, group: Collection[int], authors: Collection[str]) -> bool:
    """Take twins' addresses out of the posts of *group*. Whether there were any."""
    kept = db.all("SELECT id, uri, also, body FROM post WHERE id IN ()", among=group)
    posts = {uri: post for _, uri, _, body in kept if (post := post_from(body)) is not None}
    changed = False
    for id, uri, also, _ in kept:
        post = posts.get(uri)
        if post is None or post.author.uri not in authors:
            continue
        addresses = also.split("\n") if also else []
        gone = [one for one in addresses if one in posts and _are_twins(post, posts[one], authors)]
        if gone:
            changed = True
            left = "\n".join(one for one in addresses if one not in gone)
            db.run("UPDATE post SET also=? WHERE id=?", (left, id))
            db.run(
                "DELETE FROM address WHERE post=? AND address IN ()",
                [id],
                among=[turned(one) for one in gone],
            )
    return changed


def _are_twins(post: Post, other: Post, authors: Collection[str]) -> bool:
    """Nothing but being one person's has joined them."""
    return (
        other.author.uri in authors
        and other.author.uri != post.author.uri
        and not (post.bridged_from or other.bridged_from)
    )
