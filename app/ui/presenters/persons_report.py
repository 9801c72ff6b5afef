"""Reporting somebody to moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from app.model.acts import Report
from app.model.errors import ServiceError
from app.ui.asyncqt import ask
from app.ui.thread.questions import ReportQuestion

if TYPE_CHECKING:
    from app.model import Account, Profile
    from app.services.house import House
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look


async def report(
    look: Look, window: Window, house: House, profile: Profile, account: Account
) -> tuple[str, str]:
    """Ask why, and tell them; what went wrong, in words: ("", "") = nothing."""
    services = [
        (one.labeler.uri, one.labeler.name or f"@{one.labeler.handle}")
        for one in house.moderation.labelers(account.id)
        if (one.labeler.name or one.labeler.handle) and not one.gone
    ]
    question = ReportQuestion(look, profile, account, window, services, title="Report this person")
    if await ask(question) != QDialog.DialogCode.Accepted:
        return "", ""
    made = Report(
        profile=profile.uri,
        reason=question.reason,
        comment=question.comment,
        to=question.to,
        forward=question.forward,
    )
    try:
        await house.reactions.report(made, account.id)
    except ServiceError as error:
        return f"Not reported. {error.message}", error.next_step
    return "", ""
