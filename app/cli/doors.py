"""What the command line needs from whoever starts it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from app.portability.belongings import Belongings
from app.services.house import House
from app.services.options import Options


class Doors(Protocol):
    """Implemented by ``wiring``, which stands above."""

    def house(self, options: Options) -> AbstractAsyncContextManager[House]:
        """A started house for one command, closed at its end."""
        ...

    def belongings(self, house: House, who: str) -> Belongings:
        """What can be done there with what a user owns. *who*: works on it, in words."""
        ...

    def window(self, options: Options) -> int:
        """Open the window; returns the exit status when it is closed."""
        ...

    def tour(self, folder: Path) -> list[Path]:
        """Render the main screens of the demo to PNG files in *folder*."""
        ...
