#!/usr/bin/python3
"""Records the answers of a node about one block, as tests/suite reads them.

usage: record.py URL HEIGHT FOLDER

`recorded/hub` is of polkadot-omni-node 0.24.0 with the runtime asset-hub-westend-runtime 0.57.0, `recorded/devnet` of
greatseal-devnet. The block should hold a call of a contract that emits events, signed with Ed25519, not more than 250 blocks ago."""
import json
import pathlib
import sys
import urllib.request
import zlib

url, height, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])


def ask(method, *params):
    question = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, question, {"content-type": "application/json"})
    answer = json.load(urllib.request.urlopen(request))
    return answer.get("result")


# System.Events, Timestamp.Now, and a key that no state has.
EVENTS = "0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7"
NOW = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"
ABSENT = EVENTS + "00"

hash, parent = ask("chain_getBlockHash", height), ask("chain_getBlockHash", height - 1)
# The runtime in the parent's state executes the block.
version = ask("state_getRuntimeVersion", parent)
recorded = {
    "genesis": ask("chain_getBlockHash", 0),
    "hash": hash,
    "runtime": {name: version[name] for name in ("specName", "specVersion", "transactionVersion")},
    "block": ask("chain_getBlock", hash)["block"],
    # Hashes of the blocks before, in which a transaction of 64 blocks can have been born.
    "before": {number: ask("chain_getBlockHash", number) for number in range(max(0, height - 64), height)},
    "proof": ask("state_getReadProof", [EVENTS, NOW, ABSENT], hash)["proof"],
    # What the node itself says stands under the keys.
    "values": {key: ask("state_getStorage", key, hash) for key in (EVENTS, NOW, ABSENT)},
}
folder.mkdir(parents=True, exist_ok=True)
(folder / "block.json").write_text(json.dumps(recorded, indent=1) + "\n")
for version in (14, 15, 16):
    answer = ask("state_call", "Metadata_metadata_at_version", "0x" + version.to_bytes(4, "little").hex(), parent)
    (folder / f"metadata-{version}.zlib").write_bytes(zlib.compress(bytes.fromhex(answer[2:]), 9))
