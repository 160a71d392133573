"""Checkpoints and proofs held against code that is not ours: tamperlog (RFC 6962) and PyNaCl (Ed25519).

Reads a claim of JSON a line and prints "holds", or "fails: " and why, a line:

    {"claim": "checkpoint", "note": …, "key": …}
    {"claim": "inclusion", "record": …, "index": …, "size": …, "root": …, "hashes": […]}
    {"claim": "consistency", "old": …, "old_root": …, "new": …, "new_root": …, "hashes": […]}
    {"claim": "root", "records": […], "root": …}

Bytes are base64.
"""

import base64
import hashlib
import json
import sys

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from tamperlog import ProofError, hash_leaf, merkle_root, verify_consistency, verify_inclusion

# Certificate Transparency's own leaves and roots: that the library means what RFC 6962 means.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
for size, root in ROOTS.items():
    assert merkle_root([hash_leaf(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]).hex() == root


def decode(text):
    return base64.b64decode(text, validate=True)


def checkpoint(claim):
    """C2SP's signed-note: who signed what."""
    body, signatures = claim["note"].split("\n\n", 1)
    name, digits, key = claim["key"].split("+", 2)
    key = decode(key)
    if key[0] != 1 or hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() != digits:
        raise ValueError("the key is no key")
    dash, signer, signature = signatures.rstrip("\n").split(" ")
    signature = decode(signature)
    if (dash, signer, signature[:4].hex()) != ("\u2014", name, digits) or body.split("\n")[0] != name:
        raise ValueError("signed by another key")
    VerifyKey(key[1:]).verify((body + "\n").encode(), signature[4:])


def check(claim):
    hashes = [decode(text) for text in claim.get("hashes", [])]
    match claim["claim"]:
        case "checkpoint":
            checkpoint(claim)
        case "inclusion":
            leaf = hash_leaf(decode(claim["record"]))
            verify_inclusion(claim["index"], claim["size"], leaf, hashes, decode(claim["root"]))
        case "consistency":
            verify_consistency(claim["old"], decode(claim["old_root"]), claim["new"], decode(claim["new_root"]), hashes)
        case "root":
            if merkle_root([hash_leaf(decode(record)) for record in claim["records"]]) != decode(claim["root"]):
                raise ValueError("another root")


for line in sys.stdin:
    try:
        check(json.loads(line))
        print("holds", flush=True)
    except (BadSignatureError, ProofError, ValueError) as error:
        print("fails:", error, flush=True)
