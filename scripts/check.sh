#!/usr/bin/env bash
# Formatting, lints for both sides, and rules about dependencies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh

step() { printf '\033[1mcheck:\033[0m %s\n' "$*"; }

step formatting
if command -v rustup >/dev/null; then RUSTUP_TOOLCHAIN=stable cargo fmt --all --check; else cargo fmt --all --check; fi

step "lints, server side"
cargo clippy --quiet --all-targets -p bench -- -D warnings
cargo clippy --quiet --all-targets -- -D warnings
step "lints, browser side"
cargo clippy --quiet -p frontend --target wasm32-unknown-unknown -- -D warnings

step "nothing of the server in the browser's tree"
tree=$(cargo tree -p frontend --target wasm32-unknown-unknown -e normal --prefix none)
for crate in tokio sqlx mio rustix axum identity store terminal recording mail; do
  if grep -q "^$crate v" <<<"$tree"; then echo "check: $crate reaches the browser" >&2; exit 1; fi
done

step "licences, bans and sources of dependencies"
cargo deny --offline check bans licenses sources 2>/dev/null || cargo deny check bans licenses sources
step "advisories (skipped where the database cannot be had)"
if ! cargo deny fetch db >/dev/null 2>&1; then echo "  the advisory database cannot be reached from here"; else cargo deny check advisories; fi
for folder in frontend/js end2end; do
  if ! told=$(cd "$folder" && npm audit --omit=dev --audit-level=high 2>&1); then
    if grep -qi 'ENOTFOUND\|not implemented\|audit endpoint' <<<"$told"; then
      echo "  npm's advisories cannot be reached from here"
    else
      echo "$told" >&2; exit 1
    fi
  fi
done

step "first route within its budget"
scripts/budget.mjs
