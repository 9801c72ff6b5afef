"""Branches of a conversation that are folded away. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from app.feed.threads import Line


def folded(below: Sequence[Line], uris: Collection[str]) -> tuple[Line, ...]:
    """*below* without what hangs below the posts at *uris*; each says how much that is."""
    if not uris:
        return tuple(below)
    shown: list[Line] = []
    depth = 0  # of the fold that we are in, 0 = none
    for line in below:
        if depth and line.depth > depth:
            shown[-1] = replace(shown[-1], folded=shown[-1].folded + _posts(line))
            continue
        if depth and line.kind == "continue" and line.parent == shown[-1].uri:
            shown[-1] = replace(shown[-1], folded=shown[-1].folded + line.count)
            continue
        depth = line.depth if line.kind != "continue" and line.uri in uris else 0
        shown.append(line)
    return tuple(shown)


def branches(below: Sequence[Line]) -> frozenset[str]:
    """URIs of the first answers that have answers."""
    following = (*below[1:], None)
    return frozenset(
        line.uri
        for line, after in zip(below, following, strict=True)
        if line.depth == 1 and line.uri and after is not None and after.depth > 1
    )


def _posts(line: Line) -> int:
    return line.count if line.kind != "post" and line.count else 1
