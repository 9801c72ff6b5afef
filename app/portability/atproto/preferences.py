"""
Preferences: carried as they stand, entry by entry, also those nobody here knows.

They replace all of the other side's, so nothing is read into them and nothing is
left out, but what a server makes up by itself (``declaredAgePref``: facts A7).
"""

from __future__ import annotations

from contextlib import suppress

import msgspec
from msgspec import Raw

from app.model.errors import NotFound, Unsupported
from app.portability.atproto.acts import Act
from app.portability.atproto.download import RepoSource
from app.portability.atproto.host import answer
from app.portability.atproto.session import Session
from app.portability.disk import told
from app.portability.step import Again, StepContext
from app.protocols.bluesky.wire import Wire
from app.store.vault_file import write_atomically

PREFERENCES = "preferences.json"
_READ, _WRITE = "app.bsky.actor.getPreferences", "app.bsky.actor.putPreferences"
_MADE_UP = "app.bsky.actor.defs#declaredAgePref"
_LARGEST = 150_000  # bytes of JSON that servers take


class _Listed(Wire, frozen=True):
    preferences: list[Raw]


class _Kind(Wire, frozen=True, rename={"type": "$type"}):
    type: str = ""


class Preferences(Act):
    """Set at the new server what was set at the old one."""

    id, title = "preferences", "Set your preferences"
    asks_new = True

    async def done(self, context: StepContext) -> bool:
        """Both servers say the same."""
        wanted = _saved(context)
        if not wanted:
            return True
        session = await self.ends.new(context)
        try:
            return _same(await preferences_of(session), wanted)
        except (NotFound, Unsupported):
            return bool(context.kept.get("no_preferences"))

    async def do(self, context: StepContext) -> None:
        """``putPreferences``, all at once."""
        session = await self.ends.new(context)
        wanted = _saved(context)
        body = msgspec.json.encode({"preferences": wanted})
        if len(body) > _LARGEST:
            context.say("The preferences are larger than servers usually take.", "warn")
        reply = await session.send_bytes(
            _WRITE, body, "application/json", why="to set your preferences", bucket=session.did
        )
        try:
            session.body_of(reply)
        except Unsupported:
            context.keep(no_preferences=True)
            context.say(
                f"{session.host.name} keeps no preferences; they are saved in {PREFERENCES}.",
                "warn",
            )
            return
        context.result(f"{len(wanted)} settings")


async def preferences_of(session: Session) -> list[Raw]:
    """What *session*'s host keeps, without what it makes up. Raises: ServiceError."""
    body = await session.get(_READ, why="your preferences")
    return without_made_up(answer(body, _Listed).preferences)


async def save_preferences(context: StepContext, source: RepoSource, *, shut: bool) -> None:
    """
    Keep them in the move's folder; an empty list where they cannot be had.

    Args:
        shut: The server has taken the account down: it hands none out.

    Raises:
        ServiceError: They cannot be had now.
    """
    content = b"[]"
    if shut:
        context.say("The old server does not hand out preferences any more.", "warn")
    else:
        with suppress(NotFound, Unsupported):
            content = await source.preferences()
    path = context.folder / PREFERENCES
    with told(path):
        write_atomically(path, content)


def without_made_up(entries: list[Raw]) -> list[Raw]:
    """All but what a server would make up by itself."""
    return [entry for entry in entries if _kind(entry) != _MADE_UP]


def _kind(entry: Raw) -> str:
    try:
        return msgspec.json.decode(entry, type=_Kind).type
    except (ValueError, RecursionError):
        return ""


def _saved(context: StepContext) -> list[Raw]:
    """Raises: Again: the file was removed or damaged; StoreError."""
    path = context.folder / PREFERENCES
    with told(path):
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise Again("export", f"{PREFERENCES} was removed.") from error
    try:
        return without_made_up(msgspec.json.decode(content, type=list[Raw]))
    except (ValueError, RecursionError) as error:
        with told(path):
            path.unlink()
        raise Again("export", f"{PREFERENCES} was changed, and cannot be read.") from error


def _same(left: list[Raw], right: list[Raw]) -> bool:
    """The same entries, in whatever order, however they are spaced."""
    return sorted(map(_plain, left)) == sorted(map(_plain, right))


def _plain(entry: Raw) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(entry), order="sorted")
