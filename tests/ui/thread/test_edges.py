"""What stands above and below a conversation, and the menu over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.feed.threads import Tree
from app.model.errors import Refused, Unreachable
from app.services.conversation import Side
from app.services.conversation_origins import Asked
from app.services.rows import EdgeState
from app.ui.presenters.thread_edges import edge_of, notice_of
from app.ui.presenters.thread_menu import thread_menu
from app.ui.thread.source import ThreadSource
from tests.unit.feed.test_threads import answer, tree, voice


@dataclass
class Origins:
    """Of a conversation."""

    asked: dict[str, Asked] = field(default_factory=dict)


@dataclass
class Opened:
    """As far as a conversation is asked how it is doing."""

    sides: tuple[Side, ...] = ()
    origins: Origins = field(default_factory=Origins)


READY = Side(network="north", state="ready")
ALL = tree(voice(answer("a")))
PART = tree(voice(answer("a"), complete=False))


def edge(opened: Opened, told: Tree | None) -> tuple[str, str]:
    """State and words."""
    found: EdgeState = edge_of(opened, told, str.title)  # type: ignore[arg-type]
    return found.state, found.message


def asked(state: str, why: Any = None) -> Origins:
    """How the author's server is doing."""
    return Origins({"north": Asked(host="far.example", state=state, why=why)})  # type: ignore[arg-type]


def test_the_end_says_who_is_asked_and_what_is_missing() -> None:
    """My servers first, then the author's; what it refused; nothing where all is there."""
    loading = Opened((Side(network="north", state="loading"),))
    refused = Refused("far.example tells strangers nothing.")

    assert ("loading", "Asking North…") == edge(loading, None)
    assert ("loading", "Asking far.example for the rest…") == edge(
        Opened((READY,), asked("asking")), PART
    )
    assert ("end", "There may be more on the web") == edge(Opened((READY,)), PART)
    expected = "There may be more on the web. far.example tells strangers nothing."
    assert ("end", expected) == edge(Opened((READY,), asked("failed", refused)), PART)
    assert ("more", "") == edge(Opened((READY,), asked("told")), ALL)
    assert ("end", "No replies yet") == edge(Opened((READY,)), tree(voice()))


def test_whose_part_is_missing_stands_above() -> None:
    """With its server's words, once; the author's server is no part of it."""
    down = Side(network="south", state="failed", why=Unreachable("It does not answer."))

    said = notice_of(Opened((READY, down), asked("failed", Refused("No."))), str.title)  # type: ignore[arg-type]
    assert "South: It does not answer. What was read before is shown." == said
    assert "" == notice_of(Opened((READY,)), str.title)  # type: ignore[arg-type]
    assert "more" == edge(Opened((READY, down)), PART)[0]


def test_the_menu_sorts_folds_and_asks(qapp: QApplication) -> None:
    """Each choice is told; what cannot be done is grey."""
    parent = QWidget()
    source = ThreadSource(tree(voice(answer("a", ago=3), answer("a1", "a", ago=2))))
    told: list[object] = []

    def menu() -> QMenu:
        return thread_menu(parent, "old", source, True, sort=told.append, ask=told.append)

    acts = {act.text(): act for act in menu().actions() if act.text()}
    assert acts["Oldest first"].isChecked()
    assert not acts["Unfold all replies"].isEnabled()
    acts["Most liked first"].trigger()
    acts["Fold all replies"].trigger()
    acts["Ask the author’s server for the rest"].trigger()

    assert ["liked", False] == told
    assert source.has_folds
    assert {act.text(): act for act in menu().actions()}["Unfold all replies"].isEnabled()
    parent.deleteLater()
