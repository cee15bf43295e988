# The Go that builds the programs of the test bed.
# shellcheck shell=bash disable=SC2154 # `here` and `die` come from the script that reads this

# Go 1.21 and later fetch the toolchain that go.mod names. Debian 12 packages 1.19: it can at least be told to.
settle_go() {
  command -v go >/dev/null || die "Go is needed to build the test bed: apt-get install golang-go, or https://go.dev/dl"
  ! grep -qE 'go1\.([0-9]|1[0-9]|20)(\.| )' <<<"$(cd / && go version)" || PATH=$(fetch_toolchain)/bin:$PATH
}

fetch_toolchain() { # prints its folder
  local release at
  release=$(sed -n 's/^go //p' "$here/go.mod")
  at=$(cd / && go mod download -json "golang.org/toolchain@v0.0.1-go$release.linux-$(dpkg --print-architecture)" |
    sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  [ -n "$at" ] || die "Go $release cannot be had from the module proxy"
  find "$at/bin" "$at/pkg/tool" -type f -exec chmod +x {} + # a module holds no executable files
  echo "$at"
}
