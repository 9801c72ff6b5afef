"""Modules that are loaded when something in them is asked for."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import late

PACKAGE, PART, LIBRARY = "late_package", "late_package.part", "late_library"


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to import from; what was imported from it is forgotten."""
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").write_text("from . import part\n")
    (tmp_path / PACKAGE / "part.py").write_text(
        "import threading\nTHREAD = threading.get_ident()\n"
    )
    (tmp_path / f"{LIBRARY}.py").write_text(
        f"try:\n    import {PACKAGE}\n    HAS = True\nexcept ImportError:\n    HAS = False\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in (PACKAGE, PART, LIBRARY):
        sys.modules.pop(name, None)


def test_a_late_module_is_loaded_by_the_first_look_into_it(modules: Path) -> None:
    """Its package is there, it is not; then it is like any other."""
    late.put_off([PART])
    package = importlib.import_module(PACKAGE)
    assert type(package.part) is late.LateModule
    assert not hasattr(package.part, "__file__")
    assert package.part.THREAD == threading.get_ident()
    assert type(package.part) is type(sys)
    assert Path(package.part.__file__) == modules / PACKAGE / "part.py"
    assert package.part.__spec__.name == PART
    assert importlib.reload(package.part) is package.part


def test_what_is_lent_is_there_before_the_rest(modules: Path) -> None:
    """It loads nothing; then the module has its own. One that is loaded borrows nothing."""
    late.put_off([PART])
    package = importlib.import_module(PACKAGE)
    late.lend(PART, "THREAD", "lent")
    assert (package.part.THREAD, type(package.part)) == ("lent", late.LateModule)
    late.execute(package.part)
    assert package.part.THREAD == threading.get_ident()
    late.lend(PART, "THREAD", "again")
    assert package.part.THREAD == threading.get_ident()


def test_two_threads_load_it_once(modules: Path) -> None:
    """Who comes second, in the middle of it, waits for the first and sees all of it."""
    (modules / PACKAGE / "part.py").write_text(
        "import sys, time\nRUNS = [1]\nsys.late_begun.set()\nsys.late_second.wait(9)\n"
        "time.sleep(0.05)\nLAST = 1\n"
    )
    begun, second = threading.Event(), threading.Event()
    vars(sys).update(late_begun=begun, late_second=second)
    late.put_off([PART])
    part = importlib.import_module(PACKAGE).part
    seen: list[int] = []

    def look(before: threading.Event | None) -> None:
        if before is not None:
            before.wait(9)
            second.set()
        seen.append(part.LAST + len(part.RUNS))

    threads = [threading.Thread(target=look, args=(one,)) for one in (None, begun, begun)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    del vars(sys)["late_begun"], vars(sys)["late_second"]
    assert seen == [2] * 3


def test_its_own_code_may_look_into_it(modules: Path) -> None:
    """It sees what there is so far, and what is not there is not there."""
    (modules / PACKAGE / "part.py").write_text(
        f"import sys\nHERE = 1\nSAW = sys.modules[{PART!r}].HERE\n"
        f"LATER = hasattr(sys.modules[{PART!r}], 'NOT_YET')\nNOT_YET = 1\n"
    )
    late.put_off([PART])
    part = importlib.import_module(PACKAGE).part
    assert (part.SAW, part.LATER, part.NOT_YET) == (1, False, 1)


def test_what_fails_while_it_is_loaded_fails_again(modules: Path) -> None:
    """As an import that fails is tried again by the next one."""
    (modules / PACKAGE / "part.py").write_text("THERE = 1\n1 / 0\n")
    late.put_off([PART])
    part = importlib.import_module(PACKAGE).part
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            _ = part.MISSING


def test_what_is_loaded_stays_as_it_is(modules: Path) -> None:
    """Too late to put it off."""
    package = importlib.import_module(PACKAGE)
    late.put_off([PART])
    assert sys.modules[PART] is package.part


def test_a_module_that_is_not_there_is_missed_by_who_looks_for_it(modules: Path) -> None:
    """As its import would have failed, and again the next time."""
    late.put_off(["late_nothing"])
    nothing = sys.modules.pop("late_nothing")
    for _ in range(2):
        with pytest.raises(ImportError, match="late_nothing"):
            nothing.anything


def test_a_library_is_loaded_without_what_it_can_do_without(modules: Path) -> None:
    """It thinks the other is missing; later that one can be imported all the same."""
    late.load_without(LIBRARY, PACKAGE)
    assert sys.modules[LIBRARY].HAS is False
    assert importlib.import_module(PACKAGE).part.THREAD


def test_a_library_that_is_there_already_is_left_alone(modules: Path) -> None:
    """Nothing is loaded, and nothing hidden."""
    importlib.import_module(PACKAGE)
    late.load_without(LIBRARY, PACKAGE)
    assert LIBRARY not in sys.modules
    assert importlib.import_module(LIBRARY).HAS is True
