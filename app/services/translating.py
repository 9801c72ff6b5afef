"""Posts in another language, where a server of mine translates; only when somebody asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from app.feed.rows import Copy
from app.model import Post
from app.model.about import Translation
from app.services.asking import told
from app.services.sides import Side, asked, not_told, sides

if TYPE_CHECKING:
    from app.services.accounts import Accounts

REMEMBERED = 64
USUAL = "en"

ELSEWHERE = "translate.google.com"
"""Where browsers go for a translation that no server of mine makes."""

_LONGEST = 2_000
"""Characters of a post that fit into an address."""

SEEN_BY_ALL = ("public", "quiet")
"""Servers translate only what everybody may read."""


class Translating:
    """
    Args:
        mine: Languages of the reader, preferred first (BCP 47).
        offline: Ask no server.
    """

    def __init__(
        self, accounts: Accounts, mine: Callable[[], Sequence[str]], *, offline: bool = False
    ) -> None:
        self._accounts, self._mine, self._offline = accounts, mine, offline
        self._known: OrderedDict[tuple[str, str], Translation] = OrderedDict()

    def languages(self) -> tuple[str, ...]:
        """What the reader would have posts in, preferred first; without regions."""
        found = [_bare(lang) for lang in self._mine()]
        return tuple(dict.fromkeys(filter(None, found))) or (USUAL,)

    def sides(self, copies: Sequence[Copy]) -> tuple[Side, ...]:
        """
        Copies that can be translated for me. Asks nobody.

        What is written in a language of the reader's is left out.
        """
        from app.protocols.about import Translates

        def fits(side: Side) -> bool:
            account = self._accounts.find(side.account)
            return "translate" in account.abilities and self._is_foreign(side.post)

        return sides(self._accounts, copies, Translates, fits)

    def elsewhere(self, copies: Sequence[Copy]) -> str:
        """
        A web page that translates, where no server of mine does; "" = none is wanted.

        It has the post's words in its address: it is opened only when somebody wants it.
        """
        if self.sides(copies):
            return ""
        post = next((copy.post for copy in copies if self._is_foreign(copy.post)), None)
        if post is None:
            return ""
        words, to = post.text.text.strip()[:_LONGEST], self.languages()[0]
        asked = {"sl": "auto", "tl": to, "op": "translate", "text": words}
        return f"https://{ELSEWHERE}/?{urlencode(asked, quote_via=quote)}"

    def _is_foreign(self, post: Post) -> bool:
        """Everybody may read it, and it is not in a language of the reader's."""
        foreign = set(self.languages()).isdisjoint(map(_bare, post.langs))
        return foreign and post.visibility in SEEN_BY_ALL and bool(post.text.text.strip())

    async def translate(self, side: Side, to: str = "") -> Translation:
        """
        The post in the language *to*; "" = the reader's first.

        Raises: ServiceError.
        """
        from app.protocols.about import Translates

        to = to or self.languages()[0]
        key = (f"{side.post.uri} {side.post.edited_at}", to)
        if key not in self._known:
            service = asked(self._accounts, side, offline=self._offline)
            if not isinstance(service, Translates):
                raise not_told(self._accounts, side)
            call = service.translate(side.post.uri, to)
            self._known[key] = await told(self._accounts, side.account, call)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]


def _bare(lang: str) -> str:
    return lang.partition("-")[0].lower()
