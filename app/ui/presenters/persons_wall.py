"""What somebody wrote, on their page: parts, more below, and who is near them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject

from app.feed.rows import Card, Reason
from app.model import Cursor, NetworkInfo, Profile
from app.model.errors import ServiceError
from app.services.human import Human, Side
from app.services.rows import EdgeState
from app.ui.presenters.search_servers import once
from app.ui.search.source import FoundSource
from app.ui.shell.states import Loading, State
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from app.protocols.portraying import Near
    from app.services.house import House
    from app.services.profile_wall import Wall
    from app.services.profiles import Profiles
    from app.ui.asyncqt import TaskScope
    from app.ui.people.profile import ProfilePage

POSTS, NEAR = "person posts", "person near"

AT_ONCE = 40
"""People who become rows in one turn."""

NEAR_WORDS: Mapping[Near, str] = {
    "followers": "Followers",
    "following": "Following",
    "known": "Whom you follow, and who follows them",
}
BETWEEN_US: Mapping[str, tuple[str, ...]] = {
    "liked": ("from:{handle} in:likes",),
    "between": ("from:{handle} to:me", "from:me to:{handle}"),
}
"""Parts that are looked for in what was read, and how; no server is asked."""

EMPTY: Mapping[str, str] = {
    "posts": "No posts to show",
    "replies": "No posts to show",
    "media": "No pictures, video or sound",
    "likes": "Nothing liked yet",
    "liked": "You have liked nothing of theirs that was read here",
    "between": "You have not written to one another, as far as was read here",
}


class PersonsWall(QObject):
    """
    Fills the list of one ``ProfilePage``.

    Args:
        open_person: Shows somebody else.
    """

    def __init__(
        self,
        look: Look,
        page: ProfilePage,
        house: House,
        scope: TaskScope,
        profiles: Profiles,
        networks: Callable[[], Mapping[str, NetworkInfo]],
        open_person: Callable[[Profile, str], object],
    ) -> None:
        super().__init__(page)
        self._look, self._page, self._house, self._scope = look, page, house, scope
        self._profiles, self._networks, self._open_person = profiles, networks, open_person
        self.found = FoundSource(self._more)
        page.view.set_source(self.found)
        page.part_chosen.connect(self.show_part)
        page.head.near_wanted.connect(self.show_near)
        page.near.more_wanted.connect(self._more_near)
        page.near.side_chosen.connect(self._on_side)
        page.near.person_chosen.connect(self._on_person)
        self._human: Human | None = None
        self._wall: Wall | None = None
        self._near: Near | None = None
        self._side: Side | None = None
        self._older: Cursor | None = None
        self._people: dict[str, Profile] = {}
        house.search.on_reaction(self._on_reaction)
        self.part = "posts"

    # --------------------------------------------------------------- posts

    def begin(self, part: str = "posts") -> None:
        """Somebody else is shown from now on."""
        for name in (POSTS, NEAR):
            self._scope.stop(name)
        self.part, self._near, self._human, self._wall = part, None, None, None
        self.found.show(())

    def show_human(self, human: Human, *, ask: bool) -> None:
        """From what was read before, at once; *ask*: and from their servers."""
        self._human = human
        if self._near is None:
            self.show_part(self.part, ask=ask)

    def show_part(self, part: str, *, ask: bool = True) -> None:
        """One tab."""
        if self._human is None:
            return
        fresh = part != self.part or self._near is not None
        self.part, self._near = part, None
        self._scope.stop(NEAR)
        self._page.show_part(part)
        if part in BETWEEN_US:
            self._wall = None
            self.found.show(())
            self._scope.restart(self._look_back(part), name=POSTS)
            return
        wall = self._wall = self._profiles.wall(self._human, part)  # type: ignore[arg-type]
        wall.kept(self._house.store.reader)
        if wall.cards or fresh:
            self._show_cards()
        if not wall.cards and not self.found.cards:
            self._page.show_state(Loading(self._look, "Fetching their posts…"))
        if ask:
            self._scope.restart(self._load(wall), name=POSTS)

    async def _load(self, wall: Wall) -> None:
        self.found.say(EdgeState("older", "loading", "Asking for more…"))
        goes_on = wall.is_fresh
        await wall.more()
        if wall is self._wall:
            at_top = self._page.view.shelf.column.top == 0
            self._show_cards(goes_on=goes_on)
            if at_top and self.found.cards:
                # Nobody has read on: what is pinned is seen.
                self._page.view.go_to(self.found.key(0), 0)
            self._say_end()

    async def _look_back(self, part: str) -> None:
        """What was read here, of all their accounts, newest first."""
        human, search = self._human, self._house.search
        assert human is not None
        self._page.show_state(Loading(self._look, "Looking through what you have read…"))
        cards: list[Card] = []
        for side in human.sides:
            for words in BETWEEN_US[part]:
                query = search.query(words.format(handle=side.known.profile.handle))
                async for seen in search.seen(query):
                    if seen.done:
                        cards += seen.cards
        if part != self.part or self._near is not None:
            return
        cards.sort(key=lambda card: card.sort_at, reverse=True)
        self.found.show(once(cards))
        self.found.say(EdgeState("older", "end"))
        nothing = State(self._look, EMPTY[part], "Only what you have read is looked through.")
        self._page.show_state(None if cards else nothing)

    def _more(self) -> None:
        if self._wall is not None and not self._wall.is_done:
            self._scope.restart(self._load(self._wall), name=POSTS)

    def _show_cards(self, *, goes_on: bool = False) -> None:
        """*goes_on*: what is shown has come from servers, and may have been reacted to since."""
        wall = self._wall
        assert wall is not None
        pinned = [replace(card, reasons=(Reason("pinned", "Pinned", 1.0),)) for card in wall.pinned]
        cards = once([*pinned, *wall.cards])
        if goes_on:
            now = {(card.entry_key, len(card.copies)): card for card in self.found.cards}
            cards = [now.get((card.entry_key, len(card.copies)), card) for card in cards]
        self.found.show([self._house.search.over(card) for card in cards])
        if cards:
            self._page.show_state(None)

    def _say_end(self) -> None:
        wall = self._wall
        assert wall is not None
        trouble = next(iter(wall.troubles.values()), None)
        if self.found.cards:
            if trouble is not None:
                words = f"{trouble.message} {trouble.next_step}".strip()
                self.found.say(EdgeState("older", "failed", words))
            else:
                whence = ", ".join(wall.origins)
                words = f"From {whence}: your server has none of these" if whence else ""
                self.found.say(
                    EdgeState("older", "end", words) if wall.is_done else EdgeState("older", "more")
                )
        elif trouble is not None:
            words = f"{trouble.message} {trouble.next_step}".strip()
            act = [("Try again", "outline", lambda: self.show_part(self.part))]
            title = "Their posts could not be fetched"
            self._page.show_state(
                State(self._look, title, words, icon="cloud-slash", acts=act)  # type: ignore[arg-type]
            )
        else:
            words = self._why_nothing(wall)
            title = EMPTY.get(self.part, EMPTY["posts"])
            self._page.show_state(State(self._look, title, words, icon="file-x"))

    def _why_nothing(self, wall: Wall) -> str:
        if wall.hidden:
            return f"{wall.hidden} are hidden by what you have settled."
        assert self._human is not None
        if all(side.account is None for side in self._human.sides):
            return "You have no account on this network to look from."
        return "Or the server that was asked does not have them: open their page to see all."

    def _on_reaction(self, uri: str, laid: bool) -> None:
        """A reaction shows at once; when it is settled, what the cache has."""
        if laid:
            self.found.renew(self._house.search.over)
        else:
            self._scope.start(self._renew(uri), name=f"person card {uri}")

    async def _renew(self, uri: str) -> None:
        card = await self._house.search.card(uri)
        if card is not None:
            kept = card
            self.found.renew(
                lambda old: (
                    replace(kept, key=old.key, reasons=old.reasons)
                    if any(copy.post.uri == uri for copy in old.copies)
                    else old
                )
            )

    # --------------------------------------------------------------- people

    def show_near(self, near: Near) -> None:
        """Who follows them, or is followed; of one account at a time."""
        human = self._human
        if human is None:
            return
        asked = [side for side in human.sides if side.account is not None]
        self._begin_near(near, asked[0] if asked else human.sides[0])

    def _begin_near(self, near: Near, side: Side) -> None:
        assert self._human is not None
        self._near, self._side, self._older = near, side, None
        self._people = {}
        self._page.show_part("")
        names = self._networks()
        sides = [
            (one.known.profile.uri, names[one.known.network].name)
            for one in self._human.sides
            if one.account is not None and one.known.network in names
        ]
        self._page.near.begin(NEAR_WORDS[near], sides, side.known.profile.uri)
        self._scope.restart(self._load_near(), name=NEAR)

    def _on_side(self, uri: str) -> None:
        assert self._human is not None and self._near is not None
        side = next(one for one in self._human.sides if one.known.profile.uri == uri)
        self._begin_near(self._near, side)

    def _more_near(self) -> None:
        if self._older is not None:
            self._scope.restart(self._load_near(), name=NEAR)

    async def _load_near(self) -> None:
        side, near, box = self._side, self._near, self._page.near
        assert side is not None and near is not None
        box.say("", busy=True, more=False)
        try:
            page = await self._profiles.near(side, near, self._older)
        except ServiceError as error:
            words = f"{error.message} {error.next_step}".strip()
            box.say(words, busy=False, more=self._older is not None)
            return
        info = self._networks().get(side.known.network)
        fresh = [one for one in page.people if one.uri not in self._people]
        had_focus = box.hasFocus() or not box.rows
        self._older = page.older
        for start in range(0, len(fresh), AT_ONCE):
            # Servers that know no pages tell of thousands at once: the window has its turn between.
            some = fresh[start : start + AT_ONCE]
            self._people |= {one.uri: one for one in some}
            box.add(some, info.mark if info is not None else "")
            await asyncio.sleep(0)
        words = "" if self._people or page.older else self._nobody(side)
        box.say(words, busy=False, more=page.older is not None)
        if had_focus and self._page.isVisible():
            box.focus_first()

    def _nobody(self, side: Side) -> str:
        if side.portrait.hides_people:
            return "They do not show who follows whom."
        return "Nobody, as far as the server that was asked knows."

    def _on_person(self, uri: str) -> None:
        if self._side is not None and uri in self._people:
            self._open_person(self._people[uri], self._side.known.network)
