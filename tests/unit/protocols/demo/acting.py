"""Accounts of the demo that may write, react and converse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from app.model import AccountId, RichText, Span
from app.model.sending import Outgoing
from app.protocols import demo
from app.protocols.demo.network import ACCOUNTS, DemoNetwork
from app.protocols.demo.service import DemoService
from app.protocols.writing import Ready
from tests.kept_secrets import KeptSecrets

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)


class Shore:
    """A demo of its own, with a service for each of its accounts."""

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        self.network: DemoNetwork = demo.network(now=NOW, per_network=20, clock=clock)
        self.world = self.network.world
        self.network.faults[demo.KIEL].wait = None

    def service(self, account: AccountId) -> DemoService:
        """A new service for *account*."""
        known = next(one for one in ACCOUNTS if one.id == account)
        return self.network.open(known, KeptSecrets.of(demo.signed_in(known)))


def outgoing(text: str, **more: object) -> Outgoing:
    """A post with that text."""
    return Outgoing(text=RichText(text), **more)  # type: ignore[arg-type]


def ready(service: DemoService, text: str, **more: object) -> Ready:
    """A post with a ticket."""
    post = outgoing(text, **more)
    return Ready(post=post, ticket=service.ticket(post, NOW))


def link(text: str, url: str) -> RichText:
    """*text* with a link where *url* stands in it."""
    start = text.index(url)
    return RichText(text, (Span(start, start + len(url), "link", url),))
