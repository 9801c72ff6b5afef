"""What is talked about at my servers: tags, topics, pages, and the posts that many read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.model import AccountId
from app.model.about import Trend
from app.model.errors import ServiceError
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.presenters.behind import KEEP
from app.ui.presenters.shelves_part import ShelfPart, waits, words_of
from app.ui.shell.words import count_text
from app.ui.shelves.values import ActItem, DetailItem
from app.ui.timeline.words import isolated

if TYPE_CHECKING:
    from app.services.trends import ServerTrends

ASK = "shelf trends"
_ICONS = {"tag": "hash", "topic": "trend-up", "link": "link-simple"}
_POSTS = "posts"


class TrendsPart(ShelfPart):
    """One list for each server; who has none is not there."""

    _found: tuple[ServerTrends, ...] = ()
    _asking = False

    def begin(self) -> None:
        self._asking = True
        self._changed()
        self._scope.restart(self._load(), name=ASK)

    def stop(self) -> None:
        self._scope.stop(ASK)

    async def _load(self) -> None:
        self._found = await self._house.trends.all()
        self._asking = False
        self._changed()

    # -------------------------------------------------------------- showing

    def sections(self) -> Sequence[MarketSection]:
        made = []
        for one in self._found:
            account, mark = self._account(one.account), self._mark(one.account)
            items = [_row(one.account, trend, mark) for trend in one.trends]
            if one.posts:
                about = "What many like and pass on"
                posts = MarketItem(
                    key=f"{one.account} {_POSTS}",
                    name="Posts that many read",
                    line=about,
                    icon="path",
                    mark=mark,
                )
                items.insert(0, posts)
            made.append(
                MarketSection(
                    key=one.account,
                    title=account.host,
                    items=tuple(items),
                    trouble=self._trouble(one.account, one.trouble),
                    waits=waits(one.trouble),
                    loading=self._asking,
                )
            )
        if not made and self._asking:
            made.append(MarketSection(key="asking", title="Your servers", loading=True))
        return made

    def item(self) -> DetailItem | None:
        for one in self._found:
            host = isolated(self._account(one.account).host)
            if self.key == f"{one.account} {_POSTS}" and one.posts:
                return DetailItem(
                    key=self.key,
                    title="Posts that many read",
                    about=f"As {host} puts them in order.",
                    acts=(ActItem("feed", "Show as a feed", "tonal", "rss"),),
                )
        chosen = self._chosen()
        if chosen is None:
            return None
        account, trend = chosen
        host = isolated(self._account(account).host)
        people = "1 person" if trend.talk == 1 else f"{count_text(trend.talk)} people"
        lines = (f"{people} lately, at {host}.",) if trend.talk else (f"Told by {host}.",)
        return DetailItem(
            key=self.key,
            title=f"#{trend.name}" if trend.kind == "tag" else trend.name,
            about=trend.about,
            lines=lines,
            acts=self._acts(trend),
            said=self._said,
            danger=self._danger,
        )

    def nothing(self) -> tuple[str, str, str]:
        if self._asking:
            return "Asking your servers", "Not all of them know what is talked about.", "trend-up"
        if not self._found:
            return (
                "Nothing is told",
                "None of your servers tells what is talked about.",
                "trend-up",
            )
        return "What is talked about", "Choose something to read more of it.", "trend-up"

    def _acts(self, trend: Trend) -> tuple[ActItem, ...]:
        if trend.kind == "tag":
            return (
                ActItem("search", "Search posts", "tonal", "magnifying-glass"),
                ActItem("feed", "Show as a feed", icon="rss"),
                ActItem("follow", "Follow the tag", icon="plus"),
            )
        out = (ActItem("open", "Open in the browser", "outline", "arrow-square-out"),)
        search = ActItem("search", "Search posts", "tonal", "magnifying-glass")
        return (search, *(out if trend.url else ()))

    def _chosen(self) -> tuple[AccountId, Trend] | None:
        return next(
            (
                (one.account, trend)
                for one in self._found
                for trend in one.trends
                if _key(one.account, trend) == self.key
            ),
            None,
        )

    # ---------------------------------------------------------------- acts

    def act(self, act: str) -> None:
        """What a button of the details is for."""
        account = next(
            (one.account for one in self._found if self.key == f"{one.account} {_POSTS}"), None
        )
        if account is not None:
            host = self._account(account).host
            self._show_as_feed("trends", account, "", f"Trends at {host}")
            return
        chosen = self._chosen()
        if chosen is None:
            return
        whose, trend = chosen
        match act:
            case "search":
                words = f"#{trend.name}" if trend.kind == "tag" else trend.name
                self._doors.open_search(f"{words} ")
            case "feed":
                self._show_as_feed("tag", whose, trend.name, f"#{trend.name}")
            case "open":
                self._doors.open_url(trend.url)
            case "follow":
                self._scope.start(self._follow(whose, trend.name), name=f"{KEEP}tag")

    async def _follow(self, account: AccountId, tag: str) -> None:
        try:
            await self._house.feeds.tags.follow(account, tag)
        except ServiceError as error:
            self._said, self._danger = words_of(error), True
        else:
            handle = isolated(f"@{self._account(account).handle}")
            self._said, self._danger = f"{handle} follows it now.", False
        self._changed()


def _key(account: AccountId, trend: Trend) -> str:
    return f"{account} {trend.kind} {trend.url or trend.name}"


def _row(account: AccountId, trend: Trend, mark: str) -> MarketItem:
    people = "1 person" if trend.talk == 1 else f"{count_text(trend.talk)} people"
    parts = [f"{people} lately" if trend.talk else "", trend.about]
    return MarketItem(
        key=_key(account, trend),
        name=f"#{trend.name}" if trend.kind == "tag" else trend.name,
        line=" · ".join(filter(None, parts)),
        icon=_ICONS[trend.kind],
        mark=mark,
    )
