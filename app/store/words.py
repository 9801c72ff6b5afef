"""Which words a post is found by, and how a question is asked safely. Pure."""

from __future__ import annotations

import re

from app.model import Post

_UNSPACED = re.compile(r"([\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
"""Scripts without spaces: each character is a word, and a word is a phrase."""

_QUESTION = re.compile(r'"([^"]*)"|(\S+)')


def words_of(post: Post) -> str:
    """All that can be searched for: text, warnings, picture texts, poll, card, author."""
    parts = [post.text.text, post.author.handle, post.author.name]
    parts += [a.text for a in post.advisories if a.kind == "warning"]
    parts += [m.alt for m in post.media if m.alt]
    if post.poll is not None:
        parts += [option.title for option in post.poll.options]
    if post.card is not None:
        parts.append(post.card.title)
    return spaced("\n".join(parts))


def question(asked: str) -> str:
    """
    What to ask the index for: all words, the last one as a beginning.

    ``"several words"`` in quotes stay together. Nothing in *asked* is syntax.
    Returns "" when there is nothing to look for.
    """
    terms = []
    clean = asked.replace("\0", " ").encode("utf-8", "replace").decode()
    for phrase, word in _QUESTION.findall(clean):
        term = phrase or word.replace('"', " ")
        if any(character.isalnum() for character in term):
            terms.append((spaced(term).strip(), bool(phrase)))
    quoted = ['"' + term.replace('"', '""') + '"' for term, _ in terms]
    if quoted and not terms[-1][1]:
        quoted[-1] += "*"
    return " ".join(quoted)


def spaced(text: str) -> str:
    """*text* as the index is given it: characters of scripts without spaces stand alone."""
    return text if text.isascii() else _UNSPACED.sub(r" \1 ", text)
