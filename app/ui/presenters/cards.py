"""What one can do from a card: open its links, see its copies, read why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.feed.rows import Card
from app.model import NetworkInfo, Post, Profile
from app.model.timeline import StubRow
from app.ui.shell.links import open_in_browser, warned_open
from app.ui.shell.status import StatusLine
from app.ui.theme.look import Look
from app.ui.timeline.menu import add

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu

    from app.moderation.verdict import Undo
    from app.ui.presenters.reactions import ReactionsPresenter
    from app.ui.timeline.view import TimelineView


class CardPresenter(QObject):
    """Answers the view's signals about single cards."""

    def __init__(
        self,
        look: Look,
        view: TimelineView,
        *,
        networks: Callable[[], Mapping[str, NetworkInfo]],
        show_apart: Callable[[str], None],
        join_again: Callable[[str], None],
        is_apart: Callable[[str], bool],
        write: Callable[[Card, str], None],
        reactions: Callable[[], ReactionsPresenter],
        open_post: Callable[[Card | Post], None],
        open_url: Callable[[str], bool] = open_in_browser,
        why: Callable[[Card, QPoint], bool] = lambda card, at: False,
        avert: Callable[[QMenu, TimelineView, Card], None] = lambda menu, view, card: None,
        undo: Callable[[TimelineView, Undo], None] = lambda view, undo: None,
        open_person: Callable[[Profile, str], bool] = lambda profile, network: False,
        open_media: Callable[[TimelineView, Card, int], bool] = lambda view, card, index: False,
        open_tag: Callable[[str], None] = lambda tag: None,
    ) -> None:
        """
        Args:
            write: Answers (``reply``) or quotes (``quote``) a card.
            reactions: Who likes, reposts and so on.
            open_post: Opens the conversation of a card, or of a quoted post.
            why: Tells why a card is here; False: what the card itself knows is all.
            avert: Adds to a menu what one can do against a post.
            undo: Does what ends a cause of a cover.
            open_person: Shows somebody of a network; False: their page is opened.
            open_media: Shows one of a card's media; False: it is opened in the browser.
            open_tag: Shows posts with a tag.
        """
        super().__init__(view)
        self._why, self._avert, self._undo = why, avert, undo
        self._open_person, self._open_media = open_person, open_media
        self._look, self._view = look, view
        self._networks, self._show_apart, self._open_url = networks, show_apart, open_url
        self._join_again, self._is_apart, self._write = join_again, is_apart, write
        self._reactions, self._open_post = reactions, open_post
        self._status = StatusLine(look, view)
        view.status_text.connect(self._status.say)
        view.link_activated.connect(self._on_link)
        view.tag_activated.connect(lambda tag, _network: open_tag(tag))
        view.show_echo.connect(self._on_echo)
        view.show_apart.connect(lambda card: show_apart(card.post.uri))
        view.why_asked.connect(self._on_why)
        view.menu_opening.connect(self._on_menu)
        view.card_activated.connect(open_post)
        view.open_media.connect(self._on_media)
        view.open_profile.connect(self._on_profile)
        view.open_post.connect(self._on_post)
        view.react.connect(self._on_react)
        view.react_menu.connect(lambda card, what, at: reactions().offer(view, card, what, at))
        view.put_emoji.connect(lambda *put: reactions().put_emoji(view, *put))
        view.vote.connect(lambda card, chosen: reactions().vote(view, card, chosen))
        view.show_all_text.connect(self._on_all_text)
        view.stub_details.connect(self._on_stub)

    # ---------------------------------------------------------------- opening

    def _on_link(self, url: str, label: str) -> None:
        warned_open(self._look, self._view.window(), url, label, self._open_url)

    def _on_media(self, card: Card, index: int) -> None:
        media = card.post.media[index]
        if not self._open_media(self._view, card, index):
            self._on_link(media.url or card.post.url, "")

    def _on_profile(self, uri: str) -> None:
        card = self._view.card(self._view.current)
        if card is None:
            return
        network = next((c.post.network for c in card.copies if c.post.author.uri == uri), "")
        authors = [copy.post.author for copy in card.copies]
        authors += [repost.by for repost in card.reposts]
        if card.post.reply_to is not None and card.post.reply_to.author is not None:
            authors.append(card.post.reply_to.author)
        if card.post.quote is not None and card.post.quote.post is not None:
            authors.append(card.post.quote.post.author)
        found = next((author for author in authors if author.uri == uri), None)
        if found is None:
            self._on_link(uri, "")
        elif not self._open_person(found, network or card.post.network):
            self._on_link(found.url or uri, "")

    def _on_post(self, uri: str) -> None:
        card = self._view.card(self._view.current)
        quote = card.post.quote if card is not None else None
        if quote is not None and quote.post is not None:
            self._open_post(quote.post)
        else:
            self._on_link(uri, "")

    # ---------------------------------------------------------------- looking

    def _on_echo(self, card: Card, at: QPoint) -> None:
        from app.ui.shell.popovers import EchoPopover  # loaded when it is opened

        popover = EchoPopover(self._look, card, self._networks(), self._view.window())
        popover.apart_wanted.connect(self._show_apart)
        popover.open_wanted.connect(lambda url: self._on_link(url, ""))
        popover.show_at(at)

    def _on_why(self, card: Card, at: QPoint) -> None:
        if card.verdict.action == "show" and self._why(card, at):
            return
        from app.ui.shell.details import ReasonsPopover

        popover = ReasonsPopover(self._look, card, self._view.window())
        popover.undo_wanted.connect(lambda undo: self._undo(self._view, undo))
        popover.show_at(at)

    def _on_menu(self, menu: QMenu, card: Card) -> None:
        parted = next((copy.post.uri for copy in card.copies if self._is_apart(copy.post.uri)), "")
        if parted:
            menu.addSeparator()
            join = add(menu, self._view, "git-merge", "Show together again")
            join.triggered.connect(lambda: self._join_again(parted))
        menu.addSeparator()
        add(menu, self._view, "quotes", "Quote…").triggered.connect(
            lambda: self._write(card, "quote")
        )
        if card.reasons:
            menu.addSeparator()
            act = add(menu, self._view, "path", "Why is this here?")
            act.triggered.connect(lambda: self._on_why(card, menu.pos()))
        self._reactions().fill(menu, self._view, card)
        self._avert(menu, self._view, card)

    def _on_all_text(self, card: Card) -> None:
        title = card.post.author.shown_name
        self._open_text(title, "", card.post.text.text, card.post.url)

    def _on_stub(self, row: StubRow) -> None:
        self._open_text("Could not be shown", row.stub.reason, row.stub.excerpt, "")

    def _open_text(self, title: str, lead: str, text: str, url: str) -> None:
        from app.ui.shell.details import TextDialog

        dialog = TextDialog(self._look, title, lead, text, self._view.window(), url=url)
        dialog.open_wanted.connect(lambda: self._on_link(url, ""))
        dialog.open_once()

    # --------------------------------------------------------------- acting

    def _on_react(self, card: Card, what: str) -> None:
        if what in ("reply", "quote"):
            self._write(card, what)
        else:
            self._reactions().react(self._view, card, what)
