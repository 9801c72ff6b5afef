"""The settings of a lane: what may be chosen, what is, and what a choice makes of it."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace
from PySide6.QtCore import QLocale

from app.model.draft import Audience, Lane, LaneSettings
from app.model.sending import Limits
from app.ui.composer.values import Option, SettingRow

VISIBILITIES = {
    "public": ("Public", "globe-hemisphere-west"),
    "quiet": ("Quiet public", "moon"),
    "followers": ("Followers", "lock-simple"),
    "direct": ("People mentioned", "at"),
}
AUDIENCES: dict[str, str] = {
    "anyone": "Anyone",
    "followers": "Followers",
    "following": "People you follow",
    "mentioned": "People mentioned",
    "nobody": "Nobody",
}
LABELS = {
    "sexual": "Suggestive",
    "nudity": "Nudity",
    "porn": "Adult content",
    "graphic-media": "Graphic media",
}
_ALONE = ("anyone", "nobody")
_LANGUAGES = [
    "ar",
    "bg",
    "bn",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "en",
    "eo",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fr",
    "ga",
    "gl",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ja",
    "ka",
    "ko",
    "lt",
    "lv",
    "mk",
    "ms",
    "nb",
    "nl",
    "nn",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "tl",
    "tr",
    "uk",
    "ur",
    "vi",
    "zh",
]
"""What is offered; what else was detected stands above them."""


def setting_rows(
    lane: Lane, limits: Limits, detected: str, *, fixed: bool = False, asking: bool = False
) -> tuple[SettingRow, ...]:
    """
    The settings that this lane's network has, in the same order in all lanes.

    Args:
        detected: Language of the draft, where the lane has none of its own.
        fixed: The lane is under way: they can be read only.
        asking: Which language the draft is in is being found out just now.
    """
    settings = lane.settings
    found = [
        _visibility(settings, limits),
        _replies(settings, limits),
        _language(settings, limits, detected, asking=asking),
        _quotes(settings, limits),
        _labels(settings, limits),
    ]
    rows = [row for row in found if row is not None]
    return tuple(replace(row, fixed=True) for row in rows) if fixed else tuple(rows)


def changed(settings: LaneSettings, key: str, chosen: tuple[str, ...]) -> LaneSettings:
    """*settings* after a choice in the row *key*."""
    first = chosen[0] if chosen else ""
    match key:
        case "visibility":
            return replace(settings, visibility=first)
        case "replies":
            return replace(settings, replies=_audiences(settings.replies, chosen))
        case "lang":
            return replace(settings, lang=first)
        case "quotes":
            return replace(settings, quotes=first)
        case "labels":
            return replace(settings, labels=chosen)
    raise ValueError(f"no such setting: {key}")


def _audiences(before: tuple[Audience, ...], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Anyone and nobody stand alone; the others may be joined."""
    new = [one for one in chosen if one not in before]
    alone = [one for one in new if one in _ALONE]
    if alone:
        return (alone[-1],)
    others = tuple(one for one in chosen if one not in _ALONE)
    return others or ("anyone",)


def _visibility(settings: LaneSettings, limits: Limits) -> SettingRow | None:
    if len(limits.visibilities) < 2:
        return None
    chosen = settings.visibility
    name, icon = VISIBILITIES[chosen]
    options = tuple(
        Option(one, VISIBILITIES[one][0], VISIBILITIES[one][1]) for one in limits.visibilities
    )
    return SettingRow(
        key="visibility",
        icon=icon,
        name="Visibility",
        value=name,
        options=options,
        chosen=(chosen,),
    )


def _replies(settings: LaneSettings, limits: Limits) -> SettingRow | None:
    if len(limits.replies) < 2:
        return None
    return SettingRow(
        key="replies",
        icon="chat-circle",
        name="Who may reply",
        value=" + ".join(AUDIENCES[one] for one in settings.replies),
        options=tuple(Option(one, AUDIENCES[one]) for one in limits.replies),
        chosen=settings.replies,
        many=True,
    )


def _quotes(settings: LaneSettings, limits: Limits) -> SettingRow | None:
    if len(limits.quotes) < 2:
        return None
    return SettingRow(
        key="quotes",
        icon="quotes",
        name="Who may quote",
        value=AUDIENCES[settings.quotes],
        options=tuple(Option(one, AUDIENCES[one]) for one in limits.quotes),
        chosen=(settings.quotes,),
    )


def _labels(settings: LaneSettings, limits: Limits) -> SettingRow | None:
    if not limits.labels:
        return None
    names = [LABELS.get(one, one) for one in settings.labels]
    return SettingRow(
        key="labels",
        icon="shield-warning",
        name="Labels",
        value=", ".join(names) or "None",
        options=tuple(Option(one, LABELS.get(one, one)) for one in limits.labels),
        chosen=settings.labels,
        many=True,
    )


def _language(settings: LaneSettings, limits: Limits, detected: str, *, asking: bool) -> SettingRow:
    lang = settings.lang or detected
    own = [code for code in dict.fromkeys((lang, detected, *_wished())) if code]
    rest = sorted((code for code in _LANGUAGES if code not in own), key=language_name)
    options = [Option(code, language_name(code)) for code in (*own, *rest)]
    return SettingRow(
        key="lang",
        icon="translate",
        name="Language",
        value=_language_value(lang, limits.lang) if lang or not asking else "Finding out…",
        options=tuple(options),
        chosen=(lang,),
    )


def _language_value(lang: str, usual: str) -> str:
    """*usual*: what the server takes a post for that names no language."""
    if lang or not usual:
        return language_name(lang) if lang else "Not known"
    return f"{language_name(usual)}, as usual"


@cache
def _wished() -> tuple[str, ...]:
    """The languages of the user's system, first of all."""
    codes = [code.split("-")[0] for code in QLocale.system().uiLanguages()]
    return tuple(dict.fromkeys(code for code in codes if code in _LANGUAGES))


@cache
def language_name(code: str) -> str:
    """A language in English words; the code itself where Qt does not know it."""
    language = QLocale.codeToLanguage(code.split("-")[0])
    if language in (QLocale.Language.AnyLanguage, QLocale.Language.C):
        return code
    return QLocale.languageToString(language)
