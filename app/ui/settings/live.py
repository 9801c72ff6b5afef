"""The settings' page of how Godwit hears of what is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.live_values import LiveChoice
from app.ui.settings.appearance import SettingsPage
from app.ui.theme.look import Look
from app.ui.widgets.choices import Switch
from app.ui.widgets.words import Words

_ABOUT = "What is new comes at once, where a server tells it. Off: Godwit looks once a minute."


class LivePage(SettingsPage):
    """On and off, streams that must be allowed, and how each account is doing."""

    switched = Signal(bool)
    allowed = Signal(str, bool)
    """Network, and whether its stream may know what it asks for."""

    def __init__(
        self,
        look: Look,
        on: bool,
        choices: Sequence[LiveChoice],
        accounts: Iterable[tuple[str, str]],
    ) -> None:
        """*accounts*: each one's handle, and how it hears of what is new."""
        super().__init__(look, "Live")
        switch = Switch(look, "Live updates")
        switch.setChecked(on)
        switch.toggled.connect(self.switched)
        self.add_row("Live updates", _ABOUT, switch)
        self._choices: list[Switch] = []
        for choice in choices:
            one = Switch(look, choice.name)
            one.setChecked(choice.on)
            one.toggled.connect(
                lambda wanted, network=choice.network: self.allowed.emit(network, wanted)
            )
            self.add_row(f"{choice.name} ({choice.host})", choice.about, one)
            self._choices.append(one)
        self._states: dict[str, Words] = {}
        for handle, words in accounts:
            nothing = QWidget()  # there is nothing to press
            about = self.add_row(handle, words or " ", nothing)
            nothing.hide()
            if about is not None:
                self._states[handle] = about
        self.end()

    def show_states(self, accounts: Iterable[tuple[str, str]]) -> None:
        """How each account is doing now."""
        for handle, words in accounts:
            if handle in self._states:
                self._states[handle].say(words or " ")
