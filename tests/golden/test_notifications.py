"""Pictures of notifications: every kind of row, in schemes, directions, widths, text sizes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.ui.notifications.page import NoticesPage
from app.ui.notifications.values import Act, Face, GapItem, NoticeItem, PageState
from app.ui.theme.theme import Scheme
from app.ui.timeline.pictures import NoPictures
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle

SIZE = (720, 900)
# scheme, right to left, text size, width and height
CASES: dict[str, tuple[Scheme, bool, float, tuple[int, int]]] = {
    "notifications-light": ("light", False, 1.0, SIZE),
    "notifications-dark": ("dark", False, 1.0, SIZE),
    "notifications-rtl": ("light", True, 1.0, SIZE),
    "notifications-contrast": ("hcDark", False, 1.0, SIZE),
    "notifications-text-150": ("light", False, 1.5, (900, 1300)),
    "notifications-narrow": ("light", False, 1.0, (440, 900)),
}
GALLERY = Gallery("notifications-digests.txt", ("notifications-light",))

_ACTS = (
    Act("reply", "Reply", "arrow-bend-up-left", "tonal"),
    Act("unlike", "Liked", "heart", on=True),
    Act("repost", "Repost", "repeat"),
)
_MANY = tuple(Face(name, "") for name in ("Ottilie", "Teun", "Imke", "Pim", "Lise"))


def _item(key: str, icon: str, deed: str, *names: str, **more: object) -> NoticeItem:
    given: dict[str, object] = {
        "runs": (*((name, True) for name in names), (f" {deed}", False)),
        "color": "accent",
        "when": "4 min",
        "marks": ("fediverse",),
        "faces": tuple(Face(name, "") for name in names),
    }
    return NoticeItem(key=key, icon=icon, opens=True, **(given | more))  # type: ignore[arg-type]


STATE = PageState(
    items=(
        _item(
            "1", "at", "mentioned you", "Kaj Ó Dálaigh-Whitcombe", unread=True, whole=True,
            excerpt="@juno is the slipway open to people who only want to look? Asking for a "
            "class of nine-year-olds who have never seen one.",
            acts=_ACTS,
        ),
        _item(
            "2", "user-plus", "asks to follow you", "Wietske Aldring", unread=True,
            acts=(Act("accept", "Accept", kind="tonal"), Act("decline", "Decline", kind="outline")),
        ),
        _item(
            "3", "heart", "liked your post", "Ottilie", unread=True, color="like",
            runs=(("Ottilie", True), (", ", False), ("Teun", True), (" and ", False),
                  ("31 others", True), (" liked your post", False)),
            short=(("Ottilie", True), (" and ", False), ("32 others", True),
                   (" liked your post", False)),
            faces=_MANY, marks=("fediverse", "bluesky"), pair="12 · 21",
            excerpt="Tide log, Sunday. The slipway is finished, the winch holds.",
        ),
        GapItem(4, "More notifications are still at saltmarsh.example"),
        _item(
            "5", "chart-bar-horizontal", "has ended", "Kiel Boatyard", color="textSecondary",
            bar=("Soup first, then speech", 0.64, True),
        ),
        _item("6", "repeat", "reposted your post", "نورا السهلي", color="repost",
              excerpt="The winter list is out: eleven boats, one duck."),
        _item("7", "quotes", "quoted you", "Pim", cover="Covered: Food, knife injury"),
        _item("8", "user-plus", "followed you", "Tove", marks=("bluesky",), trouble=True,
              note="juno.example.org cannot be reached. Try again later."),
        _item("9", "shield-warning", "", color="warn", faces=(),
              runs=(("saltmarsh.example blocked the server bargain.example.", False),)),
    ),
    counts={"mentions": 1, "likes": 1, "follows": 1},
    unread=3,
    new=2,
    more=12,
    foot="2 are left out: of people you mute or block.",
)  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_notifications_are_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    host = QWidget()
    host.resize(*size)
    page = NoticesPage(look, NoPictures())
    page.setParent(host)
    page.resize(*size)
    page.show_state(STATE)
    host.show()
    settle(6)
    if (focused := page.focusWidget()) is not None:
        focused.clearFocus()
    image = picture_of(host, look, "surface")
    assert (image.width(), image.height()) == size
    return image
