"""The ways to move between two servers of this network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.model import Account, AccountId
from app.portability.atproto.acts import Act
from app.portability.atproto.ends import Ends
from app.portability.atproto.going_back import undo_of
from app.portability.atproto.host import Host
from app.portability.atproto.planning import (
    PLC,
    RESCUE,
    RESCUES,
    WEB,
    WEB_RESCUE,
    Planning,
    archive_folder,
)
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.preferences import Preferences
from app.portability.atproto.rescue import FromArchive, MoveIn, ReadKey, SwitchByKey
from app.portability.atproto.steps_account import Handle, NewAccount
from app.portability.atproto.steps_backup import SaveBackup
from app.portability.atproto.steps_blobs import Files, FilesFromArchive
from app.portability.atproto.steps_data import CatchUp, Export, Import
from app.portability.atproto.steps_prepare import Look, OwnKeyFirst
from app.portability.atproto.steps_switch import (
    Activate,
    LeaveOld,
    SeenFromOutside,
    Sign,
    Switch,
)
from app.portability.atproto.steps_web import SwitchDocument
from app.portability.atproto.web_rescue import (
    LookAtDomain,
    MoveInByDomain,
    NameKey,
    SwitchAlone,
)
from app.portability.plan import Plan, Undo
from app.portability.route import Wish
from app.portability.step import Step
from app.protocols.base import AccountService
from app.protocols.bluesky.convert import NETWORK
from app.protocols.bluesky.uris import is_did
from app.protocols.http import Http
from app.protocols.safety import is_public_url

APPVIEW = "https://public.api.bsky.app"
"""Shows accounts to everybody, on the public network."""

_BROUGHT: tuple[type[Act], ...] = (Export, NewAccount, Import, Files, Preferences, CatchUp)
_AT_HOME: tuple[type[Act], ...] = (Activate, Handle, SeenFromOutside)
_STEPS: dict[str, tuple[type[Act], ...]] = {
    PLC: (Look, OwnKeyFirst, *_BROUGHT, Sign, Switch, *_AT_HOME, LeaveOld),
    WEB: (Look, *_BROUGHT, SwitchDocument, *_AT_HOME, LeaveOld),
    RESCUE: (
        FromArchive,
        ReadKey,
        MoveIn,
        Import,
        FilesFromArchive,
        Preferences,
        SwitchByKey,
        *_AT_HOME,
    ),
    WEB_RESCUE: (
        LookAtDomain,
        FromArchive,
        NameKey,
        MoveInByDomain,
        Import,
        FilesFromArchive,
        Preferences,
        SwitchAlone,
        *_AT_HOME,
    ),
}
_REHEARSED: dict[str, tuple[type[Act], ...]] = {
    PLC: (Look, Export),
    WEB: (Look, Export),
    RESCUE: (FromArchive,),
    WEB_RESCUE: (LookAtDomain, FromArchive),
}


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

    names: tuple[str, ...] = (PLC, WEB, RESCUE, WEB_RESCUE)

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
        """An account of this network, what looks like a name in it, or a backup of one."""
        if isinstance(wish.source, Account):
            return wish.source.protocol == NETWORK
        if archive_folder(wish) is not None:
            return True
        text = wish.source.strip().lstrip("@").removeprefix("at://")
        return is_did(text) or ("@" not in text and "/" not in text and "." in text)

    async def plan(self, wish: Wish) -> Plan:
        """Read both sides. See ``Route.plan``."""
        planning = Planning(
            self._http, self._ends, self.steps, service=self._service, plc=self._plc
        )
        return await planning.plan(wish)

    def steps(self, plan: Plan) -> Sequence[Step]:
        """See ``Route.steps``."""
        ends = self._ends(plan)
        kinds = list(_STEPS[plan.route])
        if plan.options.get("dir") and plan.route not in RESCUES:
            kinds.insert(kinds.index(Export), SaveBackup)
        return [kind(ends) for kind in kinds]

    def rehearsal(self, plan: Plan) -> Sequence[Step]:
        """Look, fetch, verify."""
        ends = self._ends(plan)
        return [kind(ends) for kind in _REHEARSED[plan.route]]

    def undo_state(
        self, plan: Plan, kept: Mapping[str, Any], done: Collection[str], now: datetime
    ) -> Undo:
        """See ``Route.undo_state``."""
        return undo_of(plan, kept, done, now)

    def _ends(self, plan: Plan) -> Ends:
        plc, appview = plan.options.get("plc", ""), self._appview
        if not appview and is_public_url(plan.source.server) and is_public_url(plan.target.server):
            appview = APPVIEW
        view = Host(self._http, appview, typed=bool(self._appview)) if appview else None
        return Ends(plan, self._http, PlcClient(self._http, plc), view)
