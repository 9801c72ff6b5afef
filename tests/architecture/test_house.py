"""The house's own rules: sizes, words, where things may be said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as sre_constants  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
FILES = sorted(APP.rglob("*.py"))

NETWORK_WORDS = re.compile(
    r"mastodon|bluesky|bsky|atproto|activitypub|reblog|favourite|toot|skeet|xrpc|"
    r"feedview|spoiler_text|in_reply_to_id|\bdid:|\bcid\b|\brkey\b",
    re.IGNORECASE,
)
MAY_NAME_NETWORKS = (
    "protocols/mastodon",
    "protocols/bluesky",
    "protocols/demo",
    "portability",
    "wiring",
)
BANNED_NAMES = re.compile(r"(Manager|Helper|Utils?|Handler|Impl|V2)$")


def relative(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def docstrings(tree: ast.AST) -> set[int]:
    """ids of the nodes that are docstrings."""
    found = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def said(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name and string in the code, docstrings and comments apart."""
    ignored = docstrings(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text):
                yield line, text
            case (
                ast.FunctionDef(name=text)
                | ast.AsyncFunctionDef(name=text)
                | ast.ClassDef(name=text)
            ):
                yield line, text
            case ast.alias(name=text):
                yield line, text
            case ast.Constant(value=str(text)) if id(node) not in ignored:
                yield line, text


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_files_and_functions_stay_small(path: Path) -> None:
    """A file has at most 400 lines, a function at most 60."""
    text = path.read_text("utf-8")
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 60
    ]

    assert text.count("\n") <= 400
    assert long == []


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_network_is_named_only_in_its_own_package(path: Path) -> None:
    """Outside its package no code says a network's name or its jargon."""
    if relative(path).startswith(MAY_NAME_NETWORKS):
        pytest.skip("may name networks")
    tree = ast.parse(path.read_text("utf-8"))

    assert [(n, t) for n, t in said(tree) if NETWORK_WORDS.search(t)] == []


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_classes_have_telling_names(path: Path) -> None:
    """No Manager, Helper, Utils, Handler, Impl."""
    tree = ast.parse(path.read_text("utf-8"))
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]

    assert [name for name in names if BANNED_NAMES.search(name)] == []


def test_every_room_says_what_it_is_for() -> None:
    """Every module opens with a docstring."""
    bare = [
        relative(p)
        for p in FILES
        if p.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]

    assert bare == []


def test_a_setting_is_named_once() -> None:
    """Whoever reads or keeps one uses the name that its owner gave it."""
    bare = re.compile(r"setting\(\s*f?[\"']")
    found = [
        relative(p)
        for p in FILES
        if not relative(p).startswith("store/") and bare.search(p.read_text("utf-8"))
    ]

    assert found == []


def test_nothing_is_left_for_later_in_place_of_work() -> None:
    """No TODO, FIXME, XXX and no silent except."""
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|except[^\n]*:\s*\n\s+pass\b")
    found = [relative(p) for p in FILES if marks.search(p.read_text("utf-8"))]

    assert found == []


def repeats_a_group_possessively(pattern: Any) -> bool:
    """``(…)*+`` and the like, anywhere in a parsed pattern; ``[…]*+`` is fine."""
    for op, argument in pattern:
        if op is sre_constants.POSSESSIVE_REPEAT and argument[2][0][0] is not sre_constants.IN:
            if argument[2][0][0] not in (sre_constants.LITERAL, sre_constants.NOT_LITERAL):
                return True
        parts = argument if isinstance(argument, tuple | list) else [argument]
        for part in parts:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, sre_parser.SubPattern) and repeats_a_group_possessively(inner):
                    return True
    return False


def parsed(text: str) -> Any:
    """As a regular expression, if it is one that repeats possessively."""
    if not re.search(r"[*+?]\+", text):
        return []
    try:
        return sre_parser.parse(text)
    except re.error:
        return []


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python 3.11.2, Debian 12's own, matches "(…)*+" wrongly (CPython gh-101955)."""
    found = [
        f"{relative(path)}:{line}"
        for path in FILES
        for line, text in said(ast.parse(path.read_text("utf-8")))
        if repeats_a_group_possessively(parsed(text))
    ]

    assert repeats_a_group_possessively(parsed("<(a(?:bc|d)*+)>"))
    assert not repeats_a_group_possessively(parsed("<([ab]*+c++)>"))
    assert found == []


def test_packaging_is_not_a_package() -> None:
    """``packaging/__init__.py`` would shadow the library of that name."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_locks_name_no_mirror() -> None:
    """Locks carry hashes and no index address; nothing else locks."""
    locks = sorted((ROOT / "packaging" / "locks").glob("*.txt"))
    text = "\n".join(lock.read_text("utf-8") for lock in locks)

    assert [lock.name for lock in locks] == ["app.txt", "dev.txt"]
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|--index-url|--extra-index", text)


def test_every_dependency_says_why_it_is_here() -> None:
    """The technote has a line for each dependency of the program."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[\[>=<;]", d)[0].strip().lower() for d in project["dependencies"]}
    note = (APP / "technotes" / "dependencies.md").read_text("utf-8").lower()

    assert [name for name in sorted(names) if f"| {name} |" not in note] == []
