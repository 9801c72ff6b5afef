"""Where nothing was found, who has searched is told from who could not."""

from __future__ import annotations

from app.model import AccountId
from app.model.errors import Unreachable
from app.services.search_values import Answer
from app.ui.presenters.search_servers import nothing_found

DONE = Answer(account=AccountId("ana@a.example"), state="ready")
FAILED = Answer(
    account=AccountId("ben@b.example"), state="failed", trouble=Unreachable("It is down.")
)
UNABLE = Answer(account=AccountId("cis@c.example"), state="unable")


def test_a_server_that_was_not_heard_has_found_nothing() -> None:
    """“The servers found no posts” is said only where all have looked."""
    assert nothing_found([DONE], [])[0] == "The servers found no posts"
    assert nothing_found([DONE, FAILED], [])[0] == "No posts where a server has searched"
    assert nothing_found([UNABLE, FAILED], [])[0] == "No server has searched"
