"""What a timeline tells: values only, and only what the reader wants."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QAbstractScrollArea


class TimelineSignals(QAbstractScrollArea):
    """The signals of ``TimelineView``."""

    link_activated = Signal(str, str)
    """Address and what the text called it: the one way a link is opened."""
    tag_activated = Signal(str, str)
    """Tag without "#", network it stood on."""
    open_profile = Signal(str)
    """URI of the profile."""
    open_post = Signal(str)
    """URI of a quoted post."""
    card_activated = Signal(object)
    """Card: open it with its conversation."""
    open_media = Signal(object, int)
    """Card, which of its media."""
    react = Signal(object, str)
    """Card; ``reply``, ``quote``, ``repost``, ``like`` or ``bookmark`` (again = undo)."""
    react_menu = Signal(object, str, QPoint)
    """Card, one of the same, global place: more ways to do it."""
    put_emoji = Signal(object, str, QPoint)
    """Card, emoji ("" = yet to be chosen), global place: put it there, or take mine away."""
    vote = Signal(object, object)
    """Card, chosen options (tuple of indexes)."""
    fill_gap = Signal(object)
    """Gap."""
    stop_gap = Signal(object)
    """Gap that is being filled."""
    unfold = Signal(object)
    """FoldRow to be opened, or closed."""
    stub_details = Signal(object)
    """StubRow."""
    show_echo = Signal(object, QPoint)
    """Card, global place for a popover: its copies and why they are one."""
    show_apart = Signal(object)
    """Card: its copies are not the same thought."""
    why_asked = Signal(object, QPoint)
    """Card, global place: why is it here, or covered."""
    menu_opening = Signal(object, object)
    """QMenu that is about to open, Card: add to it."""
    show_all_text = Signal(object)
    """Card whose text is too long for a row."""
    status_text = Signal(str)
    """Where the thing under the pointer leads; "" when nowhere."""
    current_changed = Signal(object)
    """Row that j and k stand on, or None."""
    newest_wanted = Signal()
    """To the newest post, also if it is not in memory; the view has yet to move."""
    scrolled = Signal()
    """The reading position is another one."""
