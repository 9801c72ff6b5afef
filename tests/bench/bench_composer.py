"""
Typing and opening: a keystroke until every counter and preview shows it.

Five lanes, a text of 5 000 characters, software rendering. What is measured is
one letter typed, planned, laid out and painted: nothing is left for later.
"""

from __future__ import annotations

import gc
import os
import statistics
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from app.model import AccountId
from app.model.draft import Lane
from app.ui.theme import pinned_fonts
from app.ui.theme.look import Look, Wishes
from tests.bench.measure import percentile
from tests.ui.composer import samples
from tests.ui.composer.desk import Desk, account

FIVE = (
    account("salt", "mastodon", "Juno Halvard", "juno@saltmarsh.example"),
    account("sky", "bluesky", "Juno Halvard", "juno.example.org"),
    account("yard", "mastodon", "Kiel Boatyard", "yard@boatyard.example"),
    account("club", "bluesky", "Rowing Club", "club.example.org"),
    account("mud", "mastodon", "Mud Watch", "mud@flats.example"),
)
LIMITS = {
    one.id: replace(samples.SALT_LIMITS, length=10_000)
    if one.network == "mastodon"
    else samples.SKY_LIMITS
    for one in FIVE
}
SENTENCE = "The slipway is finished, the winch holds, and @ottilie says the roost did not mind. "
KEYS = "and so the tide came in over the mud, and went out again. "


def long_text(length: int, paragraph: int) -> str:
    """About *length* characters, in paragraphs of about *paragraph*."""
    parts, left = [], length
    while left > 0:
        count = max(1, min(paragraph, left) // len(SENTENCE))
        parts.append(SENTENCE * count)
        left -= count * len(SENTENCE)
    return "\n\n".join(part.strip() for part in parts)


def desk(app: QApplication, look: Look, text: str) -> Desk:
    """A composer of five lanes with that text."""
    lanes = [Lane(account=AccountId(one.id)) for one in FIVE]
    made = Desk(look, accounts=FIVE, limits=LIMITS, lanes=[one.id for one in FIVE], still=True)
    made.presenter.draft = replace(made.presenter.draft, text=text, lanes=tuple(lanes))
    return made


def keystrokes(
    app: QApplication, made: Desk, count: int, place: str
) -> tuple[list[float], list[float]]:
    """ms of each, sorted: by the clock, and of the processor (which others do not inflate)."""
    editor = made.view.master.editor
    cursor = editor.textCursor()
    at = {"end": len(editor.text()), "middle": len(editor.text()) // 2, "start": 0}[place]
    cursor.setPosition(at)
    editor.setTextCursor(cursor)
    app.processEvents()
    wall, spent = [], []
    for number in range(count):
        began, own = time.perf_counter(), time.thread_time()
        editor.textCursor().insertText(KEYS[number % len(KEYS)])
        app.processEvents()
        spent.append((time.thread_time() - own) * 1e3)
        wall.append((time.perf_counter() - began) * 1e3)
    return sorted(wall), sorted(spent)


def opening(app: QApplication, look: Look, times: int) -> tuple[list[float], list[float]]:
    """ms until a composer of two lanes is painted, sorted: by the clock, of the processor."""
    taken, spent = [], []
    for _ in range(times):
        gc.collect()
        began, own = time.perf_counter(), time.thread_time()
        made = Desk(look, still=True)
        made.show(1280, 800)
        app.processEvents()
        spent.append((time.thread_time() - own) * 1e3)
        taken.append((time.perf_counter() - began) * 1e3)
        made.view.hide()
        made.view.deleteLater()
    return sorted(taken), sorted(spent)


def main(app: QApplication) -> None:
    """All of it."""
    look = Look(app, Wishes(scale=1.0, reduce_motion=True), family=pinned_fonts(), scheme="light")
    (first,), (worked,) = opening(app, look, 1)
    again, own = opening(app, look, 12)
    print(
        f"opening: first {first:5.1f} (cpu {worked:5.1f}) ms, "
        f"then {statistics.median(again):5.1f} (cpu {statistics.median(own):5.1f}) ms"
        "   budget: 60 ms"
    )
    for name, paragraph in (("paragraphs of 400", 400), ("one paragraph", 6_000)):
        for place in ("end", "middle", "start"):
            made = desk(app, look, long_text(5_000, paragraph))
            made.show(1900, 900)
            keystrokes(app, made, 20, place)
            wall, own = keystrokes(app, made, 200, place)
            print(
                f"keystroke, {name:18} at the {place:6}: p50 {percentile(wall, 0.5):5.1f}  "
                f"p95 {percentile(wall, 0.95):5.1f}  worst {wall[-1]:5.1f} ms; "
                f"cpu p50 {percentile(own, 0.5):4.1f}  p95 {percentile(own, 0.95):4.1f} ms"
                "   budget: p95 8 ms"
            )
            made.view.hide()
            made.view.deleteLater()


if __name__ == "__main__":
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    main(application)
