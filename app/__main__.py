"""``godwit`` and ``python -m app``: open the window, or run a command."""

from __future__ import annotations

import sys

from app.services import late


def main() -> int:
    """Run Godwit with the arguments of the process. Returns the exit status."""
    # Two names of it that Python itself has since 3.11, and what decodes no JSON: 8 ms.
    late.put_off(("msgspec.inspect", "msgspec.msgpack", "msgspec.toml", "msgspec.yaml"))
    late.load_without("msgspec", "typing_extensions")
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
