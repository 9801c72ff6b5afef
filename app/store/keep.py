"""What is never dropped: accounts, positions, settings, splits, hosts, sync states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import json

from app.model import Account, AccountId
from app.model.timeline import Anchor, TimelineId
from app.store.database import Database
from app.store.times import micros, moment
from app.store.values import HostUse, SyncState

if TYPE_CHECKING:
    from app.model.acts import Wish
    from app.model.bookmark import Filed
    from app.model.person import PersonLink
    from app.store.letters import LetterWriter
    from app.store.outbox import Writer

account_from = json.Decoder(Account).decode
"""JSON → account."""

sync_state_from = json.Decoder(SyncState).decode
"""JSON → sync state."""


class Keeper:
    """
    Changes to what is kept, inside one transaction of ``Store.keep``.

    Values that were just written can be read back through it.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self.regroup: dict[str, bool] = {}
        """Post URI → split (or not any more): the cache follows after commit."""
        self.has_forgotten = False
        """An account was removed: its cache is wiped after commit."""

    def save_account(self, account: Account) -> None:
        """Add an account at the end, or renew it in its place."""
        self._db.run("DELETE FROM forgotten WHERE account=?", (account.id,))
        self._db.run(
            """INSERT INTO account (id, place, body)
               VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM account), ?)
               ON CONFLICT (id) DO UPDATE SET body=excluded.body""",
            (account.id, json.encode(account)),
        )

    def order_accounts(self, ids: Sequence[AccountId]) -> None:
        """Put accounts in this order; those not named come after."""
        self._db.run("UPDATE account SET place=place + ?", (len(ids),))
        self._db.run_many("UPDATE account SET place=? WHERE id=?", list(enumerate(ids, start=1)))

    def remove_account(self, id: AccountId) -> None:
        """Forget an account, its position and sync state; ``Store.keep`` then wipes its cache."""
        self._db.run("DELETE FROM account WHERE id=?", (id,))
        self.has_forgotten = True
        self._db.run("INSERT OR IGNORE INTO forgotten (account) VALUES (?)", (id,))
        self._db.run("DELETE FROM anchor WHERE timeline=?", (f"account:{id}",))
        for name in (f"seen:account:{id}", f"notices:{id}"):
            self._db.run("DELETE FROM setting WHERE name=?", (name,))
        self._db.run("DELETE FROM sync WHERE account=?", (id,))
        self._db.run("DELETE FROM wish WHERE account=?", (id,))
        self._db.run("DELETE FROM settled WHERE account=?", (id,))
        from app.store.letters import drop_letters

        drop_letters(self._db, id)

    def save_filed(self, filed: Filed) -> None:
        """Keep a bookmark of this computer."""
        from app.store.filed import save_filed

        save_filed(self._db, filed)

    def drop_filed(self, uris: Iterable[str]) -> None:
        """Forget bookmarks of this computer."""
        from app.store.filed import drop_filed

        drop_filed(self._db, uris)

    def save_wish(self, wish: Wish) -> None:
        """Remember a reaction that is on its way, in place of the one before."""
        from app.store.wishes import save_wish

        save_wish(self._db, wish)

    def drop_wish(self, wish: Wish) -> None:
        """Forget it, unless another has taken its place meanwhile."""
        from app.store.wishes import drop_wish

        drop_wish(self._db, wish)

    def save_link(self, link: PersonLink) -> None:
        """Remember that two profiles are one human, in place of what was said before."""
        from app.store.book import save_link

        save_link(self._db, link)

    def drop_link(self, link: PersonLink) -> None:
        """Forget that. Harmless when it is not there."""
        from app.store.book import drop_link

        drop_link(self._db, link)

    def save_anchor(self, timeline: TimelineId, anchor: Anchor) -> None:
        """Remember where I am reading."""
        self._db.run(
            "INSERT OR REPLACE INTO anchor (timeline, key, at, shift) VALUES (?, ?, ?, ?)",
            (timeline, anchor.key, micros(anchor.at), anchor.offset),
        )

    def set_setting(self, name: str, value: Any) -> None:
        """Remember a setting (what JSON can hold)."""
        self._db.run(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
            (name, json.encode(value)),
        )

    def remove_setting(self, name: str) -> None:
        """Forget a setting. Harmless when there is none."""
        self._db.run("DELETE FROM setting WHERE name=?", (name,))

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting's value, or *default*."""
        return setting_of(self._db, name, default)

    def split(self, post_uri: str) -> None:
        """Part a post from its echoes, for ever. ``Store.split`` also says what changed."""
        self._db.run("INSERT OR IGNORE INTO split (uri) VALUES (?)", (post_uri,))
        self.regroup[post_uri] = True

    def unsplit(self, post_uri: str) -> None:
        """Let a post join its echoes again."""
        self._db.run("DELETE FROM split WHERE uri=?", (post_uri,))
        self.regroup[post_uri] = False

    def add_hosts(self, uses: Iterable[HostUse]) -> None:
        """Add to the list of hosts spoken to: counts add up, the last time stays."""
        self._db.run_many(
            """INSERT INTO host (host, why, uses, last) VALUES (?, ?, ?, ?)
               ON CONFLICT (host, why) DO UPDATE
               SET uses=uses + excluded.uses, last=max(last, excluded.last)""",
            [(use.host, use.why, use.count, micros(use.last)) for use in uses],
        )

    def forget_hosts(self, before: datetime) -> None:
        """Drop hosts not spoken to since *before*."""
        self._db.run("DELETE FROM host WHERE last < ?", (micros(before),))

    @property
    def written(self) -> Writer:
        """Drafts and what is sent, in the same transaction."""
        from app.store.outbox import Writer

        return Writer(self._db)

    @property
    def letters(self) -> LetterWriter:
        """Private messages on their way, in the same transaction."""
        from app.store.letters import LetterWriter

        return LetterWriter(self._db)

    def save_sync(self, account: AccountId, state: SyncState) -> None:
        """Remember how the last sync of an account went."""
        self._db.run(
            "INSERT OR REPLACE INTO sync (account, body) VALUES (?, ?)",
            (account, json.encode(state)),
        )


def setting_of(db: Database, name: str, default: Any) -> Any:
    """The value of a setting, or *default*."""
    found = db.one("SELECT value FROM setting WHERE name=?", (name,))
    return json.decode(found[0]) if found else default


def hosts_of(db: Database) -> tuple[HostUse, ...]:
    """Hosts spoken to, by name."""
    found = db.all("SELECT host, why, uses, last FROM host ORDER BY host, why")
    return tuple(HostUse(host, why, uses, moment(last)) for host, why, uses, last in found)
