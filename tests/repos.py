"""Repositories made for tests: small ones to damage, large ones to measure."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.portability.atproto.car import car_bytes
from app.portability.atproto.cids import bytes_of_cid, cid_of_block
from app.portability.atproto.commit import commit_block
from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.mst import TreeBuilder
from app.protocols.bluesky.dagcbor import encoded
from app.protocols.bluesky.tids import tid

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
REV = "3l3qo2vutsw2b"
KEY = PrivateKey("k256", bytes(range(1, 33)))
PICTURE = "bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4ity"
_START = 1_700_000_000_000_000

Blocks = list[tuple[bytes, bytes]]


def repo(
    records: Mapping[str, Any], *, did: str = DID, rev: str = REV, key: PrivateKey = KEY
) -> tuple[bytes, Blocks]:
    """CID of the commit, and all blocks: commit, nodes, records (by name: value in JSON's form)."""
    blocks = {name.encode(): encoded(value) for name, value in records.items()}
    return repo_of_blocks(blocks, did=did, rev=rev, key=key)


def repo_of_blocks(
    records: Mapping[bytes, bytes], *, did: str = DID, rev: str = REV, key: PrivateKey = KEY
) -> tuple[bytes, Blocks]:
    """The same of records whose bytes are given, whatever they are."""
    nodes: Blocks = []
    builder = TreeBuilder(nodes)
    for name in sorted(records):
        builder.add(name, cid_of_block(records[name]))
    root, commit = commit_block(did=did, rev=rev, data=builder.finish(), key=key)
    found = {root: commit} | dict(nodes)
    found |= {cid_of_block(data): data for data in records.values()}
    return root, list(found.items())


def car(root: bytes, blocks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The CAR file."""
    return b"".join(car_bytes(root, blocks))


def post(number: int, text: str = "") -> dict[str, Any]:
    """A record as people write them."""
    return {
        "$type": "app.bsky.feed.post",
        "text": text or f"Post number {number}: the godwit flies on, over the sea.",
        "langs": ["en"],
        "createdAt": "2026-11-22T13:13:52.210Z",
    }


def picture_post(number: int) -> dict[str, Any]:
    """A post with a file."""
    blob = {
        "$type": "blob",
        "ref": {"$link": PICTURE},
        "mimeType": "image/jpeg",
        "size": 10_000 + number,
    }
    images = [{"alt": "", "image": blob}]
    return post(number) | {"embed": {"$type": "app.bsky.embed.images", "images": images}}


def like(number: int) -> dict[str, Any]:
    """A like of somebody's post."""
    subject = {
        "cid": "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
        "uri": f"at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/{tid(_START + number, 0)}",
    }
    return {
        "$type": "app.bsky.feed.like",
        "subject": subject,
        "createdAt": "2026-11-22T13:13:52.210Z",
    }


def large_repo(path: Path, count: int) -> str:
    """
    Write a repository as a PDS sends it: blocks in the order of their CIDs.

    Half likes, the rest posts, replies and posts with a file. About 340 bytes a
    record and its share of the tree.

    Returns:
        The ``did:key`` that has signed it.
    """
    chance = random.Random(count)
    places: dict[bytes, bytes] = {}
    with path.with_suffix(".parts").open("w+b") as parts:
        index: list[tuple[bytes, int, int]] = []

        def keep(cid: bytes, data: bytes) -> None:
            index.append((cid, parts.tell(), len(data)))
            parts.write(data)

        for name, value in _many(count, chance):
            data = encoded(value)
            cid = cid_of_block(data)
            places[name] = cid
            keep(cid, data)
        nodes: Blocks = []
        builder = TreeBuilder(nodes)
        for name in sorted(places):
            builder.add(name, places[name])
            while nodes:
                keep(*nodes.pop())
        data_root = builder.finish()
        while nodes:
            keep(*nodes.pop())
        root, commit = commit_block(did=DID, rev=REV, data=data_root, key=KEY)

        def blocks() -> Iterator[tuple[bytes, bytes]]:
            yield root, commit
            for cid, at, size in sorted(index):
                parts.seek(at)
                yield cid, parts.read(size)

        with path.open("wb") as file:
            file.writelines(car_bytes(root, blocks()))
    path.with_suffix(".parts").unlink()
    return KEY.public.did_key


def _many(count: int, chance: random.Random) -> Iterator[tuple[bytes, dict[str, Any]]]:
    words = "the godwit flies without landing over sea and ice to where it was born".split()
    for number in range(count):
        key = tid(_START + number * 60_000_000, 0)
        kind = number % 10
        if kind < 5:
            yield f"app.bsky.feed.like/{key}".encode(), like(number)
            continue
        text = " ".join(chance.choices(words, k=chance.randint(5, 40)))
        value = picture_post(number) if kind == 5 else post(number, text)
        if kind > 7:
            strong = {"cid": "b" * 59, "uri": like(number)["subject"]["uri"]}
            value["reply"] = {"root": strong, "parent": strong}
        yield f"app.bsky.feed.post/{key}".encode(), value


def picture_cid() -> bytes:
    """The CID of the file that :func:`picture_post` names."""
    return bytes_of_cid(PICTURE)
