#!/usr/bin/env bash
# Every check and every test, from nothing to one closing line `N passed, N failed`.
#
#   tests/run.sh          all of it: installs what is missing, builds and starts the test bed, stops it at the end
#   tests/run.sh --fast   without the test bed: leaves tests/engine_*.rs and tests/bed_*.rs out, and says so
#
#   ORCHCLI_NO_PACKAGES=1     never install a Debian package: name what is missing and stop
#   ORCHCLI_TESTBED_DIR=DIR   use the Kubernetes that is up in DIR, and leave it up
#   ORCHCLI_CACHE=DIR         where compiled dependencies are kept (~/.cache/orchcli), so that a fresh clone is warm
#   TESTBED_CACHE=DIR         where the bed's programs are kept (~/.cache/orchcli-testbed)
#   CARGO_TARGET_DIR=DIR      where cargo builds, instead of in ORCHCLI_CACHE
set -uo pipefail
[ -z "${ORCHCLI_TESTBED_DIR:-}" ] || ORCHCLI_TESTBED_DIR=$(realpath -m "$ORCHCLI_TESTBED_DIR")
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

fast=
case ${1:-} in
  '') ;;
  --fast) fast=yes ;;
  *) sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac

testbed=$PWD/tests/testbed/kubernetes/testbed.sh
compose=$PWD/tests/testbed/compose/build.sh
engine=$PWD/tests/testbed/docker/engine.sh
dockerd=$PWD/tests/testbed/docker/dockerd.sh
images=$PWD/tests/testbed/docker/images.sh
cache=${ORCHCLI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orchcli}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
export CARGO_TERM_PROGRESS_WHEN=never
logs=$(mktemp -d "${TMPDIR:-/tmp}/orchcli-tests.XXXXXX")
bed=      # the folder of the Kubernetes this run started
engine_bed= # the folder of the Docker Engine this run started
child=    # the step that runs now, a process group
builder=  # the build of the bed beside it, a process group
failures=()

say() { printf '\n==> %s\n' "$*"; }

step() { # NAME COMMAND...: run it, show and keep its output, tell how long it took
  local name=$1 began=$SECONDS code=0; shift
  say "$name"
  set -m # a process group of its own, so that all of it can be ended
  ("$@" 2>&1 | tee "$logs/$name.log") </dev/null &
  child=$!
  set +m
  wait "$child" || code=$?
  child=
  if [ $code -eq 0 ]; then
    echo "--- $name: ok, $((SECONDS - began)) s"
  else
    echo "--- $name: FAILED, $((SECONDS - began)) s"
    failures+=("$name")
  fi
  return $code
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else
    echo "this needs root, and there is no sudo: $*" >&2
    return 1
  fi
}

stop_bed() {
  "$testbed" down "$bed" && drop "$bed"
}

stop_engine() {
  "$engine" down "$engine_bed" && drop "$engine_bed"
}

drop() { # FOLDER: keeps its logs, and all of it where something is still mounted below: that would be emptied as well
  mkdir -p "$logs/bed" && cp "$1"/*.log "$logs/bed" 2>/dev/null
  grep -q " $1/" /proc/self/mounts || as_root rm -rf "$1"
}

interrupted() {
  trap '' INT TERM HUP
  for group in $child $builder; do kill -TERM -- "-$group" 2>/dev/null; done
  [ -z "$bed" ] || { say "stopping the test bed"; stop_bed; }
  [ -z "$engine_bed" ] || { say "stopping the engine"; stop_engine; }
  rm -rf "$logs"
  exit "$1"
}
trap 'interrupted 130' INT
trap 'interrupted 143' TERM HUP

packages() { # the Debian packages this run needs
  echo build-essential curl git shellcheck wget
  [ -n "$fast" ] || echo busybox-static conntrack containerd containernetworking-plugins docker-registry docker.io \
    etcd-server iproute2 iptables openssh-client openssh-server openssl procps runc
  [ -n "$fast" ] || command -v go >/dev/null || echo golang-go
  [ -n "$fast" ] || command -v npm >/dev/null || echo nodejs npm
}

install_packages() {
  local installed wanted missing
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
  wanted=$(packages | tr ' ' '\n' | sort -u)
  missing=$(comm -13 <(echo "$installed") <(echo "$wanted") | xargs)
  [ -n "$missing" ] || { echo "nothing is missing"; return 0; }
  if [ -n "${ORCHCLI_NO_PACKAGES:-}" ] || ! command -v apt-get >/dev/null; then
    echo "missing: $missing. Install these Debian packages, then run this again." >&2
    return 1
  fi
  echo "installing with apt-get (ORCHCLI_NO_PACKAGES=1 refuses): $missing"
  as_root apt-get -qq update
  # shellcheck disable=SC2086 # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing
}

# Checkouts share the compiled dependencies. Cargo tells our own crate's files apart by time alone, so that of another
# checkout has to go first.
own_crate() {
  mkdir -p "$CARGO_TARGET_DIR"
  [ "$(cat "$CARGO_TARGET_DIR/.checkout" 2>/dev/null)" = "$PWD" ] || cargo clean -p orchcli || return 1
  echo "$PWD" >"$CARGO_TARGET_DIR/.checkout"
}

scripts() {
  # shellcheck disable=SC2046 # none of our names holds a space
  shellcheck -x -P SCRIPTDIR $(find . -path ./target -prune -o -name '*.sh' -not -path './tests/testbed/kubernetes/lib/*' -print) .ci/run
}

licences() { # advisories need a database that a machine without the internet cannot have
  PATH=$PATH:$cache/tools/bin
  if ! command -v cargo-deny >/dev/null; then
    [ -z "$fast" ] || { echo "left out by --fast: cargo-deny is not there, and takes minutes to build"; return 0; }
    echo "building cargo-deny, once"
    CARGO_TARGET_DIR=$cache/tools/target cargo install --quiet --locked --root "$cache/tools" cargo-deny@0.20.2 || return 1
    rm -rf "$cache/tools/target"
  fi
  cargo deny --locked check bans licenses sources
}

named() { # FIND-ARGUMENTS...: the test files with such a name
  find tests -maxdepth 1 "$@" -printf '%f\n' | sed 's/\.rs$//' | sort
}

bed_tests() { named -name 'bed_*.rs'; }

engine_tests() { named -name 'engine_*.rs'; }

other_tests() { named -name '*.rs' -not -name 'bed_*' -not -name 'engine_*'; }

bed_up() {
  if [ -n "${ORCHCLI_TESTBED_DIR:-}" ]; then
    "$testbed" kubectl "$ORCHCLI_TESTBED_DIR" get --raw /readyz && echo ": $ORCHCLI_TESTBED_DIR, which stays up"
  else
    "$testbed" up "$bed"
  fi
}

await_build() {
  [ -n "$builder" ] || return 0
  say "waiting for the test bed's build"
  wait "$builder" || { tail -n 20 "$logs/testbed-build.txt"; failures+=("test bed build"); }
  builder=
}

engine_up() {
  "$engine" up "$1" && "$images" load "$1"
}

# Without their servers these tests run all the same, and fail: a test is never skipped silently.
run_engine_tests() { # NAME: with Debian's engine, or with that of ORCHCLI_TESTBED_DOCKERD
  local began; began=$(mktemp -d "${TMPDIR:-/tmp}/orcheng.XXXXXX")
  unset ORCHCLI_TESTBED_ENGINE ORCHCLI_TESTBED_ENGINE_DIR
  if step "engine $1" engine_up "$began"; then
    engine_bed=$began
    export ORCHCLI_TESTBED_ENGINE=$engine ORCHCLI_TESTBED_ENGINE_DIR=$began
  else
    "$engine" down "$began" && drop "$began"
  fi
  if ORCHCLI_DOCKER_COMPOSE=$("$compose"); then export ORCHCLI_DOCKER_COMPOSE; fi
  # shellcheck disable=SC2046 # a list of words
  step "engine $1 tests" cargo test --locked --no-fail-fast $(engine_tests | sed 's/^/--test=/')
  if [ -n "$engine_bed" ]; then
    step "engine $1 down" stop_engine
    engine_bed=
  fi
}

run_bed_tests() {
  [ -n "${ORCHCLI_TESTBED_DIR:-}" ] || bed=$(mktemp -d "${TMPDIR:-/tmp}/orchtb.XXXXXX")
  if step "test bed" bed_up; then
    export ORCHCLI_TESTBED=$testbed ORCHCLI_TESTBED_DIR=${ORCHCLI_TESTBED_DIR:-$bed}
    export ORCHCLI_TESTBED_KUBECONFIG=$ORCHCLI_TESTBED_DIR/admin.kubeconfig
  elif [ -n "$bed" ]; then
    drop "$bed" # a bed that does not come up has stopped itself
    bed=
  fi
  local name
  for name in $(bed_tests); do
    step "$name" cargo test --locked --no-fail-fast --test "$name" -- --test-threads=1
  done
  if [ -n "$bed" ]; then
    step "test bed down" stop_bed
    bed=
  fi
}

step packages install_packages
step "own crate" own_crate
if [ -z "$fast" ] && [ -z "${ORCHCLI_TESTBED_DIR:-}" ]; then
  say "test bed: building beside what follows"
  set -m
  { "$compose" && "$images" build && "$dockerd" && "$testbed" build; } >"$logs/testbed-build.txt" 2>&1 </dev/null &
  builder=$!
  set +m
fi

step formatter cargo fmt --check
step scripts scripts
step licences licences
step clippy cargo clippy --locked --all-targets -- -D warnings
# shellcheck disable=SC2046 # a list of words
step tests cargo test --locked --no-fail-fast --lib --bins $(other_tests | sed 's/^/--test=/')
step "doc tests" cargo test --locked --no-fail-fast --doc
if [ -n "$fast" ]; then
  say "left out by --fast, for they need the test bed: $( (engine_tests; bed_tests) | xargs)"
else
  await_build
  run_engine_tests 20.10
  if ORCHCLI_TESTBED_DOCKERD=$("$dockerd"); then
    export ORCHCLI_TESTBED_DOCKERD
    run_engine_tests 28
  else
    failures+=("engine 28")
  fi
  unset ORCHCLI_TESTBED_DOCKERD
  run_bed_tests
fi

count() { # WHAT: summed over what every cargo test said
  cat "$logs"/*.log | sed -n "s/^test result: .* \([0-9]*\) $1;.*/\1/p" | awk '{n += $1} END {print n + 0}'
}
passed=$(count passed) failed=$(count failed) ignored=$(count ignored)

say "$((SECONDS / 60)) min $((SECONDS % 60)) s"
[ "$passed" -gt 0 ] || failures+=("no test ran")
[ "$ignored" -eq 0 ] || { echo "ignored:"; grep -h '\.\.\. ignored' "$logs"/*.log; }
if [ ${#failures[@]} -eq 0 ]; then
  rm -rf "$logs"
else
  printf 'failed: %s\n' "${failures[@]}"
  echo "logs: $logs"
  # A check that fails without a failing test counts as well: the closing line never looks better than the run.
  [ "$failed" -gt 0 ] || failed=${#failures[@]}
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
