"""A recipe's rules in words: what is said of a post when one of them holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.feed.recipe import Condition, Rule

_SHOWN: Final = 6

_WHO: Final = {
    "me": "you",
    "mutual": "somebody you follow who follows you",
    "following": "somebody you follow",
    "follower": "somebody who follows you",
    "none": "a stranger",
}
_KINDS: Final = {
    "original": "a post that answers nobody",
    "reply": "an answer",
    "repost": "a repost",
    "quote": "a quote",
    "self_thread": "part of its author’s own thread",
}
_HAS: Final = {
    "image": "a picture",
    "video": "a video",
    "audio": "sound",
    "gif": "a GIF",
    "media": "a picture, a video or sound",
    "link": "a link",
    "poll": "a poll",
    "warning": "a content warning",
    "alt": "descriptions of its pictures",
    "quote": "a quoted post",
}
_NUMBERS: Final = {
    "likes": "it has {} likes",
    "reposts": "it has {} reposts",
    "replies": "it has {} answers",
    "length": "it has {} characters",
    "words": "it has {} words",
    "age_hours": "it is {} hours old",
    "author_rate": "its author writes {} posts a day",
    "likes_rank": "its rank by likes, from 0 to 1, is {}",
}
_FLAGS: Final = {
    "seen": ("you have seen it", "you have not seen it"),
    "replied": ("you have answered it", "you have not answered it"),
    "filtered": ("it is covered", "it is not covered"),
}
_THERE: Final = {
    "tag": ("it has a tag", "it has no tag"),
    "lang": ("its language is known", "its language is not known"),
    "label": ("it has a label", "it has no label"),
    "link_domain": ("it links to a page", "it links to no page"),
}
_NAMED: Final = {
    "network": ("it is on {}", "it is not on {}"),
    "author": ("it is by {}", "it is not by {}"),
    "author_relation": ("it is by {}", "it is not by {}"),
    "author_domain": ("its author’s server is {}", "its author’s server is not {}"),
    "person": ("it is by {}", "it is not by {}"),
    "list": ("its author is on the list {}", "its author is not on the list {}"),
    "tag": ("it is tagged {}", "it is not tagged {}"),
    "lang": ("its language is {}", "its language is not {}"),
    "kind": ("it is {}", "it is not {}"),
    "reply_to_relation": ("it answers {}", "it does not answer {}"),
    "has": ("it has {}", "it does not have {}"),
    "link_domain": ("it links to {}", "it does not link to {}"),
    "label": ("it is labelled {}", "it is not labelled {}"),
}
_TEXT: Final = {
    "has_word": "it has the word {}",
    "has_phrase": "it has the words {}",
    "starts_with": "it begins with {}",
    "wildcard": "its text matches {}",
}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "author_relation": _WHO,
    "reply_to_relation": _WHO,
    "kind": _KINDS,
    "has": _HAS,
}


def in_words(rule: Rule) -> str:
    """A rule as a sentence without its begin: "it has the word “vote”"."""
    if isinstance(rule, Condition):
        return _condition_in_words(rule)
    parts = [
        joined
        for joined in (
            " and ".join(in_words(one) for one in rule.all),
            " or ".join(in_words(one) for one in rule.any),
            " and ".join(f"not ({in_words(one)})" for one in rule.none),
        )
        if joined
    ]
    return "; ".join(parts) or "anything"


def _condition_in_words(condition: Condition) -> str:
    field, op, value = condition.field, condition.op, condition.value
    values = value if isinstance(value, tuple) else (value,)
    if op == "exists":
        return _THERE[field][0 if value else 1]
    if field in _FLAGS:
        return _FLAGS[field][0 if bool(value) == (op == "is") else 1]
    if field == "topic" and isinstance(value, tuple):
        sign = "at least" if op == ">=" else "at most"
        return f"it is {sign} {float(value[1]):.0%} sure to be about {value[0]}"
    if field in _NUMBERS:
        return _NUMBERS[field].format(_amount(op, values))
    no = op in ("is_not", "not_in")
    words = _TEXT[op] if field == "text" else _NAMED[field][1 if no else 0]
    return words.format(_listed(field, values))


def _amount(op: str, values: Sequence[Any]) -> str:
    if op == "between":
        return f"{values[0]:g} to {values[-1]:g}"
    return f"{'at least' if op == '>=' else 'at most'} {values[0]:g}"


def _listed(field: str, values: Sequence[Any]) -> str:
    """The values, the first few of many: "“a”, “b” or “c”"."""
    names = _VALUES.get(field, {})
    shown = [names.get(str(one), f"“{one}”") for one in values[:_SHOWN]]
    if len(values) > _SHOWN:
        return f"{', '.join(shown)} or {len(values) - _SHOWN} more"
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1] if shown else "")))
