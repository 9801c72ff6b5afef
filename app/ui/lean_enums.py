"""
Qt's enumerations, made by Python in a third of its time.

PySide6 makes a Python ``Enum`` of each enumeration of each class that is touched:
3 000 members before the first frame. ``EnumType`` is made for classes that
people write, with aliases of any kind, descriptors and values of their own
types; it takes 10 µs for each member. Qt's are plain numbers under plain names.

So Python makes one class of each kind, without members; each enumeration is a
copy of it, and its members are added here as ``enum._proto_member`` adds such
(Lib/enum.py of ``KNOWN``; a test compares every enumeration of Qt's with
Python's own work). Whatever is less plain, or another Python, is left to Python.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from typing import Any

KNOWN = ((3, 11), (3, 12), (3, 13))

_KINDS = frozenset({enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag})
_TAKEN = frozenset(name for kind in _KINDS for base in kind.__mro__ for name in vars(base))
"""Names that mean something in an enumeration: with them a member is not plain."""

_ALIASES_COUNT = hasattr(enum.Flag, "_singles_mask_")
"""Flags of several bits are in the mask: since 3.11.4 (Debian 12 has 3.11.2)."""

_EnumType: Any = enum.EnumType
_own_create: Callable[..., Any] = _EnumType._create_


def install() -> None:
    """From now on, for the whole process."""
    if sys.version_info[:2] in KNOWN:
        _EnumType._create_ = _create


def uninstall() -> None:
    """Python's own work again."""
    _EnumType._create_ = _own_create


def _create(
    cls: Any, class_name: str, names: Any, *, module: str | None = None, **options: Any
) -> Any:
    """``EnumType._create_``: what ``Enum("Name", [("A", 1), …])`` comes to."""
    if module is None:
        # Python looks two frames up; from there we are one of them.
        module = sys._getframe(2).f_globals.get("__name__")
    plain = module is not None and options.get("type") is None and not options.get("qualname")
    if cls not in _KINDS or not plain or not _is_plain(names):
        return _own_create(cls, class_name, names, module=module, **options)
    made = _without_members(cls, class_name, module, options)
    _add_members(made, names)
    return made


def _without_members(kind: Any, name: str, module: str | None, options: dict[str, Any]) -> Any:
    boundary = options.get("boundary")
    inside = _insides.get((kind, boundary))
    if inside is None:
        model = _own_create(kind, name, [], module=module, boundary=boundary)
        inside = _insides[kind, boundary] = dict(vars(model))
        for slot in ("__dict__", "__weakref__"):
            inside.pop(slot, None)  # each class makes its own
    own = {key: part.copy() for key, part in inside.items() if type(part) in (list, dict)}
    return type.__new__(_EnumType, name, (kind,), {**inside, **own, "__module__": module})


_insides: dict[tuple[Any, Any], dict[str, Any]] = {}
"""What a class of a kind and boundary consists of."""


def _is_plain(names: Any) -> bool:
    """Pairs of a name without a meaning of its own and a whole number, none twice."""
    if type(names) is not list or not names:
        return False
    for pair in names:
        if type(pair) is not tuple or len(pair) != 2:
            return False
        name, value = pair
        if type(name) is not str or type(value) is not int:
            return False
        if name in _TAKEN or name[:1] in ("_", "") or name == "mro":
            return False
    return len({name for name, _ in names}) == len(names)


def _add_members(made: Any, names: list[tuple[str, int]]) -> None:
    flag, number = issubclass(made, enum.Flag), made._member_type_ is int
    by_name, by_value, order = made._member_map_, made._value2member_map_, made._member_names_
    put = type.__setattr__  # EnumType's own refuses names that are members already
    mask = singles = 0
    for name, value in names:
        single = value != 0 and value & (value - 1) == 0
        if flag:
            mask |= value
            singles |= value if single else 0
        member = by_value.get(value)
        if member is None:
            member = int.__new__(made, value) if number else object.__new__(made)
            member._value_ = value
            member._name_ = name
            member.__objclass__ = made
            member._sort_order_ = len(order)
            by_value[value] = member
            if single or not flag:
                order.append(name)
        put(made, name, member)
        by_name[name] = member
    if flag:
        put(made, "_flag_mask_", mask if _ALIASES_COUNT else singles)
        if _ALIASES_COUNT:
            put(made, "_singles_mask_", singles)
        put(made, "_all_bits_", 2 ** mask.bit_length() - 1)
        values = [by_name[name]._value_ for name in order]
        if values != sorted(values):
            put(made, "_iter_member_", made._iter_member_by_def_)
