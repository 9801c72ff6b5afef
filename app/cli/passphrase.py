"""Opening the vault for a command."""

from __future__ import annotations

import getpass
import os
import signal
import sys

from app.cli.output import Output
from app.model.errors import VaultAbsent, VaultError, VaultLocked
from app.services.house import House

PASSPHRASE = "GODWIT_PASSPHRASE"  # noqa: S105  the name of a variable


def asked_for(words: str, *, seen: bool = False) -> str:
    """
    What is typed; unseen, unless *seen*. Ctrl-C ends the command at once.

    On the main thread: a thread that waits for the keyboard would keep the
    program alive, and the terminal silent, after Ctrl-C.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if not seen:
            return getpass.getpass(words)
        sys.stderr.write(words)  # stdout is the result's
        sys.stderr.flush()
        return sys.stdin.readline().rstrip("\n")
    finally:
        signal.signal(signal.SIGINT, before)


async def ready_vault(house: House, out: Output, *, create: bool = False) -> None:
    """
    Open the vault with the passphrase of the environment or of a prompt.

    Args:
        create: Where there is none yet, begin one.

    Raises:
        VaultError: It stays shut.
    """
    vault = house.vault()
    state = vault.state
    if state == "ready" or (state == "absent" and not create):
        return
    passphrase = os.environ.get(PASSPHRASE, "")
    if not passphrase and sys.stdin.isatty():
        passphrase = asked_for(
            "Passphrase of the vault: " if state == "locked" else "New passphrase for the vault: "
        )
    if not passphrase:
        error = VaultLocked if state == "locked" else VaultAbsent
        words = "is locked" if state == "locked" else "does not exist: this system has no keyring"
        raise error(f"The vault with your secrets {words}.")
    if state == "locked":
        try:
            vault.unlock(passphrase)
        except VaultError as error:
            if os.environ.get(PASSPHRASE):
                error.next_step = f"{error.next_step} {PASSPHRASE} holds the one that was tried."
            raise
    else:
        vault.create_file(passphrase)
