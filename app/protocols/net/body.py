"""Reading a body that may be endless, or small and endless once unpacked."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from app.model.errors import Malformed

_GZIP = 16 + zlib.MAX_WBITS


async def read_body(
    chunks: AsyncIterator[bytes],
    *,
    encoding: str,
    declared: str,
    max_bytes: int,
    host: str,
) -> bytes:
    """A whole body, in memory; see ``plain``."""
    body = bytearray()
    async for piece in plain(
        chunks, encoding=encoding, declared=declared, max_bytes=max_bytes, host=host
    ):
        body += piece
    return bytes(body)


async def plain(
    chunks: AsyncIterator[bytes],
    *,
    encoding: str,
    declared: str,
    max_bytes: int,
    host: str,
) -> AsyncIterator[bytes]:
    """
    *chunks*, unpacked; never more than *max_bytes* plus one chunk.

    Args:
        encoding: The Content-Encoding; only gzip (which we asked for) or none.
        declared: The Content-Length, or "".

    Raises:
        Malformed: Longer than *max_bytes*, or not what the headers say.
    """
    match encoding.strip().lower():
        case "" | "identity":
            unpack = None
        case "gzip" | "x-gzip":
            unpack = _Gunzip(host)
        case _:
            raise Malformed(f"{host} answered in an encoding we did not ask for.")
    # What does not pack becomes a little longer.
    most = max_bytes + max_bytes // 1_000 + 64 if unpack else max_bytes
    if declared.isascii() and declared.isdigit() and int(declared[:18]) > most:
        raise _too_large(host, max_bytes)

    size = 0
    async for chunk in chunks:
        piece = unpack(chunk, max_bytes + 1 - size) if unpack else chunk
        size += len(piece)
        if size > max_bytes:
            raise _too_large(host, max_bytes)
        yield piece
    if unpack and not unpack.whole:
        raise Malformed(f"{host} broke off in the middle of its answer.")


class _Gunzip:
    """Unpacks, but never more than is wanted: zlib can grow 1 : 1 032."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._zlib = zlib.decompressobj(_GZIP)
        self._seen = 0

    def __call__(self, chunk: bytes, at_most: int) -> bytes:
        self._seen += len(chunk)
        if self._zlib.eof:  # whatever follows the end is not part of the answer
            return b""
        try:
            return self._zlib.decompress(chunk, max(at_most, 1))
        except zlib.error:
            raise Malformed(f"{self._host} sent a damaged answer.") from None

    @property
    def whole(self) -> bool:
        """The end was seen (or there was nothing at all, as after a HEAD)."""
        return self._zlib.eof or not self._seen


def _too_large(host: str, max_bytes: int) -> Malformed:
    size = f"{max_bytes / 1e6:.3g} MB" if max_bytes >= 1e5 else f"{max_bytes} bytes"
    return Malformed(
        f"{host} sent more than the {size} we accept for this.",
        "Nothing was kept of it. If it stays like this, tell the server's admins.",
    )
