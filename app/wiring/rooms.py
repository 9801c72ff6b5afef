"""The services of a profile, each given what it stands on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.services.options import Options

if TYPE_CHECKING:
    from app.protocols.registry import Registry
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.films import Films
    from app.services.hosts import Hosts
    from app.services.media import Media
    from app.services.moderation import Moderation
    from app.services.shadows import Shadows
    from app.services.sync import Sync
    from app.services.timelines import Timelines
    from app.store import Store
    from app.store.media_cache import MediaCache
    from app.wiring.late import Late
    from app.wiring.writing import Ground


def reading(
    store: Store, late: Late, clock: Clock, shadows: Shadows, offline: bool
) -> tuple[Accounts, Bridging, Sync, Timelines, Moderation]:
    """The way from servers through the store to timelines."""
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.moderation import Moderation
    from app.services.own_posts import own_keys
    from app.services.sync import Sync
    from app.services.timelines import Timelines

    accounts = Accounts(store, late.vault, late.registry)
    accounts.start(store.reader)
    bridging = Bridging(accounts, late.bridges, own_keys(store))

    def prepare() -> Awaitable[None]:
        return late.prepare(account.protocol for account in accounts.all())

    moderation = Moderation(store, accounts, clock, langs=languages, offline=offline)
    moderation.start(store.reader)
    sync = Sync(
        store,
        accounts,
        bridging,
        clock,
        offline=offline,
        prepare=prepare,
        before=moderation.before,
    )
    sync.start(store.reader)
    timelines = Timelines(store, accounts, sync, clock, late.order, shadows, moderation.preferences)
    moderation.subscribe(lambda change: timelines.refresh())
    return accounts, bridging, sync, timelines, moderation


def languages() -> tuple[str, ...]:
    """The reader's languages, preferred first, as the environment says (BCP 47)."""
    import os

    names = os.environ.get("LANGUAGE", "").split(":")
    names += [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    found = (name.partition(".")[0].partition("@")[0].replace("_", "-") for name in names)
    return tuple(dict.fromkeys(one for one in found if one and one not in ("C", "POSIX")))


def pictures(
    late: Late, profile: Path, options: Options, store: Store, accounts: Accounts
) -> tuple[Media, MediaCache]:
    """The pictures of the profile, and where they are kept; the demo's come with the program."""
    from urllib.parse import urlsplit

    from app.services.media import REMOTE_MEDIA, Media
    from app.services.retention import STORAGE, budget_from
    from app.store.media_cache import MediaCache

    def remote() -> Literal["always", "never"]:
        return "never" if store.reader.setting(REMOTE_MEDIA, "always") == "never" else "always"

    def own_hosts() -> set[str]:
        mine = accounts.all()
        avatars = (urlsplit(account.avatar).netloc for account in mine)
        return {account.host for account in mine} | {host for host in avatars if host}

    def local(url: str) -> Path | None:
        if url.startswith("file:"):
            from app.portability.archive_folder import archived_file

            return archived_file(url)
        if not options.demo:
            return None
        from app.protocols import demo

        network = late.registry().network(demo.ID)
        uploads = network.world.ledger.files if isinstance(network, demo.DemoNetwork) else {}
        return uploads.get(url) or demo.media_file(url)

    cap = budget_from(store.reader.setting(STORAGE)).pictures
    cache = MediaCache(profile / "media", cap=cap)
    make_films = partial(films, late, profile, local)
    made = Media(
        late.http, cache, remote=remote, own_hosts=own_hosts, local=local, make_films=make_films
    )
    return made, cache


def films(late: Late, profile: Path, local: Callable[[str], Path | None]) -> Films:
    """Films and sound of posts, while the program runs."""
    from app.protocols.mastodon.films import film_page
    from app.services.films import Films

    return Films(late.http, profile / "films", read_page=film_page, local=local)


def keeping(ground: Ground, cache: MediaCache, hosts: Hosts) -> dict[str, Any]:
    """Who looks after what is on disk: how much it is, and whether all is well."""
    from app.services.doctor import Doctor
    from app.services.retention import Retention

    g = ground
    retention = Retention(
        g.store,
        g.accounts,
        g.clock,
        cache,
        profile=g.profile,
        note_saved=g.timelines.note_saved,
    )
    doctor = Doctor(g.profile, g.store, g.accounts, g.late.vault, hosts, retention)
    return {"doctor": doctor, "retention": retention}


async def start(options: Options, accounts: Accounts) -> None:
    """Sign the demo's people in, as their owner has left them; a real profile is ready."""
    if options.demo:
        from app.protocols import demo

        for account in demo.ACCOUNTS:
            await accounts.add(demo.signed_in(account))


def calm_demo(registry: Registry) -> None:
    """For scripts: nobody waits, as in the window, for a server to be patient."""
    from app.protocols import demo

    network = registry.network(demo.ID)
    if isinstance(network, demo.DemoNetwork):
        network.faults[demo.KIEL].wait = None
