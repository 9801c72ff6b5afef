"""What servers of strangers say of people: whatever it is, it is read or refused, never worse."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import ServiceError
from app.protocols.mastodon.strangers import Strangers, portrait_from_actor
from app.protocols.portraying import Stranger
from tests.unit.protocols.bluesky.scripted import ScriptedHttp, reply

UBO = "https://far.example/users/bo"
KEYS = (
    "id", "type", "preferredUsername", "name", "url", "summary", "icon", "image", "outbox",
    "featured", "attachment", "movedTo", "published", "memorial", "orderedItems", "first", "next",
    "object", "attributedTo", "to", "content", "tag", "links", "rel", "href", "value",
)  # fmt: skip
WORDS = st.sampled_from(
    ["Person", "Create", "Note", UBO, f"{UBO}/outbox", "https://www.w3.org/ns/activitystreams#Public",
     "bo", "<p>x</p>", "javascript:alert(1)", "PropertyValue", "2026-01-01T00:00:00Z", ""]
)  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=24,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), JUNK, max_size=12)


@given(OBJECTS)
def test_any_actor_is_a_portrait_or_refused(junk: dict[str, Any]) -> None:
    """No address but the web's comes through."""
    try:
        found = portrait_from_actor({"id": UBO, "preferredUsername": "bo", **junk}, "far.example")
    except ServiceError:
        return
    for address in (found.header, found.moved_to, found.profile.avatar, found.profile.url):
        assert address == "" or address.startswith(("https://", "http://"))


@given(OBJECTS, OBJECTS, OBJECTS)
@settings(deadline=None)
def test_any_answers_are_somebody_or_an_error(
    actor: dict[str, Any], outbox: dict[str, Any], featured: dict[str, Any]
) -> None:
    """And every post that is shown is theirs."""
    import asyncio

    http = ScriptedHttp(
        {
            UBO: reply(body={"id": UBO, "type": "Person", "preferredUsername": "bo", **actor}),
            f"{UBO}/outbox": reply(body=outbox),
            f"{UBO}/featured": reply(body=featured),
        }
    )

    async def look() -> Stranger | None:
        strangers = Strangers(http.http)
        try:
            found = await strangers.stranger(UBO)
            page = await strangers.posts_of(found, found.begin) if found.begin else None
        except ServiceError:
            return None
        for entry in (*found.pinned, *(page.items if page is not None else ())):
            assert entry.post.author.uri == found.portrait.profile.uri  # type: ignore[union-attr]
        return found

    asyncio.run(look())
