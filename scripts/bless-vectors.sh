#!/usr/bin/env bash
# Writes the golden vectors anew. They are what other implementers rely on: commit them alone, and say why.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$repository"
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-protocol --test suite vectors
git status --short contracts/protocol/vectors
