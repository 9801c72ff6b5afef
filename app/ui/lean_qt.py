"""
PySide6 without what a program in use never asks of it: a third of an empty window's start.

At its import PySide6 compiles, from source, the modules that parse signatures
and write stubs for editors (shibokensupport/signature/loader.py). Here they
are late: they load when a call has wrong arguments and Qt's message is made,
or someone asks for a signature.

It also puts itself in the way of every ``import`` statement, for its own ``from
__feature__ import …``, which is used nowhere here: it reads the source of each
module that is loaded after it (shibokensupport/feature.py) and keeps the lines.
That costs another tenth, and 3 MB.

A PySide6 that nobody has looked at yet (``KNOWN``) keeps all of it but the last.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from app.services import late

KNOWN = ((6, 11), (6, 12))

LATE = frozenset(
    {
        "shibokensupport.feature",
        "shibokensupport.signature.errorhandler",
        "shibokensupport.signature.layout",
        "shibokensupport.signature.mapping",
        "shibokensupport.signature.parser",
        "shibokensupport.signature.lib.enum_sig",
        "shibokensupport.signature.lib.pyi_generator",
        "shibokensupport.signature.lib.tool",
    }
)
"""What the loader imports only to have it there. (The rest it calls itself.)"""

_LOADER = "shibokensupport.signature.loader"
_MAPPING = "shibokensupport.signature.mapping"
_FEATURE = "PySide6.support.feature"


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
            late.put_off(LATE.intersection(f"{name}.{part}" for part in fromlist or ()))
            _help_mapping()
        return own_import(name, globals, locals, fromlist or (), level)

    builtins.__import__ = lean_import
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        builtins.__import__ = own_import


def _is_known() -> bool:
    # Of the package around the library that is being loaded: set before it is.
    return getattr(sys.modules.get("shiboken6"), "__version_info__", ())[:2] in KNOWN


def _help_mapping() -> None:
    """Of it alone the library takes a function without looking into the module."""
    mapping = sys.modules.get(_MAPPING)
    if type(mapping) is late.LateModule:
        vars(mapping).setdefault("update_mapping", _update_mapping)


def _update_mapping() -> None:
    mapping = sys.modules[_MAPPING]
    late.execute(mapping)
    mapping.update_mapping()
