"""The keys of the window: each has one meaning, and all stand in the list."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from app.ui.shell.shortcuts import GROUPS, KEYS
from tests.ui.shell.conftest import Demo, Scenario, opened

ROOT = Path(__file__).resolve().parents[3]
_SIGNS = {"←": "Left", "→": "Right", "↑": "Up", "↓": "Down", "−": "-"}
UNLISTED = {"Back", "Forward", "Ctrl+=", "F1"}
"""Other names of keys that are listed: of keyboards that have them."""


def _listed() -> list[str]:
    """Every key of the list that is one of the whole window, as Qt names it."""
    found = []
    for title, keys in GROUPS:
        if title not in ("Everywhere", "Timeline"):
            continue
        for key in keys:
            names = [_SIGNS.get(name, name) for name in key.keys]
            if "…" in names:
                found += [str(number) for number in range(1, 10)]
                continue
            found.append("+".join(names))
            also = re.search(r"\(also (.+)\)", key.does)
            if also is not None:
                found += [_SIGNS.get(one, one) for one in re.split(r", | and ", also[1])]
    return found


def _bound() -> list[str]:
    return [key for keys in KEYS.values() for key in keys]


def test_each_key_has_one_meaning(qapp: QApplication) -> None:
    """Also against those of the timeline, and against numbers."""
    bound = [QKeySequence(key).toString() for key in _bound()]
    listed = [QKeySequence(key).toString() for key in _listed()]
    assert [key for key, count in Counter(bound).items() if count > 1] == []
    assert [key for key, count in Counter(listed).items() if count > 1] == []


def test_every_key_is_in_the_list(qapp: QApplication) -> None:
    """Whoever binds one says so."""
    listed = {QKeySequence(key).toString() for key in _listed()}
    missing = {
        key
        for key in _bound()
        if QKeySequence(key).toString() not in listed and key not in UNLISTED
    }
    assert missing == set()


def test_every_key_of_the_timeline_is_in_the_list(qapp: QApplication) -> None:
    """What its keyboard answers, by the names in its source."""
    tree = ast.parse((ROOT / "app/ui/timeline/keyboard.py").read_text("utf-8"))
    names = {
        node.attr.removeprefix("Key_")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("Key_")
    }
    said = {"Return": "Enter", "Period": ".", "PageDown": "PgDown", "PageUp": "PgUp"}
    listed = {*_listed(), *" ".join(key.does for _, keys in GROUPS for key in keys).split()}
    words = {word.strip("(),.;") or "." for word in listed} | listed
    missing = {said.get(name, name) for name in names} - words
    assert missing == set()


def test_rooms_bind_no_key_twice_nor_in_secret(demo: Demo, run: Scenario) -> None:
    """Those that join by themselves, too: in the window as it lives."""

    async def scenario(demo: Demo) -> None:
        children = demo.front.window.findChildren(
            QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly
        )
        bound = [one.key().toString() for one in children]
        listed = {QKeySequence(key).toString() for key in (*_listed(), *UNLISTED)}
        assert len(bound) > 30
        assert [key for key, count in Counter(bound).items() if count > 1] == []
        assert set(bound) - listed == set()

    run(opened(demo, scenario))
