"""
What is left of Misskey's own markup (MFM) in the HTML that its kin send: ``$[spin text]``.

Functions only make text move or shine; the text is what was said. Source: misskey-hub.net/mfm.
"""

from __future__ import annotations

import re

_PART = re.compile(r"<[^<>]*>|\$\[[a-z0-9]{1,24}(?:\.[a-z0-9=,.-]{1,200})?\s|[\[\]]")


def without_functions(html: str) -> str:
    """*html* with what functions hold in their place; what never ends stays as it is."""
    if "$[" not in html:
        return html
    gone: list[tuple[int, int]] = []
    opened: list[tuple[int, int] | None] = []  # None: a bracket like any other
    for hit in _PART.finditer(html):
        part = hit[0]
        if part[0] == "<":
            continue
        if part != "]":
            opened.append(hit.span() if part[0] == "$" else None)
        elif opened and (begun := opened.pop()) is not None:
            gone += [begun, hit.span()]
    kept, at = [], 0
    for begin, end in sorted(gone):
        kept.append(html[at:begin])
        at = end
    return "".join([*kept, html[at:]])
