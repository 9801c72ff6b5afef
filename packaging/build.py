"""
Run Briefcase on a staged copy of the project: ``python packaging/build.py dev``.

Briefcase reads ``pyproject.toml`` in the working directory and nothing else, so
the stage gets ours with ``briefcase.toml`` appended. The two never overlap: one
holds ``[project]`` and the tools, the other only ``[tool.briefcase…]``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGE = ROOT / "build" / "stage"
FOLDERS = ("app", "resources", "packaging")
FILES = ("LICENSE", "README.md", "CHANGELOG.md")


def staged_config() -> str:
    """The text of the stage's ``pyproject.toml``."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    briefcase = (ROOT / "briefcase.toml").read_text("utf-8")
    if "briefcase" in tomllib.loads(project).get("tool", {}):
        raise SystemExit("Briefcase settings belong in briefcase.toml only.")
    if set(tomllib.loads(briefcase)) != {"tool"}:
        raise SystemExit("briefcase.toml may hold [tool.briefcase…] only.")
    return f"{project}\n{briefcase}"


def stage() -> Path:
    """Make the stage anew (what Briefcase built there stays) and return it."""
    STAGE.mkdir(parents=True, exist_ok=True)
    (STAGE / "pyproject.toml").write_text(staged_config(), "utf-8")
    for name in FOLDERS:
        shutil.rmtree(STAGE / name, ignore_errors=True)
        shutil.copytree(ROOT / name, STAGE / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copyfile(ROOT / name, STAGE / name)
    # Linux system packages want the change log without its ending.
    shutil.copyfile(ROOT / "CHANGELOG.md", STAGE / "CHANGELOG")
    return STAGE


def main(arguments: list[str]) -> int:
    """Stage, then hand over to Briefcase: dev, create, build, package…"""
    folder = stage()
    return subprocess.call([sys.executable, "-m", "briefcase", *arguments], cwd=folder)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or ["--help"]))
