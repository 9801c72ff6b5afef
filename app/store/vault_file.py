"""
Secrets in an encrypted file, where the system has no key store.

scrypt (RFC 7914) makes the key, ChaCha20-Poly1305 (RFC 8439) seals the
secrets; the header is sealed with them, so nobody can weaken it unseen.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from app.model.errors import VaultAbsent, VaultError, VaultLocked
from app.store.database import make_private_folder

VERSION = 1
_N, _R, _P = 2**17, 8, 1
"""128 MiB and about 0.4 s per guess."""

LEAST = 2**14
"""Of ``n``, in a file that is believed."""

_PROOF = b"godwit vault"


class _Header(Struct, frozen=True, kw_only=True):
    """*proof*: a known text under the same key, to tell a wrong passphrase from damage."""

    godwit_vault: int
    n: int
    r: int
    p: int
    salt: bytes
    proof_nonce: bytes


class _Sealed(Struct, frozen=True, kw_only=True):
    header: _Header
    proof: bytes
    nonce: bytes
    secrets: bytes


class VaultFile:
    """
    The file, and the key to it once the passphrase was given.

    Every change reads the file first: what cannot be read is never replaced.
    """

    kind = "encrypted file"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key: tuple[_Header, bytes] | None = None

    def __repr__(self) -> str:
        return f"VaultFile({self.path})"

    @property
    def exists(self) -> bool:
        """There is such a file."""
        return self.path.exists()

    @property
    def is_open(self) -> bool:
        """The passphrase was given, and was right."""
        return self._key is not None

    def unlock(self, passphrase: str) -> None:
        """
        Take the key from *passphrase*. Slow (about 0.4 s).

        Raises:
            VaultAbsent: There is no such file.
            VaultError: Wrong passphrase; damaged; made by a newer Godwit.
        """
        sealed = self._sealed()
        key = _key_from(passphrase, sealed.header)
        _open(key, sealed.header.proof_nonce, sealed.proof, sealed.header, "passphrase")
        _open(key, sealed.nonce, sealed.secrets, sealed.header, "damage")
        self._key = (sealed.header, key)

    def create(self, passphrase: str) -> None:
        """Begin a new vault. Raises: VaultError, if there is one or no passphrase."""
        if self.exists:
            raise VaultError("There is a vault file already.", "Unlock it with its passphrase.")
        if not passphrase:
            raise VaultError("The passphrase is empty.", "Choose one that only you know.")
        header = _Header(
            godwit_vault=VERSION,
            n=_N,
            r=_R,
            p=_P,
            salt=os.urandom(16),
            proof_nonce=os.urandom(12),
        )
        self._key = (header, _key_from(passphrase, header))
        self._write({})

    def put_aside(self) -> None:
        """
        Give the file another name, for who finds its passphrase again.

        Raises: VaultError.
        """
        number = 1
        while (old := self.path.with_name(f"vault-old-{number}.json")).exists():
            number += 1
        try:
            self.path.rename(old)
        except OSError as error:
            raise VaultError(
                f"The vault file cannot be put aside: {error.strerror}.",
                "Check the folder's permissions.",
            ) from error
        self._key = None

    def get(self, name: str) -> str | None:
        """The secret, or None. Raises: VaultLocked, VaultError."""
        return self._read().get(name)

    def put(self, name: str, secret: str) -> None:
        """Replace the secret."""
        self._write({**self._read(), name: secret})

    def drop(self, name: str) -> None:
        """Delete the secret. Harmless when there is none."""
        secrets = self._read()
        if secrets.pop(name, None) is not None:
            self._write(secrets)

    def _read(self) -> dict[str, str]:
        if self._key is None:
            raise VaultLocked("The vault file with your secrets is locked.")
        sealed = self._sealed()
        header, key = self._key
        if sealed.header != header:
            self._key = None
            raise VaultLocked("The vault file was made anew by another Godwit.", "Unlock it again.")
        plain = _open(key, sealed.nonce, sealed.secrets, header, "damage")
        try:
            return msgspec.json.decode(plain, type=dict[str, str])
        except msgspec.DecodeError:
            raise _damaged() from None

    def _sealed(self) -> _Sealed:
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            raise VaultAbsent("The vault file is not there.") from None
        except OSError as error:
            raise VaultLocked(
                f"The vault file cannot be read: {error.strerror}.",
                "Check the file's permissions.",
            ) from error
        try:
            found = msgspec.json.decode(raw)
            made_by = found["header"]["godwit_vault"]
            if isinstance(made_by, int) and made_by > VERSION:
                raise VaultError("The vault file was made by a newer Godwit.", "Update Godwit.")
            return msgspec.convert(found, _Sealed, builtin_types=(), strict=True)
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
            raise _damaged() from None

    def _write(self, secrets: dict[str, str]) -> None:
        assert self._key is not None
        header, key = self._key
        nonce = os.urandom(12)
        sealed = _Sealed(
            header=header,
            proof=_seal(key, header.proof_nonce, _PROOF, header),
            nonce=nonce,
            secrets=_seal(key, nonce, msgspec.json.encode(secrets), header),
        )
        try:
            write_atomically(self.path, msgspec.json.encode(sealed))
        except OSError as error:
            raise VaultError(
                f"The vault file cannot be written: {error.strerror}; it was left as it was.",
                "Free some space or check the folder's permissions.",
            ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """
    Replace a file (0600) as a whole: the old or the new one, never a mixture.

    Its folder is made (0700) if there is none; one that is there stays as it is.
    """
    if not path.parent.is_dir():
        make_private_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk. Windows has no such thing, and needs none."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key_from(passphrase: str, header: _Header) -> bytes:
    # Takes 40 ms to import, and only a few systems need it.
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    if not (LEAST <= header.n <= 2**20 and 1 <= header.r <= 32 and 1 <= header.p <= 16):
        raise _damaged()
    kdf = Scrypt(salt=header.salt, length=32, n=header.n, r=header.r, p=header.p)
    return kdf.derive(passphrase.encode())


def _seal(key: bytes, nonce: bytes, plain: bytes, header: _Header) -> bytes:
    return _cipher(key).encrypt(nonce, plain, msgspec.json.encode(header))  # type: ignore[no-any-return]


def _open(key: bytes, nonce: bytes, sealed: bytes, header: _Header, otherwise: str) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher(key).decrypt(nonce, sealed, msgspec.json.encode(header))  # type: ignore[no-any-return]
    except (InvalidTag, ValueError):
        if otherwise == "passphrase":
            raise VaultError(
                "The passphrase is wrong.",
                "Give the right passphrase.",
            ) from None
        raise _damaged() from None


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(key)


def _damaged() -> VaultError:
    return VaultError(
        "The vault file is damaged.",
        "Put back a copy of vault.json, or move it away and sign in again.",
    )
