"""A plan of a move between two servers of this network: both sides found, read, judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from app.model import Account, AccountId
from app.model.errors import (
    BadInput,
    Refused,
    ServiceError,
    SignedOut,
    Unreachable,
    VaultError,
)
from app.portability.atproto import asking
from app.portability.atproto.archive import AtArchive, former_keys
from app.portability.atproto.download import Own
from app.portability.atproto.ends import Ends, is_here
from app.portability.atproto.found import find_archive
from app.portability.atproto.plan_reading import Reading, read_both
from app.portability.atproto.plan_words import document_changes, goes_of, seconds_of, warnings_of
from app.portability.atproto.plc import data_from_operation
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.standing import is_plc, standing_of
from app.portability.plan import Need, Place, Plan, StepView
from app.portability.route import Wish
from app.portability.step import Step
from app.protocols.base import AccountService
from app.protocols.bluesky.convert import NETWORK
from app.protocols.bluesky.identity import PLC as PUBLIC_PLC
from app.protocols.bluesky.identity import Resolver, normalised, origin_from_typed
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.uris import is_did
from app.protocols.http import Http, host_of

PLC, WEB, RESCUE = "atproto", "atproto-web", "atproto-rescue"
"""
Both servers help, and a directory keeps the identity; the user's domain keeps it; the
old server is gone.
"""
WEB_RESCUE = "atproto-web-rescue"
"""The user's domain keeps the identity, and the old server is gone."""
RESCUES = (RESCUE, WEB_RESCUE)
"""Out of a backup."""

ENTRYWAY, BEHIND = "bsky.social", ".host.bsky.network"
"""A door to many servers, and how those are called."""


class Planning:
    """
    Makes plans.

    Args:
        ends: What stands at both sides of a plan.
        steps: The steps of a plan.
        service, plc: As for ``AtRoute``.
    """

    def __init__(
        self,
        http: Http,
        ends: Callable[[Plan], Ends],
        steps: Callable[[Plan], Sequence[Step]],
        *,
        service: Callable[[AccountId], AccountService] | None,
        plc: str,
    ) -> None:
        self._http, self._ends, self._steps = http, ends, steps
        self._service, self._plc = service, plc

    async def plan(self, wish: Wish) -> Plan:
        """Read both sides, change nothing. Raises: as ``Route.plan``."""
        target = origin_from_typed(wish.target)
        own, plc = await self._own(wish)
        folder = archive_folder(wish)
        if folder is not None:
            archive = find_archive(folder)
            source = await self._source_of_archive(archive, plc)
        else:
            archive = None
            source = await self._source(wish, target, plc)
        target = await self._behind(target, source.did, plc)
        if source.server == target:
            raise BadInput("The account lives there already.", "Name the server to move to.")
        by_plc, by_web = (PLC, WEB) if archive is None else RESCUES
        route = by_plc if is_plc(source.did) else by_web
        plan = _draft(wish, route, source, Place(network=NETWORK, server=target), plc, folder)
        ends = self._ends(plan)
        reading = await read_both(
            self._http,
            ends.plc,
            source.did,
            ends.old_host,
            ends.new_host,
            own=own,
            appview=ends.appview,
            archive=archive.car if archive is not None else None,
            former=former_keys(archive) if route == WEB_RESCUE and archive is not None else (),
        )
        _see_that_it_can_work(plan, reading, ends.old_host.name)
        return _planned(plan, reading, self._steps(plan))

    async def _own(self, wish: Wish) -> tuple[Own | None, str]:
        """The sign-in that is there already, and the directory that was typed for it or here."""
        given = wish.options.get("plc", "") or self._plc
        plc = origin_from_typed(given) if given else ""
        if self._service is None or not isinstance(wish.source, Account):
            return None, plc
        service = self._service(wish.source.id)
        assert isinstance(service, BlueskyService)
        try:
            known = await service.api.directory()
        except (VaultError, SignedOut):
            return None, plc
        return service.api, "" if known == PUBLIC_PLC else known

    async def _behind(self, target: str, did: str, plc: str) -> str:
        """
        The server behind the door that was typed: that of the account's own past.

        bsky.social is the door to many servers, and takes back who lived on one of them
        (facts A9); which that was, the identity's log tells.

        Raises:
            BadInput: It never lived there.
        """
        if host_of(target) != ENTRYWAY or not is_plc(did):
            return target
        log = await PlcClient(self._http, plc).log(did)
        data = [data_from_operation(entry.operation) for entry in reversed(log)]
        homes = [one.pds for one in data if one is not None]
        for home in homes:
            if host_of(home).endswith(BEHIND):
                return home
        raise BadInput(
            f"{ENTRYWAY} takes back only accounts that once lived there.",
            "Choose another server; nothing was changed.",
        )

    async def _source_of_archive(self, archive: AtArchive, plc: str) -> Place:
        """Raises: ServiceError: Its identity cannot be read."""
        did = archive.did
        standing = await standing_of(self._http, PlcClient(self._http, plc), did)
        return Place(
            network=NETWORK,
            server=archive.manifest.server or standing.pds,
            handle=archive.manifest.handle or standing.handle,
            did=did,
        )

    async def _source(self, wish: Wish, target: str, plc: str) -> Place:
        """The account, where its public identity says that it lives. Raises: ServiceError."""
        given = wish.source
        if isinstance(given, Account):
            resolver = Resolver(self._http, plc=plc, pds=given.server)
            home = await resolver.pds_of(given.uri, fresh=True)
            return Place(
                network=NETWORK,
                server=home,
                handle=given.handle,
                did=given.uri,
                account=given.id,
                name=given.name,
                avatar=given.avatar,
            )
        name = normalised(given)
        did = name if is_did(name) else await self._did_of(name, wish, target, plc)
        standing = await standing_of(self._http, PlcClient(self._http, plc), did)
        if did != name and standing.handle != name:
            raise Refused(
                f"{name} leads to an account that does not call itself so.",
                "Use the account's DID, or mend its handle.",
            )
        return Place(network=NETWORK, server=standing.pds, handle=standing.handle, did=did)

    async def _did_of(self, handle: str, wish: Wish, target: str, plc: str) -> str:
        # A server typed as one of this machine names others beside it.
        beside = target if is_here(target) else ""
        resolver = Resolver(self._http, plc=plc, pds=wish.options.get("pds", "") or beside)
        return (await resolver.did_of(handle))[0]


def archive_folder(wish: Wish) -> Path | None:
    """The backup to move from: the source itself, or (``rescue``) the named folder."""
    named = ""
    if isinstance(wish.source, str) and Path(wish.source).expanduser().is_dir():
        named = wish.source
    elif wish.options.get("rescue"):
        named = wish.options.get("dir", "")
    if not named:
        return None
    folder = Path(named).expanduser()
    try:
        return find_archive(folder).folder
    except ServiceError:
        return None


def _see_that_it_can_work(plan: Plan, reading: Reading, old: str) -> None:
    """Raises: Unreachable: It cannot."""
    if reading.old is None and plan.route not in RESCUES:
        means = "with your recovery key" if plan.route == PLC else "by the document at your domain"
        raise Unreachable(
            f"{old} cannot be asked: {reading.repo_error}",
            f"Try again later. If it is gone for good, move from a backup, {means}: name the "
            "folder of the backup as what to move.",
        )


def _draft(
    wish: Wish, route: str, source: Place, target: Place, plc: str, folder: Path | None
) -> Plan:
    options = dict(wish.options)
    if plc:
        options["plc"] = plc
    if folder is not None:
        options["dir"] = str(folder.absolute())
    return Plan(
        id=wish.id,
        route=route,
        source=source,
        target=target,
        created_at=wish.now,
        steps=(),
        options=options,
    )


def _planned(plan: Plan, reading: Reading, steps: Sequence[Step]) -> Plan:
    if plan.route == WEB_RESCUE:
        keeps = is_at_domain(reading.did, reading.standing.handle)
    else:
        keeps = plan.route != RESCUE and keeps_handle(reading)
    warnings = warnings_of(
        reading,
        own_key=has_own_key(reading),
        keeps_handle=keeps,
        from_backup=plan.route in RESCUES,
    )
    if plan.route == WEB_RESCUE:
        warnings = (*document_changes(reading, plan.source.server), *warnings)
    options = dict(plan.options)
    if keeps and reading.standing.handle:
        options.setdefault("handle", reading.standing.handle)
    plan = replace(plan, options=options)
    return replace(
        plan,
        steps=tuple(StepView(id=s.id, title=s.title, public=s.public) for s in steps),
        goes=goes_of(reading, keeps_handle=keeps),
        needs=tuple(n for n in _needs(plan, reading) if not options.get(n.key)),
        warnings=warnings,
        seconds=seconds_of(reading),
    )


def _needs(plan: Plan, reading: Reading) -> list[Need]:
    """What will be asked, in order."""
    needs = [asking.new_password(plan, exists=bool(reading.waiting))]
    if plan.route == RESCUE:
        needs.insert(0, asking.own_key_file(exists=True))
    elif plan.route == WEB_RESCUE:
        needs += [] if reading.waiting else [asking.move_key_file()]
    else:
        needs.insert(0, asking.old_password(plan))
    if plan.route == PLC:
        needs.append(asking.own_key())
    if reading.waiting is None:
        domain = (reading.new.available_user_domains or [""])[0]
        needs += [asking.handle(plan, domain), asking.email(plan)]
        if reading.new.invite_code_required:
            needs.append(asking.invite(plan))
    if plan.route == PLC:
        needs.append(asking.mailed_code(plan, "plc_code", "", when="at the step “sign”"))
    return needs


def keeps_handle(reading: Reading) -> bool:
    """The handle is the user's own domain, not one of the old server's."""
    if not reading.standing.handle or reading.old is None:
        return False
    return not reading.standing.handle.endswith(tuple(reading.old.available_user_domains))


def is_at_domain(did: str, handle: str) -> bool:
    """Whether *handle* is the domain at which the identity of a ``did:web`` is, or below it."""
    domain = did.removeprefix("did:web:")
    return handle == domain or handle.endswith(f".{domain}")


def has_own_key(reading: Reading) -> bool | None:
    """Whether the first recovery key is the user's; None: it cannot be seen yet."""
    if reading.data is None or reading.host_keys is None:
        return None
    return reading.data.rotation_keys[:1] != reading.host_keys[:1] and any(
        key not in reading.host_keys for key in reading.data.rotation_keys[:1]
    )
