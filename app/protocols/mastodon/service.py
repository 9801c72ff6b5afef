"""One signed-in account on a Mastodon-API server."""

from __future__ import annotations

from app.model.account import Account
from app.protocols.mastodon import probe
from app.protocols.mastodon.api import REVOKE
from app.protocols.mastodon.backdating import Backdating
from app.protocols.mastodon.listing import Listing
from app.protocols.mastodon.messaging import Corresponding
from app.protocols.mastodon.notifying import Notifying
from app.protocols.mastodon.offering import Offering
from app.protocols.mastodon.origin import Origins
from app.protocols.mastodon.placing import Placing
from app.protocols.mastodon.reacting import Reacting
from app.protocols.mastodon.showing import Showing
from app.protocols.mastodon.streaming import Streaming
from app.protocols.mastodon.telling import Telling


class MastodonService(
    Showing,
    Corresponding,
    Reacting,
    Backdating,
    Offering,
    Notifying,
    Listing,
    Telling,
    Origins,
    Streaming,
    Placing,
):
    """
    Everything that one account can do at its server.

    ``Session`` is what all of it stands on; ``Timelines`` and ``Conversing``
    read, ``Measuring``, ``Uploading``, ``Posting``, ``Looking`` and
    ``Amending`` write, ``Reacting`` reacts, ``Moderating`` (``Filtering``) averts,
    ``Offering`` knows what there is to read, ``Notifying`` what others did. ``Owning`` tells what is one's own,
    ``Portraying`` what people say of themselves, ``Showing`` their posts and who is near them,
    ``Telling`` what servers know about single posts, ``Streaming`` what happens, ``Placing`` how far was read, ``Corresponding`` writes in private, ``Listing`` keeps lists, ``Origins`` asks the servers of others, ``Taking`` brings it along, ``Relocating`` moves, ``Backdating`` puts old posts in.
    """

    async def verify(self) -> Account:
        """Ask who we are and what the server can do: the account, renewed."""
        api = await self._api()
        scope = (self._secret or {}).get("scope", "")
        self._account = await probe.fetch_account(api, self._account, scope=scope)
        return self._account

    async def sign_out(self) -> None:
        """Revoke the token at the server (RFC 7009)."""
        api = await self._api()
        secret = self._secret or {}
        form = {
            key: value
            for key, value in (
                ("client_id", secret.get("client_id", "")),
                ("client_secret", secret.get("client_secret", "")),
                ("token", secret.get("token", "")),
            )
            if value
        }
        self._secret = None
        await api.post(REVOKE, form, why="signing out")
