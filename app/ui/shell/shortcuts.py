"""The keys of the window, and the list that people read of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from app.ui.shell.items import Key

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

GROUPS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    (
        "Everywhere",
        (
            Key(("1", "…", "9"), "Switch feed"),
            Key(("Ctrl", "E"), "Change the feed, in the lab"),
            Key(("F5",), "Fetch what is new (also Ctrl+R)"),
            Key(("Alt", "←"), "Back to where you were (also Ctrl+[)"),
            Key(("Alt", "→"), "Forward again (also Ctrl+])"),
            Key(("0",), "Notifications"),
            Key(("M",), "Messages"),
            Key(("N",), "New post"),
            Key(("/",), "Search (also Ctrl+F)"),
            Key(("Ctrl", "D"), "Bookmarks"),
            Key(("Ctrl", "Shift", "L"), "Likes"),
            Key(("Ctrl", "L"), "Lists, tags and trends"),
            Key(("Ctrl", "P"), "The people book"),
            Key(("Ctrl", "N"), "Add an account"),
            Key(("Ctrl", ","), "Settings"),
            Key(("Ctrl", "+"), "Larger text"),
            Key(("Ctrl", "−"), "Smaller text"),
            Key(("Ctrl", "0"), "Text size of the system"),
            Key(("F9",), "Timelines and accounts, in narrow windows"),
            Key(("?",), "This list"),
            Key(("Ctrl", "Q"), "Quit"),
        ),
    ),
    (
        "Timeline",
        (
            Key(("J",), "Next post (also ↓)"),
            Key(("K",), "Previous post (also ↑)"),
            Key(("Home",), "Newest (also G and .)"),
            Key(("End",), "Oldest in memory"),
            Key(("Ctrl", "G"), "Go to a date"),
            Key(("Space",), "One page down; with Shift up (also PgDown and PgUp)"),
            Key(("Tab",), "Links and buttons of the post"),
            Key(("Menu",), "All that can be done with the post"),
            Key(("R",), "Answer the post"),
            Key(("Q",), "Quote the post"),
            Key(("F",), "Like the post, or not any more"),
            Key(("B",), "Repost it, or not any more"),
            Key(("S",), "Bookmark it, or not any more"),
            Key(("O",), "Open its conversation (also Enter)"),
            Key(("X",), "Show or cover what is covered"),
            Key(("V",), "Look at its pictures, play its film"),
            Key(("Ctrl", "C"), "Copy the selection, else the post’s text"),
        ),
    ),
    (
        "Pictures and films",
        (
            Key(("→",), "The next; ← the one before"),
            Key(("J",), "The next post’s; K the post’s before"),
            Key(("+",), "Larger; − smaller, 0 all of it, 1 its own size"),
            Key(("Shift", "→"), "Move it, where it is larger than its place; in films 5 s on"),
            Key(("Space",), "Play, pause"),
            Key(("M",), "Sound on or off; ↑ louder, ↓ quieter"),
            Key(("C",), "Captions"),
            Key((">",), "Faster; < slower"),
            Key(("D",), "Description, or more room"),
            Key(("Ctrl", "C"), "Copy the picture"),
            Key(("Ctrl", "S"), "Save"),
            Key(("Ctrl", "Enter"), "Open in the browser"),
            Key(("F11",), "Full screen"),
            Key(("Esc",), "Close"),
        ),
    ),
    (
        "Conversation",
        (
            Key(("J",), "Next answer; K the one before, and all keys of timelines"),
            Key(("←",), "Fold the replies below; again: to what it answers"),
            Key(("→",), "Unfold them"),
            Key(("R",), "Write an answer at the foot; Tab to where it goes"),
            Key(("Enter",), "Send the answer; with Shift begin a line"),
            Key(("Esc",), "From the answer to the list, and back to where you were"),
        ),
    ),
    (
        "Search",
        (
            Key(("↓",), "From the words to what was found, or to earlier searches"),
            Key(("Tab",), "Take what is offered; Ctrl+Space offers what may be meant"),
            Key(("Del",), "Forget an earlier search"),
            Key(("Enter",), "Ask the servers too, or open the address"),
            Key(("Esc",), "Back to where you were"),
        ),
    ),
    (
        "Notifications",
        (
            Key(("J",), "Next one (also ↓); K the one before (also ↑)"),
            Key(("O",), "Open it (also Enter)"),
            Key(("R",), "Answer; F like, B repost, A follow back, V look at its pictures"),
            Key(("Shift", "A"), "Mark all read"),
            Key(("Esc",), "Back to the timeline"),
        ),
    ),
    (
        "Feed lab",
        (
            Key(("Ctrl", "S"), "Save the feed"),
            Key(("Ctrl", "Z"), "Undo; with Shift redo"),
            Key(("Alt", "↑"), "Move a rule up; ↓ down"),
            Key(("Del",), "Take out a rule or scorer"),
            Key(("Esc",), "Leave; asks where something is not saved"),
        ),
    ),
    (
        "Messages",
        (
            Key(("J",), "Next conversation, or message (also ↓)"),
            Key(("K",), "Previous one (also ↑)"),
            Key(("O",), "Open it; of a message: what can be done with it (also Enter)"),
            Key(("Ctrl", "Shift", "N"), "Write to somebody"),
            Key(("Enter",), "Send; with Shift begin a line"),
            Key(("Esc",), "From the conversation to the list, and back to the timeline"),
        ),
    ),
    (
        "Composer",
        (
            Key(("Ctrl", "Enter"), "Post"),
            Key(("Esc",), "Close; the draft is kept"),
            Key(("Ctrl", "O"), "Attach pictures, video or sound"),
            Key(("Ctrl", "Shift", "W"), "Content warning"),
            Key(("Ctrl", "Shift", "P"), "Poll"),
            Key(("Ctrl", "Shift", "M"), "Mention somebody"),
            Key(("Ctrl", "."), "Emoji"),
            Key(("Ctrl", "Shift", "Enter"), "Begin a new post of the thread"),
            Key(("Ctrl", "Shift", "D"), "Markdown"),
        ),
    ),
)

ROOMS = {
    "conversation": "Conversation",
    "search": "Search",
    "notifications": "Notifications",
    "messages": "Messages",
    "lab": "Feed lab",
    "pictures": "Pictures and films",
}
"""Rooms that have keys of their own: in which group these are."""


def groups_in(rooms: Sequence[str]) -> tuple[tuple[str, tuple[Key, ...]], ...]:
    """All groups; those of the *rooms* one is in come first, the topmost at the head."""
    first = [ROOMS[name] for name in reversed(rooms) if name in ROOMS]
    order = {title: place for place, title in enumerate(dict.fromkeys(first))}
    return tuple(sorted(GROUPS, key=lambda group: order.get(group[0], len(order))))


KEYS: dict[str, tuple[str, ...]] = {
    "sync": ("F5", "Ctrl+R"),
    "back": ("Alt+Left", "Ctrl+[", "Back"),
    "date": ("Ctrl+G",),
    "forward": ("Alt+Right", "Ctrl+]", "Forward"),
    "add_account": ("Ctrl+N",),
    "post": ("N",),
    "search": ("/", "Ctrl+F"),
    "bookmarks": ("Ctrl+D",),
    "edit_feed": ("Ctrl+E",),
    "settings": ("Ctrl+,",),
    "larger": ("Ctrl++", "Ctrl+="),
    "smaller": ("Ctrl+-",),
    "usual": ("Ctrl+0",),
    "menu": ("F9",),
    "keys": ("?", "F1"),
    "quit": ("Ctrl+Q",),
}
"""What each act is bound to."""


def install(window: QWidget, acts: Mapping[str, Callable[[], None]]) -> None:
    """
    Bind every act of ``KEYS``.

    Raises:
        KeyError: An act is missing (our bug).
    """
    for name, keys in KEYS.items():
        for key in keys:
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(acts[name])


def install_numbers(window: QWidget, switch: Callable[[int], None]) -> None:
    """Bind 1 … 9."""
    for number in range(1, 10):
        shortcut = QShortcut(QKeySequence(str(number)), window)
        shortcut.activated.connect(lambda number=number: switch(number))
