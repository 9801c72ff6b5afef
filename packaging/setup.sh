#!/bin/sh
# Brings what Godwit needs into .venv: uv from pip, the locked packages, Qt's system libraries.
# usage: packaging/setup.sh app|dev
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
lock=packaging/locks/$1.txt
say() { printf 'godwit: %s\n' "$*" >&2; }

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  { say "needs Python 3.11 or newer ('$python' is not). Name another one: make PYTHON=python3.12 …"; exit 1; }

# uv: the user's own, else a private copy (works where pip refuses to touch the system).
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  uv=build/uv/bin/uv
  if [ ! -x "$uv" ]; then
    say "fetching uv with pip"
    "$python" -m pip install --quiet --disable-pip-version-check --target build/uv uv ||
      { say "pip could not fetch uv. Install uv yourself, then run this again."; exit 1; }
  fi
fi
export UV_PYTHON_DOWNLOADS=never

# The environment: made anew when the Python changed, synced when the lock changed.
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
have=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
if [ "$have" != "$version" ]; then
  "$uv" venv --quiet --clear --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
fi
fresh() { cmp -s "packaging/locks/$1.txt" ".venv/.lock-$1" 2>/dev/null; }
if ! fresh "$1" && ! { [ "$1" = app ] && fresh dev; }; then
  say "installing the locked packages ($lock)"
  "$uv" pip sync --quiet --python .venv/bin/python "$lock"
  rm -f .venv/.lock-*
  cp "$lock" ".venv/.lock-$1"
fi

# Qt's system libraries: through apt when they are missing and may be installed.
starts() { QT_QPA_PLATFORM=$1 .venv/bin/python -c 'from PySide6.QtWidgets import QApplication; QApplication([])' >/dev/null 2>&1; }
packages=$(grep -v '^#' packaging/system/debian.txt | tr '\n' ' ')
works() { starts offscreen && { [ -z "${DISPLAY:-}" ] || starts xcb; }; }
plays() { .venv/bin/python -c 'from PySide6 import QtMultimedia' >/dev/null 2>&1; }
installs() { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; }
if [ "$(uname -s)" = Linux ] && [ ! -f .venv/.qt-works ]; then
  # Without sound and films Godwit runs all the same: it says so where one is pressed.
  if ! works || { installs && ! plays; }; then
    if installs; then
      say "installing Qt's system libraries with apt"
      # shellcheck disable=SC2086
      { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $packages; } >build/apt.log 2>&1 ||
        works || { tail -5 build/apt.log >&2; exit 1; }
    elif command -v apt-get >/dev/null; then
      say "Qt needs system libraries that are not all here. Install them, then run this again:"
      say "  sudo apt-get install $packages"
      exit 1
    else
      say "Qt does not start: some system libraries are missing. On Debian they are: $packages"
      exit 1
    fi
    works || { say "Qt still does not start:"; QT_QPA_PLATFORM=offscreen .venv/bin/python -c 'from PySide6.QtWidgets import QApplication; QApplication([])' 2>&1 | tail -3 >&2; exit 1; }
  fi
  touch .venv/.qt-works
fi
