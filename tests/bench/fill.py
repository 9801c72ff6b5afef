"""
A realistic cache: N entries of five accounts on both networks, as syncing would leave it.

``python -m tests.bench.fill PROFILE 100000``. The same seed gives the same posts.
Fast (about 10 000 entries/s, without waiting for the disk); deterministic. What
was filled once is kept in the temporary folder for the next bench (``filled``).
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import app
from app.model import (
    HOME,
    Account,
    AccountId,
    Advisory,
    Counts,
    Cursor,
    Emoji,
    Entry,
    LinkCard,
    Media,
    Poll,
    PollOption,
    Post,
    Profile,
    Quote,
    ReplyTo,
    Repost,
    RichText,
    Span,
    ViewerState,
)
from app.store import Batch, Keeper, Store
from app.store.database import Database
from app.store.merging import merge_some
from app.store.write import save_batch

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
PER_HOUR = 60
"""Entries per hour and account."""

PAGE = 40
_MADE_BY = "addresses echoes merging placing schema shelf words write".split()
"""Modules of the store that decide how a filled cache looks."""

WORDS = (
    "the a of and to in is it for on with as that this are was at by an be from or not we you they "
    "night coast flight wing tide north morning winter river garden kitchen window paper letter "
    "bicycle train station harbour weather rain cloud storm forest mountain valley bird godwit "
    "curlew heron gull feather release server client bridge protocol network timeline account "
    "people thread reply quote image poll language library camera lens photo film music record "
    "concert guitar piano coffee bread recipe tomato onion pepper salt butter cheese book chapter "
    "page author reader story poem language translation city street market museum law court vote"
).split()
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo za sch tr".split()
STRANGE = (
    "今日はとても良い天気ですね。散歩に行きましょう。",
    "مرحبا بكم في الشبكة المفتوحة، نتمنى لكم وقتا طيبا",
    "🦜🌊✨ what a day 👩‍👩‍👧‍👦",
    "Привет всем, сегодня новый выпуск",
    "여러분 안녕하세요 좋은 아침입니다",
)


class _World:
    """People, texts and pictures to draw from."""

    def __init__(self, seed: int, accounts: int) -> None:
        self.chance = random.Random(seed)
        self.accounts = [self._account(n) for n in range(accounts)]
        self.people = {
            network: [self._person(network, n) for n in range(1_500)]
            for network in ("mastodon", "bluesky")
        }
        # As in real text: a few words are everywhere, most are rare (Zipf).
        rare = ["".join(self.chance.choices(SYLLABLES, k=2 + n % 3)) for n in range(20_000)]
        self.vocabulary = [*WORDS, *rare]
        self.weights = list(accumulate(1 / (n + 8) for n in range(len(self.vocabulary))))
        self.texts = [self._text() for _ in range(8_000)]

    def words(self, count: int) -> list[str]:
        """*count* words of running text."""
        return self.chance.choices(self.vocabulary, cum_weights=self.weights, k=count)

    def _account(self, n: int) -> Account:
        network = "bluesky" if n % 5 in (1, 3) else "mastodon"
        host = f"server{n}.example"
        handle = f"me{n}.{host}" if network == "bluesky" else f"me{n}@{host}"
        uri = f"did:plc:{n:024d}" if network == "bluesky" else f"https://{host}/users/me{n}"
        return Account(
            id=AccountId(handle),
            protocol=network,
            network=network,
            server=f"https://{host}",
            uri=uri,
            handle=handle,
            name=f"Me on {host}",
        )

    def _person(self, network: str, n: int) -> Profile:
        name = f"{self.chance.choice(WORDS).title()} {self.chance.choice(WORDS).title()}"
        host = f"server{n % 60}.example"
        if network == "bluesky":
            uri = f"did:plc:{n:024x}"
            avatar = f"https://cdn.example/img/avatar/plain/{uri}/bafkreib{n:050x}@jpeg"
            return Profile(uri, f"person{n}.example", name, avatar)
        uri = f"https://{host}/users/person{n}"
        avatar = f"https://{host}/media/avatars/{n:036d}.png"
        emojis = (Emoji("wave", f"https://{host}/emoji/wave.png"),) if n % 9 == 0 else ()
        return Profile(
            uri, f"person{n}@{host}", name, avatar, f"https://{host}/@person{n}", emojis=emojis
        )

    def _text(self) -> RichText:
        chance = self.chance
        words = self.words(chance.choice((6, 12, 20, 30, 45, 80)))
        parts, spans, at = [], [], 0
        for word in words:
            roll = chance.random()
            if roll < 0.02:
                word, kind, target = f"#{word}", "tag", word
            elif roll < 0.04:
                word, kind, target = f"@{word}", "mention", f"https://server1.example/users/{word}"
            elif roll < 0.06:
                word, kind, target = (
                    f"{word}.example/…",
                    "link",
                    f"https://{word}.example/a/long/path/{at}",
                )
            else:
                kind = ""
            if kind:
                spans.append(Span(at, at + len(word), kind, target))  # type: ignore[arg-type]
            parts.append(word)
            at += len(word) + 1
        if chance.random() < 0.12:
            parts.append(chance.choice(STRANGE))
        return RichText(" ".join(parts), tuple(spans))

    def post(self, network: str, n: int, at: datetime) -> Post:
        """Post number *n*."""
        chance = self.chance
        author = chance.choice(self.people[network])
        if network == "bluesky":
            uri = f"at://{author.uri}/app.bsky.feed.post/3l{n:011x}"
            url = f"https://web.example/profile/{author.handle}/post/3l{n:011x}"
        else:
            uri = f"{author.uri}/statuses/1139{n:014d}"
            url = f"{author.url}/1139{n:014d}"
        more: dict[str, object] = {}
        roll = chance.random()
        if roll < 0.3:
            more["media"] = tuple(self._media(n, k) for k in range(1 + n % 3))
        elif roll < 0.42:
            more["card"] = LinkCard(
                url=f"https://{chance.choice(WORDS)}.example/story/{n}",
                title=" ".join(self.words(8)),
                description=" ".join(self.words(20)),
                image=f"https://cdn.example/cards/{n:020d}.jpg",
            )
        elif roll < 0.48:
            quoted = Post(
                uri=f"{uri}/quoted",
                network=network,
                author=chance.choice(self.people[network]),
                created_at=at,
                sort_at=at,
                text=chance.choice(self.texts),
            )
            more["quote"] = Quote(state="shown", uri=quoted.uri, post=quoted)
        elif roll < 0.5:
            options = tuple(PollOption(w, n % 90) for w in chance.choices(WORDS, k=3))
            more["poll"] = Poll(options=options, votes=n % 270, expires_at=at)
        if chance.random() < 0.25:
            more["reply_to"] = ReplyTo(
                uri=f"{uri}/parent", author=chance.choice(self.people[network])
            )
        if chance.random() < 0.05:
            more["advisories"] = (Advisory("warning", "long, about food"),)
        return Post(
            uri=uri,
            url=url,
            network=network,
            author=author,
            created_at=at,
            sort_at=at,
            text=chance.choice(self.texts),
            counts=Counts(n % 7, n % 31, n % 97, n % 3),
            langs=("en",),
            **more,  # type: ignore[arg-type]
        )

    def _media(self, n: int, k: int) -> Media:
        return Media(
            kind="image",
            url=f"https://cdn.example/media/{n:018d}/{k}/original.webp",
            preview=f"https://cdn.example/media/{n:018d}/{k}/small.webp",
            alt=" ".join(self.words(12)) if n % 3 else "",
            width=1200,
            height=800,
            blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj",
        )


def accounts_of(accounts: int = 5, seed: int = 1) -> list[Account]:
    """My accounts of that world."""
    return _World(seed, accounts).accounts


def batches(
    posts: int, accounts: int = 5, seed: int = 1, page: int = PAGE, *, until: datetime = NOW
) -> Iterator[Batch]:
    """
    The pages that syncing would have brought, oldest first, one account after the other.

    One entry in eight is a repost, some of posts already there; one in twelve is
    seen by a second account of the network; one in fifty has a copy on the other.
    """
    world = _World(seed, accounts)
    chance, made, n = world.chance, 0, 0
    start = until - timedelta(hours=posts / PER_HOUR / accounts)
    step = timedelta(hours=page / PER_HOUR)
    recent: dict[str, list[Post]] = {"mastodon": [], "bluesky": []}
    window = 0
    while made < posts:
        for account in world.accounts:
            network = account.network
            items: list[Entry] = []
            echo_keys: dict[str, tuple[str, ...]] = {}
            moments = sorted(chance.random() for _ in range(min(page, posts - made)))
            for moment in moments:
                at = (start + step * (window + moment)).replace(microsecond=n % 1000 * 1000)
                n += 1
                roll, seen = chance.random(), recent[network]
                viewer = ViewerState(ref=f"{account.id[:3]}:{n:018d}", liked=n % 23 == 0)
                if roll < 1 / 12 and seen:
                    post = seen[chance.randrange(len(seen))]
                    items.append(
                        Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)
                    )
                    echo_keys[post.uri] = (post.uri, post.url)
                    continue
                if roll < 1 / 12 + 0.03 and seen:
                    post = seen[chance.randrange(len(seen))]
                else:
                    post = world.post(network, n, at)
                    other = recent["bluesky" if network == "mastodon" else "mastodon"]
                    original = (other[-1].uri,) if n % 50 == 0 and other else ()
                    echo_keys[post.uri] = (post.uri, post.url, *original)
                    seen.append(post)
                    del seen[:-400]
                if roll > 0.905:
                    by = chance.choice(world.people[network])
                    key = f"{by.uri}/reposts/{n}"
                    repost = Repost(by, at, key)
                    items.append(
                        Entry(key=key, sort_at=at, post=post, viewer=viewer, repost=repost)
                    )
                else:
                    items.append(
                        Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)
                    )
            made += len(moments)
            if items:
                items.sort(key=lambda item: item.sort_at, reverse=True)
                yield Batch(
                    account=account.id, source=HOME, items=tuple(items), echo_keys=echo_keys
                )
        window += 1


def filled(posts: int) -> Path:
    """
    A profile with *posts* entries, only to be read: made once, then found again.

    It lies in the temporary folder under a name that changes with what makes it.
    """
    code = [Path(app.__file__).parent / "store" / f"{name}.py" for name in _MADE_BY]
    made_by = hashlib.sha256(b"".join(path.read_bytes() for path in [Path(__file__), *code]))
    folder = Path(tempfile.gettempdir()) / f"godwit-bench-{os.getuid()}"
    profile = folder / f"{posts}-{made_by.hexdigest()[:12]}"
    if not profile.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in folder.glob(f"{posts}-*"):
            shutil.rmtree(old)
        unfinished = folder / f"{posts}-unfinished-{os.getpid()}"
        began = time.monotonic()
        fill(unfinished, posts)
        print(f"({posts:,} entries filled at {posts / (time.monotonic() - began):,.0f}/s)")
        unfinished.rename(profile)
    return profile


def copied(posts: int, profile: Path) -> None:
    """Make *profile* a copy of a filled one that may be changed; it is on disk already."""
    shutil.copytree(filled(posts), profile, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    # Otherwise the system writes gigabytes while something else is measured.
    for path in profile.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def fill(profile: Path, posts: int, accounts: int = 5, seed: int = 1) -> None:
    """Fill a new profile with *posts* entries."""
    store = Store.open(profile)
    store.close()
    mine = accounts_of(accounts, seed)
    keep = Database(profile / "keep.db", full_sync=True)
    with keep.transaction():
        for account in mine:
            Keeper(keep).save_account(account)
    keep.close()
    db = Database(profile / "cache.db", cache_kib=262_144)
    db.run("PRAGMA synchronous=OFF")
    networks = {account.id: account.network for account in mine}
    # A million by forties would take twice as long; the tables come out the same.
    page = PAGE if posts <= 100_000 else 5 * PAGE
    for batch in batches(posts, accounts, seed, page):
        save_batch(db, batch, networks[batch.account])
    for account in mine:
        save_batch(
            db, Batch(account=account.id, source=HOME, bottom=Cursor("start")), account.network
        )
    # As the program does when no more comes in.
    while merge_some(db):
        continue
    db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


if __name__ == "__main__":
    began = time.monotonic()
    fill(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"{int(sys.argv[2]) / (time.monotonic() - began):.0f} entries/s")
