"""From the cells of one row to a value, cleaned as Mastodon's importer cleans them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.portability.activitypub.csv_formats import (
    ADDRESS,
    BOOSTS,
    DOMAIN,
    HIDE,
    LANGUAGES,
    LIST,
    NOTIFY,
    TAG,
    URI,
    Block,
    Bookmark,
    Domain,
    Follow,
    Follower,
    Hashtag,
    Kind,
    Member,
    Mute,
    Row,
)
from app.protocols.safety import parse_link

LONGEST_TITLE = 256
_LONGEST_URI = 2_048
_MOST_LANGUAGES = 200

_USER = re.compile(r"\w(?:[\w.-]{0,254}\w)?")
_HOST = re.compile(
    r"(?=.{1,253}(?::|$))\w(?:[\w-]{0,61}\w)?(?:\.\w(?:[\w-]{0,61}\w)?)*(?::\d{1,5})?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_TAG = re.compile(r"[\w·]{1,100}")

_FALSE = {"false", "0", "f", "off", "no"}


class BadCell(ValueError):
    """A row cannot be used. The words say why, for people."""


def row_from_cells(kind: Kind, cells: Mapping[str, str]) -> Row:
    """
    A row of a file of *kind*; *cells* by column, missing ones left out.

    Raises:
        BadCell: It cannot be used.
    """
    if any("\ud800" <= char <= "\udfff" for cell in cells.values() for char in cell):
        raise BadCell("It is not in UTF-8.")
    match kind:
        case "following":
            languages = _languages(cells.get(LANGUAGES, ""))
            return Follow(_acct(cells), _flag(cells, BOOSTS), _flag(cells, NOTIFY), languages)
        case "followers":
            return Follower(_acct(cells))
        case "muting":
            return Mute(_acct(cells), _flag(cells, HIDE))
        case "blocking":
            return Block(_acct(cells))
        case "lists":
            return Member(_title(cells.get(LIST, "")), _acct(cells))
        case "domain_blocking":
            return Domain(_domain(cells.get(DOMAIN, "")))
        case "bookmarks":
            return Bookmark(_uri(cells.get(URI, "")))
        case "tags":
            return Hashtag(_tag(cells.get(TAG, "")))
        case "filters":
            raise BadCell("Filters are kept as JSON.")


def _acct(cells: Mapping[str, str]) -> str:
    return address_of(cells.get(ADDRESS, ""))


def address_of(text: str) -> str:
    """
    ``user@domain``, cleaned.

    Raises:
        BadCell: It is none. One without a server would be somebody else on the
            next server, so it is none either.
    """
    acct = text.strip().removeprefix("@")
    user, at, host = acct.partition("@")
    if not acct:
        raise BadCell("There is no address in it.")
    if not at and _HOST.fullmatch(acct) and "." in acct:
        raise BadCell("That is a handle of another network, or no whole address.")
    if not at:
        raise BadCell("The address names no server.")
    if not _USER.fullmatch(user) or not _HOST.fullmatch(host):
        raise BadCell("That is no address.")
    return f"{user}@{host}"


def _domain(text: str) -> str:
    name = text.strip().casefold().rstrip(".")
    if not name:
        raise BadCell("There is no server in it.")
    if "*" in name:
        raise BadCell("Its name was hidden by who made the list.")
    if not _HOST.fullmatch(name) or ("." not in name and ":" not in name):
        raise BadCell("That is no name of a server.")
    return name


def _uri(text: str) -> str:
    uri = text.strip()
    if not uri:
        raise BadCell("There is no address in it.")
    if len(uri) > _LONGEST_URI or parse_link(uri) is None or not uri.isprintable():
        raise BadCell("That is no web address.")
    return uri


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise BadCell("The list has no name.")
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise BadCell("That is no name of a list.")
    return title


def _tag(text: str) -> str:
    name = text.strip().removeprefix("#")
    if not _TAG.fullmatch(name):
        raise BadCell("That is no hashtag.")
    return name


def _flag(cells: Mapping[str, str], column: str) -> bool | None:
    said = cells.get(column, "").strip().casefold()
    if not said:
        return None
    # As the servers cast it: what is not false is true.
    return said not in _FALSE


def _languages(text: str) -> tuple[str, ...]:
    codes = (code.strip() for code in text.split(",")[:_MOST_LANGUAGES])
    return tuple(dict.fromkeys(code for code in codes if _LANGUAGE.fullmatch(code)))
