#!/usr/bin/env bash
# Installs what building and testing need on Debian 12, and nothing that is there already.
#   scripts/setup.sh          for building, the demonstration and the tests
#   scripts/setup.sh lint     also the lint tools
set -euo pipefail

packages=(build-essential pkg-config clang libclang-dev ffmpeg libavcodec-dev libavformat-dev libavutil-dev libswscale-dev
  curl ca-certificates)
rust=1.95

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

if [ "${1:-}" = lint ] && ! cargo deny --version >/dev/null 2>&1; then
  echo "setup: cargo install cargo-deny" >&2
  cargo install --locked --quiet cargo-deny
fi
