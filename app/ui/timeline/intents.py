"""What a pressed part means: a change of the view's own state, or a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from app.feed.rows import Card, FoldRow
from app.model.timeline import GapRow, RowKey, StubRow
from app.ui.timeline.layout.values import Intent, Part
from app.ui.timeline.shelf import card_of

if TYPE_CHECKING:
    from app.ui.timeline.view import TimelineView


class Intents:
    """Turns intents into signals of the view."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._own = {
            "cover": self._cover,
            "media_cover": self._media_cover,
            "expand": self._expand,
            "reveal": self._reveal,
            "results": self._results,
            "option": self._option,
        }

    def press(self, key: RowKey, part: Part) -> None:
        """Do what *part* of a row is for."""
        row = self._view.shelf.row_of(key)
        intent = part.intent
        if intent.kind in self._own:
            self._own[intent.kind](key, intent)
        elif isinstance(row, GapRow):
            stop = intent.arg == "stop"
            (self._view.stop_gap if stop else self._view.fill_gap).emit(row.gap)
        elif isinstance(row, FoldRow):
            self._view.unfold.emit(row)
        elif isinstance(row, StubRow):
            self._view.stub_details.emit(row)
        elif (card := card_of(row)) is not None:
            self._signal(key, card, part)

    def _signal(self, key: RowKey, card: Card, part: Part) -> None:
        view, intent = self._view, part.intent
        match intent.kind:
            case "link":
                view.link_activated.emit(intent.arg, intent.label)
            case "tag":
                view.tag_activated.emit(intent.arg, card.post.network)
            case "profile":
                view.open_profile.emit(intent.arg)
            case "media":
                view.open_media.emit(card, intent.index)
            case "quote":
                view.open_post.emit(intent.arg)
            case "react" | "retry":
                view.react.emit(card, intent.arg)
            case "emoji":
                view.put_emoji.emit(card, intent.arg, self.below(key, part))
            case "vote":
                view.vote.emit(card, view.shelf.state(key).chosen)
            case "echo":
                view.show_echo.emit(card, self.below(key, part))
            case "why":
                view.why_asked.emit(card, self.below(key, part))
            case "menu":
                view.pointer.open_menu(card, self.below(key, part))
            case "show_all":
                view.show_all_text.emit(card)
            case "card":
                view.card_activated.emit(card)
            case _:
                raise ValueError(f"no such intent: {intent.kind}")

    def below(self, key: RowKey, part: Part) -> QPoint:
        """Global place under a part, for what opens from it."""
        place = self._view.place_of(key)
        y = place[1] if place is not None else 0
        box = part.boxes[0]
        return self._view.viewport().mapToGlobal(QPoint(int(box.x), int(y + box.bottom)))

    def toggle_cover(self, key: RowKey) -> None:
        """Lift (or put back) whatever covers the row."""
        card = self._view.card(key)
        if card is None:
            return
        kind = {"cover": "cover", "cover_media": "media_cover", "hide": "reveal"}
        name = kind.get(card.verdict.action)
        if name is not None and not card.verdict.fixed:
            self._own[name](key, Intent(name))
        elif card.quote_verdict.action != "show" and not card.quote_verdict.fixed:
            self._cover(key, Intent("cover", "quote"))

    def _change(self, key: RowKey, **new: object) -> None:
        self._view.shelf.change_state(key, **new)
        self._view.state_changed(key)

    def _cover(self, key: RowKey, intent: Intent) -> None:
        state = self._view.shelf.state(key)
        if intent.arg == "quote":
            self._change(key, open_quote=not state.open_quote)
        else:
            self._change(key, open=not state.open)

    def _media_cover(self, key: RowKey, intent: Intent) -> None:
        self._change(key, open_media=not self._view.shelf.state(key).open_media)

    def _expand(self, key: RowKey, intent: Intent) -> None:
        self._change(key, expanded=not self._view.shelf.state(key).expanded)

    def _reveal(self, key: RowKey, intent: Intent) -> None:
        self._change(key, revealed=True)

    def _results(self, key: RowKey, intent: Intent) -> None:
        self._change(key, results=True)

    def _option(self, key: RowKey, intent: Intent) -> None:
        card = self._view.card(key)
        if card is None or card.post.poll is None:
            return
        chosen = self._view.shelf.state(key).chosen
        new: tuple[int, ...]
        if not card.post.poll.multiple:
            new = () if chosen == (intent.index,) else (intent.index,)
        elif intent.index in chosen:
            new = tuple(one for one in chosen if one != intent.index)
        else:
            new = tuple(sorted((*chosen, intent.index)))
        self._change(key, chosen=new)
