"""Who liked a post, passed it on, quoted it: asked of each network, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field
from msgspec.structs import replace
from PySide6.QtCore import QObject

from app.feed.rows import Card
from app.model import Cursor, Post, Profile
from app.model.errors import ServiceError
from app.services.sides import Side
from app.ui.about.reacted import ReactedPage
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.presenters.search_servers import person_item
from app.ui.presenters.shelves_part import words_of
from app.ui.presenters.travel import Visit
from app.ui.shell.words import count_text
from app.ui.timeline.words import isolated

if TYPE_CHECKING:
    from app.ui.presenters.surroundings import Surroundings

Part = Literal["like", "repost", "quote"]
TASK = "who reacted"

_NOBODY = {
    "like": "Nobody has liked it, as far as this server tells.",
    "repost": "Nobody has reposted it, as far as this server tells.",
    "quote": "Nobody has quoted it, as far as this server tells.",
}
_SHOWN = 120
"""Characters of a quoting post."""


class _List(Struct):
    """What one network has told of one part."""

    people: dict[str, Profile] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    older: Cursor | None = None
    asked: bool = False
    asking: bool = False
    trouble: str = ""


class ReactedPresenter(QObject):
    """One post at a time."""

    def __init__(
        self,
        around: Surroundings,
        open_person: Callable[[Profile, str], bool],
        open_post: Callable[[Card | Post], None],
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._open_person, self._open_post = open_person, open_post
        self.page: ReactedPage | None = None
        self._card: Card | None = None
        self._sides: tuple[Side, ...] = ()
        self._part: Part = "like"
        self._lists: dict[tuple[str, Part], _List] = {}

    def open(self, card: Card, part: Part = "like") -> None:
        """Ask at once."""
        self._window.room_changing.emit()
        self._card = card
        if self.page is None:
            page = self.page = ReactedPage(self._look, self._pictures)
            page.leaving.connect(self.leave)
            page.part_wanted.connect(lambda part: self.choose(part))
            page.opened.connect(self._on_opened)
            page.more_wanted.connect(lambda key: self._ask(key))
            page.again_wanted.connect(lambda key: self._ask(key))
        self._sides = self._house.who_reacted.sides(card.copies)
        self._lists.clear()
        self._window.right.show_page(self.page)
        self.page.parts.setFocus()
        self.choose(part)

    def choose(self, part: Part) -> None:
        """Show that part; what is not known of it is asked for."""
        self._part = part
        for side in self._sides:
            if not self._list(side.post.uri).asked:
                self._ask(side.post.uri)
        self._show()

    def leave(self) -> None:
        """Put the page away."""
        if self.page is None:
            return
        self._window.room_changing.emit()
        page, self.page = self.page, None
        for side in self._sides:
            for part in ("like", "repost", "quote"):
                self._scope.stop(f"{TASK} {part} {side.post.uri}")
        self._window.right.take_page(page)
        page.deleteLater()

    def visit(self) -> Visit:
        """What is seen now."""
        uri = self._card.post.uri if self._card is not None else None
        return Visit(uri, (self._card, self._part))

    def revisit(self, visit: Visit) -> None:
        """Show it again."""
        card, part = visit.state
        self.open(card, part)

    # -------------------------------------------------------------- asking

    def _list(self, uri: str) -> _List:
        return self._lists.setdefault((uri, self._part), _List())

    def _ask(self, uri: str) -> None:
        side = next((one for one in self._sides if one.post.uri == uri), None)
        kept = self._list(uri)
        if side is None or kept.asking:
            return
        kept.asked = kept.asking = True
        kept.trouble = ""
        self._show()
        self._scope.restart(self._fill(side, self._part, kept), name=f"{TASK} {self._part} {uri}")

    async def _fill(self, side: Side, part: Part, kept: _List) -> None:
        service = self._house.who_reacted
        try:
            if part == "quote":
                entries, kept.older = await service.quotes(side, kept.older)
                kept.posts |= {entry.post.uri: entry.post for entry in entries}
            else:
                page = await service.people(side, part, kept.older)
                kept.people |= {one.uri: one for one in page.people}
                kept.older = page.older
        except ServiceError as error:
            kept.trouble = words_of(error)
        finally:
            kept.asking = False
        self._show()

    # ------------------------------------------------------------- showing

    def _show(self) -> None:
        if self.page is not None:
            sections = [self._section(side) for side in self._sides]
            self.page.show_sections(self._part, sections)

    def _section(self, side: Side) -> MarketSection:
        kept, post, infos = self._list(side.post.uri), side.post, self._networks()
        info = infos.get(post.network)
        counts = {
            "like": post.counts.likes,
            "repost": post.counts.reposts,
            "quote": post.counts.quotes,
        }
        shown = kept.posts if self._part == "quote" else kept.people
        many = max(counts[self._part], len(shown))
        mark = info.mark if info is not None else ""
        return MarketSection(
            key=post.uri,
            title=info.name if info is not None else post.network,
            note=count_text(many) if many else "",
            items=tuple(self._items(kept, mark)),
            empty=_NOBODY[self._part],
            trouble=kept.trouble,
            loading=kept.asking,
            more=kept.older is not None and not kept.asking,
        )

    def _items(self, kept: _List, mark: str) -> list[MarketItem]:
        if self._part != "quote":
            return [_told_by_uri(one, mark) for one in kept.people.values()]
        return [
            MarketItem(
                key=post.uri,
                name=post.author.shown_name,
                line=isolated(" ".join(post.text.text.split())[:_SHOWN])
                or f"@{post.author.handle}",
                picture=post.author.avatar,
                icon="quotes",
                mark=mark,
            )
            for post in kept.posts.values()
        ]

    def _on_opened(self, key: str) -> None:
        for (uri, _), kept in self._lists.items():
            if key in kept.posts and self._part == "quote":
                self._open_post(kept.posts[key])
                return
            if key in kept.people:
                network = next(one.post.network for one in self._sides if one.post.uri == uri)
                self._open_person(kept.people[key], network)
                return


def _told_by_uri(profile: Profile, mark: str) -> MarketItem:
    return replace(person_item(profile), key=profile.uri, mark=mark)
