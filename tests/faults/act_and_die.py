"""
One command in a process that is killed (SIGKILL) at a chosen moment.

usage: python -m tests.faults.act_and_die PROFILE EVENT NUMBER MOMENT NOUN ARGUMENT…

EVENT, NUMBER and MOMENT as in ``post_and_die``, from the beginning of the command on.
"""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from pathlib import Path

from app.cli.options import parse
from app.cli.output import Output
from app.services.options import Options
from app.wiring import Wiring
from tests.faults.post_and_die import Death, die


async def act(profile: Path, death: Death, arguments: list[str]) -> None:
    """Do it, and die on the way (or, if it never comes so far, at the end)."""
    house = Wiring().build(Options(profile=profile))
    await house.start()
    house.store.keep = death.meets("keep", house.store.keep)  # type: ignore[method-assign]
    http = house.http()
    http.request = death.meets("ask", http.request)  # type: ignore[method-assign]
    parsed = parse(["--profile", str(profile), "--json", *arguments])
    run = death.nears(import_module(f"app.cli.{arguments[0]}").run)
    await run(parsed, house, Output(json=True))
    die()


def main(profile: str, event: str, number: str, moment: str, *arguments: str) -> None:
    """See above."""
    asyncio.run(act(Path(profile), Death(event, int(number), moment), list(arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
