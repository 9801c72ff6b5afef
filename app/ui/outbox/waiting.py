"""Below the drafts: likes, follows and the like that wait until their server can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.model import AccountId
from app.model.acts import Wish
from app.ui.composer.words import number_word
from app.ui.theme.look import Look
from app.ui.widgets.panel import Hairline
from app.ui.widgets.words import Words

_NAMES: dict[tuple[str, bool], tuple[str, str]] = {
    ("like", True): ("like", "likes"),
    ("like", False): ("like taken back", "likes taken back"),
    ("repost", True): ("repost", "reposts"),
    ("repost", False): ("repost taken back", "reposts taken back"),
    ("bookmark", True): ("bookmark", "bookmarks"),
    ("bookmark", False): ("bookmark removed", "bookmarks removed"),
    ("emoji", True): ("emoji", "emoji"),
    ("emoji", False): ("emoji taken back", "emoji taken back"),
    ("vote", True): ("vote", "votes"),
    ("pin", True): ("post pinned", "posts pinned"),
    ("pin", False): ("post unpinned", "posts unpinned"),
    ("mute_thread", True): ("conversation muted", "conversations muted"),
    ("mute_thread", False): ("conversation unmuted", "conversations unmuted"),
    ("follow", True): ("follow", "follows"),
    ("follow", False): ("unfollow", "unfollows"),
    ("mute", True): ("mute", "mutes"),
    ("mute", False): ("unmute", "unmutes"),
    ("block", True): ("block", "blocks"),
    ("block", False): ("unblock", "unblocks"),
    ("notify", True): ("wish to hear of posts", "wishes to hear of posts"),
    ("notify", False): ("wish to hear of posts no more", "wishes to hear of posts no more"),
    ("reposts", True): ("wish to see reposts", "wishes to see reposts"),
    ("reposts", False): ("wish to see no reposts", "wishes to see no reposts"),
}


def sentences(wishes: Sequence[Wish], handles: Mapping[AccountId, str]) -> tuple[str, ...]:
    """One for each account: how much of what waits for its server."""
    found: dict[AccountId, Counter[tuple[str, bool]]] = {}
    for wish in wishes:
        found.setdefault(wish.account, Counter())[wish.kind, wish.on] += 1
    return tuple(
        f"\u2066@{handles.get(account, account)}\u2069: {_listed(counts)}"
        for account, counts in found.items()
    )


def _listed(counts: Counter[tuple[str, bool]]) -> str:
    said = []
    for kind, count in counts.items():
        one, several = _NAMES[kind]
        said.append(f"one {one}" if count == 1 else f"{number_word(count)} {several}")
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


class Waiting(QWidget):
    """Says what waits; there is nothing to be done about it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lines: tuple[str, ...] = ()
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Hairline(look))
        inner = QVBoxLayout()
        inner.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.m)
        inner.setSpacing(tokens.space.xs)
        inner.addWidget(Words(look, "Reactions that wait", "badge", "textTertiary"))
        self._column = QVBoxLayout()
        self._column.setSpacing(tokens.space.xs)
        inner.addLayout(self._column)
        why = "They show already, and are done when their server can be asked."
        inner.addWidget(Words(look, why, "small", "textSecondary", wrap=True))
        column.addLayout(inner)
        self.setAccessibleName("Reactions that wait")
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these; none hides it."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        while (taken := self._column.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._column.addWidget(Words(self._look, line, "meta", wrap=True))
        self.setVisible(bool(lines))
