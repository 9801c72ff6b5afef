"""
PySide6 without what a program in use never asks of it: a third of an empty window's start.

At its import PySide6 compiles, from source, the modules that parse signatures
and write stubs for editors (shibokensupport/signature/loader.py). Here they
stand as empty modules that load on the first look into them: when a call has
wrong arguments and Qt's message is made, or someone asks for a signature.

It also puts itself in the way of every ``import`` statement, for its own ``from
__feature__ import …``, which is used nowhere here: it reads the source of each
module that is loaded after it (shibokensupport/feature.py) and keeps the lines.
That costs another tenth, and 3 MB.

A PySide6 that nobody has looked at yet (``_KNOWN``) keeps all of it but the last.
"""

from __future__ import annotations

import builtins
import sys
from _thread import RLock
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_KNOWN = ((6, 11), (6, 12))

_LOADER = "shibokensupport.signature.loader"
_MAPPING = "shibokensupport.signature.mapping"
_FEATURE = "PySide6.support.feature"
_LATE = frozenset(
    {
        _MAPPING,
        "shibokensupport.feature",
        "shibokensupport.signature.errorhandler",
        "shibokensupport.signature.layout",
        "shibokensupport.signature.parser",
        "shibokensupport.signature.lib.enum_sig",
        "shibokensupport.signature.lib.pyi_generator",
        "shibokensupport.signature.lib.tool",
    }
)
"""What the loader imports only to have it there. (The rest it calls itself.)"""

_lock = RLock()


class LateModule(ModuleType):
    """A module that is executed when something in it is asked for."""

    def __getattr__(self, name: str) -> Any:
        # Whoever walks through all modules asks for __file__ and the like.
        if name.startswith("__"):
            raise AttributeError(name)
        execute(self)
        return getattr(self, name)


def execute(module: ModuleType) -> None:
    """Load a late module, once; another one is left as it is."""
    with _lock:
        if type(module) is not LateModule:
            return
        shown = module.__spec__
        found = _spec_of(module.__name__)
        if found is None or found.loader is None:
            raise ImportError(f"{module.__name__} is not where PySide6 has the others")
        module.__class__ = ModuleType  # type: ignore[assignment]
        # Its loader reads the name here; PySide6 has given the module another one since.
        module.__spec__ = found
        found.loader.exec_module(module)
        module.__spec__ = shown


def _spec_of(name: str) -> ModuleSpec | None:
    """Where *name* is: in the library itself, or in a folder (``SBK_EMBED=0``)."""
    package = sys.modules[name.rpartition(".")[0]]
    find = getattr(getattr(package.__spec__, "loader", None), "find_spec", None)
    inside: ModuleSpec | None = find(name, None) if package.__path__ == [] and find else None
    return inside or PathFinder.find_spec(name, list(package.__path__))


def load() -> None:
    """Import PySide6's core, and leave ``import`` as it was."""
    own_import = builtins.__import__

    def lean_import(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        if globals is not None and globals.get("__name__") == _LOADER and _is_known():
            if name == _FEATURE:
                # What the loader is about to put in the place of ``import``.
                builtins.__feature_import__ = own_import  # type: ignore[attr-defined]
            for part in fromlist or ():
                _put_off(f"{name}.{part}")
        return own_import(name, globals, locals, fromlist or (), level)

    builtins.__import__ = lean_import
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.__import__ = own_import


def _is_known() -> bool:
    # Of the package around the library that is being loaded: set before it is.
    return getattr(sys.modules.get("shiboken6"), "__version_info__", ())[:2] in _KNOWN


def _put_off(name: str) -> None:
    if name not in _LATE or name in sys.modules:
        return
    late = sys.modules[name] = LateModule(name)
    late.__spec__ = ModuleSpec(name, None)
    if name == _MAPPING:
        _mapping.append(late)
        # The one function that the library takes out of a module's dictionary.
        late.update_mapping = _update_mapping  # type: ignore[attr-defined]


_mapping: list[ModuleType] = []


def _update_mapping() -> None:
    execute(_mapping[0])
    _mapping[0].update_mapping()
