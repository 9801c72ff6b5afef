"""Qt's enumerations are what Python itself would have made of them."""

from __future__ import annotations

import enum
import sys
from typing import Any

import pytest
from PySide6 import QtCore, QtGui, QtNetwork, QtWidgets

from app.ui import lean_enums

_SET_BY_QT = {"__module__", "__qualname__", "_missing_"}
_SET_BY_QT |= {"__or__", "__ror__", "__add__", "__radd__"}  # of keyboard modifiers, for keys


def _enumerations() -> list[Any]:
    found: dict[str, Any] = {}
    for module in (QtCore, QtGui, QtWidgets, QtNetwork):
        owners = [getattr(module, name) for name in dir(module)]
        for owner in [module, *(one for one in owners if isinstance(one, type))]:
            for name in dir(owner):
                value = getattr(owner, name, None)
                if isinstance(value, enum.EnumType) and value.__module__.startswith("PySide6"):
                    found[f"{value.__module__}.{value.__qualname__}"] = value
    return list(found.values())


def _twin(made: Any) -> Any:
    """The same by Python alone."""
    pairs = [(name, member.value) for name, member in made.__members__.items()]
    boundary = getattr(made, "_boundary_", None)
    return lean_enums._own_create(
        made.__mro__[1], made.__name__, pairs, module=made.__module__, boundary=boundary
    )


def _described(made: Any) -> dict[str, Any]:
    """All that Python keeps of an enumeration, so that two of them can be compared."""
    kept: dict[str, Any] = {}
    for name, value in vars(made).items():
        if name == "_value2member_map_":
            # Joined flags come into it when they are first seen.
            kept[name] = {key: one for key, one in value.items() if one.name in made.__members__}
            kept[name] = repr(kept[name])
        elif name not in _SET_BY_QT:
            kept[name] = repr(getattr(value, "__func__", value)).partition(" at 0x")[0]
    for name, one in made.__members__.items():
        inside = {key: repr(part) for key, part in vars(one).items()}
        inside.pop("_inverted_", None)  # kept when it is first asked for
        kept[f"in {name}"] = inside
        assert one.__objclass__ is made
    kept["in order"] = [one.name for one in made]
    return kept


def test_this_python_is_one_that_was_looked_at() -> None:
    """With another one the start is slow again: compare, and add it."""
    assert sys.version_info[:2] in lean_enums.KNOWN
    assert enum.EnumType._create_ is lean_enums._create  # type: ignore[attr-defined]


def test_every_enumeration_is_as_python_makes_it() -> None:
    """Members, aliases, order, values and flags' masks, for all of Qt that we use."""
    found = _enumerations()
    assert len(found) > 500
    for made in found:
        assert _described(made) == _described(_twin(made)), made


def test_flags_are_joined_and_inverted_as_ever() -> None:
    """A member that two others make is found, one that nobody named is made."""
    twin = _twin(QtCore.Qt.AlignmentFlag)
    for kind in (QtCore.Qt.AlignmentFlag, twin):
        assert kind.AlignHCenter | kind.AlignVCenter is kind.AlignCenter
        both = kind.AlignLeft | kind.AlignTop
        assert (both.name, both.value) == ("AlignLeft|AlignTop", 33)
        assert list(both) == [kind.AlignLeft, kind.AlignTop]
    theirs, own = ~QtCore.Qt.AlignmentFlag.AlignLeft, ~twin.AlignLeft
    assert theirs.value == own.value


@pytest.mark.parametrize(
    "pairs",
    [
        [("name", 1), ("B", 2)],
        [("A", 1), ("_private", 2)],
        [("A", "one")],
        [("A", True)],
        ["A", "B"],
        "A B",
        {"A": 1},
    ],
)
def test_what_is_less_plain_is_left_to_python(pairs: Any) -> None:
    """Names that mean something, values that are no numbers, other ways to say it."""
    quick = enum.Enum("Quick", pairs)
    own = lean_enums._own_create(enum.Enum, "Quick", pairs, module=__name__)
    assert _described(quick) == _described(own)


def test_a_name_that_comes_twice_is_refused() -> None:
    """As Python refuses it."""
    with pytest.raises(TypeError):
        enum.Enum("Twice", [("A", 1), ("A", 2)])
