# What the bed is made of: programs compiled from Go modules, and definitions of custom resources out of them.
# shellcheck shell=bash disable=SC2154 # `here` and `cache` come from testbed.sh

version=$(grep -oE 'k8s.io/kubernetes v[0-9.]+' "$here/go.mod" | cut -d' ' -f2)
bin=$cache/kubernetes-$(sha256sum "$here/go.sum" | cut -c1-12)
programs="kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl metrics-server"

# module, version, folder of its definitions, checksum as `go mod download` tells it
modules="github.com/cert-manager/cert-manager v1.16.2 deploy/crds h1:c9UU2E+8XWGruyvC/mdpc1wuLddtgmNr8foKdP7a8Jg=
github.com/kedacore/keda/v2 v2.16.0 config/crd/bases h1:0ZoqAeGHORh0B/BOBLDf6fRVvgc5ATeuQCgEm6bNViM="
definitions=$cache/definitions-$(sha256sum <<<"$modules" | cut -c1-12)

build() {
  local p missing=
  mkdir -p "$cache"
  exec 8>"$cache/build.lock" && flock 8 # a second builder waits, and finds the work done
  for p in $programs; do [ -x "$bin/$p" ] || missing=yes; done
  [ -z "$missing" ] || build_programs
  [ -d "$definitions" ] || { settle_go && fetch_definitions; }
  exec 8>&-
}

build_programs() {
  settle_go
  local at=k8s.io/component-base/version work=$bin.partial p packages=
  for p in $programs; do
    case $p in
      metrics-server) packages+=" sigs.k8s.io/metrics-server/cmd/$p" ;;
      *) packages+=" k8s.io/kubernetes/cmd/$p" ;;
    esac
  done
  rm -rf "$work" && mkdir -p "$work"
  # shellcheck disable=SC2086 # a list of packages
  (cd "$here" && CGO_ENABLED=0 go build -trimpath -p 2 \
    -ldflags "-s -w -X $at.gitVersion=$version -X $at.gitMajor=1 -X $at.gitMinor=$(cut -d. -f2 <<<"$version")" \
    -o "$work/" $packages)
  rm -rf "$bin" && mv "$work" "$bin"
}

fetch_definitions() {
  local work=$definitions.partial name release folder sum answer at file
  rm -rf "$work" && mkdir -p "$work"
  while read -r name release folder sum; do
    # Outside our module: only the files are wanted. The checksum is held against ours, not against the public database.
    answer=$(cd "$work" && GONOSUMDB=$name go mod download -json "$name@$release") ||
      die "$name $release cannot be had: $answer"
    grep -qF "\"Sum\": \"$sum\"" <<<"$answer" || die "$name $release is not what it was: its checksum is not $sum"
    at=$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' <<<"$answer")
    for file in "$at/$folder"/*.yaml; do
      sed '/{{/d' "$file" >"$work/$(basename "$file")" # cert-manager's are Helm templates in a few lines
    done
  done <<<"$modules"
  mv "$work" "$definitions"
}
