"""
Why no answer came, in one sentence with a next step.

Looks only at the standard library's errors at the bottom of the chain: what
the HTTP library wraps around them changes from release to release.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from app.model.errors import Unreachable

_NO_NETWORK = {errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_NO_HOST = {errno.EHOSTUNREACH, errno.EHOSTDOWN}
_CUT = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)


class NoNetwork(Unreachable):
    """It was this computer's connection that failed, not the server."""


def unreachable(
    error: BaseException, host: str, *, begun: bool = False, proxy: str = ""
) -> Unreachable:
    """
    The words for *error*, raised while asking *host*.

    Args:
        begun: Part of the answer had come already.
        proxy: Host of the proxy that was in between, "" for none.
    """
    causes = list(_causes(error))
    if proxy and (found := _proxy_words(causes, host, proxy)):
        return Unreachable(*found)
    for cause in causes:
        if found := _words(cause, host):
            kind = NoNetwork if _is_here(cause) else Unreachable
            return kind(*found)
    # The library noticed it, not the system: the answer stopped or made no sense.
    return Unreachable(
        f"{host} broke off in the middle of its answer."
        if begun
        else f"{host} closed the connection without an answer we can read.",
        "Try again; if it stays, the server or the line to it is in trouble.",
    )


def timed_out(host: str, seconds: float) -> Unreachable:
    """*host* was silent, or too slow, for *seconds*."""
    return Unreachable(
        f"{host} did not answer within {seconds:.3g} seconds.",
        "Try again later: the server is overloaded, or your connection is slow.",
    )


def bad_proxy() -> Unreachable:
    """The system names a proxy that we cannot use."""
    return Unreachable(
        "The proxy set in your system has no address, or is of a kind that Godwit does not know.",
        "Set an http, https or socks5 proxy.",
    )


def offline(host: str) -> Unreachable:
    """We were told not to use the network at all."""
    return Unreachable(
        f"{host} was not asked, because Godwit was started with --offline.",
        "Start it without --offline to use the network.",
    )


def _words(cause: BaseException, host: str) -> tuple[str, str] | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return _certificate_words(cause, host)
        case ssl.SSLError():
            return (
                f"No secure connection to {host} could be made ({_ssl_reason(cause)}).",
                "Check the address. Some public networks want a sign-in in the browser first.",
            )
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return (
                f"The name {host} could not be looked up just now.",
                "Check your connection: no name server answered.",
            )
        case socket.gaierror():
            return (
                f"The name {host} could not be found.",
                "Check the spelling, and whether you are connected to the internet.",
            )
        case ConnectionRefusedError():
            return (
                f"{host} refused the connection.",
                "The server may be restarting: try again in a few minutes.",
            )
        case TimeoutError():
            return (
                f"{host} did not answer in time.",
                "Try again later: the server is overloaded, or your connection is slow.",
            )
        case _ if isinstance(cause, _CUT):
            return (
                f"{host} cut the connection.",
                "Try again; if it stays, the server or the line to it is in trouble.",
            )
        case OSError(errno=number) if number in _NO_NETWORK:
            return (
                f"There is no way to {host}: this computer seems to be offline.",
                "Check your connection; what you have read stays here.",
            )
        case OSError(errno=number) if number in _NO_HOST:
            return (
                f"There is no way to {host} from here.",
                "Check your connection, and your VPN if you use one.",
            )
    return None


def _is_here(cause: BaseException) -> bool:
    # Without a network some systems say "no such name", so all names count.
    return isinstance(cause, socket.gaierror) or (
        isinstance(cause, OSError) and cause.errno in _NO_NETWORK
    )


def _certificate_words(error: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
    # OpenSSL's own words name the problem: expired, self-signed, other name.
    problem = (getattr(error, "verify_message", "") or "it could not be verified").rstrip(".")
    return (
        f"The certificate of {host} is not valid: {problem}.",
        "Check the address and this computer's clock. Godwit never connects without a valid certificate.",
    )


def _ssl_reason(error: ssl.SSLError) -> str:
    return (error.reason or "TLS failed").replace("_", " ").lower()


def _proxy_words(causes: list[BaseException], host: str, proxy: str) -> tuple[str, str] | None:
    if any(type(cause).__name__ == "ProxyError" for cause in causes):
        return (
            f"The proxy {proxy} would not connect us to {host}.",
            "Check the proxy in your system's settings, or ask who runs it.",
        )
    for cause in causes:
        if isinstance(cause, ConnectionRefusedError | socket.gaierror):
            return (
                f"The proxy {proxy}, set in your system, cannot be reached.",
                "Check the proxy in your system's settings.",
            )
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and all that led to it, outermost first, groups included."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.extend(c for c in (cause.__cause__, cause.__context__) if c)
