"""The lab's preview: follows the recipe while it is changed, and explains its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.model.errors import ServiceError
from app.ui.feeds.preview import PreviewItem
from app.ui.feeds.why_words import why_value

if TYPE_CHECKING:
    from app.feed.recipe import Recipe
    from app.feed.rows import Card
    from app.services.feed_values import Preview
    from app.services.feeds import Feeds
    from app.ui.asyncqt import TaskScope
    from app.ui.feeds.draft import Draft
    from app.ui.feeds.lab import LabPage

ROWS = 30


class Trial:
    """
    Tries out what stands in a draft; the latest wins, and nothing blocks the window.

    What it takes from beside home may never have been read, as a list that was just made:
    then its server is asked for it meanwhile, and it is tried out again.

    Attributes:
        preview: The last one.
    """

    def __init__(self, feeds: Feeds, scope: TaskScope, say: Callable[[ServiceError], None]) -> None:
        self._feeds, self._scope, self._say = feeds, scope, say
        self._page: LabPage | None = None
        self._draft: Draft | None = None
        self._base: dict[str, int] | None = None
        self._asked = ""
        self._fetching = 0
        self.preview: Preview | None = None

    def begin(self, page: LabPage, draft: Draft) -> None:
        """Fill *page*; moves are counted from what *draft* shows first."""
        self._page, self._draft, self._base, self._asked = page, draft, None, ""
        self.preview = None
        page.preview.list.chosen.connect(self._on_chosen)
        page.why.closed.connect(self._on_closed)
        page.why.marked.connect(self._on_marked)
        page.preview.show_trouble("Putting posts in order…", color="textSecondary")
        self._scope.restart(self._first(page, draft.recipe), name=_TASK)

    def end(self) -> None:
        """The page goes."""
        self._scope.stop(_TASK)
        self._page = self._draft = None

    def follow(self) -> None:
        """The draft has changed: show what it would do now."""
        if self._page is not None and self._draft is not None:
            self._scope.restart(self._follow(self._page, self._draft.recipe), name=_TASK)

    # ------------------------------------------------------------- private

    async def _first(self, page: LabPage, recipe: Recipe) -> None:
        """Once with what is known of people, so that the order does not change by itself."""
        try:
            await self._feeds.why_in(recipe, "")
        except ServiceError as error:
            page.preview.show_trouble(f"{error.message} {error.next_step}")
            return
        await self._follow(page, recipe)

    def _fetch(self, page: LabPage, recipe: Recipe) -> None:
        """Ask for what its sources have, where that was not asked a moment ago."""
        plans = self._feeds.plans
        plan = plans.plan(recipe, 0)
        if not plans.is_stale(plan):
            return

        async def work() -> None:
            # Changing a weight does not end it: what is asked for is asked for once.
            self._fetching += 1
            try:
                fetched = await plans.refresh_sources(plan)
            finally:
                self._fetching -= 1
            if fetched and self._page is page:
                self.follow()

        self._scope.start(work(), name="lab sources")

    def _nothing(self, recipe: Recipe) -> str:
        """Why there are no posts."""
        plans = self._feeds.plans
        if self._fetching:
            return "Asking the servers for what its sources have…"
        if (trouble := next(iter(plans.troubles(plans.plan(recipe, 0))), None)) is not None:
            return f"{trouble.error.message} {trouble.error.next_step}".strip()
        if recipe.where is None:
            return "No posts of its sources are here yet."
        return "No post of its sources matches these rules."

    async def _follow(self, page: LabPage, recipe: Recipe) -> None:
        try:
            self._fetch(page, recipe)
            preview = await self._feeds.preview(recipe, rows=ROWS)
        except ServiceError as error:
            if self._page is page:
                page.preview.show_trouble(f"{error.message} {error.next_step}")
            return
        if self._page is not page:
            return
        self.preview = preview
        if not self._base:
            self._base = {card.post.uri: at for at, card in enumerate(preview.rows)}
        out = sum(preview.hidden.values()) + max(preview.of - preview.kept, 0)
        count = f"{preview.kept} of {preview.of} posts of the last {preview.hours:g} h"
        said = f"{count}, from your cache" if preview.rows or preview.of else ""
        items = items_of(preview, self._base)
        page.preview.show_items(items, said, out, self._nothing(recipe))
        page.preview.list.mark(self._asked)
        if self._asked:
            await self._explain(page, recipe)

    async def _explain(self, page: LabPage, recipe: Recipe) -> None:
        uri = self._asked
        try:
            told = await self._feeds.why_in(recipe, uri)
        except ServiceError as error:
            self._say(error)
            return
        if self._page is page and self._asked == uri:
            page.why.show_why(why_value(self._card(uri), told))

    def _card(self, uri: str) -> Card | None:
        rows = self.preview.rows if self.preview is not None else ()
        return next((card for card in rows if card.post.uri == uri), None)

    def _on_chosen(self, uri: str) -> None:
        if self._page is not None and self._draft is not None:
            self._asked = uri
            self._page.show_part("why")
            self._scope.restart(self._explain(self._page, self._draft.recipe), name="lab why")

    def _on_closed(self) -> None:
        self._asked = ""
        if self._page is not None:
            self._page.why.show_why(None)
            self._page.preview.list.mark("")
            self._page.show_part("preview")

    def _on_marked(self, what: str) -> None:
        self._scope.start(self._mark(self._asked, what), name="keep mark")

    async def _mark(self, uri: str, what: str) -> None:
        try:
            await self._feeds.mark(uri, what)
        except ServiceError as error:
            self._say(error)
        self.follow()


_TASK = "lab preview"


def items_of(preview: Preview, base: dict[str, int]) -> list[PreviewItem]:
    """Rows with what has become of their places. *base*: URI → place, from 0."""
    items = []
    for at, card in enumerate(preview.rows):
        before = base.get(card.post.uri)
        items.append(
            PreviewItem(
                place=at + 1,
                card=card,
                moved=before - at if before is not None else 0,
                new=before is None,
                score=f"{preview.scores[at]:.2f}" if preview.scores else "",
                folded=preview.folded[at] if preview.folded else 0,
            )
        )
    return items
