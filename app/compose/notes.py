"""What there is to say about a lane: losses with what may be chosen, facts, problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from app.compose.plan import Choice, Loss

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
"""Those that are written as words."""


class Option(Struct, frozen=True):
    """
    One way to deal with a loss.

    Attributes:
        label: What it is called when it is offered.
        outcome: The sentence that says what happens when it is chosen.
    """

    id: str
    label: str
    outcome: str


class Notes:
    """
    Collects what a plan says.

    Args:
        network: Id of the network; people know it by the same word.
        choices: What was chosen, by kind of loss.
    """

    def __init__(self, network: str, choices: Mapping[str, str]) -> None:
        self.name = network[:1].upper() + network[1:]
        self.losses: list[Loss] = []
        self.facts: list[str] = []
        self.problems: list[str] = []
        self._choices = choices

    def ask(
        self, kind: str, options: Sequence[Option], *, usual: str = "", question: str = ""
    ) -> str:
        """
        Tell a loss; the id of the option that holds.

        Args:
            usual: What is done when nothing was chosen; "" = it cannot be sent
                before, and *question* is said.
        """
        by_id = {option.id: option for option in options}
        chosen = self._choices.get(kind, usual)
        if chosen not in by_id:
            chosen = usual
        self.losses.append(
            Loss(
                kind=kind,
                text=by_id[chosen].outcome if chosen else question,
                choices=tuple(Choice(option.id, option.label) for option in options),
                chosen=chosen,
                stops=not chosen,
            )
        )
        return chosen

    def tell(self, kind: str, text: str, *, stops: bool = False) -> None:
        """A loss without anything to choose."""
        self.losses.append(Loss(kind=kind, text=text, stops=stops))


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def amount(size: int) -> str:
    """Bytes for people: ``0.9 MB``, ``40 kB``."""
    if size < 100_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f}".removesuffix(".0") + " MB"


def amount_of_time(seconds: int) -> str:
    """For people, rounded down: ``5 minutes``, ``30 days``."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {name}" + "s" * (number != 1)
    return "0 seconds"
