"""What a search for people has found: shown, edited in a file, and confirmed there."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from app.model import Account, AccountId
from app.model.errors import BadInput
from app.model.person import Known
from app.model.portrait import Portrait
from app.model.profile import Profile
from app.people.book import Evidence
from app.people.matching import Judged
from app.portability.disk import UNREADABLE, told, written_json
from app.portability.ledger import FileLedger

MAX_BYTES = 32_000_000
REMEMBERED = timedelta(days=1)


class Match(Struct, frozen=True, kw_only=True):
    """
    Somebody whom I follow, and who they may be on the other network.

    Attributes:
        confidence: 0…1; *evidence* says why, the surest first.
        already: I follow them there.
        follow: To be followed: what the user confirms.
    """

    source: Known
    target: Known
    confidence: float
    evidence: tuple[Evidence, ...]
    already: bool = False
    follow: bool = False


class Findings(Struct, frozen=True, kw_only=True):
    """
    The whole of a search. Of one person there may be several matches, the surest first.

    *unmatched*: who cannot be reached there, as far as was found out.
    """

    source: AccountId
    target: AccountId
    made_at: datetime
    asked_bridges: bool
    matches: tuple[Match, ...]
    unmatched: tuple[Known, ...]


# ------------------------------------------------------------------ the file


class Who(Struct, frozen=True, omit_defaults=True):
    """Somebody in the file."""

    network: str
    uri: str
    handle: str
    name: str = ""
    url: str | None = None


class Why(Struct, frozen=True):
    """Evidence in the file."""

    kind: str
    text: str
    confidence: float = 0.0


class Row(Struct, frozen=True, kw_only=True):
    """A match in the file. *follow* is what the user decides; all else is for reading."""

    source: Who = msgspec.field(name="from")
    target: Who = msgspec.field(name="to")
    confidence: float
    evidence: tuple[Why, ...] = ()
    already: bool = False
    follow: bool


class Document(Struct, frozen=True, kw_only=True):
    """The file: also what ``godwit carry-over --json`` prints."""

    format: Literal["godwit-carry-over-1"]
    source: AccountId = msgspec.field(name="from")
    target: AccountId = msgspec.field(name="to")
    made_at: datetime
    asked_bridges: bool = False
    matches: tuple[Row, ...]
    unmatched: tuple[Who, ...] = ()


def document_of(findings: Findings) -> Document:
    """As it stands in the file."""
    return Document(
        format="godwit-carry-over-1",
        source=findings.source,
        target=findings.target,
        made_at=findings.made_at.replace(microsecond=0),
        asked_bridges=findings.asked_bridges,
        matches=tuple(_row(match) for match in findings.matches),
        unmatched=tuple(_who(known) for known in findings.unmatched),
    )


def _row(match: Match) -> Row:
    return Row(
        source=_who(match.source),
        target=_who(match.target),
        confidence=match.confidence,
        evidence=tuple(Why(one.kind, one.text, one.confidence) for one in match.evidence),
        already=match.already,
        follow=match.follow,
    )


def _who(known: Known) -> Who:
    profile = known.profile
    return Who(known.network, profile.uri, profile.handle, profile.name, profile.url or None)


def known_of(who: Who) -> Known:
    """Somebody in the file, as a profile."""
    return Known(who.network, Profile(who.uri, who.handle, who.name, url=who.url or ""))


def write_document(document: Document, path: Path) -> None:
    """
    Write a new file, for the user alone. Raises: BadInput: there is one; StoreError.
    """
    data = written_json(document)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with told(path):
        try:
            with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
                file.write(data)
        except FileExistsError as error:
            raise BadInput(f"{path.name} is there already.", "Choose another name.") from error


def read_document(path: Path, source: Account, target: Account) -> Document:
    """
    The file that the user has looked through.

    Raises:
        BadInput: It is no such file, or it is about other accounts, or it asks for
            what cannot be meant.
        StoreError: It cannot be read.
    """
    with told(path), path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    again = "Make it anew: godwit carry-over --from … --to … --out FILE"
    if len(data) > MAX_BYTES:
        raise BadInput(f"{path.name} is far too large for such a list.", again)
    try:
        document = msgspec.json.decode(data, type=Document)
    except UNREADABLE as error:
        raise BadInput(f"{path.name} cannot be read: {error}.", again) from error
    if (document.source, document.target) != (source.id, target.id):
        raise BadInput(
            f"{path.name} is about {document.source} and {document.target}.",
            "Name the same two accounts with --from and --to.",
        )
    _check(document, path, source, target)
    return document


def _check(document: Document, path: Path, source: Account, target: Account) -> None:
    seen: dict[str, str] = {}
    for number, row in enumerate(document.matches, 1):
        what = ""
        if row.source.network != source.network or row.target.network != target.network:
            what = "names somebody on another network"
        elif not (row.target.uri.strip() and row.target.handle.strip()):
            what = "does not say whom to follow"
        elif row.target.uri in (source.uri, target.uri) and row.follow:
            what = "would have you follow yourself"
        elif row.follow and seen.setdefault(row.target.uri, row.source.uri) != row.source.uri:
            what = f"says that @{row.target.handle} is two people"
        if what:
            raise BadInput(
                f"Match {number} in {path.name} {what}.", "Correct it; nobody was followed."
            )


# ------------------------------------------------------------------ remembered


class _Kept(Struct, frozen=True):
    at: datetime
    bridges: bool
    text: str
    judged: tuple[Judged, ...]


class Memory:
    """
    What was found out about each person, for a day.

    A profile that has changed since is looked for anew.
    """

    def __init__(self, ledger: FileLedger) -> None:
        self._ledger = ledger

    def get(self, mine: Portrait, bridges: bool, now: datetime) -> tuple[Judged, ...] | None:
        """None: it is not known, or too long ago."""
        try:
            kept = msgspec.convert(self._ledger.get(mine.profile.uri), _Kept)
        except msgspec.ValidationError:
            return None
        fresh = timedelta() <= now - kept.at < REMEMBERED
        same = kept.text == _said(mine) and (kept.bridges or not bridges)
        return kept.judged if fresh and same else None

    def put(self, mine: Portrait, judged: tuple[Judged, ...], bridges: bool, now: datetime) -> None:
        """Raises: StoreError."""
        kept = _Kept(now, bridges, _said(mine), judged)
        self._ledger.put(mine.profile.uri, msgspec.to_builtins(kept))


def _said(mine: Portrait) -> str:
    fields = "\n".join(f"{one.value} {one.checked}" for one in mine.fields)
    return f"{mine.profile.handle}\n{mine.text}\n{fields}"
