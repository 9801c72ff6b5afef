"""Window-wide trouble as banners. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.ui.shell.items import AccountItem, Banner
from app.ui.shell.words import clock_text

SIGN_IN, UNLOCK, RETRY, DISMISS, MOVE = "sign in", "unlock", "retry", "dismiss", "move"
ELSEWHERE, LEFT = "elsewhere", "left"
"""First words of a banner's key: what its button is for; then ":" and of whom."""


def banners(
    accounts: Sequence[AccountItem],
    *,
    offline: bool = False,
    recovered: str = "",
    problem: str = "",
) -> tuple[Banner, ...]:
    """
    What to say now.

    Args:
        offline: Started with ``--offline``: nobody is asked.
        recovered: What the store says about a cache that was damaged.
        problem: A trouble of our own disk.
    """
    found = [_of_account(item) for item in accounts]
    made = [banner for banner in found if banner is not None]
    away = [item for item in accounts if item.state.kind == "offline"]
    if offline:
        text = "Reading from the cache; no server is asked."
        made.append(Banner("offline", "warn", "wifi-slash", "Godwit is offline.", text))
    elif len(away) == len(accounts) and len({item.host for item in away}) > 1:
        text = "Reading from the cache; Godwit tries again by itself."
        made.append(Banner(RETRY, "warn", "wifi-slash", "You are offline.", text, "Try now"))
    else:
        alone = len(away) == len(accounts)
        # One per server, however many accounts it has.
        made += [_away(item, alone) for item in {item.host: item for item in away}.values()]
    if any(item.state.kind == "locked" for item in accounts):
        text = "Your accounts cannot be asked until they are unlocked."
        made.append(Banner(UNLOCK, "warn", "lock-key", "The keys are locked.", text, "Unlock…"))
    if problem:
        made.append(Banner("disk", "danger", "database", problem))
    if recovered:
        made.append(Banner(DISMISS, "warn", "database", recovered, "", "Good"))
    return tuple(made)


def _of_account(item: AccountItem) -> Banner | None:
    if item.state.kind == "signed_out":
        key = f"{SIGN_IN}:{item.id}"
        text = f"is signed out of {item.host}."
        return Banner(key, "danger", "sign-in", item.name, text, "Sign in again")
    if item.state.kind == "suspended":
        text = f"{item.state.message} {item.state.next_step}"
        return Banner(f"{RETRY}:{item.id}", "danger", "prohibit", item.name, text, "Try now")
    if item.state.kind == "waiting" and item.state.until is not None:
        text = f"asks us to wait until {clock_text(item.state.until)}."
        return Banner(f"wait:{item.id}", "warn", "hourglass-medium", item.host, text)
    return None


def _away(item: AccountItem, alone: bool) -> Banner:
    said = item.state.message.removeprefix(item.host)
    if said == item.state.message:
        said = f" does not answer. {said}"
    then = "Godwit tries again by itself." if alone else "The rest goes on without it."
    text = f"{said.strip()} {then}"
    key = f"{RETRY}:{item.id}"
    return Banner(key, "warn", "cloud-slash", item.host, text, "Try now")
