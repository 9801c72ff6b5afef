"""
The contract of a protocol, continued: what happens, told as it happens.

An ``AccountService`` may offer it (``isinstance``). Whatever a stream leaves out, pages
bring: it only makes things come sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct

from app.model.timeline import HOME, Entry, Source, Stub

if TYPE_CHECKING:  # only who reads letters needs it
    from app.model.message import Conversation


class Opened(Struct, frozen=True):
    """From here on all is told. *way*: over what, for the log."""

    way: str = ""


class Items(Struct, frozen=True):
    """They are new in *source*: home, or one that ``StreamsMore`` was asked to tell of."""

    items: tuple[Entry | Stub, ...]
    source: Source = HOME


class Edited(Struct, frozen=True):
    """The post is another now, wherever it stands."""

    entry: Entry


class Gone(Struct, frozen=True):
    """
    A post or repost was taken back.

    Attributes:
        keys: Entries, if it is known which.
        ref: Else the server's own name for it (``ViewerState.ref``).
    """

    keys: tuple[str, ...] = ()
    ref: str = ""


class Noticed(Struct, frozen=True):
    """There is something new among the notifications."""


class FiltersChanged(Struct, frozen=True):
    """What the server filters is another now."""


class Stirred(Struct, frozen=True):
    """Somebody who is followed has done something: the next page of home tells what."""


class Beside(Struct, frozen=True):
    """From here on just these sources are told of, too, beside home."""

    sources: tuple[Source, ...] = ()


class Talked(Struct, frozen=True):
    """Something was said in private: the conversation, or that part of it, as it is now."""

    conversation: Conversation


Event = Opened | Items | Edited | Gone | Noticed | FiltersChanged | Stirred | Beside | Talked


class StreamOffer(Struct, frozen=True):
    """
    A stream that one may listen to.

    Attributes:
        host: Who tells.
        name: What people call it, when there is something to decide.
        consent: What that means for privacy; "": it knows no more than it knows anyway.
            Else it is listened to only when the user has said so.
        whole: Notifications are told, too.
    """

    host: str
    name: str = ""
    consent: str = ""
    whole: bool = True


@runtime_checkable
class Streams(Protocol):
    """The account's network tells what happens."""

    def stream_offer(self) -> StreamOffer | None:
        """What there is, as far as is known. None: nothing. No I/O."""
        ...

    async def stream(self, tell: Callable[[Event], None]) -> None:
        """
        Listen until it breaks, or is cancelled; first of all tell ``Opened``.

        Args:
            tell: Quick, and never raises.

        Raises:
            Unsupported: There is no stream after all.
            SignedOut: Not for this sign-in.
            ServiceError: It broke, or could not be opened. It never ends otherwise.
        """
        ...


@runtime_checkable
class StreamsMore(Protocol):
    """Its stream can tell of more than home: of lists, of tags."""

    def tell_of(self, sources: Collection[Source]) -> None:
        """
        From now on tell of these, too, as far as the server does: also over the stream
        that is open. ``Beside`` says of which it does. No I/O.
        """
        ...


@runtime_checkable
class Recounts(Protocol):
    """The account's server tells how posts stand now, many at once: no stream tells that."""

    async def recount(self, posts: Mapping[str, str]) -> tuple[Entry, ...]:
        """
        Posts as they are now, as far as it still has them; twenty at the most.

        Args:
            posts: URI → the server's own name for the post (``ViewerState.ref``).

        Raises:
            Unsupported: It tells of one at a time only.
            ServiceError: It cannot be asked.
        """
        ...
