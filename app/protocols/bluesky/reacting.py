"""What I do to posts: likes, reposts, bookmarks, pins; and reports."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from app.model import ViewerState
from app.model.acts import PostAct, Reaction, Report
from app.model.errors import NotFound, Refused, Unsupported
from app.model.graphemes import count_graphemes
from app.protocols.bluesky.lookup import view_of, views_of
from app.protocols.bluesky.records import Json, Ref
from app.protocols.bluesky.refs import PostRef
from app.protocols.bluesky.relating import Relating
from app.protocols.bluesky.uris import is_did
from app.protocols.bluesky.viewers import viewer_from_post_view
from app.protocols.bluesky.wire import (
    Author,
    PostRecord,
    PostView,
    PostViewer,
    ReplyRef,
    StrongRef,
)

_COLLECTIONS: Mapping[str, str] = {"like": "app.bsky.feed.like", "repost": "app.bsky.feed.repost"}

_REASONS: Mapping[str, str] = {
    "spam": "Spam",
    "violation": "Violation",
    "misleading": "Misleading",
    "sexual": "Sexual",
    "rude": "Rude",
    "illegal": "Violation",
}
_MOST_WORDS = 2000  # graphemes, of createReport


class Reacting(Relating):
    """The part of the service that reacts (``Reacts``)."""

    async def react(self, reaction: Reaction) -> ViewerState:
        """
        Do it, if it is not done; see ``Reacts``.

        The post is asked for first: its version, and what was done to it
        elsewhere. To take back what one did, it need not be there any more.
        """
        if reaction.act == "vote":
            raise Unsupported("Bluesky has no polls.", "Vote where the poll is.")
        if reaction.act == "repost" and reaction.visibility in ("followers", "direct"):
            raise Refused("Reposts on Bluesky are public.", "Repost it publicly, or not here.")
        is_undoing = reaction.act.startswith("un")
        try:
            view = await self._patiently(
                reaction.uri,
                lambda: view_of(self._api, reaction.uri, why="the post to react to"),
            )
        except NotFound:
            if not is_undoing:
                raise
            return await self._take_back_unseen(reaction)
        view = self._with_recent(view)
        if is_undoing:
            await self._take_back(reaction, view)
        else:
            await self._react(reaction.act, view)
        return viewer_from_post_view(self._with_recent(view))

    async def report(self, report: Report) -> None:
        """
        Tell a labeler, or the server's own moderators; see ``Reacts``.

        Posts that this account is not shown are named in the words.
        """
        to = ""
        if report.to:
            if not is_did(report.to):
                raise NotFound("There is no such moderation service.")
            to = f"{report.to}#atproto_labeler"
        views: Mapping[str, PostView] = {}
        if report.posts:
            views = await views_of(self._api, report.posts, why="the posts to report")
        hidden = [uri for uri in report.posts if uri not in views]
        words = "\n".join(filter(None, [report.comment.strip(), *hidden]))
        if count_graphemes(words) > _MOST_WORDS:
            raise Refused(f"A report has {_MOST_WORDS} characters at most.", "Shorten it.")
        for subject in _subjects(report, views):
            reason = _REASONS.get(report.reason, "Other")
            body = {
                "reasonType": f"com.atproto.moderation.defs#reason{reason}",
                "subject": subject,
            }
            if words:
                body["reason"] = words
            await self._api.post("com.atproto.moderation.createReport", body, why="a report", to=to)

    # -- doing ---------------------------------------------------------------

    async def _react(self, act: PostAct, view: PostView) -> None:
        ref, viewer = Ref(view.uri, view.cid), view.viewer or PostViewer()
        match act:
            case "like":
                await self._create_reaction("like", ref, viewer.like)
            case "repost":
                await self._create_reaction("repost", ref, viewer.repost)
            case "bookmark":
                await self._call("app.bsky.bookmark.createBookmark", ref.json())
                self._note(ref.uri, "bookmark", ref.uri)
            case "mute_thread":
                await self._call("app.bsky.graph.muteThread", {"root": _root(view)})
                self._note(ref.uri, "mute_thread", ref.uri)
            case "pin":
                self._check_own(ref.uri)
                await self._repo.pin(ref)
                self._note(ref.uri, "pin", ref.uri)
            case _:
                raise Unsupported("Bluesky has no such reaction.")

    async def _create_reaction(self, what: str, ref: Ref, known: str) -> None:
        """The view may lag behind: what it knows is there only if the repo has it."""
        collection = _COLLECTIONS[what]
        if known and await self._repo.has(known):
            return
        key = await self._repo.create(collection, ref.json(), why="a reaction")
        self._note(ref.uri, what, f"at://{self._account.uri}/{collection}/{key}")

    async def _take_back(self, reaction: Reaction, view: PostView) -> None:
        uri, viewer = view.uri, view.viewer or PostViewer()
        ref = PostRef.from_text(reaction.ref)
        match reaction.act:
            case "unlike":
                await self._delete_reaction("like", uri, {_key(viewer.like), ref.like})
            case "unrepost":
                await self._delete_reaction("repost", uri, {_key(viewer.repost), ref.repost})
            case "unbookmark":
                await self._call("app.bsky.bookmark.deleteBookmark", {"uri": uri})
                self._note(uri, "bookmark", "")
            case "unmute_thread":
                await self._call("app.bsky.graph.unmuteThread", {"root": _root(view)})
                self._note(uri, "mute_thread", "")
            case "unpin":
                self._check_own(uri)
                await self._repo.pin(None, unless=uri)
                self._note(uri, "pin", "")
            case _:
                raise Unsupported("Bluesky has no such reaction.")

    async def _take_back_unseen(self, reaction: Reaction) -> ViewerState:
        """The post is gone; my record about it need not be."""
        ref = PostRef.from_text(reaction.ref)
        root = StrongRef(ref.root, ref.root_cid)
        record = PostRecord(reply=ReplyRef(root, root) if ref.root else None)
        view = PostView(uri=reaction.uri, author=Author(did=""), record=record, cid=ref.cid)
        await self._take_back(reaction, view)
        known = structs.replace(ref, like="", repost="")
        return ViewerState(ref=known.text(), can_reply=False, can_quote=False)

    async def _delete_reaction(self, what: str, uri: str, keys: set[str]) -> None:
        collection = _COLLECTIONS[what]
        named = {key for key in keys if key}
        for key in named or await self._repo.keys_about(collection, uri):
            await self._repo.delete(collection, key, why="a reaction")
        self._note(uri, what, "")

    async def _call(self, method: str, body: Json) -> None:
        await self._api.post(method, body, why="a reaction")

    def _note(self, uri: str, what: str, value: str) -> None:
        self._recent.note(uri, what, value, self._now())

    def _with_recent(self, view: PostView) -> PostView:
        """*view* with what was done since the AppView looked."""
        now, viewer = self._now(), view.viewer or PostViewer()

        def of(what: str, seen: str) -> str:
            return self._recent.of(view.uri, what, seen, now)

        known = structs.replace(
            viewer,
            like=of("like", viewer.like),
            repost=of("repost", viewer.repost),
            bookmarked=bool(of("bookmark", "yes" if viewer.bookmarked else "")),
            pinned=bool(of("pin", "yes" if viewer.pinned else "")),
            thread_muted=bool(of("mute_thread", "yes" if viewer.thread_muted else "")),
        )
        return structs.replace(view, viewer=known)

    def _check_own(self, uri: str) -> None:
        if not uri.startswith(f"at://{self._account.uri}/"):
            raise Refused("Only own posts can be pinned.", "Choose the account it is by.")


def _root(view: PostView) -> str:
    reply = view.record.reply
    return reply.root.uri if reply and reply.root.uri else view.uri


def _key(uri: str) -> str:
    return uri.rpartition("/")[2]


def _subjects(report: Report, views: Mapping[str, PostView]) -> list[Json]:
    """Each post that can be named by its version; else the person."""
    kind = {"$type": "com.atproto.repo.strongRef"}
    posts = [kind | Ref(view.uri, view.cid).json() for view in views.values()]
    return posts or [{"$type": "com.atproto.admin.defs#repoRef", "did": report.profile}]
