#!/usr/bin/env bash
# Docker Compose itself, for tests that hold ours against it: compiles it (cached) and prints the program's path.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TESTBED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orchcli-testbed}
program=$cache/compose-$(sha256sum "$here/go.sum" | cut -c1-12)/docker-compose

die() { echo "testbed: $1" >&2; exit 1; }

# shellcheck source=../lib/go.sh
. "$here/../lib/go.sh"

if [ ! -x "$program" ]; then
  settle_go
  mkdir -p "$(dirname "$program")"
  (cd "$here" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$program.partial" github.com/docker/compose/v5/cmd) >&2
  mv "$program.partial" "$program"
fi
echo "$program"
