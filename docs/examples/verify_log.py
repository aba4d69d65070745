#!/usr/bin/env python3
"""Verifies the log of an audit database, written from docs/protocol/log.md, blocks.md, trail.md and envelope.md alone.

usage: verify_log.py BUNDLE DEPLOYMENT [VKEY]
    BUNDLE      a folder that `greatseal audit export --out BUNDLE` wrote
    DEPLOYMENT  the deployment file, from a source of your own: not the one in the bundle
    VKEY        the log's public key, by which the note BUNDLE/log/checkpoint is verified
Ends with 0 where everything holds that it looks at, with 1 where something does not, with 2 where it is called otherwise.
Needs Python 3.9 and the package cryptography (Debian: python3-cryptography).
"""

import base64
import json
import pathlib
import sys
from collections import Counter

from chain import Metadata, blake2, header, integer, prefixed, prove
from envelope import domain_bytes, holds, place, sha256, signed_message, split
from scale import Types, Wrong, read_length, take

LEAVES, HEADERS, MOST = 256, 1024, 128 * 1024 * 1024


# 1. Files. docs/protocol/log.md

def parts(count, most):
    """Paths of the files with `count` of something, `most` in each, and how many are in each."""
    for number in range((count + most - 1) // most):
        width = min(most, count - number * most)
        groups, rest = [f"{number % 1000:03}"], number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        yield "/".join(groups) + (f".p/{width}" if width < most else ""), width


def read(path):
    with open(path, "rb") as file:
        data = file.read(MOST + 1)
    if len(data) > MOST:
        raise Wrong(f"{path} is longer than any file of a log")
    return data


def once(members):
    if len({name for name, _ in members}) != len(members):
        raise Wrong("a name stands twice")
    return dict(members)


def parsed(data):
    return json.loads(data, object_pairs_hook=once)


def ended(data, at):
    if at != len(data):
        raise Wrong(f"{len(data) - at} bytes follow")


def all_headers(log, count):
    for path, width in parts(count, HEADERS):
        with place(f"headers/{path}"):
            data = read(log / "headers" / path)
            found, at = read_length(data, 0)
            if found != width:
                raise Wrong(f"{found} headers instead of {width}")
            for _ in range(found):
                one, at = prefixed(data, at)
                yield one
            ended(data, at)


def several(data, at, read_one):
    count, at = read_length(data, at)
    values = []
    for _ in range(count):
        value, at = read_one(data, at)
        values.append(value)
    return values, at


def read_cause(data, at):
    tag, at = integer(data, at, 1)
    if tag > 2:
        raise Wrong(f"a cause has the tag {tag}")
    value, at = prefixed(data, at) if tag else (None, at)
    return (("same", "envelope", "transaction")[tag], value), at


def read_proof(data, at):
    block, at = integer(data, at, 8)
    version, at = integer(data, at, 4)
    nodes, at = several(data, at, prefixed)
    has, at = integer(data, at, 1)
    if has > 1:
        raise Wrong("an option is neither 0 nor 1")
    return (block, version, nodes), prefixed(data, at)[1] if has else at


def all_leaves(log, size):
    """Each leaf with its cause, and with the proofs of its file in front of the first."""
    for path, width in parts(size, LEAVES):
        with place(f"tile/entries/{path}"):
            data, at, leaves = read(log / "tile/entries" / path), 0, []
            while at < len(data):
                count, at = int.from_bytes(take(data, at, 2)[0], "big"), at + 2
                leaf, at = take(data, at, count)
                leaves.append(leaf)
            if len(leaves) != width:
                raise Wrong(f"{len(leaves)} leaves instead of {width}")
        with place(f"evidence/{path}"):
            data = read(log / "evidence" / path)
            causes, at = several(data, 0, read_cause)
            proofs, at = several(data, at, read_proof)
            ended(data, at)
            if len(causes) != width or causes[0][0] == "same":
                raise Wrong("the causes are not those of its leaves")
        yield from ((leaf, cause, proofs if at == 0 else []) for at, (leaf, cause) in enumerate(zip(leaves, causes)))


# 2. A leaf, and the tree over all of them. docs/protocol/trail.md

def parse_leaf(data):
    if data[:1] != b"\x02":
        raise Wrong("the leaf is of another edition than 2")
    at, leaf = 1, {}
    for name, width in (("block_number", 8), ("block_hash", None), ("time_ms", 8), ("extrinsic", 4), ("index", 4),
                        ("transaction", None)):
        leaf[name], at = integer(data, at, width) if width else take(data, at, 32)
    leaf["record"], at = prefixed(data, at)
    ended(data, at)
    return leaf


def push(frontier, size, leaf):
    """The complete subtrees after one more leaf: two of the same size become one."""
    hash_ = sha256(b"\x00", leaf)
    while size & 1:
        hash_, size = sha256(b"\x01", frontier.pop(), hash_), size >> 1
    frontier.append(hash_)


def root(frontier):
    if not frontier:
        return sha256()
    hash_ = frontier[-1]
    for left in reversed(frontier[:-1]):
        hash_ = sha256(b"\x01", left, hash_)
    return hash_


def checkpoint(path, deployment, vkey):
    """Size and root of a note, and whether the log's key has signed it."""
    text, _, signatures = read(path).decode().rpartition("\n\n")
    text += "\n"
    origin, size, root_, *_ = text.split("\n")
    if origin != "greatseal/" + deployment or str(int(size)) != size:
        raise Wrong("it is no checkpoint of this log")
    found = int(size), base64.b64decode(root_, validate=True)
    if vkey is None:
        return found, False
    name, id_, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    if len(key) != 33 or sha256(name.encode(), b"\n", key)[:4].hex() != id_ or name != origin or key[0] != 1:
        raise Wrong("VKEY is no key of this log")
    for line in signatures.splitlines():
        dash, signer, raw = line.split(" ")
        raw = base64.b64decode(raw, validate=True)
        if (dash, signer, raw[:4].hex()) == ("\u2014", name, id_):
            if holds(key, b"\x01" + raw[4:], text.encode()):
                return found, True
            raise Wrong("its signature does not hold")
    raise Wrong("the log's key has not signed it")


# 3. Leaf after leaf.

class Log:
    def __init__(self, bundle, deployment, types):
        self.log, self.deployment, self.types = bundle / "log", deployment, types
        self.head = parsed(read(self.log / "head"))
        self.first, self.last = int(deployment["block_number"]), int(self.head["last_block"])
        claimed = self.head["schema"], self.head["deployment"], int(self.head["first_block"])
        if claimed != ("greatseal.log/2", deployment["deployment"], self.first):
            raise Wrong("head: it is of another form or deployment")
        self.domain = {name: deployment[name] for name in ("deployment", "contract", "chain_id")}
        self.emitter = bytes.fromhex(deployment["contract"])
        self.headers, self.metadata, self.block, self.cause = {}, {}, None, None
        self.signed, self.resting, self.checked = 0, Counter(), None
        self.frontier, self.roots = [], [sha256()]

    def verify(self):
        self.link()
        size, proofs, time = int(self.head["size"]), [], 0
        for seq, (raw, cause, more) in enumerate(all_leaves(self.log, size)):
            proofs += more
            with place(f"event {seq}"):
                leaf = parse_leaf(raw)
                record = self.types.exactly("Record", leaf["record"])
                if record["seq"] != seq:
                    raise Wrong(f"its record has the number {record['seq']}")
                if seq == 0:
                    self.begins(leaf, record)
                self.in_block(leaf, proofs)
                if leaf["time_ms"] < time:
                    raise Wrong("its time is before that of the event before it")
                time = leaf["time_ms"]
                self.is_next(leaf, record)
                self.brought_by(leaf, record, cause)
                self.goes_on(record)
            push(self.frontier, seq, raw)
            self.roots.append(root(self.frontier))
        if size == 0:
            raise Wrong("there are no events: a history begins with its deployment")
        self.end_block()
        if proofs:
            raise Wrong("evidence: a proof is left over")
        if self.roots[-1].hex() != self.head["root"]:
            raise Wrong(f"the leaves have the root {self.roots[-1].hex()}, and head has {self.head['root']}")

    def link(self):
        """Each header names the one before it; the first and the last are known."""
        before = None
        for number, data in enumerate(all_headers(self.log, self.last + 1 - self.first), self.first):
            with place(f"block {number}"):
                parent, found, state_root = header(data)
                if found != number or (before is not None and parent != before):
                    raise Wrong("its header has another height, or names another block before it")
                before = blake2(data)
                if number == self.first and before.hex() != self.deployment["block_hash"]:
                    raise Wrong("it is not the block that the deployment file names")
                self.headers[number] = before, state_root
        if before is None or before.hex() != self.head["last_block_hash"]:
            raise Wrong("the last header is not of the block that head names")

    def begins(self, leaf, record):
        deployed = record["event"].get("Contract", {}).get("Deployed")
        if deployed is None:
            raise Wrong("a history begins with its deployment")
        genesis, at = deployed["genesis"], 8 + 8 + 1 + 1 + 2 + 32 + 20   # where it begins in the record
        claimed = (deployed["deployment"].hex(), deployed["contract"].hex(), genesis["chain"].hex(), genesis["chain_id"],
                   leaf["block_number"], leaf["block_hash"].hex(), sha256(leaf["record"][at:]).hex())
        ours = self.deployment
        if claimed != (ours["deployment"], ours["contract"], ours["chain_genesis"], int(ours["chain_id"]),
                       self.first, ours["block_hash"], ours["deployment"]):
            raise Wrong("it deploys something else than the deployment file names")

    def in_block(self, leaf, proofs):
        number, known = leaf["block_number"], self.block and self.block[0]
        if number != known:
            self.end_block()
            if known is not None and number < known:
                raise Wrong("it names an earlier block than the event before it")
            if number not in self.headers or not proofs or proofs[0][0] != number:
                raise Wrong("nothing proves the events of its block")
            _, version, nodes = proofs.pop(0)
            with place(f"block {number}"):
                if version not in self.metadata:
                    data = read(self.log / f"metadata/{version}")
                    self.metadata[version] = Metadata(data), sha256(data)
                time, events = prove(self.headers[number][1], version, nodes, self.metadata[version][0])
            self.block = number, time, events
        if leaf["block_hash"] != self.headers[number][0]:
            raise Wrong("it names a block that is not in the chain of headers")
        if leaf["time_ms"] != self.block[1]:
            raise Wrong("it has another time than its block")

    def is_next(self, leaf, record):
        """It is the next event of the contract in its block, byte for byte."""
        if record["at"] != leaf["time_ms"] // 1000:
            raise Wrong("its record has another time than its block")
        events = self.block[2]
        while events and events[0][2] != self.emitter:
            events.pop(0)
        if not events:
            raise Wrong("its block has no such event of the contract")
        extrinsic, index, _, topics, data = events.pop(0)
        (variant,) = record["event"].values()
        (key,) = record["actor"].get("Some", {"none": b""}).values()
        kind, actor = sha256(b"greatseal/event/" + next(iter(variant)).encode()), key[:32].ljust(32, b"\0")
        if (extrinsic, index) != (leaf["extrinsic"], leaf["index"]) or len(topics) != 3 \
                or (topics[0], topics[2]) != (kind, actor) or data != topics[1] + actor + leaf["record"]:
            raise Wrong("it is not the next event of the contract in its block")

    def end_block(self):
        left = [event[1] for event in self.block[2] if event[2] == self.emitter] if self.block else []
        if left:
            raise Wrong(f"block {self.block[0]}: event {left[0]} of it is the contract's, and is missing")

    def brought_by(self, leaf, record, cause):
        """What brought it is the envelope that its record names, signed by its actor; or the transaction of its leaf."""
        (door, name), = record["door"].items()
        if cause[0] != "same":
            self.cause, self.checked = cause, None
        what, raw = self.cause
        if what == "envelope":
            if door != "Envelope" or sha256(b"\x04", raw) != name:
                raise Wrong("it names another envelope than the one that is kept")
            (algorithm, actor), = record["actor"]["Some"].items()
            version, tag, command, key, signature = split(self.types, raw)
            domain = domain_bytes(self.domain)
            if key != {"Ed25519": b"\x01", "P256": b"\x02"}[algorithm] + actor or (version, tag) != (b"\x01", sha256(domain)[:4]):
                raise Wrong("its envelope is another key's, or for another contract")
            if self.checked != (name, key) and not holds(key, signature, signed_message(domain, key, command)):
                raise Wrong("its envelope is not signed by its actor")
            self.checked, self.signed = (name, key), self.signed + 1
        else:
            if blake2(raw) != leaf["transaction"]:
                raise Wrong("it came by another transaction than the one that is kept")
            self.resting[door] += 1

    def goes_on(self, record):
        """From a retirement on the successor speaks; from its first event on, envelopes are for it."""
        contract = record["event"].get("Contract", {})
        if "Retired" in contract:
            self.emitter = contract["Retired"]["successor"]
        if "Succeeded" in contract:
            self.domain["contract"] = contract["Succeeded"]["contract"].hex()


# 4. What is said.

DOORS = {"Envelope": "whose envelopes were not found in their transactions", "Direct": "by transactions of their own",
         "Constructor": "that the contract made by itself"}


def verdict(log, note):
    print(f"{len(log.headers)} headers are linked, from the deployment's block to block {log.last}")
    print(f"{len(log.roots) - 1} events are proved to be in their blocks, and no event of the contract is left out in these")
    print(f"{log.signed} events were brought by envelopes that their actors signed")
    for door, count in log.resting.items():
        print(f"{count} events {DOORS[door]}: the block says so; signatures of transactions are not looked at here")
    print(f"head {len(log.roots) - 1}:{log.roots[-1].hex()}")
    if note:
        (size, _), signed = note
        print(f"checkpoint of {size} events: the same root; " + ("signed by VKEY" if signed else "nobody's signature was verified"))
    for version, (_, hash_) in sorted(log.metadata.items()):
        print(f"metadata of version {version} are taken as they are: SHA-256 {hash_.hex()}")
    print(f"not looked at: whether block {log.last} is the chain's and final, events behind the last one, whether the rules give "
          "these events, subjects of topics")
    print("verified: all that this example looks at")


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    bundle, vkey = pathlib.Path(arguments[0]), arguments[2] if len(arguments) == 3 else None
    vectors = pathlib.Path(__file__).resolve().parent / "../../contracts/protocol/vectors"
    try:
        types, note = Types.of_file(json.loads((vectors / "types.json").read_text())), None
        with place("the log"):
            log = Log(bundle, parsed(read(arguments[1])), types)
            log.verify()
        if (log.log / "checkpoint").exists() or vkey:
            with place("checkpoint"):
                note = checkpoint(log.log / "checkpoint", log.deployment["deployment"], vkey)
                size, found = note[0]
                if size >= len(log.roots) or log.roots[size] != found:
                    raise Wrong(f"the log has not had this root with {size} leaves")
    except (Wrong, OSError, RecursionError) as error:
        print(f"error: {error}\nhelp: this log does not hold; keep it as it is, and ask whoever made it", file=sys.stderr)
        return 1
    verdict(log, note)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
