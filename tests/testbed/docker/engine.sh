#!/usr/bin/env bash
# A Docker Engine and a registry of their own for tests, beside whatever else runs on the machine.
#
#   engine.sh up DIR      start both; DIR/docker.sock is the engine, DIR/registry says where the registry listens
#   engine.sh down DIR    stop them, and remove what containers left mounted
#   engine.sh stop DIR    end the engine and leave its data
#   engine.sh start DIR   start it again, with the same data
#
#   TESTBED_BESIDE=1      an engine beside another one: it leaves the packet filter of the machine alone, which two that
#                         change it at once get in each other's way with
#   ORCHCLI_TESTBED_DOCKERD=PROGRAM   the engine to start, instead of Debian's
#
# Needs root (asks sudo otherwise) and from Debian: docker.io docker-registry iptables busybox-static. What is in it is told
# in ../README.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() { echo "testbed: $1" >&2; exit 1; }

enter() { # DIR: everything below works from inside the bed's folder
  dir=$(realpath -m "$1")
  mkdir -p "$dir" && cd "$dir"
}

alive() { # NAME: the process of this pid file runs, and is ours
  local pid
  pid=$(cat "$1.pid" 2>/dev/null) && [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$dir"
}

await() { # WHAT SECONDS COMMAND...
  local what=$1 left=$(($2 * 10)); shift 2
  until "$@" >/dev/null 2>&1; do
    ((left-- > 0)) || { tail -n 5 ./*.log >&2; die "$what does not come up in $dir"; }
    sleep 0.1
  done
}

docker_() { DOCKER_HOST=unix://$dir/docker.sock DOCKER_BUILDKIT=0 DOCKER_CONFIG=$dir/client docker "$@"; }

ping() { curl -sf --unix-socket docker.sock http://localhost/_ping; }

start_engine() {
  ! alive engine || return 0
  rm -f docker.sock engine.pid
  # Registries on loopback need no TLS; the address pool is one that no other engine hands out.
  setsid "$dockerd" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/engine.pid" \
    -H "unix://$dir/docker.sock" --bridge none --default-address-pool base=10.91.0.0/16,size=24 \
    ${TESTBED_BESIDE:+--iptables=false} >>engine.log 2>&1 </dev/null &
  await "the engine" 60 ping
}

stop() { # NAME
  if alive "$1"; then
    kill "$(cat "$1.pid")"
    local left=300
    while alive "$1" && ((left-- > 0)); do sleep 0.1; done
    ! alive "$1" || kill -KILL "$(cat "$1.pid")"
  fi
  rm -f "$1.pid"
}

start_registry() {
  ! alive registry || return 0
  cat >registry.yml <<YAML
# $dir
version: 0.1
storage: {filesystem: {rootdirectory: $dir/registry-data}, delete: {enabled: true}}
http: {addr: "127.0.0.1:0"}
log: {level: info, accesslog: {disabled: true}}
YAML
  setsid docker-registry serve "$dir/registry.yml" >>registry.log 2>&1 </dev/null &
  echo $! >registry.pid
  await "the registry" 20 listening
}

listening() { # writes DIR/registry: the port is whichever was free
  local port
  port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' registry.log | tail -n 1)
  [ -n "$port" ] && curl -sf "http://127.0.0.1:$port/v2/" && echo "127.0.0.1:$port" >registry
}

image() { # testbed/busybox:1: a shell and its tools, from the static busybox
  ! docker_ image inspect testbed/busybox:1 >/dev/null 2>&1 || return 0
  local root=$dir/busybox
  rm -rf "$root" && mkdir -p "$root/bin" "$root/tmp" "$root/etc"
  cp /bin/busybox "$root/bin/busybox"
  local applet
  for applet in $(/bin/busybox --list); do ln -s busybox "$root/bin/$applet" 2>/dev/null || true; done
  echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
  tar -C "$root" -c . | docker_ import -c 'ENV PATH=/bin' -c 'CMD ["/bin/sh"]' - testbed/busybox:1 >/dev/null
  rm -rf "$root"
}

clear_away() {
  stop registry
  stop engine
  sed -n "s|^[^ ]* \($dir/[^ ]*\) .*|\1|p" /proc/self/mounts | sort -r | xargs -r -n 1 umount || true
}

[ $# -eq 2 ] || { sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }
[ "$(id -u)" = 0 ] || exec sudo "TESTBED_BESIDE=${TESTBED_BESIDE:-}" "ORCHCLI_TESTBED_DOCKERD=${ORCHCLI_TESTBED_DOCKERD:-}" "$here/engine.sh" "$@"
PATH=/usr/sbin:/sbin:$PATH
dockerd=${ORCHCLI_TESTBED_DOCKERD:-dockerd}
case $dockerd in /*) PATH=${dockerd%/*}:$PATH ;; esac # its docker-proxy is beside it
for program in "$dockerd" docker docker-registry iptables busybox; do
  command -v "$program" >/dev/null || die "missing: $program. apt-get install docker.io docker-registry iptables busybox-static"
done
enter "$2"
case $1 in
  up) start_engine && start_registry && image && echo "testbed: DOCKER_HOST=unix://$dir/docker.sock" ;;
  down) clear_away ;;
  stop) stop engine ;;
  start) start_engine ;;
  *) die "unknown: $1" ;;
esac
