"""Followed tags in the window: followed, left, looked for, shown as feeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from app.model import AccountId
from app.model.errors import ServiceError
from app.services.followed_tags import tag_name
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.presenters.behind import KEEP
from app.ui.presenters.shelves_part import ShelfPart, waits, words_of
from app.ui.shelves.values import ActItem, DetailItem
from app.ui.timeline.words import isolated

if TYPE_CHECKING:
    from app.services.followed_tags import AccountTags
    from app.ui.shelves.page import ShelvesPage

ASK = "shelf tags"
ALL_TAGS = "every tag"


class TagsPart(ShelfPart):
    """One list for each account; a tag that several follow stands with each."""

    _found: tuple[AccountTags, ...] = ()
    _asking = False
    page: ShelvesPage | None = None

    def begin(self) -> None:
        try:
            self._found = self._house.feeds.tags.all()
        except ServiceError as error:
            self._say(error)
        self._asking = True
        self._changed()
        self._scope.restart(self._load(), name=ASK)

    def stop(self) -> None:
        self._scope.stop(ASK)
        self.page = None

    async def _load(self) -> None:
        try:
            self._found = await self._house.feeds.tags.look()
        except ServiceError as error:
            self._say(error)
        self._asking = False
        first = next((f"{one.account} {tag}" for one in self._found for tag in one.tags), "")
        self.key = self.key or first
        self._changed()

    # -------------------------------------------------------------- showing

    def sections(self) -> Sequence[MarketSection]:
        made = []
        if sum(len(one.tags) for one in self._found) > 1:
            together = MarketItem(
                key=ALL_TAGS,
                name="All of them together",
                line="Everything with a tag that you follow",
                icon="hash",
            )
            made.append(MarketSection(key=ALL_TAGS, title="Together", items=(together,)))
        for one in self._found:
            account, mark = self._account(one.account), self._mark(one.account)
            line = "" if one.at_server else "kept on this computer"
            made.append(
                MarketSection(
                    key=one.account,
                    title=f"@{account.handle}",
                    items=tuple(
                        MarketItem(
                            key=f"{one.account} {tag}",
                            name=f"#{tag}",
                            line=line,
                            icon="hash",
                            mark=mark,
                        )
                        for tag in one.tags
                    ),
                    empty="It follows no tags.",
                    trouble=self._trouble(one.account, one.trouble),
                    waits=waits(one.trouble),
                    loading=self._asking and one.at_server,
                )
            )
        return made

    def item(self) -> DetailItem | None:
        if self.key == ALL_TAGS:
            return DetailItem(
                key=ALL_TAGS,
                title="All your tags",
                about="A feed that takes from every tag that your accounts follow, as they change.",
                acts=(ActItem("feed", "Show as a feed", "tonal", "rss"),),
            )
        chosen = self._chosen()
        if chosen is None:
            return None
        one, tag = chosen
        handle = isolated(f"@{self._account(one.account).handle}")
        where = (
            "Its server keeps this, and puts posts with the tag into its home timeline."
            if one.at_server
            else "Its server lets nobody follow tags: this is kept here, and feeds look for it."
        )
        return DetailItem(
            key=self.key,
            title=f"#{tag}",
            about=f"Followed by {handle}.",
            lines=(where,),
            acts=(
                ActItem("feed", "Show as a feed", "tonal", "rss"),
                ActItem("search", "Search posts", icon="magnifying-glass"),
                ActItem("unfollow", "Follow no more", icon="x"),
            ),
            said=self._said,
            danger=self._danger,
        )

    def nothing(self) -> tuple[str, str, str]:
        if any(one.tags for one in self._found):
            return "Tags you follow", "Choose one to see what can be done with it.", "hash"
        return (
            "No tags are followed",
            "Type one on the left. Posts with it come to you, whoever wrote them.",
            "hash",
        )

    def _chosen(self) -> tuple[AccountTags, str] | None:
        return next(
            (
                (one, tag)
                for one in self._found
                for tag in one.tags
                if f"{one.account} {tag}" == self.key
            ),
            None,
        )

    # ---------------------------------------------------------------- acts

    def act(self, act: str) -> None:
        """What a button of the details is for."""
        if self.key == ALL_TAGS:
            self._show_as_feed("tags", "all", "", "My tags")
            return
        chosen = self._chosen()
        if chosen is None:
            return
        one, tag = chosen
        match act:
            case "feed":
                self._show_as_feed("tag", one.account, tag, f"#{tag}")
            case "search":
                self._doors.open_search(f"#{tag} ")
            case "unfollow":
                self.follow(one.account, tag, False)

    def typed(self, text: str) -> None:
        """Follow it: with the one account there is, or the one that is chosen from a menu."""
        page = self.page
        if page is None:
            return
        try:
            tag = tag_name(text)
        except ServiceError as error:
            page.say_trouble(words_of(error))
            return
        page.say_trouble("")
        mine = self._house.accounts.all()
        if len(mine) == 1:
            self.follow(mine[0].id, tag)
            return
        from PySide6.QtWidgets import QMenu

        menu = QMenu(page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in mine:
            act = menu.addAction(f"Follow as @{one.handle}")
            act.triggered.connect(lambda _=False, id=one.id: self.follow(id, tag))
        menu.popup(page.tag.mapToGlobal(QPoint(0, page.tag.height())))

    def follow(self, account: AccountId, tag: str, on: bool = True) -> None:
        """Follow a tag, or no more."""
        self._scope.start(self._follow(account, tag, on), name=f"{KEEP}tag")

    async def _follow(self, account: AccountId, tag: str, on: bool) -> None:
        tags = self._house.feeds.tags
        try:
            name = await tags.follow(account, tag, on)
            self._found = tags.all()
        except ServiceError as error:
            self._say(error)
            return
        self._said = ""
        self.key = f"{account} {name}" if on else ""
        if self.page is not None:
            self.page.tag.clear()
            self.page.say_trouble("")
        self._changed()

    def _say(self, error: ServiceError) -> None:
        words = words_of(error)
        self._said, self._danger = words, True
        if self.page is not None and self._chosen() is None:
            self.page.say_trouble(words)
        self._changed()
