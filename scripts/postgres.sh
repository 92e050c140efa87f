#!/usr/bin/env bash
# A private PostgreSQL for tests: `scripts/postgres.sh COMMAND…` starts one in a fresh directory on a free port,
# runs COMMAND with NOVA_TEST_POSTGRES pointing at it, and stops and removes it, whatever happens.
set -euo pipefail
bin=$(dirname "$(readlink -f "$(command -v postgres || ls /usr/lib/postgresql/*/bin/postgres | sort -V | tail -1)")")
dir=$(mktemp -d)
# PostgreSQL refuses to run as root; Debian's package brings a user for it.
as=()
if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; as=(runuser -u postgres --); fi
cleanup() {
  "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap cleanup EXIT
port=$(node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/data" -A trust -U nova --no-sync >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log"; exit 1; }
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/postgres.log" \
  -o "-h 127.0.0.1 -p $port -k $dir -c fsync=off -c max_connections=300" start >/dev/null || { cat "$dir/postgres.log"; exit 1; }
cd "$OLDPWD"
NOVA_TEST_POSTGRES="postgres://nova@127.0.0.1:$port" "$@"
