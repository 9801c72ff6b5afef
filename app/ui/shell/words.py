"""States, times and counts in words. Pure: the clock is an argument."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.model import AccountState
from app.ui.shell.items import Status

_MINUTE = timedelta(minutes=1)


def status_of(state: AccountState, now: datetime) -> Status | None:
    """What the sidebar says instead of the host; None while all is well."""
    match state.kind:
        case "ready" | "busy":
            return None
        case "offline":
            return Status("cloud-slash", "Not reachable", "warn")
        case "signed_out":
            return Status("sign-in", "Sign in again", "danger")
        case "suspended":
            return Status("prohibit", "Suspended", "danger")
        case "locked":
            return Status("lock-key", "Keys are locked", "warn")
        case "waiting":
            left = left_text(state.until, now)
            return Status("hourglass-medium", f"Waiting, {left}" if left else "Waiting", "warn")


def left_text(until: datetime | None, now: datetime) -> str:
    """How long it is until then; "" = no time at all, or nobody knows."""
    if until is None or until <= now:
        return ""
    seconds = round((until - now).total_seconds())
    return f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"


_HIDDEN_ICONS = {
    "filter": "funnel-simple",
    "label": "shield-warning",
    "muted word": "speaker-slash",
    "muted": "speaker-slash",
    "blocklist": "list-bullets",
    "blocking": "prohibit",
    "blocked by": "prohibit",
    "blocks other": "prohibit",
    "server": "globe-simple",
}


def hidden_icon(cause: str) -> str:
    """The icon of what hid a post, from its words (``feed.pipeline.why_hidden``)."""
    return _HIDDEN_ICONS.get(cause.partition(":")[0].lower(), "eye-slash")


def hidden_text(cause: str, *, whole: bool = True) -> str:
    """
    What hid a post, for people, from the same words.

    *whole*: with the entry of a blocklist that it was.
    """
    kind, _, rest = cause.partition(": ")
    if kind.lower() == "muted word":
        return f"Word “{rest}”"
    if kind.lower() == "blocklist":
        entry, _, title = rest.partition(" (")
        title = title.removesuffix(")").partition(" (@")[0]
        return f"List “{title}”: {entry}" if whole else f"List “{title}”"
    if kind.lower() not in ("filter", "label"):
        return cause
    name, _, source = rest.rpartition(" (") if rest.endswith(")") else (rest, "", "")
    source = f", {source.removesuffix(')')}" if source else ""
    return f"{kind} “{name}”{source}"


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the shortest words that stay true."""
    passed = max(now - then, timedelta())
    if passed < _MINUTE:
        return "just now"
    minutes = int(passed / _MINUTE)
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    days = minutes // (24 * 60)
    return f"{days} day ago" if days == 1 else f"{days} days ago"


def count_text(count: int) -> str:
    """Thousands by the user's locale; a narrow no-break space where it has none."""
    if count < 1000:
        return str(count)
    from PySide6.QtCore import QLocale  # slow to load: not before the first frame

    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        return f"{count:,}".replace(",", "\u202f")
    return str(locale.toString(count))


def clock_text(moment: datetime) -> str:
    """Time of day where the user is."""
    return moment.astimezone().strftime("%H:%M")
