"""The top of a post's menu: reposting, acting as somebody else, and what one does to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu
from shiboken6 import isValid

from app.feed.rows import Card
from app.model import Account, NetworkInfo, Post, ViewerState
from app.model.acts import PersonAct, Relation
from app.services.wishing import acting, kept_close
from app.ui.theme import icons
from app.ui.timeline import words
from app.ui.timeline.layout.emoji import may_react

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.reactions import ReactionsPresenter
    from app.ui.timeline.view import TimelineView

MUTES = (
    ("For an hour", 3_600),
    ("For a day", 86_400),
    ("For a week", 604_800),
    ("For ever", 0),
)
_HEARD: dict[PersonAct, str] = {
    "notify": "You are told of every post of {name}",
    "unnotify": "You are told of {name}’s posts no more",
    "hide_reposts": "Reposts by {name} are hidden",
    "show_reposts": "Reposts by {name} are shown",
}
_SEEN_BY = {"public": "globe-hemisphere-west", "quiet": "moon", "followers": "lock-simple"}
_ACTIONS = (
    ("repost", "repeat", "Repost", "Undo repost", "reposted"),
    ("like", "heart", "Like", "Unlike", "liked"),
    ("bookmark", "bookmark-simple", "Bookmark", "Remove bookmark", "bookmarked"),
)


class ReactionMenu:
    """Fills one menu."""

    def __init__(
        self, presenter: ReactionsPresenter, house: House, networks: Mapping[str, NetworkInfo]
    ) -> None:
        self._do, self._house, self._networks = presenter, house, networks

    def fill(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """Put everything before what is in it already."""
        mine = {account.id: account for account in self._house.accounts.all()}
        found = acting(card.copies, mine.values())
        if not found:
            return
        before = menu.actions()
        top = QMenu(menu)
        account, post = mine[found[0][0]], found[0][1]
        self._reposts(top, view, card, account, post)
        own = next(
            ((a, p) for id, p in found if (a := mine[id]).uri == p.author.uri),
            None,
        )
        if own is not None:
            self._own(top, view, card, *own)
        else:
            self._person(top, view, card, account, post)
        others = found if len(found) > 1 else []
        for id, copy in others:
            self._as(top, view, card, mine[id], copy)
        if before:
            menu.insertActions(before[0], top.actions())
            menu.insertSeparator(before[0])
        else:
            menu.addActions(top.actions())

    def fill_one(self, menu: QMenu, view: TimelineView, card: Card, what: str) -> None:
        """Only one act: as whom, and a repost for whom."""
        mine = {account.id: account for account in self._house.accounts.all()}
        for begin in (one for one in _ACTIONS if one[0] == what):
            for id, post in acting(card.copies, mine.values()):
                self._one(menu, view, card, mine[id], post, begin)

    def _one(
        self,
        menu: QMenu,
        view: TimelineView,
        card: Card,
        account: Account,
        post: Post,
        action: tuple[str, str, str, str, str],
    ) -> None:
        name, icon, begin, end, state = action
        who = f"as {words.handle_text(account.handle)}"
        done = getattr(card.viewers.get(account.id, ViewerState()), state)
        why = kept_close(post, account) if name == "repost" and not done else ""
        if why:
            if all(act.text() != why for act in menu.actions()):
                self._add(menu, view, "lock-simple", why, None).setEnabled(False)
            return
        may = self._do.visibilities(account.id) if name == "repost" and not done else ()
        if len(may) < 2:
            act = partial(self._do.react, view, card, name, account.id)
            self._add(menu, view, icon, f"{end if done else begin} {who}", act)
        for visibility in may if len(may) > 1 else ():
            seen_by = words.VISIBILITY[visibility].lower()
            act = partial(self._do.react, view, card, name, account.id, visibility=visibility)
            self._add(menu, view, _SEEN_BY[visibility], f"{begin} {who}: {seen_by}", act)

    # ------------------------------------------------------------- the post

    def _reposts(
        self, menu: QMenu, view: TimelineView, card: Card, account: Account, post: Post
    ) -> None:
        """Reposting not to everybody, where the server can."""
        may = self._do.visibilities(account.id)
        viewer = card.viewers.get(account.id, ViewerState())
        if len(may) > 1 and not viewer.reposted and not kept_close(post, account):
            sub = self._sub(menu, view, "repeat", "Repost for")
            for visibility in may:
                act = partial(
                    self._do.react, view, card, "repost", account.id, visibility=visibility
                )
                self._add(sub, view, _SEEN_BY[visibility], words.VISIBILITY[visibility], act)
        if may_react(card):
            act = partial(self._do.put_emoji, view, card, "", QCursor.pos())
            self._add(menu, view, "smiley", "React with emoji…", act)
        text = "Unmute this conversation" if viewer.muted else "Mute this conversation"
        mute = partial(self._do.react, view, card, "mute_thread", account.id)
        self._add(menu, view, "bell-slash", text, mute)

    def _own(
        self, menu: QMenu, view: TimelineView, card: Card, account: Account, post: Post
    ) -> None:
        pin = self._add(
            menu, view, "push-pin", "Pin to your profile",
            partial(self._do.do, view, card, "pin", account.id, what=""),
        )  # fmt: skip
        unpin = self._add(
            menu, view, "push-pin", "Unpin from your profile",
            partial(self._do.do, view, card, "unpin", account.id, what=""),
        )  # fmt: skip

        def show(viewer: ViewerState) -> None:
            if isValid(pin):
                pin.setVisible(not viewer.pinned)
                unpin.setVisible(viewer.pinned)

        show(card.viewers.get(account.id, ViewerState()))
        # It may have been pinned, or another one instead, somewhere else.
        self._do.learn_viewer(post, account.id, show)
        if self._do.editing.may_edit(post):
            edit = partial(self._do.editing.edit, view, card, post)
            self._add(menu, view, "pencil-simple", "Edit…", edit)
        self._add(menu, view, "trash", "Delete…", partial(self._do.delete, view, card, post))

    def _as(
        self, menu: QMenu, view: TimelineView, card: Card, account: Account, post: Post
    ) -> None:
        """Everything once more, as one of my other accounts."""
        info = self._networks.get(account.network)
        where = f" ({info.name})" if info is not None else ""
        sub = self._sub(menu, view, "user-circle", f"As {words.handle_text(account.handle)}{where}")
        viewer = card.viewers.get(account.id, ViewerState())
        for name, icon, begin, end, state in _ACTIONS:
            done = getattr(viewer, state)
            if name == "repost" and not done and kept_close(post, account):
                continue
            text = end if done else begin
            self._add(sub, view, icon, text, partial(self._do.react, view, card, name, account.id))
        if post.author.uri != account.uri:
            self._person(sub, view, card, account, post)

    # ------------------------------------------------------------- the author

    def _person(
        self, menu: QMenu, view: TimelineView, card: Card, account: Account, post: Post
    ) -> None:
        do, name = self._do, post.author.shown_name
        menu.addSeparator()
        handle = words.handle_text(post.author.handle)
        follow = self._add(menu, view, "user-plus", f"Follow {handle}", None)
        hearing = self._hearing(menu, view, post, account)
        mute = self._sub(menu, view, "speaker-slash", f"Mute {handle}")
        for text, seconds in MUTES:
            act = partial(
                do.relate, view, post, "mute", account.id, f"{name} is muted", seconds=seconds
            )
            self._add(mute, view, "timer", text, act)
        unmute = self._add(
            menu,
            view,
            "speaker-high",
            f"Unmute {handle}",
            partial(do.relate, view, post, "unmute", account.id, f"{name} is not muted any more"),
        )
        block = self._add(
            menu, view, "prohibit", f"Block {handle}…", partial(do.block, view, post, account)
        )
        unblock = self._add(
            menu,
            view,
            "prohibit",
            f"Unblock {handle}",
            partial(
                do.relate, view, post, "unblock", account.id, f"{name} is not blocked any more"
            ),
        )
        self._add(menu, view, "flag", "Report…", partial(do.report, view, post, account))
        relation = [self._house.reactions.known_relation(post.author.uri, account.id) or Relation()]

        def show(told: Relation) -> None:
            if not isValid(follow):
                return
            relation[0] = told
            follows = told.following or told.requested
            follow.setText(f"Unfollow {handle}" if follows else f"Follow {handle}")
            hearing(told)
            for act, on in (
                (mute.menuAction(), not told.muted),
                (unmute, told.muted),
                (block, not told.blocked),
                (unblock, told.blocked),
            ):
                act.setVisible(on)

        def toggle() -> None:
            follows = relation[0].following or relation[0].requested
            said = f"You do not follow {name} any more" if follows else f"You follow {name}"
            do.relate(view, post, "unfollow" if follows else "follow", account.id, said)

        follow.triggered.connect(lambda _=False: toggle())
        show(relation[0])
        do.learn_relation(post, account.id, show)

    def _hearing(
        self, menu: QMenu, view: TimelineView, post: Post, account: Account
    ) -> Callable[[Relation], None]:
        """What one hears of the author, where that is known to be a choice; returns what shows it."""
        from app.ui.people.words import hearing_acts  # nobody has opened a menu yet

        name, handle = post.author.shown_name, words.handle_text(post.author.handle)
        entries = {act: self._add(menu, view, "bell", "", None) for act in _HEARD}
        for act, entry in entries.items():
            said = _HEARD[act].format(name=name)
            does = partial(self._do.relate, view, post, act, account.id, said)
            entry.triggered.connect(lambda _=False, does=does: does())

        def show(told: Relation) -> None:
            possible = {act: (icon, text) for icon, text, act in hearing_acts(told, handle)}
            for act, entry in entries.items():
                entry.setVisible(act in possible)
                if act in possible:
                    entry.setText(possible[act][1])
                    self._draw(entry, view, possible[act][0])

        return show

    # ------------------------------------------------------------- entries

    def _add(
        self,
        menu: QMenu,
        view: TimelineView,
        icon: str,
        text: str,
        act: Callable[[], object] | None,
    ) -> QAction:
        made = menu.addAction(text)
        self._draw(made, view, icon)
        if act is not None:
            made.triggered.connect(lambda _=False: act())
        return made

    def _sub(self, menu: QMenu, view: TimelineView, icon: str, text: str) -> QMenu:
        made = menu.addMenu(text)
        self._draw(made.menuAction(), view, icon)
        return made

    def _draw(self, act: QAction, view: TimelineView, icon: str) -> None:
        size = view.theme.tokens.icon.context
        dpr = view.devicePixelRatioF()
        act.setIcon(icons.icon(view.theme, icon, size, "textSecondary", dpr=dpr))
