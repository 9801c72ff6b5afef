"""The window's parts: shapes, rows, header, banners."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from app.model import AccountId, AccountState
from app.model.timeline import TimelineId
from app.ui.shell.banners import BannerBar, Banners
from app.ui.shell.firstrun import FirstRun
from app.ui.shell.items import AccountItem, Banner, NetworkItem, Place, Status
from app.ui.shell.window import Window
from app.ui.theme.look import Look, Wishes
from app.ui.widgets.pagehead import line_below
from app.ui.widgets.words import Words


def _places() -> list[Place]:
    return [
        Place(TimelineId("all"), "Newest first", 1, unread=12),
        Place(TimelineId("network:sea"), "The Sea", 2, "fediverse"),
    ]


def _account(number: int = 1, mark: str = "bluesky") -> AccountItem:
    return AccountItem(
        AccountId(f"a{number}"),
        TimelineId(f"account:a{number}"),
        "Juno Halvard",
        "juno.example.org",
        mark,
        state=AccountState("signed_out", "Signed out.", "Sign in again."),
        status=Status("sign-in", "Sign in again", "danger"),
    )


@pytest.fixture
def window(look: Look) -> Iterator[Window]:
    """Filled and shown."""
    made = Window(look)
    made.sidebar.show_places(_places())
    made.sidebar.show_accounts([_account()])
    made.header.title.say("Newest first")
    made.show_middle(QWidget())
    made.show()
    yield made
    made.hide()
    made.deleteLater()


@pytest.mark.parametrize(
    ("width", "sidebar", "menu"), [(1280, 231, False), (1000, 55, False), (700, 231, True)]
)
def test_the_sidebar_takes_the_shape_that_the_width_allows(
    window: Window, width: int, sidebar: int, menu: bool
) -> None:
    """Full, a rail below 1040, behind a button below 880."""
    window.resize(width, 800)

    assert window.sidebar.width() == sidebar
    assert window.header.menu.isVisible() == menu
    assert window.sidebar.isVisible() != menu


def test_the_drawn_out_sidebar_goes_away_with_escape(window: Window) -> None:
    """In a narrow window the sidebar lies over the timeline until it is not wanted."""
    window.resize(600, 700)
    window.draw_menu()
    assert window.sidebar.isVisible()

    press = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, press)
    assert not window.sidebar.isVisible()


def test_right_to_left_the_sidebar_stands_right(qapp: QApplication, look: Look) -> None:
    """The layout is mirrored as a whole."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    window = Window(look)
    window.sidebar.show_places(_places())
    window.show()
    qapp.sendPostedEvents()

    left = window.sidebar.mapTo(window, QPoint(0, 0)).x()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    window.deleteLater()
    assert left == window.width() - window.sidebar.width()


def test_every_control_has_a_name(window: Window) -> None:
    """A screen reader meets no nameless button."""
    window.header.pill.count(3)
    window.header.show_hidden(7)

    nameless = [b for b in window.findChildren(QPushButton) if not b.accessibleName()]
    assert nameless == []


def test_rows_say_what_is_new_and_what_is_the_matter(window: Window) -> None:
    """Accessible names carry counts and states, not only colours."""
    names = [b.accessibleName() for b in window.sidebar.findChildren(QPushButton)]

    assert "Newest first, 12 new" in names
    assert "Juno Halvard, juno.example.org, Sign in again" in names


def test_targets_are_large_enough(window: Window) -> None:
    """Everything that can be pressed is at least 28 px high and wide."""
    window.header.pill.count(3)
    QApplication.sendPostedEvents()
    small = [
        (b.accessibleName(), b.width(), b.height())
        for b in window.findChildren(QPushButton)
        if b.isVisible() and (b.height() < 28 or b.width() < 28)
    ]

    assert small == []


def test_the_pill_is_gone_when_nothing_is_new(window: Window) -> None:
    """No news is not said."""
    window.header.pill.count(0)
    assert not window.header.pill.isVisible()

    window.header.pill.count(999, many=True)
    assert window.header.pill.text() == "999+ new"


def test_what_was_hidden_shrinks_to_an_icon_in_narrow_windows(window: Window) -> None:
    """The counter is omitted at 0 and is only a funnel below 600 px."""
    window.header.show_hidden(0)
    assert not window.header.why.isVisible()
    window.header.show_hidden(7)
    assert window.header.why.isVisible()

    window.resize(520, 700)
    assert not window.header.why.isVisible()
    assert window.header.small_why.toolTip() == "7 hidden: why?"


def test_closing_is_a_wish(window: Window) -> None:
    """The window stays until the program has kept what must be kept."""
    asked: list[bool] = []
    window.closing.connect(lambda: asked.append(True))

    window.close()

    assert asked == [True]
    assert window.isVisible()


def test_text_at_200_percent_keeps_the_names(look: Look, window: Window) -> None:
    """The sidebar is 280 wide, accounts are avatars at its foot."""
    look.wish(Wishes(scale=2.0, reduce_motion=True))

    assert window.sidebar.wanted_width() == 280
    row = window.sidebar.account_row(AccountId("a1"))
    assert row is not None
    assert row.height() >= 44


def test_an_unknown_mark_is_drawn_as_a_plain_disc(window: Window) -> None:
    """A network of another version does not break the sidebar."""
    window.sidebar.show_accounts([_account(2, mark="")])
    QApplication.sendPostedEvents()

    assert not window.grab().isNull()


def test_two_banners_are_shown_and_the_rest_is_counted(look: Look) -> None:
    """Danger comes first; "3 more" shows them all."""
    banners = Banners(look)
    banners.show_banners(
        [Banner(str(n), "warn", "info", f"Trouble {n}") for n in range(4)]
        + [Banner("x", "danger", "sign-in", "Signed out", "", "Sign in again")]
    )
    names = [b.accessibleName() for b in banners.findChildren(QPushButton)]
    assert names == ["Sign in again", "3 more"]

    pressed: list[str] = []
    banners.pressed.connect(pressed.append)
    banners.show_all()
    for button in banners.findChildren(QPushButton):
        button.click()
    assert pressed == ["x"]
    banners.deleteLater()


@pytest.mark.parametrize("width", [320, 375])
def test_a_banner_is_as_high_as_its_words_in_a_narrow_column(
    look: Look, parent: QWidget, width: int
) -> None:
    """However many lines they take, below the head of a page; what stands there gives way."""
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    banners, list_ = Banners(look), QWidget()
    line_below(look, column).addWidget(banners)
    column.addWidget(list_, 1)
    parent.resize(width, 700)
    banners.show_banners(
        [
            Banner("a", "ok", "bird", "Since you left:", "312 posts of 41 people, and 7 of "
                   "them mention you or answer you.", "Catch up", closes=True),
        ]
    )  # fmt: skip
    QApplication.processEvents()

    [bar] = banners.findChildren(BannerBar)
    [words] = bar.findChildren(Words)
    assert words.lines(words.width()) > 2
    assert words.height() == words.heightForWidth(words.width())
    assert banners.height() == bar.height()
    assert list_.y() == bar.height() + 1


def test_first_run_offers_every_network_and_the_demo(look: Look) -> None:
    """Three cards with equal buttons, named by what they do."""
    page = FirstRun(
        look,
        [
            NetworkItem("sea", "The Sea", "fediverse", "Also others."),
            NetworkItem("sky", "The Sky", "bluesky", hint="Or your own host."),
        ],
    )
    page.resize(1280, 800)
    chosen: list[str] = []
    page.network_chosen.connect(chosen.append)
    page.demo_wanted.connect(lambda: chosen.append("demo"))

    buttons = [b for b in page.findChildren(QPushButton) if b.text()[:3] in ("Add", "Try")]
    for button in buttons:
        button.click()
    assert chosen == ["sea", "sky", "demo"]
    words = [label.text() for label in page.findChildren(QLabel)]
    assert any(text.startswith("The Sea and The Sky in one timeline.") for text in words)
    # Nobody has looked yet whether there is a keyring: it is true in either case.
    [kept] = [text for text in words if "keyring" in text]
    assert "where there is none" in kept and "encrypted file" in kept
    page.deleteLater()


@pytest.mark.parametrize("control", ["banner", "pill"])
def test_the_timeline_takes_the_focus_of_what_goes_away(look: Look, control: str) -> None:
    """Not the next control, with a ring around it as if Tab had been pressed."""
    window = Window(look)
    middle = QPushButton("timeline")
    window.show_middle(middle)
    window.header.show_hidden(2)
    window.header.pill.count(22, many=False)
    trouble = Banner("a", "warn", "lock-key", "The keys are locked.", "", "Unlock…")
    window.banners.show_banners([trouble])
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    [unlock] = window.banners.findChildren(QPushButton)
    going = unlock if control == "banner" else window.header.pill
    going.setFocus()
    assert going.hasFocus()

    window.banners.show_banners([])
    window.header.pill.count(0, many=False)

    assert middle.hasFocus()
    window.deleteLater()


def test_a_page_covers_the_welcome_too(window: Window) -> None:
    """It comes back when the page goes, unless there is somebody by then."""
    welcome, page = QWidget(), QWidget()
    window.show_first_run(welcome)
    window.cover(page)
    assert page.isVisible() and not welcome.isVisible()
    window.uncover()
    assert welcome.isVisible()
    again = QWidget()
    window.cover(again)
    window.leave_first_run()
    assert again.isVisible() and not window._main.isVisible()
    window.uncover()
    assert window._main.isVisible()


def test_a_room_over_the_timeline_has_all_its_room_again(window: Window) -> None:
    """When the page that covered both goes, the room does not stand beside the timeline."""
    room, page = QWidget(), QWidget()
    window.right.show_page(room, cover=True)
    QApplication.processEvents()
    width = room.width()
    window.cover(page)
    window.uncover()
    QApplication.processEvents()
    assert room.isVisible() and not window._main.isVisible()
    assert room.width() == width
    window.right.take_page(room)
    assert window._main.isVisible()


def test_the_sidebar_marks_what_stands_in_the_middle(window: Window) -> None:
    """A room gives way to what is opened beside the timeline, and has its mark again after it."""
    rows = window.sidebar._rooms
    window.sidebar.show_current(TimelineId("all"))
    room, beside = QWidget(), QWidget()
    window.right.show_page(room, cover=True)
    window.sidebar.show_in_room("search")
    window.right.show_page(beside)
    assert not rows["search"].isChecked() and window.sidebar._places[0].isChecked()
    window.right.take_page(beside)
    assert rows["search"].isChecked() and not window.sidebar._places[0].isChecked()
    window.right.take_page(room)
    window.sidebar.show_in_room("search", inside=False)
    window.show_room(room)
    window.sidebar.show_in_room("messages")
    window.right.show_page(beside)
    assert rows["messages"].isChecked()


def test_a_room_that_is_left_gives_its_mark_to_the_one_below(window: Window) -> None:
    """In whichever order they are left; the list and its kept half stand in one."""
    rows, mark = window.sidebar._rooms, window.sidebar.show_in_room
    window.sidebar.show_current(TimelineId("all"))
    mark("messages")
    mark("people")
    assert rows["people"].isChecked() and not rows["messages"].isChecked()
    mark("people", inside=False)
    assert rows["messages"].isChecked()
    mark("search")
    mark("bookmarks")
    mark("messages", inside=False)
    assert rows["bookmarks"].isChecked()
    mark("search", "bookmarks", inside=False)
    assert not any(row.isChecked() for row in rows.values())
    assert window.sidebar._places[0].isChecked()
