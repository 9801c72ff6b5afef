"""
The user's own recovery key, in a file of the user's: the only place it is ever in.

Readable by anybody who opens it, and by goat: one line holds the private key in the
form that ``goat key generate`` writes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec import Struct

from app.model.errors import BadInput, StoreError
from app.portability.atproto.keys import PrivateKey

_LINE = re.compile(
    r"^\s*(?:private key:\s*)?(z[1-9A-HJ-NP-Za-km-z]{40,80})\s*$", re.MULTILINE | re.I
)
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+")
_LARGEST = 64_000

_TEXT = """\
Recovery key of {handle}
({did})

With this key you can take your account to another server at any time, even when the
server it lives on is gone or refuses, and undo any change of its address within three
days. Whoever else has it can do the same: keep it like the deed of a house. Print it,
or put it where you keep passwords. Godwit keeps no copy.

public key: {public}
private key: {private}
"""


class OwnKey(Struct, frozen=True):
    """
    A recovery key that was read from its file.

    Attributes:
        did: The account that the file names; "" = none.
    """

    key: PrivateKey
    did: str = ""

    @property
    def public(self) -> str:
        """As ``did:key``."""
        return self.key.public.did_key

    def __repr__(self) -> str:
        return f"OwnKey({self.public})"


def make_key_file(path: Path, did: str, handle: str, *, words: str = _TEXT) -> OwnKey:
    """
    Make a key, write it to a new file that only the user can read, and read it back.

    Args:
        words: What the file says, with places for *handle*, *did* and both halves of the key.

    Raises:
        BadInput: The file is there already.
        StoreError: It cannot be written.
    """
    key = PrivateKey.generate()
    text = words.format(
        handle=handle or did, did=did, public=key.public.did_key, private=key.text()
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        # A whole file or none: what is torn must never be taken for the key.
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _keep_new(part, path)
    except FileExistsError:
        raise BadInput(
            f"“{path.name}” is there already.", "Choose another name; nothing was overwritten."
        ) from None
    except OSError as error:
        raise _unusable(path, error) from error
    read = read_key_file(path)
    if read.public != key.public.did_key:
        raise StoreError(f"“{path.name}” does not hold what was written.", "Choose another disk.")
    return read


def read_key_file(path: Path) -> OwnKey:
    """
    The key in a file that Godwit or goat has written.

    Raises:
        BadInput: There is no key in it.
        StoreError: It cannot be read.
    """
    try:
        with path.open("r", encoding="utf-8", errors="replace") as file:
            text = file.read(_LARGEST)
    except OSError as error:
        raise _unusable(path, error) from error
    for match in _LINE.finditer(text):
        try:
            key = PrivateKey.from_text(match[1])
        except ValueError:
            continue
        did = _DID.search(text.replace(key.public.did_key, ""))
        return OwnKey(key, did[0] if did else "")
    raise BadInput(
        f"There is no recovery key in “{path.name}”.",
        "Name the file that Godwit or goat has written.",
    )


def _keep_new(part: Path, path: Path) -> None:
    """Give *part* its name, unless something has it. Raises: FileExistsError, OSError."""
    try:
        os.link(part, path)
    except FileExistsError:
        part.unlink(missing_ok=True)
        raise
    except OSError:
        # File systems of memory sticks know no links.
        if path.exists():
            part.unlink(missing_ok=True)
            raise FileExistsError from None
        part.rename(path)
    else:
        part.unlink(missing_ok=True)


def _unusable(path: Path, error: OSError) -> StoreError:
    why = os.strerror(error.errno) if error.errno else "unknown reason"
    return StoreError(f"“{path.name}” cannot be used: {why}.", "Choose another file.")
