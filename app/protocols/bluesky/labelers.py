"""Labelers: what they say of themselves and of their labels."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw

from app.model.errors import NotFound
from app.model.moderation import Blurs, Labeler, LabelMeaning, Setting, Severity
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.people import did_of, who_from_address
from app.protocols.bluesky.speaking import Speaking
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import is_did, web_url
from app.protocols.bluesky.wire import Wire
from app.protocols.safety import clean_text

_MOST_VALUES, _LONGEST = 500, 2_000
_SEVERITIES: dict[str, Severity] = {"inform": "inform", "alert": "alert"}
_BLURS: dict[str, Blurs] = {"content": "content", "media": "media"}
_DEFAULTS: dict[str, Setting] = {"ignore": "ignore", "hide": "hide", "warn": "warn"}


class _Words(Wire, frozen=True):
    lang: str = ""
    name: str = ""
    description: str = ""


class _Definition(Wire, frozen=True):
    """``com.atproto.label.defs#labelValueDefinition``."""

    identifier: str
    severity: str = "none"
    blurs: str = "none"
    default_setting: str = "warn"
    adult_only: bool = False
    locales: list[_Words] = []


class _Policies(Wire, frozen=True):
    label_values: list[str] = []
    label_value_definitions: list[_Definition] = []


class _Creator(Wire, frozen=True):
    did: str
    handle: str = ""
    display_name: str = ""
    description: str = ""
    avatar: str = ""


class _Service(Wire, frozen=True):
    """``app.bsky.labeler.defs#labelerViewDetailed``."""

    creator: _Creator
    policies: _Policies = _Policies()
    like_count: int = 0


class _Services(Wire, frozen=True):
    views: list[Raw] = []


class Labelers(Speaking):
    """The part of the service that knows labelers (``KnowsLabelers``)."""

    async def labelers(self, uris: Sequence[str], langs: Sequence[str] = ()) -> tuple[Labeler, ...]:
        """What they say of themselves; see ``KnowsLabelers``."""
        dids = [uri for uri in dict.fromkeys(uris) if is_did(uri)]
        if not dids:
            return ()
        params: list[tuple[str, str | int | bool]] = [("dids", did) for did in dids]
        params.append(("detailed", True))
        body = await self._api.get("app.bsky.labeler.getServices", params, why="labelers")
        found = []
        for raw in answer(body, _Services).views:
            try:
                found.append(labeler_from_view(read(raw, _Service), langs))
            except Unreadable:
                continue  # unusable labels say nothing; the others' may
        return tuple(found)

    async def find_labeler(self, address: str, langs: Sequence[str] = ()) -> Labeler:
        """Who has this handle, DID or web address; see ``KnowsLabelers``."""
        did = await did_of(self._api, who_from_address(address))
        found = await self.labelers([did], langs)
        if not found:
            raise NotFound(f"{address} is no labeler.", "Give a moderation service's address.")
        return found[0]

    def ask_labelers(self, uris: Sequence[str]) -> None:
        """From now on every reading asks for their labels; see ``KnowsLabelers``."""
        self._api.labelers.ask(uris)

    @property
    def missing_labelers(self) -> frozenset[str]:
        """Those that the last answer had no labels of."""
        return self._api.labelers.missing


def labeler_from_view(view: _Service, langs: Sequence[str]) -> Labeler:
    """A labeler, its words in the first of *langs* that it has, else in its own first."""
    creator, policies = view.creator, view.policies
    return Labeler(
        uri=creator.did,
        handle=creator.handle,
        name=plain_name(creator.display_name),
        description=_text(creator.description),
        avatar=web_url(creator.avatar),
        values=tuple(policies.label_values[:_MOST_VALUES]),
        meanings=tuple(
            _meaning(one, langs) for one in policies.label_value_definitions[:_MOST_VALUES]
        ),
        likes=max(0, view.like_count),
    )


def _meaning(one: _Definition, langs: Sequence[str]) -> LabelMeaning:
    words = _words(one.locales, langs)
    return LabelMeaning(
        value=one.identifier[:100],
        name=" ".join(_text(words.name).split())[:64] or one.identifier[:100],
        description=_text(words.description),
        severity=_SEVERITIES.get(one.severity, "none"),
        blurs=_BLURS.get(one.blurs, "none"),
        default=_DEFAULTS.get(one.default_setting, "warn"),
        adult=one.adult_only,
    )


def _words(locales: Sequence[_Words], langs: Sequence[str]) -> _Words:
    for lang in langs:
        for exact in (True, False):
            for words in locales:
                same = words.lang.lower() == lang.lower()
                short = words.lang.lower().partition("-")[0] == lang.lower().partition("-")[0]
                if same if exact else short:
                    return words
    return locales[0] if locales else _Words()


def _text(text: str) -> str:
    return clean_text(text[:_LONGEST]).strip()
