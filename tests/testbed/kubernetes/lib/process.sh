# Processes of the bed: started with a log and a pid file, ended only by that file.
# shellcheck shell=bash disable=SC2154 # `dir` and `run` come from testbed.sh

spawn() { # NAME COMMAND...: in a session of its own, so that a Ctrl-C in the terminal does not reach it
  local name=$1; shift
  setsid "$@" >>"$dir/$name.log" 2>&1 </dev/null 9>&- &
  echo $! >"$run/$name.pid"
}

ours() { # NAME: its pid file tells of a process that still runs and was started by us (a pid can be used again)
  local pid at
  pid=$(cat "$run/$1.pid" 2>/dev/null) || return 1
  at=$(readlink "/proc/$pid/cwd" 2>/dev/null) && [ "${at% (deleted)}" = "$dir" ]
}

running() { # is the bed that the machine knows of alive?
  local dir name; dir=$(owner)
  for name in etcd kubelet containerd; do ! ours $name || return 0; done
  return 1
}

halt() { # NAME...: ask what `spawn` started to end, all at once, and kill after $grace seconds what did not
  local name pid pids=() end=$((SECONDS + ${grace:-3}))
  for name; do
    if ours "$name"; then
      pid=$(cat "$run/$name.pid")
      kill "$pid" 2>/dev/null && pids+=("$pid")
    fi
    rm -f "$run/$name.pid"
  done
  for pid in "${pids[@]}"; do
    while kill -0 "$pid" 2>/dev/null; do
      [ $SECONDS -lt $end ] || kill -9 "$pid" 2>/dev/null || true
      sleep 0.1
    done
  done
}

until_ok() { # SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "testbed: $what is not ready; see the logs in $dir" >&2; return 1; }
    sleep 0.3
  done
}
