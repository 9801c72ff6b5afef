"""What files do, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.portability.activitypub.importing import FileResult, Preview
from app.ui.shell.words import count_text

_KINDS = {
    "following": ("Follows", "users"),
    "lists": ("Lists", "list-bullets"),
    "muting": ("Mutes", "speaker-slash"),
    "blocking": ("Blocks", "prohibit"),
    "domain_blocking": ("Blocked servers", "globe-simple"),
    "bookmarks": ("Bookmarks", "bookmark-simple"),
    "tags": ("Followed hashtags", "hash"),
    "filters": ("Filters", "funnel-simple"),
}

Odd = tuple[int, str, str]
"""Line, what stands there, why it was left out or failed."""


def title_of(kind: str) -> str:
    """What kind of file it is."""
    return _KINDS.get(kind, ("A file", ""))[0]


def icon_of(kind: str) -> str:
    """Its icon."""
    return _KINDS.get(kind, ("", "file-text"))[1]


def foretold(preview: Preview | None) -> str:
    """What it would do."""
    if preview is None:
        return "Being read…"
    parts = [f"{count_text(preview.new)} new"]
    if preview.changed:
        parts.append(f"{count_text(preview.changed)} there in another way")
    parts.append(f"{count_text(preview.already)} there already")
    if preview.skipped:
        parts.append(f"{count_text(len(preview.skipped))} lines cannot be used")
    return ", ".join(parts)


def outcome(result: FileResult) -> str:
    """What it did."""
    parts = [f"{count_text(result.count('done'))} done"]
    for state, text in (
        ("requested", "asked: they must agree"),
        ("already", "there already"),
        ("failed", "failed"),
        ("left", "still to do"),
    ):
        if count := result.count(state):  # type: ignore[arg-type]
            parts.append(f"{count_text(count)} {text}")
    return ", ".join(parts)


def act(new: int) -> str:
    """The word on the button."""
    if not new:
        return "Nothing is new"
    return "Import one" if new == 1 else f"Import {count_text(new)}"


def odd_rows(preview: Preview | None, result: FileResult | None) -> list[Odd]:
    """Rows that somebody should look at: what failed, then what cannot be used."""
    rows: list[Odd] = []
    if result is not None:
        rows += [(one.line, one.text, one.why) for one in result.rows if one.state == "failed"]
    skipped = result.skipped if result is not None else preview.skipped if preview else ()
    rows += [(one.line, one.text, one.why) for one in skipped]
    return rows


def as_text(files: Sequence[tuple[str, Preview | None, FileResult | None]]) -> str:
    """All of it, to take along."""
    lines = []
    for name, preview, result in files:
        lines.append(f"{name}: {outcome(result) if result else foretold(preview)}")
        lines += [f"  line {line}: {text}: {why}" for line, text, why in odd_rows(preview, result)]
    return "\n".join(lines) + "\n"
