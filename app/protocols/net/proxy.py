"""Which proxy the user's system wants for an address."""

from __future__ import annotations

from app.protocols.safety import Link, is_loopback

_SCHEMES = ("http", "https", "socks5", "socks5h")


class Proxies:
    """
    The system's proxies (environment, Windows registry, macOS settings).

    Reads them once, when made. Both that and ``choose`` may block for a
    moment on some systems: call them off the event loop.
    """

    def __init__(self) -> None:
        from urllib.request import getproxies  # 9 ms, off the loop like all of this

        self._found = {scheme: address for scheme, address in getproxies().items() if address}

    @property
    def any(self) -> bool:
        """Is any set at all?"""
        return any(self._found.get(scheme) for scheme in ("http", "https", "all", "socks"))

    def choose(self, link: Link) -> str:
        """The proxy's address for *link*, "" to connect directly."""
        from urllib.request import proxy_bypass

        found = self._found
        proxy = found.get(link.scheme) or found.get("all") or found.get("socks")
        if not proxy or is_loopback(link.host) or proxy_bypass(link.host):
            return ""
        scheme, _, rest = proxy.rpartition("://")
        scheme = scheme.lower() or "http"
        # "socks" is what desktops write for version 5; the proxy resolves names.
        return f"{'socks5' if scheme == 'socks' else scheme}://{rest}"


def is_supported(proxy: str) -> bool:
    """Can we speak to a proxy of this kind?"""
    return proxy.partition("://")[0] in _SCHEMES
