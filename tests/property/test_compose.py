"""Whatever is typed: nothing is lost, nothing torn, nobody pinged who was not named."""

from __future__ import annotations

from itertools import pairwise

import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.compose import markdown
from app.compose.edits import delete, insert, joined, parts_of, replaced
from app.compose.lanes import Planner, plan_lane
from app.compose.length import Ruler
from app.compose.markup import write
from app.compose.parts import Words, shares
from app.compose.spans import find_spans
from app.compose.split import Room, cut_at_breaks, split
from app.model.draft import BREAK, Draft, Lane
from app.model.sending import Limits
from app.model.text import RichText, Span
from app.model.timeline import AccountId
from tests.unit.compose.rooms import KNOWN, LONG, SHORT, draft, lane

FAMILY = "👨‍👩‍👧‍👧"
WORDS = st.sampled_from(
    [
        "a", "tide", "slipway", "https://a.example/x?y=1#z", "boatyard.example/open", "@ottilie",
        "@ottilie@saltmarsh.example", "@ottilie.example.com", "@stranger@b.social", "@who.example",
        "#tide", "#日本語", ":blob_cat:", FAMILY, "e\u0301", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "日本語のテキスト。", "วันนี้อากาศ", "Dr.",
        "Yes!", "“So?”", "e.g.", "(see", "*so*", "**very", "good**", "_a_b", "`c`", "[x](https://b.example)",
        "x" * 70, "https://a.example/" + "p" * 90, "\u200b", "\u202e", "\x00", "1.", ">", "-",
    ]
)  # fmt: skip
GAPS = st.sampled_from(
    [" ", " ", " ", "\n", "\n\n", "\n\n\n", "", f"\n{BREAK}\n", "  ", "\t", "\r\n"]
)
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=60).map(
    lambda pieces: "".join(word + gap for word, gap in pieces)
) | st.text(max_size=200)
ROOMS = st.integers(12, 120)
LIMITS = st.sampled_from([LONG, SHORT])


def rich(text: str) -> RichText:
    return RichText(text, find_spans(text))


def apart(spans: tuple[Span, ...], text: str) -> bool:
    """In order, inside the text, nested or disjoint."""
    inside = all(0 <= span.start < span.end <= len(text) for span in spans)
    ordered = all(a.start <= b.start for a, b in pairwise(spans))
    crossing = any(
        a.start < b.start < a.end < b.end for n, a in enumerate(spans) for b in spans[n + 1 :]
    )
    return inside and ordered and not crossing


@given(TEXTS)
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    """And what they cover is what they are called after."""
    spans = find_spans(text)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[s.start] == "@" for s in spans if s.kind == "mention")
    assert all(s.target.startswith("http") for s in spans if s.kind == "link")


@given(TEXTS, ROOMS, LIMITS)
@example("---\n---", 20, SHORT)
def test_a_split_loses_nothing_and_tears_nothing(text: str, room: int, limits: Limits) -> None:
    """Between posts lie only white space and breaks; each fits, or is one thing."""
    text = text.replace("\r\n", "\n")
    whole = rich(text)
    ruler = Ruler(whole, limits)
    pieces = split(whole, ruler, Room(room, 400))
    ends = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    atoms = [(span.start, span.end) for span in whole.spans]

    at = 0
    for piece in pieces:
        between = text[at : piece.start]
        assert all(line.strip() in ("", BREAK) for line in between.split("\n"))
        assert piece.start in ends and piece.end in ends
        assert not any(a < edge < b for a, b in atoms for edge in (piece.start, piece.end))
        if ruler.length(piece.start, piece.end) > room or ruler.bytes(piece.start, piece.end) > 400:
            one_thing = any(a <= piece.start and piece.end <= b for a, b in atoms)
            shown = text[piece.start : piece.end]
            assert one_thing or len(regex.findall(r"\X", shown)) == 1 or ":" in shown
        at = piece.end
    assert all(line.strip() in ("", BREAK) for line in text[at:].split("\n"))
    assert all(piece.why for piece in pieces[:-1]) and not pieces[-1].why


@given(TEXTS, LIMITS)
def test_a_length_is_that_of_the_text_as_the_server_counts_it(text: str, limits: Limits) -> None:
    """Links and mentions replaced by what they count, then what a reader sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = rich(text)
    counted = text
    for span in reversed(whole.spans):
        shown = text[span.start : span.end]
        if span.kind == "link" and limits.link_length:
            counted = counted[: span.start] + "x" * limits.link_length + counted[span.end :]
        elif span.kind == "mention" and not limits.mention_hosts and shown.count("@") == 2:
            counted = counted[: span.start + shown.rindex("@")] + counted[span.end :]

    assert Ruler(whole, limits).length(0, len(text)) == len(regex.findall(r"\X", counted))


@given(TEXTS, st.booleans(), LIMITS, st.integers(40, 300))
def test_the_parts_say_how_long_they_are(
    text: str, numbered: bool, limits: Limits, length: int
) -> None:
    """With number and lead, as if measured alone."""
    limits = replace(limits, length=length)
    lead = RichText("@a@b.social ", (Span(0, 11, "mention"),))
    words = Words(
        text=rich(text.replace("\r\n", "\n").replace("\r", "\n")), lead=lead, numbered=numbered
    )
    found, _ = shares(words, limits)

    for number, share in enumerate(found, 1):
        alone = Ruler(share.text, limits)
        assert share.length == alone.length(0, len(share.text.text))
        assert share.bytes == len(share.text.text.encode())
        assert apart(share.text.spans, share.text.text)
        if numbered and len(found) > 1:
            assert share.text.text.endswith(f" {number}/{len(found)}")
        if number > 1:
            assert share.text.text.startswith(lead.text)


@given(st.text(max_size=60), st.data())
def test_text_that_is_edited_keeps_its_spans_inside(text: str, data: st.DataObject) -> None:
    """Insert, delete, replace, cut and join."""
    place = st.integers(0, len(text))
    marks = sorted(data.draw(st.lists(place, min_size=4, max_size=4, unique=len(text) > 4)))
    spans = (
        Span(marks[0], marks[3], "bold"),
        Span(marks[1], marks[2], "link", "https://a.example"),
    )
    value = RichText(text, tuple(span for span in spans if span.start < span.end))
    start, end = sorted((data.draw(place), data.draw(place)))
    halves = parts_of(value, [(0, start), (start, len(text))])

    assert joined(halves).text == text
    for changed in (
        insert(value, start, "more"),
        delete(value, start, end),
        replaced(value, [(start, end, RichText("new", (Span(0, 3, "tag", "new"),)))]),
        *halves,
    ):
        assert all(0 <= s.start <= s.end <= len(changed.text) for s in changed.spans)
    assert delete(insert(value, start, "more"), start, start + 4).text == text


@given(TEXTS)
@example("> a\n\n```\n> b\n---\n```\n\n1. x")
def test_markdown_is_read_and_written_again(text: str) -> None:
    """What was read reads the same after it was written."""
    once = markdown.read(text.replace("\r\n", "\n"))

    assert apart(once.spans, once.text)
    assert markdown.read(write(once)).text.split() == once.text.split()


DRAFTS = st.builds(
    draft,
    TEXTS,
    warning=st.sampled_from(["", "", "Boat talk", "x" * 290]),
    markdown=st.booleans(),
    split=st.booleans(),
    numbered=st.booleans(),
)
SETTINGS = st.fixed_dictionaries(
    {
        "visibility": st.sampled_from(["public", "quiet", "followers", "direct"]),
        "choices": st.dictionaries(
            st.sampled_from(["warning", "markup", "emoji"]),
            st.sampled_from(["front", "typed", "words", "nonsense"]),
        ),
    }
)
LANES = st.builds(lambda text, settings: lane(text=text, **settings), st.none() | TEXTS, SETTINGS)
NETWORKS = {"one": LONG, "two": SHORT}


@settings(max_examples=150)
@given(DRAFTS, LANES, st.sampled_from(["one", "two"]), st.booleans())
def test_a_plan_is_whole_and_pings_nobody_unknown(
    value: Draft, chosen: Lane, network: str, renders: bool
) -> None:
    """What may be sent fits; a mention is known, or typed for this network."""
    limits = NETWORKS[network]
    if renders:
        limits = replace(limits, markup=(markdown.MIME,))
    plan = plan_lane(value, chosen, network=network, limits=limits, known=KNOWN)

    assert len(plan.posts) == len(plan.measures) >= 1
    if plan.can_send:
        assert all(measure.fits for measure in plan.measures)
    own = {mapped.profile.handle for mapped in plan.mentions if mapped.profile}
    for post in plan.posts:
        text = post.text.text
        assert text == text.strip()
        assert apart(post.text.spans, text)
        named = [text[s.start + 1 : s.end] for s in post.text.spans if s.kind == "mention"]
        assert set(named) <= own
    if network == "two":
        assert not any("stranger" in handle for handle in own)


@settings(max_examples=60, deadline=None)
@given(DRAFTS, st.lists(st.tuples(st.integers(0, 400), TEXTS), max_size=4), LANES, LANES)
def test_planning_while_typing_gives_what_planning_anew_gives(
    value: Draft, edits: list[tuple[int, str]], first: Lane, second: Lane
) -> None:
    """And a lane's plan is the same whatever other lanes there are."""
    planner = Planner()
    lanes = tuple(
        replace(one, account=AccountId(name))
        for one, name in ((first, "a"), (second, "b"), (first, "c"))
    )
    networks = {AccountId("a"): "one", AccountId("b"): "two", AccountId("c"): "one"}
    limits = {account: NETWORKS[network] for account, network in networks.items()}
    for at, more in [(0, ""), *edits]:
        value = replace(value, text=value.text[:at] + more + value.text[at:], lanes=lanes)
        plans = planner.plan(value, networks, limits, KNOWN)
        anew = tuple(
            plan_lane(
                replace(value, lanes=(one,)),
                one,
                network=networks[one.account],
                limits=limits[one.account],
                known=KNOWN,
            )
            for one in lanes
        )

        assert plans == anew
        assert planner.plan(replace(value, lanes=lanes[1:]), networks, limits, KNOWN) == anew[1:]


def test_breaks_are_found_whatever_is_around_them() -> None:
    """A break needs its own line."""
    text = f"a\n{BREAK}\nb {BREAK} c\n  {BREAK}  \nd"

    assert [text[start:end] for start, end in cut_at_breaks(text)] == ["a", f"b {BREAK} c", "d"]
