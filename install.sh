#!/bin/sh
# Installs orchcli; `install.sh --help` tells what can be asked of it.
set -eu

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$1" >&2; [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }
may_use_sudo() { [ -z "${ORCHCLI_NO_SUDO:-}" ] && ! is_root && have sudo; }
on_terminal() { [ -t 0 ] && [ -t 2 ]; }
usage() {
  cat <<'TEXT'
Installs orchcli: built from this checkout, or downloaded as a release when there is no checkout around this file.

  ./install.sh [--serve [-- ARG...]] [--dir DIR] [--no-modify-path]
  ./install.sh [--version X.Y.Z | --from FILE] ...
  ./install.sh --uninstall [--purge] [--dir DIR]

  --serve            then run `orchcli serve ARG...`: http://localhost:3000, everything kept in its data folder
  --dir DIR          where the program goes: ~/.local/bin, for root /usr/local/bin
  --version X.Y.Z    download this release, also in a checkout; the newest one without it
  --from FILE        install this downloaded orchcli_OS_ARCH or orchcli_OS_ARCH.tar.gz; checksums.txt lies beside it
  --no-modify-path   never offer to add the folder to PATH
  --uninstall, -u    remove the program, its completions and its manual
  --purge            remove the data, configuration and caches as well

  ORCHCLI_BASE_URL       where releases are: a releases page (latest/download/, download/vX.Y.Z/), or a folder that
                         holds the files themselves; http(s)://, file:// or a path
  ORCHCLI_INSTALL_DIR    as --dir           ORCHCLI_VERSION        as --version
  ORCHCLI_NO_SUDO=1      never use sudo     ORCHCLI_NO_PACKAGES=1  never install a system package
  ORCHCLI_CACHE          keeps what is compiled for the next build (~/.cache/orchcli)
TEXT
}

read_arguments() {
  dir=${ORCHCLI_INSTALL_DIR:-} version=${ORCHCLI_VERSION:-} base=${ORCHCLI_BASE_URL:-}
  file='' serve='' uninstall='' purge='' modify_path=yes
  while [ $# -gt 0 ]; do
    case $1 in
      --dir | --version | --from) [ $# -ge 2 ] || usage_error "$1 needs a value" ;;
    esac
    case $1 in
      --dir) dir=$2; shift ;;
      --dir=*) dir=${1#*=} ;;
      --version) version=$2; shift ;;
      --version=*) version=${1#*=} ;;
      --from) file=$2; shift ;;
      --from=*) file=${1#*=} ;;
      --serve) serve=yes ;;
      --no-modify-path) modify_path='' ;;
      --uninstall | -u) uninstall=yes ;;
      --purge) purge=yes ;;
      --help | -h) usage; exit 0 ;;
      --) shift; break ;;
      *) usage_error "unknown argument: $1" ;;
    esac
    shift
  done
  [ $# -eq 0 ] || [ -n "$serve" ] || usage_error "what follows -- goes to \`orchcli serve\`: say --serve"
  [ -z "$purge" ] || [ -n "$uninstall" ] || usage_error "--purge goes with --uninstall"
  arguments_left=$#
  version=${version#v}
  [ "$version" != latest ] || version=''
  case $version in *[!0-9A-Za-z.+-]*) usage_error "not a version: $version" ;; esac
}

usage_error() { printf 'error: %s\nhint: ./install.sh --help\n' "$1" >&2; exit 2; }

# --- where things go ----------------------------------------------------------------------------------------------

choose_places() {
  if [ -z "$dir" ]; then
    if is_root; then dir=/usr/local/bin; else dir=$HOME/.local/bin; fi
  fi
  case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
  dir=${dir%/}
  program=$dir/orchcli
  case $dir in
    */bin) share=${dir%/bin}/share ;;
    *) if is_root; then share=/usr/local/share; else share=${XDG_DATA_HOME:-$HOME/.local/share}; fi ;;
  esac
  bash_completion=$share/bash-completion/completions/orchcli
  zsh_completion=$share/zsh/site-functions/_orchcli
  fish_completion=$share/fish/vendor_completions.d/orchcli.fish
  manual=$share/man/man1
}

writable() { # PATH: could be made or written by this user
  at=$1
  while [ ! -e "$at" ]; do at=$(dirname "$at"); done
  [ -d "$at" ] && [ -w "$at" ]
}

gain_access() { # sets `as` to what has to stand before a command that writes into $dir
  as=''
  ! writable "$dir" || return 0
  may_use_sudo || die "cannot write to $dir" "choose another folder: --dir \"\$HOME/.local/bin\""
  say "$dir belongs to somebody else: using sudo (ORCHCLI_NO_SUDO=1 refuses)"
  as=sudo
}

# --- the program, from a checkout ---------------------------------------------------------------------------------

find_checkout() { # sets `checkout`; false when this file does not lie in one, or was piped into a shell
  case $0 in */install.sh | install.sh) ;; *) return 1 ;; esac
  checkout=$(cd "$(dirname "$0")" && pwd)
  [ -f "$checkout/src/main.rs" ] && grep -q '^name = "orchcli"' "$checkout/Cargo.toml" 2>/dev/null
}

build() {
  have cargo || PATH=$PATH:$HOME/.cargo/bin
  have cargo || die "building needs Rust, and there is no cargo" "install it from https://rustup.rs"
  can_compile || install_compiler
  target=${CARGO_TARGET_DIR:-${ORCHCLI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orchcli}/target}
  mkdir -p "$target"
  say "building orchcli in $target: some minutes the first time, then seconds"
  unset CARGO_BUILD_TARGET
  # Checkouts share the compiled dependencies. Cargo tells our own crate's files apart by time alone, so that of
  # another checkout has to go first.
  [ "$(cat "$target/.checkout-release" 2>/dev/null)" = "$checkout" ] ||
    (cd "$checkout" && cargo clean --quiet --release --target-dir "$target" -p orchcli)
  printf '%s\n' "$checkout" >"$target/.checkout-release"
  (cd "$checkout" && cargo build --release --locked --bin orchcli --target-dir "$target") >&2
  cp "$target/release/orchcli" "$work/orchcli"
}

can_compile() { # SQLite, libgit2 and cryptography are C; OpenSSL, which libgit2 needs, is set up by make and Perl
  have cc && have make && perl -MFindBin -MIPC::Cmd -e 1 2>/dev/null
}

install_compiler() {
  hint="install a C compiler, make and Perl (Debian: apt-get install build-essential), then run this again"
  have apt-get || die "there is no C compiler (cc), make or Perl" "$hint"
  say "missing system package: build-essential (a C compiler, make and Perl, for SQLite, Git and cryptography)"
  [ -z "${ORCHCLI_NO_PACKAGES:-}" ] || die "ORCHCLI_NO_PACKAGES is set" "$hint"
  root=''
  if ! is_root; then
    may_use_sudo || die "only root installs packages" "$hint"
    root=sudo
  fi
  if on_terminal; then
    printf 'install it with apt-get? [Y/n] ' >&2
    read -r answer
    case $answer in [nN]*) die "declined" "$hint" ;; esac
  else
    say "installing it with apt-get (ORCHCLI_NO_PACKAGES=1 refuses)"
  fi
  $root apt-get -qq update >&2
  $root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends build-essential >&2
}

# --- the program, from a release ----------------------------------------------------------------------------------

asset_name() { # sets `asset`, without the ending
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) die "there is no release for $(uname -s)" "build it: cargo install --path ." ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) die "there is no release for $(uname -m)" "build it: cargo install --path ." ;;
  esac
  asset=orchcli_${os}_$arch
}

fetch() { # URL FILE: false when it cannot be had; proxies are those of curl and wget
  case $1 in
    file://*) cp "${1#file://}" "$2" 2>/dev/null ;;
    http://* | https://*)
      if have curl; then
        curl --fail --silent --location --retry 2 --connect-timeout 20 --output "$2" "$1"
      elif have wget; then
        wget -q -T 20 -O "$2" "$1"
      else
        die "a download needs curl or wget, and neither is here" \
          "install one, or download $asset.tar.gz and checksums.txt elsewhere and use --from FILE"
      fi ;;
    *) cp "$1" "$2" 2>/dev/null ;;
  esac
}

download() {
  asset_name
  [ -n "$base" ] || die "no release address is known" \
    "set ORCHCLI_BASE_URL, use --from FILE, or run this file inside a checkout to build orchcli"
  base=${base%/}
  if [ -n "$version" ]; then page=$base/download/v$version; else page=$base/latest/download; fi
  fetch "$page/checksums.txt" "$work/checksums.txt" || {
    page=$base
    fetch "$page/checksums.txt" "$work/checksums.txt" ||
      die "there is no checksums.txt at $base" "is ORCHCLI_BASE_URL right, and the version a released one?"
  }
  [ -z "$(listed_sum "$asset.tar.gz")" ] || asset=$asset.tar.gz
  say "downloading $page/$asset"
  fetch "$page/$asset" "$work/$asset" || die "cannot download $page/$asset"
  verify
  unpack
}

take_file() {
  [ -f "$file" ] || die "there is no file $file"
  asset=$(basename "$file")
  cp "$file" "$work/$asset"
  cp "$(dirname "$file")/checksums.txt" "$work/checksums.txt" 2>/dev/null ||
    die "there is no checksums.txt beside $file" "download it from where the file is from: nothing is installed unchecked"
  verify
  unpack
}

listed_sum() { awk -v name="$1" '$2 == name || $2 == "*" name { print tolower($1); exit }' "$work/checksums.txt"; }

verify() { # $work/$asset is what checksums.txt says, or nothing is installed
  want=$(listed_sum "$asset")
  [ -n "$want" ] || die "checksums.txt does not name $asset: nothing is installed unchecked"
  if have sha256sum; then got=$(sha256sum <"$work/$asset")
  elif have shasum; then got=$(shasum -a 256 <"$work/$asset")
  elif have openssl; then got=$(openssl dgst -sha256 -r <"$work/$asset")
  else die "cannot check the download: there is no sha256sum, shasum or openssl" "install one of them"
  fi
  [ "${got%% *}" = "$want" ] || die "the checksum of $asset is wrong: expected $want, got ${got%% *}" \
    "nothing was installed; download it again, and tell the publisher if it stays so"
}

unpack() { # $work/$asset becomes $work/orchcli
  case $asset in
    *.tar.gz)
      member=$(tar -tzf "$work/$asset" | grep -E '(^|/)orchcli$' | head -n 1)
      [ -n "$member" ] || die "$asset holds no orchcli"
      tar -xzOf "$work/$asset" "$member" >"$work/orchcli" ;;
    *) mv "$work/$asset" "$work/orchcli" ;;
  esac
}

# --- in place -----------------------------------------------------------------------------------------------------

place() { # FILE TARGET MODE: all of it or nothing of it
  $as mkdir -p "$(dirname "$2")" && $as cp "$1" "$2.new.$$" && $as chmod "$3" "$2.new.$$" && $as mv -f "$2.new.$$" "$2"
}

put_in_place() {
  chmod 755 "$work/orchcli"
  told=$("$work/orchcli" --version) || die "the program does not run on this machine: $work/orchcli --version failed"
  case $told in
    "orchcli $version "* | "orchcli $version") ;;
    *) [ -z "$version" ] || die "asked for $version, but this is $told: nothing was installed" ;;
  esac
  [ ! -d "$program" ] || die "$program is a folder" "choose another place: --dir DIR"
  place "$work/orchcli" "$program" 755 || die "cannot write $program" "choose another folder: --dir DIR"
  put_help_in_place || say "the completions and the manual could not be written to $share: going on without them"
  say "installed $told: $program"
}

put_help_in_place() { # the program writes both itself, so they are always of its version
  mkdir -p "$work/man"
  for shell in bash zsh fish; do "$program" completions $shell >"$work/$shell" || return 1; done
  "$program" help --man "$work/man" >/dev/null || return 1
  writable "$share" || [ -n "$as" ] || return 1
  place "$work/bash" "$bash_completion" 644 &&
    place "$work/zsh" "$zsh_completion" 644 &&
    place "$work/fish" "$fish_completion" 644 || return 1
  for page in "$work"/man/*; do place "$page" "$manual/$(basename "$page")" 644 || return 1; done
}

mind_path() {
  case :$PATH: in *":$dir:"*) return 0 ;; esac
  line="export PATH=\"$dir:\$PATH\""
  if [ -n "$modify_path" ] && on_terminal; then
    printf '%s is not on your PATH: add it in ~/.profile? [y/N] ' "$dir" >&2
    read -r answer
    case $answer in [yY]*) printf '%s # orchcli\n' "$line" >>"$HOME/.profile" ;; esac
  fi
  say "$dir is not on your PATH. In this shell: $line"
}

remove() {
  gain_access
  set -- "$program" "$bash_completion" "$zsh_completion" "$fish_completion" "$manual"/orchcli.1 "$manual"/orchcli-*.1
  if [ -n "$purge" ]; then
    if is_root; then set -- "$@" /var/lib/orchcli; fi
    set -- "$@" "${XDG_DATA_HOME:-$HOME/.local/share}/orchcli" "${XDG_CONFIG_HOME:-$HOME/.config}/orchcli" \
      "${XDG_STATE_HOME:-$HOME/.local/state}/orchcli" "${XDG_CACHE_HOME:-$HOME/.cache}/orchcli"
  fi
  removed=''
  for at; do
    [ -e "$at" ] || continue
    $as rm -rf "$at" || die "cannot remove $at"
    say "removed $at"
    removed=yes
  done
  [ -n "$removed" ] || say "nothing to remove: there is no $program"
  [ ! -f "$HOME/.profile" ] || ! grep -q '# orchcli$' "$HOME/.profile" || say "a line marked \`# orchcli\` is left in ~/.profile"
}

main() {
  read_arguments "$@"
  while [ $# -gt "$arguments_left" ]; do shift; done # what is left is for `serve`
  choose_places
  if [ -n "$uninstall" ]; then remove; exit 0; fi
  gain_access
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [ -n "$file" ]; then take_file
  elif [ -z "$version$base" ] && find_checkout; then build
  else download
  fi
  put_in_place
  mind_path
  if [ -n "$serve" ]; then
    rm -rf "$work"
    exec "$program" serve "$@"
  fi
}

main "$@" # the last line: half a download does nothing
