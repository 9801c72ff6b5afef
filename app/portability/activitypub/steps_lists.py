"""The step that brings lists with how they show answers, notes, and what the profile shows."""

from __future__ import annotations

from app.model.belongings import Followed, OwnList
from app.model.errors import Refused, Unsupported
from app.portability.activitypub.carried import saved_details
from app.portability.activitypub.ends import Ends
from app.portability.activitypub.steps_carry import ApStep
from app.portability.plan import Progress
from app.portability.step import StepContext


class BringLists(ApStep):
    """Lists with how they show answers, then notes, and what the profile shows."""

    id, title = "lists", "Bring lists, notes and featured people"

    def __init__(self, ends: Ends) -> None:
        super().__init__(ends)
        self._refs: dict[str, str] = {}

    async def done(self, context: StepContext) -> bool:
        """Of everything it is known what became of it."""
        if not context.kept.get("harvested"):
            return False
        ledger = context.ledger("lists")
        return all(key in ledger for key, _ in self._acts(context))

    async def do(self, context: StepContext) -> None:
        """Bring them. Making a list is not safe to repeat: it is looked for first."""
        acts, ledger = self._acts(context), context.ledger("lists")
        for number, (key, act) in enumerate(acts):
            if key not in ledger:
                try:
                    ledger.put(key, await self._act(context, act))
                except (Refused, Unsupported) as error:
                    ledger.put(key, {"failed": error.message})
                    context.say(f"{_words(act)}: {error.message}", "warn")
            context.progress(Progress(done=number + 1, total=len(acts), unit="entries"))
        brought = sum(not isinstance(value, dict) for _, value in ledger.items())
        context.result(f"{brought} of {len(acts)} entries")

    def _acts(self, context: StepContext) -> list[tuple[str, _Act]]:
        details = saved_details(context)
        acts: list[_Act] = []
        for one in details.lists:
            acts.append(("list", one, ""))
            acts += [("member", one, who.handle) for who in one.members]
        acts += [("note", one, one.handle) for one in details.follows]
        acts += [("endorse", None, who.handle) for who in details.endorsed]
        acts += [("feature", None, tag) for tag in details.featured_tags]
        if details.notifications:
            acts.append(("notifications", None, ""))
        return [(f"{kind}\t{_title(what)}\t{who}", (kind, what, who)) for kind, what, who in acts]

    async def _act(self, context: StepContext, act: _Act) -> str:
        new = self.ends.new
        match act:
            case ("list", OwnList() as one, _):
                await self._ref(one)
                return "done"
            case ("member", OwnList() as one, handle):
                return await new.take_member(await self._ref(one), handle)
            case ("note", Followed() as one, handle):
                return await new.take_note(handle, one.note)
            case ("endorse", _, handle):
                return await new.take_endorsement(handle)
            case ("notifications", _, _):
                wanted = saved_details(context).notifications
                return await new.take_notification_policy(wanted)
            case (_, _, tag):
                return await new.take_featured_tag(tag)

    async def _ref(self, one: OwnList) -> str:
        if one.title not in self._refs:
            self._refs[one.title] = await self.ends.new.take_list(one)
        return self._refs[one.title]


_Act = tuple[str, OwnList | Followed | None, str]


def _title(what: OwnList | Followed | None) -> str:
    return what.title if isinstance(what, OwnList) else ""


def _words(act: _Act) -> str:
    kind, what, who = act
    return " ".join(part for part in (kind, _title(what), who) if part)
