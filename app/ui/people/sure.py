"""How sure it is that two are one human, in a word. Pure."""

from __future__ import annotations

from app.people.book import PROVES


def sure_text(confidence: float) -> str:
    """*confidence*: 0 to 1."""
    if confidence >= PROVES:
        return "Sure"
    if confidence >= 0.7:
        return "Likely"
    return "Perhaps" if confidence >= 0.5 else "Only the name"
