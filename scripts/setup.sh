#!/usr/bin/env bash
# Installs what building and testing need on Debian 12, and nothing that is there already.
#   scripts/setup.sh          for building, the demonstration and the tests
#   scripts/setup.sh lint     also the lint tools
#   scripts/setup.sh api-check  also what `make api-check` needs
#   scripts/setup.sh browser  also a browser, and letters with Vietnamese marks, for the tests of the page
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(build-essential pkg-config clang libclang-dev ffmpeg libavcodec-dev libavformat-dev libavutil-dev libswscale-dev
  curl ca-certificates)
[ "${1:-}" != api-check ] || packages+=(python3-venv)
rust=1.95
# Debian 12's own Node.js is too old for what builds the page: 20.19 and later of 20, or 22.12 and all after.
node=24.11.0
declare -A node_sha256=(
  [x64]=46da9a098973ab7ba4fca76945581ecb2eaf468de347173897044382f10e0a0a
  [arm64]=33a6673b2c7bffeae9deec7f9f8b31aad9119b08f13d49b2ca3ee3bebfe8260f
)
tools=.tools/node

node_is_good() {
  local major minor
  command -v npm >/dev/null && IFS=. read -r major minor _ <<<"$(node --version 2>/dev/null | tr -d v)" || return 1
  [ "${major:-0}" -gt 22 ] || { [ "$major" = 22 ] && [ "$minor" -ge 12 ]; } || { [ "$major" = 20 ] && [ "$minor" -ge 19 ]; }
}

PATH="$PWD/$tools/bin:$PATH"
node_is_good || packages+=(xz-utils)
[ "${1:-}" = browser ] && packages+=(chromium fonts-noto-core)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: apt-get install ${missing[*]}" >&2
  root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup: run as root, or install sudo" >&2; exit 1; }
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# Debian 12's own Rust is too old; rustup installs the one that the project is written for.
if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then PATH="$HOME/.cargo/bin:$PATH"; fi
have=$(cargo --version 2>/dev/null | awk '{print $2}' || true)
if [ -z "$have" ] || [ "$(printf '%s\n%s\n' "$rust" "$have" | sort -V | head -n 1)" != "$rust" ]; then
  echo "setup: installing Rust $rust with rustup (have: ${have:-none})" >&2
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
    sh -s -- -y --profile minimal --default-toolchain "$rust" --component rustfmt --component clippy
fi

# Node.js as its makers built it, into a folder of this checkout, after its checksum was compared.
if ! node_is_good; then
  case $(uname -m) in
    x86_64) kind=x64 ;;
    aarch64) kind=arm64 ;;
    *) echo "setup: install Node.js 22.12 or later, with npm, by hand: none is known for $(uname -m)" >&2; exit 1 ;;
  esac
  echo "setup: Node.js $node into $tools (have: $(node --version 2>/dev/null || echo none))" >&2
  archive=$(mktemp)
  trap 'rm -f "$archive"' EXIT
  curl --proto '=https' --tlsv1.2 -sSfL -o "$archive" "https://nodejs.org/dist/v$node/node-v$node-linux-$kind.tar.xz" ||
    { echo "setup: nodejs.org cannot be reached; install Node.js 22.12 or later, with npm, by hand" >&2; exit 1; }
  echo "${node_sha256[$kind]}  $archive" | sha256sum --check --quiet ||
    { echo "setup: what came from nodejs.org is not Node.js $node" >&2; exit 1; }
  rm -rf "$tools"
  mkdir -p "$tools"
  tar -xJf "$archive" -C "$tools" --strip-components=1
fi

if [ "${1:-}" = lint ] && ! cargo deny --version >/dev/null 2>&1; then
  echo "setup: cargo install cargo-deny" >&2
  cargo install --locked --quiet cargo-deny
fi
