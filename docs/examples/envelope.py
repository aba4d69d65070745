#!/usr/bin/env python3
"""Builds, signs, reads and verifies envelopes, and verifies the hashes of a log and of settlement. README.md explains it.

usage: envelope.py [VECTORS]    a folder of golden vectors; contracts/protocol/vectors where it is left out
Needs Python 3.9 and the package cryptography (Debian: python3-cryptography).
"""

import hashlib
import json
import pathlib
import sys
from contextlib import contextmanager

from scale import Types, Wrong, length, number

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
    from cryptography.hazmat.primitives.hashes import SHA256
except ImportError:
    sys.exit("error: the package cryptography is missing\n"
             "help: apt-get install python3-cryptography, and use /usr/bin/python3")

P256_HALF_ORDER = 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def same(what, here, vector):
    """Compares bytes with those of the vector, which are hexadecimal."""
    if here.hex() != vector:
        raise Wrong(f"{what} differs\n  here   {here.hex()}\n  vector {vector}")


# 1. A command by hand: a seat approves a proposal. docs/protocol/language.md has every tag.

COUNCILS = ["Sovereign", "Policy", "Technical", "Emergency", "Custody", "Treasury", "Identity"]


def seat(council, index):
    return number(COUNCILS.index(council), 1) + number(index, 1)


def approval(as_seat, epoch, expiry, serial, author, slot, digest):
    capacity = b"\x01" + seat(*as_seat) + number(epoch, 4)           # Capacity::Seat
    proposal = number(serial, 4) + seat(*author) + number(slot, 1)   # ProposalId
    order = b"\x01\x01" + proposal + digest + b"\x01"                # Order::Proposal, Order::Decide, Approve
    return capacity + number(expiry, 8) + order


# 2. What is signed, and what travels. docs/protocol/envelope.md

def domain_bytes(domain):
    deployment, contract = bytes.fromhex(domain["deployment"]), bytes.fromhex(domain["contract"])
    return b"\x01" + deployment + contract + number(domain["chain_id"], 8)


def signed_message(domain, key, command):
    return b"GREATSEAL-V1:" + sha256(domain, key, command)


def envelope_bytes(domain, key, command, signature):
    return b"\x01" + sha256(domain)[:4] + command + key + signature


# 3. Back again: the parts of an envelope, and whether its key signed it.

def split(types, envelope):
    """Version, domain tag, command, key, signature. Where a part ends follows from its type."""
    ends = [0, 1, 5]
    for name in ("Command", "Key", "Signature"):
        ends.append(types.read(name, envelope, ends[-1])[1])
    if ends[-1] != len(envelope):
        raise Wrong(f"{len(envelope) - ends[-1]} bytes follow the signature")
    return [envelope[begin:end] for begin, end in zip(ends, ends[1:])]


def holds(key, signature, message):
    """The first byte of key and signature is the algorithm. docs/protocol/bytes.md"""
    try:
        if key[0] == signature[0] == 1:
            ed25519.Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[1:], message)
            return True
        r, s, y = (int.from_bytes(signature[at:at + 32], "big") for at in (1, 33, 65))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key[1:])
        public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
        return key[0] == signature[0] == 2 and s <= P256_HALF_ORDER and y == public.public_numbers().y
    except (InvalidSignature, ValueError):
        return False


# 4. A leaf of the log: the record with its place. docs/protocol/log.md

def leaf_bytes(leaf):
    place = b"\x02" + number(leaf["block_number"], 8) + bytes.fromhex(leaf["block_hash"]) + number(leaf["time_ms"], 8)
    place += number(leaf["extrinsic_index"], 4) + number(leaf["event_index"], 4) + bytes.fromhex(leaf["transaction"])
    record = bytes.fromhex(leaf["record"])
    return place + length(len(record)) + record


# 5. What is named by its hash. docs/protocol/digests.md

DIGESTS = [("deployment_id", b"", "genesis"), ("proposal_digest", b"\x02", "proposal_terms"),
           ("route_hash", b"\x05", "route"), ("manifest_hash", b"\x0b", "manifest")]


def leaf_hash(leaf):
    """Of a tree of RFC 9162: of the log, or of outcomes, docs/protocol/rules-program.md"""
    return sha256(b"\x00", leaf)


def root(leaves):
    """A node without a neighbour goes up as it is."""
    while len(leaves) > 1:
        pairs = [leaves[at:at + 2] for at in range(0, len(leaves), 2)]
        leaves = [sha256(b"\x01", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return leaves[0]


# 6. Everything above, tried on the vectors.

@contextmanager
def place(name):
    """Says where in a file something is wrong."""
    try:
        yield
    except (Wrong, ValueError, LookupError, TypeError) as error:
        raise Wrong(f"{name}: {error}") from None


def is_approval(command):
    decision = command["order"].get("Proposal", {}).get("Decide", {})
    return "Approve" in decision.get("decision", {})


def build(types, seeds, file):
    """The first approval by an Ed25519 key: built from what it says, and signed with the seed in keys.json."""
    for at, entry in enumerate(file["envelopes"]):
        with place(f"envelopes[{at}]"):
            command = types.exactly("Command", bytes.fromhex(entry["command"]))
            if entry["key"] in seeds and "envelope" in entry and is_approval(command):
                break
    sender, decision = command["capacity"]["Seat"], command["order"]["Proposal"]["Decide"]
    names = lambda seat: (next(iter(seat["council"])), seat["index"])
    domain, key = domain_bytes(file["domain"]), bytes.fromhex(entry["key"])
    with place("domain"):
        same("bytes", domain, file["domain"]["bytes"])
    with place(f"envelopes[{at}]"):
        made = approval(names(sender["seat"]), sender["epoch"], command["expiry"], decision["id"]["serial"],
                        names(decision["id"]["author"]), decision["id"]["slot"], decision["digest"])
        same("command", made, entry["command"])
        message = signed_message(domain, key, made)
        same("signed_message", message, entry["signed_message"])
        signature = ed25519.Ed25519PrivateKey.from_private_bytes(seeds[entry["key"]]).sign(message)
        same("signature", signature, entry["signature"])
        same("envelope", envelope_bytes(domain, key, made, b"\x01" + signature), entry["envelope"])
    print(f"envelopes[{at}], an approval, was built and signed by hand: the same bytes")


def read_back(types, file):
    """Every envelope: its parts, its digest, and whether its key signed it for this domain."""
    domain, verified = domain_bytes(file["domain"]), 0
    for at, entry in enumerate(file["envelopes"]):
        if "envelope" not in entry:
            continue                                                 # the direct door: the chain has verified it
        with place(f"envelopes[{at}]"):
            envelope = bytes.fromhex(entry["envelope"])
            version, tag, command, key, signature = split(types, envelope)
            same("command", command, entry["command"])
            same("key", key, entry["key"])
            same("signature", signature[1:], entry["signature"])
            same("envelope_digest", sha256(b"\x04", envelope), entry["envelope_digest"])
            here = (version, tag) == (b"\x01", sha256(domain)[:4])
            signed = here and holds(key, signature, signed_message(domain, key, command))
            if signed != (entry["result"] not in ("ignored 103", "ignored 104")):
                raise Wrong(f"the signature {'holds' if signed else 'does not hold'}, and the result is {entry['result']}")
            verified += signed
    print(f"{len(file['envelopes'])} commands were read back; {verified} signatures hold")


def log(types, file):
    """Every leaf has its bytes and its hash, and the leaves up to it their root."""
    hashes = []
    for at, leaf in enumerate(file["leaves"]):
        with place(f"leaves[{at}]"):
            bytes_ = leaf_bytes(leaf)
            same("leaf", bytes_, leaf["leaf"])
            same("hash", leaf_hash(bytes_), leaf["hash"])
            hashes.append(bytes.fromhex(leaf["hash"]))
            same("root", root(hashes), leaf["root"])
            seq = types.exactly("Record", bytes.fromhex(leaf["record"]))["seq"]
            if seq != at:
                raise Wrong(f"the event has the number {seq}")
    print(f"{len(hashes)} leaves of a log have the root {file['leaves'][-1]['root']}")


def digests(types, file):
    """Every hash is that of its bytes, and the statement's root is that of the outcomes."""
    for name, purpose, what in DIGESTS:
        same(name, sha256(purpose, bytes.fromhex(file[what])), file[name])
    same("document_hash", sha256(file["document"].encode()), file["document_hash"])
    for at, action in enumerate(file["actions"]):
        with place(f"actions[{at}]"):
            same("action_hash", sha256(b"\x03", bytes.fromhex(action["bytes"])), action["action_hash"])
    recorder, statement = bytes.fromhex(file["recorder"]), bytes.fromhex(file["statement"])
    same("statement_hash", sha256(b"\x0c", recorder, statement), file["statement_hash"])
    for at, outcome in enumerate(file["outcomes"]):
        with place(f"outcomes[{at}]"):
            raw = bytes.fromhex(outcome["bytes"])
            if raw[0] != 1 or types.exactly("EntryOutcome", raw[1:])["index"] != at:
                raise Wrong("it is no outcome of this version for this entry")
            same("leaf", leaf_hash(raw), outcome["leaf"])
    leaves = [bytes.fromhex(outcome["leaf"]) for outcome in file["outcomes"]]
    same("root", root(leaves), types.exactly("BatchStatement", statement)["root"].hex())
    print(f"{len(DIGESTS) + len(file['actions']) + 2} digests hold; a statement is about {len(leaves)} outcomes")


def main(arguments):
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(arguments[0]) if arguments else here / "../../contracts/protocol/vectors"
    read = lambda name: json.loads((folder / name).read_text())
    try:
        with place("types.json"):
            types = Types.of_file(read("types.json"))
        with place("keys.json"):
            keys = {entry["key"]: bytes.fromhex(entry["seed"]) for entry in read("keys.json")["keys"]}
            seeds = {key.replace("ed25519:", "01"): seed for key, seed in keys.items()}
        for name in ("envelopes.json", "micronode-envelopes.json"):
            with place(name):
                file = read(name)
                build(types, seeds, file)
                read_back(types, file)
        with place("digests.json"):
            digests(types, read("digests.json"))
        with place("leaves.json"):
            log(types, read("leaves.json"))
    except (Wrong, OSError) as error:
        print(f"error: {error}\nhelp: {folder} does not hold the vectors of this protocol: take those of a release",
              file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
