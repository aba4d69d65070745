"""Headers, storage proofs, metadata and events of a Polkadot SDK chain. docs/protocol/blocks.md explains them."""

import hashlib

from scale import Types, Wrong, read_compact, read_length, take

EVENTS = bytes.fromhex("26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7")
NOW = bytes.fromhex("f0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb")
LAST_UPGRADE = bytes.fromhex("26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8")


def blake2(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def integer(data, at, width):
    raw, at = take(data, at, width)
    return int.from_bytes(raw, "little"), at


def prefixed(data, at):
    """Bytes behind their length."""
    count, at = read_length(data, at)
    return take(data, at, count)


# 1. A header: parent, number, state root.

def header(data):
    parent, at = take(data, 0, 32)
    number, at = read_compact(data, at)
    state_root, at = take(data, at, 32)
    _, at = take(data, at, 32)                                       # extrinsics root
    count, at = read_length(data, at)
    for _ in range(count):
        tag, at = integer(data, at, 1)
        if tag not in (0, 4, 5, 6, 8):
            raise Wrong(f"a digest item has the tag {tag}")
        at = take(data, at, 4)[1] if tag in (4, 5, 6) else at        # engine
        at = at if tag == 8 else prefixed(data, at)[1]
    if at != len(data):
        raise Wrong(f"{len(data) - at} bytes follow the header")
    return parent, number, state_root


# 2. A read proof: from the state root along the key to the value.

KINDS = {0b01: "leaf", 0b10: "branch", 0b11: "branch with value"}


def head_of(node):
    """Kind of node, whether its value stands by its hash, number of nibbles, and the place behind."""
    first, at = integer(node, 0, 1)
    if first >> 6:
        kind, hashed, most = KINDS[first >> 6], False, 63
    elif first >> 5 == 1:
        kind, hashed, most = "leaf", True, 31
    elif first >> 4 == 1:
        kind, hashed, most = "branch with value", True, 15
    else:
        raise Wrong(f"a node of the state begins with {first}")
    count = more = first & most
    if count == most:
        more = 255
        while more == 255:
            more, at = integer(node, at, 1)
            count += more
    return kind, hashed, count, at


def parse_node(node):
    """Nibbles, (whether hashed, value) or None, and children by nibble."""
    kind, hashed, count, at = head_of(node)
    raw, at = take(node, at, (count + 1) // 2)
    nibbles = [half for byte in raw for half in (byte >> 4, byte & 15)]
    if count % 2 and nibbles.pop(0):
        raise Wrong("a node's nibbles are filled up with something else than 0")
    bitmap, value, children = 0, None, {}
    if kind != "leaf":
        bitmap, at = integer(node, at, 2)
        if not bitmap:
            raise Wrong("a branch has no children")
    if kind != "branch":
        raw, at = take(node, at, 32) if hashed else prefixed(node, at)
        value = hashed, raw
    for nibble in range(16):
        if bitmap >> nibble & 1:
            children[nibble], at = prefixed(node, at)
            if len(children[nibble]) > 32:
                raise Wrong("a child is longer than a hash")
    if at != len(node):
        raise Wrong(f"{len(node) - at} bytes follow a node")
    return nibbles, value, children


def read_state(root, nodes, key, met):
    """The value under a key, or None. `met` gets the hash of each node on the way, once."""
    def node_of(hash_):
        if hash_ not in nodes:
            raise Wrong("the proof lacks a node")
        if hash_ not in met:
            met.append(hash_)
        return nodes[hash_]

    node, path = node_of(root), [half for byte in key for half in (byte >> 4, byte & 15)]
    while True:
        nibbles, value, children = parse_node(node)
        if path[:len(nibbles)] != nibbles:
            return None
        path = path[len(nibbles):]
        if not path:
            hashed, raw = value or (False, None)
            return node_of(raw) if hashed else raw
        if path[0] not in children:
            return None
        child = children[path[0]]
        node, path = node_of(child) if len(child) == 32 else child, path[1:]


# 3. Metadata of version 14: types, and where the events are.

PRIMITIVES = "bool char str u8 u16 u32 u64 u128 u256 i8 i16 i32 i64 i128 i256".split()


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        raw, self.at = take(self.data, self.at, count)
        return raw

    def byte(self):
        return self.take(1)[0]

    def compact(self):
        number, self.at = read_compact(self.data, self.at)
        return number

    def text(self):
        return self.take(self.compact()).decode()

    def many(self, read):
        return [read() for _ in range(self.compact())]

    def maybe(self, read):
        return read() if self.byte() else None

    def field(self):
        name, ty = self.maybe(self.text), self.compact()
        self.maybe(self.text)                                        # the type's name in the source
        self.many(self.text)                                         # documentation
        return {"name": name, "type": ty} if name else {"type": ty}

    def variant(self):
        variant = {"name": self.text(), "fields": self.many(self.field), "index": self.byte()}
        self.many(self.text)
        return variant

    def definition(self):
        tag = self.byte()
        if tag == 0:
            return {"composite": {"fields": self.many(self.field)}}
        if tag == 1:
            return {"variant": {"variants": self.many(self.variant)}}
        if tag == 2:
            return {"sequence": {"type": self.compact()}}
        if tag == 3:
            return {"array": {"len": int.from_bytes(self.take(4), "little"), "type": self.compact()}}
        if tag == 4:
            return {"tuple": self.many(self.compact)}
        if tag == 5:
            return {"primitive": PRIMITIVES[self.byte()]}
        if tag == 6:
            return {"compact": {"type": self.compact()}}
        if tag == 7:
            return {"bits": (self.compact(), self.compact())}
        raise Wrong(f"a type is defined by the unknown tag {tag}")

    def type(self):
        number = self.compact()
        self.many(self.text)                                         # path
        self.many(lambda: (self.text(), self.maybe(self.compact)))   # parameters
        definition = self.definition()
        self.many(self.text)
        return number, definition

    def entry(self):
        name, _ = self.text(), self.byte()                           # whether there is a default
        if self.byte() == 0:
            ty = self.compact()
        else:
            ty, _ = None, (self.many(self.byte), self.compact(), self.compact())
        self.take(self.compact())                                    # default
        self.many(self.text)
        return name, ty

    def constant(self):
        constant = self.text(), self.compact(), self.take(self.compact())
        self.many(self.text)
        return constant

    def pallet(self):
        name = self.text()
        storage = self.maybe(lambda: (self.text(), self.many(self.entry)))
        self.maybe(self.compact)                                     # calls
        self.maybe(self.compact)                                     # events
        constants = self.many(self.constant)
        self.maybe(self.compact)                                     # errors
        self.byte()                                                  # tag
        return name, dict(storage[1] if storage else []), constants


class Metadata:
    """Reads the events of a block, by the metadata of the runtime that made it."""

    def __init__(self, data):
        reader = Reader(data)
        if reader.take(5) != b"meta\x0e":
            raise Wrong("these are no metadata of version 14")
        numbered = reader.many(reader.type)
        if [number for number, _ in numbered] != list(range(len(numbered))):
            raise Wrong("types are not numbered by their place")
        self.types = Types({}, [definition for _, definition in numbered])
        pallets = {name: (storage, constants) for name, storage, constants in reader.many(reader.pallet)}
        self.events_type = pallets["System"][0]["Events"]
        self.spec_version = None
        for name, ty, value in pallets["System"][1]:
            if name == "Version":
                self.spec_version = self.types.exactly(ty, value)["spec_version"]

    def emitted(self, value):
        """(transaction, event, contract, topics, data) for each event of a contract in a transaction."""
        found = []
        for index, record in enumerate(self.types.exactly(self.events_type, value)):
            event = record["event"].get("Revive")
            if "ApplyExtrinsic" in record["phase"] and isinstance(event, dict) and "ContractEmitted" in event:
                what = event["ContractEmitted"]
                place = record["phase"]["ApplyExtrinsic"], index
                found.append((*place, what["contract"], what["topics"], what["data"]))
        return found


# 4. A block: its time and the events of contracts in it, as its state proves them.

def prove(state_root, spec_version, proof, metadata):
    """Time in milliseconds, events of contracts. A proof has the nodes that are needed, and no others."""
    nodes, met = {blake2(node): node for node in proof}, []
    events, now, upgrade = (read_state(state_root, nodes, key, met) for key in (EVENTS, NOW, LAST_UPGRADE))
    if [nodes[hash_] for hash_ in met] != proof:
        raise Wrong("the proof has other nodes than are needed, or in another order")
    if events is None or now is None or len(now) != 8:
        raise Wrong("the state has no time or no events")
    said = [read_compact(upgrade, 0)[0]] if upgrade else []
    if metadata.spec_version is not None:
        said.append(metadata.spec_version)
    if any(version != spec_version for version in said):
        raise Wrong(f"it was not made by version {spec_version} of the runtime")
    return int.from_bytes(now, "little"), metadata.emitted(events)
