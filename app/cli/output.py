"""How commands speak: results on stdout, troubles and questions on stderr."""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress

from app.cli.streams import flush, write
from app.model.errors import ServiceError, StoreError
from app.services.states import error_object, next_step

Json = Mapping[str, object] | Sequence[object]


class Usage(Exception):
    """The command was given wrongly: exit status 2."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message, self.next_step = message, next_step


class Output:
    """
    One command's voice. With *json*, exactly one document goes to stdout.

    Text of servers is printed without control characters, so that no post can
    move the cursor, change colours or retitle the terminal.
    """

    def __init__(self, *, json: bool = False) -> None:
        self.json = json

    @property
    def width(self) -> int:
        """Columns to use for text."""
        return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))

    def result(self, value: Json) -> None:
        """The JSON document (only with ``--json``)."""
        if self.json:
            write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def line(self, text: str = "") -> None:
        """A line for people (not with ``--json``)."""
        if not self.json:
            write(printable(text) + "\n")

    def nobody(self) -> None:
        """There is nothing, for nobody is signed in: what to do about it."""
        self.line("There is no account yet. Add one: godwit account add --help")

    def note(self, text: str) -> None:
        """Something beside the result: a question, progress."""
        sys.stderr.write(printable(text) + "\n")
        sys.stderr.flush()

    def progress(self, value: Mapping[str, object], text: str) -> None:
        """One step of something long: a JSON object per line, or words."""
        self.note(json.dumps(value, ensure_ascii=False) if self.json else text)

    def error(self, error: ServiceError | Usage) -> None:
        """``error:`` and ``try:``; with ``--json`` also on stdout."""
        kind = error.kind if isinstance(error, ServiceError) else "usage"
        then = next_step(error) if isinstance(error, ServiceError) else error.next_step
        self.note(f"error: {error.message}")
        self.note(f"try: {then}")
        shown = (
            error_object(error)
            if isinstance(error, ServiceError)
            else {"kind": kind, "message": error.message, "try": error.next_step}
        )
        with suppress(BrokenPipeError, StoreError):  # stderr has said it
            self.result({"error": shown})
            flush()

    def trouble(self, who: str, error: ServiceError) -> None:
        """An error beside a result that is printed all the same."""
        self.note(f"error: {who}: {error.message}")
        self.note(f"try: {next_step(error)}")


def printable(text: str) -> str:
    """*text* without control characters except line breaks and tabs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
