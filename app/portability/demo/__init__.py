"""Moving house inside the demo: in memory, without risk, and with everything that can happen."""

from __future__ import annotations

from app.portability.demo.archive import DemoArchives
from app.portability.demo.route import DemoRoute
from app.portability.demo.world import Homes, look

__all__ = ["DemoArchives", "DemoRoute", "Homes", "look"]
