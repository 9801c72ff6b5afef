"""From a draft to plans: who is meant, what a link shows, what is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.compose.plan import Acquaintance
from app.model import Cursor, Entry, LinkCard, Page, Post, Profile, RichText, Span
from app.model.draft import Draft, PostAddress
from app.model.errors import NotFound, ServiceError, Unreachable
from app.model.sending import Limits
from app.model.thread import Thread
from app.model.timeline import HOME
from app.services.planning import Planning
from app.store import Batch
from tests.unit.fakes import NOON
from tests.unit.services.post_office import PostOffice, opened
from tests.unit.services.servers import ANA, SAM, account
from tests.unit.services.wall import Sender

BO = Profile("https://b.example/users/bo", "bo@b.example")
CY = Profile("did:plc:cy", "cy.example.com")


class Talker(Sender):
    """An account that also finds posts and people."""

    posts: dict[str, Post]
    people: dict[str, Profile]
    asked: list[str]
    broken: ServiceError | None = None

    async def thread(self, uri: str) -> Thread:
        raise NotFound("No.")

    async def find(self, address: str) -> Entry:
        self.asked.append(address)
        if self.broken is not None:
            raise self.broken
        if address not in self.posts:
            raise NotFound("No such post.")
        post = self.posts[address]
        return Entry(key=post.uri, sort_at=post.sort_at, post=post)

    async def find_profile(self, address: str) -> Profile:
        self.asked.append(address)
        if address not in self.people:
            raise NotFound("Nobody.")
        return self.people[address]

    async def own_posts(self, cursor: Cursor | None = None) -> Page:
        return Page(items=())


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    """Two networks: people are user@host on the first, domains on the second."""
    made = await opened(tmp_path / "profile")
    made.ana.limits = Limits(length=500, handles="user@host")
    made.sam.limits = Limits(length=300, handles="domain", cards=True)
    for id in (ANA, SAM):
        service = Talker(made.accounts.find(id), made.walls[id], made.vault)
        service.posts, service.people, service.asked = {}, {}, []
        made.accounts._services[id] = service
    yield made
    await made.close()


def talker(office: PostOffice, id: str) -> Talker:
    """The service of an account."""
    found = office.accounts.service(id)  # type: ignore[arg-type]
    assert isinstance(found, Talker)
    return found


def planning(office: PostOffice, **more: object) -> Planning:
    """With what a test has to say about people and pages."""
    return Planning(office.accounts, office.outbox, office.store, **more)  # type: ignore[arg-type]


def draft(office: PostOffice, text: str) -> Draft:
    """For both accounts."""
    return replace(office.draft(ANA, SAM), text=text)


async def test_who_is_mentioned_is_asked_for_where_they_are(office: PostOffice) -> None:
    """Each network's own people by its own server; elsewhere they are named without “@”."""
    talker(office, ANA).people["bo@b.example"] = BO
    talker(office, SAM).people["cy.example.com"] = CY
    first, second = await planning(office).plans(draft(office, "@bo@b.example and @cy.example.com"))

    assert [BO.uri] == [s.target for s in first.posts[0].text.spans if s.kind == "mention"]
    assert [CY.uri] == [s.target for s in second.posts[0].text.spans if s.kind == "mention"]
    assert (["bo@b.example"], ["cy.example.com"]) == (
        talker(office, ANA).asked,
        talker(office, SAM).asked,
    )


async def test_the_people_book_comes_first(office: PostOffice) -> None:
    """Whom it knows is asked of nobody, and is mentioned on both networks."""
    known = Acquaintance(profile=BO, network="first", same=(("second", CY, "linked by you"),))
    plans = await planning(office, acquaintances=lambda typed: {"bo@b.example": known}).plans(
        draft(office, "@bo@b.example")
    )

    assert [[BO.uri], [CY.uri]] == [[s.target for s in p.posts[0].text.spans] for p in plans]
    assert [] == talker(office, ANA).asked


async def test_somebody_else_of_that_name_is_not_meant(office: PostOffice) -> None:
    """A server that answers with another profile than was asked for is not believed."""
    talker(office, SAM).people["cy.example.com"] = BO
    _, second = await planning(office).plans(draft(office, "@cy.example.com"))

    assert [""] == [s.target for s in second.posts[0].text.spans if s.kind == "mention"]


async def test_the_first_link_gets_its_card(office: PostOffice) -> None:
    """Where cards are made by clients; a page that cannot be fetched costs nothing else."""
    asked = []

    async def card(url: str) -> LinkCard | None:
        asked.append(url)
        if "bad" in url:
            raise Unreachable("No line.")
        return LinkCard(url=url, title="A page")

    text = "See https://x.example/a and https://x.example/b"
    first, second = await planning(office, card=card).plans(draft(office, text))
    assert ["https://x.example/a"] == asked
    assert None is first.posts[0].card
    assert LinkCard(url="https://x.example/a", title="A page") == second.posts[0].card
    _, none = await planning(office, card=card).plans(draft(office, "https://bad.example/a"))
    assert None is none.posts[0].card and none.can_send


def post(uri: str, text: RichText = RichText("Hm"), **more: object) -> Post:
    """Something to answer."""
    return Post(
        uri=uri, network="first", author=BO, created_at=NOON, sort_at=NOON, text=text, **more  # type: ignore[arg-type]
    )  # fmt: skip


async def test_what_is_answered_comes_with_its_copies(office: PostOffice) -> None:
    """From the cache, without asking anybody; who else was in it, but not I."""
    me = account(ANA, "first").uri
    said = "@ana @cy.example.com @pat hi"
    spans = (
        Span(0, 4, "mention", me),
        Span(5, 20, "mention", CY.uri),
        Span(21, 25, "mention", "x"),
    )
    here = post("https://b.example/1", RichText(said, spans), visibility="followers")
    there = replace(post("at://b/1"), network="second")
    keys = {here.uri: (here.uri, "same"), there.uri: (there.uri, "same")}
    for id, one in ((ANA, here), (SAM, there)):
        entry = Entry(key=one.uri, sort_at=NOON, post=one)
        await office.store.save(Batch(account=id, source=HOME, items=(entry,), echo_keys=keys))
    target = await planning(office).target(" https://b.example/1 ")

    assert {PostAddress("first", here.uri), PostAddress("second", there.uri)} == set(target.copies)
    assert (BO, said, "followers", NOON) == (
        target.author, target.excerpt, target.visibility, target.written_at,
    )  # fmt: skip
    assert [CY.uri] == [one.uri for one in target.mentions]
    assert [] == talker(office, ANA).asked


async def test_what_is_not_in_the_cache_is_asked_for(office: PostOffice) -> None:
    """One account after the other; a server that cannot be reached says more than “no”."""
    talker(office, SAM).posts["https://b.example/2"] = post("https://b.example/2")
    target = await planning(office).target("https://b.example/2")
    assert "https://b.example/2" == target.copies[0].uri

    with pytest.raises(NotFound, match="No server of yours knows"):
        await planning(office).target("https://b.example/none")
    talker(office, ANA).broken = Unreachable("No line.")
    with pytest.raises(Unreachable):
        await planning(office).target("https://b.example/none")
