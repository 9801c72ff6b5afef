"""Repositories, values and trees: whatever they are, they have one form, and no other passes."""

from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portability.atproto.car import CarFault, CarReader
from app.portability.atproto.cids import cid_of_block, text_of_cid
from app.portability.atproto.commit import commit_block
from app.portability.atproto.dag_cbor import CborFault, json_form, read, read_block
from app.portability.atproto.findings import Findings
from app.portability.atproto.mst import TreeBuilder, tree_root
from app.portability.atproto.verify import RepoVerifier, verify_repo
from app.portability.atproto.walk import NodeShelf, Walk
from app.protocols.bluesky.dagcbor import encoded
from tests.repos import DID, KEY, PICTURE, REV, car, picture_post, post, repo

KEYS = [KEY.public.did_key]
NSIDS = st.sampled_from(["app.bsky.feed.post", "app.bsky.feed.like", "com.example.a", "a.b.c"])
NAMES = st.builds(
    lambda nsid, key: f"{nsid}/{key}",
    NSIDS,
    st.text(string.ascii_letters + string.digits + "_~.:-", min_size=1, max_size=20).filter(
        lambda key: key not in (".", "..")
    ),
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=30)
    | st.binary(max_size=40).map(lambda data: {"$bytes": read_bytes(data)})
    | st.just({"$link": PICTURE})
)
FIELDS = st.text(max_size=8).filter(lambda name: not name.startswith("$"))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)
RECORDS = st.dictionaries(FIELDS, VALUES, max_size=5)
REPOS = st.dictionaries(
    NAMES, RECORDS | st.integers(0, 9).map(post) | st.integers(0, 9).map(picture_post), max_size=30
)


def read_bytes(data: bytes) -> str:
    form = json_form(data)
    assert isinstance(form, dict)
    return str(form["$bytes"])


@given(VALUES)
def test_a_value_is_read_back_as_it_was_written(value: object) -> None:
    """Through bytes and back, by both readers."""
    data = encoded(value)

    assert json_form(read(data)) == value
    assert read_block(data) is not None or value is None


@given(VALUES, st.data())
def test_only_one_form_of_a_value_is_read(value: object, data: st.DataObject) -> None:
    """Bytes that are read at all are what their value would be written as; both readers agree."""
    changed = bytearray(encoded(value))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place : place + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=2))
        if not changed:
            changed = bytearray(b"\0")
    raw = bytes(changed)
    try:
        found = read(raw)
    except CborFault:
        found = CborFault
    try:
        fast = read_block(raw)
    except CborFault:
        fast = CborFault

    assert (fast is CborFault) == (found is CborFault)
    if found is not CborFault:
        assert fast == found
        assert has_strange_form(found) or encoded(json_form(found)) == raw


def has_strange_form(value: object) -> bool:
    """JSON's form is ambiguous for maps that look like links or bytes."""
    if isinstance(value, dict):
        return "$link" in value or "$bytes" in value or any(map(has_strange_form, value.values()))
    if isinstance(value, list):
        return any(map(has_strange_form, value))
    # The writer writes only the network's two kinds of CID in base 32.
    return isinstance(value, bytes) and type(value) is not bytes and len(value) != 36


@given(st.binary(max_size=300))
def test_junk_is_refused_in_words(data: bytes) -> None:
    """Never another exception, whatever comes."""
    for reader in (read, read_block):
        try:
            reader(data)
        except CborFault as fault:
            assert fault.code
            assert fault.text
            assert 0 <= fault.at <= len(data)


@given(st.dictionaries(NAMES, st.integers(0, 255), max_size=60), st.randoms())
def test_a_tree_is_what_its_records_are(records: dict[str, int], chance: object) -> None:
    """In whatever order they come; and walked, it gives them back in order."""
    pairs = [(name.encode(), b"\x01\x71\x12\x20" + bytes([n]) * 32) for name, n in records.items()]
    shuffled = list(pairs)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    shelf, found = NodeShelf(), Findings()
    nodes: list[tuple[bytes, bytes]] = []
    builder = TreeBuilder(nodes)
    for key, value in sorted(pairs):
        builder.add(key, value)
    root = builder.finish()
    for cid, data in nodes:
        shelf.put(hash(cid), data)

    assert tree_root(shuffled) == root
    assert list(Walk(shelf, found).records(root)) == sorted(pairs)
    assert found.bad == []
    assert not list(shelf.untaken())
    shelf.close()


@settings(max_examples=60)
@given(REPOS, st.randoms(), st.integers(1, 500))
def test_whatever_a_repository_holds_it_is_whole(
    records: dict[str, object], chance: object, piece: int
) -> None:
    """In any order of blocks, in pieces of any size."""
    root, blocks = repo(records)
    chance.shuffle(blocks)  # type: ignore[attr-defined]
    data = car(root, blocks)
    verifier = RepoVerifier(keys=KEYS)
    for begin in range(0, len(data), piece):
        verifier.feed(data[begin : begin + piece])
    report = verifier.finish()

    assert report.bad == ()
    assert report.ok
    assert report.notes == ()
    assert report.record_count == len(records)
    assert report == verify_repo(data, keys=KEYS)


@settings(max_examples=200)
@given(REPOS, st.data())
def test_one_changed_byte_is_always_found(records: dict[str, object], data: st.DataObject) -> None:
    """Wherever it is, and whatever it becomes; also one lost, and one too many."""
    whole = car(*repo(records))
    place = data.draw(st.integers(0, len(whole) - 1))
    change = data.draw(st.integers(1, 255))
    changed = bytearray(whole)
    changed[place] ^= change
    lost = whole[:place] + whole[place + 1 :]
    more = whole[:place] + bytes([change]) + whole[place:]

    assert not verify_repo(bytes(changed), keys=KEYS).ok
    assert not verify_repo(lost, keys=KEYS).ok or lost == whole
    assert not verify_repo(more, keys=KEYS).ok
    assert not verify_repo(whole[:place], keys=KEYS).ok


@settings(max_examples=100)
@given(REPOS, st.data())
def test_a_block_more_or_less_is_always_seen(
    records: dict[str, object], data: st.DataObject
) -> None:
    """A block that is gone is a fault; one that is there twice is counted."""
    root, blocks = repo(records)
    place = data.draw(st.integers(0, len(blocks) - 1))
    fewer = blocks[:place] + blocks[place + 1 :]

    assert not verify_repo(car(root, fewer), keys=KEYS).ok
    twice = verify_repo(car(root, [*blocks, blocks[place]]), keys=KEYS)
    assert twice.ok
    assert twice.duplicates == 1


VALUE = {"$link": PICTURE.replace("bafkrei", "bafyrei")}
LINKS = st.sampled_from([None, VALUE, {"$link": PICTURE}])
ENTRIES = st.fixed_dictionaries(
    {
        "k": st.binary(max_size=40).map(lambda data: {"$bytes": read_bytes(data)}) | VALUES,
        "p": st.integers(-2, 50) | VALUES,
        "t": LINKS | VALUES,
        "v": LINKS | VALUES,
    }
)
NODES = (
    st.fixed_dictionaries({"e": st.lists(ENTRIES | VALUES, max_size=5), "l": LINKS | VALUES})
    | VALUES
)


@settings(max_examples=200)
@given(st.lists(NODES, min_size=1, max_size=4), st.booleans())
def test_any_tree_is_a_report(nodes: list[object], chained: bool) -> None:
    """Signed by its owner, every hash right, and nonsense: named, never an exception."""
    blocks: list[tuple[bytes, bytes]] = []
    for node in nodes:
        if chained and blocks and isinstance(node, dict):
            node = node | {"l": {"$link": text_of_cid(blocks[-1][0])}}
        data = encoded(node)
        blocks.append((cid_of_block(data), data))
    root, commit = commit_block(did=DID, rev=REV, data=blocks[-1][0], key=KEY)
    report = verify_repo(car(root, [(root, commit), *blocks]), keys=KEYS)

    empty = encoded({"e": [], "l": None})
    assert report.signature == "valid"
    assert report.ok == (blocks[-1][1] == empty)


@given(
    st.dictionaries(
        st.sampled_from(["did", "version", "data", "rev", "prev", "sig"]), VALUES | LINKS
    )
)
def test_any_commit_is_a_report(fields: dict[str, object]) -> None:
    """Whatever stands at the head."""
    data = encoded(fields)
    report = verify_repo(car(cid_of_block(data), [(cid_of_block(data), data)]), keys=KEYS)

    assert not report.ok
    assert report.bad


@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_are_a_report(data: bytes, piece: int) -> None:
    """Never an exception, never whole."""
    report = verify_repo(data, keys=KEYS)
    verifier = RepoVerifier(keys=KEYS)
    for begin in range(0, len(data), piece):
        verifier.feed(data[begin : begin + piece])

    assert not report.ok
    assert report.bad
    assert verifier.finish() == report


@given(st.binary(max_size=200))
def test_any_blocks_are_a_report(data: bytes) -> None:
    """After a header that is right, too."""
    root, _ = repo({})
    report = verify_repo(car(root, []) + data, keys=KEYS)

    assert "commit-missing" in {finding.code for finding in report.bad}
    reader = CarReader()
    try:
        blocks = list(reader.feed(car(root, []) + data))
        reader.finish()
        assert sum(len(block.cid) + len(block.data) for block in blocks) <= len(data)
    except CarFault as fault:
        assert fault.code
