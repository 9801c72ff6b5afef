"""What stands where a feed would be: not in order yet, nothing in it, not to be had."""

from __future__ import annotations

from collections.abc import Callable

from app.ui.shell.states import Act, Loading, State
from app.ui.theme.look import Look


class FeedStates:
    """Of the feed called *name*. *fetch* asks servers, *edit* leads to its recipe."""

    def __init__(
        self, look: Look, name: str, fetch: Callable[[], None], edit: Callable[[], None]
    ) -> None:
        self._look, self._name = look, name
        self._fetch, self._edit = fetch, edit

    def loading(self) -> Loading:
        """It takes longer than usual."""
        return Loading(self._look, f"Putting “{self._name}” in order…")

    def failed(self, why: str) -> State:
        """In the words of what went wrong."""
        title = f"“{self._name}” cannot be shown"
        again: Act = ("Try again", "outline", self._fetch)
        edit: Act = ("Change this feed", "plain", self._edit)
        return State(self._look, title, why, icon="cloud-slash", acts=[again, edit])

    def empty(self) -> State:
        """Nothing matches."""
        words = "No post that Godwit has matches its rules now. What comes in is looked at at once."
        fetch: Act = ("Fetch now", "outline", self._fetch)
        edit: Act = ("Change this feed", "plain", self._edit)
        title = f"Nothing in “{self._name}”"
        return State(self._look, title, words, icon="sliders-horizontal", acts=[fetch, edit])
