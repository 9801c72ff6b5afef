"""What all connections stand on: trusted certificates and the system's proxies."""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
import ssl
import sys

from app.protocols.net.proxy import Proxies

_LATER = (
    "httpcore",
    "anyio",
    "anyio._backends._asyncio",
    "encodings.idna",
    "app.protocols.net.dial",
)


class Ground:
    """
    Made once, off the event loop: loading all of this takes 0.1 to 0.3 s.

    Args:
        library: Module of the HTTP library, to be imported here and now.
        tls: Certificates to trust instead of the system's.
    """

    def __init__(self, library: str, tls: ssl.SSLContext | None) -> None:
        # The library would load the others with the first request, on the loop.
        for module in (library, *_LATER):
            importlib.import_module(module)
        # Where it is not installed, they look for it again at every lock: 0.1 ms each
        # time, in which other threads take the interpreter. None: "it is not there".
        if importlib.util.find_spec("sniffio") is None:
            sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
        # They log whole addresses with their queries, and headers.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self.tls = tls or trusted()
        self.proxies = Proxies()
        # It stays for good: looking through it for garbage would take 12 ms.
        gc.freeze()


def trusted() -> ssl.SSLContext:
    """A TLS context with the system's certificates, or certifi's if it has none."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not _system_has_certificates():
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _system_has_certificates() -> bool:
    if sys.platform == "win32":
        return True
    paths = ssl.get_default_verify_paths()  # honours SSL_CERT_FILE, SSL_CERT_DIR
    if paths.cafile:
        return True
    return bool(paths.capath) and any(os.scandir(paths.capath))
