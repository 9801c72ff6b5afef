"""``godwit`` and ``python -m app``: open the window, or run a command."""

from __future__ import annotations

import sys

from app.services import late

_LATE = (
    # What decodes no JSON.
    *(f"msgspec.{part}" for part in ("inspect", "msgpack", "toml", "yaml")),
    # What PySide6, zipfile and urllib import at their start: it serves archives that
    # are made, messages of errors, addresses in brackets. A tenth of an empty window.
    # And asyncio: processes that write text; handlers of the log: sockets of others.
    "bz2",
    "inspect",
    "ipaddress",
    "linecache",
    "locale",
    "lzma",
    "pickle",
    "platform",
    "shutil",
    "tempfile",
    "tokenize",
    "traceback",
)


def _extract_stack(*arguments: object) -> object:
    """That of ``traceback``; asyncio takes it at its start, and calls it when one debugs."""
    module = sys.modules["traceback"]
    late.execute(module)
    return module.extract_stack(*arguments)


def lighten() -> None:
    """Before anything else is imported: leave out what only costs time at the start."""
    late.put_off(_LATE)
    late.lend("traceback", "extract_stack", _extract_stack)
    if sys.platform == "linux":
        late.lend("platform", "system", lambda: "Linux")  # for ``uuid``, which msgspec imports
    # For two names that Python itself has since 3.11; the rest takes 6 ms.
    late.load_without("msgspec", "typing_extensions")


def main() -> int:
    """Run Godwit with the arguments of the process. Returns the exit status."""
    lighten()
    from app.cli.quick import has_screen, window_options
    from app.wiring import Wiring

    arguments = sys.argv[1:]
    options = window_options(arguments)
    if options is None or not has_screen():
        from app.cli.main import run

        return run(arguments, Wiring())
    try:
        return Wiring().window(options)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (told, never swallowed)
        from app.cli.main import status_of
        from app.cli.output import Output
        from app.cli.streams import ready_streams

        ready_streams()
        return status_of(error, Output())


if __name__ == "__main__":
    sys.exit(main())
