"""The sidebar: timelines above, accounts below, last sync and settings at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.model import AccountId
from app.model.timeline import TimelineId
from app.ui.shell.items import AccountItem, Place
from app.ui.shell.new_post import NewPost
from app.ui.shell.rows import AccountRow, PlaceRow, RoomRow, is_wide, row_height
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import Hairline, Panel, Unsqueezed, along, tab_through
from app.ui.widgets.status import StatusButton
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QResizeEvent
    from PySide6.QtWidgets import QLayout

    from app.ui.shell.outbox_row import OutboxRow
    from app.ui.shell.whole_rows import WholeRows

Shape = Literal["full", "rail"]
ROOMS = (
    ("messages", "Messages", "envelope-simple", "M"),
    ("search", "Search", "magnifying-glass", "/"),
    ("bookmarks", "Bookmarks and likes", "bookmark-simple", "Ctrl+D"),
    ("shelves", "Lists and tags", "list-bullets", "Ctrl+L"),
    ("people", "People", "users", "Ctrl+P"),
)
"""Beside timelines and notifications: name, words, icon, key."""


class Sidebar(Panel):
    """Shows where one can go; says where one wants to go."""

    place_chosen = Signal(str)
    place_hovered = Signal(str)
    approached = Signal()
    add_account = Signal()
    account_menu = Signal(str, QPoint)
    sync_wanted = Signal()
    settings_wanted = Signal()
    post_wanted = Signal()
    outbox_wanted = Signal()
    notices_wanted = Signal()
    room_wanted = Signal(str)  # the name of one of ``ROOMS``

    def __init__(self, look: Look) -> None:
        super().__init__(look, "window")
        self._places: list[PlaceRow] = []
        self._accounts: list[AccountRow] = []
        self._shape: Shape = "full"
        self._low = self._in_notices = self._beside = False
        self._entered: list[str] = []
        self._current = TimelineId("")
        self.setAccessibleName("Timelines and accounts")
        side = look.theme.tokens.sidebar
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.new_post = NewPost(look)
        self.new_post.clicked.connect(self.post_wanted)
        self._outbox: OutboxRow | None = None
        self._rest: WholeRows | None = None
        self._top = QVBoxLayout()
        self._top.addWidget(self.new_post, 0)
        column.addLayout(self._top)
        column.addWidget(self._make_scroll(), 1)
        self._packed = QWidget()
        self._packed_row = QHBoxLayout(self._packed)
        self._packed_row.setSpacing(0)
        self._packed_accounts = QHBoxLayout()
        self._packed_row.addLayout(self._packed_accounts)
        self._packed_row.addStretch()
        column.addWidget(self._packed)
        self._line = Hairline(look, inset=side.padX)
        column.addWidget(self._line)
        column.addWidget(self._make_foot())
        look.changed.connect(self._reshape)
        self._reshape()

    # ------------------------------------------------------------ building

    def _make_scroll(self) -> QScrollArea:
        scroll = self._scroll = QScrollArea()
        # Our own: asking for Qt's makes PySide load every kind of widget (10 ms).
        scroll.setViewport(QWidget())
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._list = Unsqueezed(inner)
        self._list.setSpacing(0)
        look = self._look
        self._feeds_head = Words(look, "Feeds", "badge", "textTertiary")
        self._feeds = _head(look, self._feeds_head)
        self._list.addWidget(self._feeds)
        self._places_box = _stack()
        self._list.addLayout(self._places_box)
        self._list.addSpacing(look.theme.tokens.sidebar.groupGap)
        self.notices = RoomRow(look, "Notifications", "bell", "0")
        self.notices.clicked.connect(self.notices_wanted)
        self._list.addWidget(self.notices)
        self._rooms: dict[str, RoomRow] = {}
        for name, *what in ROOMS:
            row = self._rooms[name] = RoomRow(look, *what)
            row.clicked.connect(lambda _=False, name=name: self._enter(name))
            self._list.addWidget(row)
        self._list.addStretch(1)
        target = look.theme.tokens.target.min
        icon = look.theme.tokens.icon.context
        self._plus = IconButton(
            look, "plus", "Add an account (Ctrl+N)", target=target, icon_size=icon
        )
        self._plus.clicked.connect(self.add_account)
        self._accounts_head = Words(look, "Accounts", "badge", "textTertiary")
        self._accounts_title = _head(look, self._accounts_head, self._plus)
        self._list.addWidget(self._accounts_title)
        self._accounts_box = _stack()
        self._list.addLayout(self._accounts_box)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        return scroll

    def _make_foot(self) -> QWidget:
        self._foot = QWidget()
        self._foot_row = QHBoxLayout(self._foot)
        self._foot_row.setSpacing(0)
        self._wide_accounts = QHBoxLayout()
        self._wide_accounts.setSpacing(0)
        self._foot_row.addLayout(self._wide_accounts)
        self.sync = StatusButton(self._look)
        self.sync.clicked.connect(self.sync_wanted)
        self._foot_row.addWidget(self.sync)
        self._foot_row.addStretch()
        self._gear = IconButton(self._look, "gear-six", "Settings (Ctrl+,)")
        self._gear.clicked.connect(self.settings_wanted)
        self._foot_row.addWidget(self._gear)
        return self._foot

    # ------------------------------------------------------------- showing

    def show_places(self, places: Sequence[Place]) -> None:
        """The timelines, in order."""
        if [row.place.id for row in self._places] == [place.id for place in places]:
            for row, place in zip(self._places, places, strict=True):
                row.show_place(place)
            return
        _clear(self._places_box)
        self._places = []
        fed = any(place.number and not place.mark for place in places[1:])
        for place in places:
            row = PlaceRow(self._look, place)
            if fed and place.mark:
                # Feeds are a group; what is not ordered by a recipe stands apart.
                self._places_box.addSpacing(self._look.theme.tokens.sidebar.groupGap)
                fed = False
            row.clicked.connect(lambda _=False, id=place.id: self.place_chosen.emit(id))
            row.hovered.connect(lambda id=place.id: self.place_hovered.emit(id))
            self._places.append(row)
            self._places_box.addWidget(row)
        self._dress()
        self._order_tabs()
        self._measure()

    def show_accounts(self, accounts: Sequence[AccountItem]) -> None:
        """The accounts, in the order they were added."""
        if [row.item.id for row in self._accounts] == [item.id for item in accounts]:
            for row, item in zip(self._accounts, accounts, strict=True):
                row.show_account(item)
            return
        _clear(self._accounts_box)
        _clear(self._wide_accounts)
        _clear(self._packed_accounts)
        self._accounts = []
        for item in accounts:
            row = AccountRow(self._look, item)
            row.clicked.connect(lambda _=False, id=item.timeline: self.place_chosen.emit(id))
            row.customContextMenuRequested.connect(
                lambda at, row=row: self.account_menu.emit(row.item.id, row.mapToGlobal(at))
            )
            self._accounts.append(row)
        self._low = self._is_low()
        self._reshape()

    def show_outbox(self, waiting: int, needing: int) -> None:
        """How many drafts are under way, and how many wait for the user; no row at 0."""
        if self._outbox is None:
            if not waiting:
                return
            from app.ui.shell.outbox_row import OutboxRow  # seldom, and never at first

            self._outbox = OutboxRow(self._look)
            self._outbox.clicked.connect(self.outbox_wanted)
            self._top.addWidget(self._outbox)
            self._outbox.set_rail(self._shape == "rail")
        self._outbox.show_counts(waiting, needing)
        self._outbox.setVisible(waiting > 0)
        self._order_tabs()
        self._measure()

    def show_current(self, timeline: TimelineId) -> None:
        """Mark where we are."""
        self._current = timeline
        self._dress()

    def show_in_room(self, *names: str, inside: bool = True) -> None:
        """Mark that we are there; where we are not any more, the room that was entered before."""
        others = [one for one in self._entered if one not in names]
        self._entered, self._beside = [*others, *names] if inside else others, False
        self._dress()

    def show_beside(self, on: bool) -> None:
        """What was opened stands beside the timeline: one is there, not in the room under it."""
        self._beside = on
        self._dress()

    def show_unread(self, name: str, count: int) -> None:
        """How much is unread in a room."""
        self._rooms[name].show_unread(count)

    def _enter(self, name: str) -> None:
        self._rooms[name].setChecked(False)  # whoever opens it says that it is open
        self.room_wanted.emit(name)

    def show_in_notices(self, on: bool) -> None:
        """Mark that we are there, and not in a timeline."""
        self._in_notices = on
        self._dress()

    def account_row(self, account: AccountId) -> AccountRow | None:
        """The row of *account*."""
        return next((row for row in self._accounts if row.item.id == account), None)

    def plus_corner(self) -> QPoint:
        """Where the menu of "add an account" opens, on the screen."""
        if not self._plus.isVisible():
            from PySide6.QtGui import QCursor

            return QCursor.pos()
        return self._plus.mapToGlobal(self._plus.rect().bottomLeft())

    def set_shape(self, shape: Shape) -> None:
        """Full, or a rail of icons."""
        if shape != self._shape:
            self._shape = shape
            self._reshape()

    def wanted_width(self) -> int:
        """Width at this text size and shape, px."""
        theme = self._look.theme
        if self._shape == "rail":
            return theme.length(theme.tokens.window.rail, capped=True)
        return self.full_width()

    def full_width(self) -> int:
        """Width when it is not a rail, px."""
        theme = self._look.theme
        if is_wide(theme):
            return int(theme.tokens.sidebar.wide)
        return theme.length(theme.tokens.window.sidebar, capped=True)

    # ------------------------------------------------------------- private

    def _reshape(self) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        rail, wide = self._shape == "rail", is_wide(self._look.theme)
        in_foot = wide and not rail and len(self._accounts) <= side.mostInFoot
        each = theme.length(side.accountAvatar, capped=True) + side.gap
        fit = (self.wanted_width() - theme.tokens.target.min - 2 * side.rowPadLeft) // each
        packed = self._low and not (wide or rail) and len(self._accounts) <= fit
        pad = side.insetWide if wide else side.padX
        self._list.setContentsMargins(pad, side.padX, pad, side.padX)
        # The button stands 4 further in than rows (look.md §6).
        inset = theme.tokens.space.xs if not rail else 0
        self._top.setContentsMargins(pad + inset, side.padTop, pad + inset, 0)
        self._top.setSpacing(theme.tokens.space.xs)
        self.new_post.set_rail(rail)
        if self._outbox is not None:
            self._outbox.set_rail(rail)
        for head in (self._feeds, self._accounts_title):
            head.setFixedHeight(theme.length(side.sectionHeader))
        self._feeds.setVisible(not rail)
        self._accounts_head.setVisible(not rail)
        self._accounts_title.setVisible(not packed)
        self._packed.setVisible(packed)
        # The pictures begin where those of whole rows do.
        self._packed_row.setContentsMargins(*along(2 * side.padX - side.gap // 2, side.rowPadLeft))
        title = self._accounts_title.layout()
        assert title is not None
        box: QLayout = self._wide_accounts if in_foot else self._accounts_box
        for row in self._accounts:
            row.set_alone(rail or in_foot or packed, packed=in_foot or packed)
            (self._packed_accounts if packed else box).addWidget(row)
        (self._packed_row if packed else title).addWidget(self._plus)
        spare = side.railRow - theme.tokens.target.min
        ends = (spare // 2, spare // 2) if rail else (side.rowPadLeft, side.headRight)
        title.setContentsMargins(*along(*ends))
        self.sync.setVisible(not rail and not in_foot)
        foot = side.footWide if in_foot else theme.length(side.footer)
        self._foot.setFixedHeight(
            theme.length(theme.tokens.window.rail, capped=True) if rail else foot
        )
        margin = side.insetWide if in_foot else side.rowPadLeft
        if rail:
            target = theme.length(theme.tokens.target.action, capped=True)
            margin = (self.wanted_width() - target) // 2
        self._foot_row.setContentsMargins(margin, 0, margin, 0)
        # The hairline beside it is part of its measure.
        self.setFixedWidth(self.wanted_width() - theme.stroke("hairline"))
        self._dress()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab goes from the top to the foot: rows are made in another order."""
        accounts: list[QWidget] = [*self._accounts]
        # Packed, the button stands at their end; else beside their title.
        accounts.insert(len(accounts) if self._packed.isVisibleTo(self) else 0, self._plus)
        top = (self.new_post, self._outbox) if self._outbox is not None else (self.new_post,)
        rooms = (self.notices, *self._rooms.values())
        tab_through(*top, *self._places, *rooms, *accounts, self.sync, self._gear)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._measure()

    def enterEvent(self, _event: QEnterEvent) -> None:
        self.approached.emit()

    def _measure(self) -> None:
        """Lay it out anew, where its height has become enough, or too little."""
        low = self._is_low()
        if low != self._low:
            self._low = low
            self._reshape()
        if low and self._rest is None:
            from app.ui.shell.whole_rows import WholeRows  # in a low window only

            self._rest = WholeRows(self._look, self, self._scroll, self._packed)

    def _is_low(self) -> bool:
        """Whether not all that it holds is seen at once."""
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        fixed = side.padTop + 2 * side.padX + 2 * side.groupGap + theme.stroke("hairline")
        scaled = side.newPost + 2 * side.sectionHeader + side.footer
        scaled += len(self._accounts) * side.accountRow
        if self._outbox is not None and not self._outbox.isHidden():
            scaled += side.row
        rows = len(self._places) + len(ROOMS) + 1
        return bool(fixed + theme.length(scaled) + rows * row_height(theme) > self.height())

    def _dress(self) -> None:
        rail = self._shape == "rail"
        rooms = (self.notices, *self._rooms.values())
        for name, row in self._rooms.items():
            row.setChecked(name in self._entered[-1:] and not self._beside)
        # A room may lie over them: one is in one place.
        over = any(row.isChecked() for row in self._rooms.values())
        self.notices.setChecked(self._in_notices and not over)
        elsewhere = any(room.isChecked() for room in rooms)
        for room in rooms:
            room.set_rail(rail)
        for place_row in self._places:
            place_row.set_rail(rail)
            place_row.setChecked(place_row.place.id == self._current and not elsewhere)
        for account_row in self._accounts:
            account_row.setChecked(account_row.item.timeline == self._current and not elsewhere)


def _head(look: Look, title: Words, button: QWidget | None = None) -> QWidget:
    side = look.theme.tokens.sidebar
    head = QWidget()
    row = QHBoxLayout(head)
    row.setContentsMargins(*along(side.rowPadLeft, side.headRight))
    row.setSpacing(0)
    row.addWidget(title, 1)
    if button is not None:
        row.addWidget(button)
    return head


def _stack() -> QVBoxLayout:
    box = QVBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    return box


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
