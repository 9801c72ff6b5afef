"""
Reacting to posts and people. What was done already is not done again.

Some servers count twice what is sent twice (facts: "Sending"), so what shows
to others is looked at first. Source: methods/statuses, accounts, polls, reports.
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import msgspec

from app.model.acts import PersonAct, PostAct, Reaction, Relation, Report
from app.model.errors import BadInput, Malformed, NotFound, Refused, Unsupported
from app.model.post import ViewerState
from app.model.text import Emoji
from app.protocols.mastodon import blocks, emoji, wire
from app.protocols.mastodon.api import ACCOUNTS, Api
from app.protocols.mastodon.convert import (
    Neighbours,
    post_from_status,
    time_of,
    viewer_from_status,
)
from app.protocols.mastodon.session import Session, accounts_path, status_path
from app.protocols.mastodon.vocabulary_out import CATEGORY_TO, VISIBILITY_TO
from app.protocols.mastodon.wire_server import OfferedEmoji, read_object, read_objects
from app.protocols.mastodon.wire_write import Relationship
from app.protocols.safety import clean_text

_PATHS: dict[PostAct, str] = {
    "like": "/favourite",
    "unlike": "/unfavourite",
    "repost": "/reblog",
    "unrepost": "/unreblog",
    "bookmark": "/bookmark",
    "unbookmark": "/unbookmark",
    "pin": "/pin",
    "unpin": "/unpin",
    "mute_thread": "/mute",
    "unmute_thread": "/unmute",
}
_SHOWS: dict[PostAct, tuple[str, bool]] = {
    "like": ("liked", True),
    "unlike": ("liked", False),
    "repost": ("reposted", True),
    "unrepost": ("reposted", False),
    "bookmark": ("bookmarked", True),
    "unbookmark": ("bookmarked", False),
    "mute_thread": ("muted", True),
    "unmute_thread": ("muted", False),
}
_FIELDS: dict[PostAct, tuple[str, bool]] = {
    "like": ("favourited", True),
    "unlike": ("favourited", False),
    "repost": ("reblogged", True),
    "unrepost": ("reblogged", False),
    "bookmark": ("bookmarked", True),
    "unbookmark": ("bookmarked", False),
    "mute_thread": ("muted", True),
    "unmute_thread": ("muted", False),
    "pin": ("pinned", True),
    "unpin": ("pinned", False),
}
_APART: dict[PostAct | PersonAct, str] = {
    "repost": "statuses",
    "unrepost": "deletions",
    "follow": "follows",
    "unfollow": "follows",
}
"""What servers have limits of their own for."""

CHOICES: dict[PersonAct, tuple[str, bool]] = {
    "notify": ("notifying", True),
    "unnotify": ("notifying", False),
    "show_reposts": ("reposts", True),
    "hide_reposts": ("reposts", False),
}
"""Of what somebody does one hears: a field of ``Relation``, and how it is then."""

_COUNTED: tuple[PostAct, ...] = ("like", "unlike", "repost", "unrepost")
_NOTE = 2_000
"""Characters of a private note."""

_WHY = "a reaction"
_WHY_PERSON = "your choice about a person"


OWN_EMOJI = "/api/v1/custom_emojis"
_MOST_EMOJI = 5_000
"""Emoji of a server that are offered."""


class Reacting(Session):
    """Reacts for one account."""

    async def server_emoji(self) -> tuple[Emoji, ...]:
        """See ``OffersEmoji``. Source: methods/custom_emojis. None: it has no such list."""
        api = await self._api()
        try:
            reply = await api.get(OWN_EMOJI, why="emoji of your server")
        except NotFound:
            return ()
        found = read_objects(wire.split_page(reply.body, api.host), OfferedEmoji, api.host)
        shown = [one for one in found if one.visible_in_picker is not False]
        return blocks.emojis(list(shown[:_MOST_EMOJI]))

    async def react(self, reaction: Reaction) -> ViewerState:
        """
        Do it; how this account stands to the post afterwards. Twice is once.

        Raises:
            NotFound: The post is gone, or not for us.
            Refused: Not allowed: the poll is over, the post is not public…
        """
        api = await self._api()
        # Two clicks at once are one after the other, and the second finds it done.
        async with self._acting.setdefault(reaction.uri, asyncio.Lock()):
            local_id = reaction.ref or await self._post_id(api, reaction.uri)
            try:
                return await self._react(api, local_id, reaction)
            except NotFound as error:
                if await self._is_there(api, local_id):
                    raise Unsupported(f"{api.host} does not do this with this post.") from error
                if not reaction.ref:
                    raise
            # What we had may be another server's id of it.
            self._post_ids.pop(reaction.uri, None)
            return await self._react(api, await self._post_id(api, reaction.uri), reaction)

    async def _react(self, api: Api, local_id: str, reaction: Reaction) -> ViewerState:
        act = reaction.act
        if act in ("add_emoji", "remove_emoji"):
            return await self._put_emoji(api, local_id, reaction.emoji, on=act == "add_emoji")
        if act == "vote":
            return await self._vote(api, local_id, reaction.votes)
        if act in _COUNTED:
            before = await self._status(api, local_id)
            if _is_done(before, act):
                return self._viewer(before)
        form = {}
        if act == "repost" and reaction.visibility is not None:
            form["visibility"] = VISIBILITY_TO[reaction.visibility]
        path = status_path(local_id, _PATHS[act])
        try:
            reply = await api.post(path, form, why=_WHY, counted=_APART.get(act, ""))
        except NotFound:
            raise
        except Refused:  # some refuse what is done already: pinned, bookmarked
            now = await self._status(api, local_id)
            if not _is_done(now, act):
                raise
            return self._viewer(now)
        status = wire.read_status(reply.body)
        after = self._viewer(status.reblog or status)
        # Some answers still tell how it was before; we know what was done.
        field, wanted = _SHOWS.get(act, ("", False))
        changes = {field: wanted} if field else {}
        return msgspec.structs.replace(after, ref=after.ref or local_id, **changes)

    async def _put_emoji(self, api: Api, local_id: str, name: str, *, on: bool) -> ViewerState:
        """
        Put an emoji under a post, or take ours away, unless it is so.

        Raises:
            BadInput: That is none.
            Unsupported: The server knows no such reactions.
            Refused: It does not take this emoji, or no more of them.
        """
        if not emoji.is_one(name):
            raise BadInput("That is no emoji.", "Use one sign, or the name of a custom one.")
        status = await self._status(api, local_id)
        if not emoji.can_react(status):
            raise Unsupported(f"{api.host} takes no emoji as reactions.", "Like the post instead.")
        if emoji.has(emoji.own_emoji(status), name) is on:
            return self._viewer(status)
        asked = emoji.request(status, local_id, name, on=on)
        reply = await api.ask(asked.method, asked.path, form=asked.form or None, why=_WHY)
        await api.checked(reply, asked.path)
        # Answers differ: a post, nothing, a post as it was. We look at it, and know what was done.
        after = self._viewer(await self._status(api, local_id))
        mine = tuple(one for one in after.emoji if on or not emoji.has((one,), name))
        if on and not emoji.has(mine, name):
            mine = (*mine, name)
        return msgspec.structs.replace(after, emoji=mine, ref=after.ref or local_id)

    async def _is_there(self, api: Api, local_id: str) -> bool:
        return (await api.ask("GET", status_path(local_id), why=_WHY)).status == 200

    async def _vote(self, api: Api, local_id: str, votes: tuple[int, ...]) -> ViewerState:
        """
        Vote, unless we have.

        Raises:
            Refused: The poll is over, or we have voted for something else.
        """
        status = await self._status(api, local_id)
        poll = status.poll
        if poll is None or not poll.id:
            raise Refused("There is no poll in this post (any more).", "Load it again.")
        if poll.voted:
            return self._voted(status, votes)
        if poll.expired:
            raise Refused("This poll is over.", "Nothing was sent.")
        path = f"/api/v1/polls/{quote(poll.id, safe='')}/votes"
        chosen = {"choices": [str(vote) for vote in votes]}
        reply = await api.ask("POST", path, json=chosen, why="voting")
        if reply.status == 422:  # counted already: by another client, or by a lost answer
            again = await self._status(api, local_id)
            if again.poll is not None and again.poll.voted:
                return self._voted(again, votes)
        await api.checked(reply, path)
        status.poll = read_object(reply.body, wire.Poll, api.host)
        return msgspec.structs.replace(self._viewer(status), own_votes=tuple(sorted(votes)))

    def _voted(self, status: wire.Status, votes: tuple[int, ...]) -> ViewerState:
        state = self._viewer(status)
        if state.own_votes and set(state.own_votes) != set(votes):
            raise Refused("You have voted in this poll already.", "A vote cannot be changed.")
        return state

    async def _status(self, api: Api, local_id: str) -> wire.Status:
        status = wire.read_status((await api.get(status_path(local_id), why=_WHY)).body)
        return status.reblog or status

    def _viewer(self, status: wire.Status) -> ViewerState:
        near = Neighbours(self._viewpoint())
        try:
            post = post_from_status(status, near, time_of(status) or self._clock())
        except Malformed:
            # It was done all the same: what we did with it is told without an author, too.
            return ViewerState(
                ref=status.id or "",
                liked=status.favourited or False,
                reposted=status.reblogged or False,
                bookmarked=status.bookmarked or False,
                muted=status.muted or False,
                pinned=status.pinned or False,
            )
        return viewer_from_status(status, near.look, post)

    # --------------------------------------------------------------- people

    async def relate(self, act: PersonAct, profile: str, *, seconds: int = 0) -> Relation:
        """
        Follow, mute, block…; *seconds*: of a mute, 0 = for ever.

        Raises:
            NotFound: The server does not know them.
        """
        # A follow that says something new after one was taken back would follow anew.
        async with self._acting.setdefault(profile, asyncio.Lock()):
            return await self._relate(act, profile, seconds)

    async def _relate(self, act: PersonAct, profile: str, seconds: int) -> Relation:
        if act in CHOICES:
            return await self._choose(act, profile)
        api = await self._api()
        path = accounts_path(await self._profile_id(api, profile), f"/{act}")
        form = {"duration": str(seconds)} if act == "mute" and seconds > 0 else {}
        reply = await api.post(path, form, why=_WHY_PERSON, counted=_APART.get(act, ""))
        return relation_from(read_object(reply.body, Relationship, api.host))

    async def _choose(self, act: PersonAct, profile: str) -> Relation:
        """What a follow brings: following again changes that, and nothing else."""
        api = await self._api()
        before = await self.relation(profile)
        field, wanted = CHOICES[act]
        stands = getattr(before, field)
        if stands is wanted or (stands is None and not wanted and act == "unnotify"):
            return before
        if not (before.following or before.requested):
            raise Refused("You do not follow this account.", "Follow it first.")
        if stands is None:
            raise Unsupported(f"{api.host} cannot do this for single people.")
        now = msgspec.structs.replace(before, **{field: wanted})
        form = {"notify": _said(now.notifying or False), "reblogs": _said(now.reposts)}
        path = accounts_path(await self._profile_id(api, profile), "/follow")
        reply = await api.post(path, form, why=_WHY_PERSON, counted="follows")
        after = relation_from(read_object(reply.body, Relationship, api.host))
        if getattr(after, field) is not wanted:
            raise Unsupported(f"{api.host} took this, and did not do it.")
        return after

    async def relation(self, profile: str) -> Relation:
        """How this account stands to the profile with that URI. Raises: NotFound."""
        api = await self._api()
        local_id = await self._profile_id(api, profile)
        path = f"{ACCOUNTS}/relationships"
        reply = await api.get(path, {"id[]": local_id}, why="how you stand to somebody")
        for raw in wire.split_page(reply.body, api.host):
            found = read_object(bytes(raw), Relationship, api.host)
            if found.id in (local_id, None):
                return relation_from(found)
        raise Malformed(f"{api.host} did not say how you stand to them.")

    async def report(self, report: Report) -> None:
        """
        Tell the moderators.

        Raises:
            NotFound: The server does not know whom it is about.
        """
        api = await self._api()
        about: dict[str, object] = {
            "account_id": await self._profile_id(api, report.profile),
            "status_ids": await self._ids_of(api, report.posts),
            "comment": report.comment,
            "forward": report.forward,
            "category": CATEGORY_TO.get(report.reason, "other"),
        }
        path = "/api/v1/reports"
        reply = await api.ask("POST", path, json=about, why="a report", counted="reports")
        if reply.status == 422 and about["category"] != "other":
            # Older servers do not know it; "violation" may want the rule named.
            words = f"[{report.reason}] {report.comment}".strip()
            about |= {"category": "other", "comment": words}
            reply = await api.ask("POST", path, json=about, why="a report", counted="reports")
        await api.checked(reply, path)

    async def _ids_of(self, api: Api, uris: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        for uri in uris:
            try:
                found.append(await self._post_id(api, uri))
            except NotFound:
                continue  # gone meanwhile: the rest still counts
        return found


def _is_done(status: wire.Status, act: PostAct) -> bool:
    field, wanted = _FIELDS[act]
    return bool(getattr(status, field)) is wanted


def _said(choice: bool | None) -> str:
    return "false" if choice is False else "true"


def relation_from(wired: Relationship) -> Relation:
    """How an account stands to somebody."""
    follows = wired.following or wired.requested or False
    return Relation(
        following=wired.following or False,
        requested=wired.requested or False,
        followed_by=wired.followed_by or False,
        muted=wired.muting or False,
        blocked=wired.blocking or False,
        blocked_by=wired.blocked_by or False,
        muted_until=blocks.in_utc(wired.muting_expires_at) if wired.muting else None,
        notifying=wired.notifying if follows else None,
        reposts=wired.showing_reblogs if follows else None,
        note=clean_text(wired.note or "")[:_NOTE].strip(),
    )
