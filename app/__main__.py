"""``godwit`` and ``python -m app``: parse arguments; open the window or run a command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run Godwit with the arguments of the process. Returns the exit status."""
    from app.cli.main import run
    from app.wiring import Wiring

    return run(sys.argv[1:], Wiring())


if __name__ == "__main__":
    sys.exit(main())
