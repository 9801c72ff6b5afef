"""Pictures of the search: both columns, one alone, nothing found, trouble, filing a bookmark."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.feed.query import parts_of, query_from_text
from app.feed.query_offers import Known, offers_at
from app.model import NetworkInfo
from app.services.rows import EdgeState
from app.ui.feeds.market_values import MarketItem
from app.ui.search.field import SearchField
from app.ui.search.filing import FilingDialog
from app.ui.search.page import SearchPage
from app.ui.search.source import FoundSource
from app.ui.search.start import SearchStart
from app.ui.search.values import ServerLine
from app.ui.shell.states import State
from app.ui.theme.look import Look
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.ui.timeline import samples
from tests.ui.timeline.painted import PaintedPictures

WIDE, NARROW, TALL = (1048, 800), (520, 900), (1280, 1400)
NETWORKS = {
    "mastodon": NetworkInfo("mastodon", "Mastodon", "fediverse"),
    "bluesky": NetworkInfo("bluesky", "Bluesky", "bluesky"),
}
GALLERY = Gallery("search-digests.txt", ("found-light", "trouble-dark"), "search-")
# what, scheme, right to left, text size, width and height
CASES: dict[str, tuple[str, Scheme, bool, float, tuple[int, int]]] = {
    "found-light": ("found", "light", False, 1.0, WIDE),
    "found-dark": ("found", "dark", False, 1.0, WIDE),
    "found-rtl": ("found", "light", True, 1.0, WIDE),
    "found-contrast": ("found", "hcDark", False, 1.0, WIDE),
    "found-text-200": ("found", "light", False, 2.0, TALL),
    "found-narrow": ("found", "dark", False, 1.0, NARROW),
    "trouble-dark": ("trouble", "dark", False, 1.0, WIDE),
    "trouble-light": ("trouble", "light", False, 1.0, WIDE),
    "marked-light": ("marked", "light", False, 1.0, WIDE),
    "marked-dark": ("marked", "dark", False, 1.25, WIDE),
    "marked-rtl": ("marked", "light", True, 1.0, WIDE),
    "marked-contrast": ("marked", "hcDark", False, 1.0, WIDE),
    "start-light": ("start", "light", False, 1.0, WIDE),
    "start-dark": ("start", "dark", False, 1.25, WIDE),
    "start-narrow": ("start", "light", True, 1.0, NARROW),
    "filing-light": ("filing", "light", False, 1.0, WIDE),
    "filing-dark": ("filing", "dark", False, 1.0, WIDE),
}
LINES = (
    ServerLine("saltmarsh.example", "fediverse", "4 posts · “after:” sifted here"),
    ServerLine("juno.example.org", "bluesky", "asking…", "textTertiary", asking=True),
    ServerLine("boatyard.example", "fediverse", "does not search posts", "warn"),
    ServerLine(
        "quay.example",
        "fediverse",
        "quay.example has not answered within 15 seconds. Try again later.",
        "danger",
    ),
)


MARKED = "the tide a "
PEOPLE = (
    MarketItem(key="a", name="Ottilie Brandvold", line="@ottilie@saltmarsh.example", icon="user"),
    MarketItem(key="b", name="Tidewrack Radio", line="@radio.example", icon="user"),
)


FEEDS = (
    MarketItem(
        key="c", name="Tides and boats", line="by @boats.museum.example · 8.4K likes", icon="rss"
    ),
    MarketItem(key="d", name="Low tide", line="by @radio.example", icon="rss"),
)


def _dress(field: SearchField) -> None:
    """With operators, one of them nonsense, and people to go on with."""
    known = Known(people=[card.post.author for card in samples.many(5)])
    field.parts_of = lambda text: parts_of(text, now=samples.NOW)
    field.offers_at = lambda text, cursor: offers_at(text, cursor, known)
    field.setText("tide has:feathers -quiet after:7d from:")
    field.offer()


def _page(look: Look, what: str) -> QWidget:
    page = SearchPage(look, PaintedPictures(flat=True), clock=lambda: samples.NOW)
    page.field.setClearButtonEnabled(False)  # it fades in: no two pictures would be the same
    page.field.setText("tide after:2026-09-01")
    left, right = FoundSource(), FoundSource()
    for column, source in ((page.left, left), (page.right, right)):
        column.view.set_networks(NETWORKS)
        column.view.set_source(source)
    page.left.say("48 210 posts")
    page.left.show_people(PEOPLE)
    page.left.show_tags((("Tide", 14), ("tidewrack", 6)))
    cards = samples.many(5)
    left.show(cards[:3])
    left.say(EdgeState("older", "end"))
    page.left.count_posts("3")
    page.right.show_lines(LINES)
    page.right.say("as 4 accounts")
    if what == "trouble":
        page.say_trouble("“has:” knows no “feathers”. It knows: media, image, video, audio.")
        words = ("The servers found no posts", "Other words may find more.")
        page.right.show_state(State(look, *words, icon="magnifying-glass"))
        return page
    if what == "start":
        page.field.clear()
        page.left.show_people(())
        page.left.show_tags(())
        page.left.count_posts("")
        page.left.show_state(SearchStart(look, ("low water has:link", "from:ottilie", "גאות")))
    if what == "marked":
        _dress(page.field)
        for column in (page.left, page.right):
            column.view.look_for(query_from_text(MARKED, now=samples.NOW))
    page.right.show_people(PEOPLE[1:])
    page.right.show_feeds(FEEDS)
    page.right.show_tags((("Tide", 31), ("tidepools", 0)))
    right.show(cards[3:])
    right.say(EdgeState("older", "loading", "Asking for more…"))
    page.right.count_posts("5, of them 3 you have seen")
    return page


@pytest.mark.parametrize("case", list(CASES))
def test_the_search_is_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    what, scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    parent = QWidget()
    parent.resize(*size)
    if what == "filing":
        dialog = FilingDialog(look, parent, ["Birds"], "Birds", "Read this on Sunday", known=True)
        dialog.open()
        host: QWidget = dialog
    else:
        host = parent
        made = _page(look, what)
        made.setParent(host)
        made.resize(*size)
        host.show()
    settle(6)
    if (focused := host.focusWidget()) is not None:
        focused.clearFocus()
    settle(2)
    return picture_of(host, look, "surface")
