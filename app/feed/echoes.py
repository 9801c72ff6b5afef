"""
When posts are the same thought: under which addresses one may be known.

Only what is certain: the post's own address, its page on the same host, and
the original of a copy that was proved. Which addresses name the same post
inside a network is settled where that network is read.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.model import Post

_TRACKING = frozenset(
    {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "twclid"}
)
_USUAL_PORTS = {"http": 80, "https": 443}


def echo_keys(post: Post, *, proven: bool) -> tuple[str, ...]:
    """
    All addresses under which the same thought may be known, its own first.

    Args:
        proven: ``people.bridges.is_proven``: the post is the copy it claims
            to be. An unproved claim joins nothing: else anybody could slip
            their words under somebody else's name.
    """
    keys = [canonical(post.uri)]
    # A page on another host than the post's own is only its author's claim.
    if post.url and (_host(post.uri) in ("", _host(post.url))):
        keys.append(canonical(post.url))
    if proven and post.bridged_from:
        keys.append(canonical(post.bridged_from))
    return tuple(dict.fromkeys(keys))


def canonical(address: str) -> str:
    """
    *address* in the one form in which addresses are compared.

    Web addresses: https, host in lower case without the usual port, no
    fragment, no tracking parameters, no slash at the end. Others, and what
    cannot be read, stay as they are.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    # who signs in within an address does not write posts: leave it alone
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        return address
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != _USUAL_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    return urlunsplit(("https", host, parts.path.rstrip("/"), _query(parts.query), ""))


def is_copy_of(copy: Post, original: Post) -> bool:
    """Does *copy* say that it is a bridge's copy of *original*?"""
    if not copy.bridged_from:
        return False
    named = canonical(copy.bridged_from)
    return named in (canonical(original.uri), canonical(original.url or original.uri))


def evidence(shown: Post, other: Post, *, mine: bool = True) -> str:
    """
    Why *other* is the same thought as *shown*: a sentence for people.

    *mine*: I wrote it. Else only the people book and the words can have joined them.
    """
    if is_copy_of(other, shown):
        return "A bridge copied it: the copy is kept by the bridge and names the original."
    if is_copy_of(shown, other):
        return "This is the original: a bridge copied it, and its copy names this address."
    if shown.bridged_from and canonical(shown.bridged_from) == canonical(other.bridged_from):
        return "Both are a bridge's copies of the same post."
    if shown.network != other.network and not (shown.bridged_from or other.bridged_from):
        if not mine:
            return "Your people book says that one person wrote both, and they say the same."
        # Nothing else joins posts of mine on two networks.
        return "You sent both from Godwit, as one draft."
    return "Both are known under the same address."


def is_tracking(name: str) -> bool:
    """A part of an address that is so called tells who came by it, not what it is."""
    return name.lower() in _TRACKING or name.lower().startswith("utm_")


def _query(query: str) -> str:
    if not query:
        return ""
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not is_tracking(name)
    ]
    return urlencode(kept)


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        return parts.netloc.lower() if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
