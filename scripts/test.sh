#!/usr/bin/env bash
# The whole proof: cargo's tests on SQLite and PostgreSQL, the release build within its budget, the pages in Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
step() { printf '\n\033[1mtest:\033[0m %s\n' "$*"; }

step "units and stories, on SQLite and PostgreSQL"
scripts/postgres.sh cargo test
cargo test -p app --features ssr
cargo test -p ui --features ssr
step "nothing of the server in the browser's tree"
if cargo tree -p frontend --target wasm32-unknown-unknown -e normal --prefix none | grep -E '^(tokio|sqlx|mio|rustix|axum) v'; then
  echo "test: server crates reach the browser" >&2; exit 1
fi
step "release build"
scripts/build.sh
step "first route within its budget"
CI=1 node scripts/budget.mjs
step "pages in Chromium"
scripts/e2e.sh
