#!/usr/bin/env bash
# Writes the golden vectors, the golden facts of every kind of event and the default policy tables (docs/policy.md) anew. They
# are what other implementers and whoever reads the tables rely on: commit them alone, and say why.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$repository"
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-protocol --test suite -- vectors \
  the_default_tables_are_the_ones_in_the_document
# Facts are made of the records that were just written.
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-facts --test suite -- golden_facts
git status --short contracts/facts/tests/golden contracts/protocol/vectors docs/policy.md
