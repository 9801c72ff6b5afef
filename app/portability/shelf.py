"""All moves of a profile, each in its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.model.errors import BadInput
from app.portability.disk import told
from app.portability.journal import Journal, changed_by_hand, folder_of, read_plan, write_plan
from app.portability.plan import Plan
from app.store.database import make_private_folder


class Shelf:
    """Finds and opens them; looks only at the disk."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile

    def add(self, plan: Plan) -> Path:
        """Begin a folder for *plan*. Raises: StoreError."""
        return write_plan(self.profile, plan)

    def folder(self, id: str) -> Path:
        """Where the move of that whole id is. Raises: BadInput."""
        return folder_of(self.profile, id)

    def busy(self, plan: Plan) -> Path:
        """
        A folder for the lock of whoever works on the account of *plan*, by any plan.

        Raises: StoreError.
        """
        source = plan.source
        who = source.did or f"{source.handle} {source.server}"
        name = hashlib.sha256(f"{source.network} {who}".encode()).hexdigest()[:16]
        folder = self.profile / "moves" / ".busy" / name
        make_private_folder(folder.parent)
        make_private_folder(folder)
        return folder

    def ids(self) -> list[str]:
        """Newest first. Raises: StoreError."""
        folder = self.profile / "moves"
        with told(folder):
            try:
                names = [p.name for p in folder.iterdir() if p.is_dir() and p.name[0] != "."]
            except FileNotFoundError:
                return []
        return sorted(names, reverse=True)

    def full(self, id: str) -> str:
        """
        The id that *id* stands for: itself, the only one that begins so, "last".

        Raises:
            BadInput: There is none, or several.
        """
        if self.folder(id).is_dir():
            return id
        fitting = [one for one in self.ids() if id == "last" or one.startswith(id)]
        if not fitting:
            raise BadInput(f"There is no plan “{id}”.", "godwit move list names them.")
        if len(fitting) > 1 and id != "last":
            names = ", ".join(fitting)
            raise BadInput(f"Several plans begin with “{id}”.", f"Name one of: {names}")
        return fitting[0]

    def open(self, id: str) -> tuple[Plan, Journal]:
        """
        A plan and its journal, to read.

        Raises:
            BadInput, NotFound: see ``full``; there is a folder, and no plan in it.
            StoreError: It is damaged, or was changed by hand since it was made.
        """
        folder = self.folder(self.full(id))
        plan, digest = read_plan(folder)
        journal = Journal(folder)
        if journal.past.digest != digest:
            raise changed_by_hand(folder)
        return plan, journal
