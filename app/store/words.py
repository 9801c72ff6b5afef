"""Which words a post is found by, and how a question is asked safely. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.model import Post
from app.model.query import Query, Term, searchable

_UNSPACED = re.compile(r"([\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
"""Scripts without spaces: each character is a word, and a word is a phrase."""

_QUESTION = re.compile(r'"([^"]*)"|(\S+)')


def words_of(post: Post) -> str:
    """All that a post is found by (``searchable``), as the index is given it."""
    return spaced(searchable(post))


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


def asked_of(query: Query, mine: Sequence[str] = ()) -> str:
    """
    The same for a query whose parts are known; "" when it has no words.

    Args:
        mine: My handles, for ``from:me``.
    """
    parts = [_term(term) for term in query.terms]
    for condition in query.conditions:
        if condition.negated or condition.operator not in ("from", "tag"):
            continue
        names = [h for v in condition.values for h in (mine if v == "me" else (v,))]
        # A URI is no word of the post: then everybody is looked at.
        if not names or any(":" in name.partition("@")[0] for name in names):
            continue
        parts.append("(" + " OR ".join(_term(Term(name)) for name in names) + ")")
    # What is not wanted narrows only what is wanted.
    wanted = " AND ".join(part for part in parts if part)
    without = [part for term in query.without if (part := _term(term))]
    return " NOT ".join([f"({wanted})", *without]) if wanted else ""


def _term(term: Term) -> str:
    text = spaced(term.text).strip()
    if not any(character.isalnum() for character in text):
        return ""
    clean = text.encode("utf-8", "replace").decode()
    return '"' + clean.replace('"', '""') + '"' + ("*" if term.open else "")


def spaced(text: str) -> str:
    """*text* as the index is given it: characters of scripts without spaces stand alone."""
    return text if text.isascii() else _UNSPACED.sub(r" \1 ", text)
