"""
Typing with five lanes, and cutting a long text: what a keystroke costs.

The reference is counting the text's graphemes once with ``regex``'s ``\\X``.
Times are this thread's own, so that a busy machine does not speak for us.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import regex
from msgspec.structs import replace

from app.compose import length, spans
from app.compose.lanes import Planner, plan_lane
from app.compose.length import Ruler
from app.compose.plan import Acquaintance
from app.compose.spans import find_spans
from app.compose.split import Room, split
from app.model.draft import Draft, DraftId, Lane
from app.model.profile import Profile
from app.model.sending import Limits
from app.model.text import RichText
from app.model.timeline import AccountId

NOW = datetime(2026, 9, 1, tzinfo=UTC)
KEYSTROKES = 200
KEYSTROKE_MS, CUT_MS = 8.0, 20.0

LONG = Limits(length=500, link_length=23, mention_hosts=False, warnings=True)
LONGER = Limits(length=5_000, link_length=23, mention_hosts=False, warnings=True)
SHORT = Limits(
    length=300, unit="graphemes", bytes=3_000, hidden_links=True, cards=True, threads_at_once=True
)
RENDERS = replace(LONGER, markup=("text/markdown",))
LANES = {
    "a": ("one", LONG),
    "b": ("one", LONGER),
    "c": ("two", SHORT),
    "d": ("two", SHORT),
    "e": ("one", RENDERS),
}
KNOWN = {
    "ottilie@saltmarsh.example": Acquaintance(
        profile=Profile("https://saltmarsh.example/u/1", "ottilie@saltmarsh.example"),
        network="one",
        same=(("two", Profile("x:1", "ottilie.example.com"), "You linked them."),),
    )
}
SENTENCES = (
    "The slipway is finished, the winch holds, and @ottilie@saltmarsh.example says so. ",
    "Read https://boatyard.example/open/2026?from=tide#log before you come 🫖 please. ",
    "One of you left a **very good** thermos, and it's being looked after. ",
    "Café, naïve façade — “quotes” and dashes – are not ASCII. ",
    "潮の日誌。造船所は完成しました、みなさんありがとう。",
    "#tide #日本語 and so on, *until* the wind agrees. ",
)


def text_of(length: int, paragraph: int) -> str:
    """About *length* characters in paragraphs of about *paragraph*."""
    pieces: list[str] = []
    total = since = 0
    while total < length:
        sentence = SENTENCES[len(pieces) % len(SENTENCES)]
        total, since = total + len(sentence), since + len(sentence)
        pieces.append(sentence)
        if since > paragraph:
            pieces.append("\n\n")
            since = 0
    return "".join(pieces)[:length].strip()


def draft_of(text: str, markdown: bool) -> Draft:
    """With five lanes."""
    return Draft(
        id=DraftId("d"),
        created_at=NOW,
        updated_at=NOW,
        text=text,
        markdown=markdown,
        numbered=True,
        lanes=tuple(Lane(account=AccountId(name)) for name in LANES),
    )


def typed(text: str, at: int) -> Iterator[str]:
    """The text after each of many keystrokes at one place."""
    more = "so we write on, letter by letter. And “then” some é more 🫖! "
    for number in range(1, KEYSTROKES + 1):
        yield text[:at] + (more * 9)[:number] + text[at:]


def keystrokes(text: str, at: int, markdown: bool) -> list[float]:
    """How long each took, ms."""
    planner = Planner()
    networks = {AccountId(name): network for name, (network, _) in LANES.items()}
    limits = {AccountId(name): lane for name, (_, lane) in LANES.items()}
    draft = draft_of(text, markdown)
    planner.plan(draft, networks, limits, KNOWN)
    times = []
    for now in typed(text, at):
        draft = replace(draft, text=now)
        started = time.thread_time()
        planner.plan(draft, networks, limits, KNOWN)
        times.append((time.thread_time() - started) * 1000)
    return times


def best(run: Callable[[], object], times: int = 15) -> float:
    """The quickest run, ms."""
    found = []
    for _ in range(times):
        started = time.thread_time()
        run()
        found.append((time.thread_time() - started) * 1000)
    return min(found)


def forget() -> None:
    """As if nothing had been typed yet."""
    for remembered in (length._ends, length._marks, spans._line_spans, spans.find_spans):
        remembered.cache_clear()


def cut(text: str, limits: Limits) -> None:
    """Find, measure and split."""
    forget()
    rich = RichText(text, find_spans(text))
    split(rich, Ruler(rich, limits), Room(limits.length, limits.bytes))


def main() -> int:
    """0 = all within their budgets."""
    failed = False
    print(f"{'typing, 5 lanes, 5 000 characters':44} {'p50':>8} {'p95':>8} {'max':>8}   of \\X")
    for paragraph, name in ((400, "paragraphs"), (9_999, "one paragraph")):
        text = text_of(5_000, paragraph)
        reference = best(lambda text=text: len(regex.findall(r"\X", text)))  # type: ignore[misc]
        for markdown in (False, True):
            for at, place in ((len(text), "at the end"), (len(text) // 2, "in the middle")):
                gc.collect()
                times = sorted(keystrokes(text, at, markdown))
                p95 = times[int(len(times) * 0.95)]
                failed |= p95 > KEYSTROKE_MS
                label = f"{name}, {place}{', Markdown' if markdown else ''}"
                print(
                    f"{label:44} {statistics.median(times):7.2f} {p95:8.2f} {times[-1]:8.2f} ms"
                    f" {p95 / reference:6.1f}×"
                )
    text = text_of(20_000, 400)
    reference = best(lambda: len(regex.findall(r"\X", text)))
    for limits, name in ((SHORT, "300 graphemes"), (LONG, "500 characters")):
        took = best(lambda limits=limits: cut(text, limits))  # type: ignore[misc]
        failed |= took > CUT_MS
        label = f"measure and split 20 000 characters, {name}"
        print(f"{label:54} {took:7.2f} ms {took / reference:6.1f}×")
    draft = draft_of(text, False)
    lane = draft.lanes[0]

    def whole() -> None:
        forget()
        plan_lane(draft, lane, network="two", limits=SHORT, known=KNOWN)

    took = best(whole)
    print(f"{'a whole lane of 20 000 characters':54} {took:7.2f} ms {took / reference:6.1f}×")
    print(f"budgets: {KEYSTROKE_MS:g} ms p95 a keystroke, {CUT_MS:g} ms to cut")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
