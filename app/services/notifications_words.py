"""One sentence for a row of notifications, the same in the window and in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from app.model import Account
from app.services.notifications_values import NoticeRow

_DID = {
    "mention": "mentioned you",
    "reply": "replied to you",
    "quote": "quoted you",
    "post": "has posted",
    "like": "liked your post",
    "repost": "reposted your post",
    "follow": "followed you",
    "follow_request": "asks to follow you",
    "edit": "edited a post you reposted or quoted",
}
ALONE = "Somebody"


def names(row: NoticeRow, most: int = 2) -> tuple[tuple[str, ...], int]:
    """One or two people to name, and how many others there are."""
    known = [actor.shown_name for actor in row.actors]
    people = max(row.group.people, len(known))
    shown = known[:most] or [ALONE]
    return tuple(shown), max(0, people - len(shown))


def deed(row: NoticeRow) -> str:
    """What they did, to stand after their names; "" where the whole is told in words."""
    notice = row.newest
    if notice.kind in ("mention", "reply") and row.post and row.post.visibility == "direct":
        return "wrote to you privately"
    if notice.kind in _DID:
        return _DID[notice.kind]
    # Of what we do not know we cannot say that it is somebody's doing.
    return "" if notice.text.startswith("“") else notice.text if notice.actors else ""


def parts(row: NoticeRow, *, most: int = 2) -> list[tuple[str, bool]]:
    """
    The sentence in pieces: (words, whether they are strong). Joined it is ``sentence``.

    *most*: people who are named, one or two.
    """
    notice = row.newest
    if notice.kind == "poll":
        return _poll(row)
    if not deed(row):
        return [(notice.text or "Something happened", False)]
    shown, others = names(row, most)
    found: list[tuple[str, bool]] = [(shown[0], True)]
    if len(shown) == 2:
        found += [(" and " if not others else ", ", False), (shown[1], True)]
    if others:
        found += [(" and ", False), (f"{others} other" + ("s" if others > 1 else ""), True)]
    return [*found, (f" {deed(row)}", False)]


def _poll(row: NoticeRow) -> list[tuple[str, bool]]:
    post = row.post
    own = post is not None and any(state.own_votes is not None for state in row.viewers.values())
    words = "A poll you voted in has ended" if own else "A poll has ended"
    if post is None:
        return [(words, False)]
    return [(f"{words}: ", False), (post.author.shown_name, True)]


def sentence(row: NoticeRow) -> str:
    """Who did what."""
    return "".join(words for words, _ in parts(row))


def whose(row: NoticeRow, accounts: Sequence[Account]) -> str:
    """
    Which of my accounts it is for, as "@ana"; "" where that goes without saying.

    Args:
        accounts: All of mine.
    """
    mine = [account for account in accounts if account.network in row.networks]
    told = [account for account in mine if account.id in row.group.by]
    if len(told) == len(mine):
        return ""
    handles = [account.handle for account in mine]
    firsts = [handle.partition("@")[0] for handle in handles]
    unlike = len(set(firsts)) == len(firsts)
    shown = [one.handle.partition("@")[0] if unlike else one.handle for one in told]
    return ", ".join(f"@{handle}" for handle in shown)
