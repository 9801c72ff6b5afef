"""Every file of the network's interoperability vectors, each against what it is for."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.portability.atproto.cids import bytes_of_cid, cid_of_block, text_of_cid
from app.portability.atproto.dag_cbor import json_form, read, read_block
from app.portability.atproto.data_model import BadRecord, check_record
from app.portability.atproto.keys import PrivateKey, document_key, public_key
from app.portability.atproto.lexicon import Lexicons
from app.portability.atproto.mst import TreeBuilder, common_prefix, level_of, tree_root
from app.portability.atproto.multibase import base58_bytes
from app.portability.atproto.syntax import FORMATS
from app.protocols.bluesky.dagcbor import encoded
from tests.outside import needs_outside
from tests.unit.portability.atproto.vectors import FOLDER, cases, lines

pytestmark = needs_outside

SYNTAX = {
    "atidentifier": "at-identifier",
    "aturi": "at-uri",
    "cid": "cid",
    "datetime": "datetime",
    "did": "did",
    "handle": "handle",
    "language": "language",
    "nsid": "nsid",
    "recordkey": "record-key",
    "tid": "tid",
    "uri": "uri",
}
CATALOG = ("permission-set", "procedure", "query", "record", "subscription")
USED = {
    "crypto/signature-fixtures.json",
    "crypto/w3c_didkey_K256.json",
    "crypto/w3c_didkey_P256.json",
    "data-model/data-model-fixtures.json",
    "data-model/data-model-invalid.json",
    "data-model/data-model-valid.json",
    "firehose/commit-proof-fixtures.json",
    "lexicon/lexicon-invalid.json",
    "lexicon/lexicon-valid.json",
    "lexicon/record-data-invalid.json",
    "lexicon/record-data-valid.json",
    "mst/common_prefix.json",
    "mst/example_keys.txt",
    "mst/key_heights.json",
}


def bytes_of(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def test_every_file_is_used() -> None:
    """No vector lies there without a test that reads it."""
    files = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*")}
    data = {name for name in files if name.endswith((".json", ".txt"))}

    assert data == USED | syntax_files() | {f"lexicon/catalog/{name}.json" for name in CATALOG}


def syntax_files() -> set[str]:
    found = {f"syntax/{name}_syntax_{kind}.txt" for name in SYNTAX for kind in ("valid", "invalid")}
    return found | {f"syntax/{name}_parse_invalid.txt" for name in ("datetime", "language")}


# ------------------------------------------------------------------- crypto


def test_signatures_are_judged_as_the_network_does() -> None:
    """Low s is good, high s and DER are not; both ways of writing a key give one key."""
    for case in cases("crypto/signature-fixtures.json"):
        key = public_key(case["publicKeyDid"])
        signature, message = bytes_of(case["signatureBase64"]), bytes_of(case["messageBase64"])

        assert key.verifies(message, signature) is case["validSignature"], case["comment"]
        assert document_key(case["didDocSuite"], case["publicKeyMultibase"]) == key
        assert key.did_key == case["publicKeyDid"]


def test_private_keys_make_the_known_public_keys() -> None:
    """The W3C's own pairs, on both curves."""
    for case in cases("crypto/w3c_didkey_K256.json"):
        secret = bytes.fromhex(case["privateKeyBytesHex"])
        assert PrivateKey("k256", secret).public.did_key == case["publicDidKey"]
    for case in cases("crypto/w3c_didkey_P256.json"):
        secret = base58_bytes(case["privateKeyBytesBase58"])
        assert PrivateKey("p256", secret).public.did_key == case["publicDidKey"]


# --------------------------------------------------------------- data model


def test_values_have_one_form_in_bytes_and_one_in_json() -> None:
    """Read and written both ways, and the CID is the one that everybody has."""
    for case in cases("data-model/data-model-fixtures.json"):
        data = bytes_of(case["cbor_base64"])

        assert json_form(read(data)) == case["json"]
        assert encoded(case["json"]) == data
        assert text_of_cid(cid_of_block(data)) == case["cid"]
        assert read_block(data) is not None


def test_the_data_model_takes_what_it_must() -> None:
    """Whole numbers written with a point, empty things, lists of nothing."""
    for case in cases("data-model/data-model-valid.json"):
        check_record(case["json"])


def test_the_data_model_refuses_what_it_must() -> None:
    """Fractions, types that name nothing, links and bytes with something beside them."""
    for case in cases("data-model/data-model-invalid.json"):
        with pytest.raises(BadRecord):
            check_record(case["json"])


# --------------------------------------------------------------------- tree


def test_prefixes_and_levels_are_the_known_ones() -> None:
    """Names share bytes, not characters; a level is half the zero bits of a hash."""
    for case in cases("mst/common_prefix.json"):
        assert common_prefix(case["left"].encode(), case["right"].encode()) == case["len"], case
    for case in cases("mst/key_heights.json"):
        assert level_of(case["key"].encode()) == case["height"], case


def test_example_keys_stand_on_the_level_they_name() -> None:
    """A0/374913 is on level 0, A5/518415 on level 5; and they come in order."""
    names = lines("mst/example_keys.txt")

    assert [int(name[1]) for name in names] == [level_of(name.encode()) for name in names]
    assert names == sorted(names)


def test_trees_before_and_after_a_commit_have_the_known_roots() -> None:
    """And every node that the proof names is one that we build."""
    for case in cases("firehose/commit-proof-fixtures.json"):
        leaf = bytes_of_cid(case["leafValue"])
        before = tree_root((key.encode(), leaf) for key in case["keys"])
        nodes: list[tuple[bytes, bytes]] = []
        builder = TreeBuilder(nodes)
        for key in sorted((set(case["keys"]) - set(case["dels"])) | set(case["adds"])):
            builder.add(key.encode(), leaf)
        after = builder.finish()

        assert text_of_cid(before) == case["rootBeforeCommit"], case["comment"]
        assert text_of_cid(after) == case["rootAfterCommit"], case["comment"]
        assert set(case["blocksInProof"]) <= {text_of_cid(cid) for cid, _ in nodes}


# ------------------------------------------------------------------- syntax


@pytest.mark.parametrize("name", sorted(syntax_files()))
def test_names_are_told_from_what_is_none(name: str) -> None:
    """Each line of a file of names is one, or is none."""
    kind = name.removeprefix("syntax/").split("_")[0]
    check, wanted = FORMATS[SYNTAX[kind]], name.endswith("_valid.txt")

    assert [line for line in lines(name) if check(line) is not wanted] == []


# ------------------------------------------------------------------ lexicon


@pytest.fixture
def lexicons() -> Lexicons:
    found = Lexicons()
    for name in CATALOG:
        found.add(cases(f"lexicon/catalog/{name}.json"))
    return found


def test_lexicons_are_told_from_what_is_none() -> None:
    """Valid files are taken, invalid ones refused."""
    for case in cases("lexicon/lexicon-valid.json"):
        Lexicons().add(case["lexicon"])
    for case in cases("lexicon/lexicon-invalid.json"):
        with pytest.raises(BadRecord):
            Lexicons().add(case["lexicon"])


def test_records_are_as_their_lexicon_says(lexicons: Lexicons) -> None:
    """Every kind of field, as it should be."""
    for case in cases("lexicon/record-data-valid.json"):
        lexicons.check(case["rkey"], case["data"])


def test_records_that_are_not_as_their_lexicon_says_are_refused(lexicons: Lexicons) -> None:
    """Every kind of field, as it should not be; and a key of another form."""
    invalid: list[dict[str, Any]] = cases("lexicon/record-data-invalid.json")
    taken = []
    for case in invalid:
        try:
            lexicons.check(case["rkey"], case["data"])
            taken.append(case["name"])
        except BadRecord:
            continue

    assert taken == []
    with pytest.raises(BadRecord):
        lexicons.check("other", cases("lexicon/record-data-valid.json")[0]["data"])
