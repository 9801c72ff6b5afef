"""How far was read, on several devices: marks go forward only, and nobody fights."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.model import Account, Cursor, Page, Source, ViewerState
from app.model.errors import StoreError, Unreachable
from app.model.timeline import ALL, HOME, Anchor, RowKey
from app.protocols.base import Secrets
from app.protocols.placing import KeepsPlace
from app.services.markers import Markers
from tests.unit.fakes import MemoryVault
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import ANA, SAM, FakeNetwork, FakeService, Server, entry


class Kept(Server):
    """
    It also keeps how far was read, and takes whatever it is told.

    Attributes:
        place: How it calls it. *told*: all that it was told.
        quicker: What another device tells it just before the next one does.
    """

    place, quicker = "", ""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []


class PlacedService(FakeService):
    async def page(
        self,
        source: Source = HOME,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        page = await super().page(source, cursor, limit=limit, background=background)
        items = [
            replace(one, viewer=ViewerState(ref=one.key.rsplit("/", 1)[1])) for one in page.items
        ]
        return replace(page, items=tuple(items))

    @property
    def _kept(self) -> Kept:
        assert isinstance(self._server, Kept)
        return self._server

    async def place_read(self) -> str:
        if self._kept.failing:
            raise self._kept.failing.pop(0)
        return self._kept.place

    async def look_at_place(self, place: str) -> Anchor | None:
        found = next((e for e in self._kept.entries if e.key.endswith(f"/{place}")), None)
        return Anchor(found.key, found.sort_at) if found is not None else None

    async def mark_place_read(self, ref: str) -> str:
        kept = self._kept
        if kept.quicker:
            kept.place, kept.quicker = kept.quicker, ""
        if self.is_further(ref, await self.place_read()):
            kept.place = ref
            kept.told.append(ref)
        return kept.place

    def is_further(self, place: str, than: str) -> bool:
        return (len(place), place) > (len(than), than)


class PlacedNetwork(FakeNetwork):
    def open(self, account: Account, secrets: Secrets) -> FakeService:
        kind = PlacedService if isinstance(self.servers[account.id], Kept) else FakeService
        return kind(account, self.servers[account.id], secrets)


class Device:
    """A profile of its own, with the same account as the others."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.markers = Markers(home.store, home.accounts)
        self.heard: list[str] = []
        self.markers.subscribe(self.heard.append)

    def key(self, number: int) -> RowKey:
        """The row of a post."""
        post = entry(number)
        key = self.home.store.reader.row_of(ALL, Anchor(post.key, post.sort_at))
        assert key is not None
        return key

    async def read(self, number: int) -> None:
        """Somebody rests there."""
        await self.markers.read_to(ALL, self.key(number).at)


@pytest.fixture
async def kept() -> Kept:
    made = Kept()
    made.write(*(entry(number) for number in range(10, 60)))
    return made


@pytest.fixture
async def devices(kept: Kept, tmp_path: Path) -> AsyncIterator[tuple[Device, Device]]:
    servers, vault = {ANA: kept}, MemoryVault()
    made = []
    for name in ("desk", "sofa"):
        home = home_at(tmp_path / name, servers, vault, PlacedNetwork(servers))
        await home.join()
        await home.sync.run()
        made.append(Device(home))
    yield made[0], made[1]
    for one in made:
        one.home.store.close()


def test_the_stand_in_keeps_the_contract() -> None:
    """As the real one."""
    assert issubclass(PlacedService, KeepsPlace)


async def test_a_disk_that_is_full_is_told_as_what_it_is(
    devices: tuple[Device, Device], kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who rests somewhere must not meet a bug for it."""
    desk, _ = devices

    async def full(write: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(desk.home.store, "keep", full)
    with pytest.raises(StoreError):
        await desk.read(30)
    assert kept.told == []


async def test_one_reads_and_the_other_hears_of_it(
    devices: tuple[Device, Device], kept: Kept
) -> None:
    """The offer counts what lies between; who is told tells nobody else."""
    desk, sofa = devices
    await desk.read(30)
    assert kept.place == "30"
    await sofa.markers.look()
    ahead = await sofa.markers.ahead(ALL, sofa.key(18))
    assert ahead is not None
    assert (ahead.key, ahead.rows, ahead.whole) == (sofa.key(30), 12, True)
    assert sofa.heard == [ANA]
    assert kept.told == ["30"]
    # What was read here is no news here.
    await desk.markers.look()
    assert await desk.markers.ahead(ALL, desk.key(18)) is None


async def test_nobody_ever_goes_back(devices: tuple[Device, Device], kept: Kept) -> None:
    """Neither when one reads further down, nor when a server forgets."""
    desk, sofa = devices
    await desk.read(30)
    await sofa.markers.look()
    await sofa.read(20)
    assert kept.place == "30"
    assert await sofa.markers.ahead(ALL, sofa.key(40)) is None
    kept.place = "12"  # another program has set it back
    await sofa.markers.look()
    assert (await sofa.markers.mark(ANA)).at == sofa.key(30).at
    assert kept.told == ["30"]


async def test_two_who_read_at_once_end_at_the_further(
    devices: tuple[Device, Device], kept: Kept
) -> None:
    """Who comes second follows the one that was quicker, and both agree."""
    desk, sofa = devices
    await sofa.markers.look()
    kept.quicker = "45"
    await desk.read(40)
    assert kept.place == "45"
    assert (await desk.markers.mark(ANA)).at == desk.key(45).at
    assert desk.heard == [ANA]
    await sofa.read(50)
    await desk.markers.look()
    assert (await desk.markers.mark(ANA)).at == desk.key(50).at


async def test_idle_ones_are_silent_for_ever(devices: tuple[Device, Device], kept: Kept) -> None:
    """Looking again and again tells the server nothing."""
    desk, sofa = devices
    await desk.read(30)
    for _ in range(5):
        await sofa.markers.look()
        await desk.markers.look()
    assert kept.told == ["30"]
    assert sofa.heard == [ANA]


async def test_what_could_not_be_told_is_told_later(
    devices: tuple[Device, Device], kept: Kept, tmp_path: Path
) -> None:
    """Also by the next run of the program."""
    desk, _ = devices
    kept.failing.append(Unreachable("a.example does not answer."))
    await desk.read(30)
    assert kept.place == ""
    again = Markers(desk.home.store, desk.home.accounts)
    await again.look()
    assert kept.place == "30"


async def test_a_place_that_is_gone_is_asked_for_once(
    devices: tuple[Device, Device], kept: Kept
) -> None:
    """What was deleted moves nobody."""
    desk, _ = devices
    await desk.read(30)
    kept.place = "9999"
    await desk.markers.look()
    mark = await desk.markers.mark(ANA)
    assert (mark.at, mark.place) == (desk.key(30).at, "9999")
    assert desk.heard == []


async def test_offline_asks_nobody(devices: tuple[Device, Device], kept: Kept) -> None:
    """It is kept, as without an answer."""
    desk, _ = devices
    silent = Markers(desk.home.store, desk.home.accounts, offline=True)
    await silent.read_to(ALL, desk.key(30).at)
    await silent.look()
    assert kept.place == ""
    assert (await silent.mark(ANA)).wish == desk.key(30).at


async def test_a_timeline_of_several_accounts_goes_no_further_than_all(tmp_path: Path) -> None:
    """The one that was read least far counts; one without marks makes it an offer only."""
    ana, sam = Kept(), Server()
    ana.write(*(entry(number) for number in range(10, 60)))
    sam.write(*(entry(number, host="b.example") for number in range(10, 60)))
    servers: dict[object, Server] = {ANA: ana, SAM: sam}
    home = home_at(tmp_path, servers, MemoryVault(), PlacedNetwork(servers))  # type: ignore[arg-type]
    await home.join()
    await home.join(SAM, "second")
    await home.sync.run()
    device = Device(home)
    ana.place = "30"
    await device.markers.look()
    ahead = await device.markers.ahead(ALL, device.key(20))
    assert ahead is not None
    assert not ahead.whole
    home.store.close()
