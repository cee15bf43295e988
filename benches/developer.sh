#!/usr/bin/env bash
# What a developer waits for, beside Docker Compose, with hyperfine: the medians of the README's table.
#
#   benches/developer.sh [PROGRAM]    PROGRAM is orchcli, built for release (default: target/release/orchcli)
#
# Starts a Docker Engine of its own (tests/testbed/docker) and stops it. From Debian: hyperfine jq, and what the test bed needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bed=$PWD/tests/testbed/docker/engine.sh

program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/orchcli}")
for needed in hyperfine jq "$program"; do
  command -v "$needed" >/dev/null || { echo "missing: $needed" >&2; exit 1; }
done
compose=$(tests/testbed/compose/build.sh)
folder=$(mktemp -d "${TMPDIR:-/tmp}/orchbench.XXXXXX")
trap '"$bed" down "$folder/engine" && rm -rf "$folder"' EXIT
"$bed" up "$folder/engine"
export DOCKER_HOST=unix://$folder/engine/docker.sock HOME=$folder/home
mkdir "$HOME"

services() { # COUNT: a Compose file of so many services, each depending on the one before
  echo "services:"
  local n
  for ((n = 1; n <= $1; n++)); do
    cat <<YAML
  service-$n:
    image: testbed/busybox:1
    command: ["httpd", "-f", "-p", "8080"]
    environment: {NUMBER: "$n", LEVEL: "\${LEVEL:-info}"}
    labels: {team: shop, number: "$n"}
    volumes: ["data-$((n % 10)):/data"]
    healthcheck: {test: [CMD, wget, -q, --spider, "http://127.0.0.1:8080/bin/sh"], interval: 1s, retries: 10}
    stop_signal: SIGKILL
YAML
    [ "$n" = 1 ] || echo "    depends_on: [service-1]"
  done
  echo "volumes: {data-0: , data-1: , data-2: , data-3: , data-4: , data-5: , data-6: , data-7: , data-8: , data-9: }"
}

project() { # COUNT: its folder
  local at=$folder/services-$1
  [ -d "$at" ] || { mkdir "$at" && services "$1" >"$at/compose.yaml"; }
  echo "$at"
}

line() { # WHAT HYPERFINE-ARGUMENTS...: runs them, and prints the median of each command
  local what=$1; shift
  hyperfine --style none --export-json "$folder/result.json" "$@" >/dev/null 2>"$folder/hyperfine.log" ||
    { tail "$folder/hyperfine.log" >&2; return 1; }
  jq -r --arg what "$what" '.results | map("\(.median * 10000 | round / 10) ms") | "\($what): \(join(", beside "))"' "$folder/result.json"
}

line "--version" --shell none --warmup 5 --runs 100 "$program --version"
line "--help" --shell none --warmup 5 --runs 100 "$program --help"
for count in 10 100 500; do
  cd "$(project $count)"
  line "config compose of $count services, beside docker-compose config" --shell none --warmup 2 --runs 20 \
    "$program config compose --file compose.yaml" "$compose config"
  cd - >/dev/null
done

cd "$(project 3)"
"$program" start -d --file compose.yaml >/dev/null 2>&1
line "status of 3 services, beside docker-compose ps" --shell none --warmup 2 --runs 20 \
  "$program status --file compose.yaml" "$compose ps"
line "start -d with nothing to do (3 services), beside docker-compose up -d --wait" --shell none --warmup 2 --runs 20 \
  "$program start -d --file compose.yaml" "$compose up -d --wait --no-recreate"
"$program" stop -v -y --file compose.yaml >/dev/null 2>&1
cd - >/dev/null

cd "$(project 10)"
line "start -d of 10 healthy services, beside docker-compose up -d --wait" --runs 5 \
  --prepare "$program stop -v -y --file compose.yaml; $compose down -v" \
  "$program start -d --file compose.yaml" "$compose up -d --wait"
line "stop of 10 services, beside docker-compose down" --runs 5 \
  --prepare "$compose up -d --wait" "$program stop --file compose.yaml" "$compose down"
