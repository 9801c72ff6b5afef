"""Posts made to hurt: shown as text, in bounded pieces, asking for nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage, QPainter, QPixmap

from app.feed.rows import Card
from app.model import LinkCard, Media, Poll, PollOption, Profile, Quote, RichText, Span
from app.ui.theme import Theme
from app.ui.timeline.layout.body import MOST_LINES
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import Frame, RowState
from app.ui.timeline.layout.values import Flow, RowLayout
from app.ui.timeline.paint.painter import RowPainter
from app.ui.timeline.pictures import Form, NoPictures
from tests.ui.timeline import samples

OPENED = RowState(expanded=True, open=True, open_media=True, results=True)


class Counting(NoPictures):
    """Remembers which addresses were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """Never there."""
        self.asked.add(url)
        return None


def show(row: Card, state: RowState = OPENED, width: int = 600) -> tuple[RowLayout, set[str]]:
    """Lay a row out and paint it. Returns the layout and the addresses asked for."""
    theme = Theme()
    frame = Frame(theme, width, networks=samples.NETWORKS, locale=QLocale("en_GB"))
    layout = lay_row(row, frame, samples.NOW, state)
    pictures = Counting()
    image = QImage(width, min(layout.height, 4000), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    RowPainter(theme, pictures).paint(painter, layout)
    painter.end()
    return layout, pictures.asked


def lines(layout: RowLayout) -> int:
    """Lines of the post's text."""
    flow = layout.flow
    if flow is None:
        return 0
    assert isinstance(flow, Flow)
    return sum(paragraph.layout.lineCount() for paragraph in flow.paragraphs)


BOMBS = {
    "word": "a" * 200_000,
    "marks": "e" + "\u0301" * 20_000,
    "lines": "x\n" * 10_000,
    "gaps": "\n\n" * 10_000 + "end",
    "wide": "漢" * 100_000,
    "rtl": "א" * 50_000,
    "joined": "👩\u200d" * 9_000,
    "isolates": "\u2068" * 5_000 + "x",
    "markup": "<img src='file:///etc/passwd'><script>alert(1)</script>" * 200,
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_bombs_are_shown_in_bounded_pieces(qapp: object, name: str) -> None:
    """Closed: fourteen lines at most. Opened: a few hundred, and a way to see all."""
    row = samples.card(samples.post(samples.TEUN, BOMBS[name]))

    closed, _ = show(row, RowState())
    opened, _ = show(row)

    assert lines(closed) <= 14
    assert lines(opened) <= MOST_LINES
    if len(BOMBS[name].strip()) > 20_000 and name != "marks":
        kinds = {part.intent.kind for part in opened.parts}
        assert "show_all" in kinds


def test_markup_is_text_and_asks_for_nothing(qapp: object) -> None:
    """Only the avatar, which the card lists, is asked for."""
    row = samples.card(samples.post(samples.TEUN, BOMBS["markup"]))

    layout, asked = show(row)

    assert asked == {"pic:teun"}
    assert layout.flow is not None
    assert "<img" in layout.flow.paragraphs[0].text


def test_names_and_handles_are_cut_not_obeyed(qapp: object) -> None:
    """A name of 200 000 letters, line breaks and marks stays on its line."""
    who = Profile("u", "h" * 100_000 + "@x.example", ("N\u0301\n" + "\u0301" * 99) * 3000, "")
    plain = samples.card(samples.post(samples.TEUN, "x"))

    layout, _ = show(samples.card(samples.post(who, "x", uri="v")))

    assert layout.height == show(plain)[0].height
    assert all(box.right <= 601 for part in layout.parts for box in part.boxes)


def test_absurd_sizes_and_numbers_stay_in_bounds(qapp: object) -> None:
    """Pictures a million px wide, polls of a thousand options, counts of a billion."""
    media = tuple(
        Media(kind="image", url=f"m{n}", width=w, height=h)
        for n, (w, h) in enumerate([(10**9, 1), (1, 10**9), (-5, 7), (0, 0)])
    )
    for one in media:
        layout, _ = show(samples.card(samples.post(samples.TEUN, "x", media=(one,))))
        assert layout.height < 700
    options = tuple(PollOption("o" * 5_000, 10**12) for _ in range(1000))
    poll = Poll(options=options, votes=-3, multiple=True, voters=1)
    layout, _ = show(samples.card(samples.post(samples.TEUN, "x", poll=poll)))

    assert layout.height < 1200


def test_a_link_card_shows_where_it_really_leads(qapp: object) -> None:
    """Whatever its title says."""
    link = LinkCard(
        url="https://evil.example/", title="https://bank.example", description="d" * 9999
    )
    layout, _ = show(samples.card(samples.post(samples.TEUN, "x", card=link)))
    part = next(part for part in layout.parts if part.intent.kind == "link")

    assert part.name == "https://bank.example, link to evil.example"
    assert part.hint == "https://evil.example/"


TEXTS = st.text(max_size=120)
SPANS = st.lists(
    st.builds(
        Span,
        st.integers(0, 130),
        st.integers(0, 130),
        st.sampled_from(
            [
                "link",
                "mention",
                "tag",
                "emoji",
                "bold",
                "italic",
                "strike",
                "code",
                "code_block",
                "quote",
                "underline",
            ]
        ),
        TEXTS,
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=TEXTS,
    spans=SPANS,
    name=TEXTS,
    handle=TEXTS,
    alt=TEXTS,
    title=TEXTS,
    width=st.integers(241, 1600),
    rtl=st.booleans(),
    scale=st.sampled_from([1.0, 1.5, 2.0]),
)
def test_anything_can_be_laid_out_and_painted(
    qapp: object,
    text: str,
    spans: list[Span],
    name: str,
    handle: str,
    alt: str,
    title: str,
    width: int,
    rtl: bool,
    scale: float,
) -> None:
    """No text, name, width, direction or text size makes it fail."""
    who = Profile(handle, handle, name, alt)
    body = RichText(text, tuple(sorted(spans, key=lambda span: span.start)))
    quoted = samples.post(who, body, uri="q", at=datetime(1, 1, 1, tzinfo=UTC))
    post = samples.post(
        who,
        body,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        media=(Media(kind="gif", url=title, alt=alt),),
        card=LinkCard(url=handle, title=title, description=text),
        quote=Quote(state="shown", uri="q", post=quoted),
        poll=Poll(options=(PollOption(title), PollOption(alt, 3))),
    )
    theme = Theme("dark", scale)
    frame = Frame(theme, width, rtl=rtl, locale=QLocale("en_GB"))
    layout = lay_row(samples.card(post), frame, samples.NOW, OPENED)
    image = QImage(width, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    RowPainter(theme, NoPictures(), rtl=rtl).paint(painter, layout)
    painter.end()

    assert layout.height > 0
