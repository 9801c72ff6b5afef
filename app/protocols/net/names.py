"""How a host name is shown, so that none can pose as another (after UTS 39)."""

from __future__ import annotations

import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Scripts whose letters nobody takes for Latin ones. Others stay punycode.
_DISTINCT = _words(
    "ARABIC BENGALI BOPOMOFO CJK DEVANAGARI ETHIOPIC GEORGIAN GUJARATI"
    " GURMUKHI HANGUL HEBREW HIRAGANA KANNADA KATAKANA KHMER LAO MALAYALAM"
    " MYANMAR ORIYA SINHALA TAMIL TELUGU THAI TIBETAN"
)
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"CJK", "HANGUL"}),
    frozenset({"CJK", "BOPOMOFO"}),
)
# Letters that look like Latin ones; a name of nothing else is a disguise.
_LOOK_ALIKES = {
    "CYRILLIC": frozenset("асԁеһіјӏорԗԛѕԝхуъьҽпгѵѡ"),
    "GREEK": frozenset("αβγεηικνορτυχωϲϳ"),
    "ARMENIAN": frozenset("ցհյոսքօզԁԛԝ"),
}
_ODD_LATIN = frozenset("ıĸŀŉſƅƽɑɡɩɪʟʀʏᴀᴄᴅᴇᴋᴏᴛᴜᴠᴡᴢ")

_GENERIC = _words(
    "com org net edu gov mil int info biz name pro coop museum aero jobs mobi tel"
    " travel app dev page pages blog cloud online site store shop tech xyz club"
    " art news social network software systems zone world today life live media"
    " digital design email chat games fun wiki link click work works agency"
    " academy church cafe community house party space studio tools land lol me"
    " tv io top icu vip bid win loan download stream science party review"
)
# Registries that sell names below these, in most countries that do at all.
_SECOND_LEVELS = _words(
    "ac co com edu gob gouv gov govt go gv ltd me mil ne net nhs nom or org plc sch"
)
# Where everybody can have a name: the name is theirs, not the owner's below.
_SHARED = _words(
    "github.io gitlab.io pages.dev workers.dev netlify.app vercel.app web.app"
    " firebaseapp.com herokuapp.com blogspot.com wordpress.com appspot.com"
    " fly.dev onrender.com glitch.me neocities.org surge.sh azurewebsites.net"
    " myshopify.com substack.com tumblr.com itch.io codeberg.page"
)


def shown_name(host: str) -> str:
    """*host* (ASCII) with the labels in their own script where that is safe."""
    return ".".join(map(_shown_label, host.split(".")))


def split_registrable(host: str) -> tuple[str, str]:
    """
    Cut *host* before the part that somebody owns, which is to be emphasised.

    Without the public suffix list: where the ending is not well known, all of
    it is emphasised.
    """
    labels = host.split(".")
    if len(labels) < 2 or not _is_known_ending(labels[-1]):
        return "", host
    national = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS
    count = 3 if national or ".".join(labels[-2:]) in _SHARED else 2
    rest = ".".join(labels[:-count])
    return (f"{rest}." if rest else ""), ".".join(labels[-count:])


def _is_known_ending(label: str) -> bool:
    return label in _GENERIC or (len(label) == 2 and label.isalpha())


def _shown_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        shown = label[4:].encode().decode("punycode")
    except (UnicodeError, IndexError, ValueError):
        return label
    return shown if _is_plain(shown) else label


def _is_plain(label: str) -> bool:
    """Can readers tell *label* from every Latin name?"""
    foreign = [char for char in label if not (char.isascii() and _is_filler(char))]
    if any(unicodedata.category(c) not in ("Ll", "Lo", "Lm", "Mn", "Mc") for c in foreign):
        return False
    scripts = {_script(char) for char in foreign if not _is_mark(char)}
    if scripts == {"LATIN"}:
        return all("a" <= c <= "z" or _is_accented(c) for c in foreign)
    if len(scripts) == 1:
        script = scripts.pop()
        alike = _LOOK_ALIKES.get(script)
        if alike is not None:
            return not all(char in alike for char in foreign)
        return script in _DISTINCT
    return bool(scripts) and any(scripts <= together for together in _TOGETHER)


def _is_filler(char: str) -> bool:
    return char.isdigit() or char == "-"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def _is_accented(char: str) -> bool:
    """A Latin letter that is common in some language, with its accent seen."""
    return "\u00df" <= char <= "\u017e" and char not in _ODD_LATIN and char != "÷"


def _script(char: str) -> str:
    name = unicodedata.name(char, "UNKNOWN")
    if name.startswith("IDEOGRAPHIC"):
        return "CJK"
    return name.partition(" ")[0].partition("-")[0]
