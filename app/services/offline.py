"""What is said of ``--offline``: the same words wherever a server would be asked."""

from __future__ import annotations

from app.model.errors import Unreachable


def not_asked(next_step: str = "") -> Unreachable:
    """Why no server is asked."""
    return Unreachable("Godwit was started with --offline and asks no server.", next_step)
