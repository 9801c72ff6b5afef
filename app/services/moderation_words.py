"""Muted words over both networks: at servers that keep them, and here."""

from __future__ import annotations

from app.model import AccountId
from app.model.errors import BadInput, NotFound
from app.model.moderation import MutedWord, WordChange
from app.services.moderation_keeping import Keeping
from app.services.moderation_kept import WORDS
from app.services.moderation_values import WordState

LONGEST = 1_000


class MutingWords(Keeping):
    """The part of ``Moderation`` that is about words."""

    def words(self) -> tuple[WordState, ...]:
        """Every muted word once, with where it is kept; Godwit's own first."""
        found: dict[str, WordState] = {
            word.value.lower(): WordState(word=word, here=True) for word in self._kept.words
        }
        for account, settled in self._kept.settled.items():
            for word in settled.words:
                key = word.value.lower()
                known = found.get(key)
                found[key] = WordState(
                    word=known.word if known is not None else word,
                    accounts=(*(known.accounts if known is not None else ()), account),
                    here=known is not None and known.here,
                )
        return tuple(found.values())

    async def mute_word(self, word: MutedWord, where: str = "everywhere") -> WordState:
        """
        Mute it; what is muted already is changed.

        Args:
            where: ``everywhere``: at every server that keeps words, and on networks
                that keep none by Godwit; ``here``: by Godwit alone, nobody is told;
                or the account whose server is to keep it.

        Raises:
            BadInput: There is nothing in it.
            ServiceError: A server refused; those before it have it.
        """
        from msgspec.structs import replace

        from app.moderation.muted_words import stored_value

        word = replace(word, value=stored_value(word.value)[:LONGEST])
        if not word.value:
            raise BadInput("There is no word to mute.")
        accounts = self._keepers() if where == "everywhere" else ()
        if where not in ("everywhere", "here"):
            accounts = (self._accounts.find(AccountId(where)).id,)
        if not accounts:
            others = tuple(one for one in self._kept.words if not _same(one, word.value))
            await self._keep_part("", WORDS, (*others, word))
        for account in accounts:
            await self.settle(account, WordChange(word))
        return next(one for one in self.words() if _same(one.word, word.value))

    async def unmute_word(self, value: str) -> WordState:
        """
        Everywhere where it is kept.

        Raises:
            NotFound: It is not muted.
            ServiceError: A server refused; it stays muted there.
        """
        state = next((one for one in self.words() if _same(one.word, value)), None)
        if state is None:
            raise NotFound(f"“{value[:80]}” is not muted.", "godwit mute words list")
        if state.here:
            left = tuple(one for one in self._kept.words if not _same(one, value))
            await self._keep_part("", WORDS, left)
        for account in state.accounts:
            for word in self._kept.settled[account].words:
                if _same(word, value):
                    await self.settle(account, WordChange(word, on=False))
        return state

    def _keepers(self) -> tuple[AccountId, ...]:
        return tuple(
            account.id for account in self._accounts.all() if account.id in self._kept.settled
        )


def _same(word: MutedWord, value: str) -> bool:
    return word.value.lower() == value.strip().removeprefix("#").lower()
