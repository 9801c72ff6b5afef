"""
The journal of a move: a folder that only the user can read, and that no kill leaves torn.

``plan.json`` is written once. ``journal.jsonl`` grows: each line names its version and
carries a checksum over itself and the one before, so that a line that was torn, edited
or taken out by hand is known for what it is.
Neither ever holds a secret: what would is refused (values) or blacked out (words).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.model.errors import BadInput, NotFound, StoreError
from app.portability.disk import UNREADABLE, Lines, told
from app.portability.past import Entry, Past
from app.portability.plan import Plan, Progress
from app.store.database import make_private_file, make_private_folder
from app.store.lock import FileLock
from app.store.vault_file import write_atomically

VERSION = 1
HIDDEN = "•••"
_ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z")


class _Line(Struct, frozen=True):
    v: int
    prev: str
    sum: str
    entry: msgspec.Raw


_encode = msgspec.json.Encoder().encode
_line = msgspec.json.Decoder(_Line).decode
_entry = msgspec.json.Decoder(Entry).decode


def folder_of(profile: Path, id: str) -> Path:
    """Where the move of that id is. Raises: BadInput: no id looks like that."""
    if not _ID.match(id):
        raise BadInput(f"“{id[:70]}” is not the name of a plan.", "godwit move list names them.")
    return profile / "moves" / id


def _sum(data: bytes, prev: str = "") -> str:
    data = prev.encode() + data
    return hashlib.sha256(data).hexdigest()[:16]


def write_plan(profile: Path, plan: Plan) -> Path:
    """
    Begin the folder of a move: its plan, and a journal that knows the plan. The folder.

    Raises:
        StoreError: The disk refuses.
    """
    folder = folder_of(profile, plan.id)
    new = folder.with_name(f".new-{plan.id}")
    for each in (profile, folder.parent, new):
        make_private_folder(each)
    content = msgspec.json.format(_encode(plan), indent=1)
    with told(new / "plan.json"):
        write_atomically(new / "plan.json", content)
    journal = Journal(new)
    try:
        entry = Entry(at=plan.created_at, kind="planned", values={"digest": _sum(content)})
        journal.append(entry)
    finally:
        journal.close()
    with told(folder):
        new.rename(folder)  # killed before this, nobody has planned anything
    return folder


def read_plan(folder: Path) -> tuple[Plan, str]:
    """
    The plan, and its digest.

    Raises:
        NotFound: There is no such plan.
        StoreError: It cannot be read, or is not what was written.
    """
    path = folder / "plan.json"
    with told(path):
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(
                f"There is no plan “{folder.name}”.", "godwit move list names them."
            ) from None
    try:
        plan = msgspec.json.decode(content, type=Plan)
    except UNREADABLE as error:
        raise changed_by_hand(folder) from error
    if plan.id != folder.name:
        raise changed_by_hand(folder)
    return plan, _sum(content)


def changed_by_hand(folder: Path) -> StoreError:
    """The plan in *folder* is not the one that was made."""
    return StoreError(
        f"The plan “{folder.name}” is damaged, or was changed since it was made.",
        "Make a new plan: what was done already is seen and not done again.",
    )


class Journal:
    """
    The journal in *folder*, read; what is appended is on the disk before it counts.

    Args:
        public: Words that are no secrets though somebody may use them as one.

    Raises:
        StoreError: It cannot be read, or a newer Godwit has written it.
    """

    def __init__(self, folder: Path, name: str = "journal.jsonl", *, public: str = "") -> None:
        self.folder = folder
        self.past = Past()
        self._lines = Lines(folder / name)
        self._public = public
        self._secrets: re.Pattern[str] | None = None
        self._spoken: re.Pattern[str] | None = None
        self._last = ""
        for line in self._lines.read():
            self._read(line)

    def _read(self, data: bytes) -> None:
        try:
            line = _line(data)
            if line.v > VERSION:
                raise StoreError(
                    "A newer Godwit has worked on this move.", "Go on with the newer Godwit."
                )
            entry = _entry(line.entry)
            good = _sum(bytes(line.entry), line.prev) == line.sum
        except UNREADABLE:
            good = False
        if not good:
            self.past.unreadable += 1
            return
        if line.prev != self._last:
            self.past.unreadable += 1  # one or more before it are gone
        self._last = line.sum
        self.past.add(entry)

    def hide(self, secrets: Iterable[str], maybe: Iterable[str] = ()) -> None:
        """
        From now on none of *secrets* gets into it: a value that has one is refused.

        *maybe*: what is not known to be one is blacked out in words only.
        """
        known = tuple(secrets)
        self._secrets, self._spoken = self._words(known), self._words((*known, *maybe))

    def _words(self, secrets: Iterable[str]) -> re.Pattern[str] | None:
        guarded = {s for s in secrets if _is_guarded(s) and s not in self._public}
        real = sorted(guarded, key=len, reverse=True)
        words = "|".join(map(re.escape, real))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)") if real else None

    def clean(self, text: str) -> str:
        """*text* with secrets blacked out."""
        return self._spoken.sub(HIDDEN, text) if self._spoken else text

    def append(self, entry: Entry) -> None:
        """
        Write *entry* down, then take it for true.

        Raises:
            StoreError: The disk refuses; it is not true.
            ValueError: A step wanted to keep a secret: our bug.
        """
        entry = self._without_secrets(entry)
        data = _encode(entry)
        line = _Line(VERSION, self._last, _sum(data, self._last), msgspec.Raw(data))
        # What is only said may go with the power; it survives a kill.
        self._lines.append(_encode(line), durable=entry.kind != "say")
        self._last = line.sum
        self.past.add(entry)

    def note(self, entry: Entry) -> None:
        """As ``append``; where the disk refuses it is true for this process alone."""
        try:
            self.append(entry)
        except StoreError:
            self.past.add(self._without_secrets(entry))

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()

    def _without_secrets(self, entry: Entry) -> Entry:
        if self._secrets and any(map(self._secrets.search, _texts(entry.values))):
            raise ValueError("a secret was about to be written into a journal")
        return replace(entry, text=self.clean(entry.text), next_step=self.clean(entry.next_step))


def _is_guarded(secret: str) -> bool:
    """
    Whether it stands out from what else is written.

    Blacking out every "yes" or "wrong" would only show that somebody's secret is that.
    """
    return len(secret) >= 12 or (len(secret) >= 6 and not secret.isalpha())


def _texts(value: Any) -> Iterable[str]:
    """Every string in a JSON value."""
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield str(key)
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)


class Worker(Struct, frozen=True):
    """Who works on a move: written beside the lock."""

    who: str
    pid: int


class Seen(Struct, frozen=True):
    """How far the step at work is, for other processes to see."""

    step: str
    progress: Progress


def show_progress(folder: Path, step: str, progress: Progress) -> None:
    """Let others see it. Only for the eye: a disk that refuses costs nothing."""
    part, path = folder / "progress.json.part", folder / "progress.json"
    with suppress(OSError):
        make_private_file(part)
        part.write_bytes(_encode(Seen(step, progress)))
        part.replace(path)


def seen_progress(folder: Path, step: str) -> Progress | None:
    """How far *step* is, as its worker has shown last."""
    try:
        seen = msgspec.json.decode((folder / "progress.json").read_bytes(), type=Seen)
    except (OSError, *UNREADABLE):
        return None
    return seen.progress if seen.step == step else None


class MoveLock:
    """One worker at a time on the move in *folder*; the system lets go when it dies."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "lock")
        self._note = folder / "worker.json"

    def try_acquire(self, who: str) -> bool:
        """Become the worker unless there is one. Raises: StoreError."""
        if not self._lock.try_acquire():
            return False
        try:
            with told(self._note):
                write_atomically(self._note, _encode(Worker(who, os.getpid())))
        except BaseException:
            self._lock.release()
            raise
        return True

    def worker(self) -> str:
        """Who works on it now, in words; "" nobody."""
        if self._lock.try_acquire():
            self._lock.release()
            return ""
        try:
            known = msgspec.json.decode(self._note.read_bytes(), type=Worker)
        except (OSError, *UNREADABLE):
            return "another Godwit"
        return f"{known.who}, process {known.pid}"

    def release(self) -> None:
        """Let others work."""
        self._lock.release()
