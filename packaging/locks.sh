#!/bin/sh
# Makes the locks anew. Hashed requirements, no index addresses: they bind nobody to one mirror.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo build/uv/bin/uv)
lock() { "$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --upgrade \
  --custom-compile-command "make locks" pyproject.toml "$@"; }
lock -o packaging/locks/app.txt
lock --group dev -o packaging/locks/dev.txt
