"""The ways to move between two servers of this network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.model import Account, AccountId
from app.model.errors import BadInput, SignedOut, VaultError
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.download import Own
from app.portability.atproto.ends import Ends, is_here
from app.portability.atproto.host import Host
from app.portability.atproto.plan_reading import Reading, read_both
from app.portability.atproto.plan_words import goes_of, seconds_of, too_many_keys, warnings_of
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.plc_log import RECOVERY_WINDOW
from app.portability.atproto.preferences import Preferences
from app.portability.atproto.standing import is_plc
from app.portability.atproto.steps_account import NewAccount
from app.portability.atproto.steps_blobs import Files
from app.portability.atproto.steps_data import CatchUp, Export, Import
from app.portability.atproto.steps_prepare import Look, OwnKeyFirst
from app.portability.atproto.steps_switch import (
    Activate,
    LeaveOld,
    SeenFromOutside,
    Sign,
    Switch,
)
from app.portability.plan import Need, Place, Plan, StepView, Undo
from app.portability.route import Wish
from app.portability.step import Step
from app.protocols.base import AccountService
from app.protocols.bluesky.convert import NETWORK
from app.protocols.bluesky.identity import PLC as PUBLIC_PLC
from app.protocols.bluesky.identity import Resolver, normalised, origin_from_typed
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.uris import is_did
from app.protocols.http import Http
from app.protocols.safety import is_public_url

PLC = "atproto"
"""Both servers help; the identity is kept by a directory."""

APPVIEW = "https://public.api.bsky.app"
"""Shows accounts to everybody, on the public network."""

_STEPS: dict[str, tuple[type[Act], ...]] = {
    PLC: (
        Look,
        OwnKeyFirst,
        Export,
        NewAccount,
        Import,
        Files,
        Preferences,
        CatchUp,
        Sign,
        Switch,
        Activate,
        SeenFromOutside,
        LeaveOld,
    ),
}
_REHEARSED: tuple[type[Act], ...] = (Look, Export)


class AtRoute:
    """
    Moves an account with all it owns, its followers included. See ``Route``.

    Args:
        service: A signed-in account, by its id: knows what only the owner may see.
        plc: Origin of the directory, where the account does not know a typed one; "" =
            the network's own.
        appview: Origin of a service that shows accounts to everybody; "" = the public
            network's, where both servers are public.
    """

    names: tuple[str, ...] = (PLC,)

    def __init__(
        self,
        http: Http,
        *,
        service: Callable[[AccountId], AccountService] | None = None,
        plc: str = "",
        appview: str = "",
    ) -> None:
        self._http, self._service = http, service
        self._plc, self._appview = plc, appview

    def takes(self, wish: Wish) -> bool:
        """An account of this network, or what looks like a name in it."""
        if isinstance(wish.source, Account):
            return wish.source.protocol == NETWORK
        text = wish.source.strip().lstrip("@").removeprefix("at://")
        return is_did(text) or ("@" not in text and "/" not in text and "." in text)

    async def plan(self, wish: Wish) -> Plan:
        """Read both sides. See ``Route.plan``."""
        target = origin_from_typed(wish.target)
        own, plc = await self._own(wish)
        source = await self._source(wish, target, plc)
        if source.server == target:
            raise BadInput("The account lives there already.", "Name the server to move to.")
        plan = _draft(wish, PLC, source, Place(network=NETWORK, server=target), plc)
        ends = self._ends(plan)
        reading = await read_both(
            self._http,
            ends.plc,
            source.did,
            ends.old_host,
            ends.new_host,
            own=own,
            appview=ends.appview,
        )
        if trouble := too_many_keys(reading):
            raise BadInput(trouble, "Take one away first.")
        return _planned(plan, reading, self.steps(plan))

    def steps(self, plan: Plan) -> Sequence[Step]:
        """See ``Route.steps``."""
        ends = self._ends(plan)
        return [kind(ends) for kind in _STEPS[plan.route]]

    def rehearsal(self, plan: Plan) -> Sequence[Step]:
        """Look, fetch, verify."""
        ends = self._ends(plan)
        return [kind(ends) for kind in _REHEARSED]

    def undo_state(
        self, plan: Plan, kept: Mapping[str, Any], done: Collection[str], now: datetime
    ) -> Undo:
        """See ``Route.undo_state``."""
        if "switch" not in done:
            return Undo(possible=True, text="Nothing public has changed. You can stop at any time.")
        old = Host(self._http, plan.source.server).name
        if not kept.get("own_key"):
            return Undo(
                possible=True,
                text=f"You can go back to {old} as long as the new server helps with a code.",
                public=True,
            )
        until = None
        if switched := kept.get("switched_at"):
            until = datetime.fromisoformat(switched) + RECOVERY_WINDOW
        clock = until is not None and now < until
        text = f"You can go back to {old} at any time with your recovery key."
        if clock:
            text += " For three days it overrules every other key."
        return Undo(possible=True, text=text, public=True, until=until if clock else None)

    # -- what it works with --------------------------------------------------

    def _ends(self, plan: Plan) -> Ends:
        plc, appview = plan.options.get("plc", ""), self._appview
        if not appview and is_public_url(plan.source.server) and is_public_url(plan.target.server):
            appview = APPVIEW
        view = Host(self._http, appview, typed=bool(self._appview)) if appview else None
        return Ends(plan, self._http, PlcClient(self._http, plc), view)

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
        # A server typed as one of this machine names others beside it.
        beside = target if is_here(target) else ""
        resolver = Resolver(self._http, plc=plc, pds=wish.options.get("pds", "") or beside)
        identity = await resolver.identity(normalised(given))
        return Place(
            network=NETWORK, server=identity.pds, handle=identity.claimed, did=identity.did
        )


def _draft(wish: Wish, route: str, source: Place, target: Place, plc: str) -> Plan:
    return Plan(
        id=wish.id,
        route=route,
        source=source,
        target=target,
        created_at=wish.now,
        steps=(),
        options=dict(wish.options) | ({"plc": plc} if plc else {}),
    )


def _planned(plan: Plan, reading: Reading, steps: Sequence[Step]) -> Plan:
    from msgspec.structs import replace

    keeps = keeps_handle(reading)
    options = dict(plan.options)
    if keeps and reading.standing.handle:
        options.setdefault("handle", reading.standing.handle)
    plan = replace(plan, options=options)
    return replace(
        plan,
        steps=tuple(StepView(id=s.id, title=s.title, public=s.public) for s in steps),
        goes=goes_of(reading, keeps_handle=keeps),
        needs=tuple(n for n in _needs(plan, reading) if not options.get(n.key)),
        warnings=warnings_of(reading, own_key=has_own_key(reading), keeps_handle=keeps),
        seconds=seconds_of(reading),
    )


def _needs(plan: Plan, reading: Reading) -> list[Need]:
    """What will be asked, in order."""
    needs = [asking.old_password(plan), asking.new_password(plan, exists=bool(reading.waiting))]
    if reading.data is not None:
        needs.append(asking.own_key())
    if reading.waiting is None:
        domain = (reading.new.available_user_domains or [""])[0]
        needs += [asking.handle(plan, domain), asking.email(plan)]
        if reading.new.invite_code_required:
            needs.append(asking.invite(plan))
    if is_plc(reading.did):
        needs.append(asking.mailed_code(plan, "plc_code", "", when="at the step “sign”"))
    return needs


def keeps_handle(reading: Reading) -> bool:
    """The handle is the user's own domain, not one of the old server's."""
    if not reading.standing.handle or reading.old is None:
        return False
    return not reading.standing.handle.endswith(tuple(reading.old.available_user_domains))


def has_own_key(reading: Reading) -> bool | None:
    """Whether the first recovery key is the user's; None: it cannot be seen yet."""
    if reading.data is None or reading.host_keys is None:
        return None
    return reading.data.rotation_keys[:1] != reading.host_keys[:1] and any(
        key not in reading.host_keys for key in reading.data.rotation_keys[:1]
    )
