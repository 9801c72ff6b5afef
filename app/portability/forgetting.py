"""Let go of a move that is over or was given up: its journal and what it fetched; its report stays."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.model.errors import Refused
from app.portability.disk import told
from app.portability.plan import MoveStatus
from app.store.database import make_private_folder

REPORTS = "move-reports"
"""Folder in the profile: what is left of moves that were forgotten."""

_GONE = ".gone-"


def why_not(status: MoveStatus) -> str:
    """What is lost with it that may still be wanted, in a sentence; "": nothing."""
    if not status.steps:
        return "Its plan cannot be read: nobody can say whether something was done."
    begun = any(view.state in ("doing", "waiting", "failed", "done") for view in status.steps)
    if status.state == "done" and status.undo is not None and status.undo.possible:
        return "Without its journal Godwit cannot take this move back any more."
    if status.state in ("waiting", "failed", "running") and begun:
        return (
            "This move is half done: without its journal Godwit can neither finish it "
            "nor take it back."
        )
    return ""


def forgotten(profile: Path, folder: Path, status: MoveStatus, *, sure: bool) -> tuple[Path, ...]:
    """
    Delete *folder*, the move's own; the caller holds its lock. The files of its report.

    It is there as a whole or not at all, whenever it is killed.

    Raises:
        Refused: Something is lost that may still be wanted, and nobody has said *sure*.
        StoreError: The disk refuses; the move is as it was.
    """
    lost = why_not(status)
    if lost and not sure:
        raise Refused(lost, f"Sure? godwit move forget {folder.name} --yes")
    kept = profile / REPORTS
    make_private_folder(kept)
    reports = []
    with told(folder):
        for page in sorted(folder.glob("report.*")):
            reports.append(kept / f"{folder.name}{page.suffix}")
            shutil.copy2(page, reports[-1])
        gone = folder.with_name(f"{_GONE}{folder.name}")
        folder.rename(gone)
    for left in folder.parent.glob(f"{_GONE}*"):  # also what a kill has left
        shutil.rmtree(left, ignore_errors=True)
    return tuple(reports)
