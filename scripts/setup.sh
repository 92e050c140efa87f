#!/usr/bin/env bash
# Brings this machine to where Nova can be built, run and tested. Safe to repeat: each step looks first and
# acts only when something is missing, so a second run takes seconds.
#
#   scripts/setup.sh [build] [test] [check]     (no word: build)
#
#   build  a compiler with the wasm32 target, wasm-bindgen, cargo-leptos, the npm bundles
#   test   Chromium, PostgreSQL, zsh and fish for the end-to-end, store and shell tests
#   check  rustfmt and cargo-deny
#
# NOVA_CACHE       where tools are kept (default ~/.cache/nova-build)
# NOVA_TOOLCHAIN   "debian" skips rustup's wasm32 target and takes Debian's compiler
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh

WASM_BINDGEN_VERSION=0.2.130
CARGO_LEPTOS_VERSION=0.3.11
CARGO_DENY_VERSION=0.20.2
TARGET=wasm32-unknown-unknown
DEBIAN_RUST=(rustc-web cargo-web rust-web-src rust-web-clippy rust-web-llvm lld-22)

say() { printf '\033[1msetup:\033[0m %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo; then sudo "$@"
  else fail "need root for: $* — run it as root, then repeat"
  fi
}

apt_updated=
apt_install() { # packages…
  have apt-get || fail "please install with your system's package manager: $*"
  if [ -z "$apt_updated" ]; then as_root apt-get update -qq; apt_updated=1; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# A target is there when a crate for it compiles.
target_works() {
  local dir; dir=$(mktemp -d)
  echo 'pub fn probe() -> String { String::from("ok") }' >"$dir/probe.rs"
  local ok=1
  rustc --edition 2021 --crate-type lib --target $TARGET --out-dir "$dir" "$dir/probe.rs" >/dev/null 2>&1 && ok=0
  rm -rf "$dir"
  return $ok
}

debian_toolchain() {
  if [ ! -x /usr/bin/rustc ] || [ ! -x /usr/bin/cargo ] || [ ! -d /usr/lib/rustlib/src/rust/library ] || ! have wasm-ld-22; then
    say "installing Debian's Rust compiler (about 2 minutes)"
    apt_install "${DEBIAN_RUST[@]}"
  fi
  if have rustup; then
    rustup toolchain list | grep -q '^nova\b' || rustup toolchain link nova /usr
    export RUSTUP_TOOLCHAIN=nova
    mkdir -p "$NOVA_CACHE"; echo nova >"$NOVA_CACHE/toolchain"
  fi
  local lib stamp version
  lib="$(rustc --print sysroot)/lib/rustlib/$TARGET/lib"
  version="$(rustc --version)"
  stamp="$lib/.nova-std"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$version" ] && return
  say "building the standard library for $TARGET (about 1 minute)"
  local dir; dir=$(mktemp -d)
  mkdir -p "$dir/src"; : >"$dir/src/lib.rs"
  printf '[package]\nname = "nova-std-probe"\nversion = "0.0.0"\nedition = "2021"\n' >"$dir/Cargo.toml"
  # embed-bitcode: release builds link with fat LTO and need it in every rlib.
  (cd "$dir" && env -u CARGO_TARGET_DIR RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cembed-bitcode=yes" \
    cargo build -q -Zbuild-std=std,panic_abort --release --target $TARGET)
  as_root mkdir -p "$lib"
  as_root rm -f "$lib"/*.rlib
  find "$dir/target/$TARGET/release/deps" -name '*.rlib' ! -name 'libnova_std_probe*' -print0 | as_root xargs -0 cp -t "$lib"
  echo "$version" | as_root tee "$stamp" >/dev/null
  rm -rf "$dir"
}

setup_compiler() {
  have cargo || [ -x /usr/bin/cargo ] || [ "${NOVA_TOOLCHAIN:-}" = debian ] || have apt-get ||
    fail "no Rust found: install it from https://rustup.rs and repeat"
  if [ "${NOVA_TOOLCHAIN:-}" != debian ] && have rustc && target_works; then return; fi
  if [ "${NOVA_TOOLCHAIN:-}" != debian ] && have rustup && [ ! -s "$NOVA_CACHE/toolchain" ]; then
    say "adding the $TARGET target with rustup"
    if rustup target add $TARGET 2>/dev/null && target_works; then return; fi
    say "rustup cannot add it here; taking Debian's compiler"
  fi
  debian_toolchain
  target_works || fail "the compiler at $(command -v rustc) still has no working $TARGET target"
}

setup_base() {
  have cc || { say "installing a C compiler (crypto and SQLite are built from source)"; apt_install build-essential; }
  have node || fail "Node 20 or newer is needed: https://nodejs.org"
  local major; major="$(node -p 'process.versions.node.split(".")[0]')"
  [ "$major" -ge 20 ] || fail "Node 20 or newer is needed, found $(node --version)"
}

install_tool() { # name version what-for minutes cargo-arguments…
  local name=$1 version=$2 why=$3 minutes=$4; shift 4
  local found; found="$("$NOVA_TOOLS/bin/$name" --version 2>/dev/null || true)"
  case "$found" in *"$version"*) return ;; esac
  say "building $name $version: $why (about $minutes minutes, once)"
  CARGO_TARGET_DIR="$NOVA_CACHE/tools-target" cargo install --quiet --root "$NOVA_TOOLS" --debug --version "=$version" "$@"
}

setup_tools() {
  local locked; locked="$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock 2>/dev/null || true)"
  [ -z "$locked" ] || [ "$locked" = "$WASM_BINDGEN_VERSION" ] ||
    fail "Cargo.lock has wasm-bindgen $locked, this script installs $WASM_BINDGEN_VERSION: make them equal"
  install_tool wasm-bindgen $WASM_BINDGEN_VERSION "turns the browser build into a module" 2 wasm-bindgen-cli
  install_tool cargo-leptos $CARGO_LEPTOS_VERSION "builds server and browser side together" 9 --locked --features no_downloads cargo-leptos
  rm -rf "$NOVA_CACHE/tools-target"
}

setup_npm() { # folder
  local stamp="$1/node_modules/.nova-lock"
  [ -f "$1/package-lock.json" ] || return 0
  cmp -s "$1/package-lock.json" "$stamp" && return
  say "installing the npm packages of $1"
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$1/package-lock.json" "$stamp"
}

setup_build() {
  setup_base
  setup_compiler
  setup_tools
  setup_npm frontend/js
}

setup_test() {
  have chromium || have google-chrome || have chromium-browser || {
    say "installing Chromium for the end-to-end tests"
    apt_install chromium
  }
  have postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || {
    say "installing PostgreSQL for the store tests"
    apt_install postgresql postgresql-client
  }
  if ! have zsh || ! have fish; then
    say "installing zsh and fish for the tests of what shells tell"
    apt_install zsh fish
  fi
  setup_npm end2end
  setup_npm crates/mail/tests/sink
  setup_npm crates/oidc/tests/provider
}

setup_check() {
  if have rustup; then
    rustup component list --toolchain stable 2>/dev/null | grep -q '^rustfmt.*installed' ||
      rustup component add --toolchain stable rustfmt || fail "rustfmt is missing: rustup component add rustfmt"
  fi
  install_tool cargo-deny $CARGO_DENY_VERSION "checks licences and advisories of dependencies" 6 --locked cargo-deny
  rm -rf "$NOVA_CACHE/tools-target"
}

mkdir -p "$NOVA_CACHE"
[ $# -gt 0 ] || set -- build
for part in "$@"; do
  case "$part" in
    build) setup_build ;;
    test) setup_test ;;
    check) setup_check ;;
    *) fail "unknown part '$part': build, test or check" ;;
  esac
done
