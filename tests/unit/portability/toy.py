"""
A world of files, and a way to move house in it: what the runner is tried on.

``old`` and ``new`` are servers: folders with accounts in them; ``registry.json`` says
where each person lives. All is real: reading, writing, refusing, being away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.model.errors import NotFound, Refused, ServiceError, SignedOut, Unreachable
from app.portability.plan import Goes, Need, Place, Plan, Progress, StepView, Undo
from app.portability.route import Wish
from app.portability.step import Step, StepContext, Waiting

PASSWORD = "old-pass-Wren-9"
CODE = "QX7TK-93ZZP"
WHO = "wren"

Act = Callable[[StepContext], None]


def nothing() -> None:
    """What happens at each touch of the world where nobody interferes."""


@dataclass
class World:
    """
    Its servers. *touch* is called before and after each change.

    While there is a file ``away`` in it, no server answers.
    """

    root: Path
    touch: Callable[[], None] = nothing
    troubles: list[ServiceError] = field(default_factory=list)
    """Raised one by one, by whoever asks a server next."""

    def found(self, posts: int = 12) -> World:
        """Wren lives on the old server, with posts and a follower."""
        home = self.root / "old" / WHO
        home.mkdir(parents=True)
        for number in range(posts):
            (home / f"post-{number:03}").write_text(f"words of {number}")
        (self.root / "new").mkdir()
        self.write("registry.json", {WHO: "old"})
        self.write("old/accounts.json", {WHO: {"active": True, "password": PASSWORD}})
        self.write("new/accounts.json", {})
        self.write("codes.json", {"sent": 0, "right": CODE})
        return self

    def read(self, name: str) -> Any:
        """One of its books."""
        if self.troubles:
            raise self.troubles.pop(0)
        if (self.root / "away").exists():
            raise Unreachable("The server does not answer.")
        return json.loads((self.root / name).read_text())

    def write(self, name: str, value: Any) -> None:
        """Change one of its books, as a whole."""
        self.touch()
        part = self.root / f"{name}.part"
        part.write_text(json.dumps(value))
        part.replace(self.root / name)
        self.touch()

    def posts(self, server: str) -> dict[str, str]:
        """What Wren has there."""
        home = self.root / server / WHO
        return {p.name: p.read_text() for p in sorted(home.glob("post-*"))}

    def copy(self, name: str) -> None:
        """One post from the old server to the new one."""
        if self.troubles:
            raise self.troubles.pop(0)
        self.touch()
        home = self.root / "new" / WHO
        home.mkdir(exist_ok=True)
        (home / name).write_bytes((self.root / "old" / WHO / name).read_bytes())
        self.touch()

    def seen_from_outside(self) -> tuple[str, list[str]]:
        """Where everybody finds Wren, and on which servers an account of hers is active."""
        active = [
            server
            for server in ("old", "new")
            if json.loads((self.root / server / "accounts.json").read_text())
            .get(WHO, {})
            .get("active")
        ]
        return json.loads((self.root / "registry.json").read_text())[WHO], active


ASK_PASSWORD = Need(
    key="password", prompt="Your password at the old server.", secret=True, kind="secret"
)
ASK_NAME = Need(key="name", prompt="What shall the new server call you?")
ASK_ROOM = Need(key="room", prompt="Which room of the new server?")
"""Asked only of who wants the name “Wren of the hills”."""
ASK_CODE = Need(key="code", prompt="The code that the old server has sent you.", kind="code")


@dataclass
class ToyStep:
    """A step made of functions."""

    id: str
    title: str
    is_done: Callable[[StepContext], bool]
    act: Act
    take_back: Act = lambda context: None
    asks: tuple[Need, ...] = ()
    public: bool = False

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        asks = self.asks
        if ASK_NAME in asks and context.answers.get("name") == "Wren of the hills":
            asks = (*asks, ASK_ROOM)
        return tuple(need for need in asks if need.key not in context.answers)

    async def done(self, context: StepContext) -> bool:
        return self.is_done(context)

    async def do(self, context: StepContext) -> None:
        self.act(context)

    async def undo(self, context: StepContext) -> None:
        self.take_back(context)


class ToyRoute:
    """From the old server to the new one."""

    names = ("toy",)

    def __init__(self, world: World) -> None:
        self.world = world

    def takes(self, wish: Wish) -> bool:
        return wish.target.startswith("toy:")

    async def plan(self, wish: Wish) -> Plan:
        posts = self.world.posts("old")
        if not posts:
            raise NotFound("There is nobody there.")
        plan = Plan(
            id=wish.id,
            route="toy",
            source=Place(network="toy", server="old", handle=WHO),
            target=Place(network="toy", server="new", handle=WHO),
            created_at=wish.now,
            steps=(),
            goes=(
                Goes(kind="posts", title="Posts", detail=f"{len(posts)} posts", count=len(posts)),
                Goes(kind="messages", title="Messages", detail="they stay", how="stays"),
            ),
            needs=(ASK_PASSWORD, ASK_CODE),
            warnings=("Tell your friends.",),
            options=dict(wish.options),
        )
        views = tuple(StepView(id=s.id, title=s.title, public=s.public) for s in self.steps(plan))
        return Plan(**{f: getattr(plan, f) for f in plan.__struct_fields__} | {"steps": views})

    def steps(self, plan: Plan) -> Sequence[Step]:
        acts = _Acts(self.world)
        return (
            ToyStep("account", "Open the new account", acts.is_open, acts.open, acts.leave, (ASK_PASSWORD, ASK_NAME)),
            ToyStep("copy", "Copy the posts", acts.is_copied, acts.copy),
            ToyStep("code", "Ask for a code", acts.is_asked, acts.ask_code),
            ToyStep("switch", "Tell everybody", acts.is_told, acts.switch, acts.switch_back, (ASK_CODE,), public=True),
            ToyStep("activate", "Wake the new account", acts.is_awake, acts.wake, acts.sleep, public=True),
            ToyStep("deactivate", "Put the old account to sleep", acts.is_asleep, acts.old_sleeps, acts.old_wakes, (ASK_PASSWORD,), public=True),
        )  # fmt: skip

    def rehearsal(self, plan: Plan) -> Sequence[Step]:
        seen: list[str] = []

        def look(context: StepContext) -> None:
            seen.append("looked")
            context.result(f"{len(self.world.posts('old'))} posts can be read")

        return (ToyStep("look", "Read the old account", lambda context: bool(seen), look),)

    def undo_state(
        self, plan: Plan, kept: Mapping[str, Any], done: Collection[str], now: datetime
    ) -> Undo:
        if "switch" not in done:
            return Undo(possible=True, text="Nothing has been told to anybody yet.")
        until = datetime.fromisoformat(kept["switched_at"]) if "switched_at" in kept else now
        return Undo(
            possible=True,
            text="You can go back at any time.",
            public=True,
            until=until + timedelta(hours=72),
        )


class _Acts:
    """What the steps do, and how they know."""

    def __init__(self, world: World) -> None:
        self.world = world

    def is_open(self, context: StepContext) -> bool:
        return WHO in self.world.read("new/accounts.json")

    def open(self, context: StepContext) -> None:
        old = self.world.read("old/accounts.json")[WHO]
        if context.answers["password"] != old["password"]:
            raise Waiting(ASK_PASSWORD, text="The old server says that this password is wrong.")
        accounts = self.world.read("new/accounts.json")
        assert WHO not in accounts, "opened twice"
        self.world.write("new/accounts.json", {**accounts, WHO: {"active": False}})
        context.result(f"as {context.answers['name']}")

    def leave(self, context: StepContext) -> None:
        accounts = self.world.read("new/accounts.json")
        accounts.pop(WHO, None)
        self.world.write("new/accounts.json", accounts)

    def is_copied(self, context: StepContext) -> bool:
        return self.world.posts("old").keys() == self.world.posts("new").keys()

    def copy(self, context: StepContext) -> None:
        names = sorted(self.world.posts("old"))
        ledger = context.ledger("posts")
        for number, name in enumerate(names):
            if name not in ledger:
                self.world.copy(name)
                ledger.put(name)
            context.progress(Progress(done=number + 1, total=len(names), unit="posts"))
        context.result(f"{len(names)} posts")

    def is_asked(self, context: StepContext) -> bool:
        return bool(self.world.read("codes.json")["sent"])

    def ask_code(self, context: StepContext) -> None:
        codes = self.world.read("codes.json")
        self.world.write("codes.json", {**codes, "sent": codes["sent"] + 1})

    def is_told(self, context: StepContext) -> bool:
        return bool(self.world.read("registry.json")[WHO] == "new")

    def switch(self, context: StepContext) -> None:
        codes = self.world.read("codes.json")
        if context.answers["code"] != codes["right"]:
            raise Waiting(ASK_CODE, text="That is not the code.")
        context.keep(switched_at=context.now().isoformat())
        self.world.write("registry.json", {WHO: "new"})

    def switch_back(self, context: StepContext) -> None:
        self.world.write("registry.json", {WHO: "old"})

    def is_awake(self, context: StepContext) -> bool:
        return bool(self.world.read("new/accounts.json")[WHO]["active"])

    def wake(self, context: StepContext) -> None:
        if self.world.read("registry.json")[WHO] != "new":
            raise Refused("The registry names another server.")
        self.world.write("new/accounts.json", {WHO: {"active": True}})

    def sleep(self, context: StepContext) -> None:
        self.world.write("new/accounts.json", {WHO: {"active": False}})

    def is_asleep(self, context: StepContext) -> bool:
        return not self.world.read("old/accounts.json")[WHO]["active"]

    def old_sleeps(self, context: StepContext) -> None:
        self._set_old(context, active=False)

    def old_wakes(self, context: StepContext) -> None:
        if "password" not in context.answers:
            raise Waiting(ASK_PASSWORD)
        self._set_old(context, active=True)

    def _set_old(self, context: StepContext, *, active: bool) -> None:
        accounts = self.world.read("old/accounts.json")
        if context.answers["password"] != accounts[WHO]["password"]:
            raise SignedOut("The old server no longer accepts this password.")
        accounts[WHO]["active"] = active
        self.world.write("old/accounts.json", accounts)
