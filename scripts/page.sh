#!/usr/bin/env bash
# Builds the page into web/dist, unless what is there is newer than all that it is made of.
set -euo pipefail
cd "$(dirname "$0")/../web"
PATH="$PWD/../.tools/node/bin:$PATH"

# npm notes in this file what it has installed.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "page: npm ci" >&2
  npm ci --no-fund --no-audit
fi
built=dist/index.html
if [ -f "$built" ]; then
  newer=$(find . \( -path ./node_modules -o -path ./dist -o -path ./tests \) -prune -o -type f -newer "$built" -print -quit)
  [ -n "$newer" ] || exit 0
  echo "page: $newer is newer than what was built" >&2
fi
npm run build
