"""Reactions and relationships in the demo. Done twice is done once."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import Account, Entry, Poll, PollOption, Post, Profile, Repost, ViewerState
from app.model.acts import PersonAct, Reaction, Relation, Report
from app.model.errors import NotFound, Refused, Unsupported
from app.model.post import EmojiCount
from app.protocols.demo.faults import Faults
from app.protocols.demo.limits import LIMITS
from app.protocols.demo.people import GULL, PEOPLE, ROPE, SECOND, token
from app.protocols.demo.sketch import BOTH, ESTUARY, SKY, Told, address
from app.protocols.demo.world import World


class Deeds:
    """What one account does to posts and people."""

    def __init__(self, account: Account, world: World, faults: Faults) -> None:
        self._account, self._world, self._faults = account, world, faults
        self._ledger = world.ledger

    def react(self, reaction: Reaction) -> ViewerState:
        """Raises: NotFound, Refused, Unsupported."""
        self._faults.refusal(self._account.host)
        self._faults.before_write(self._account.host, self._world.now)
        post = self._world.post(reaction.uri)
        before = self._world.viewer(self._account.id, post.uri)
        after = self._after(post, before, reaction)
        self._world.set_viewer(self._account.id, post.uri, after)
        self._faults.after_write(self._account.host)
        return after

    def relate(self, act: PersonAct, profile: str) -> Relation:
        """Raises: NotFound, Refused."""
        self._faults.refusal(self._account.host)
        self._faults.before_write(self._account.host, self._world.now)
        if profile == self._account.uri:
            raise Refused("This is you.")
        who, before = _person(profile), self.relation(profile)
        match act:
            case "follow" if not before.blocked_by:
                after = self._heard(replace(before, following=not who.locked, requested=who.locked))
            case "follow":
                raise Refused(f"@{who.handle} has blocked you.")
            case "unfollow":
                after = replace(
                    before, following=False, requested=False, notifying=None, reposts=None
                )
            case "mute" | "unmute":
                after = replace(before, muted=act == "mute")
            case "block":
                after = Relation(blocked=True, muted=before.muted)
            case "unblock":
                after = replace(before, blocked=False)
            case _ if not (before.following or before.requested):
                raise Refused(f"You do not follow @{who.handle}.", "Follow first.")
            case "notify" | "unnotify":
                after = replace(before, notifying=act == "notify")
            case _ if self._account.network == SKY:
                raise Unsupported("Reposts are no choice here.", "Use a feed’s rule.")
            case "show_reposts" | "hide_reposts":
                after = replace(before, reposts=act == "show_reposts")
        self._ledger.relations[self._account.id, profile] = after
        self._world.avert(self._account.id, profile, away=after.muted or after.blocked)
        self._faults.after_write(self._account.host)
        return after

    def relation(self, profile: str) -> Relation:
        """Until something was done: some follow back, by their names. Raises: NotFound."""
        known = self._ledger.relations.get((self._account.id, profile))
        follows = token(f"{_person(profile).uri} {self._account.uri}", 1) < "n"
        return known or Relation(followed_by=follows)

    def _heard(self, relation: Relation) -> Relation:
        """What one hears of somebody whom one follows from now on."""
        reposts = relation.reposts is not False if self._account.network != SKY else None
        return replace(relation, notifying=bool(relation.notifying), reposts=reposts)

    def report(self, report: Report) -> None:
        """Raises: NotFound, Refused."""
        self._faults.refusal(self._account.host)
        _person(report.profile)
        for uri in report.posts:
            self._world.post(uri)
        self._ledger.reports.append((self._account.id, report))

    # ------------------------------------------------------------- private

    def _after(self, post: Post, before: ViewerState, reaction: Reaction) -> ViewerState:
        match reaction.act:
            case "like" | "unlike":
                return self._liked(post, before, reaction.act == "like")
            case "repost" | "unrepost":
                return self._reposted(post, before, reaction.act == "repost")
            case "bookmark" | "unbookmark":
                return replace(before, bookmarked=reaction.act == "bookmark")
            case "add_emoji" | "remove_emoji":
                return self._emoji(post, before, reaction.emoji, reaction.act == "add_emoji")
            case "vote":
                return self._voted(post, before, reaction.votes)
            case "pin" | "unpin":
                return self._pinned(post, before, reaction.act == "pin")
            case "mute_thread" | "unmute_thread":
                return replace(before, muted=reaction.act == "mute_thread")

    def _liked(self, post: Post, before: ViewerState, wanted: bool) -> ViewerState:
        if before.liked != wanted:
            likes = max(0, post.counts.likes + (1 if wanted else -1))
            self._world.change(replace(post, counts=replace(post.counts, likes=likes)))
        return replace(before, liked=wanted)

    def _reposted(self, post: Post, before: ViewerState, wanted: bool) -> ViewerState:
        if post.visibility in ("followers", "direct"):
            raise Refused("A post for few cannot be reposted.")
        if before.reposted == wanted:
            return before
        reposts = max(0, post.counts.reposts + (1 if wanted else -1))
        self._world.change(replace(post, counts=replace(post.counts, reposts=reposts)))
        me = _person(self._account.uri)
        key = address(me, f"repost {post.uri}")[0]
        if wanted:
            at = self._world.tick()
            entry = Entry(key=key, sort_at=at, post=post, repost=Repost(me, at, key))
            everybody = BOTH if post.network != SECOND.id else frozenset({SKY, ESTUARY})
            self._world.tell(Told(item=entry, network=post.network, seen_by=everybody))
        else:
            self._world.untell(post.network, key)
        return replace(before, reposted=wanted)

    def _emoji(self, post: Post, before: ViewerState, name: str, wanted: bool) -> ViewerState:
        if not before.can_react:
            raise Unsupported("This server takes no emoji as reactions.", "Like the post instead.")
        if (name in before.emoji) == wanted:
            return before
        mine = (*before.emoji, name) if wanted else tuple(e for e in before.emoji if e != name)
        found = {one.name: one for one in post.reactions}
        picture = next((own.url for own in (ROPE, GULL) if own.shortcode == name), "")
        one = found.get(name, EmojiCount(name, 0, picture))
        found[name] = replace(one, count=one.count + (1 if wanted else -1))
        left = tuple(one for one in found.values() if one.count > 0)
        self._world.change(replace(post, reactions=left))
        return replace(before, emoji=mine)

    def _voted(self, post: Post, before: ViewerState, votes: tuple[int, ...]) -> ViewerState:
        poll = post.poll
        if LIMITS[self._account.network].polls is None:
            raise Unsupported("There are no polls here.")
        if poll is None:
            raise Refused("There is no poll in this post.")
        if before.own_votes is not None:
            if set(before.own_votes) == set(votes):
                return before
            raise Refused("You have voted already.")
        if poll.closed or (poll.expires_at and poll.expires_at <= self._world.now):
            raise Refused("This poll is over.")
        chosen = tuple(sorted(set(votes)))
        if not chosen or chosen[-1] >= len(poll.options) or chosen[0] < 0:
            raise Refused("There is no such choice.")
        if len(chosen) > 1 and not poll.multiple:
            raise Refused("Only one may be chosen.")
        self._world.change(replace(post, poll=_counted(poll, chosen)))
        return replace(before, own_votes=chosen)

    def _pinned(self, post: Post, before: ViewerState, wanted: bool) -> ViewerState:
        if post.author.uri != self._account.uri:
            raise Refused("Only own posts can be pinned.")
        place = (self._account.id, post.uri)
        (self._ledger.pinned.add if wanted else self._ledger.pinned.discard)(place)
        return replace(before, pinned=wanted)


def _counted(poll: Poll, chosen: tuple[int, ...]) -> Poll:
    options = tuple(
        PollOption(option.title, None if option.votes is None else option.votes + (n in chosen))
        for n, option in enumerate(poll.options)
    )
    voters = None if poll.voters is None else poll.voters + 1
    return replace(poll, options=options, votes=poll.votes + len(chosen), voters=voters)


def _person(uri: str) -> Profile:
    for profile in PEOPLE.values():
        if profile.uri == uri:
            return profile
    raise NotFound("There is nobody with this address.")
