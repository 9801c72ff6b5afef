"""Certificates to trust, and proxies to use."""

from __future__ import annotations

import importlib.util
import ssl
import sys
from pathlib import Path

import pytest

from app.protocols.net.ground import Ground, trusted
from app.protocols.net.proxy import Proxies, is_supported
from app.protocols.safety import parse_link


def test_what_is_not_installed_is_looked_for_once() -> None:
    """The HTTP library asks at each of its locks whether there is a "sniffio"."""
    Ground("httpx", ssl.create_default_context())

    assert "sniffio" in sys.modules
    assert (sys.modules["sniffio"] is None) == (importlib.util.find_spec("sniffio") is None)


def test_certificates_are_always_checked() -> None:
    """Names too, and no old protocol."""
    context = trusted()

    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("folder", [True, False])
def test_a_system_without_certificates_gets_some(
    folder: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Minimal containers have none: then those that came with the program."""
    paths = ssl.DefaultVerifyPaths(None, str(tmp_path) if folder else None, "", "", "", "")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda self, purpose=None: None)

    assert trusted().cert_store_stats()["x509_ca"] > 50


@pytest.mark.parametrize(
    ("variable", "value", "url", "proxy"),
    [
        ("https_proxy", "10.0.0.1:3128", "https://example.org/", "http://10.0.0.1:3128"),
        ("HTTPS_PROXY", "http://10.0.0.1:3128", "https://example.org/", "http://10.0.0.1:3128"),
        ("all_proxy", "socks5h://127.0.0.1:9050", "https://a.org/", "socks5h://127.0.0.1:9050"),
        ("all_proxy", "socks://127.0.0.1:9050/", "http://a.org/", "socks5://127.0.0.1:9050/"),
        ("https_proxy", "http://p:1", "http://example.org/", ""),
        ("http_proxy", "http://p:1", "http://127.0.0.1:8/", ""),
        ("http_proxy", "http://p:1", "http://[::1]:8/", ""),
        ("http_proxy", "http://p:1", "http://localhost/", ""),
    ],
)
def test_the_proxy_of_the_system_is_chosen(
    variable: str, value: str, url: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By scheme; never for this computer itself."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv(variable, value)
    link = parse_link(url)

    assert link is not None
    assert proxy == Proxies().choose(link)
    assert not proxy or is_supported(proxy)
