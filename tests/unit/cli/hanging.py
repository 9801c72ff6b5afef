"""Run by test_commands: a sync of the demo whose servers never answer."""

from __future__ import annotations

import asyncio
import sys

from app.cli.main import run
from app.protocols import demo
from app.wiring import Wiring

_network = demo.network


def hanging(*args: object, **options: object) -> demo.DemoNetwork:
    made = _network(*args, **options)  # type: ignore[arg-type]
    for faults in made.faults.values():
        faults.hold = asyncio.Event()
    print("waiting", flush=True)
    return made


demo.network = hanging  # type: ignore[assignment]
sys.exit(run(["--demo", "sync"], Wiring()))
