"""
Shared blocklists: read in every format they come in, compared, and asked. Pure.

Formats: facts C3. Nothing is applied by reading: an update is a proposal with its
difference, and exceptions win.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

Severity = Literal["suspend", "silence", "noop"]

MOST_BYTES = 20_000_000
MOST_ROWS = 200_000
_LONGEST_DOMAIN = 253
_IDENTITY = re.compile(r"[a-z]+:[a-z]+:")  # an identity that is no web address
_NAMES = {"domain": "domain", "#domain": "domain", "account address": "account"}


class Blocked(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    An entry of a list: a domain, or somebody.

    *name*: lower-case domain (its subdomains are meant, too), handle or URI.
    """

    name: str
    kind: Literal["domain", "person"] = "domain"
    severity: Severity = "suspend"
    reason: str = ""


class Skipped(Struct, frozen=True):
    """An entry that cannot be used, and why."""

    line: int
    text: str
    why: str


class Blocklist(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was read: each name once, in order; the strictest severity wins."""

    entries: tuple[Blocked, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Difference(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What an update would change."""

    added: tuple[Blocked, ...] = ()
    removed: tuple[Blocked, ...] = ()
    changed: tuple[Blocked, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


class BadList(ValueError):
    """It is no blocklist. The words say why, for people."""


def read_blocklist(data: bytes) -> Blocklist:
    """
    A list in any of its formats: CSV of servers and users, plain domains, JSON.

    Raises:
        BadList: Too large, or nothing that can be read.
    """
    if len(data) > MOST_BYTES:
        raise BadList(f"The list is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadList("The list is not text in UTF-8.") from None
    text = text.strip()
    if not text:
        raise BadList("The list is empty.")
    rows = _rows_of_json(text) if text[0] in "[{" else _rows_of_csv(text)
    return _collected(rows)


def difference(old: Blocklist, new: Blocklist) -> Difference:
    """From *old* to *new*, in the order of the lists."""
    before = {entry.name: entry for entry in old.entries}
    after = {entry.name: entry for entry in new.entries}
    return Difference(
        added=tuple(entry for entry in new.entries if entry.name not in before),
        removed=tuple(entry for entry in old.entries if entry.name not in after),
        changed=tuple(
            entry
            for entry in new.entries
            if entry.name in before and before[entry.name].severity != entry.severity
        ),
    )


class BlockIndex:
    """
    Entries of all lists that are in force, asked about hosts and people.

    Args:
        lists: Entries by the name of their list.
        exceptions: Names that stay, whatever a list says (a domain with all below it).
    """

    def __init__(
        self, lists: Mapping[str, Iterable[Blocked]], exceptions: Iterable[str] = ()
    ) -> None:
        self._exceptions = frozenset(name.lower() for name in exceptions)
        self._found: dict[str, tuple[Blocked, str]] = {}
        self._answers: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Blocked, str] | None]
        self._answers = {}
        for title, entries in lists.items():
            for entry in entries:
                known = self._found.get(entry.name)
                if known is None or _STRICT[entry.severity] > _STRICT[known[0].severity]:
                    self._found[entry.name] = (entry, title)

    def __len__(self) -> int:
        return len(self._found)

    def sparing(self, exceptions: Iterable[str]) -> BlockIndex:
        """The same entries with these exceptions instead. Cheap."""
        other = BlockIndex({}, exceptions)
        other._found = self._found
        return other

    def domain(self, host: str) -> tuple[Blocked, str] | None:
        """
        The entry that covers *host* (itself or above it), and the name of its list.

        Labels are compared whole: ``evil.tld`` covers ``a.evil.tld``, not ``notevil.tld``.
        """
        name = host.lower().rstrip(".")
        found = None
        while name:
            if name in self._exceptions:
                return None
            found = found or self._found.get(name)
            _, dot, name = name.partition(".")
            if not dot:
                break
        return found

    def person(self, *names: str) -> tuple[Blocked, str] | None:
        """The same for somebody, by URI or handle."""
        lower = [name.lower() for name in names]
        if not self._exceptions.isdisjoint(lower):
            return None
        return next((self._found[name] for name in lower if name in self._found), None)

    def find(self, hosts: tuple[str, ...], names: tuple[str, ...]) -> tuple[Blocked, str] | None:
        """The strictest of all that is said about somebody. The same people write again."""
        key = (hosts, names)
        if key in self._answers:
            return self._answers[key]
        if len(self._answers) >= _REMEMBERED:
            self._answers.clear()
        found = self._answers[key] = self._find(hosts, names)
        return found

    def _find(self, hosts: tuple[str, ...], names: tuple[str, ...]) -> tuple[Blocked, str] | None:
        if not self._exceptions.isdisjoint(name.lower() for name in names):
            return None
        found = [self.person(*names), *(self.domain(host) for host in hosts)]
        return max(
            (one for one in found if one is not None),
            key=lambda one: _STRICT[one[0].severity],
            default=None,
        )


_REMEMBERED = 8_192
"""Answers; then it begins anew."""

_STRICT: Mapping[Severity, int] = {"noop": 0, "silence": 1, "suspend": 2}


class _Row(Struct, frozen=True):
    line: int
    name: str
    severity: str = ""
    reason: str = ""
    person: bool = False


def _rows_of_csv(text: str) -> Iterator[_Row]:
    """Lines: with or without a head; a single column is a plain list."""
    # Reading lists is rare; asking them is not.
    import csv
    import io

    reader = csv.reader(io.StringIO(text))
    head: dict[str, int] = {}
    for cells in _safe(reader):
        line = reader.line_num
        if not cells or not cells[0].strip():
            continue
        if line == 1 and (head := _head(cells)):
            continue
        first = cells[0].strip()
        if first.startswith(("#", "//")):
            continue  # a comment of a plain list
        person = "account" in head or "@" in first or _IDENTITY.match(first) is not None
        yield _Row(
            line,
            first,
            _cell(cells, head, "severity"),
            _cell(cells, head, "public_comment") or _cell(cells, head, "comment"),
            person,
        )


def _safe(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    import csv

    try:
        yield from reader
    except csv.Error as error:
        raise BadList(f"The list cannot be read as CSV: {error}.") from None


def _head(cells: list[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in cells]
    if names[0] not in _NAMES:
        return {}
    head = {name.removeprefix("#"): place for place, name in enumerate(names)}
    head[_NAMES[names[0]]] = 0
    return head


def _cell(cells: list[str], head: Mapping[str, int], name: str) -> str:
    place = head.get(name)
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _rows_of_json(text: str) -> Iterator[_Row]:
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadList("The list looks like JSON, but cannot be read as such.") from None
    if isinstance(found, dict):
        blocks = found.get("blocks", found)
        found = (
            [{"domain": name, **(about if isinstance(about, dict) else {})}
             for name, about in blocks.items()]
            if isinstance(blocks, dict)
            else blocks
        )  # fmt: skip
    if not isinstance(found, list):
        raise BadList("The list is JSON, but not a list of domains.")
    for line, one in enumerate(found, start=1):
        if isinstance(one, str):
            yield _Row(line, one)
        elif isinstance(one, dict) and one.get("isBlocked", True):
            yield _Row(line, _text(one, "domain"), _text(one, "severity"), _text(one, "comment"))


def _text(one: Mapping[str, Any], key: str) -> str:
    value = one.get(key)
    return value if isinstance(value, str) else ""


def _collected(rows: Iterator[_Row]) -> Blocklist:
    entries: dict[str, Blocked] = {}
    skipped: list[Skipped] = []
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise BadList(f"The list has more than {MOST_ROWS} entries.")
        name = row.name.strip().lower().removeprefix("@").rstrip(".")
        if why := _unusable(name, row.person):
            skipped.append(Skipped(row.line, row.name[:80], why))
            continue
        severity: Severity = next(
            (one for one in _STRICT if one == row.severity.lower()), "suspend"
        )
        known = entries.get(name)
        if known is None or _STRICT[severity] > _STRICT[known.severity]:
            entries[name] = Blocked(
                name=name,
                kind="person" if row.person else "domain",
                severity=severity,
                reason=row.reason[:500],
            )
    if not entries and skipped:
        raise BadList(f"Nothing in the list can be used: {skipped[0].why}")
    return Blocklist(entries=tuple(entries.values()), skipped=tuple(skipped))


def _unusable(name: str, person: bool) -> str:
    if "*" in name:
        return "It is obfuscated with *, so nobody can tell which it is."
    if not name or len(name) > _LONGEST_DOMAIN or any(char.isspace() for char in name):
        return "It is no name of a server or person."
    if person:
        return ""
    if name[0] in "=+-@\t" or "." not in name or any(char in name for char in "/\\:?<>\"'"):
        return "It is not the name of a server."
    return ""
