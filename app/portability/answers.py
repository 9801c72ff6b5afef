"""What the user has said to a move: secrets in memory alone, the rest in the journal as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from app.portability.journal import Journal
from app.portability.plan import Need


def is_secret(need: Need) -> bool:
    """Whether the answer to *need* is never written down."""
    return need.secret or need.kind in ("secret", "code")


class Answers:
    """
    Of one move, for as long as the process lives.

    What nobody has asked for yet may be a secret: it is not written down, and blacked
    out where it is said.
    """

    def __init__(self) -> None:
        self._said: dict[str, str] = {}
        self._secret: dict[str, bool] = {}

    def take(self, answers: Mapping[str, str]) -> None:
        """The user has answered."""
        self._said.update(answers)

    def know(self, needs: Iterable[Need]) -> None:
        """
        So much is asked for, somewhere: which of it is secret is known from now on.

        A file is meant as seen from here: the next process may stand elsewhere. What is
        none of the choices is no answer: a “no” must not count as “yes, make one”.
        """
        for need in needs:
            self._secret[need.key] = is_secret(need)
            if need.choices and (said := self._said.get(need.key)):
                self._choose(need, said)
            if need.kind == "file" and (said := self._said.get(need.key)):
                self._said[need.key] = str(Path(said).expanduser().absolute())

    def _choose(self, need: Need, said: str) -> None:
        """Keep *said* as the need spells it, or not at all."""
        meant = {value.casefold(): value for value, _ in need.choices}
        if chosen := meant.get(said.strip().casefold()):
            self._said[need.key] = chosen
        else:
            del self._said[need.key]

    def all(self, journal: Journal) -> dict[str, str]:
        """With those that an earlier process has written down."""
        return {**journal.past.answers, **self._said}

    def drop(self, keys: Iterable[str]) -> None:
        """They were wrong, or are used up."""
        for key in keys:
            self._said.pop(key, None)

    def secrets(self) -> dict[str, str]:
        """Those that are certainly secret."""
        return {key: value for key, value in self._said.items() if self._secret.get(key)}

    def unknown(self) -> dict[str, str]:
        """Those that may be."""
        return {key: value for key, value in self._said.items() if key not in self._secret}

    def open(self) -> dict[str, str]:
        """Those that may be written down."""
        return {k: value for k, value in self._said.items() if self._secret.get(k) is False}

    def wipe(self) -> None:
        """Forget all."""
        self._said.clear()
