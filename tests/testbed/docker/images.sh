#!/usr/bin/env bash
# Images that stand in for those of the stack, made on the spot: nothing is pulled.
#
#   images.sh build      compile their programs (cached), no engine needed
#   images.sh load DIR   put the images into the engine of `engine.sh up DIR`
#
#   testbed/mongo:1      the MongoDB protocol over SQLite, and a `mongosh` that answers the ping
#   testbed/core:1       standin/core, which needs a database and a secret as the real one does
#   testbed/ui:1         standin/ui on this machine's Node.js
#   testbed/golang:1     this machine's Go and a shell
#
# Go and Node.js come from this machine; the rest from Debian and the Go module proxy.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TESTBED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orchcli-testbed}
programs=$cache/standin-$(cat "$here"/standin/*/*.go "$here/../docdb/go.sum" "$here/../docdb/main.go" | sha256sum | cut -c1-12)

die() { echo "testbed: $1" >&2; exit 1; }

# shellcheck source=../lib/go.sh
. "$here/../lib/go.sh"

compile() { # FOLDER NAME
  [ -x "$programs/$2" ] || {
    (cd "$1" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$programs/$2.partial" .)
    mv "$programs/$2.partial" "$programs/$2"
  }
}

build() {
  mkdir -p "$programs"
  compile "$here/../docdb" docdb
  compile "$here/standin/core" core
  compile "$here/standin/mongosh" mongosh
}

docker_() { DOCKER_HOST=unix://$dir/docker.sock DOCKER_BUILDKIT=0 DOCKER_CONFIG=$dir/client docker "$@"; }

make_image() { # NAME: from the Dockerfile on standard input, with $context
  cat >"$context/Dockerfile"
  docker_ build --quiet --tag "testbed/$1:1" "$context" >/dev/null
  rm -rf "$context"
  context=$(mktemp -d "$dir/image.XXXXXX")
}

libraries() { # PROGRAM FOLDER: what it is linked with, at the same places below FOLDER
  local library
  ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
    install -D "$(readlink -f "$library")" "$2$library"
  done
}

load() {
  context=$(mktemp -d "$dir/image.XXXXXX")

  cp "$programs/docdb" "$programs/mongosh" "$context"
  make_image mongo <<'DOCKERFILE'
FROM testbed/busybox:1
COPY docdb mongosh /bin/
RUN mkdir -p /data/db /data/configdb
VOLUME ["/data/db", "/data/configdb"]
EXPOSE 27017
CMD ["docdb", "-listen", "0.0.0.0:27017", "-dir", "/data/db"]
DOCKERFILE

  cp "$programs/core" "$context"
  make_image core <<'DOCKERFILE'
FROM testbed/busybox:1
COPY core /bin/
EXPOSE 3000
HEALTHCHECK --interval=2s CMD wget -q --spider http://127.0.0.1:3000/v1/
ENTRYPOINT ["/bin/core"]
DOCKERFILE

  cp "$here/standin/ui/server.js" "$context"
  install -D "$(command -v node)" "$context/root/bin/node"
  libraries "$(command -v node)" "$context/root"
  make_image ui <<'DOCKERFILE'
FROM testbed/busybox:1
COPY root /
COPY server.js /app/
WORKDIR /app
ENV PORT=3000
EXPOSE 3000
HEALTHCHECK --interval=2s CMD wget -q --spider http://127.0.0.1:3000/
CMD ["node", "server.js"]
DOCKERFILE

  cp -a "$(go env GOROOT)" "$context/go"
  make_image golang <<'DOCKERFILE'
FROM testbed/busybox:1
COPY go /usr/local/go
ENV PATH=/usr/local/go/bin:/bin GOPATH=/go GOTOOLCHAIN=local CGO_ENABLED=0
RUN mkdir -p /go && chmod 777 /go /tmp
WORKDIR /go
DOCKERFILE
  rm -rf "$context"
}

case ${1:-}:$# in
  build:1) settle_go && build ;;
  load:2)
    [ "$(id -u)" = 0 ] || exec sudo "TESTBED_CACHE=$cache" "$here/images.sh" "$@"
    dir=$(realpath "$2")
    settle_go && build && load ;;
  *) sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
