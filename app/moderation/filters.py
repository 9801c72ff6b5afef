"""
Filters of a server, matched here as the server would. Pure, linear in the text.

For posts that were cached before a filter was made or changed, and for servers
that do not say what matched. Source: facts C1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from app.model import Advisory, Post
from app.model.moderation import Filter, FilterContext, FilterWord
from app.moderation.phrases import Phrases


class FilterMatch(Struct, frozen=True, omit_defaults=True):
    """A filter that caught a post; *words*: which of its words, () = the post itself."""

    filter: Filter
    words: tuple[str, ...] = ()


class Filters:
    """The filters of one account, ready to be asked about many posts."""

    def __init__(self, filters: Iterable[Filter]) -> None:
        self.filters = tuple(filters)
        self._by_word: dict[str, list[tuple[int, FilterWord]]] = {}
        self._by_post: dict[str, list[int]] = {}
        for place, one in enumerate(self.filters):
            for word in one.words:
                if key := word.text.strip().lower():
                    self._by_word.setdefault(key, []).append((place, word))
            for uri in one.posts:
                self._by_post.setdefault(uri, []).append(place)
        self._phrases = Phrases(self._by_word)

    def __bool__(self) -> bool:
        return bool(self._by_word or self._by_post)

    def matches(self, post: Post, context: FilterContext, now: datetime) -> Iterator[FilterMatch]:
        """What catches *post* in *context*, in the order of the filters."""
        text = filtered_text(post).lower()
        words: dict[int, list[str]] = {place: [] for place in self._by_post.get(post.uri, ())}
        for found in self._phrases.inside(text):
            for place, word in self._by_word[found]:
                if not word.whole or stands_alone(found, text):
                    words.setdefault(place, []).append(word.text)
        for place in sorted(words):
            one = self.filters[place]
            if context in one.contexts and (one.expires_at is None or now < one.expires_at):
                yield FilterMatch(one, tuple(sorted(words[place])))

    def advisories(
        self, post: Post, context: FilterContext, now: datetime, server: str
    ) -> tuple[Advisory, ...]:
        """The same as advisories, as if *server* had told of them."""
        return tuple(
            Advisory("filter", match.filter.title, server, "post", match.filter.action)
            for match in self.matches(post, context, now)
        )


def filtered_text(post: Post) -> str:
    """What a server searches: warning, text, poll and descriptions."""
    warnings = [one.text for one in post.advisories if one.kind == "warning"]
    options = [option.title for option in post.poll.options] if post.poll is not None else []
    described = [media.alt for media in post.media if media.alt]
    return "\n\n".join((*warnings, post.text.text, *options, *described))


def stands_alone(word: str, text: str) -> bool:
    """
    Is *word* somewhere in *text* with word boundaries around it?

    A boundary is asked for only at an end that is a word character itself.
    """
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        before = start > 0 and _is_word(text[start - 1]) and _is_word(word[0])
        after = end < len(text) and _is_word(text[end]) and _is_word(word[-1])
        if not (before or after):
            return True
        start = text.find(word, start + 1)
    return False


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
