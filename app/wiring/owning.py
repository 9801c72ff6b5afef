"""What a user owns, on the house of a profile: the routes of a move, each with what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.model import Account, Post
    from app.portability.archive_kind import ArchiveKind
    from app.portability.belongings import Belongings
    from app.portability.route import Route
    from app.services.house import House

THE_WINDOW = "the window"
"""Who works here, as others are told, where somebody may be scrolling."""

_MOST = 1_000
"""Posts of the demo that are backed up."""


def belongings(house: House, who: str) -> Belongings:
    """
    Made in a moment: nothing is read or asked, no protocol loaded.

    *who* works here, as others are told: ``THE_WINDOW``, "godwit move".
    """
    from app.portability.archives import Archives
    from app.portability.belongings import Belongings
    from app.portability.carry_over import CarryOver
    from app.portability.imports import Imports
    from app.portability.moves import Moves
    from app.wiring.housing import homes

    known: list[Route] = []

    def once() -> Sequence[Route]:
        if not known:
            known.extend(routes(house))
        return known

    return Belongings(
        moves=Moves(house.profile, once, house.clock, who=who),
        archives=Archives(house.store, lambda: kinds(house, who), house.accounts.all, house.clock),
        homes=homes(house),
        imports=Imports(house.profile, house.accounts.service, house.clock),
        carry_over=CarryOver(
            house.profile, house.accounts.find, house.accounts.service, house.people, house.clock
        ),
    )


def routes(house: House) -> Sequence[Route]:
    """The ways to move that this profile has: the first that takes a wish is taken."""
    if house.options.demo:
        from app.wiring.housing import demo_route

        return (demo_route(),)
    from app.wiring.fediverse import fediverse_route
    from app.wiring.moving import routes as between_hosts

    return (*between_hosts(house), fediverse_route(house))


async def _written(house: House, account: Account) -> Sequence[Post]:
    """What the demo's account has written, as its network tells it."""
    from app.model import Entry, Source

    service, source = house.accounts.service(account.id), Source("author", account.uri)
    posts: list[Post] = []
    page = await service.page(source)
    while True:
        entries = [one for one in page.items if isinstance(one, Entry) and one.repost is None]
        posts += [one.post for one in entries]
        if page.older is None or len(posts) >= _MOST:
            return posts
        page = await service.page(source, page.older)


def kinds(house: House, who: str) -> Sequence[ArchiveKind]:
    """The archives that this Godwit can make and read, one for each kind of network."""
    if house.options.demo:
        from app.portability.demo import DemoArchives

        return (DemoArchives(house.clock.now, partial(_written, house)),)
    from app.portability.activitypub.archive_kind import ApArchives
    from app.portability.atproto.kind import AtArchives

    http, service, now = house.http, house.accounts.service, house.clock.now
    return (
        AtArchives(http, service, now, beside_window=who == THE_WINDOW),
        ApArchives(http, service, now),
    )
