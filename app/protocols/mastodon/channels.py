"""
Which streams one WebSocket carries. Source: methods/streaming, "Subscribing".

A line begins with the user's own stream. Others are added to it and taken away by
messages, which no server answers unless it refuses; then it does not say which one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Sequence

from app.model.timeline import HOME, Source
from app.protocols.net.websocket import Socket
from app.protocols.streaming import Beside, Event

MOST = 40
"""Streams of one line beside the user's own."""

LETTERS = ("direct",)
"""The stream of private conversations."""

_NAMES = {"list": "list", "tag": "hashtag"}
_PARAMETERS = {"list": "list", "hashtag": "tag"}

Channel = tuple[str, ...]
"""As messages name their stream: ``("list", "12")``, ``("hashtag", "cats")``."""


def channel_of(source: Source) -> Channel | None:
    """The stream that tells of *source*. None: there is none."""
    name = _NAMES.get(source.kind)
    arg = source.arg.strip().removeprefix("#")
    return (name, arg) if name and arg and len(arg) <= 200 else None


class Channels:
    """
    What is told of, as the account wants it: for the line that is open, and every later one.

    Attributes:
        told: The sources that the open line tells of, beside home.
    """

    def __init__(self) -> None:
        self._wanted: dict[Channel, Source] = {}
        self._changed = asyncio.Event()
        self._asked: dict[Channel, Source] = {}
        self._heard: set[Channel] = set()
        self._refused: set[Channel] = set()
        self.told: tuple[Source, ...] = ()

    def want(self, sources: Collection[Source]) -> None:
        """From now on these."""
        found = {channel: one for one in sources if (channel := channel_of(one)) is not None}
        self._wanted = dict(list(found.items())[:MOST])
        self._changed.set()

    async def keep(self, socket: Socket, tell: Callable[[Event], None]) -> None:
        """Ask the line for what is wanted, until cancelled. Raises: Unreachable."""
        self._asked, self._heard, self._refused, self.told = {}, set(), set(), ()
        await socket.send(_asking("subscribe", LETTERS))
        self._changed.set()
        while True:
            await self._changed.wait()
            self._changed.clear()
            wanted = {c: one for c, one in self._wanted.items() if c not in self._refused}
            for channel in [one for one in self._asked if one not in wanted]:
                del self._asked[channel]
                await socket.send(_asking("unsubscribe", channel))
            for channel in [one for one in wanted if one not in self._asked]:
                self._asked[channel] = wanted[channel]
                await socket.send(_asking("subscribe", channel))
            told = tuple(self._asked.values())
            if told != self.told:
                self.told = told
                tell(Beside(told))

    def source_of(self, stream: object) -> Source | None:
        """Of which source a message tells. None: of none that was asked for."""
        if not isinstance(stream, list) or not all(isinstance(part, str) for part in stream):
            return HOME  # some servers name it otherwise, or not at all
        channel = tuple(stream)
        if channel[:1] not in (("list",), ("hashtag",)):
            return HOME if channel[:1] != LETTERS else None
        source = self._asked.get(channel) or self._like(channel)
        if source is not None:
            self._heard.add(channel)
        return source

    def refuse(self) -> None:
        """The server takes something that was asked for amiss: all that was never heard may be it."""
        self._refused |= self._asked.keys() - self._heard
        self._changed.set()

    def _like(self, channel: Sequence[str]) -> Source | None:
        """Tags are the same however they are written."""
        wanted = [part.casefold() for part in channel]
        return next(
            (one for of, one in self._asked.items() if [part.casefold() for part in of] == wanted),
            None,
        )


def _asking(act: str, channel: Channel) -> str:
    name, *rest = channel
    message = {"type": act, "stream": name}
    if rest:
        message[_PARAMETERS[name]] = rest[0]
    return json.dumps(message)
