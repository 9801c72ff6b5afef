"""What the lab says: rules with their tokens, sources, weights and limits in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.feed.feature_names import NAMES
from app.feed.recipe import Condition, Feature, RecipeSource, Rule
from app.feed.rule_words import in_words
from app.ui.feeds.draft import Effect, LabRule

Run = tuple[str, bool]
"""Some words, and whether they are a token: what one would change."""

EFFECTS: Final[Mapping[Effect, tuple[str, str]]] = {
    "keep": ("Keep", "ok"),
    "any": ("Keep", "ok"),
    "drop": ("Drop", "danger"),
    "fold": ("Fold", "accent"),
}
"""Word and colour."""

SHORT: Final[Mapping[Feature, str]] = {
    **NAMES,
    "newest": "New posts",
    "likes": "Likes, for its age",
    "reposts": "Reposts, for its age",
    "replies": "Answers, for its age",
    "engagement": "Talk of the moment",
    "conversation": "Talk among people you follow",
    "affinity": "People you answer",
    "mutual": "You follow each other",
    "quiet": "Rare voices",
    "followed_tags": "Your tags",
    "media": "Pictures and videos",
    "pictures": "Pictures",
    "links": "Links",
    "length": "Long texts",
    "thread": "Threads",
    "reposted_by_many": "Reposted by several",
    "learned": "What you asked for more of",
    "bridging": "Liked in different corners",
    "calm": "Calm in tone",
    "own_network": "From the smaller network",
    "random": "Chance",
}


def short_name(feature: str, name: str) -> str:
    """A scorer in a few words; its full *name* where there are none."""
    return next((words for one, words in SHORT.items() if one == feature), name)


_PEOPLE = {
    "me": "you",
    "following": "people you follow",
    "follower": "people who follow you",
    "mutual": "people you follow and who follow you",
    "none": "strangers",
}
_KINDS = {
    "original": "posts that answer nobody",
    "reply": "answers",
    "repost": "reposts",
    "quote": "quotes",
    "self_thread": "threads",
}
_HAS = {
    "image": "pictures",
    "video": "videos",
    "audio": "sound",
    "gif": "GIFs",
    "media": "pictures, videos or sound",
    "link": "a link",
    "poll": "a poll",
    "warning": "a content warning",
    "alt": "descriptions of their pictures",
    "quote": "a quoted post",
}
PLAIN: Final[Mapping[str, str]] = {**_PEOPLE, **_KINDS, **_HAS}
"""What the fixed values of fields are called."""

_NUMBERS = {
    "likes": ("with", "likes"),
    "reposts": ("with", "reposts"),
    "replies": ("with", "answers"),
    "length": ("of", "characters"),
    "words": ("of", "words"),
    "age_hours": ("that are", "hours old"),
    "author_rate": ("by people with", "posts a day"),
}


def rule_runs(one: LabRule) -> tuple[Run, ...]:
    """The rule as a sentence: "posts with the word [vote]"."""
    if one.effect == "fold":
        who = {"": "by one author", "link": "about one link", "thread": "of one conversation"}
        what = who.get(one.fold.by, f"by one {one.fold.by}")
        return (("more than", False), (f"{one.fold.keep} {what}", True))
    assert one.rule is not None
    lead = {"keep": "only", "any": "what is among:", "drop": "", "fold": ""}[one.effect]
    runs = _runs(one.rule)
    return ((lead, False), *runs) if lead else runs


def rule_sentence(one: LabRule) -> str:
    """The same without tokens, for screen readers."""
    word = EFFECTS[one.effect][0]
    said = " ".join(text for text, _ in rule_runs(one))
    return f"{word} {said}{'' if one.on else ', switched off'}"


def _runs(rule: Rule) -> tuple[Run, ...]:
    if not isinstance(rule, Condition):
        return (("what matches:", False), (in_words(rule), True))
    field, op, value = rule.field, rule.op, rule.value
    values = [str(one) for one in value] if isinstance(value, tuple) else [_plain(value)]
    no = op in ("is_not", "not_in")
    if field in ("seen", "replied", "filtered"):
        return _flag(field, bool(value) == (op == "is"))
    if op == "exists":
        word = {"tag": "a tag", "lang": "a known language", "label": "a label"}.get(field, "a link")
        return (("posts", False), (f"with {word}" if value else f"without {word}", True))
    if field in _NUMBERS:
        before, noun = _NUMBERS[field]
        return ((f"posts {before}", False), (_number(op, values), True), (noun, False))
    if field == "likes_rank":
        return (("posts whose likes are", False), (_number(op, values), True), ("of all", False))
    if field == "topic" and isinstance(value, tuple):
        sure = f"{float(value[1]):.0%} sure"
        return (("what is about", False), (str(value[0]), True), (sure, True))
    if field == "kind":
        names = (_several([_KINDS.get(one, one) for one in values]), True)
        return (("all but", False), names) if no else (names,)
    return _named(field, op, values, no)


def _named(field: str, op: str, values: Sequence[str], no: bool) -> tuple[Run, ...]:
    if field in ("author_relation", "reply_to_relation"):
        who = _several([_PEOPLE.get(one, one) for one in values])
        by = "posts not by" if no else "posts by"
        if field == "reply_to_relation":
            by = "answers not to" if no else "answers to"
        return ((by, False), (who, True))
    if field == "has":
        how = "posts without" if no else "posts with"
        return ((how, False), (_several([_HAS.get(one, one) for one in values]), True))
    if field == "text":
        how = {
            "has_word": "posts with the word",
            "has_phrase": "posts with the words",
            "starts_with": "posts that begin with",
        }.get(op, "posts that match")
        return ((how, False), (_several(values), True))
    lead = {
        "network": "posts {not}on",
        "author": "posts {not}by",
        "author_domain": "posts {not}from the server",
        "person": "posts {not}by",
        "list": "posts by people {not}on your list",
        "tag": "posts {not}tagged",
        "lang": "posts {not}in",
        "link_domain": "posts {not}linking to",
        "label": "posts {not}labelled",
    }.get(field, field)
    return ((lead.replace("{not}", "not " if no else ""), False), (_several(values), True))


def _flag(field: str, positive: bool) -> tuple[Run, ...]:
    words = {
        "seen": ("what you have", "seen", "not seen"),
        "replied": ("what you have", "answered", "not answered"),
        "filtered": ("what is", "covered", "not covered"),
    }[field]
    return ((words[0], False), (words[1] if positive else words[2], True))


def _number(op: str, values: Sequence[str]) -> str:
    if op == "between":
        return f"{values[0]} to {values[-1]}"
    return f"at least {values[0]}" if op == ">=" else f"at most {values[0]}"


def _several(values: Sequence[str]) -> str:
    if len(values) <= 3:
        return " or ".join(filter(None, [", ".join(values[:-1]), values[-1] if values else ""]))
    return f"{values[0]} and {len(values) - 1} more"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


# ----------------------------------------------------------------- other parts


def weight_words(weight: float) -> str:
    """How much a scorer counts, in a word."""
    if weight == 0:
        return "off"
    if weight < 0:
        return "against it" if weight > -1 else "strongly against it"
    for most, word in ((0.15, "a trace"), (0.4, "a little"), (0.8, "medium"), (1.25, "strong")):
        if weight <= most:
            return word
    return "very strong"


HALF_LIVES = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0)
WINDOWS = (0.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0, 336.0, 720.0)
LIMITS = (20, 40, 60, 100, 200, 300, 500, 1000, 2000)
RUNS = (0, 3, 2, 1)
DECAYS = (1.0, 0.9, 0.7, 0.5, 0.3)
SHARES = (1.0, 0.5, 0.25, 0.1, 0.05)


def hours_words(hours: float) -> str:
    """ "6 h", "7 days"."""
    if hours < 48 or hours % 24:
        return f"{hours:g} h"
    return f"{hours / 24:g} days"


def half_life_words(hours: float) -> str:
    """What age does to a score."""
    return f"half after {hours_words(hours)}" if hours else "age does not count"


def window_words(hours: float) -> str:
    """How far back it looks."""
    return hours_words(hours) if hours else "all there is"


def run_words(run: int) -> str:
    """How many of one person may stand in a row."""
    return {0: "any number", 1: "one at a time"}.get(run, f"{run} in a row")


def decay_words(decay: float) -> str:
    """How much the next post of the same person counts."""
    return {1.0: "off", 0.9: "a little", 0.7: "medium", 0.5: "strong"}.get(
        decay, f"{1 - decay:.0%} less each" if decay > 0.5 else "very strong"
    )


def share_words(share: float) -> str:
    """Only the best part of all."""
    return "all" if share >= 1 else f"the best {share:.0%}"


def source_words(source: RecipeSource, names: Mapping[str, str]) -> str:
    """
    A source in a few words: "Home · saltmarsh".

    *names*: of accounts by id, of feeds and lists by address.
    """
    called = names.get(source.arg, "")
    kind = {
        "home": "Home",
        "list": f"List “{called}”" if called else f"List {_tail(source.arg)}",
        "tag": f"#{source.arg}",
        "tags": "Your tags",
        "feed": f"Feed “{called}”" if called else f"Feed {_tail(source.arg)}",
        "author": source.arg,
        "search": f"“{source.arg}”",
        "bookmarks": "Bookmarks",
        "trends": "Trends",
        "recipe": f"Your feed “{source.arg}”",
    }[source.kind]
    if source.kind == "recipe" or (source.account == "all" and source.kind != "home"):
        return kind
    who = "all accounts" if source.account == "all" else names.get(source.account, source.account)
    return f"{kind} · {who}"


def _tail(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2] or address
