"""Settings of composing: taking back, descriptions, reminders, the lanes of a new draft."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import Signal

from app.model import AccountId
from app.services.composing import ComposeWishes
from app.ui.composer.values import Who
from app.ui.settings.appearance import SettingsPage
from app.ui.theme.look import Look
from app.ui.widgets.choices import Segment, Switch

_UNDO_STEPS = (0, 5, 10, 20, 30, 60)
_AGES = {7: "1 week", 30: "1 month", 90: "3 months", 365: "1 year"}


class ComposingPage(SettingsPage):
    """Applied at once, like all pages."""

    wished = Signal(object)
    """ComposeWishes."""

    def __init__(self, look: Look, wishes: ComposeWishes, accounts: Sequence[Who]) -> None:
        super().__init__(look, "Composing")
        self._wishes = wishes
        self._order = tuple(one.account for one in accounts)
        self._add_undo()
        self._add_alt()
        self._add_reminders()
        for who in accounts:
            self._add_account(who)
        self.end()

    def _add_undo(self) -> None:
        steps = [(str(step), f"{step} s" if step else "Off") for step in _UNDO_STEPS]
        undo = Segment(self._look, "Time to take a post back", steps)
        nearest = min(_UNDO_STEPS, key=lambda step: abs(step - self._wishes.undo))
        undo.choose(str(nearest))
        undo.chosen.connect(lambda key: self._wish(undo=float(key)))
        self.add_row("Time to take a post back", "Nothing leaves before it is over", undo)

    def _add_alt(self) -> None:
        self._switch("Descriptions are compulsory", "No picture leaves without one", "alt_required")
        self._switch("Remind me of missing descriptions", "", "remind_alt")
        self._switch("Also before I repost pictures of others", "", "remind_alt_repost")

    def _add_reminders(self) -> None:
        self._switch("Remind me when I answer an old post", "", "remind_old")
        steps = [(str(days), name) for days, name in _AGES.items()]
        age = Segment(self._look, "Old is", steps)
        nearest = min(_AGES, key=lambda days: abs(days - self._wishes.old_days))
        age.choose(str(nearest))
        age.chosen.connect(lambda key: self._wish(old_days=int(key)))
        self.add_row("Old is", "", age)
        self._switch(
            "Remind me when a lane does not have the thread",
            "The answer would stand there alone",
            "remind_unseen",
        )

    def _switch(self, name: str, help_line: str, wish: str) -> None:
        switch = Switch(self._look, name)
        switch.setChecked(getattr(self._wishes, wish))
        switch.toggled.connect(lambda on: self._wish(**{wish: on}))
        self.add_row(name, help_line, switch)

    def _add_account(self, who: Who) -> None:
        name = f"New drafts begin with @{who.handle}"
        switch = Switch(self._look, name)
        switch.setChecked(who.account in self._wishes.lanes)
        switch.toggled.connect(lambda on: self._choose(who.account, on))
        first = who.account == self._order[0]
        help_line = "None chosen: as the last post" if first else ""
        self.add_row(name, help_line, switch)

    def _choose(self, account: AccountId, on: bool) -> None:
        chosen = {*self._wishes.lanes, account} if on else set(self._wishes.lanes) - {account}
        self._wish(lanes=tuple(one for one in self._order if one in chosen))

    def _wish(self, **change: object) -> None:
        self._wishes = replace(self._wishes, **change)
        self.wished.emit(self._wishes)
