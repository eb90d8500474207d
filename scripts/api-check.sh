#!/usr/bin/env bash
# Asks the API whatever its description allows, and what it does not: a small indexed site, the real program, some thousand requests that
# schemathesis makes up. Nothing may fail inside (5xx), and every answer is as it was described. EXAMPLES and SEED choose others.
#   scripts/api-check.sh [PROGRAM]      default target/debug/truyvet, whose arithmetic is checked
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/debug/truyvet}")
examples=${EXAMPLES:-12}
seed=${SEED:-20260301}

venv=$PWD/target/api-check
if ! cmp -s scripts/api-check.txt "$venv/installed.txt"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement scripts/api-check.txt
  cp scripts/api-check.txt "$venv/installed.txt"
fi

site=$(mktemp -d)
daemon=
leave() {
  status=$?
  [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; }
  [ "$status" -eq 0 ] || { echo "── what the daemon said ──"; [ ! -f "$site/log" ] || tail -n 20 "$site/log"; } >&2
  rm -rf "$site"
}
trap leave EXIT

# Two groups with a camera each; one file is damaged, so that the quarantine holds something.
mkdir -p "$site/a" "$site/b"
ffmpeg -v error -f lavfi -i testsrc2=s=160x120:r=10:d=4 -g 10 -bf 0 -c:v libx264 "$site/a/20240301_080000.mp4"
cp "$site/a/20240301_080000.mp4" "$site/b/20240301_080500.mp4"
head -c 5000 "$site/a/20240301_080000.mp4" >"$site/b/20240301_081000.mp4"
cat >"$site/site.toml" <<SITE
[site]
name = "api-check"

[[group]]
id = "tdp-1"
name = "Tổ 1"

[[camera]]
id = "a"
name = "Cổng chợ"
group = "tdp-1"
lat = 18.0735
lon = 106.2962
footage = "a"

[[camera]]
id = "b"
name = "Đầu ngõ 5"
lat = 18.0745
lon = 106.2965
footage = "b"
SITE
truyvet() { "$program" --config "$site/site.toml" "$@"; }
truyvet index >/dev/null 2>&1 || [ $? -eq 3 ] # 3: done, and the damaged file is in quarantine
printf 'mưa rào Kỳ Anh' | truyvet user add quantri --role administrator --password-stdin >/dev/null
printf 'mưa rào Kỳ Anh' | truyvet user add truc --role duty --password-stdin >/dev/null
key=$(truyvet token add quantri --name api-check --lasts 24h | tail -n 1)

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
at=http://127.0.0.1:$port
"$program" --config "$site/site.toml" serve --listen "127.0.0.1:$port" >"$site/log" 2>&1 &
daemon=$!
for _ in $(seq 300); do
  curl -sf -o "$site/ready" "$at/readyz" && break
  sleep 0.2
done
purpose=$(curl -sf -H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d '{"text":"api-check"}' "$at/api/v1/me/purposes" |
  sed -n 's/.*"number": *\([0-9]*\).*/\1/p')
sighting='{"camera":"a","at":"2024-03-01T01:00:02Z"}'
trace=$(curl -sf -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "$at/api/v1/traces" \
  -d "{\"kind\":\"motorbike\",\"sighting\":$sighting,\"purpose\":$purpose}" | sed -n 's/.*"trace":\([0-9]*\).*/\1/p')
recording=$(curl -sf -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "$at/api/v1/ask" \
  -d "{\"phrase\":\"1/3/2024 lúc 8h\",\"purpose\":$purpose}" | sed -n 's/.*"recordings":\[{"id":"\([^"]*\)".*/\1/p')
[ -n "$recording" ] || { echo "api-check: the site was not indexed" >&2; exit 1; }

# What a visitor may ask and the site cannot do (a window that ends before it begins) is refused with 400, which is right and which the
# description cannot tell from what is wrong with the form: positive_data_acceptance is left out.
printf '[auth.openapi.key]\nbearer = "%s"\n' "$key" >"$site/schemathesis.toml"
export SCHEMATHESIS_HOOKS=$PWD/scripts/api_check_hooks.py API_CHECK_PURPOSE=$purpose API_CHECK_RECORDING=$recording API_CHECK_TRACE=$trace PYTHONDONTWRITEBYTECODE=1
# It keeps notes where it runs.
cd "$site"
"$venv/bin/schemathesis" --config-file "$site/schemathesis.toml" run "$at/api/openapi.json" \
  --seed "$seed" --max-examples "$examples" --phases examples,coverage,fuzzing \
  --checks all --exclude-checks positive_data_acceptance --continue-on-failure \
  --generation-database none --request-timeout 60 --warnings off
truyvet audit verify
looks=$(truyvet audit list --act search | wc -l)
[ "$looks" -ge 10 ] || { echo "api-check: only $looks searches were carried out: the questions do not reach far enough" >&2; exit 1; }
