"""Qt's messages are in the log, and only there."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import qCritical, qInstallMessageHandler, qWarning

from app.ui.qtlog import listen_to_qt


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """Our handler, for one test."""
    listen_to_qt()
    yield
    qInstallMessageHandler(None)  # type: ignore[arg-type]


@pytest.mark.errors_expected
def test_what_qt_says_is_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """By its weight; nothing reaches the terminal."""
    with caplog.at_level(logging.DEBUG, "app"):
        qWarning("QFont: size is 0")
        qCritical("no such thing")

    assert [(r.levelno, r.getMessage()) for r in caplog.records] == [
        (logging.INFO, "QFont: size is 0"),
        (logging.ERROR, "no such thing"),
    ]
    assert capfd.readouterr().err == ""


def test_what_the_plugin_without_a_screen_cannot_do_is_nobodys_news(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """It says so for every window that is shown."""
    with caplog.at_level(logging.DEBUG, "app"):
        qWarning("This plugin does not support propagateSizeHints()")

    assert caplog.records == []
    assert capfd.readouterr().err == ""
