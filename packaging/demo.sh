#!/bin/sh
# Opens the demo; without a screen prints its timeline and renders the tour instead.
set -eu
cd "$(dirname "$0")/.."
case "$(uname -s)" in
  Linux) screen=${WAYLAND_DISPLAY:-${DISPLAY:-}} ;;
  *) screen=yes ;;
esac
if [ -n "$screen" ] && [ "${QT_QPA_PLATFORM:-}" != offscreen ]; then
  exec .venv/bin/python -m app --demo
fi
echo "There is no screen here, so this is the demo's timeline as text, and its window as pictures."
echo
.venv/bin/python -m app --demo timeline --limit 12
echo
QT_QPA_PLATFORM=offscreen .venv/bin/python -m app tour "$1"
