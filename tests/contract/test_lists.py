"""Lists of people on every network: made, named, filled, looked at page by page, deleted."""

from __future__ import annotations

import pytest

from app.model import Cursor, Profile
from app.model.belongings import OwnList
from app.model.errors import NotFound, ServiceError
from app.protocols.listing import KeepsLists, ShowsMembers
from app.protocols.writing import Reacts
from tests.contract.stages import Stage


async def keeper(stage: Stage) -> KeepsLists:
    """Whatever is behind it that keeps lists, following somebody who can be put on one."""
    if not stage.writable:
        pytest.skip("nothing can be written behind this one")
    service = stage.service()
    assert isinstance(service, KeepsLists)
    assert isinstance(service, Reacts)
    await service.relate("follow", stage.other)
    return service


async def named(service: KeepsLists, title: str) -> OwnList | None:
    """The list of that title."""
    return next((one for one in await service.own_lists() if one.title == title), None)


def somebody(stage: Stage) -> Profile:
    """Who is put on lists."""
    return Profile(stage.other, stage.other_handle)


async def on(service: KeepsLists, ref: str) -> list[str]:
    """URIs of those on a list, over all its pages."""
    assert isinstance(service, ShowsMembers)
    found: list[str] = []
    cursor: Cursor | None = None
    for _ in range(8):
        page = await service.members_of(ref, cursor)
        found += [one.uri for one in page.people]
        if page.older is None:
            return found
        cursor = page.older
    raise AssertionError("the list has no end")


async def test_a_list_is_made_renamed_and_deleted(stage: Stage) -> None:
    """Gone is gone, and said so when somebody wants to rename it."""
    service = await keeper(stage)
    ref = await service.make_list("Estuary")
    made = await named(service, "Estuary")
    assert made is not None
    assert (made.ref, made.members) == (ref, ())

    await service.rename_list(ref, "Estuary, winter")
    again = await named(service, "Estuary, winter")
    assert again is not None
    assert again.ref == ref
    assert await named(service, "Estuary") is None

    await service.delete_list(ref)
    assert await named(service, "Estuary, winter") is None
    await service.delete_list(ref)
    with pytest.raises(ServiceError) as told:
        await service.rename_list(ref, "Too late")
    assert isinstance(told.value, NotFound)


async def test_people_are_put_on_a_list_once_and_taken_off_once(stage: Stage) -> None:
    """Done twice is done; the list's own pages and its summary agree."""
    service = await keeper(stage)
    ref = await service.make_list("Counters")
    for _ in range(2):
        await service.put_on_list(ref, somebody(stage))
    assert await on(service, ref) == [stage.other]
    kept = await named(service, "Counters")
    assert kept is not None
    assert [who.uri for who in kept.members] == [stage.other]

    for _ in range(2):
        await service.put_on_list(ref, somebody(stage), on=False)
    assert await on(service, ref) == []
    await service.delete_list(ref)


async def test_a_list_that_is_none_is_told_of(stage: Stage) -> None:
    """In words, and nothing is made by the way."""
    service = await keeper(stage)
    before = await service.own_lists()
    assert isinstance(service, ShowsMembers)
    for ref in ("999999", f"at://{stage.account.uri}/app.bsky.graph.list/3kznmn7xqxl99"):
        with pytest.raises(ServiceError):
            await service.members_of(ref)
    assert await service.own_lists() == before
