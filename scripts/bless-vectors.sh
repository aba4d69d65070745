#!/usr/bin/env bash
# Writes anew: the golden vectors, the golden facts of every kind of event, the JSON Schemas of facts and of documents, the
# default policy tables (docs/policy.md), what hostile keys can do by them (docs/protocol/trust.md), the golden answers of
# `greatseal --json` and their page (docs/answers.md). They are what other implementers, scripts and whoever reads the tables
# rely on: commit them alone, and say why.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$repository"
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-protocol --test suite -- vectors \
  the_default_tables_are_the_ones_in_the_document \
  the_section_on_trust_has_what_is_computed_from_the_default_tables
# Leaves are made of the records that were just written; documents and types are the indexer's to know.
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-audit --test suite -- vectors_of_leaves
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-api --test suite -- vectors_of_documents \
  the_type_registry_is the_schema_of_facts_is the_schemas_of_documents_are
# Facts are made of the records that were just written.
GREATSEAL_BLESS=1 cargo test --locked -p greatseal-facts --test suite -- golden_facts
GREATSEAL_BLESS=1 cargo test --locked -p greatseal --test suite -- each_answer_is_its_golden_json \
  each_type_of_answer_has_its_schema the_page_has_every_type_with_its_fields
git status --short contracts/facts/tests/golden contracts/protocol/vectors docs/policy.md docs/protocol/schemas \
  docs/protocol/trust.md docs/answers.md relayer/cli/tests/golden
