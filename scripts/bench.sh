#!/usr/bin/env bash
# Measures the release binary; see bench/README.md for what each figure means. Arguments name the parts to measure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
cargo build --quiet --release -p bench
NOVA_TEST_BINARY="$(scripts/binary.sh release)" "${CARGO_TARGET_DIR:-$PWD/target}/release/bench" "$@"
node scripts/budget.mjs
