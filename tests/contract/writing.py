"""Short ways to write, for the tests of writing."""

from __future__ import annotations

import pytest

from app.model import Entry
from app.model.errors import ServiceError
from app.model.sending import Outgoing, Published
from app.model.text import RichText
from app.protocols.base import AccountService
from app.protocols.writing import Converses, Reacts, Ready, Writes
from tests.contract.stages import Stage


class Author(AccountService, Writes, Reacts, Converses):
    """Somebody who can do everything (only for the type checker)."""


def author(stage: Stage) -> Author:
    """A service that knows nothing of others, and can write."""
    if not stage.writable:
        pytest.skip("nothing behind this stage takes posts")
    service = stage.service()
    for contract in (Writes, Reacts, Converses):
        assert isinstance(service, contract)
    return service  # type: ignore[return-value]


def ready(stage: Stage, service: Author, post: Outgoing, **more: object) -> Ready:
    """*post* with its ticket."""
    return Ready(post=post, ticket=service.ticket(post, stage.now()), **more)  # type: ignore[arg-type]


def says(text: str, **more: object) -> Outgoing:
    """A post of plain words."""
    return Outgoing(text=RichText(text), **more)  # type: ignore[arg-type]


async def publish(stage: Stage, service: Author, post: Outgoing, **more: object) -> Published:
    """Publish one post."""
    (done,) = await service.publish([ready(stage, service, post, **more)])
    return done


async def settled(service: Author, text: str) -> list[Entry]:
    """Which of one's own newest posts say *text*."""
    page = await service.own_posts()
    return [item for item in page.items if isinstance(item, Entry) and item.post.text.text == text]


async def gone(service: Author, uri: str) -> bool:
    """Whether the post cannot be found any more."""
    try:
        await service.find(uri)
    except ServiceError:
        return True
    return False
