"""
The report of a move, for the user to keep: one HTML file that needs nothing else, and text.

Says what was moved, what stayed, what happened and how it can be taken back. It may be
shown to others: no secret is in it, and an e-mail address only in part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from app.portability.disk import told
from app.portability.plan import Goes, JournalLine, MoveStatus, Place, Plan, StepView
from app.store.vault_file import write_atomically

_STATES = {
    "planned": "Planned: nothing has been done yet",
    "running": "Under way",
    "waiting": "Waiting",
    "done": "Done",
    "failed": "Stopped by an error; nothing is lost",
    "undone": "Taken back",
}
_MARKS = {
    "todo": "·",
    "doing": "…",
    "waiting": "…",
    "done": "✓",
    "failed": "✗",
    "skipped": "✓",
    "undone": "↩",
}
_HOW = {"moves": "", "guided": "By you, with guidance.", "stays": "Stays behind."}

Section = tuple[str, list[tuple[str, str, str]]]
"""A heading, and its rows: (mark, words, more words)."""


def write_report(
    folder: Path,
    plan: Plan,
    status: MoveStatus,
    lines: Sequence[JournalLine],
    *,
    name: str = "report",
) -> Path:
    """
    Write ``<name>.html`` and ``<name>.txt`` into *folder*; the HTML file.

    Raises:
        StoreError: The disk refuses; an older report is left as it was.
    """
    head, sections = _head(plan, status), _sections(plan, status, lines)
    page = folder / f"{name}.html"
    with told(page):
        write_atomically(page.with_suffix(".txt"), _text(head, sections).encode())
        write_atomically(page, _html(head, sections).encode())
    return page


def masked(address: str) -> str:
    """An e-mail address that others may see: ``a…@example.org``."""
    name, at, host = address.partition("@")
    return f"{name[:1]}…@{host}" if at and "." in host else address


def _head(plan: Plan, status: MoveStatus) -> list[str]:
    head = [
        f"{_place(plan.source)} → {_place(plan.target)}",
        _STATES[status.state] + (f" at “{_title(status)}”" if _title(status) else ""),
        f"Plan {plan.id}, made {_at(plan.created_at)}",
    ]
    if status.started_at:
        head.append(f"Begun {_at(status.started_at)}")
    if status.finished_at:
        head.append(f"Finished {_at(status.finished_at)}")
    head += [text for text in (status.error, status.next_step or status.next) if text]
    return head


def _title(status: MoveStatus) -> str:
    if status.state in ("done", "undone", "planned"):
        return ""
    return next((view.title for view in status.steps if view.id == status.step), "")


def _sections(plan: Plan, status: MoveStatus, lines: Sequence[JournalLine]) -> list[Section]:
    undo = status.undo
    back = [("", undo.text, f"until {_at(undo.until)}" if undo.until else "")] if undo else []
    sections = [
        ("What was to be done", [_step_row(view) for view in status.steps]),
        ("What goes along, and what does not", [_goes_row(one) for one in plan.goes]),
        ("Warnings", [("!", warning, "") for warning in plan.warnings]),
        ("Taking it back", back),
        ("Chosen", [("", key, masked(value)) for key, value in sorted(plan.options.items())]),
        ("Journal", [("", _at(line.at), line.text) for line in lines]),
    ]
    return [(title, rows) for title, rows in sections if rows]


def _step_row(view: StepView) -> tuple[str, str, str]:
    took = f"{view.seconds:.0f} s" if view.seconds >= 1 else ""
    return _MARKS[view.state], view.title, " · ".join(filter(None, (view.detail, took)))


def _goes_row(one: Goes) -> tuple[str, str, str]:
    mark = "–" if one.how == "stays" else "→"
    return mark, one.title, " ".join(filter(None, (_HOW[one.how], one.detail)))


def _place(place: Place) -> str:
    who = place.handle or place.name or place.did
    server = place.server.removeprefix("https://")
    return f"{who} on {server}" if who else server


def _at(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z").strip()


def _text(head: list[str], sections: list[Section]) -> str:
    lines = ["Moving house: a report by Godwit", "", *head]
    for title, rows in sections:
        lines += ["", title, "=" * len(title)]
        for mark, words, more in rows:
            lines.append(" ".join(filter(None, (mark, words, f"- {more}" if more else ""))))
    return "\n".join(lines) + "\n"


_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6470;--line:#d9dee4;--page:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#a3adb8;--line:#363d45;--page:#16191d}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);
max-width:46rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
td{border-top:1px solid var(--line);padding:.35rem .5rem .35rem 0;vertical-align:top}
td:first-child{width:1.5rem}td:last-child{color:var(--soft)}
p{margin:.2rem 0}
"""


def _html(head: list[str], sections: list[Section]) -> str:
    """No script, nothing from elsewhere: whatever a server has said is only text here."""
    body = ["<p>Moving house: a report by Godwit</p>", f"<h1>{escape(head[0])}</h1>"]
    body += [f"<p>{escape(line)}</p>" for line in head[1:]]
    for title, rows in sections:
        body.append(f"<h2>{escape(title)}</h2><table>")
        for row in rows:
            body.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>")
        body.append("</table>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        f"<title>Moving house: {escape(head[0])}</title><style>{_STYLE}</style></head><body>"
        + "\n".join(body)
        + "</body></html>\n"
    )
