"""What must be on disk when a window closes, whatever it was doing just then."""

from __future__ import annotations

import asyncio
import threading

from app.model.timeline import ALL
from tests.unit.services.conftest import Home
from tests.unit.services.servers import entry


async def test_a_place_that_waits_for_the_writer_is_kept_when_the_window_closes(
    home: Home,
) -> None:
    """Closing while the place is queued behind a page that is being stored loses nothing."""
    home.server.write(*(entry(n) for n in range(30)))
    await home.join()
    await home.sync.run()
    source = home.timelines.open(ALL)
    source.set_position(source.key(7), 5)
    gate = threading.Event()
    busy = asyncio.create_task(home.store.keep(lambda _: gate.wait(10)))
    saving = asyncio.create_task(source.keep_position())
    await asyncio.sleep(0.01)

    saving.cancel()
    leaving = asyncio.create_task(home.timelines.leave(source))
    await asyncio.sleep(0.01)
    gate.set()
    await asyncio.gather(busy, leaving)

    anchor = home.store.reader.anchor(ALL)
    assert anchor is not None
    assert (anchor.key, anchor.offset) == (entry(22).key, 5)
