"""What has come to the old account since it was saved: the last look before it may not be read."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.portability.activitypub.csv_formats import Kind
from app.portability.activitypub.ends import Ends
from app.portability.activitypub.steps_carry import BringRows, Harvest
from app.portability.activitypub.steps_follows import BringFollows
from app.portability.activitypub.steps_lists import BringLists
from app.portability.activitypub.steps_posts import SavePosts
from app.portability.step import StepContext

FRESH = timedelta(hours=1)
"""What was saved so lately is not read again."""

_KINDS: tuple[tuple[Kind, ...], ...] = (
    ("domain_blocking", "blocking", "muting"),
    ("filters", "tags"),
    ("bookmarks",),
)


async def catch_up(ends: Ends, context: StepContext) -> None:
    """
    Save and bring what is new, where the saving is some time ago: a question may have
    waited for days. What was brought is in the ledgers and is not brought again.

    Raises:
        ServiceError: It goes on from there when it is called again.
    """
    saved_at = context.kept.get("harvested_at")
    if saved_at is None or context.now() - datetime.fromisoformat(saved_at) > FRESH:
        await Harvest(ends).do(context)
        await SavePosts(ends).do(context)
        context.keep(caught_up=False)
    if context.kept.get("caught_up") is not False:
        return
    for kinds in _KINDS:
        await BringRows(ends, "", "", kinds).do(context)
    if (follows := BringFollows(ends).carry(context)) is not None:
        await follows.bring()
    await BringLists(ends).do(context)
    context.keep(caught_up=True)
    context.say("What was new at the old account since then is brought, too.")
