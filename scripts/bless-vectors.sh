#!/usr/bin/env bash
# Writes the golden vectors and the default policy tables (docs/policy.md) anew. They are what other implementers and
# whoever reads the tables rely on: commit them alone, and say why.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$repository"
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-protocol --test suite -- vectors \
  the_default_tables_are_the_ones_in_the_document
git status --short contracts/protocol/vectors docs/policy.md
