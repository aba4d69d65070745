#!/usr/bin/env python3
"""Verifies the signatures in parts/approvals.jsonl of a bundle, written from docs/protocol/log.md, envelope.md and bytes.md alone.

usage: verify_approvals.py APPROVALS DEPLOYMENT
    APPROVALS   parts/approvals.jsonl of a bundle that `greatseal audit export` wrote
    DEPLOYMENT  the deployment file, from a source of your own: not the one in the bundle
Ends with 0 where every signature that stands in a line holds, with 1 where one does not, with 2 where it is called otherwise.
Needs Python 3.9 and the package cryptography (Debian: python3-cryptography).
"""

import base64
import json
import pathlib
import re
import sys
from collections import Counter

from envelope import domain_bytes, holds, place, sha256, signed_message, split
from scale import Types, Wrong
from verify_log import parsed

ENVELOPE = "application/vnd.greatseal.envelope.v1"
TRANSACTION = "application/vnd.greatseal.transaction.v1"
ALGORITHMS = {1: "ed25519", 2: "p256"}
# The payload may be a whole transaction with many envelopes in it.
LONGEST_LINE = 8 * 1024 * 1024
CONTRACT = re.compile(r"[0-9a-f]{40}")


def key_text(key):
    return f"{ALGORITHMS[key[0]]}:{key[1:].hex()}"


def verify(line, deployment, types):
    """The payload type of a line, whose envelope its key signed for the line's contract."""
    if line["schema"] != "greatseal.approval/1":
        raise Wrong("it is of another form than greatseal.approval/1")
    payload = base64.b64decode(line["payload"], validate=True)
    if line["payloadType"] == TRANSACTION:
        if line["signatures"]:
            raise Wrong("a transaction has its signature inside")
        return TRANSACTION
    if line["payloadType"] != ENVELOPE:
        raise Wrong("its payload is of another type")
    # It is printed; and what decodes hexadecimal digits may skip spaces and line feeds between them.
    if not isinstance(line["contract"], str) or not CONTRACT.fullmatch(line["contract"]):
        raise Wrong("its contract is not 40 hexadecimal digits")
    version, tag, command, key, signature = split(types, payload)
    domain = domain_bytes({**deployment, "contract": line["contract"]})
    if (version, tag) != (b"\x01", sha256(domain)[:4]):
        raise Wrong("its envelope is for another deployment or contract")
    if sha256(b"\x04", payload).hex() != line["envelope"]:
        raise Wrong("its envelope has another digest")
    (signed,) = line["signatures"]
    if not line["actor"] == signed["keyid"] == key_text(key):
        raise Wrong("its envelope is another key's")
    # Of a P-256 signature the third number is the key's second coordinate.
    if base64.b64decode(signed["sig"], validate=True) != signature[1:65]:
        raise Wrong("its signature is not the one in the envelope")
    if not holds(key, signature, signed_message(domain, key, command)):
        raise Wrong("its key has not signed it")
    return ENVELOPE


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    vectors = pathlib.Path(__file__).resolve().parent / "../../contracts/protocol/vectors"
    found, contracts = Counter(), Counter()
    try:
        types = Types.of_file(json.loads((vectors / "types.json").read_text()))
        with place("deployment"):
            said = parsed(pathlib.Path(arguments[1]).read_bytes())
            deployment = {name: said[name] for name in ("deployment", "contract", "chain_id")}
        with open(arguments[0], "rb") as file:
            for number, text in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
                with place(f"line {number}"):
                    if not text.endswith(b"\n"):
                        raise Wrong("it does not end")
                    line = parsed(text)
                    kind = verify(line, deployment, types)
                    found[kind] += 1
                    if kind == ENVELOPE and line["contract"] != deployment["contract"]:
                        contracts[line["contract"]] += 1
    except (Wrong, OSError, RecursionError) as error:
        print(f"error: {error}\nhelp: this file does not hold; keep it as it is, and ask whoever made it", file=sys.stderr)
        return 1
    print(f"{found[ENVELOPE]} approvals are signed by the keys that they name, for this deployment")
    if found[TRANSACTION]:
        print(f"{found[TRANSACTION]} came by transactions: their signatures are not looked at here")
    for contract, count in sorted(contracts.items()):
        print(f"{count} are for the contract {contract}: that it goes on for the deployment's, the log shows")
    print("not looked at: event, proposal, seq and at of a line. The command in the payload says what was approved")
    print("not looked at: whether these keys had a seat, whether approvals are missing, what became of them: the log shows that")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
