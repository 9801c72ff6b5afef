"""The reference client's cases as our values: what its JSON says, and what it expects."""

from __future__ import annotations

import json
from typing import Any

from app.model import LinkCard
from app.model.moderation import MutedWord
from app.moderation.decision import Label, Party, Rules, Standing, Subject
from app.moderation.definitions import Definition, definition_of
from app.moderation.muted_words import MutedWords, Words
from tests.outside import OUTSIDE

NOW = "2026-11-26T12:00:00.000Z"
PROFILE = "/app.bsky.actor.profile/self"
CONTEXTS = {
    "profileList": "profile_list",
    "profileView": "profile_view",
    "avatar": "avatar",
    "banner": "banner",
    "displayName": "display_name",
    "contentList": "content_list",
    "contentView": "content_view",
    "contentMedia": "content_media",
}
KINDS = {"blocked-by": "blocked_by", "block-other": "blocks_other", "mute-word": "muted_word"}

Json = dict[str, Any]


def cases(*names: str) -> list[Json]:
    """The cases of some files beside the project; none when they are not there."""
    if OUTSIDE is None:
        return []
    folder = OUTSIDE / "vectors/bsky-moderation"
    found: list[Json] = []
    for name in names:
        found += json.loads((folder / f"{name}.json").read_text("utf-8"))["cases"]
    return found


def word_from(raw: Json) -> MutedWord:
    """A muted word as its network writes it."""
    return MutedWord(
        value=raw["value"],
        targets=tuple(raw["targets"]),
        spare_followed=raw.get("actorTarget") == "exclude-following",
        expires_at=raw.get("expiresAt") or "",
    )


def words_from(record: Json) -> Words:
    """Text, tags (of the text and beside it) and first language of a record."""
    tags = [
        feature["tag"]
        for facet in record.get("facets") or ()
        for feature in facet["features"]
        if "tag" in feature
    ]
    tags += record.get("tags") or []
    langs = record.get("langs") or [""]
    return Words(record["text"], tuple(tags), langs[0])


def rules_from(opts: Json) -> Rules:
    """The viewer's preferences."""
    prefs = opts["prefs"]
    return Rules(
        me=frozenset({opts["userDid"]} if opts.get("userDid") else ()),
        adult=prefs["adultContentEnabled"],
        labels=prefs["labels"],
        labelers={one["did"]: one["labels"] for one in prefs["labelers"]},
        definitions={
            labeler: {one["identifier"]: definition_from(one, labeler) for one in defined}
            for labeler, defined in (opts.get("labelDefs") or {}).items()
        },
        words=MutedWords(word_from(word) for word in prefs["mutedWords"]),
        hidden=frozenset(prefs["hiddenPosts"]),
        now=NOW,
    )


def definition_from(raw: Json, labeler: str) -> Definition:
    """A labeler's definition: as its record, or (``labelDefs``) interpreted already."""
    if "behaviors" in raw:
        return Definition(
            value=raw["identifier"],
            behaviours={
                target: {CONTEXTS[name]: what for name, what in table.items()}  # type: ignore[misc]
                for target, table in raw["behaviors"].items()
            },
            default=raw["defaultSetting"],
            adult="adult" in raw["flags"],
            by_author="no-self" not in raw["flags"],
            labeler=labeler,
        )
    return definition_of(
        raw["identifier"],
        severity=raw["severity"],
        blurs=raw["blurs"],
        default=raw.get("defaultSetting") or "warn",
        adult=bool(raw.get("adultOnly")),
        labeler=labeler,
    )


def party_from(raw: Json) -> Party:
    """A profile view."""
    viewer = raw.get("viewer") or {}
    lists = {
        key: (viewer.get(key) or {}).get("uri", "") for key in ("blockingByList", "mutedByList")
    }
    return Party(
        uri=raw["did"],
        labels=tuple(label for one in raw.get("labels") or () for label in party_labels(one)),
        standing=Standing(
            blocking=bool(viewer.get("blocking")),
            blocking_list=lists["blockingByList"],
            blocked_by=bool(viewer.get("blockedBy")),
            muted=bool(viewer.get("muted")),
            muted_list=lists["mutedByList"],
            followed=bool(viewer.get("following")),
        ),
    )


def label_from(raw: Json) -> Label:
    """A label on a post, feed or list."""
    return Label(value=raw["val"], source=raw["src"])


def party_labels(raw: Json) -> tuple[Label, ...]:
    """A label on somebody: where it is decides what it is about."""
    value, source = raw["val"], raw["src"]
    on_account = Label(value=value, source=source, target="account")
    if not raw["uri"].endswith(PROFILE):
        return (on_account,)
    on_profile = Label(value=value, source=source, target="profile")
    return (on_account, on_profile) if value == "!no-unauthenticated" else (on_profile,)


def subject_from(raw: Json, *, whole: bool) -> Subject:
    """A post view; *whole* = False: a notification, feed or list."""
    author = raw.get("author") or raw.get("creator")
    embed = raw.get("embed") or {}
    quoted = _quoted(embed)
    return Subject(
        uri=raw["uri"],
        author=party_from(author) if author else Party(uri="at://nobody"),
        labels=tuple(label_from(one) for one in raw.get("labels") or ()),
        words=tuple(_words(raw, embed)) if whole else (),
        hideable=whole,
        quoted=quoted if whole else None,
    )


def _quoted(embed: Json) -> Subject | None:
    record = embed.get("record") or {}
    record = record.get("record", record) if "value" not in record else record
    if "author" not in record:
        return None
    return Subject(
        uri=record["uri"],
        author=party_from(record["author"]),
        labels=tuple(label_from(one) for one in record.get("labels") or ()),
    )


def _words(raw: Json, embed: Json) -> list[Words]:
    record = raw["record"]
    lang = (record.get("langs") or [""])[0]
    found = [words_from(record), *_alts(record.get("embed") or {}, lang)]
    outer = embed.get("record") or {}
    quoted = outer.get("value") or (outer.get("record") or {}).get("value")
    if quoted:
        found += [words_from(quoted), *_alts(quoted.get("embed") or {}, lang)]
    found += _alts(embed, lang)
    external = embed.get("external")
    if external:
        card = LinkCard(
            url=external["uri"], title=external["title"], description=external["description"]
        )
        found.append(Words(f"{card.title} {card.description}"))
    return found


def _alts(embed: Json, lang: str) -> list[Words]:
    holders = (embed, embed.get("media") or {})
    return [
        Words(one.get("alt", ""), (), lang)
        for holder in holders
        for one in [*(holder.get("images") or ()), *(holder.get("items") or ())]
    ]
