"""From arguments to an exit status; every error in words, never a traceback."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from app.cli.doors import Doors
from app.cli.options import NO_WINDOW, module_of, options_from, parse
from app.cli.output import Output, Usage
from app.cli.quick import has_screen
from app.cli.streams import flush, ready_streams
from app.model.errors import BadInput, ServiceError

DONE, REFUSED, BAD_USAGE, NEEDS_USER, INTERRUPTED = 0, 1, 2, 3, 130
DEBUG = "GODWIT_DEBUG"

log = logging.getLogger(__name__)


def run(arguments: Sequence[str], doors: Doors) -> int:
    """Do what *arguments* ask for. Returns the exit status (cli.md)."""
    out = Output(json="--json" in arguments)
    # Else Python prints warnings of libraries to stderr, which is ours.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        ready_streams(json=out.json)
        parsed = parse(arguments)
        if parsed.noun is None:
            return _window(parsed, doors, out)
        status = _command(parsed, doors, out)
        flush()
        return status
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (told, never swallowed)
        return status_of(error, out)


def status_of(error: BaseException, out: Output) -> int:
    """Tell what went wrong, and the exit status for it."""
    match error:
        case Usage():
            out.error(error)
            return BAD_USAGE
        case KeyboardInterrupt():
            out.note("interrupted")
            return INTERRUPTED
        case BrokenPipeError():
            return DONE  # who reads us has read enough (`| head`)
        case _ if os.environ.get(DEBUG):
            raise error
        case BadInput():
            out.error(error)
            return BAD_USAGE
        case ServiceError():
            out.error(error)
            return REFUSED
        case _:
            return _bug(error, out)


def _window(parsed: argparse.Namespace, doors: Doors, out: Output) -> int:
    options = options_from(parsed)
    if parsed.json:
        raise Usage("The window has nothing to print as JSON.", NO_WINDOW)
    if not has_screen():
        raise Usage("There is no screen here to open a window on.", NO_WINDOW)
    return doors.window(options)


def _command(parsed: argparse.Namespace, doors: Doors, out: Output) -> int:
    command = import_module(module_of(parsed.noun))
    if hasattr(command, "run_alone"):
        return int(command.run_alone(parsed, doors, out))

    async def main() -> int:
        _stop_when_told()
        async with doors.house(options_from(parsed)) as house:
            if house.store.recovered:
                out.note(f"note: {house.store.recovered}")
            try:
                if hasattr(command, "run_owning"):
                    own = doors.belongings(house, f"godwit {parsed.noun}")
                    return int(await command.run_owning(parsed, house, own, out))
                return int(await command.run(parsed, house, out))
            except (ServiceError, Usage):
                raise
            except Exception:
                # While the profile's log is open: the trace is in it.
                log.exception("bug in %s", parsed.noun)
                raise

    import asyncio  # 30 ms that the window does not pay before its first frame

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None  # told to end, see below


def _stop_when_told() -> None:
    """SIGTERM ends a command as Ctrl-C does: what was begun is put away first."""
    import asyncio
    import signal

    task = asyncio.current_task()
    assert task is not None
    with suppress(NotImplementedError, RuntimeError):  # Windows; not the main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _bug(bug: BaseException, out: Output) -> int:
    """Our own mistake, in a line."""
    error = ServiceError(
        f"Godwit has made a mistake ({type(bug).__name__}).",
        "Run it again with GODWIT_DEBUG=1 and report what it prints.",
    )
    error.kind = "bug"
    out.error(error)
    return REFUSED
