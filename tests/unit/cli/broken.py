"""Run by test_commands: doors behind which there is a bug."""

from __future__ import annotations

import sys

from app.cli.main import run


class Broken:
    def house(self, options: object) -> object:
        return 1 // 0


sys.exit(run(["sync"], Broken()))  # type: ignore[arg-type]
