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
from app.model.moderation import Filter, FilterWord
from app.model.post import FilterContext
from app.moderation.phrases import Phrases


class FilterMatch(Struct, frozen=True, omit_defaults=True):
    """A filter that caught a post; *words*: which of its words, () = the post itself."""

    filter: Filter
    words: tuple[str, ...] = ()


class Filters:
    """The filters of one account, ready to be asked about many posts."""

    def __init__(self, filters: Iterable[Filter]) -> None:
        self.filters = tuple(filters)
        self._by_id = {one.id: one for one in self.filters}
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

    def caught(self, post: Post, ref: str = "") -> Iterator[FilterMatch]:
        """
        What catches *post* somewhere, in the order of the filters.

        *ref*: the server's own id of the post.
        """
        words: dict[int, list[str]] = {}
        if self._by_post:
            for place in (*self._by_post.get(post.uri, ()), *self._by_post.get(ref, ())):
                words[place] = []
        if self._by_word:
            text = filtered_text(post).lower()
            for found in self._phrases.inside(text):
                for place, word in self._by_word[found]:
                    if not word.whole or stands_alone(found, text):
                        words.setdefault(place, []).append(word.text)
        for place in sorted(words):
            yield FilterMatch(self.filters[place], tuple(sorted(words[place])))

    def matches(
        self, post: Post, context: FilterContext, now: datetime, ref: str = ""
    ) -> Iterator[FilterMatch]:
        """What catches *post* in *context* now, in the order of the filters."""
        for match in self.caught(post, ref):
            one = match.filter
            if context in one.contexts and (one.expires_at is None or now < one.expires_at):
                yield match

    def advisories(self, post: Post, ref: str, server: str) -> Iterator[Advisory]:
        """What ``caught`` finds, as if *server* had told of it."""
        for match in self.caught(post, ref):
            yield _advisory(match.filter, server, match.words)

    def still(self, said: Advisory, ref: str = "") -> Advisory | None:
        """
        What the server said of a post some time ago, as its filters are now.

        None: there is no such filter any more, or it no longer catches the post with
        that *ref*. Servers search the text as they have it, which is more than we do.
        """
        if not said.ref:
            return said
        one = self._by_id.get(said.ref)
        if one is None:
            return None
        there = {word.text.lower() for word in one.words}
        if said.words and there.isdisjoint(word.lower() for word in said.words):
            return None
        if not said.words and one.posts and ref not in one.posts:
            return None
        return _advisory(one, said.source, said.words)


def _advisory(one: Filter, server: str, words: tuple[str, ...]) -> Advisory:
    return Advisory(
        "filter",
        one.title,
        server,
        "media" if one.action == "blur" else "post",
        one.action,
        one.id,
        tuple(sorted(one.contexts)),
        words,
        one.expires_at,
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
