"""When it leaves: a few near times, or one that is typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from app.ui.composer.words import moment
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Radio
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.words import Words

_MORNING, _EVENING = 8, 19
_TYPED = 99


def near_times(now: datetime) -> tuple[tuple[str, datetime], ...]:
    """What people mean by "later", where the user is: name and moment (UTC)."""
    local = now.astimezone()
    made: list[tuple[str, datetime]] = [("In one hour", local + timedelta(hours=1))]
    evening = local.replace(hour=_EVENING, minute=0, second=0, microsecond=0)
    if evening - local > timedelta(hours=1):
        made.append(("This evening", evening))
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    made.append(("Tomorrow morning", morning + timedelta(days=1)))
    days = 7 - local.weekday()
    if days > 1:
        made.append(("Monday morning", morning + timedelta(days=days)))
    return tuple((name, at.astimezone(UTC)) for name, at in made)


def parse_moment(day: str, clock: str, now: datetime) -> datetime:
    """
    A day (2026-11-28) and a time (07:30) where the user is, as UTC.

    Raises:
        ValueError: It is no time, or it has passed; says which, in words.
    """
    try:
        date = datetime.strptime(day.strip(), "%Y-%m-%d")
    except ValueError:
        raise ValueError("This is no day. Write it like 2026-11-28.") from None
    try:
        time = datetime.strptime(clock.strip(), "%H:%M")
    except ValueError:
        raise ValueError("This is no time. Write it like 07:30.") from None
    at = date.replace(hour=time.hour, minute=time.minute).astimezone().astimezone(UTC)
    if at <= now:
        raise ValueError("That moment has passed. Choose a later one.")
    return at


class ScheduleDialog(Dialog):
    """Tells the moment; None takes a chosen one away."""

    chosen = Signal(object)

    def __init__(
        self,
        look: Look,
        now: datetime,
        keepers: Sequence[tuple[str, bool]],
        parent: QWidget | None,
        *,
        chosen: datetime | None = None,
    ) -> None:
        """*keepers*: handle of each lane, and whether its server keeps a post until its time."""
        super().__init__(look, "When does it leave?", parent)
        self._now = now
        self._times = near_times(now)
        body, column = self.column()
        column.setSpacing(look.theme.tokens.space.s)
        self._group = QButtonGroup(self)
        for number, (name, at) in enumerate(self._times):
            radio = Radio(look, name, moment(at, now))
            self._group.addButton(radio, number)
            column.addWidget(radio)
        own = Radio(look, "At another time")
        self._group.addButton(own, _TYPED)
        column.addWidget(own)
        column.addLayout(self._fields(chosen or self._times[0][1]))
        for words in _kept_words(keepers):
            column.addWidget(Words(look, words, "small", "textSecondary", wrap=True))
        column.addStretch()
        (own if chosen else self._group.button(0)).setChecked(True)
        set_it = Button(look, "Set the time", "primary", size="primary")
        set_it.clicked.connect(self._submit)
        left = []
        if chosen is not None:
            off = Button(look, "Leave at once", "plain")
            off.clicked.connect(lambda: self._end(None))
            left.append(off)
        cancel = Button(look, "Cancel")
        cancel.clicked.connect(self.reject)
        self.fill(body, left=left, right=[cancel, set_it])

    def _fields(self, at: datetime) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.look.theme.tokens.space.m)
        local = at.astimezone()
        self.day = Field(self.look, "Day")
        self.day.input.setText(local.strftime("%Y-%m-%d"))
        self.time = Field(self.look, "Time")
        self.time.input.setText(local.strftime("%H:%M"))
        for field in (self.day, self.time):
            field.changed.connect(lambda _: self._group.button(_TYPED).setChecked(True))
            field.submitted.connect(self._submit)
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        return row

    def _submit(self) -> None:
        number = self._group.checkedId()
        if number != _TYPED:
            self._end(self._times[number][1])
            return
        try:
            at = parse_moment(self.day.text(), self.time.text(), self._now)
        except ValueError as error:
            field = self.time if "time" in str(error) else self.day
            what, _, step = str(error).partition(". ")
            field.trouble(f"{what}.", step)
            self.settle()
            return
        self._end(at)

    def _end(self, at: datetime | None) -> None:
        self.accept()
        self.chosen.emit(at)


def _kept_words(keepers: Sequence[tuple[str, bool]]) -> list[str]:
    there = [f"@{handle}" for handle, keeps in keepers if keeps]
    here = [f"@{handle}" for handle, keeps in keepers if not keeps]
    words = []
    if there:
        words.append(f"{', '.join(there)}: the server keeps it until then.")
    if here:
        words.append(
            f"{', '.join(here)}: Godwit sends it, so this computer must be on and Godwit open."
        )
    return words
