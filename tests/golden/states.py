"""The states that are kept as golden: only what the pinned font can write."""

from __future__ import annotations

from app.feed.rows import Shown
from app.ui.timeline.layout.frame import PLAIN, RowState
from app.ui.timeline.paint.painter import PLAIN_LOOK, Look
from tests.ui.timeline import samples

State = tuple[str, Shown | None, RowState, Look]


def states() -> list[State]:
    """Name, row, what the reader did to it, how it stands."""
    open_, sel = RowState(open=True), Look(selected=True)
    kept: list[State] = [
        (name, row, PLAIN, PLAIN_LOOK)
        for name, row in samples.gallery()
        if name not in ("reply_rtl", "quoting", "rich_text", "emoji_text")
    ]
    refused = RowState(refused="Like not accepted by quiet.example.", retry="like")
    filling = RowState(filling=True, progress="Filling: 80 of about 240 posts")
    kept += [
        ("warned_open", samples.warned(), open_, PLAIN_LOOK),
        ("labelled_open", samples.labelled(), RowState(open_media=True), PLAIN_LOOK),
        ("labelled_fixed", samples.labelled(fixed=True), PLAIN, PLAIN_LOOK),
        ("poll_chosen", samples.poll_open(), RowState(chosen=(0,)), PLAIN_LOOK),
        ("refused", samples.followers_only(), refused, PLAIN_LOOK),
        ("filling", samples.gap(), filling, PLAIN_LOOK),
        ("quoted", samples.quoting_latin(), PLAIN, PLAIN_LOOK),
        ("folded", samples.fold(), PLAIN, PLAIN_LOOK),
        ("unfolded", samples.fold(opened=True), PLAIN, PLAIN_LOOK),
        ("face_covered", samples.face_covered(), PLAIN, PLAIN_LOOK),
        ("hovered", samples.followers_only(), PLAIN, Look(hovered=True)),
        ("selected", samples.echo(), PLAIN, sel),
        ("focused", samples.echo(), PLAIN, Look(selected=True, row_focus=True)),
        ("part_focused", samples.echo(), PLAIN, Look(selected=True, focus=4)),
    ]
    return kept
