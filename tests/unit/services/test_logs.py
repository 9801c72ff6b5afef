"""The log: private, and without what must not be in it."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.logs import redacted, start_logging, stop_logging

SECRETS = [
    "Authorization: Bearer c4n4ry-token",
    "DPoP: eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJjNG40cnkifQ.c4n4ry",
    '{"access_token": "c4n4ry", "scope": "read"}',
    "{'refreshJwt': 'c4n4ry'}",
    "grant_type=authorization_code&code=c4n4ry&code_verifier=c4n4ry",
    "client_secret=c4n4ry",
    "password: c4n4ry",
    "wss://a.example/api/v1/streaming?access_token=c4n4ry&stream=user",
    "GET https://a.example/oauth/callback?code=c4n4ry#c4n4ry failed",
    "token eyJ0eXAi.c4n4ry",
    "app password c4n4-ryc4-n4ry-c4n4",
]


@pytest.fixture
def log_folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop_logging()


@pytest.mark.parametrize("line", SECRETS)
def test_secrets_are_taken_out(line: str) -> None:
    """By key, by pattern, and with the query of addresses."""
    assert "c4n4" not in redacted(line)


def test_ordinary_lines_stay() -> None:
    """What helps to find a fault is still there."""
    line = "sync of ana@a.example: https://a.example/api/v1/timelines/home answered 502"

    assert line == redacted(line)


@pytest.mark.errors_expected
def test_traces_are_redacted_too(log_folder: Path) -> None:
    """An exception's message is part of what is written."""
    start_logging(log_folder)
    try:
        raise ValueError("refused: Authorization: Bearer c4n4ry-token")
    except ValueError:
        logging.getLogger("app.test").exception("bug")
    text = (log_folder / "godwit.log").read_text("utf-8")

    assert "ValueError" in text
    assert "c4n4ry" not in text


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps profiles private by itself")
def test_log_files_are_private_also_after_a_change(log_folder: Path) -> None:
    """0600, whatever the umask, and so are the old ones."""
    before = os.umask(0)
    try:
        start_logging(log_folder)
        log = logging.getLogger("app.test")
        for _ in range(3_000):
            log.info("x" * 400)
    finally:
        os.umask(before)
    files = list(log_folder.glob("godwit.log*"))

    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A note on stderr, and on it goes."""
    start_logging(tmp_path / "nowhere")
    stop_logging()

    assert capsys.readouterr().err.startswith("note: no log file")


def test_libraries_are_heard_only_when_something_is_wrong(log_folder: Path) -> None:
    """Their chatter names addresses; their warnings are wanted."""
    start_logging(log_folder)
    logging.getLogger("some.library").info("GET /secret/path")
    logging.getLogger("some.library").warning("connection pool is full")
    text = (log_folder / "godwit.log").read_text("utf-8")

    assert "secret" not in text
    assert "pool" in text
