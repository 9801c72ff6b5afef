"""One pane of conversations: opened, followed as servers answer, gone back in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from app.feed.rows import Card
from app.feed.threads import Line, Tree
from app.model import NetworkInfo
from app.model.draft import DraftId, PostAddress
from app.model.errors import ServiceError
from app.model.timeline import RowKey
from app.services.conversation_origins import ASK_ORIGINS
from app.services.rows import EdgeState
from app.ui.asyncqt import TaskScope
from app.ui.presenters.reply_bar import ReplyPresenter
from app.ui.presenters.thread_edges import edge_of, notice_of
from app.ui.presenters.thread_menu import thread_menu
from app.ui.shell.items import Hidden
from app.ui.shell.popovers import HiddenPopover
from app.ui.shell.states import Loading, State
from app.ui.shell.words import hidden_icon
from app.ui.theme.look import Look
from app.ui.thread import words
from app.ui.thread.pane import ThreadPane
from app.ui.thread.source import ThreadSource
from app.ui.timeline.pictures import Pictures

if TYPE_CHECKING:
    from app.services.conversation import Conversation
    from app.services.house import House

ORDER = "ui.thread.order"
"""Setting: how answers are sorted."""

MOST_BACK = 50


class Visit:
    """A conversation that was looked at. *anchor*: where one was in it; *row*: on which."""

    def __init__(self, addresses: Sequence[PostAddress], card: Card | None) -> None:
        self.addresses, self.card = tuple(addresses), card
        self.anchor: tuple[RowKey, int] | None = None
        self.row: RowKey | None = None
        self.source: ThreadSource | None = None


class ThreadPresenter(QObject):
    """
    Fills one ``ThreadPane``.

    ``open_wanted``: addresses and card of a post that is to be opened on the web
    when it is in no conversation; ``left``: the pane is not wanted any more.
    """

    going = Signal()
    """Another conversation is about to be shown."""
    changed = Signal()
    left = Signal()

    def __init__(
        self,
        look: Look,
        pane: ThreadPane,
        house: House,
        scope: TaskScope,
        pictures: Pictures,
        networks: Callable[[], Mapping[str, NetworkInfo]],
        *,
        elsewhere: Callable[[DraftId], bool] = lambda draft: False,
    ) -> None:
        """*elsewhere*: that draft is open in a composer."""
        super().__init__(pane)
        self._look, self.pane, self._house, self._scope = look, pane, house, scope
        self._networks = networks
        self._visits: list[Visit] = []
        self._at = -1
        self._covering = False
        self._conversation: Conversation | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self.reply = ReplyPresenter(
            look, pane.bar, house, scope, pictures, networks, elsewhere=elsewhere
        )
        view = pane.view
        view.card_activated.connect(self._on_card)
        view.continue_wanted.connect(self._on_continue)
        view.hidden_asked.connect(self._on_hidden)
        pane.head.sort_wanted.connect(self._on_sort)
        pane.notice.again_wanted.connect(self.reload)
        pane.leaving.connect(self.left)

    # ------------------------------------------------------------- going there

    @property
    def visit(self) -> Visit | None:
        """What is shown."""
        return self._visits[self._at] if self._visits else None

    @property
    def focus(self) -> Card | None:
        """The post that the conversation is about, as far as it is known."""
        visit = self.visit
        tree = visit.source.tree if visit and visit.source else None
        return (tree.focus.card if tree else None) or (visit.card if visit else None)

    def show(self, addresses: Sequence[PostAddress], card: Card | None = None) -> None:
        """Show the conversation around a post; ``go_back`` returns to the one before."""
        visit = self.visit
        if visit is not None and visit.addresses == tuple(addresses):
            self.pane.view.setFocus()
            return
        self.going.emit()
        self._remember()
        del self._visits[self._at + 1 :]
        self._add(Visit(addresses, card))

    def _add(self, visit: Visit) -> None:
        self._visits = [*self._visits[-MOST_BACK:], visit]
        self._at = len(self._visits) - 1
        self._enter()

    def remember(self) -> Visit | None:
        """What is shown, with the place in it."""
        self._remember()
        return self.visit

    def return_to(self, visit: Visit) -> None:
        """Show it as it was."""
        if visit in self._visits:
            self._go(self._visits.index(visit))
        else:
            self._add(visit)

    def go_back(self) -> None:
        """To the conversation before; from the first one, out of the pane."""
        if self._at > 0:
            self._go(self._at - 1)
        else:
            self.left.emit()

    def go_forward(self) -> None:
        """To where one came back from."""
        if self._at + 1 < len(self._visits):
            self._go(self._at + 1)

    def _go(self, at: int) -> None:
        self._remember()
        self._at = at
        self._enter()

    def cover(self, covering: bool) -> None:
        """The pane stands over the timeline: Back leads there, too."""
        self._covering = covering
        self._show_back()

    def shows(self, uri: str) -> bool:
        """That post is part of what is shown."""
        return self._conversation is not None and self._conversation.shows([uri])

    def reload(self) -> None:
        """Ask the servers again."""
        if self._conversation is not None:
            self._scope.restart(self._conversation.load(), name=self._task)
        elif self.visit is not None:
            self._enter()

    def close(self) -> None:
        """Keep the answer that is being written; ask nobody any more."""
        self.reply.close()
        self._leave()
        self.pane.view.set_source(None)

    # ------------------------------------------------------------- following

    @property
    def _task(self) -> str:
        return f"conversation {id(self)}"

    def _remember(self) -> None:
        visit, anchor = self.visit, self.pane.view.anchor()
        if visit is not None and anchor is not None:
            visit.anchor, visit.row = (anchor[0], anchor[2]), self.pane.view.current

    def _leave(self) -> None:
        self._scope.stop(self._task)
        self._unsubscribe()
        self._unsubscribe = lambda: None
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            self._house.conversations.leave(conversation)

    def _enter(self) -> None:
        """At once what is known of it; then what the cache and the servers have."""
        self._leave()
        visit = self.visit
        assert visit is not None
        pane = self.pane
        pane.notice.say("")
        if visit.source is None and visit.card is not None:
            alone = Tree(focus=Line(kind="post", card=visit.card))
            visit.source = ThreadSource(alone)
        if visit.source is None:
            pane.show_state(Loading(self._look, "Opening the conversation…"))
            pane.head.pill.show_counts(())
        else:
            self._show_source(visit)
        self._show_back()
        self._scope.restart(self._load(visit), name=self._task)
        self.changed.emit()

    def _show_source(self, visit: Visit) -> None:
        source, view = visit.source, self.pane.view
        assert source is not None
        self.pane.show_state(None)
        view.set_source(source)
        key, offset = visit.anchor or (source.focus, 0)
        if not view.go_to(key, offset):
            view.go_to(source.focus)
        view.setFocus()
        if view.by_keyboard:
            view.focus_row(visit.row or source.focus)
        self._show_tree(source.tree)

    async def _load(self, visit: Visit) -> None:
        house = self._house
        try:
            opened = await house.conversations.open(visit.addresses)
            if visit is not self.visit:
                house.conversations.leave(opened)
                return
            self._conversation = opened
            self._unsubscribe = opened.subscribe(self._on_told)
            order = house.store.reader.setting(ORDER, "old")
            if order != opened.order and order in dict(words.ORDERS):
                await opened.set_order(order)
            self._on_told()
            await opened.load()
        except ServiceError as error:
            self._fail(error)

    def _on_told(self) -> None:
        """The conversation has more, or a server has said how it is doing."""
        visit, opened = self.visit, self._conversation
        if visit is None or opened is None:
            return
        tree = opened.tree
        if tree is not None:
            if visit.source is None:
                visit.source = ThreadSource(tree)
                self._show_source(visit)
            else:
                visit.source.show(tree)
                self._show_tree(tree)
        self._show_sides(opened, tree)

    def _show_tree(self, tree: Tree) -> None:
        infos = self._networks()
        networks = sorted(tree.counts, reverse=True)
        self.pane.head.pill.show_counts(
            [
                (infos[one].mark, infos[one].name, tree.counts[one])
                for one in networks
                if one in infos
            ]
        )
        self.pane.setAccessibleName(words.title_of(tree))
        # What is gone cannot be answered, and nothing else by mistake.
        card = tree.focus.card
        self.pane.show_bar(card is not None)
        if card is not None:
            self.reply.note(card)

    def _show_sides(self, opened: Conversation, tree: Tree | None) -> None:
        """Who is asked, who has not answered, and what that means."""
        failed = [side for side in opened.sides if side.state == "failed" and side.why]
        loading = [side for side in opened.sides if side.state == "loading"]
        if tree is None and failed and not loading:
            assert failed[0].why is not None
            self._fail(failed[0].why)
            return
        self.pane.notice.say(notice_of(opened, self._name))
        visit = self.visit
        if visit is not None and visit.source is not None:
            visit.source.say(edge_of(opened, tree, self._name))

    def _fail(self, error: ServiceError) -> None:
        """Nothing at all is known of it."""
        visit = self.visit
        if visit is not None and visit.source is not None:
            self.pane.notice.say(f"{error.message} {error.next_step}".strip())
            visit.source.say(EdgeState("older", "more"))
            return
        sentence = f"{error.message} {error.next_step}".strip()
        state = State(
            self._look,
            "The conversation could not be opened",
            sentence,
            icon="cloud-slash",
            acts=[("Try again", "outline", self.reload)],
        )
        self.pane.show_state(state)

    def _name(self, network: str) -> str:
        info = self._networks().get(network)
        return info.name if info is not None else network

    def _show_back(self) -> None:
        self.pane.head.show_back(self._at > 0 or self._covering)

    # ------------------------------------------------------------- what one wants

    def _on_card(self, card: Card) -> None:
        focus = self.focus
        if focus is None or card.post.uri != focus.post.uri:
            self.show(addresses_of(card), card)

    def _on_continue(self, uri: str) -> None:
        visit = self.visit
        lines = visit.source.tree.lines if visit and visit.source else ()
        card = next((line.card for line in lines if line.card and line.uri == uri), None)
        if card is not None:
            self.show(addresses_of(card), card)

    def _on_hidden(self, at: QPoint) -> None:
        opened = self._conversation
        tree = opened.tree if opened is not None else None
        if opened is None or tree is None:
            return
        causes = [Hidden(text, count, hidden_icon(text)) for text, count in tree.hidden.by.items()]
        popover = HiddenPopover(self._look, causes, self.pane.window())
        popover.show_wanted.connect(
            lambda cause: self._scope.start(opened.show_hidden(cause), name="show hidden")
        )
        popover.show_at(at)

    def _on_sort(self, at: QPoint) -> None:
        opened = self._conversation
        if opened is None:
            return
        visit = self.visit
        menu = thread_menu(
            self.pane,
            opened.order,
            visit.source if visit is not None else None,
            bool(self._house.store.reader.setting(ASK_ORIGINS, True)),
            sort=self._sort,
            ask=self._ask_origins,
        )
        menu.popup(at)

    def _ask_origins(self, on: bool) -> None:
        """For this one at once, and from now on."""
        opened = self._conversation

        async def keep() -> None:
            try:
                await self._house.store.keep(lambda keeper: keeper.set_setting(ASK_ORIGINS, on))
                if on and opened is not None:
                    await opened.load()
            except ServiceError as error:
                self._fail(error)

        self._scope.restart(keep(), name="keep whether origins are asked")

    def _sort(self, order: str) -> None:
        opened = self._conversation
        if opened is None:
            return

        async def sort() -> None:
            await opened.set_order(order)  # type: ignore[arg-type]
            visit = self.visit
            if visit is not None and visit.source is not None:
                self.pane.view.go_to(visit.source.focus)
            await self._house.store.keep(lambda keeper: keeper.set_setting(ORDER, order))

        self._scope.restart(sort(), name="keep order of replies")


def addresses_of(card: Card) -> tuple[PostAddress, ...]:
    """Where the copies of a post are, the one that is shown first."""
    return tuple(
        PostAddress(copy.post.network, copy.post.uri, copy.post.url) for copy in card.copies
    )
