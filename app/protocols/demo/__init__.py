"""
A third protocol, in memory: two networks of invented people.

It serves ``--demo``, tests and pictures, and passes the same contract suite
as the real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.protocols.demo.media import media_file
from app.protocols.demo.network import ACCOUNTS, ID, DemoNetwork, signed_in
from app.protocols.demo.people import NAMES
from app.protocols.demo.sketch import JUNO, KIEL, SKY
from app.protocols.demo.world import World

__all__ = [
    "ACCOUNTS",
    "ID",
    "JUNO",
    "KIEL",
    "NAMES",
    "SKY",
    "DemoNetwork",
    "World",
    "media_file",
    "network",
    "signed_in",
]


def network(
    http: object = None,
    *,
    now: datetime | None = None,
    clock: Callable[[], datetime] | None = None,
    per_network: int = 400,
) -> DemoNetwork:
    """
    The demo, with the third account waiting as in the pictures.

    Args:
        http: Not used: nothing leaves the process.
        now: Origin of its time; default: this minute.
        clock: What time it is; new posts come up to then.
    """
    origin = now or datetime.now(UTC).replace(second=0, microsecond=0)
    demo = DemoNetwork(World(origin, per_network=per_network, clock=clock))
    demo.faults[KIEL].wait = timedelta(minutes=4)
    return demo
