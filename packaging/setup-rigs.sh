#!/bin/sh
# What the real servers of tests/rigs need: a compiler, PostgreSQL, node, then their own packages.
set -eu
cd "$(dirname "$0")/.."
need=
command -v g++ >/dev/null && command -v make >/dev/null || need="$need build-essential"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || need="$need postgresql"
command -v npm >/dev/null || need="$need nodejs npm"
if [ -n "$need" ]; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    { echo "The rigs need:$need. Install them, then run this again." >&2; exit 1; }
  mkdir -p build
  # shellcheck disable=SC2086
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $need; } >build/apt-rigs.log 2>&1 ||
    { tail -5 build/apt-rigs.log >&2; exit 1; }
fi
if ! cmp -s tests/rigs/atproto/package-lock.json tests/rigs/atproto/node_modules/.setup-done; then
  tests/rigs/atproto/setup.sh
  cp tests/rigs/atproto/package-lock.json tests/rigs/atproto/node_modules/.setup-done
fi
