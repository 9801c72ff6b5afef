"""Somebody as their own server tells of them to anybody: by handle or address, and not believed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from app.model import Cursor, Entry
from app.model.errors import Malformed, NotFound
from app.protocols.mastodon.strangers import Strangers
from tests.unit.protocols.bluesky.scripted import ScriptedHttp, reply

FAR = "https://far.example"
UBO = f"{FAR}/users/bo"
FINGER = f"{FAR}/.well-known/webfinger?resource=acct%3Abo%40far.example"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def actor(**more: Any) -> dict[str, Any]:
    """Bo, as servers serve them."""
    return {
        "id": UBO,
        "type": "Person",
        "preferredUsername": "bo",
        "name": "Bo",
        "url": f"{FAR}/@bo",
        "summary": '<p>Boats, <a href="https://bo.example/">more</a><script>x</script></p>',
        "icon": {"type": "Image", "url": f"{FAR}/bo.png"},
        "image": {"type": "Image", "url": f"{FAR}/wide.png"},
        "outbox": f"{UBO}/outbox",
        "featured": f"{UBO}/featured",
        "published": "2020-01-02T00:00:00Z",
        "attachment": [
            {
                "type": "PropertyValue",
                "name": "Web",
                "value": '<a href="https://bo.example/" rel="me">bo.example</a>',
            },
            {"type": "Odd"},
        ],
        **more,
    }


def note(number: int, **more: Any) -> dict[str, Any]:
    """A post of theirs."""
    return {
        "id": f"{UBO}/notes/{number}",
        "type": "Note",
        "attributedTo": UBO,
        "content": f"<p>Note {number}</p>",
        "published": f"2026-11-20T10:{number:02}:00Z",
        "to": [PUBLIC],
        **more,
    }


def created(*notes: Any) -> list[dict[str, Any]]:
    """As outboxes have them."""
    return [{"type": "Create", "object": one} for one in notes]


def far(**more: Any) -> ScriptedHttp:
    """Their server."""
    link = {"rel": "self", "type": "application/activity+json", "href": UBO}
    return ScriptedHttp(
        {
            FINGER: reply(body={"subject": "acct:bo@far.example", "links": [{"rel": "x"}, link]}),
            UBO: reply(body=actor(**more)),
            f"{UBO}/outbox": reply(body={"totalItems": 3, "first": f"{UBO}/outbox?page=1"}),
            f"{UBO}/outbox?page=1": reply(
                body={"orderedItems": created(note(3), note(2)), "next": f"{UBO}/outbox?page=2"}
            ),
            f"{UBO}/outbox?page=2": reply(body={"orderedItems": created(note(1))}),
            f"{UBO}/featured": reply(body={"orderedItems": [note(9)]}),
        }
    )


def texts(items: Any) -> list[str]:
    """What posts say."""
    return [one.post.text.text for one in items if isinstance(one, Entry)]


async def test_somebody_is_found_by_handle_with_posts_and_pinned() -> None:
    """As nobody; text without markup; nothing counts as checked; pages join."""
    http = far()
    strangers = Strangers(http.http)
    bo = await strangers.stranger("@bo@far.example")
    first = await strangers.posts_of(bo, bo.begin)
    assert first.older is not None
    last = await strangers.posts_of(bo, first.older)

    assert (bo.host, bo.portrait.profile.handle) == ("far.example", "bo@far.example")
    assert bo.portrait.text == "Boats, more (bo.example)"
    assert bo.portrait.header == f"{FAR}/wide.png"
    [field] = bo.portrait.fields
    assert (field.name, field.link, field.checked) == ("Web", "https://bo.example/", False)
    assert texts(bo.pinned) == ["Note 9"]
    assert texts(first.items) + texts(last.items) == ["Note 3", "Note 2", "Note 1"]
    assert last.older is None
    assert all(asked.public and not asked.headers for asked in http.asked)


async def test_an_address_of_a_page_leads_to_them_too() -> None:
    """Also one that names them by another address; a post is nobody."""
    http = far()
    http.add(f"{FAR}/@bo", reply(body=actor()))
    http.add(f"{UBO}/notes/1", reply(body=note(1)))
    strangers = Strangers(http.http)

    assert (await strangers.stranger(f"{FAR}/@bo")).portrait.profile.uri == UBO
    with pytest.raises(NotFound):
        await strangers.stranger(f"{UBO}/notes/1")


async def test_what_a_host_tells_of_others_is_not_believed() -> None:
    """An actor elsewhere is asked there; posts of others, and such for few, are left out."""
    http = far()
    evil = "https://evil.example/users/bo"
    http.add(evil, reply(body=actor(name="Not Bo")))
    http.add(
        f"{UBO}/outbox?page=1",
        reply(
            body={
                "orderedItems": created(
                    note(3, attributedTo="https://evil.example/users/x"),
                    note(4, to=[f"{UBO}/followers"]),
                    note(5, id="https://evil.example/notes/5"),
                    {"type": "Odd"},
                    7,
                    note(6),
                ),
                "next": "https://evil.example/outbox?page=2",
            }
        ),
    )
    strangers = Strangers(http.http)
    bo = await strangers.stranger(evil)
    page = await strangers.posts_of(bo, bo.begin)

    assert bo.portrait.profile.name == "Bo"
    assert texts(page.items) == ["Note 6"] and page.older is None
    with pytest.raises(Malformed):
        await strangers.posts_of(bo, Cursor("https://evil.example/outbox"))


async def test_who_is_redirected_to_another_host_speaks_for_that_one_only() -> None:
    """Many servers send on whoever asks them to: that makes nothing their own word."""
    http = far()
    evil = f"{FAR}/redirect?to=evil"
    there = replace(
        reply(body=actor(name="Not Bo", id=f"{FAR}/users/bo")), url="https://evil.example/x"
    )
    http.add(evil, there)
    http.add(
        f"{UBO}/outbox?page=1",
        replace(reply(body={"orderedItems": created(note(3))}), url="https://evil.example/y"),
    )
    strangers = Strangers(http.http)
    bo = await strangers.stranger(evil)

    assert bo.portrait.profile.name == "Bo"
    with pytest.raises(Malformed):
        await strangers.posts_of(bo, bo.begin)


async def test_an_address_may_lead_elsewhere_and_who_is_there_is_believed() -> None:
    """As short addresses do, and people who have a page at a domain of their own."""
    http = far()
    http.add("https://bo.example/me", replace(reply(body=actor()), url=UBO))

    assert (await Strangers(http.http).stranger("https://bo.example/me")).host == "far.example"
    assert [asked.url for asked in http.asked].count(UBO) == 0


async def test_nobody_and_junk_are_not_found() -> None:
    """Whatever a server answers."""
    for answer in (reply(404, {}), reply(body=b"<html>"), reply(body=[1]), reply(body={"id": 7})):
        http = far()
        http.add(UBO, answer)
        with pytest.raises(NotFound):
            await Strangers(http.http).stranger("bo@far.example")
        http.add(FINGER, answer)
        with pytest.raises(NotFound):
            await Strangers(http.http).stranger("bo@far.example")


async def test_an_outbox_that_is_closed_hides_nothing_else() -> None:
    """Who they are is told; there is just nothing to read."""
    http = far()
    http.add(f"{UBO}/outbox", reply(401, {}))
    http.add(f"{UBO}/featured", reply(404, {}))
    bo = await Strangers(http.http).stranger("bo@far.example")

    assert bo.begin == "" and bo.pinned == () and bo.portrait.text


def test_addresses_are_known_by_their_form() -> None:
    """Handles and pages; not words, other networks' handles, or a bare host."""
    known = Strangers(far().http).is_address

    assert known("@bo@far.example") and known("bo@far.example") and known(UBO)
    assert not any(map(known, ("bo", "bo.example", "https://far.example", "did:plc:x", "")))
