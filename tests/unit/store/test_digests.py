"""Digests without OpenSSL are the same."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from app.store.digests import sha256_hex


@given(st.binary(max_size=300))
def test_it_is_the_digest_that_hashlib_makes(data: bytes) -> None:
    """Of anything: files that are there already are found again."""
    assert sha256_hex(data) == hashlib.sha256(data).hexdigest()


def test_openssl_is_not_loaded_for_it() -> None:
    """The reason for it."""
    code = (
        "import sys\nfrom app.store.digests import sha256_hex\nsha256_hex(b'')\n"
        "print('_hashlib' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
