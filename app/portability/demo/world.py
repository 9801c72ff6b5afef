"""The servers of the demo between which one can move, and who lives where."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from app.model.errors import NotFound
from app.protocols.base import Fact, Preview

PASSWORD, CODE, INVITE = "demo", "GULLS-TERNS", "LOW-TIDE"
"""What the demo's servers want to hear."""


class Server(Struct, frozen=True, kw_only=True):
    """A server of the demo. *invites*: lets in only who has a code; *full*: takes no posts."""

    host: str
    name: str
    about: str
    invites: bool = False
    full: bool = False


SERVERS = {
    server.host: server
    for server in (
        Server(
            host="boathouse.example",
            name="Boathouse",
            about="A small server on the quay. Files up to 100 MB, open to everybody.",
        ),
        Server(
            host="tidepool.example",
            name="Tidepool",
            about="For people who look under stones. Needs an invite code; in the demo "
            f"it is {INVITE}.",
            invites=True,
        ),
        Server(
            host="lighthouse.example",
            name="Lighthouse",
            about="Its disk is full: here one sees what happens when a server refuses.",
            full=True,
        ),
    )
}


class Belongings(Struct, frozen=True, kw_only=True):
    """What an account of the demo owns. Sizes in bytes."""

    posts: int = 12_408
    posts_size: int = 34_100_000
    files: int = 3_962
    files_size: int = 1_210_000_000
    dead: int = 4
    follows: int = 611
    followers: int = 1_904
    lists: int = 7
    blocks: int = 48
    mutes: int = 12


class Resident(Struct, kw_only=True):
    """
    One account at one server.

    Attributes:
        active: Others see it there.
        posts, files, follows: How many have arrived.
        alias: It says where it came from.
    """

    active: bool = False
    posts: int = 0
    files: int = 0
    follows: int = 0
    preferences: bool = False
    alias: bool = False


class Homes:
    """Who lives where. Gone with the process, like all of the demo."""

    def __init__(self) -> None:
        self._residents: dict[tuple[str, str], Resident] = {}
        self.home: dict[str, str] = {}
        """Handle → host, where it has moved."""

    def resident(self, handle: str, host: str) -> Resident | None:
        """The account *handle* at *host*; None: there is none."""
        return self._residents.get((handle, host))

    def found(self, handle: str, host: str) -> Resident:
        """The same; made when there is none."""
        return self._residents.setdefault((handle, host), Resident())

    def remove(self, handle: str, host: str) -> None:
        """As if it had never been there."""
        self._residents.pop((handle, host), None)


def server_at(address: str) -> Server:
    """
    The server that was typed.

    Raises:
        NotFound: The demo has no such server.
    """
    typed = address.strip().lower()
    host = urlsplit(typed if "//" in typed else f"//{typed}").hostname or ""
    if host not in SERVERS:
        known = ", ".join(SERVERS)
        raise NotFound(
            f"The demo has no server at {host or 'an empty address'}.", f"Try one of: {known}."
        )
    return SERVERS[host]


async def look(address: str) -> Preview:
    """What a server of the demo says of itself. Raises: NotFound."""
    server = server_at(address)
    facts = [Fact("Invite", "needed" if server.invites else "not needed", "ticket")]
    facts.append(Fact("Files", "up to 100 MB", "image-square"))
    return Preview(
        address=server.host,
        title=server.name,
        subtitle=server.host,
        text=server.about,
        facts=tuple(facts),
    )
