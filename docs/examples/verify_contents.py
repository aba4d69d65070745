#!/usr/bin/env python3
"""Verifies the contents of a bundle, written from docs/protocol/log.md, contents.md and trail.md alone.

usage: verify_contents.py BUNDLE
    BUNDLE   a folder that `greatseal audit export` wrote
Ends with 0 where each content is what its name says and a line of parts/contents.jsonl names it, with 1 where one is not, with 2
where it is called otherwise. Needs Python 3.9.
"""

import hashlib
import json
import os
import pathlib
import re
import sys
from collections import Counter

from envelope import place
from scale import Types, Wrong, take
from verify_log import parsed, push, root

LONGEST_LINE = 1024
LONGEST = 2 << 30
# A list is read as a whole here.
LONGEST_LIST = 64 << 20
MOST_CIPHERTEXTS = 8
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


def files(folder):
    """Names of all files below a folder, in order. What is neither file nor folder is none of a bundle."""
    if not folder.is_symlink() and not folder.exists():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise Wrong(f"{ascii(str(folder))}: it is no folder")
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            yield from files(pathlib.Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield pathlib.Path(entry.path)
        else:
            raise Wrong(f"{ascii(entry.path)}: a bundle has no such file")


def verify(bundle, types):
    """How many contents are there, in plain and encrypted, and which are not."""
    wanted, plain, encrypted = named(bundle / "parts/contents.jsonl"), set(), set()
    sealed = Counter()
    for path in files(bundle / "contents"):
        name = path.relative_to(bundle).as_posix()
        with place(ascii(name)[1:-1]):
            if path.stat().st_size > LONGEST:
                raise Wrong("it is longer than a content")
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
                sealed[hex_] += 1
                if sealed[hex_] > MOST_CIPHERTEXTS:
                    raise Wrong("it is one more than a store has")
                continue
            if scheme != "sha256" and path.stat().st_size > LONGEST_LIST:
                raise Wrong("it is a longer list than this example reads")
            found = sha256_of(path)[0] if scheme == "sha256" else root_of(scheme, path.read_bytes(), types)
            if found != hex_:
                raise Wrong("its bytes are others")
            plain.add(f"{scheme}:{hex_}")
    for address in sorted(plain & encrypted):
        raise Wrong(f"{address}: there is a ciphertext beside the bytes")
    return plain, encrypted, wanted - plain - encrypted


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    vectors = pathlib.Path(__file__).resolve().parent / "../../contracts/protocol/vectors"
    try:
        types = Types.of_file(json.loads((vectors / "types.json").read_text()))
        plain, encrypted, missing = verify(pathlib.Path(arguments[0]), types)
    except (Wrong, OSError, RecursionError, MemoryError) as error:
        print(f"error: {error}\nhelp: these contents do not hold; keep them as they are, and ask whoever made them", file=sys.stderr)
        return 1
    print(f"{len(plain)} contents are what events name: " + ", ".join(
        f"{count} {scheme}" for scheme, count in sorted(Counter(address.split(":")[0] for address in plain).items())))
    print(f"{len(encrypted)} are encrypted: what is in them is not shown")
    for address in sorted(missing):
        print(f"missing: {address}")
    print("not looked at: whether parts/contents.jsonl is what the events say: the log shows that")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
