"""What PySide6 loads later than it wants to is there when it is needed."""

from __future__ import annotations

import os
import subprocess
import sys

import shiboken6

from app.ui import lean_qt

_WRONG_CALL = """
from PySide6.QtCore import QPoint
try:
    QPoint("a corner")
except TypeError as error:
    print(error)
print(QPoint.manhattanLength.__doc__)
"""

_WHAT_IS_LATE = """
import builtins, sys
own = builtins.__import__
import app.ui
from app.services.late import LateModule
from PySide6 import QtGui, QtWidgets
assert builtins.__import__ is own
print(*sorted(n for n, m in sys.modules.items() if type(m) is LateModule and n in app.ui.lean_qt.LATE))
"""

_ALL_AT_ONCE = """
import app.ui, sys
import PySide6.support.signature as signature
from PySide6.support.signature.lib.pyi_generator import generate_pyi
from PySide6.support.signature.lib.enum_sig import HintingEnumerator
from PySide6.support.feature import info
assert callable(generate_pyi) and callable(HintingEnumerator) and info() == []
print(signature.get_signature(sys.modules["PySide6.QtCore"].QPoint.x))
"""


def run(code: str) -> str:
    """What another Python says to *code*, without what is loaded here."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_installed_version_is_one_that_was_looked_at() -> None:
    """With another one the start is slow again: look at it, and add it."""
    assert shiboken6.__version_info__[:2] in lean_qt.KNOWN


def test_nothing_is_loaded_that_only_speaks_of_signatures() -> None:
    """All of it waits after Qt's modules are loaded; ``import`` is Python's own."""
    assert run(_WHAT_IS_LATE).split() == sorted(lean_qt.LATE)


def test_a_wrong_call_says_what_it_says_without_us() -> None:
    """Qt's own message, with the signatures that there are."""
    said = run("import app.ui\n" + _WRONG_CALL)
    assert "Supported signatures" in said
    assert said == run(_WRONG_CALL)


def test_what_waits_can_be_used_by_its_name() -> None:
    """Signatures, stubs for editors and features work, in whatever order they are asked for."""
    assert run(_ALL_AT_ONCE).strip() == "(self, /) -> int"
