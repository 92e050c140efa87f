# Sourced by every script and by the Makefile's recipes: where tools live and which compiler is used.
# shellcheck shell=bash
export NOVA_CACHE="${NOVA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nova-build}"
export NOVA_TOOLS="$NOVA_CACHE/tools"
NOVA_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export NOVA_ROOT
export PATH="$NOVA_TOOLS/bin:$NOVA_ROOT/frontend/js/node_modules/.bin:$HOME/.cargo/bin:$PATH"
# The compiler that setup settled on: empty means the one in use already.
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && [ -s "$NOVA_CACHE/toolchain" ]; then
  RUSTUP_TOOLCHAIN="$(cat "$NOVA_CACHE/toolchain")"
  export RUSTUP_TOOLCHAIN
fi
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
