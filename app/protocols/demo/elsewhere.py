"""What servers of others tell of conversations in the demo, that nobody at home has heard of."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from app.model import Post, ViewerState
from app.model.acts import Reaction
from app.model.errors import Unsupported
from app.model.sending import Published
from app.model.thread import Elsewhere
from app.model.timeline import Entry
from app.protocols.demo.scenes import SCENES
from app.protocols.demo.service import DemoService
from app.protocols.demo.sketch import Sketch, posts_from_sketches
from app.protocols.writing import Ready

_BOAT = "teun survey-boat"
_HEARD: tuple[Sketch, ...] = (
    Sketch(
        who="harriet",
        ago=5,
        name="which-nineteen",
        text="All nineteen? Even the one the seal sleeps on?",
        counts=(1, 0, 6, 0),
        answers=_BOAT,
    ),
    Sketch(
        who="teun",
        ago=4,
        name="seal",
        text="Especially that one. It reports 38 °C and a heartbeat.",
        counts=(0, 2, 19, 0),
        answers="harriet which-nineteen",
    ),
    Sketch(
        who="rik",
        ago=3,
        name="boat-names",
        text="Please tell me each of them has a name.",
        counts=(0, 0, 4, 0),
        answers=_BOAT,
    ),
)
"""Answers at polder.example, where the boat's post was written."""


class AskingOrigins(DemoService):
    """A network where every server has its own part of a conversation."""

    def origin_of(self, uri: str) -> str:
        """Host where that post was written; "": at the account's own."""
        host = urlsplit(uri).netloc if uri.startswith("https://") else ""
        return "" if host == self._account.host else host

    async def from_origin(self, uri: str, *, domain: str = "") -> Elsewhere:
        """The conversation around a post, as its own server tells it to anybody."""
        host = self.origin_of(uri)
        if not host:
            raise Unsupported("This post was written at your own server.")
        await asyncio.sleep(0)
        await self._faults.meet(host, self._world.now)
        replies = tuple(
            Entry(key=post.uri, sort_at=post.sort_at, post=post)
            for post in self._heard().values()
            if post.reply_to is not None and post.reply_to.root == uri
        )
        return Elsewhere(host=host, replies=replies)

    async def find(self, address: str) -> Entry:
        """The post with this address; the server may have to meet it first."""
        self._meet(address)
        return await super().find(address)

    async def react(self, reaction: Reaction) -> ViewerState:
        """Done twice is done once."""
        self._meet(reaction.uri)
        return await super().react(reaction)

    async def publish(self, posts: Sequence[Ready]) -> tuple[Published, ...]:
        """All of *posts* or none."""
        for ready in posts:
            self._meet(ready.post.reply_to)
        return await super().publish(posts)

    def _heard(self) -> dict[str, Post]:
        """What the home server has never met, and what stands above it, by address."""
        boat = next(one for one in SCENES if f"{one.who} {one.name}" == _BOAT)
        named = {f"{one.who} {one.name}": one for one in (boat, *_HEARD)}
        posts = posts_from_sketches(named, self._world.origin)
        return {post.uri: post for name, post in posts.items() if name != _BOAT}

    def _meet(self, uri: str) -> None:
        """From now on the home server has it."""
        post = self._heard().get(uri)
        if post is not None:
            if post.reply_to is not None:
                self._meet(post.reply_to.uri)
            self._world.meet(post)
