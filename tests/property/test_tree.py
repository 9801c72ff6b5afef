"""Two ways to say that a tree is right, and somebody who has been busy with its nodes."""

from __future__ import annotations

import base64
import itertools
import re
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.portability.atproto.cids import bytes_of_cid, cid_of_block, text_of_cid
from app.portability.atproto.commit import commit_block
from app.portability.atproto.dag_cbor import json_form, read
from app.portability.atproto.findings import Findings
from app.portability.atproto.mst import TreeBuilder, tree_root
from app.portability.atproto.verify import RepoVerifier, verify_repo
from app.portability.atproto.walk import NodeShelf, Walk
from app.protocols.bluesky.dagcbor import encoded
from tests.repos import DID, KEY, REV, Blocks, car, post

KEYS = [KEY.public.did_key]
RECORD = encoded(post(1))
Node = dict[str, Any]


def change(draw: st.DrawFn, node: Node) -> None:
    """Sometimes: swap, double or lose an entry, split a name elsewhere, move or hide a child."""
    entries = node["e"]
    kind = draw(st.integers(0, 40))
    if kind == 1 and len(entries) > 1:
        entries[0], entries[-1] = entries[-1], entries[0]
    elif kind == 2 and entries:
        entries.append(dict(draw(st.sampled_from(entries))))
    elif kind == 3 and entries:
        entries.pop(draw(st.integers(0, len(entries) - 1)))
    elif kind == 4 and entries and entries[-1]["p"]:
        lengthen(entries)
    elif kind == 5 and entries:
        node["l"], entries[-1]["t"] = entries[-1]["t"], node["l"]
    elif kind == 6:
        node["l"] = None
    elif kind == 7 and entries:
        entries[-1]["k"] = {"$bytes": ""}
    elif kind == 8 and entries:
        entries[-1]["p"] = draw(st.integers(-1, 40))
    elif kind == 9:
        node["e"] = []


def lengthen(entries: list[Node]) -> None:
    """Write the last name with one byte less shared: the same name in another form."""
    names = [base64.b64decode(entry["k"]["$bytes"] + "==") for entry in entries]
    shared = entries[-1]["p"] - 1
    if len(names[0]) > shared:
        longer = names[0][shared : shared + 1] + names[-1]
        entries[-1] |= {"p": shared, "k": json_form(longer)}


@st.composite
def trees(draw: st.DrawFn) -> tuple[bytes, Blocks]:
    """The tree of a few records, its nodes changed one by one and named anew from below."""
    names = draw(st.lists(st.integers(0, 9_999), unique=True, max_size=60))
    nodes: Blocks = []
    builder = TreeBuilder(nodes)
    for number in sorted(names):
        builder.add(f"app.bsky.feed.post/3l3qo2vut{number:04d}".encode(), cid_of_block(RECORD))
    root = builder.finish()
    by_cid = {cid: json_form(read(data)) for cid, data in nodes}
    written: Blocks = []

    def link(old: Any) -> Any:
        return None if old is None else {"$link": text_of_cid(write(bytes_of_cid(old["$link"])))}

    def write(cid: bytes) -> bytes:
        node = by_cid[cid]
        entries = [entry | {"t": link(entry["t"])} for entry in node["e"]]
        new = {"e": entries, "l": link(node["l"])}
        change(draw, new)
        data = encoded(new)
        written.append((cid_of_block(data), data))
        return written[-1][0]

    return write(root), written


def is_right(root: bytes, nodes: Blocks) -> bool:
    """The other way to say it: the walked names are names, rise, and make this very root."""
    shelf, found = NodeShelf(), Findings()
    for cid, data in nodes:
        shelf.put(hash(cid), data)
    records = list(Walk(shelf, found).records(root))
    shelf.close()
    names = [name for name, _ in records]
    rising = all(before < after for before, after in itertools.pairwise(names))
    named = all(re.fullmatch(rb"app\.bsky\.feed\.post/\w+", name) for name in names)
    return not found.bad and named and rising and tree_root(records) == root


@settings(max_examples=300)
@given(trees())
def test_a_tree_is_right_when_it_is_the_one_that_its_records_make(
    tree: tuple[bytes, Blocks],
) -> None:
    """What is proven node by node, and what building it anew says, are always the same."""
    head, nodes = tree
    root, commit = commit_block(did=DID, rev=REV, data=head, key=KEY)
    data = car(root, [(root, commit), *nodes, (cid_of_block(RECORD), RECORD)])
    verifier = RepoVerifier(keys=KEYS)
    verifier.feed(data)
    proven, anew = verifier.finish(), verify_repo(data, keys=KEYS)
    right = is_right(head, nodes)

    event(f"right: {right}")
    assert proven.ok == right
    assert proven == anew
    assert right or proven.bad
    assert "tree-differs" not in {finding.code for finding in proven.bad}
