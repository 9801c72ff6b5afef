"""The settings' page of notifications on the desktop."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.model import Account
from app.services.announcing import KINDS, AnnounceWishes
from app.ui.moderation.words import isolated
from app.ui.settings.appearance import SettingsPage
from app.ui.theme.look import Look
from app.ui.widgets.choices import Segment, Switch

_EVENINGS, _MORNINGS = (20, 21, 22, 23), (6, 7, 8, 9)


class AnnouncingPage(SettingsPage):
    """Off at first; all else is asleep while it is off."""

    wished = Signal(object)
    """AnnounceWishes."""

    def __init__(self, look: Look, wishes: AnnounceWishes, accounts: Sequence[Account]) -> None:
        super().__init__(look, "Notifications")
        self._wishes = wishes
        self._others: list[QWidget] = []
        main = Switch(look, "Tell me on the desktop")
        main.setChecked(wishes.on)
        main.toggled.connect(self._on_main)
        self.add_row(
            "Tell me on the desktop", "While Godwit runs and you look at something else", main
        )
        self._switch(
            "Names only",
            "Who did what, never what was written: others may see your screen",
            wishes.names_only,
            lambda on: self._wish(names_only=on),
        )
        self.add_head("What is told")
        for kind, name in KINDS.items():
            self._switch(name, "", kind in wishes.kinds, lambda on, k=kind: self._kind(k, on))
        several = len(accounts) > 1
        if several:
            self.add_head("Of which accounts")
        for account in accounts if several else ():
            name = f"@{account.handle}" if "@" in account.handle else account.handle
            on = account.id not in wishes.silent
            self._switch(isolated(name), "", on, lambda on, a=account: self._silence(a, on))
        self.add_head("When")
        self._switch(
            "Quiet hours",
            "What comes then is not told afterwards either",
            wishes.quiet,
            lambda on: self._wish(quiet=on),
        )
        self._hours("From", _EVENINGS, "quiet_from")
        self._hours("Until", _MORNINGS, "quiet_to")
        self.end()
        self._wake()

    def _switch(self, name: str, help_line: str, on: bool, changed: object) -> None:
        switch = Switch(self._look, name)
        switch.setChecked(on)
        switch.toggled.connect(changed)
        self._others.append(switch)
        self.add_row(name, help_line, switch)

    def _hours(self, name: str, hours: Sequence[int], wish: str) -> None:
        now = getattr(self._wishes, wish)
        choices = [(str(hour), f"{hour}:00") for hour in sorted({*hours, now})]
        control = Segment(self._look, f"Quiet hours: {name.lower()}", choices)
        control.choose(str(now))
        control.chosen.connect(lambda key: self._wish(**{wish: int(key)}))
        self._others.append(control)
        self.add_row(name, "", control)

    def _on_main(self, on: bool) -> None:
        self._wish(on=on)
        self._wake()

    def _wake(self) -> None:
        for one in self._others:
            one.setEnabled(self._wishes.on)

    def _kind(self, kind: str, on: bool) -> None:
        chosen = {*self._wishes.kinds, kind} if on else {*self._wishes.kinds} - {kind}
        self._wish(kinds=tuple(one for one in KINDS if one in chosen))

    def _silence(self, account: Account, on: bool) -> None:
        silent = {*self._wishes.silent} - {account.id} if on else {*self._wishes.silent, account.id}
        self._wish(silent=tuple(sorted(silent)))

    def _wish(self, **change: object) -> None:
        self._wishes = replace(self._wishes, **change)
        self.wished.emit(self._wishes)
