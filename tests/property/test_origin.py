"""Whatever a stranger's server serves: a walk ends, and what it found can be read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.model.timeline import Entry
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.functions import without_functions
from app.protocols.mastodon.origin_notes import PUBLIC
from app.protocols.mastodon.origin_walk import STEPS, Walk, entries_of

HOST = "https://far.example"
LOOK = Viewpoint(server="far.example", domain="far.example", now=datetime(2026, 11, 22, tzinfo=UTC))
NAMES = [f"{HOST}/{n}" for n in range(5)]
addresses = st.sampled_from([*NAMES, "https://other.example/1", "nonsense", "https://[", ""])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), addresses,
    st.sampled_from(["2026-11-20T10:00:00Z", "0001-01-01T00:00:00+23:00", "PT9H", *PUBLIC, "Note", "Event", "Video", "Person", "Mention", "text/html", "video/mp4", "<p>$[x ]</p>"]),
)  # fmt: skip
keys = st.sampled_from(
    "id type content name summary attributedTo published updated to cc inReplyTo replies first next items "
    "orderedItems url href mediaType attachment tag icon image location address startTime endTime duration "
    "height width contentMap sensitive preferredUsername totalItems likes".split()
)
things = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=8),
    max_leaves=30,
)


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """Something that is nearly an object, at one of the addresses."""
    uri = draw(st.sampled_from(NAMES))
    likely = {
        "id": uri,
        "type": draw(st.sampled_from(["Note", "Event", "Video", "Article", "Collection"])),
        "attributedTo": draw(st.sampled_from(NAMES)),
        "to": [sorted(PUBLIC)[1]],
        "replies": draw(
            st.one_of(addresses, st.fixed_dictionaries({"items": st.lists(addresses, max_size=4)}))
        ),
        "preferredUsername": "ana",
    }
    return {**likely, **draw(st.dictionaries(keys, things, max_size=6))}


@given(st.lists(objects(), min_size=1, max_size=5), st.binary(max_size=20))
def test_a_walk_always_ends_in_posts_that_can_be_read(
    served: list[dict[str, Any]], junk: bytes
) -> None:
    """On that host alone, in so many steps, whatever circles the objects make."""
    at = {str(one["id"]): msgspec.json.encode(one) for one in served}
    asked: list[str] = []

    async def fetch(address: str) -> bytes:
        asked.append(address)
        return at.get(address, junk)

    walk = Walk(NAMES[0], fetch)
    asyncio.run(walk.go())
    above, below, whole = entries_of(walk, LOOK) if walk.notes else ((), (), None)

    assert len(asked) == len(set(asked)) <= STEPS
    assert all(address.startswith(HOST) for address in asked)
    assert whole is None or whole.uri == NAMES[0]
    for one in (*above, *below):
        assert isinstance(one, Entry)
        assert one.post.uri.startswith(HOST)
        assert one.post.sort_at <= LOOK.now
        assert all(0 <= s.start < s.end <= len(one.post.text.text) for s in one.post.text.spans)
    assert all(gap.count > 0 for gap in walk.absent())


@given(st.text(alphabet="$[]x. <>a=,", max_size=60))
def test_functions_leave_every_letter_of_people(html: str) -> None:
    """Nothing is added; brackets that are none of theirs stay; twice is once or less."""
    out = without_functions(html)

    assert len(out) <= len(html)
    assert out == html or "$[" in html
    left = iter(html)
    assert all(letter in left for letter in out)
