"""What I write, before it leaves: kept as it is typed, with copies of what is attached."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.model.draft import Attachment, Draft, DraftId, Lane, Target
from app.model.errors import NotFound, Refused, StoreError

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.store import Store

MAX_BYTES = 4_000_000_000
"""Of one file. No network takes as much; a disk is soon full of more."""

UNUSED_FOR = 86_400.0
"""Seconds that a copy no draft names stays: its draft may be about to be saved."""

_BLOCK = 1 << 20


class Drafts:
    """
    Every draft of this profile; each call reads or writes the disk at once.

    Args:
        folder: Where copies of attached files are, by the SHA-256 of their bytes.
    """

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        self._store = store
        self._clock = clock
        self._folder = folder

    def new(
        self,
        *,
        lanes: Sequence[Lane] = (),
        reply_to: Target | None = None,
        quote: Target | None = None,
        text: str = "",
    ) -> Draft:
        """A draft that is not kept yet."""
        now = self._clock.now()
        return Draft(
            id=DraftId(secrets.token_hex(8)),
            created_at=now,
            updated_at=now,
            text=text,
            lanes=tuple(lanes),
            reply_to=reply_to,
            quote=quote,
        )

    async def save(self, draft: Draft) -> None:
        """
        Keep *draft*; durable when this returns.

        A version is kept when its words differ from the last one's (the newest
        twenty). One that was sent meanwhile is not brought back.

        Raises: StoreError.
        """
        await self._store.keep(lambda keeper: keeper.written.save_draft(draft))

    def all(self) -> tuple[Draft, ...]:
        """Those that were not sent, last changed first."""
        return self._store.reader.written.drafts()

    def find(self, id: DraftId) -> Draft:
        """One of them, also one that lies in the outbox. Raises: NotFound."""
        found = self._store.reader.written.draft(id)
        if found is None:
            raise NotFound(
                "This draft is not there any more.", "See what there is with: godwit outbox"
            )
        return found[0]

    async def versions(self, id: DraftId) -> tuple[Draft, ...]:
        """How it was before, newest first; the first is what was kept last."""
        return await self._store.load(lambda reader: reader.written.versions(id))

    async def drop(self, id: DraftId) -> None:
        """Forget it, unless it lies in the outbox. Its files go at a later start."""
        found = await self._store.load(lambda reader: reader.written.draft(id))
        if found is not None and not found[1]:
            await self._store.keep(lambda keeper: keeper.written.drop_draft(id))

    # --------------------------------------------------------------- attachments

    async def attach(self, file: Path, alt: str = "") -> Attachment:
        """
        Copy *file* into the profile; it is durable before any draft names it.

        Raises:
            Refused: It is no picture, video or sound, or it is damaged.
            StoreError: There is no room for the copy.
        """
        return await asyncio.to_thread(self._copy, file, file.name, alt)

    async def attach_bytes(self, data: bytes, name: str, alt: str = "") -> Attachment:
        """The same for what was pasted or fetched."""
        return await asyncio.to_thread(self._copy, data, name, alt)

    async def attachment(self, id: str, alt: str = "") -> Attachment:
        """What is known of a copy by its id alone. Raises: NotFound, Refused."""
        return await asyncio.to_thread(lambda: _described(self.file_of(id), id, "", alt))

    def file_of(self, id: str) -> Path:
        """The copy with that id. Raises: NotFound: it is not there (any more)."""
        path = self._folder / id
        if len(id) != 64 or not set(id) <= set("0123456789abcdef") or not path.is_file():
            raise NotFound("The attached file is not there any more.", "Attach it again.")
        return path

    async def sweep(self) -> int:
        """
        Delete copies that nothing names any more. Returns how many.

        Only those that have lain there for a day. Raises: StoreError.
        """
        needed = await self._store.load(lambda reader: reader.written.attachments())
        return await asyncio.to_thread(self._sweep, needed)

    # -------------------------------------------------------------- in a thread

    def _copy(self, source: Path | bytes, name: str, alt: str) -> Attachment:
        try:
            return self._copied(source, name, alt)
        except OSError as error:
            raise StoreError(
                f"{name} cannot be copied into the profile: {error.strerror or error}.",
                "Free some space, then attach it again.",
            ) from error

    def _copied(self, source: Path | bytes, name: str, alt: str) -> Attachment:
        # Nothing is copied before the first frame.
        from app.store.vault_file import sync_folder

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = self._folder / f".{secrets.token_hex(8)}"
        try:
            id = _write(source, making)
            # Told by the copy: the user's own file may change under our hands.
            made = _described(making, id, name, alt)
            making.replace(self._folder / id)
            sync_folder(self._folder)
        finally:
            making.unlink(missing_ok=True)
        return made

    def _sweep(self, needed: Collection[str]) -> int:
        gone = 0
        now = time.time()
        for folder in (self._folder, self._folder / "fit"):
            for path in folder.iterdir() if folder.is_dir() else ():
                old = path.is_file() and now - path.stat().st_mtime > UNUSED_FOR
                if old and path.name not in needed:
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone


def _write(source: Path | bytes, into: Path) -> str:
    """Copy, 0600 and on the disk when this returns: the SHA-256 of it. Raises: Refused, OSError."""
    digest, size = hashlib.sha256(), 0
    target = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(target, "wb") as file:
        for block in _blocks(source):
            size += len(block)
            if size > MAX_BYTES:
                raise Refused("The file is too large to be attached.", "Make it smaller.")
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _blocks(source: Path | bytes) -> Iterator[bytes]:
    """A piece at a time. Raises: Refused: the file cannot be opened."""
    if isinstance(source, bytes):
        yield source
        return
    try:
        file = source.open("rb")
    except OSError as error:
        raise Refused(
            f"{source.name} cannot be read: {error.strerror}.", "Check its name."
        ) from error
    with file:
        while block := file.read(_BLOCK):
            yield block


def _described(path: Path, id: str, name: str, alt: str) -> Attachment:
    # Pictures are looked at only where there are any.
    from app.services.file_types import probe

    found = probe(path)
    return Attachment(
        id=id,
        kind=found.kind,
        mime=found.mime,
        size=path.stat().st_size,
        name=name,
        width=found.width,
        height=found.height,
        duration=found.duration,
        alt=alt,
    )
