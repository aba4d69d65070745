#!/usr/bin/env python3
"""Verifies the contents of a bundle, written from docs/protocol/log.md, contents.md and trail.md alone.

usage: verify_contents.py BUNDLE
    BUNDLE   a folder that `greatseal audit export` wrote
Ends with 0 where each content is what its name says and a line of parts/contents.jsonl names it, with 1 where one is not, with 2
where it is called otherwise. Needs Python 3.9.
"""

import hashlib
import json
import pathlib
import re
import sys
from collections import Counter

from envelope import place
from scale import Types, Wrong, take
from verify_log import parsed, push, root

LONGEST_LINE = 1024
PIECE = 1 << 20
# docs/protocol/contents.md#lists: the type of an item, and what stands before it.
ITEMS = {"entries": ("ManifestEntry", b"\x01"), "outcomes": ("EntryOutcome", b"\x01"), "carried": ("Carried", b""), "accounts": (None, b"")}
PUBLIC = re.compile(r"contents/([a-z0-9]+)/([0-9a-f]{2})/(\2[0-9a-f]{62})")
RESTRICTED = re.compile(r"contents/restricted/([a-z0-9]+)/([0-9a-f]{64})/([0-9a-f]{64})\.age")
ADDRESS = re.compile(r"(?:sha256|entries|outcomes|carried|accounts):[0-9a-f]{64}")
MAGIC = b"age-encryption.org/v1\n"


def sha256_of(path):
    """The hash of a file, and how it begins."""
    hash_, first = hashlib.sha256(), None
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            first = piece if first is None else first
            hash_.update(piece)
    return hash_.hexdigest(), first or b""


def root_of(scheme, data, types):
    """The root over the items of a list, which stand one after the other."""
    ty, version = ITEMS[scheme]
    frontier, size, at = [], 0, 0
    while at < len(data):
        begins = at
        before, at = take(data, at, len(version))
        if before != version:
            raise Wrong(f"item {size} is of another version")
        at = take(data, at, 32)[1] if ty is None else types.read(ty, data, at)[1]
        push(frontier, size, data[begins:at])
        size += 1
    return root(frontier).hex()


def named(path):
    """Addresses of the contents that events name."""
    found = set()
    with open(path, "rb") as file:
        for number, text in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
            with place(f"line {number} of parts/contents.jsonl"):
                line = parsed(text)
                if line["schema"] != "greatseal.content/1" or not ADDRESS.fullmatch(line["address"]):
                    raise Wrong("it is no content of an event")
                found.add(line["address"])
    return found


def verify(bundle, types):
    """How many contents are there, in plain and encrypted, and which are not."""
    wanted, plain, encrypted = named(bundle / "parts/contents.jsonl"), set(), set()
    for path in sorted(bundle.glob("contents/**/*")):
        name = path.relative_to(bundle).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        with place(ascii(name)[1:-1]):
            if path.is_symlink():
                raise Wrong("it is a link")
            public, restricted = PUBLIC.fullmatch(name), RESTRICTED.fullmatch(name)
            if not public and not restricted:
                raise Wrong("it is no content")
            scheme, hex_ = (public[1], public[3]) if public else (restricted[1], restricted[2])
            if f"{scheme}:{hex_}" not in wanted:
                raise Wrong("no event names it")
            if restricted:
                found, first = sha256_of(path)
                if found != restricted[3] or not first.startswith(MAGIC):
                    raise Wrong("it is not the ciphertext of its name")
                encrypted.add(f"{scheme}:{hex_}")
                continue
            found = sha256_of(path)[0] if scheme == "sha256" else root_of(scheme, path.read_bytes(), types)
            if found != hex_:
                raise Wrong("its bytes are others")
            plain.add(f"{scheme}:{hex_}")
    return plain, encrypted - plain, wanted - plain - encrypted


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    vectors = pathlib.Path(__file__).resolve().parent / "../../contracts/protocol/vectors"
    try:
        types = Types.of_file(json.loads((vectors / "types.json").read_text()))
        plain, encrypted, missing = verify(pathlib.Path(arguments[0]), types)
    except (Wrong, OSError, RecursionError) as error:
        print(f"error: {error}\nhelp: these contents do not hold; keep them as they are, and ask whoever made them", file=sys.stderr)
        return 1
    print(f"{len(plain)} contents are what events name: " + ", ".join(
        f"{count} {scheme}" for scheme, count in sorted(Counter(address.split(":")[0] for address in plain).items())))
    print(f"{len(encrypted)} are encrypted: that they were not changed is shown, not what is in them")
    for address in sorted(missing):
        print(f"missing: {address}")
    print("not looked at: whether parts/contents.jsonl is what the events say: the log shows that")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
