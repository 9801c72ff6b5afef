"""Pictures of lists, tags, who reacted, an edit, a translation, and lists with somebody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.compose.versions import differences
from app.model import Post, Profile, RichText
from app.model.about import Translation
from app.services.histories import Edit
from app.ui.about.edits import EditsPage
from app.ui.about.reacted import ReactedPage
from app.ui.about.translated import TranslatedPage
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.shelves.dialogs import ListPicker, OnList
from app.ui.shelves.page import ShelvesPage
from app.ui.shelves.values import ActItem, DetailItem, ListItem, MemberItem
from app.ui.theme.look import Look
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.ui.timeline.painted import PaintedPictures

WIDE, NARROW, SIDE, TALL = (1048, 720), (520, 800), (440, 720), (1280, 1400)
GALLERY = Gallery("shelves-digests.txt", ("lists-light", "reacted-dark", "edits-light"), "shelves-")
# what, scheme, right to left, text size, width and height
CASES: dict[str, tuple[str, Scheme, bool, float, tuple[int, int]]] = {
    "lists-light": ("lists", "light", False, 1.0, WIDE),
    "lists-dark": ("lists", "dark", False, 1.0, WIDE),
    "lists-rtl": ("lists", "light", True, 1.0, WIDE),
    "lists-contrast": ("lists", "hcDark", False, 1.0, WIDE),
    "lists-text-200": ("lists", "light", False, 2.0, TALL),
    "lists-narrow": ("lists", "dark", False, 1.0, NARROW),
    "tags-light": ("tags", "light", False, 1.0, WIDE),
    "tags-dark": ("tags", "dark", False, 1.0, WIDE),
    "apart-light": ("apart", "light", False, 1.0, WIDE),
    "apart-narrow": ("apart", "dark", True, 1.0, NARROW),
    "reacted-light": ("reacted", "light", False, 1.0, SIDE),
    "reacted-dark": ("reacted", "dark", False, 1.0, SIDE),
    "edits-light": ("edits", "light", False, 1.0, SIDE),
    "edits-contrast": ("edits", "hcLight", False, 1.0, SIDE),
    "translation-light": ("translation", "light", False, 1.0, SIDE),
    "translation-dark": ("translation", "dark", True, 1.0, SIDE),
    "picker-light": ("picker", "light", False, 1.0, WIDE),
    "picker-dark": ("picker", "dark", False, 1.0, WIDE),
}
AT = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)
LISTS = (
    MarketSection(
        key="juno",
        title="@juno@saltmarsh.example",
        items=(
            MarketItem(
                key="1", name="Shore watch", line="3 people", icon="list-bullets", mark="fediverse"
            ),
            MarketItem(
                key="2",
                name="Kitchens and gardens, and everybody who cooks what grows there",
                line="2 people · not in home",
                icon="list-bullets",
                mark="fediverse",
            ),
        ),
    ),
    MarketSection(
        key="kiel",
        title="@kiel@boatyard.example",
        trouble="Waits until 08:36, as its server asks.",
        waits=True,
    ),
    MarketSection(key="sky", title="@juno.example.org", empty="It has no lists yet."),
)
LIST = ListItem(
    key="1",
    title="Shore watch",
    about="A list of @juno@saltmarsh.example · only you see it",
    members=(
        MemberItem("a", "Ottilie Brandvold", "ottilie@saltmarsh.example"),
        MemberItem("b", "نورا السهلي", "noura@barid.example"),
        MemberItem("c", "", "teun@polder.example"),
    ),
    ruled=True,
    replies="list",
    exclusive=True,
    said="@pim@polder.example is off the list.",
    undo=True,
)
TAGS = (
    MarketSection(
        key="juno",
        title="@juno@saltmarsh.example",
        items=(MarketItem(key="t", name="#Waders", icon="hash", mark="fediverse"),),
    ),
)
TAG = DetailItem(
    key="t",
    title="#Waders",
    about="Followed by @juno@saltmarsh.example.",
    lines=("Its server keeps this, and puts posts with the tag into its home timeline.",),
    acts=(
        ActItem("feed", "Show as a feed", "tonal", "rss"),
        ActItem("search", "Search posts", icon="magnifying-glass"),
        ActItem("unfollow", "Follow no more", icon="x"),
    ),
    said="saltmarsh.example does not answer. Try again later.",
    danger=True,
)
APART = (
    MarketSection(
        key="juno",
        title="@juno@saltmarsh.example",
        note="of the newest 4\u202f000 you follow",
        items=(
            MarketItem(
                key="pim",
                name="Pim Koster",
                line="told of every post · reposts hidden",
                icon="bell",
                mark="fediverse",
            ),
            MarketItem(
                key="noura",
                name="نورا السهلي",
                line="reposts hidden",
                icon="user",
                mark="fediverse",
            ),
        ),
        more=True,
    ),
    MarketSection(
        key="sky",
        title="@juno.example.org",
        empty="It is told of nobody’s every post, and hides nobody’s reposts.",
    ),
)
PIM = DetailItem(
    key="pim",
    title="Pim Koster",
    about="@pim@polder.example · followed by @juno@saltmarsh.example",
    lines=(
        "You are told of every post of theirs.",
        "What they repost is not in your home timeline.",
    ),
    acts=(
        ActItem("unnotify", "Tell me no more", icon="bell-slash"),
        ActItem("show_reposts", "Show their reposts", icon="repeat"),
        ActItem("open", "Who is this", "plain", "user"),
    ),
    said="Kept: it is done as soon as the server answers.",
)
PEOPLE = tuple(
    MarketItem(key=handle, name=name, line=f"@{handle}", icon="user", mark=mark)
    for name, handle, mark in (
        ("Pim Koster", "pim@polder.example", "fediverse"),
        ("نورا السهلي", "noura@barid.example", "fediverse"),
        ("Bicycle Library North", "library@bikes.north.example", "fediverse"),
    )
)
REACTED = (
    MarketSection(key="m", title="Mastodon", note="96", items=PEOPLE, more=True),
    MarketSection(
        key="b",
        title="Bluesky",
        note="148",
        trouble="juno.example.org does not answer. Try again later.",
    ),
)
BEFORE = "High water is at 16:12 on Thursday."
AFTER = "High water on Thursday is at 06:12, not 16:12. Corrected, sorry."
POST = Post(
    uri="https://barid.example/1",
    network="mastodon",
    author=Profile("https://barid.example/u", "noura@barid.example"),
    created_at=AT,
    sort_at=AT,
    text=RichText("الطيور لا تحتاج إلى جواز سفر، لكنها تحتاج إلى شاطئ هادئ."),
    langs=("ar",),
)


SHOWN: dict[str, tuple[tuple[MarketSection, ...], str, ListItem | DetailItem]] = {
    "lists": (LISTS, "1", LIST),
    "tags": (TAGS, "t", TAG),
    "apart": (APART, "pim", PIM),
}


def _page(look: Look, what: str) -> QWidget:
    match what:
        case "lists" | "tags" | "apart":
            page = ShelvesPage(look, PaintedPictures(flat=True))
            page.tag.setClearButtonEnabled(False)  # it fades in
            page.lists.search.setClearButtonEnabled(False)
            page.show_part(what)
            sections, key, item = SHOWN[what]
            page.show_sections(sections, key)
            page.show_detail(item)
            if what == "lists":
                page.show_side("detail")
            return page
        case "reacted":
            reacted = ReactedPage(look, PaintedPictures(flat=True))
            reacted.show_sections("like", REACTED)
            return reacted
        case "edits":
            edits = EditsPage(look)
            edits.show_edits(
                [
                    Edit(at=AT, text=differences(BEFORE, AFTER), notes=("1 attachment added",)),
                    Edit(at=AT, text=differences(BEFORE, BEFORE), is_first=True),
                ]
            )
            return edits
    translated = TranslatedPage(look, ["en"])
    text = RichText("Birds need no passport, but they do need a quiet shore.")
    translated.show_translation(POST, Translation(text=text, lang="ar", to="en", by="DeepL"))
    return translated


@pytest.mark.parametrize("case", list(CASES))
def test_the_shelves_are_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    what, scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    host = QWidget()
    host.resize(*size)
    if what == "picker":
        parent, host = host, ListPicker(look, "Ottilie Brandvold", host)
        assert isinstance(host, ListPicker)
        host.setParent(parent, host.windowFlags())
        host.open()
        host.show_lists(
            [
                OnList("1", "Shore watch", "@juno@saltmarsh.example", True),
                OnList("2", "Kitchens and gardens", "@juno@saltmarsh.example"),
            ],
            "boatyard.example asks us to wait.",
            danger=True,
        )
    else:
        made = _page(look, what)
        made.setParent(host)
        made.resize(*size)
        host.show()
    settle(6)
    if (focused := host.focusWidget()) is not None:
        focused.clearFocus()
    settle(2)
    return picture_of(host, look, "surface")
