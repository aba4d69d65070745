"""Reads values by a type registry: that of the protocol (contracts/protocol/vectors/types.json), or that of a runtime."""


class Wrong(Exception):
    """Bytes or vectors are not what they have to be."""


def take(data, at, count):
    if at + count > len(data):
        raise Wrong(f"{at + count - len(data)} bytes are missing at the end")
    return data[at:at + count], at + count


def number(value, width):
    """An integer of so many bytes, little-endian."""
    return int(value).to_bytes(width, "little")


def length(count):
    """The compact form of a count: the two lowest bits of the first byte say how many bytes it takes."""
    mode = 0 if count < 1 << 6 else 1 if count < 1 << 14 else 2
    return number(count << 2 | mode, 1 << mode)


def read_length(data, at):
    mode = take(data, at, 1)[0][0] & 3
    if mode == 3:
        raise Wrong("a count above 2^30")
    raw, end = take(data, at, 1 << mode)
    count = int.from_bytes(raw, "little") >> 2
    if length(count) != raw:
        raise Wrong("a count takes more bytes than needed")
    return count, end


def read_compact(data, at):
    """A compact number of up to 536 bits. A longer form than the number needs is refused."""
    first = take(data, at, 1)[0][0]
    if first & 3 < 3:
        return read_length(data, at)
    raw, end = take(data, at + 1, (first >> 2) + 4)
    if raw[-1] == 0 or (len(raw) == 4 and raw[-1] < 0x40):
        raise Wrong("a compact number takes more bytes than needed")
    return int.from_bytes(raw, "little"), end


class Types:
    """The registry is that of scale-info: docs/protocol/vectors.md explains the file."""

    def __init__(self, named, defs):
        self.named, self.defs = named, defs

    @classmethod
    def of_file(cls, file):
        return cls(file["named"], [entry["type"]["def"] for entry in file["registry"]["types"]])

    def read(self, ty, data, at=0):
        """The value that begins at a place, and the place behind it. `ty` is a name or a number."""
        ((kind, what),) = self.defs[self.named.get(ty, ty)].items()
        if kind == "primitive" and what == "str":
            count, at = read_length(data, at)
            text, at = take(data, at, count)
            return text.decode(), at
        if kind == "primitive":
            raw, at = take(data, at, 1 if what == "bool" else 4 if what == "char" else int(what[1:]) // 8)
            return int.from_bytes(raw, "little"), at
        if kind == "variant":
            tag, at = take(data, at, 1)
            variant = next((one for one in what["variants"] if one["index"] == tag[0]), None)
            if variant is None:
                raise Wrong(f"the tag {tag[0]} is unknown")
            value, at = self.fields(variant["fields"], data, at)
            return {variant["name"]: value}, at
        if kind == "composite":
            return self.fields(what["fields"], data, at)
        if kind == "tuple":
            return self.several(what, data, at)
        if kind == "compact":
            return read_compact(data, at)
        count, at = (what["len"], at) if kind == "array" else read_length(data, at)
        if self.defs[what["type"]] == {"primitive": "u8"}:
            return take(data, at, count)
        return self.several([what["type"]] * count, data, at)

    def several(self, types, data, at):
        values = []
        for ty in types:
            value, at = self.read(ty, data, at)
            values.append(value)
        return values, at

    def fields(self, fields, data, at):
        values, at = self.several([field["type"] for field in fields], data, at)
        if fields and "name" in fields[0]:
            return {field["name"]: value for field, value in zip(fields, values)}, at
        return values[0] if len(values) == 1 else values, at

    def exactly(self, ty, data):
        """A value of which no byte is left over."""
        value, end = self.read(ty, data)
        if end != len(data):
            raise Wrong(f"{len(data) - end} bytes follow the value")
        return value
