"""In the demo, too, every server has its own part of a conversation."""

from __future__ import annotations

import pytest

from app.model import Entry
from app.model.acts import Reaction
from app.model.errors import NotFound, Unsupported
from app.protocols import demo
from app.protocols.origins import AsksOrigins
from tests.unit.protocols.demo.acting import Shore
from tests.unit.protocols.demo.test_deeds import written


async def test_the_authors_server_tells_more() -> None:
    """Of what no timeline and no search of mine has; what is mine has nobody else to be asked."""
    shore = Shore()
    juno, boat = shore.service(demo.JUNO), written(shore, "teun", "survey boat")
    assert isinstance(juno, AsksOrigins)
    assert not isinstance(shore.service(demo.SKY), AsksOrigins)

    told = await juno.from_origin(boat.uri)
    texts = [one.post.text.text for one in told.replies if isinstance(one, Entry)]
    assert "polder.example" == told.host == juno.origin_of(boat.uri)
    assert 3 == len(texts)
    assert not any(post.text.text in texts for post in shore.world.posts("mastodon"))
    with pytest.raises(Unsupported):
        await juno.from_origin(written(shore, "ottilie", "Counted").uri)


async def test_what_one_acts_on_is_met() -> None:
    """With what it answers; from then on the server has it."""
    shore = Shore()
    juno = shore.service(demo.JUNO)
    told = await juno.from_origin(written(shore, "teun", "survey boat").uri)  # type: ignore[attr-defined]
    seal = next(
        one.post
        for one in told.replies
        if isinstance(one, Entry) and "heartbeat" in one.post.text.text
    )

    await juno.react(Reaction(act="like", uri=seal.uri))
    assert seal.reply_to is not None
    thread = await juno.thread(seal.uri)
    assert 2 == len(thread.ancestors)
    assert (await juno.find(seal.uri)).viewer.liked
    with pytest.raises(NotFound):
        await juno.find("https://polder.example/users/nobody/statuses/1")
