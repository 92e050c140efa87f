#!/usr/bin/env bash
# Prints where cargo put the nova binary: `scripts/binary.sh release|debug`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
echo "${CARGO_TARGET_DIR:-$PWD/target}/$1/nova"
