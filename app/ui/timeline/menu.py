"""What the menu of a post offers by itself: copying, and looking closer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.feed.rows import Card
from app.ui.theme import icons
from app.ui.timeline.layout.values import Part

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu

    from app.ui.timeline.view import TimelineView


def fill_menu(menu: QMenu, view: TimelineView, card: Card, part: Part | None) -> None:
    """Fill *menu* for *card*; *part* is what was pressed, a link perhaps."""
    text = view.pointer.copied_text(card)
    _add(menu, view, "copy", "Copy text", lambda: copy(text), enabled=bool(text))
    if part is not None and part.intent.kind == "link":
        url = part.intent.arg
        _add(menu, view, "copy", "Copy address of the link", lambda: copy(url))
    elif part is not None and part.intent.kind == "media":
        alt = card.post.media[part.intent.index].alt
        _add(menu, view, "copy", "Copy description", lambda: copy(alt), enabled=bool(alt))
    _add(
        menu,
        view,
        "share-network",
        "Copy link",
        lambda: copy(card.post.url),
        enabled=bool(card.post.url),
    )
    _add(
        menu,
        view,
        "arrow-square-out",
        "Open in the browser",
        lambda: view.link_activated.emit(card.post.url, ""),
        enabled=bool(card.post.url),
    )
    if len(card.copies) > 1:
        menu.addSeparator()
        _add(menu, view, "git-branch", "Show apart", lambda: view.show_apart.emit(card))


def copy(text: str) -> None:
    """To the clipboard, as plain text."""
    QGuiApplication.clipboard().setText(text)


def add(menu: QMenu, view: TimelineView, icon: str, text: str) -> QAction:
    """Add an entry with its icon."""
    size = view.theme.tokens.icon.context
    dpr = view.devicePixelRatioF()
    shown = icons.icon(view.theme, icon, size, "textSecondary", dpr=dpr)
    return menu.addAction(shown, text)


def _add(
    menu: QMenu,
    view: TimelineView,
    icon: str,
    text: str,
    act: object,
    *,
    enabled: bool = True,
) -> None:
    action = add(menu, view, icon, text)
    action.setEnabled(enabled)
    action.triggered.connect(act)
