"""What stands behind the window's signals: each made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from app.ui.presenters.corresponding import Corresponding
from app.ui.presenters.persons_rooms import Peopling
from app.ui.presenters.warming import READING, Nearing, warm
from app.ui.shell.still import Still

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from app.feed.rows import Card
    from app.model import Post, Profile
    from app.model.errors import ServiceError
    from app.model.timeline import TimelineId
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.accounts import AccountsPresenter
    from app.ui.presenters.announcing import Announcing
    from app.ui.presenters.averting import AvertingMenu
    from app.ui.presenters.cards import CardPresenter
    from app.ui.presenters.feeds import FeedRoom
    from app.ui.presenters.late import LatePictures
    from app.ui.presenters.media import MediaRoom
    from app.ui.presenters.moderation import ModerationPresenter
    from app.ui.presenters.notifications import NoticesPresenter
    from app.ui.presenters.reactions import ReactionsPresenter
    from app.ui.presenters.search import SearchPresenter
    from app.ui.presenters.settings import SettingsPresenter
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.presenters.threads import Threads
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.presenters.writing import Writing
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.view import TimelineView


KEEP = "keep "
"""Tasks called so write something down: the end of the program waits for them."""


class Behind(Corresponding, Peopling):
    """
    Makes the services and their presenters, and keeps them.

    Loading all of it takes as long as an empty window; so who presses something
    before it is there waits for that part alone.

    Attributes:
        scope: The tasks of the window.
        travel: Back and forward; rooms join it (``travel.Room``).
    """

    def __init__(
        self,
        look: Look,
        window: Window,
        view: TimelineView,
        pictures: LatePictures,
        furnish: Callable[[], House],
        scope: TaskScope,
    ) -> None:
        """*furnish*: makes what needs no window."""
        super().__init__(window)
        self._look, self._window, self._view, self._pictures = look, window, view, pictures
        self._furnish, self.scope = furnish, scope
        view.current_changed.connect(self._on_current)
        self._still, self._nearing = Still(window), Nearing(window)
        self.meet_rooms()

    def _on_current(self, row: object) -> None:
        """Somebody stands on a post: what opens it is loaded before the button is let go."""
        if row is None or self.is_made("_warming"):
            return
        self._warming = warm(self, READING)

    def report(self, error: Exception) -> None:
        """A bug."""
        raise NotImplementedError

    def meet_timeline(self, timeline: TimelinePresenter) -> None:
        """It was just made: connect its signals."""
        raise NotImplementedError

    def meet_accounts(self, accounts: AccountsPresenter) -> None:
        """It was just made: connect its signals."""
        raise NotImplementedError

    @cached_property
    def house(self) -> House:
        """Accounts, timelines and all else that needs no window."""
        return self._furnish()

    @cached_property
    def timeline(self) -> TimelinePresenter:
        """What is read."""
        from app.ui.presenters.doors import Doors
        from app.ui.presenters.timeline import TimelinePresenter

        doors = Doors(self.house.timelines, self.house.feeds)
        made = TimelinePresenter(self._view, doors, self.scope)
        self.meet_timeline(made)
        return made

    def make_feeds(
        self,
        shell: ShellPresenter,
        go: Callable[[TimelineId], None],
        say: Callable[[ServiceError], None],
    ) -> FeedRoom:
        """Feeds: their list, why, and the lab. *go*: shows a timeline; *say*: tells a trouble."""
        from app.ui.presenters.feeds import FeedRoom

        return FeedRoom(self.surroundings, self._view, shell, self.timeline, go, say, self.travel)

    @cached_property
    def accounts(self) -> AccountsPresenter:
        """Signing in, and what else one does with an account."""
        from app.ui.presenters.accounts import AccountsPresenter

        house = self.house
        made = AccountsPresenter(
            self._look,
            self._window,
            house.accounts,
            house.registry,
            house.vault,
            self.scope,
            self.report,
            pictures=self._pictures,
        )
        self.meet_accounts(made)
        return made

    @cached_property
    def writing(self) -> Writing:
        """The composer and the outbox."""
        from app.ui.presenters.writing import Writing

        return Writing(self._look, self._window, self.house, self._pictures, self.scope)

    @cached_property
    def reactions(self) -> ReactionsPresenter:
        """Likes, reposts and what else one does to posts and people."""
        from app.ui.presenters.reactions import ReactionsPresenter

        return ReactionsPresenter(self._look, self.house, self.scope, self.networks, self._window)

    @cached_property
    def threads(self) -> Threads:
        """Conversations."""
        from app.ui.presenters.threads import Threads

        made = Threads(
            self.surroundings,
            meet=self.meet_cards,
            compose=lambda draft, sides: self.writing.open(draft, sides=sides),
            quote=lambda card: self.writing.quote(card),
            travel=self.travel,
            elsewhere=lambda id: self.is_made("writing") and id in self.writing.open_ones,
        )
        self.travel.add("conversation", made)
        self.reactions.deleted.connect(made.note_deleted)
        return made

    @cached_property
    def search(self) -> SearchPresenter:
        """Everything that was read, and what servers find."""
        from app.ui.presenters.search import SearchPresenter

        made = SearchPresenter(
            self.surroundings,
            meet=self.meet_cards,
            write=self.write,
            open_post=lambda post: self.threads.open(post),
            use=lambda recipe: self.feeds.lab.use(recipe),
            open_person=self.open_person,
            open_feed=lambda address: self.feeds.open_market(address),
        )
        made.hold = self._still.hold
        self.travel.add("search", made)
        return made

    def clear_window(self) -> bool:
        if self._window.is_covered and not self.leave_belongings():
            self.feeds.leave_cover()
        return not self._window.is_covered

    def open_search(self, text: str = "") -> None:
        """Over the timeline, where there is one. *text*: look for it at once."""
        if self.house.accounts.all() and not self._window.is_covered:
            self._window.put_menu_away()
            self.search.open(text)
        elif not text and self.is_made("feeds"):
            self.feeds.find_in_market()

    @property
    def feeds(self) -> FeedRoom:
        """Feeds: their list, why, and the lab."""
        raise NotImplementedError

    @cached_property
    def notices(self) -> NoticesPresenter:
        """What others did that concerns me."""
        from app.ui.presenters.notifications import NoticesPresenter

        made = NoticesPresenter(
            self.surroundings,
            write=self.write,
            open_post=lambda post: self.threads.open(post),
            uncover=self.travel.uncover,
        )
        made.look_at = lambda card: self.media_room.open_lone(card, made.page or self._window)
        self.travel.add("notifications", made)
        return made

    def leave_notices(self) -> bool:
        """Back to the timeline, also from the search. False: one was there."""
        elsewhere = [self.travel.uncover(), self.leave_messages()]
        return (self.is_made("notices") and self.notices.leave()) or any(elsewhere)

    def meet_cards(
        self,
        view: TimelineView,
        write: Callable[[Card, str], None],
        open_post: Callable[[Card | Post], None],
        why: Callable[[Card, QPoint], bool] = lambda card, at: False,
    ) -> CardPresenter:
        """
        Answer what *view* tells of single cards.

        Args:
            write: Answers (``reply``) or quotes (``quote``) a card.
            open_post: Opens the conversation of a card, or of a quoted post.
            why: Tells why a card is here, in feeds.
        """
        from app.ui.presenters.cards import CardPresenter

        return CardPresenter(
            self._look,
            view,
            networks=self.networks,
            show_apart=self._on_show_apart,
            join_again=self._on_join_again,
            is_apart=lambda post_uri: self.timeline.is_apart(post_uri),
            write=write,
            reactions=lambda: self.reactions,
            open_post=open_post,
            why=why,
            avert=self.fill_menu,
            open_tag=lambda tag: self.open_search(f"#{tag} "),
            undo=lambda view, undo: self.averting.undo(view, undo),
            open_person=self.open_person,
            open_media=lambda view, card, index: self.media_room.open(view, card, index),
        )

    @cached_property
    def media_room(self) -> MediaRoom:
        """Pictures and films over the whole window."""
        from app.ui.presenters.media import MediaRoom
        from app.ui.shell.links import open_in_browser

        return MediaRoom(self.surroundings, open_in_browser, self._still.hold)

    def open_person(self, profile: Profile, network: str) -> bool:
        """Show somebody in the right pane. False: there is none."""
        if self._belongings is None:
            return False
        self.persons.open(profile, network)
        return True

    @cached_property
    def averting(self) -> AvertingMenu:
        """What one can do against a post."""
        from app.ui.presenters.averting import AvertingMenu

        return AvertingMenu(
            self.house,
            self.scope,
            lambda: self.reactions,
            lambda text: self.settings.mute_like(text),
            lambda: self.settings.open("moderation"),
        )

    def write(self, card: Card, what: str) -> None:
        """Answer a post in the composer, or quote it."""
        (self.writing.reply if what == "reply" else self.writing.quote)(card)

    def _on_show_apart(self, post_uri: str) -> None:
        self.scope.start(self.timeline.show_apart(post_uri), name="show apart")

    def _on_join_again(self, post_uri: str) -> None:
        self.scope.start(self.timeline.join_again(post_uri), name="join again")

    async def close_rooms(self) -> None:
        """Keep what is being written in those that were opened; play nothing any more."""
        if self.is_made("media_room"):
            self.media_room.close()
        if self.is_made("threads"):
            await self.threads.close()
        if self.is_made("writing"):
            await self.writing.close()

    @cached_property
    def settings(self) -> SettingsPresenter:
        """What one chooses."""
        from app.ui.presenters.settings import SettingsPresenter

        made = SettingsPresenter(
            self._look,
            self._window,
            self.house,
            self.scope,
            lambda: self.moderation,
            self.own,
            self.last_good,
            lambda: self.announcing.make_page(self._look),
            rooms=self._rooms_now,
        )
        made.changing.connect(lambda: self.travel.note())
        made.opened.connect(self.travel.reach)
        self.travel.add("settings", made.as_room(self._window))
        return made

    def _rooms_now(self) -> list[str]:
        """Where one is, the topmost last; pictures lie over all else."""
        rooms = [name for name, _ in self.travel.scene().rooms]
        looks = self.is_made("media_room") and self.media_room.viewer is not None
        return [*rooms, "pictures"] if looks else rooms

    @cached_property
    def announcing(self) -> Announcing:
        """What is told on the desktop."""
        from app.ui.presenters.announcing import Announcing

        return Announcing(self._window, self.house, self.scope)

    @cached_property
    def moderation(self) -> ModerationPresenter:
        """What one does not want to see."""
        from app.ui.presenters.moderation import ModerationPresenter, ModerationServices

        house = self.house
        services = ModerationServices(
            moderation=house.moderation,
            blocklists=house.blocklists,
            accounts=house.accounts.all,
            networks=self.networks,
            now=house.clock.now,
            hidden=self._hidden,
            show_hidden=lambda cause: self.timeline.show_hidden(cause),
            bridge_at=house.people.doors.cut_off_with,
        )
        made = ModerationPresenter(self._look, services, self.scope, self._pictures, self)
        self.timeline.header_changed.connect(lambda _: made.refresh_soon())
        return made

    def _hidden(self) -> tuple[str, Mapping[str, int]]:
        """The timeline that is open, and what it leaves out."""
        opened = self.timeline.opened
        return self._window.header.title.text(), opened.header.hidden.by if opened else {}
