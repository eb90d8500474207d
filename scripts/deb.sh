#!/usr/bin/env bash
# Builds target/deb/truyvet_<version>_<architecture>.deb from target/release/truyvet.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
architecture=$(dpkg --print-architecture)
out=target/deb
root=$out/root
rm -rf "$out"
install -D -m 755 target/release/truyvet "$root/usr/bin/truyvet"
strip "$root/usr/bin/truyvet"
install -D -m 644 -t "$root/lib/systemd/system" config/systemd/*
install -D -m 644 -t "$root/usr/share/doc/truyvet" README.md CHANGELOG.md docs/json.md config/site.example.toml config/layouts.toml
install -D -m 644 packaging/copyright "$root/usr/share/doc/truyvet/copyright"
install -d -m 755 "$root/etc/truyvet" "$root/DEBIAN"

# The libraries that this very binary needs, by the packages that have them.
mkdir -p "$out/debian"
printf 'Source: truyvet\n\nPackage: truyvet\nArchitecture: any\n' >"$out/debian/control"
depends=$(cd "$out" && dpkg-shlibdeps -O "root/usr/bin/truyvet" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')

cat >"$root/DEBIAN/control" <<CONTROL
Package: truyvet
Version: $version
Architecture: $architecture
Maintainer: truyvet maintainers <maintainers@truyvet.invalid>
Section: video
Priority: optional
Depends: $depends, adduser
Installed-Size: $(du -sk "$root" | cut -f 1)
Description: finds the footage of neighbourhood cameras by time and place
 Lists everything that a ward's cameras recorded, and answers which cameras were
 near a place at a time, what they recorded, and what is missing.
CONTROL
install -m 755 packaging/postinst packaging/prerm packaging/postrm "$root/DEBIAN/"
dpkg-deb --root-owner-group --build "$root" "$out/truyvet_${version}_${architecture}.deb"
