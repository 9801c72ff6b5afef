"""Which addresses may be asked at all."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from app.model.errors import Unsafe
from app.protocols.safety import Link, is_loopback, is_public_url, parse_link


def allowed(url: str, *, public: bool, private: AbstractSet[str]) -> Link:
    """
    *url*, taken apart.

    Args:
        public: It was found in content: its host must be public.
        private: Origins that the user typed: anything goes.

    Raises:
        Unsafe: Not encrypted, not public though it must be, or no web address.
    """
    link = parse_link(url)
    if link is None:
        raise Unsafe("An address that is not plain http or https was refused.")
    if link.origin in private:
        return link
    if public and not is_public_url(url):
        raise Unsafe(f"{link.netloc} is not an address on the public web.")
    if link.scheme != "https" and not is_loopback(link.host):
        raise Unsafe(
            f"{link.netloc} was not asked, because http:// is not encrypted.",
            "Use its https:// address.",
        )
    return link
