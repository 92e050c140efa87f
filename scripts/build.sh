#!/usr/bin/env bash
# Builds the release: npm bundles, browser side (split and precompressed), then the server with all of it inside.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
(cd frontend/js && node build.mjs)
cargo leptos build --release --split --precompress
# A build that split nothing still works; say so loudly instead of shipping one large file.
compgen -G 'target/site/pkg/*split*.wasm' >/dev/null || { echo "build: the browser side was not split into chunks" >&2; exit 1; }
