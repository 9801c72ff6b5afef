"""Lists of people: found by title, told apart, refused in words."""

from __future__ import annotations

from typing import Any, cast

import pytest

from app.model import Account, AccountId, Profile
from app.model.belongings import OwnList, Who
from app.model.errors import BadInput, NotFound, ServiceError, Unreachable, Unsupported
from app.model.person import Known
from app.protocols.owning import Pause, no_pause
from app.services.lists import Lists

ANA, BO = AccountId("ana@one.example"), AccountId("bo@two.example")


class Server:
    """Keeps lists in memory; ``trouble`` is raised instead of an answer."""

    def __init__(self, *titles: str) -> None:
        self.lists = {str(n): OwnList(ref=str(n), title=title) for n, title in enumerate(titles)}
        self.trouble: ServiceError | None = None

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        """All."""
        if self.trouble is not None:
            raise self.trouble
        return tuple(self.lists.values())

    async def make_list(self, title: str) -> str:
        """Under the next number."""
        ref = str(len(self.lists))
        self.lists[ref] = OwnList(ref=ref, title=title)
        return ref

    async def rename_list(self, ref: str, title: str) -> None:
        """With the same people."""
        self.lists[ref] = OwnList(ref=ref, title=title, members=self.lists[ref].members)

    async def delete_list(self, ref: str) -> None:
        """Gone is gone."""
        self.lists.pop(ref, None)

    async def put_on_list(self, ref: str, profile: Profile, on: bool = True) -> None:
        """One person at most."""
        members = (Who(profile.handle, profile.uri),) if on else ()
        self.lists[ref] = OwnList(ref=ref, title=self.lists[ref].title, members=members)


class Mine:
    """Two accounts and their servers; stands for ``Accounts``."""

    def __init__(self, **servers: object) -> None:
        self._servers = {ANA: servers["ana"], BO: servers["bo"]}

    def all(self) -> tuple[Account, ...]:
        """Both."""
        return tuple(map(self.find, self._servers))

    def find(self, id: AccountId) -> Account:
        """One of them."""
        handle, _, host = id.partition("@")
        return Account(
            id=id, protocol="p", network="n", server=f"https://{host}", uri=id, handle=handle
        )

    def service(self, id: AccountId) -> object:
        """Its server."""
        return self._servers[id]

    async def report(self, id: AccountId, error: ServiceError | None) -> None:
        """How it went is of no interest here."""


class Everybody:
    """Whoever is asked for is known; stands for ``People``."""

    async def find(self, who: str, account: AccountId) -> Known:
        """By that handle."""
        handle = who.removeprefix("@")
        return Known("n", Profile(uri=f"https://x.example/{handle}", handle=handle))


def _lists(ana: object, bo: object, **more: Any) -> Lists:
    return Lists(cast(Any, Mine(ana=ana, bo=bo)), cast(Any, Everybody()), **more)


async def test_lists_of_all_accounts_and_what_does_not_answer() -> None:
    """One that refuses hides no other; who keeps none is not asked."""
    first, second = Server("Friends"), Server("Birds")
    second.trouble = Unreachable("No answer.", "Try again.")
    found = await _lists(first, second).all()
    assert [[kept.title for kept in one.lists] for one in found] == [["Friends"], []]
    assert found[1].trouble is second.trouble
    assert [one.account for one in await _lists(first, object()).all()] == [ANA]


async def test_a_list_is_found_by_its_title_or_ref_and_told_apart() -> None:
    """Two of one name are a question, not a guess."""
    lists = _lists(Server("Friends", "Birds"), Server("friends"))
    assert (await lists.find("birds"))[1].ref == "1"
    assert (await lists.find("Friends", BO))[0] == BO
    with pytest.raises(BadInput, match="Several lists"):
        await lists.find("friends")
    with pytest.raises(NotFound, match="no list"):
        await lists.find("Cranes")


async def test_lists_are_made_filled_renamed_and_deleted() -> None:
    """As the server then has them."""
    server = Server()
    lists = _lists(server, object())
    ref = await lists.make(ANA, "  To \n read ")
    assert await lists.put(ANA, ref, "@cy@x.example") == "cy@x.example"
    await lists.rename(ANA, ref, "Read")
    assert [(k.title, len(k.members)) for k in server.lists.values()] == [("Read", 1)]
    await lists.put(ANA, ref, "cy@x.example", on=False)
    assert not server.lists[ref].members
    await lists.delete(ANA, ref)
    assert not server.lists


async def test_what_cannot_be_is_told_in_words() -> None:
    """No name, no such ability, no network."""
    lists = _lists(Server(), object())
    with pytest.raises(BadInput, match="needs a name"):
        await lists.make(ANA, " \n ")
    with pytest.raises(Unsupported, match=r"two\.example keeps no lists"):
        await lists.make(BO, "Birds")
    with pytest.raises(Unreachable, match="--offline"):
        await _lists(Server(), object(), offline=True).make(ANA, "Birds")
