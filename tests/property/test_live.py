"""Whatever comes over a live line: the same however it is cut, and nothing worse than Malformed."""

from __future__ import annotations

import asyncio
import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from app.model import Account, AccountId
from app.model.errors import Malformed
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.jetstream import Told
from app.protocols.http import Http
from app.protocols.mastodon.service import MastodonService
from app.protocols.mastodon.streaming import _Told
from app.protocols.net.sse import EventReader, ServerEvent
from app.protocols.streaming import Edited, Event, Gone, Items
from tests.contract.mastodon_server import timeline
from tests.kept_secrets import KeptSecrets

ACCOUNT = Account(
    id=AccountId("ana@a.example"),
    protocol="mastodon",
    network="mastodon",
    server="https://a.example",
    uri="https://a.example/users/ana",
    handle="ana@a.example",
)
STATUSES = timeline("https://a.example", 20)
words = st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=30)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    ["update", "status.update", "delete", "notification", "filters_changed", "conversation", ""]
)


@given(st.lists(st.tuples(words.filter(bool), words), max_size=6), st.lists(st.integers(0, 400)))
def test_events_are_the_same_however_they_are_cut(
    events: list[tuple[str, str]], cuts: list[int]
) -> None:
    """Bytes come as the network likes."""
    body = b"".join(f"event: {name}\ndata: {data}\n\n:thump\n".encode() for name, data in events)
    places = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    reader = EventReader("a.example")
    found = [
        event for begin, end in itertools.pairwise(places) for event in reader.take(body[begin:end])
    ]

    assert found == [ServerEvent(name, data) for name, data in events]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_readers(body: bytes) -> None:
    """Junk is no event, or a strange one; never an error of ours."""
    list(EventReader("a.example").take(body))
    try:
        read(body, Told)
    except Unreadable:
        return


@given(names, junk, st.sampled_from(STATUSES), st.sampled_from(sorted(STATUSES[0])))
def test_no_message_breaks_the_line(
    name: str, value: object, status: dict[str, object], field: str
) -> None:
    """A post with junk in one field, or junk instead of it: an event that has all it needs, or none."""
    told: list[Event] = []
    service = MastodonService(ACCOUNT, KeptSecrets(), Http(user_agent="t"))
    line = _Told(service, told.append)

    async def take() -> None:
        for payload in (json.dumps(value), json.dumps(status | {field: value}), str(value)):
            body = json.dumps({"event": name, "payload": payload, "stream": ["user"]})
            await line.take_message(body.encode("utf-8", "replace"))
            await line.take_message(json.dumps({"event": name, "payload": value}).encode())

    try:
        asyncio.run(take())
    except Malformed:
        return
    for event in told:
        match event:
            case Items(items=items):
                assert all(item.key for item in items)
            case Edited(entry=entry):
                assert entry.post.uri
            case Gone(keys=keys, ref=ref):
                assert keys or ref
