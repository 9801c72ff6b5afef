"""The dialog for keys whose passphrase is lost, and a dialog over another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.store import Vault
from app.ui.presenters.keys import KeysPresenter
from app.ui.theme.look import Look
from app.ui.widgets.dialog import Dialog, Scrim
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Scenario
from tests.waiting import until


def _press(dialog: QWidget, text: str) -> None:
    [button] = [b for b in dialog.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    button.click()


def test_a_lost_passphrase_is_no_dead_end(
    look: Look, parent: QWidget, run: Scenario, tmp_path: Path
) -> None:
    """Another file begins, under a passphrase one knows; the old one is kept."""
    Vault(tmp_path, keyrings=tuple, environ={}).create_file("nobody knows")
    vault = Vault(tmp_path, keyrings=tuple, environ={})
    presenter = KeysPresenter(look, parent, lambda: vault, report=pytest.fail)  # type: ignore[arg-type]

    async def scenario() -> None:
        asked = asyncio.create_task(presenter.unlock())
        await until(lambda: presenter.dialog and presenter.dialog.isVisible())
        dialog = presenter.dialog
        assert dialog is not None
        _press(dialog, "I have lost it…")
        assert dialog._scroll.verticalScrollBar().maximum() == 0
        QTest.keyClicks(dialog._field.input, "eleven days, no landing")
        _press(dialog, "Create the file")
        assert await asked

    run(scenario())
    assert vault.state == "ready"
    assert (tmp_path / "vault-old-1.json").exists()


def test_a_dialog_over_another_dims_that_one(look: Look, parent: QWidget) -> None:
    """The window behind both does not become darker still."""
    dialogs = [Dialog(look, title, parent) for title in ("below", "above")]
    for dialog in dialogs:
        dialog.fill(dialog.column()[0])
        dialog.open()
        QApplication.processEvents()

    scrims = [scrim.parentWidget() for scrim in parent.findChildren(Scrim)]
    assert sorted(map(str, scrims)) == sorted(map(str, (parent, dialogs[0])))
    for dialog in reversed(dialogs):
        dialog.reject()


def test_weights_of_words_count_as_qt_counts(look: Look) -> None:
    """An emoji before the end of a run shifts nothing, and is not cut in two."""
    words = Words(look, [("Alice 🌻", 600), (" is here", None)], "meta")
    [bold] = words._formats()

    assert (bold.start, bold.length) == (0, 8)
    later = Words(look, [("🌻🌻 ", None), ("Bob", 600)], "meta")._formats()[0]
    assert (later.start, later.length) == (5, 3)
