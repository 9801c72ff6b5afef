"""
Modules of others that are loaded when something in them is asked for.

Some libraries import at once what most runs of them never use. ``put_off`` lays
an empty module in such a one's place: their ``import`` finds it, and the first
look into it loads it, on whatever thread that is.
"""

from __future__ import annotations

import importlib
import sys
from _thread import RLock
from collections.abc import Iterable
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


class LateModule(ModuleType):
    """A module that is executed when something in it is asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, None)
        self.__late_lock__ = RLock()
        self.__late_runs__ = False

    def __getattr__(self, name: str) -> Any:
        # Whoever walks through all modules asks for __file__ and the like.
        if name.startswith("__"):
            raise AttributeError(name)
        execute(self)
        return object.__getattribute__(self, name)


def put_off(names: Iterable[str]) -> None:
    """Load these modules late, but for those that are loaded already."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = LateModule(name)


def lend(name: str, attribute: str, value: object) -> None:
    """Until a late module is loaded, this in it is there without."""
    module = sys.modules.get(name)
    if type(module) is LateModule:
        setattr(module, attribute, value)


def load_without(name: str, missing: str) -> None:
    """Import *name* as if *missing*, which it can do without, were not installed."""
    if name in sys.modules or missing in sys.modules:
        return
    sys.modules[missing] = None  # type: ignore[assignment]
    try:
        importlib.import_module(name)
    finally:
        del sys.modules[missing]


def execute(module: ModuleType) -> None:
    """
    Load a late module, once; another one is left as it is.

    Raises:
        ImportError: It is not where it should be.
    """
    lock = vars(module).get("__late_lock__")
    if lock is None:
        return
    with lock:
        if type(module) is not LateModule:
            return
        if module.__late_runs__:  # its own code looks into it: as far as it has come
            return
        found = _spec_of(module.__name__)
        if found is None or found.loader is None:
            raise ImportError(f"No module named {module.__name__!r}", name=module.__name__)
        # Loaders read the name in it; a package may have given the module another since.
        module.__spec__ = found
        module.__loader__, module.__file__ = found.loader, found.origin
        module.__package__ = found.parent
        module.__late_runs__ = True
        try:
            found.loader.exec_module(module)
        finally:
            module.__late_runs__ = False
        # Only now: until it is whole, another thread that looks into it must wait.
        module.__class__ = ModuleType  # type: ignore[assignment]
        del module.__late_lock__, module.__late_runs__


def _spec_of(name: str) -> ModuleSpec | None:
    """Where *name* is: in a folder, or wherever the loader of its package finds it."""
    parent = name.rpartition(".")[0]
    if not parent:
        return PathFinder.find_spec(name)
    package = sys.modules[parent]
    found = PathFinder.find_spec(name, list(package.__path__))
    find = getattr(package.__loader__, "find_spec", None)
    return found or (find(name, None) if find is not None else None)
