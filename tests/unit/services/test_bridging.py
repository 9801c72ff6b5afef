"""Claims of bridged posts: proved before they join anything."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import AccountId, Entry, Post
from app.model.errors import Unreachable
from app.people.bridges import Bridge
from app.services.bridging import Bridging
from tests.unit.services.servers import ANA, entry

BRIDGES = (Bridge("Bridge", frozenset({"bridge.example"}), frozenset({"pds.bridge.example"})),)
ORIGINAL = "https://a.example/posts/1"


class Finder:
    """A service that knows where records are kept."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.asked: list[str] = []
        self.failing = False

    async def origin_server(self, post: Post) -> str:
        self.asked.append(post.author.uri)
        if self.failing:
            raise Unreachable("The directory cannot be reached.")
        return self.origin


class Plain:
    """A service of a network whose addresses name their host."""


class OneAccount:
    def __init__(self, service: object) -> None:
        self._service = service

    def service(self, account: AccountId) -> object:
        return self._service


def bridging(service: object) -> Bridging:
    return Bridging(OneAccount(service), lambda: BRIDGES)  # type: ignore[arg-type]


def copy(uri: str, number: int = 1) -> Entry:
    """A post at *uri* that says it is a copy of ORIGINAL."""
    made = entry(number)
    author = replace(made.post.author, uri=f"id:{uri}")
    post = replace(made.post, uri=uri, bridged_from=ORIGINAL, author=author)
    return replace(made, key=uri, post=post)


async def test_a_copy_kept_at_the_bridge_joins_its_original() -> None:
    """The server of its author is the bridge's own."""
    finder = Finder("https://pds.bridge.example")
    keys = await bridging(finder).echo_keys(ANA, [copy("at://x/1"), entry(5)])

    assert ORIGINAL in keys["at://x/1"]
    assert keys[entry(5).post.uri] == (entry(5).post.uri,)


async def test_a_claim_kept_elsewhere_joins_nothing() -> None:
    """Anybody can write that they are a copy."""
    keys = await bridging(Finder("https://pds.evil.example")).echo_keys(ANA, [copy("at://x/1")])

    assert keys == {"at://x/1": ("at://x/1",)}


async def test_an_address_at_the_bridge_needs_no_question() -> None:
    """Web addresses name their host themselves."""
    finder = Finder("")
    uri = "https://bridge.example/convert/1"
    keys = await bridging(finder).echo_keys(ANA, [copy(uri)])

    assert finder.asked == []
    assert ORIGINAL in keys[uri]


async def test_an_author_is_looked_up_once() -> None:
    """Pages full of one bridged account cost one question."""
    finder = Finder("https://pds.bridge.example")
    made = bridging(finder)
    for _ in range(3):
        await made.echo_keys(ANA, [copy("at://x/1", 1), copy("at://x/1", 2)])

    assert len(finder.asked) == 1


async def test_a_question_that_fails_is_asked_again_later() -> None:
    """The page is stored all the same; a later sighting can still prove it."""
    finder = Finder("https://pds.bridge.example")
    finder.failing = True
    made = bridging(finder)
    first = await made.echo_keys(ANA, [copy("at://x/1")])
    finder.failing = False
    second = await made.echo_keys(ANA, [copy("at://x/1")])

    assert (ORIGINAL in first["at://x/1"], ORIGINAL in second["at://x/1"]) == (False, True)


async def test_a_service_that_cannot_look_up_proves_nothing() -> None:
    """Without a way to ask, a claim stays a claim."""
    assert await bridging(Plain()).echo_keys(ANA, [copy("at://x/1")]) == {"at://x/1": ("at://x/1",)}
