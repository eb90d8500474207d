#!/usr/bin/env bash
# Serves a demonstration town: a fresh account, the address and the login, until Ctrl-C.
#   scripts/demo.sh TOWN              the folder that the town was made in
#   DEMO_ONCE=1 scripts/demo.sh TOWN  ends by itself, once the page and the login have answered
set -euo pipefail
cd "$(dirname "$0")/.."
town=$1
truyvet=(target/release/truyvet --config "$town/site.toml")

# The first port that is free, from the usual one.
port=8480
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
url=http://127.0.0.1:$port

# An account for this town alone, which every demonstration makes anew.
password=$(head -c 10 /dev/urandom | base32 | tr '[:upper:]' '[:lower:]')
"${truyvet[@]}" user add demo --full-name "Demo" --role administrator --password-stdin <<<"$password" >/dev/null

"${truyvet[@]}" serve --listen "127.0.0.1:$port" &
daemon=$!
# Ctrl-C goes to the daemon too; what is left to do is to wait for its end.
trap 'kill -TERM $daemon 2>/dev/null || true' EXIT
trap 'wait $daemon || true; exit 0' INT TERM
until curl -fsS -o /dev/null "$url/readyz" 2>/dev/null; do
  kill -0 $daemon 2>/dev/null || { echo "demo: the daemon did not start" >&2; exit 1; }
  sleep 0.2
done

cat <<TEXT

── The page ──
  $url
  tên đăng nhập / name:     demo
  mật khẩu / password:      $password

  Hỏi thử / ask:            khoảng 21h15 ngày 15/7/2023, ngã ba Việt Lào
TEXT

if [ -n "${DEMO_ONCE:-}" ]; then
  curl -fsS "$url/" | grep -qi '<!doctype html>' || { echo "demo: the page does not answer" >&2; exit 1; }
  answer=$(curl -fsS -H 'content-type: application/json' -d "{\"name\":\"demo\",\"password\":\"$password\"}" "$url/api/v1/login")
  grep -q '"role":"administrator"' <<<"$answer" || { echo "demo: the login does not answer" >&2; exit 1; }
  kill -TERM $daemon
  wait $daemon
  echo "── The page and the login answered ──"
  exit 0
fi
echo "  Ctrl-C: kết thúc / ends it"
wait $daemon
