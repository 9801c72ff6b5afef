"""
The log file of a profile: private, small, and without secrets.

No text of any post is logged at any level; this filter is the second line of
defence, for what an error message or a library may carry (security facts §9).
"""

from __future__ import annotations

import logging
import os
import re
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

BYTES = 1_000_000
"""Size of a log file before the next one begins; three old ones are kept."""

_KEYS = (
    r"authorization|dpop|cookie|set-cookie|access_?token|refresh_?token|access_?jwt|refresh_?jwt"
    r"|client_?secret|code_?verifier|pass(?:word|phrase)|app_?password|secret|token|code|state"
    r"|private_?key"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # "key": "value", key=value, Key: value (to the end for headers)
    (
        re.compile(
            rf"""(?ix)\b((?:{_KEYS})["']?\s*[:=]\s*) (?:(?:bearer|dpop|basic)\s+)?
            ("[^"]*"|'[^']*'|[^\s,;&}}\]]+)"""
        ),
        r"\1…",
    ),
    (re.compile(r"(?i)\b(bearer|dpop|basic)\s+[\w.~+/=-]{8,}"), r"\1 …"),
    (re.compile(r"\beyJ[\w-]+(?:\.[\w-]*){0,4}"), "…"),
    (re.compile(r"\b[a-z0-9]{4}(?:-[a-z0-9]{4}){3}\b"), "…"),
    # the query of an address may carry anything
    (re.compile(r"((?:https?|wss?)://[^\s?#\"']+)[?#][^\s\"']*"), r"\1?…"),
)


def redacted(text: str) -> str:
    """*text* without what looks like a secret."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record, trace included, and takes the secrets out of all of it."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        return redacted(super().format(record))


class _PrivateFile(RotatingFileHandler):
    """Files that only we can read, the new ones after a change included."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk costs the line; the trace that logging would print helps nobody."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def start_logging(profile: Path, *, verbose: bool = False) -> None:
    """
    Log to ``godwit.log`` in *profile*, and to stderr if *verbose*.

    A folder that cannot be written to is no reason not to start.
    """
    stop_logging()
    logging.getLogger("app").setLevel(logging.DEBUG if verbose else logging.INFO)
    layout = RedactingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handlers: list[logging.Handler] = []
    try:
        handlers.append(_PrivateFile(profile / "godwit.log", maxBytes=BYTES, backupCount=3))
    except OSError as error:
        sys.stderr.write(f"note: no log file: {error.strerror}\n")
    if verbose:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(layout)
        # The root also takes warnings of libraries: tasks that died, broken pipes.
        logging.getLogger().addHandler(handler)
        _ours.append(handler)


def stop_logging() -> None:
    """Close what ``start_logging`` opened."""
    while _ours:
        handler = _ours.pop()
        logging.getLogger().removeHandler(handler)
        handler.close()


_ours: list[logging.Handler] = []
