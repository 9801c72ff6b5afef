"""A file on its way out: read piece by piece, never whole in memory."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from app.model.errors import StoreError

PIECE = 131_072
"""Bytes read and sent at a time."""


class FileBody:
    """
    The body of one request, with a file in it.

    Args:
        file: Read when it is sent; must not change meanwhile.
        field: Name of the file's part in a form; None: the file is the body.
        name: What the form calls the file.
        fields: Further parts of the form, which stand before the file.
        progress: Told 0…1 of the bytes that have left, on the event loop.

    Raises:
        StoreError: The file cannot be read.
    """

    def __init__(
        self,
        file: Path,
        mime: str,
        *,
        field: str | None = None,
        name: str = "file",
        fields: Mapping[str, str] = {},
        progress: Callable[[float], None] = lambda done: None,
    ) -> None:
        self._file, self._progress = file, progress
        try:
            self._size = file.stat().st_size
        except OSError as error:
            raise _unreadable(file, error) from error
        self.content_type = mime
        self._before = self._after = b""
        if field is not None:
            boundary = f"godwit-{secrets.token_hex(16)}"
            self.content_type = f"multipart/form-data; boundary={boundary}"
            self._before = _form_start(boundary, fields, field, name, mime)
            self._after = f"\r\n--{boundary}--\r\n".encode()

    @property
    def length(self) -> int:
        """Bytes of it all."""
        return len(self._before) + self._size + len(self._after)

    async def pieces(self, moved: Callable[[], None] = lambda: None) -> AsyncIterator[bytes]:
        """
        The bytes in order. *moved* is called whenever some have left.

        Raises:
            StoreError: The file cannot be read, or is no longer what it was.
        """
        sent, total = 0, max(self.length, 1)
        async for piece in self._all():
            yield piece
            sent += len(piece)
            moved()
            self._progress(min(sent / total, 1.0))

    async def _all(self) -> AsyncIterator[bytes]:
        if self._before:
            yield self._before
        left = self._size
        with await asyncio.to_thread(_opened, self._file) as stream:
            while left:
                # Off the loop: a disk that sleeps would hold up whoever scrolls.
                piece = await asyncio.to_thread(_read, stream, min(PIECE, left), self._file)
                left -= len(piece)
                yield piece
        if self._after:
            yield self._after


def _form_start(
    boundary: str, fields: Mapping[str, str], field: str, name: str, mime: str
) -> bytes:
    """Everything of a form before the bytes of its file (RFC 7578)."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(key)}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{_quoted(field)}"; filename="{_quoted(name)}"\r\n'
        f"Content-Type: {_quoted(mime)}\r\n\r\n"
    )
    return "".join(parts).encode()


def _quoted(text: str) -> str:
    return text.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise _unreadable(file, error) from error


def _read(stream: BinaryIO, size: int, file: Path) -> bytes:
    try:
        piece = stream.read(size)
    except OSError as error:
        raise _unreadable(file, error) from error
    if not piece:
        raise StoreError(f"“{file.name}” became shorter while it was sent.", "Attach it again.")
    return piece


def _unreadable(file: Path, error: OSError) -> StoreError:
    why = os.strerror(error.errno) if error.errno else "unknown reason"
    return StoreError(f"“{file.name}” cannot be read: {why}.", "Attach it again.")
