#!/usr/bin/env bash
# Docker Engine 28, the newest beside Debian's 20.10: compiles it and its docker-proxy from their Go module (cached) and
# prints the path of `dockerd`, for ORCHCLI_TESTBED_DOCKERD of engine.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TESTBED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orchcli-testbed}
version=28.5.2
sum='h1:DBX0Y0zAjZbSrm1uzOkdr1onVghKaftjlSWt4AFexzM='
programs=$cache/dockerd-$version

die() { echo "testbed: $1" >&2; exit 1; }

# shellcheck source=../lib/go.sh
. "$here/../lib/go.sh"

field() { sed -n "s/.*\"$1\": \"\(.*\)\".*/\1/p"; }

compile() {
  local module source
  here=$here/../compose settle_go # the toolchain that Docker Compose is built with
  module=$(cd / && go mod download -json "github.com/docker/docker@v$version+incompatible")
  [ "$(field Sum <<<"$module")" = "$sum" ] || die "the module of Docker Engine $version is not the one that is known"
  source=$(mktemp -d "${TMPDIR:-/tmp}/dockerd.XXXXXX")
  cp -r "$(field Dir <<<"$module")/." "$source" && chmod -R u+w "$source"
  # Its go.mod has another name, for it is no module to itself yet.
  mv "$source/vendor.mod" "$source/go.mod" && mv "$source/vendor.sum" "$source/go.sum" && rm -rf "$source/vendor"
  mkdir -p "$programs.partial"
  (cd "$source" && CGO_ENABLED=0 go build -trimpath -tags 'exclude_graphdriver_btrfs no_systemd' \
    -ldflags "-s -w -X github.com/docker/docker/dockerversion.Version=$version+module" \
    -o "$programs.partial/" ./cmd/dockerd ./cmd/docker-proxy) >&2
  mv "$programs.partial" "$programs"
  rm -rf "$source"
}

[ -x "$programs/dockerd" ] || compile
echo "$programs/dockerd"
