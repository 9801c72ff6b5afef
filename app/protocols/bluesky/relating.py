"""How I stand to people: follows and blocks are public records, mutes are private."""

from __future__ import annotations

from msgspec import Raw, structs

from app.model import Cursor
from app.model.about import Apart, ApartPage
from app.model.acts import PersonAct, Relation
from app.model.errors import NotFound, Refused, Unsupported
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.people import error_from_profile
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.speaking import Speaking
from app.protocols.bluesky.uris import is_did
from app.protocols.bluesky.wire import ABSENT, Author, Wire

FOLLOW, BLOCK = "app.bsky.graph.follow", "app.bsky.graph.block"
_MOST = 100
"""People of a page; servers give no more."""


class _Subscription(Wire, frozen=True):
    """``app.bsky.notification.defs#activitySubscription``."""

    post: bool = False
    reply: bool = False


class _Allowed(Wire, frozen=True):
    """``app.bsky.actor.defs#profileAssociatedActivitySubscription``."""

    allow_subscriptions: str = "followers"


class _Associated(Wire, frozen=True):
    activity_subscription: _Allowed = _Allowed()


class _Viewer(Wire, frozen=True):
    """``app.bsky.actor.defs#viewerState``: records' URIs, and lists."""

    following: str = ""
    followed_by: str = ""
    muted: bool = False
    muted_by_list: Raw = ABSENT
    blocking: str = ""
    blocking_by_list: Raw = ABSENT
    blocked_by: bool = False
    activity_subscription: _Subscription = _Subscription()
    allow: str = "followers"
    """Whom they let hear of each of their posts; it stands elsewhere in the profile."""

    @property
    def may_subscribe(self) -> bool:
        """This account is among them."""
        if self.allow == "mutuals":
            return bool(self.following and self.followed_by)
        return bool(self.following) and self.allow != "none"


class _Person(Wire, frozen=True):
    did: str
    viewer: _Viewer = _Viewer()
    associated: _Associated = _Associated()


class _Heard(Wire, frozen=True):
    """``app.bsky.notification.listActivitySubscriptions``: people, how I stand to each."""

    subscriptions: list[Raw] = []
    cursor: str = ""


class Relating(Speaking):
    """The part of the service that follows, mutes and blocks (of ``Reacts``; ``TellsApart``)."""

    async def relation(self, profile: str) -> Relation:
        """How this account stands to *profile*, a DID; see ``Reacts``."""
        return _relation(await self._viewer(profile))

    async def relate(self, act: PersonAct, profile: str, *, seconds: int = 0) -> Relation:
        """Follow, mute, block…, if it is not done; see ``Reacts``."""
        if act == "mute" and seconds:
            raise Unsupported(
                "Bluesky mutes until you unmute: it knows no end.", "Mute without an end."
            )
        if profile == self._account.uri:
            raise Refused("That is this account itself.", "Nothing to do.")
        viewer = await self._viewer(profile)
        relation = _relation(viewer)
        match act:
            case "follow":
                return await self._follow(profile, viewer)
            case "unfollow":
                await self._delete_relation(FOLLOW, profile, viewer.following)
                return structs.replace(relation, following=False, notifying=None)
            case "mute":
                await self._mute("muteActor", profile)
                return structs.replace(relation, muted=True)
            case "unmute":
                if _is_there(viewer.muted_by_list):
                    raise Refused("A list that you mute names this account.", "Unmute the list.")
                await self._mute("unmuteActor", profile)
                return structs.replace(relation, muted=False)
            case "block":
                await self._create_relation(BLOCK, profile, viewer.blocking)
                return structs.replace(relation, blocked=True)
            case "unblock":
                return await self._unblock(profile, viewer)
            case "notify" | "unnotify":
                return await self._subscribe(profile, viewer, act == "notify")
            case "show_reposts" | "hide_reposts":
                raise Unsupported(
                    "Bluesky shows reposts of everybody you follow, or of nobody.",
                    "Leave them out with a rule of a feed.",
                )

    async def set_apart(self, cursor: Cursor | None = None) -> ApartPage:
        """Those of whose every post one hears; reposts are no choice here; see ``TellsApart``."""
        params: dict[str, str | int | bool] = {"limit": _MOST}
        if cursor:
            params["cursor"] = cursor
        method = "app.bsky.notification.listActivitySubscriptions"
        told = answer(await self._api.get(method, params, why="whose posts I hear of"), _Heard)
        found = []
        for raw in told.subscriptions:
            try:
                profile = profile_from_author(read(raw, Author))
            except Unreadable:
                continue  # Whoever that was, the others are there all the same.
            found.append(Apart(profile=profile, told=True))
        older = Cursor(told.cursor) if told.cursor and told.cursor != cursor else None
        return ApartPage(people=tuple(found), looked_at=len(found), older=older)

    async def _subscribe(self, profile: str, viewer: _Viewer, wanted: bool) -> Relation:
        """To their posts; what they answer others stays as it is."""
        stands = viewer.activity_subscription
        if stands.post == wanted:
            return _relation(viewer)
        if wanted and not viewer.may_subscribe:
            if not viewer.following:
                raise Refused("You do not follow this account.", "Follow it first.")
            raise Refused("This account lets nobody hear of its posts so.", "Nothing to do.")
        chosen = {"post": wanted, "reply": wanted and stands.reply}
        await self._api.post(
            "app.bsky.notification.putActivitySubscription",
            {"subject": profile, "activitySubscription": chosen},
            why="whose posts I hear of",
        )
        after = structs.replace(stands, post=wanted, reply=wanted and stands.reply)
        return _relation(structs.replace(viewer, activity_subscription=after))

    async def _follow(self, profile: str, viewer: _Viewer) -> Relation:
        relation = _relation(viewer)
        if relation.blocked:
            raise Refused("You block this account.", "Unblock it first.")
        if relation.blocked_by:
            raise Refused("This account blocks you.", "Nothing to do.")
        await self._create_relation(FOLLOW, profile, viewer.following)
        return _relation(structs.replace(viewer, following=viewer.following or "new"))

    async def _unblock(self, profile: str, viewer: _Viewer) -> Relation:
        if not viewer.blocking and _is_there(viewer.blocking_by_list):
            raise Refused("A list that you block names this account.", "Unblock the list.")
        await self._delete_relation(BLOCK, profile, viewer.blocking)
        # A list may still block it, which the next look will tell.
        blocked = _is_there(viewer.blocking_by_list)
        return structs.replace(_relation(viewer), blocked=blocked)

    async def _create_relation(self, collection: str, profile: str, known: str) -> None:
        """The view may lag behind: what it knows is there only if the repo has it."""
        if known and await self._repo.has(known):
            return
        key = await self._repo.create(collection, profile, why="a relation to somebody")
        uri = f"at://{self._account.uri}/{collection}/{key}"
        self._recent.note(profile, collection, uri, self._now())

    async def _delete_relation(self, collection: str, profile: str, uri: str) -> None:
        keys = [uri.rpartition("/")[2]] if uri else []
        for key in keys or await self._repo.keys_about(collection, profile):
            await self._repo.delete(collection, key, why="a relation to somebody")
        self._recent.note(profile, collection, "", self._now())

    async def _mute(self, method: str, profile: str) -> None:
        await self._api.post(f"app.bsky.graph.{method}", {"actor": profile}, why="a mute")

    async def _viewer(self, profile: str) -> _Viewer:
        if not is_did(profile):
            raise NotFound("That is no account on Bluesky.")
        body = await self._api.get(
            "app.bsky.actor.getProfile",
            {"actor": profile},
            why="how I stand to somebody",
            error=error_from_profile,
        )
        person, now = answer(body, _Person), self._now()
        viewer = person.viewer
        return structs.replace(
            viewer,
            allow=person.associated.activity_subscription.allow_subscriptions,
            following=self._recent.of(profile, FOLLOW, viewer.following, now),
            blocking=self._recent.of(profile, BLOCK, viewer.blocking, now),
        )


def _relation(viewer: _Viewer) -> Relation:
    return Relation(
        following=bool(viewer.following),
        followed_by=bool(viewer.followed_by),
        muted=viewer.muted or _is_there(viewer.muted_by_list),
        blocked=bool(viewer.blocking) or _is_there(viewer.blocking_by_list),
        blocked_by=viewer.blocked_by,
        notifying=_hears(viewer),
    )


def _hears(viewer: _Viewer) -> bool | None:
    """Of each of their posts; None: it cannot, as it stands."""
    return viewer.activity_subscription.post or (False if viewer.may_subscribe else None)


def _is_there(part: Raw) -> bool:
    return bytes(part) not in (b"", b"null")
