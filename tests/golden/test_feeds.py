"""Pictures of feeds: the marketplace, the lab, the switcher, what is left out, publishing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.feed.recipe_reading import recipe_from_json
from app.feed.wording import recipe_in_words
from app.model import NetworkInfo
from app.model.timeline import TimelineId
from app.resources import resource
from app.ui.feeds.lab import LabPage
from app.ui.feeds.market import MarketPage
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.feeds.preview import PreviewItem
from app.ui.feeds.publish import PublishDialog
from app.ui.feeds.why_words import Bar, WhyValue
from app.ui.presenters.feeds import ACTS
from app.ui.shell.items import Hidden, Place
from app.ui.shell.popovers import HiddenPopover
from app.ui.shell.switcher import Switcher
from app.ui.theme.look import Look
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.ui.timeline import samples
from tests.ui.timeline.painted import PaintedPictures

WIDE, NARROW, TALL = (1280, 800), (520, 900), (1280, 1400)
NETWORKS = {
    "mastodon": NetworkInfo("mastodon", "Mastodon", "fediverse"),
    "bluesky": NetworkInfo("bluesky", "Bluesky", "bluesky"),
}
GALLERY = Gallery("feeds-digests.txt", ("market-light", "market-dead-dark", "lab-light"), "feeds-")
# what, scheme, right to left, text size, width and height
CASES: dict[str, tuple[str, Scheme, bool, float, tuple[int, int]]] = {
    "market-light": ("market", "light", False, 1.0, WIDE),
    "market-dark": ("market", "dark", False, 1.0, WIDE),
    "market-rtl": ("market", "light", True, 1.0, WIDE),
    "market-contrast": ("market", "hcDark", False, 1.0, WIDE),
    "market-text-200": ("market", "light", False, 2.0, TALL),
    "market-narrow": ("market", "dark", False, 1.0, NARROW),
    "market-dead-dark": ("dead", "dark", False, 1.0, WIDE),
    "market-empty-light": ("empty", "light", False, 1.0, WIDE),
    "lab-light": ("lab", "light", False, 1.0, WIDE),
    "lab-dark": ("lab", "dark", False, 1.0, WIDE),
    "lab-rtl": ("lab", "light", True, 1.0, WIDE),
    "lab-narrow": ("lab", "light", False, 1.0, NARROW),
    "switcher-light": ("switcher", "light", False, 1.0, WIDE),
    "switcher-dark": ("switcher", "dark", False, 1.0, WIDE),
    "hidden-light": ("hidden", "light", False, 1.0, WIDE),
    "hidden-dark": ("hidden", "dark", False, 1.0, WIDE),
    "publish-light": ("publish", "light", False, 1.0, WIDE),
    "publish-dark": ("publish", "dark", False, 1.0, WIDE),
}


def _item(name: str, line: str, **more: object) -> MarketItem:
    more.setdefault("mark", "bluesky")
    return MarketItem(key=name, name=name, line=line, **more)  # type: ignore[arg-type]


BOATS = _item(
    "Small boats", "by @boats.example · 8 412 likes", pinned=True, can_pin=True, place=1, of=2,
    about="Everything that floats and is small, from canoes to the last working sloop.",
    source="put in order at feeds.boats.example", whose="juno.example.org",
)  # fmt: skip
SECTIONS = (
    MarketSection(
        key="saved",
        title="Pinned and saved",
        items=(
            BOATS,
            _item("Newest waders", "by @wen.example", pinned=True, can_pin=True, place=2, of=2),
            _item("Cranes", "by @crane.example · 903 likes", saved=True, can_pin=True),
        ),
    ),
    MarketSection(
        key="popular",
        title="Popular",
        items=(
            _item("Loved this week", "by @wen.example · 5 120 likes", can_pin=True),
            _item("Bathing", "by @tove.example · 77 likes", warning="Labelled: nudity"),
        ),
        more=True,
    ),
    MarketSection(
        key="sources",
        title="Lists, tags and trends",
        items=(
            _item(
                "Shore watch",
                "your list at saltmarsh.example",
                icon="list-bullets",
                mark="fediverse",
            ),
            _item("#Waders", "you follow it · 31 people lately", icon="hash", mark="fediverse"),
            _item("Trends", "saltmarsh.example", icon="path", mark="fediverse"),
        ),
        trouble="boatyard.example asks us to wait. Nothing to do: Godwit goes on by itself.",
    ),
)
EMPTY = (
    MarketSection(key="saved", title="Pinned and saved", empty="Nothing is pinned yet."),
    MarketSection(key="popular", title="Found", loading=True),
    MarketSection(key="sources", title="Lists, tags and trends", empty="Your accounts have none."),
)
PLACES = (
    Place(TimelineId("all"), "Newest first", 1, sentence="Everything in the order of time."),
    Place(TimelineId("feed:a"), "Slow lane", 2, sentence="Rare voices are not drowned.", unread=7),
    Place(TimelineId("feed:b"), "Small boats", sentence="A feed of @boats.example.", icon="rss"),
    Place(TimelineId("network:m"), "Mastodon", 3, "fediverse", "All your accounts on Mastodon"),
)
WHY = WhyValue(
    title="Why is this here?",
    sentence="Its author posts rarely, and you answer them often.",
    bars=(
        Bar("Posts rarely", "+0.80", 1.0),
        Bar("You answer", "+0.40", 0.5),
    ),
    factors=(("Its age", "× 0.71"),),
    score="0.85",
    notes=("From the home timeline of saltmarsh.example",),
)


def _posts() -> list[PreviewItem]:
    cards = samples.many(7)
    found = [PreviewItem(place=at, card=card, score="0.85") for at, card in enumerate(cards, 1)]
    # No arrow of one that has moved: not every machine has a font with it.
    return [found[0], replace(found[1], new=True, folded=4), *found[2:]]


def _market(look: Look, what: str, _: QWidget) -> QWidget:
    page = MarketPage(look, PaintedPictures(flat=True), NETWORKS, samples.NOW)
    page.list.show_sections(EMPTY if what == "empty" else SECTIONS)
    if what == "market":
        page.detail.show_item(BOATS)
        page.detail.show_posts(_posts(), "2 posts are left out by what you do not want to see.")
        page.list.mark(BOATS.key)
    elif what == "dead":
        page.detail.show_item(SECTIONS[0].items[2])
        words = "The server behind this feed seems to be offline. Try again later."
        page.detail.show_posts((), words, color="danger")
        page.list.mark("Cranes")
    return page


def _lab(look: Look, what: str, _: QWidget) -> QWidget:
    page = LabPage(look, PaintedPictures(flat=True), NETWORKS, samples.NOW)
    recipe = recipe_from_json(resource("feeds", "friends.json").read_bytes())
    page.recipe.show_recipe(recipe, {}, {})
    page.head.show_name(recipe.name, 2)
    page.head.show_steps(edited=True, undo=True, redo=False, saveable=True)
    page.preview.show_items(_posts(), "212 of 1 940 posts of the last 24 h, from your cache", 41)
    page.why.show_words(recipe_in_words(recipe))
    page.why.show_learned(3, 1)
    page.why.show_why(WHY)
    page.why.show_removing("Reset…")
    return page


def _switcher(look: Look, _: str, parent: QWidget) -> QWidget:
    return Switcher(look, PLACES, TimelineId("feed:a"), parent, ACTS)


def _hidden(look: Look, _: str, parent: QWidget) -> QWidget:
    hidden = [Hidden("Filter: derby", 21, "funnel-simple"), Hidden("Muted: @x", 2, "speaker-slash")]
    out = [
        Hidden("Rule: it has the word “politics”", 290, "sliders-horizontal"),
        Hidden("Only the best are shown", 1_204, "sliders-horizontal"),
    ]
    return HiddenPopover(look, hidden, parent, rules=lambda: None, left_out=out)


def _publish(look: Look, _: str, parent: QWidget) -> QWidget:
    recipe = recipe_from_json(resource("feeds", "friends.json").read_bytes())
    lost = ("It takes from a list of yours: others do not have it.",)
    dialog = PublishDialog(look, parent, recipe_in_words(recipe), lost, [("a", "@juno.example")])
    dialog.show_published("at://did:plc:abc/social.godwit.feed.recipe/friends")
    return dialog


MAKE: dict[str, Callable[[Look, str, QWidget], QWidget]] = {
    "market": _market,
    "dead": _market,
    "empty": _market,
    "lab": _lab,
    "switcher": _switcher,
    "hidden": _hidden,
    "publish": _publish,
}


@pytest.mark.parametrize("case", list(CASES))
def test_feeds_are_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    what, scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    parent = QWidget()
    parent.resize(*size)
    made = MAKE[what](look, what, parent)
    if isinstance(made, Switcher | HiddenPopover):
        made.show_at(QPoint(0, 0))
        host: QWidget = made
    elif isinstance(made, PublishDialog):
        made.open()
        host = made
    else:
        host = parent
        made.setParent(host)
        made.resize(*size)
        host.show()
    settle(6)
    if (focused := host.focusWidget()) is not None:
        focused.clearFocus()
    settle(2)
    return picture_of(host, look, "surface")
