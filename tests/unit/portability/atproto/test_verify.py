"""Repositories verified from their bytes: whole ones pass, every fault is named."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import StoreError
from app.portability.atproto import walk
from app.portability.atproto.cids import RAW, bytes_of_cid, cid_of_block, text_of_cid
from app.portability.atproto.commit import commit_block, read_commit
from app.portability.atproto.keys import KeySpan, PrivateKey
from app.portability.atproto.mst import TreeBuilder
from app.portability.atproto.report import BlobRef
from app.portability.atproto.verify import RepoReport, RepoVerifier, verify_repo
from app.protocols.bluesky.dagcbor import encoded
from tests.outside import OUTSIDE, needs_outside
from tests.repos import (
    DID,
    KEY,
    PICTURE,
    REV,
    Blocks,
    car,
    like,
    picture_post,
    post,
    repo,
    repo_of_blocks,
)

NAMES = [f"app.bsky.feed.post/3l3qo2vuts{number:03d}" for number in range(40)]
RECORDS = {name.replace("0", "a"): post(number) for number, name in enumerate(NAMES)}


def codes(report: RepoReport) -> set[str]:
    return {finding.code for finding in report.bad}


def verified(data: bytes, **wanted: Any) -> RepoReport:
    """Both ways: the tree built anew, and proven while it comes."""
    anew = verify_repo(data, keys=[KEY.public.did_key], **wanted)
    verifier = RepoVerifier(keys=[KEY.public.did_key], **wanted)
    verifier.feed(data)

    assert verifier.finish() == anew
    return anew


def with_value(value: object) -> bytes:
    """A repository whose one record is these very bytes, or this value."""
    data = value if isinstance(value, bytes) else encoded(value)
    return car(*repo_of_blocks({b"app.bsky.feed.post/3l3qo2vutsw2b": data}))


# ------------------------------------------------------------------ what is whole


def test_a_whole_repository_is_whole() -> None:
    """All is counted, nothing is found, the signature is good."""
    likes = {f"app.bsky.feed.like/3l3qo2vuts2{letter}b": like(ord(letter)) for letter in "abc"}
    root, blocks = repo(RECORDS | likes)
    report = verified(car(root, blocks), did=DID)

    assert report.ok
    assert (report.did, report.rev, report.commit) == (DID, REV, text_of_cid(root))
    assert report.records == {"app.bsky.feed.like": 3, "app.bsky.feed.post": len(RECORDS)}
    assert report.record_count == len(RECORDS) + 3
    assert report.blocks == len(blocks) == report.nodes + len(RECORDS) + 3 + 1
    assert (report.bad, report.notes, report.more) == ((), (), 0)


def test_an_empty_repository_is_whole() -> None:
    """One node with nothing in it: an account that has just been made."""
    report = verified(car(*repo({})))

    assert report.ok
    assert report.record_count == 0


def test_the_order_of_blocks_does_not_matter() -> None:
    """Records before the tree, the commit last."""
    root, blocks = repo(RECORDS)

    assert verified(car(root, reversed(blocks))).ok
    assert verified(car(root, sorted(blocks))).ok


def test_bytes_may_come_in_any_pieces() -> None:
    """One by one, or all at once: the same report."""
    data = car(*repo(RECORDS))
    verifier = RepoVerifier(keys=[KEY.public.did_key])
    for begin in range(len(data)):
        verifier.feed(data[begin : begin + 1])

    assert verifier.finish() == verified(data)


def test_blocks_that_are_there_twice_are_counted() -> None:
    """The commit, a node, a record: doubles harm nothing."""
    root, blocks = repo(RECORDS)
    report = verified(car(root, [*blocks, blocks[0], blocks[1], blocks[-1]]))

    assert report.ok
    assert report.duplicates == 3
    assert [note.code for note in report.notes] == ["duplicates"]


def test_blocks_that_belong_to_nothing_are_named() -> None:
    """A record nobody names, a node of another tree, a file: each with its place."""
    root, blocks = repo(RECORDS)
    _, others = repo({"app.bsky.feed.post/3l3qo2vutsw2b": post(99)})
    picture = (RAW + bytes_of_cid(PICTURE)[4:], b"")
    foreign = [(cid, data) for cid, data in others if not data.startswith(b"\xa6")]
    report = verified(car(root, blocks + foreign))

    assert report.ok
    assert report.unrelated == len(foreign) == 2
    assert {note.code for note in report.notes} == {"unrelated-block"}
    assert all(note.where for note in report.notes)
    assert "block-changed" in codes(verified(car(root, [*blocks, picture])))


def test_one_record_may_stand_under_two_names() -> None:
    """Equal bytes are one block; it is missing under neither name."""
    same = {name: post(0) for name in list(RECORDS)[:5]}
    report = verified(car(*repo(same)))

    assert report.ok
    assert report.record_count == 5
    assert report.duplicates == 0


def test_files_are_listed_with_the_record_that_names_them() -> None:
    """CID, size and kind as the record says; old records say no size."""
    old = {"$type": "app.bsky.actor.profile", "avatar": {"cid": PICTURE, "mimeType": "image/png"}}
    records = {
        "app.bsky.actor.profile/self": old,
        "app.bsky.feed.post/3l3qo2vutsw2b": picture_post(1),
    }
    report = verified(car(*repo(records)))

    assert report.ok
    assert report.blobs == (
        BlobRef(PICTURE, -1, "image/png", f"at://{DID}/app.bsky.actor.profile/self"),
        BlobRef(PICTURE, 10_001, "image/jpeg", f"at://{DID}/app.bsky.feed.post/3l3qo2vutsw2b"),
    )


def test_bytes_that_look_like_a_link_are_bytes() -> None:
    """The fast reader takes them for a CID: the slow one has the last word."""
    value = {
        "$type": "com.example.key",
        "sig": {"$bytes": "AXESIGUGKlpaAPwW1zxpRCN8y8FbHEpyNEiTNokdCRdBojnQ"},
    }

    assert verified(with_value(value)).ok


def test_a_record_may_look_like_a_node() -> None:
    """It is odd, it is a record all the same, and it is not missing."""
    assert verified(with_value({"e": [], "l": 5})).ok


@needs_outside
def test_a_real_repository_is_whole() -> None:
    """As the reference PDS sends it."""
    path = (OUTSIDE or Path()) / "recordings" / "atproto" / "com.atproto.sync.getRepo.car"
    report = verify_repo(path)

    assert report.bad == ()
    assert report.record_count == 6
    assert [blob.mime for blob in report.blobs] == ["image/png"]


# ------------------------------------------------------------------ signature


def test_a_former_key_is_told_from_the_key_of_today() -> None:
    """After a move the head is still signed with the old server's key."""
    data, today = car(*repo(RECORDS)), PrivateKey.generate("p256").public.did_key
    report = verify_repo(data, keys=[today, KEY.public.did_key])

    assert report.ok
    assert report.signature == "valid with a former key"


def test_without_a_key_nothing_is_said_of_the_signature() -> None:
    """It is not ok either: nobody has looked."""
    report = verify_repo(car(*repo(RECORDS)))

    assert report.signature == "no key known"
    assert report.bad == ()
    assert not report.ok


def test_a_foreign_key_is_no_signature() -> None:
    """Every byte is in order and the repository is forged."""
    report = verified(car(*repo(RECORDS, key=PrivateKey.generate())))

    assert report.signature == "invalid"
    assert codes(report) == {"bad-signature"}


def test_a_key_counts_for_its_time() -> None:
    """A key that was not the account's when it signed is noted."""
    root, blocks = repo(RECORDS)
    at = read_commit(blocks[0][1]).at
    before, after = KeySpan(KEY.public.did_key, None, at), KeySpan(KEY.public.did_key, at)

    assert verify_repo(car(root, blocks), keys=[after]).notes == ()
    early = verify_repo(car(root, blocks), keys=[before])
    assert [note.code for note in early.notes] == ["key-not-of-its-time"]
    assert verify_repo(car(root, blocks), keys=[before, after]).notes == ()


def test_another_account_is_refused() -> None:
    """The trap that once wrote one person's records into another's repository."""
    report = verified(car(*repo(RECORDS)), did="did:plc:other")

    assert codes(report) == {"another-account"}


def test_an_older_state_is_found() -> None:
    """Older than what is kept already; the same and newer are fine."""
    data = car(*repo(RECORDS))

    assert codes(verified(data, after="3l3qo2vutsw2c")) == {"older"}
    assert verified(data, after=REV).ok


def test_a_revision_in_the_future_is_noted() -> None:
    """A clock that runs ahead a little is not."""
    data = car(*repo(RECORDS))
    made = read_commit(repo(RECORDS)[1][0][1]).at

    assert verified(data, now=made - timedelta(minutes=5)).notes == ()
    early = verified(data, now=made - timedelta(days=1))
    assert [note.code for note in early.notes] == ["in-the-future"]
    assert early.ok


# ------------------------------------------------------------------ what is broken


def test_a_changed_record_is_named_by_its_address() -> None:
    """The block, and the record that is lost with it."""
    root, blocks = repo(RECORDS)
    name = max(RECORDS)
    cid = cid_of_block(encoded(RECORDS[name]))
    changed = [(c, data.replace(b"godwit", b"gadwit") if c == cid else data) for c, data in blocks]
    report = verified(car(root, changed))

    assert codes(report) == {"block-changed", "record-missing"}
    assert [f.where for f in report.bad if f.code == "record-missing"] == [f"at://{DID}/{name}"]


@pytest.mark.parametrize("kind", ["commit", "node", "record"])
def test_a_missing_block_is_named(kind: str) -> None:
    """Also when the file ends cleanly between two blocks."""
    root, blocks = repo(RECORDS)
    starts = {"commit": b"\xa6", "node": b"\xa2ae", "record": b"\xa4"}
    gone = next(cid for cid, data in blocks if data.startswith(starts[kind]))
    report = verified(car(root, [(cid, data) for cid, data in blocks if cid != gone]))

    assert f"{kind}-missing" in codes(report)
    assert not report.ok


def test_a_file_that_ends_early_is_found_at_every_byte() -> None:
    """In the middle of a block, or between two."""
    data = car(*repo({name: RECORDS[name] for name in list(RECORDS)[:6]}))

    assert [end for end in range(len(data)) if verified(data[:end]).ok] == []
    assert "cut-off" in codes(verified(data[:-1]))


def test_bytes_after_the_end_are_found() -> None:
    """Nothing may follow the last block."""
    assert not verified(car(*repo(RECORDS)) + b"\0").ok
    assert not verified(car(*repo(RECORDS)) + b"\x05").ok


BAD_VALUES = {
    "float": b"\xa1aa\xfb\x3f\xf8\0\0\0\0\0\0",
    "not-a-number": b"\xa1aa\xfb\x7f\xf8\0\0\0\0\0\0",
    "key-order": b"\xa2ab\x01aa\x01",
    "double-key": b"\xa2aa\x01aa\x01",
    "long-number": b"\xa1aa\x18\x05",
    "indefinite-length": b"\xa1aa\x9f\xff",
    "unknown-tag": b"\xa1aa\xc1\x01",
    "bad-link": b"\xa1aa\xd8\x2a\x43\x00\x01\x02",
    "unknown-simple": b"\xa1aa\xf7",
    "key-not-text": b"\xa1\x01\x01",
    "bad-text": b"\xa1aa\x61\xff",
    "huge-number": b"\xa1aa\x1b" + b"\xff" * 8,
    "too-deep": b"\xa1aa" + b"\x81" * 40 + b"\x01",
    "trailing-bytes": b"\xa1aa\x01\x01",
    "cut-off": b"\xa1aa",
    "reserved-form": b"\xa1aa\x1c",
    "no-record": b"\x01",
}


@pytest.mark.parametrize("code", BAD_VALUES)
def test_a_record_in_a_form_of_its_own_is_named(code: str) -> None:
    """With the fault, and the address of the record."""
    report = verified(with_value(BAD_VALUES[code]))

    assert codes(report) == {code}
    assert report.bad[0].where == f"at://{DID}/app.bsky.feed.post/3l3qo2vutsw2b"


def test_absurd_depth_does_not_break_the_reader() -> None:
    """A million brackets are refused, not counted through."""
    report = verified(with_value(b"\xa1aa" + b"\x81" * 900_000 + b"\x01"))

    assert codes(report) == {"too-deep"}


def test_a_record_that_is_too_large_is_named() -> None:
    """More than a million bytes are noted; a block of more than two ends the reading."""
    large = verified(with_value(post(1, "x" * 1_000_001)))

    assert large.ok
    assert [note.code for note in large.notes] == ["record-too-large"]
    assert "block-too-large" in codes(verified(with_value(post(1, "x" * 2_000_001))))


def test_a_name_that_no_record_may_have_is_found() -> None:
    """No collection, or a key of dots."""
    for name in (b"post", b"app.bsky.feed.post/..", b"a/b", b"app.bsky.feed.post/x/y", b"\xff"):
        assert codes(verified(car(*repo_of_blocks({name: encoded(post(1))})))) == {"bad-name"}


# ------------------------------------------------------------------ the tree


def link(cid: bytes) -> dict[str, str]:
    return {"$link": text_of_cid(cid)}


def entry(
    key: bytes, value: bytes, shared: int = 0, below: bytes | None = None
) -> dict[str, object]:
    return {
        "k": {"$bytes": base64.b64encode(key).decode()},
        "p": shared,
        "t": None if below is None else link(below),
        "v": link(value),
    }


def tree(*nodes: dict[str, object], top: Callable[[list[bytes]], dict[str, object]]) -> bytes:
    """A file whose tree is these nodes under what *top* makes of their CIDs; signed."""
    record = encoded(post(1))
    blocks: Blocks = [(cid_of_block(data), data) for data in map(encoded, nodes)]
    head = encoded(top([cid for cid, _ in blocks]))
    blocks += [(cid_of_block(head), head), (cid_of_block(record), record)]
    root, commit = commit_block(did=DID, rev=REV, data=cid_of_block(head), key=KEY)
    return car(root, [(root, commit), *blocks])


VALUE = cid_of_block(encoded(post(1)))
LOW = [b"app.bsky.feed.post/3l3qo2vutsa2d", b"app.bsky.feed.post/3l3qo2vutsa2e"]


def test_records_out_of_order_are_found() -> None:
    """Signed by the owner and wrong all the same."""
    data = tree(top=lambda _: {"e": [entry(LOW[1], VALUE), entry(LOW[0], VALUE)], "l": None})

    assert "key-order" in codes(verified(data))


def test_a_record_twice_is_found() -> None:
    """One name, two entries."""
    data = tree(top=lambda _: {"e": [entry(LOW[0], VALUE), entry(b"", VALUE, 32)], "l": None})

    assert "key-order" in codes(verified(data))


def test_a_name_that_is_not_shortened_is_found() -> None:
    """The same records in more bytes are another tree."""
    data = tree(top=lambda _: {"e": [entry(LOW[0], VALUE), entry(LOW[1], VALUE)], "l": None})

    assert codes(verified(data)) == {"key-prefix"}


def test_a_record_on_another_level_is_found() -> None:
    """A record may not choose where it stands."""
    below = {"e": [entry(LOW[1], VALUE)], "l": None}
    data = tree(below, top=lambda cids: {"e": [entry(LOW[0], VALUE, 0, cids[0])], "l": None})

    assert codes(verified(data)) == {"key-depth"}


def test_a_node_that_holds_nothing_is_found() -> None:
    """At the top, or at the bottom."""
    leaf = {"e": [entry(LOW[0], VALUE)], "l": None}
    nothing: dict[str, object] = {"e": [], "l": None}
    over = tree(leaf, top=lambda cids: {"e": [], "l": link(cids[0])})
    under = tree(nothing, top=lambda cids: {"e": [entry(LOW[0], VALUE, 0, cids[0])], "l": None})

    assert codes(verified(over)) == {"empty-node"}
    assert codes(verified(under)) == {"empty-node"}


def test_a_tree_that_names_one_node_twice_ends() -> None:
    """What would be walked for ever is walked once, and named."""
    leaf = {"e": [entry(LOW[0], VALUE)], "l": None}
    data = tree(leaf, top=lambda c: {"e": [entry(LOW[1], VALUE, 0, c[0])], "l": link(c[0])})

    assert "tree-cycle" in codes(verified(data))


def test_a_chain_of_nodes_ends_at_the_depth_that_hashes_allow() -> None:
    """Thousands of nodes in each other are named, not followed."""
    node: dict[str, object] = {"e": [entry(LOW[0], VALUE)], "l": None}
    chain = [node]
    for _ in range(300):
        node = {"e": [], "l": link(cid_of_block(encoded(node)))}
        chain.append(node)
    data = tree(*chain[:-1], top=lambda _: chain[-1])

    assert "tree-too-deep" in codes(verified(data))


@pytest.mark.parametrize(
    "node",
    [
        {"e": 5, "l": None},
        {"e": [5], "l": None},
        {"e": [{"k": "text", "p": 0, "t": None, "v": link(VALUE)}], "l": None},
        {"e": [{"p": 0, "t": None, "v": link(VALUE)}], "l": None},
        {"e": [entry(LOW[0], VALUE) | {"p": "0"}], "l": None},
        {"e": [entry(LOW[0], VALUE) | {"p": -1}], "l": None},
        {"e": [entry(LOW[0], VALUE) | {"v": None}], "l": None},
        {"e": [entry(LOW[0], VALUE) | {"v": link(RAW + bytes(32))}], "l": None},
        {"e": [entry(LOW[0], VALUE) | {"t": 5}], "l": None},
        {"e": [entry(LOW[0], VALUE) | {"x": 5}], "l": None},
        {"e": [entry(LOW[0], VALUE)], "l": 7},
        {"e": [entry(LOW[0], VALUE)]},
        {"e": [entry(LOW[0], VALUE)], "l": None, "more": 1},
    ],
)
def test_a_node_that_is_none_is_named(node: dict[str, object]) -> None:
    """Whatever stands where a node should: a finding, never an exception."""
    report = verified(tree(top=lambda _: node))

    assert codes(report) & {"bad-node", "bad-link", "node-missing"}


def test_names_that_grow_without_end_are_refused() -> None:
    """A node of 2 MB could name gigabytes: it is broken off at the first name too long."""
    long = entry(b"a" * 30_000, VALUE)
    rest = [entry(b"a", VALUE, 30_000 + number) for number in range(10_000)]
    report = verified(tree(top=lambda _: {"e": [long, *rest], "l": None}))

    assert "bad-node" in codes(report)
    assert report.record_count == 0


# ------------------------------------------------------------------ the file


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no-header"),
        (b"\0", "no-header"),
        (b"<html><body>502 Bad Gateway</body></html>", "no-header"),
        (b"\x0a\xa1gversion\x01", "bad-header"),
        (b"\xff\xff\xff\xff\xff\x0f", "no-header"),
    ],
)
def test_what_is_no_archive_is_named(data: bytes, code: str) -> None:
    """Nothing, an error page, a header without a root, a length from nowhere."""
    assert code in codes(verified(data))


def test_lengths_that_lie_are_named() -> None:
    """Longer than written, longer than thinkable, and no name where one must be."""
    whole = car(*repo({}))

    assert "bad-length" in codes(verified(whole + b"\x85\x00" + b"x" * 5))
    assert "block-too-large" in codes(verified(whole + b"\xff\xff\xff\xff\x7f"))
    assert "block-too-large" in codes(verified(whole + b"\xff\xff\xff\x7f"))
    assert "bad-cid" in codes(verified(whole + b"\x05hello"))


def test_a_name_of_another_kind_cannot_be_checked() -> None:
    """A hash that we do not know is no proof of anything."""
    root, blocks = repo({})
    strange = b"\x01\x71\x13\x04abcd"

    assert codes(verified(car(root, [*blocks, (strange, b"x")]))) == {"unknown-hash"}


def test_every_changed_byte_is_found() -> None:
    """Every byte of a file, in one of three ways: none passes."""
    data = car(*repo({name: RECORDS[name] for name in list(RECORDS)[:3]}))
    missed = []
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= (0x01, 0x80, 0xFF)[place % 3]
        if verified(bytes(changed)).ok:
            missed.append(place)

    assert missed == []


def test_what_is_found_is_bounded() -> None:
    """A file of nothing but faults fills no memory with words."""
    root, blocks = repo({f"app.bsky.feed.post/{n:013d}": post(n) for n in range(700)})
    report = verified(car(root, [(cid, data) for cid, data in blocks if data[:1] != b"\xa4"]))

    assert len(report.bad) == 200
    assert report.more == 500


def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    """The disk's trouble is no finding about the repository."""
    with pytest.raises(StoreError):
        verify_repo(tmp_path / "gone.car")


def test_tiny_pieces_of_a_large_block_are_gathered_once() -> None:
    """A server that sends byte by byte does not make us copy the block each time."""
    data = car(*repo({"app.bsky.feed.post/3l3qo2vutsw2b": post(1, "x" * 900_000)}))
    verifier = RepoVerifier(keys=[KEY.public.did_key])
    for begin in range(0, len(data), 8):
        verifier.feed(data[begin : begin + 8])

    assert verifier.finish().ok


def test_a_full_disk_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What must be laid aside has no room: the disk's trouble, not the repository's."""
    monkeypatch.setattr(walk, "_IN_MEMORY", 100)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    with pytest.raises(StoreError):
        verified(car(*repo(RECORDS)))


def test_a_tree_of_many_nodes_is_kept_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit in memory is laid aside, with the same result."""
    monkeypatch.setattr(walk, "_IN_MEMORY", 100)
    path = tmp_path / "repo.car"
    path.write_bytes(car(*repo(RECORDS)))

    assert verify_repo(path, keys=[KEY.public.did_key]).ok


def test_trees_are_built_of_records_in_order() -> None:
    """The builder makes the nodes that a file needs, the root last."""
    nodes: Blocks = []
    builder = TreeBuilder(nodes)
    for name in sorted(RECORDS):
        builder.add(name.encode(), VALUE)
    root = builder.finish()

    assert nodes[-1][0] == root
    assert all(cid_of_block(data) == cid for cid, data in nodes)
