"""
The language of searches: ``from: to: net: has: is: lang: tag: in: folder: before: after:``, quotes,
minus.

Whoever types is not a programmer: what is no operator is a word, an open quote ends where
the text ends, and what makes no sense is told in a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from app.model import AccountId, Post, ViewerState
from app.model.errors import BadInput
from app.model.query import Condition, Operator, Part, Query, Term, searchable

NAMES: Final[dict[str, Operator]] = {
    "from": "from", "to": "to", "net": "net", "on": "net", "has": "has", "is": "is",
    "lang": "lang", "tag": "tag", "in": "in",
    "folder": "folder", "before": "before", "until": "before",
    "after": "after", "since": "after",
}  # fmt: skip
"""What is written before the colon, and which operator it is."""

HAS: Final = ("media", "image", "video", "audio", "link", "poll", "quote", "alt", "warning")
IS: Final = ("reply", "post", "edited", "bot")
IN: Final = ("bookmarks", "likes", "reposts")

MOST_LONG = 2_000
"""Characters of a search; what is longer was pasted by mistake."""

_PART = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))'
)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([hdwmy])")
_UNIT_HOURS: Final = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}


def query_from_text(text: str, *, now: datetime) -> Query:
    """
    What *text* asks for.

    Args:
        now: Aware; what ``today`` and ``7d`` are counted from, in its zone.

    Raises:
        BadInput: An operator has nothing, or nothing sensible, behind it.
    """
    parts = parts_of(text, now=now)
    wrong = next((part.problem for part in parts if part.problem is not None), None)
    if wrong is not None:
        raise wrong
    return query_of(parts)


def query_of(parts: Iterable[Part]) -> Query:
    """What *parts* ask for together; those that make no sense are left out."""
    parts = tuple(parts)
    terms = [part for part in parts if part.term is not None]
    return Query(
        terms=tuple(part.term for part in terms if part.term and not part.minus),
        without=tuple(part.term for part in terms if part.term and part.minus),
        conditions=tuple(part.condition for part in parts if part.condition is not None),
    )


def parts_of(text: str, *, now: datetime) -> tuple[Part, ...]:
    """
    What *text* consists of, each at its place; nothing in it is too wrong to be told.

    Args:
        now: As for ``query_from_text``.

    Raises:
        BadInput: It is too long to be a search.
    """
    if len(text) > MOST_LONG:
        raise BadInput("That is too long for a search.", "Look for a few words of it.")
    clean = text.replace("\0", " ").translate(_QUOTES)
    return tuple(made for found in _parts(clean) if (made := _part(found, clean, now)) is not None)


def _part(found: re.Match[str], clean: str, now: datetime) -> Part | None:
    """None: there is nothing in it to look for."""
    name, minus = (found["name"] or "").lower(), found["minus"] is not None
    phrase, word = found["phrase"], found["word"]
    value = phrase if phrase is not None else word or ""
    part = Part(found.start(), found.end(), found.end(), minus=minus)
    if name in NAMES:
        where = found.start("phrase" if phrase is not None else "word")
        part = replace(part, name=name, value=value, value_start=where)
        try:
            return replace(part, condition=_condition(name, value, minus, now))
        except BadInput as error:
            return replace(part, problem=error)
    # "http://…" and "re:" are no operators: their words are looked for.
    said = " ".join(filter(None, (found["name"], value)))
    if not any(character.isalnum() for character in said):
        return None
    if phrase is None and said.startswith("#") and len(said) > 1:
        tag = said.lstrip("#").casefold()
        return replace(part, condition=Condition("tag", (tag,), minus))
    # One letter is the beginning of too much to be of any use.
    unfinished = phrase is None and found.end() == len(clean) and len(said) > 1
    return replace(part, term=Term(said.strip(), unfinished and not minus))


def fits(
    query: Query,
    post: Post,
    viewers: Mapping[AccountId, ViewerState],
    *,
    me: Collection[str] = (),
    filed: Mapping[str, str] = {},
) -> bool:
    """
    Whether every condition holds, and none of the words that are not wanted is there.

    The words that are wanted are not looked at: whoever found the post has done that.

    Args:
        me: URIs of my profiles.
        filed: Bookmarks of this computer: URI of the post, and its folder.
    """
    since, until = query.times()
    if (since is not None and post.sort_at < since) or (
        until is not None and post.sort_at >= until
    ):
        return False
    for condition in query.conditions:
        if condition.operator in ("before", "after"):
            continue
        holds = any(
            _holds(condition.operator, value, post, viewers, me, filed)
            for value in condition.values
        )
        if holds == condition.negated:
            return False
    if not query.without:
        return True
    text = f" {' '.join(words_in(searchable(post)))} "
    return not any(f" {' '.join(words_in(term.text))} " in text for term in query.without)


def has_words(query: Query, text: str) -> bool:
    """Whether *text* has all the words that are wanted, as the index would say."""
    said = f" {' '.join(words_in(text))} "
    for term in query.terms:
        wanted = " ".join(words_in(term.text))
        if f" {wanted}{'' if term.open else ' '}" not in said:
            return False
    return True


def finished(query: Query) -> Query:
    """The same with its last word as it stands: what is asked for first, since it is quick."""
    terms = tuple(Term(term.text) for term in query.terms)
    return replace(query, terms=terms)


def server_words(query: Query) -> str:
    """What to ask a server for; the conditions are sifted here. "" = only conditions."""
    words = [f'"{term.text}"' if " " in term.text else term.text for term in query.terms]
    tags = [c.values[0] for c in query.conditions if c.operator == "tag" and not c.negated]
    return " ".join([*words, *(f"#{tag}" for tag in tags)])


def sifted(query: Query) -> tuple[str, ...]:
    """Names of the operators that servers are not asked about, in order, each once."""
    named = [c.operator for c in query.conditions if c.operator != "tag" or c.negated]
    return tuple(dict.fromkeys([*named, *(["-"] if query.without else [])]))


def words_in(text: str) -> list[str]:
    """The words of *text* as the index has them: no case, no diacritics, no punctuation."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in apart if not unicodedata.combining(c))
    return _WORD.findall(text.casefold())


# Scripts without spaces: each character is a word, as in the index.
UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


def _parts(text: str) -> list[re.Match[str]]:
    """Its parts; an operator with nothing behind it is one too."""
    found = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        part = _EMPTY.match(text, at) or _PART.match(text, at)
        if part is None:
            at += 1
            continue
        found.append(part)
        at = part.end()
    return found


_EMPTY = re.compile(r"(?P<minus>-)?(?P<name>[A-Za-z]+):(?P<phrase>)(?P<word>)(?=\s|$)")


def _condition(name: str, value: str, negated: bool, now: datetime) -> Condition:
    operator = NAMES[name]
    value = value.strip()
    if not value:
        raise BadInput(f"“{name}:” has nothing behind it.", _HELP[operator])
    if operator in ("before", "after"):
        if negated:
            operator = "after" if operator == "before" else "before"
        return Condition(operator, (value,), at=_moment(name, value, now))
    values = tuple(v for one in value.split(",") if (v := one.strip().lstrip("@#").casefold()))
    if not values:
        raise BadInput(f"“{name}:{value}” names nothing.", _HELP[operator])
    values = tuple(_SAME.get(one, one) for one in values)
    allowed: tuple[str, ...] = {"has": HAS, "is": IS, "in": IN}.get(operator, ())
    for one in values:
        if allowed and one not in allowed:
            raise BadInput(f"“{name}:” knows no “{one}”.", _HELP[operator])
    return Condition(operator, values, negated)


_SAME: Final = {
    "images": "image", "picture": "image", "pictures": "image", "videos": "video",
    "links": "link", "polls": "poll", "quotes": "quote", "cw": "warning",
    "bookmark": "bookmarks", "like": "likes", "replies": "reply",
}  # fmt: skip

_HELP: Final[dict[Operator, str]] = {
    "from": "For example: from:ana, or from:me",
    "to": "For example: to:ana",
    "net": "Name a network behind it.",
    "has": f"It knows: {', '.join(HAS)}.",
    "is": f"It knows: {', '.join(IS)}.",
    "folder": "For example: folder:birds",
    "in": f"It knows: {', '.join(IN)}.",
    "lang": "For example: lang:de",
    "tag": "For example: tag:birds, or #birds",
    "before": "For example: before:2026-09-01, before:2026-09, or before:7d",
    "after": "For example: after:2026-09-01, after:yesterday, or after:7d",
}


def _moment(name: str, value: str, now: datetime) -> datetime:
    """The time that *value* names, aware UTC. Raises: BadInput."""
    lower = value.casefold()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if lower in ("today", "yesterday"):
        return (midnight - timedelta(days=lower == "yesterday")).astimezone(UTC)
    wrong = BadInput(f"“{value}” behind “{name}:” is no date.", _HELP[NAMES[name]])
    try:
        if ago := _AGO.fullmatch(lower):
            hours = int(ago[1]) * _UNIT_HOURS[ago[2]]
            return (now - timedelta(hours=hours)).astimezone(UTC)
        if day := _DAY.fullmatch(lower):
            year, month, number = (int(one or 1) for one in day.groups())
            return datetime(year, month, number, tzinfo=now.tzinfo).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong from error  # there is no such day
    raise wrong


def _holds(
    operator: Operator,
    value: str,
    post: Post,
    viewers: Mapping[AccountId, ViewerState],
    me: Collection[str],
    filed: Mapping[str, str],
) -> bool:
    match operator:
        case "from":
            if value == "me":
                return post.author.uri in me
            return _is_called(post.author.handle, post.author.name, post.author.uri, value)
        case "to":
            answered = post.reply_to.author if post.reply_to is not None else None
            if answered is None:
                return False
            if value == "me":
                return answered.uri in me
            return _is_called(answered.handle, answered.name, answered.uri, value)
        case "net":
            return post.network.casefold() == value
        case "lang":
            return any(lang.casefold().partition("-")[0] == value for lang in post.langs) or (
                value in (lang.casefold() for lang in post.langs)
            )
        case "tag":
            return value in (tag.casefold() for tag in post.tags)
        case "folder":
            return words_in(value) == words_in(filed.get(post.uri, "")) != []
        case "has":
            return _has(value, post)
        case "is":
            return _is(value, post)
        case _:
            return _in(value, post, viewers, filed)


def _is_called(handle: str, name: str, uri: str, value: str) -> bool:
    """By the handle or its beginning up to a dot or "@", a word of the name, or the URI."""
    handle = handle.casefold()
    if value in (handle, uri.casefold()) or handle.startswith((f"{value}@", f"{value}.")):
        return True
    wanted = words_in(value)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(words_in(name))} "


def _has(value: str, post: Post) -> bool:
    kinds = {media.kind for media in post.media}
    match value:
        case "media":
            return bool(kinds)
        case "image":
            return bool(kinds & {"image", "gif"})
        case "video" | "audio":
            return value in kinds
        case "link":
            return post.card is not None or any(s.kind == "link" for s in post.text.spans)
        case "poll":
            return post.poll is not None
        case "quote":
            return post.quote is not None
        case "alt":
            return any(media.alt for media in post.media)
        case _:
            return any(a.kind in ("warning", "sensitive") for a in post.advisories)


def _is(value: str, post: Post) -> bool:
    match value:
        case "reply":
            return post.reply_to is not None
        case "post":
            return post.reply_to is None
        case "edited":
            return post.edited_at is not None
        case _:
            return post.author.bot


def _in(
    value: str, post: Post, viewers: Mapping[AccountId, ViewerState], filed: Mapping[str, str]
) -> bool:
    if value == "bookmarks":
        return post.uri in filed or any(state.bookmarked for state in viewers.values())
    if value == "likes":
        return any(state.liked for state in viewers.values())
    return any(state.reposted for state in viewers.values())
