"""The stage that Briefcase sees: one file from two, and they agree."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import app

ROOT = Path(__file__).resolve().parent.parent.parent


def build_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("godwit_build", ROOT / "packaging" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_staged_file_parses_and_agrees() -> None:
    """Name, version, entry point and sources fit together."""
    config = tomllib.loads(build_script().staged_config())
    briefcase = config["tool"]["briefcase"]["app"]["godwit"]

    assert config["project"]["version"] == app.__version__
    assert config["project"]["scripts"] == {"godwit": "app.__main__:main"}
    assert briefcase["sources"] == ["app", "packaging/launcher/godwit"]
    assert all((ROOT / source).is_dir() for source in briefcase["sources"])


def test_the_stage_holds_what_it_names() -> None:
    """Every folder and file that the stage copies is there."""
    script = build_script()

    assert [n for n in (*script.FOLDERS, *script.FILES) if not (ROOT / n).exists()] == []
