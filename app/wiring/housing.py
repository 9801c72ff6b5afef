"""Where one can move to: what servers say of themselves, and the demo's way there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.portability.homes import Homes
    from app.portability.route import Route
    from app.protocols.base import Preview
    from app.services.house import House


def demo_route() -> Route:
    """Inside the demo, in memory; on one of its networks with pages to be visited."""
    from app.portability.demo import DemoRoute, Homes

    return DemoRoute(Homes(), guided=("mastodon",))


def homes(house: House) -> Homes:
    """By network: who is asked about a server."""
    from app.portability.homes import Homes

    if house.options.demo:
        from app.portability import demo

        return Homes({"mastodon": demo.look, "bluesky": demo.look})

    async def pds(address: str) -> Preview:
        from app.portability.atproto.home import look

        return await look(house.http(), address)

    async def instance(address: str) -> Preview:
        return await house.registry().network("mastodon").preview(address)

    return Homes({"mastodon": instance, "bluesky": pds})
