"""
The tables, version by version. A released version is never edited.

``cache.db``, from a post outwards:

- ``post``: once per URI for all accounts; ids rise as posts come in. ``place``
  begins with its time and names it in ``post_words``: so a search is in order.
- ``viewer``: what one account did with a post.
- ``entry``: a post, or a repost of one, in timelines. ``key`` (turned round) is
  NULL where it is the post's own URI.
- ``sighting``: which source has which entry.
- ``address``: all addresses that a post is known under, its own URI too, turned
  round (see ``app/store/addresses.py``); ``echo``: posts that are in a group of
  several, by the group's first post.
- ``timeline_row``: what stands in a timeline, ``id = ref * 4 + kind``;
  ``fold``: entries that stand in another entry's row.
- ``trait``: what feeds judge a post by, opaque here; ``source_place``, ``seen_post``,
  ``memo``: what else they remember, all of it made again when it is gone.
- ``notice``: notifications of all accounts; ``notice_gap``: what is missing among them.
- ``talk``, ``message``: private messages, apart from all posts.
- ``mark``: cursors remembered on the way, so that pruning knows where to go on.
"""

from __future__ import annotations

from typing import Final

from app.store.addresses import turned_in_sql

POST_WORDS: Final = (
    """CREATE VIRTUAL TABLE post_words USING fts5 (
        words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')""",
    "INSERT INTO post_words (post_words, rank) VALUES ('automerge', 8)",
)
"""Contentless, since the words are in the post's own JSON already; no column sizes,
since newest first needs no ranking."""

MERGE_LATE: Final = (
    "INSERT INTO post_words (post_words, rank) VALUES ('automerge', 32)",
    "INSERT INTO post_words (post_words, rank) VALUES ('crisismerge', 128)",
    "INSERT INTO post_words (post_words, rank) VALUES ('usermerge', 8)",
)
"""While pages come in hardly merge: that was half of the cost of saving in a cache of a
million posts (measured). ``app/store/merging.py`` does it when they have come."""

CACHE: Final[tuple[tuple[str, ...], ...]] = (
    (
        """CREATE TABLE account (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, network TEXT NOT NULL)""",
        """CREATE TABLE source (
            id INTEGER PRIMARY KEY, account INTEGER NOT NULL, kind TEXT NOT NULL,
            arg TEXT NOT NULL, bottom TEXT, bottom_known INTEGER NOT NULL DEFAULT 0,
            UNIQUE (account, kind, arg))""",
        "CREATE TABLE timeline (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        """CREATE TABLE post (
            id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, told_by INTEGER NOT NULL,
            also TEXT NOT NULL, body BLOB NOT NULL)""",
        """CREATE TABLE viewer (
            post INTEGER NOT NULL, account INTEGER NOT NULL, state BLOB NOT NULL,
            PRIMARY KEY (post, account)) WITHOUT ROWID""",
        """CREATE TABLE entry (
            id INTEGER PRIMARY KEY, post INTEGER NOT NULL, at INTEGER NOT NULL,
            key TEXT, repost BLOB)""",
        "CREATE INDEX entry_post ON entry (post, at)",
        "CREATE UNIQUE INDEX entry_key ON entry (key) WHERE key IS NOT NULL",
        """CREATE TABLE sighting (
            source INTEGER NOT NULL, at INTEGER NOT NULL, entry INTEGER NOT NULL,
            PRIMARY KEY (source, at, entry)) WITHOUT ROWID""",
        """CREATE TABLE address (
            address TEXT NOT NULL, post INTEGER NOT NULL,
            PRIMARY KEY (address, post)) WITHOUT ROWID""",
        "CREATE TABLE echo (post INTEGER PRIMARY KEY, head INTEGER NOT NULL)",
        "CREATE INDEX echo_head ON echo (head)",
        """CREATE TABLE timeline_row (
            timeline INTEGER NOT NULL, at INTEGER NOT NULL, id INTEGER NOT NULL,
            PRIMARY KEY (timeline, at, id)) WITHOUT ROWID""",
        """CREATE TABLE fold (
            timeline INTEGER NOT NULL, head INTEGER NOT NULL, entry INTEGER NOT NULL,
            PRIMARY KEY (timeline, head, entry)) WITHOUT ROWID""",
        "CREATE INDEX fold_entry ON fold (entry)",
        """CREATE TABLE stub (
            id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL,
            key TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
            UNIQUE (source, key))""",
        """CREATE TABLE gap (
            id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL,
            newer_at INTEGER NOT NULL, older_at INTEGER, cursor TEXT NOT NULL)""",
        """CREATE VIEW known_gap AS
            SELECT g.id, a.name AS account, s.kind, s.arg, g.newer_at, g.older_at, g.cursor
            FROM gap g JOIN source s ON s.id=g.source JOIN account a ON a.id=s.account""",
        """CREATE TABLE mark (
            source INTEGER NOT NULL, at INTEGER NOT NULL, cursor TEXT NOT NULL,
            PRIMARY KEY (source, at)) WITHOUT ROWID""",
        "CREATE TABLE split (uri TEXT PRIMARY KEY) WITHOUT ROWID",
        *POST_WORDS,
    ),
    (
        # URIs as they are lie all over their index: two pages written per post.
        """CREATE TABLE turned (
            address TEXT NOT NULL, post INTEGER NOT NULL,
            PRIMARY KEY (address, post)) WITHOUT ROWID""",
        f"""INSERT INTO turned SELECT {turned_in_sql("address")}, post FROM address
            UNION SELECT {turned_in_sql("uri")}, id FROM post""",  # noqa: S608 (our own names)
        "DROP TABLE address",
        "ALTER TABLE turned RENAME TO address",
        f"UPDATE entry SET key={turned_in_sql('key')} WHERE key IS NOT NULL",  # noqa: S608
        """CREATE TABLE placed (
            id INTEGER PRIMARY KEY, place INTEGER NOT NULL, uri TEXT NOT NULL,
            told_by INTEGER NOT NULL, also TEXT NOT NULL, body BLOB NOT NULL)""",
        "INSERT INTO placed SELECT id, id, uri, told_by, also, body FROM post ORDER BY id",
        "DROP TABLE post",
        "ALTER TABLE placed RENAME TO post",
        "CREATE UNIQUE INDEX post_place ON post (place)",
        *MERGE_LATE,
    ),
    (
        # What feeds judge posts by; made from them when a feed first asks (traits.py).
        """CREATE TABLE trait (
            post INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL,
            uri TEXT NOT NULL, body BLOB NOT NULL)""",
        """CREATE TRIGGER trait_old AFTER UPDATE OF body ON post
            BEGIN DELETE FROM trait WHERE post=old.id; END""",
        """CREATE TRIGGER trait_gone AFTER DELETE ON post
            BEGIN DELETE FROM trait WHERE post=old.id; END""",
        # The order that a source gave itself, where it is not that of time.
        """CREATE TABLE source_place (
            source TEXT NOT NULL, place INTEGER NOT NULL, uri TEXT NOT NULL,
            PRIMARY KEY (source, place)) WITHOUT ROWID""",
        # Posts that stood on the screen in feeds, and what was last known of people.
        "CREATE TABLE seen_post (uri TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE memo (name TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL)",
    ),
    (
        # Notifications: who did it (the newest) and how many beside what is grouped by;
        # *post*: what it is about. *seen*: it was read, though others below it were not.
        """CREATE TABLE notice (
            id INTEGER PRIMARY KEY, account INTEGER NOT NULL, key TEXT NOT NULL,
            at INTEGER NOT NULL, kind TEXT NOT NULL, post INTEGER, actor TEXT NOT NULL,
            many INTEGER NOT NULL, seen INTEGER NOT NULL DEFAULT 0, place TEXT NOT NULL,
            body BLOB NOT NULL, UNIQUE (account, key))""",
        # All that grouping reads: ten thousand are grouped without one of the rows.
        "CREATE INDEX notice_at ON notice (at, account, kind, post, actor, many, seen)",
        # What is missing among them: below *newer_at*, down to *older_at* (NULL: to the end).
        """CREATE TABLE notice_gap (
            id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL,
            newer_at INTEGER NOT NULL, older_at INTEGER, cursor TEXT NOT NULL)""",
    ),
    (
        # Who else shows what leaves a source, however many sources there are.
        "CREATE INDEX sighting_entry ON sighting (entry)",
    ),
    (
        # Private messages. *unread*: 0 where they are muted; *older*: where a server goes on.
        """CREATE TABLE talk (
            id INTEGER PRIMARY KEY, account INTEGER NOT NULL, key TEXT NOT NULL,
            at INTEGER NOT NULL, unread INTEGER NOT NULL, request INTEGER NOT NULL,
            older TEXT, body BLOB NOT NULL, UNIQUE (account, key))""",
        """CREATE TABLE message (
            talk INTEGER NOT NULL, at INTEGER NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (talk, at, key)) WITHOUT ROWID""",
    ),
)

KEEP: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE account (id TEXT PRIMARY KEY, place INTEGER NOT NULL, body BLOB NOT NULL)",
        """CREATE TABLE anchor (
            timeline TEXT PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL,
            shift INTEGER NOT NULL)""",
        "CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
        "CREATE TABLE split (uri TEXT PRIMARY KEY)",
        """CREATE TABLE host (
            host TEXT NOT NULL, why TEXT NOT NULL, uses INTEGER NOT NULL,
            last INTEGER NOT NULL, PRIMARY KEY (host, why))""",
        "CREATE TABLE sync (account TEXT PRIMARY KEY, body BLOB NOT NULL)",
        # Removed accounts whose cache is still to be wiped.
        "CREATE TABLE forgotten (account TEXT PRIMARY KEY)",
    ),
    (
        # *sent*: it lies in the outbox, not among the drafts.
        """CREATE TABLE draft (
            id TEXT PRIMARY KEY, at INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0,
            body BLOB NOT NULL)""",
        """CREATE TABLE draft_version (
            draft TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (draft, number))""",
        # *rev* rises with every change: by it another process sees what changed.
        """CREATE TABLE delivery (
            rev INTEGER PRIMARY KEY AUTOINCREMENT, draft TEXT NOT NULL, account TEXT NOT NULL,
            state TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (draft, account))""",
        "CREATE INDEX delivery_state ON delivery (state)",
        # Addresses (URI, web page) of what was sent; *gone*: deleted again.
        """CREATE TABLE own_post (
            address TEXT PRIMARY KEY, draft TEXT NOT NULL, account TEXT NOT NULL,
            part INTEGER NOT NULL, of INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0)""",
        "CREATE INDEX own_post_draft ON own_post (draft)",
        "CREATE TABLE limits (account TEXT PRIMARY KEY, body BLOB NOT NULL)",
        # Reactions on their way, by what they are about.
        """CREATE TABLE wish (
            account TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY (account, target, kind))""",
        # The people book: two profiles that are one human, by their URIs.
        """CREATE TABLE person_link (
            one TEXT NOT NULL, other TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (one, other))""",
    ),
    (
        # Feeds of the user, as documents; and what was marked "more" or "less like this".
        """CREATE TABLE feed (
            id TEXT PRIMARY KEY, place INTEGER NOT NULL, recipe TEXT NOT NULL)""",
        """CREATE TABLE feed_mark (
            uri TEXT NOT NULL, topic TEXT NOT NULL, more INTEGER NOT NULL, at INTEGER NOT NULL,
            author TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (uri, topic))""",
    ),
    (
        # What somebody has settled about what they see, by account ('' = Godwit's own) and
        # kind; *at*: when it was read from a server, µs. Opaque here.
        """CREATE TABLE settled (
            account TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (account, kind)) WITHOUT ROWID""",
        "CREATE TABLE labeler (uri TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL)",
        # *entries*: in force; *proposed*: an update that nobody has applied yet.
        """CREATE TABLE blocklist (
            id TEXT PRIMARY KEY, place INTEGER NOT NULL, body BLOB NOT NULL,
            entries BLOB, proposed BLOB)""",
    ),
    (
        # Bookmarks of this computer: folder, note, and the post itself.
        "CREATE TABLE filed (uri TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL)",
    ),
    (
        # Private messages on their way; what was typed in a conversation and not sent.
        """CREATE TABLE letter (
            id TEXT PRIMARY KEY, account TEXT NOT NULL, at INTEGER NOT NULL,
            body BLOB NOT NULL)""",
        """CREATE TABLE desk (
            account TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (account, key)) WITHOUT ROWID""",
    ),
)

BEFORE_FIRST_FRAME: Final = (
    "account", "anchor", "setting", "split", "host", "sync", "forgotten",
    "settled", "labeler", "blocklist",
)  # fmt: skip
"""Tables of ``keep.db`` that every start looks through. The others hold what may be
much (drafts, what was sent), and are looked through when there is reason to."""
