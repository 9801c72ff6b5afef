"""What is told where the pointer rests, when others have written it."""

from __future__ import annotations


def plain_tip(text: str) -> str:
    """
    *text* for ``setToolTip``, shown just as it is.

    Qt takes what looks like markup for markup: a name could show a picture of this
    computer's, or keep the window busy for minutes with tables in tables.
    """
    if "<" not in text and "&" not in text:
        return text
    from html import escape  # slow to load, and seldom needed

    return f"<span>{escape(text)}</span>".replace("\n", "<br>")
