# Shared by the scripts: where things are built, and how missing tools get here. Sourced, not run.
# shellcheck shell=bash

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export GREATSEAL_TARGET_DIR="${GREATSEAL_TARGET_DIR:-$HOME/.cache/greatseal/target}"
export CARGO_TARGET_DIR="$GREATSEAL_TARGET_DIR"
bin="$GREATSEAL_TARGET_DIR/debug"

say() { printf '\n== %s\n' "$*" >&2; }

fail() { # what happened, what to do
  printf 'error: %s\nhelp: %s\n' "$1" "$2" >&2
  exit "${3:-1}"
}

# Installs Debian packages that are missing, and says so.
need_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local become=()
  [ "$(id -u)" -eq 0 ] || become=(sudo)
  command -v apt-get >/dev/null || fail "missing: ${missing[*]}" "install these packages with your system's package manager"
  say "installing ${missing[*]}"
  "${become[@]}" apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${become[@]}" apt-get install -y -qq "${missing[@]}" >&2
}

# Waits until a node has made a block.
node_ready() {
  local _ number
  for _ in $(seq 300); do
    number=$(curl -sf -H 'content-type: application/json' "${1/ws/http}" \
      -d '{"jsonrpc":"2.0","id":1,"method":"chain_getHeader","params":[]}' 2>/dev/null | jq -r '.result.number // empty' 2>/dev/null || true)
    [ -n "$number" ] && [ "$number" != 0x0 ] && return
    sleep 1
  done
  fail "the node at $1 has made no block in five minutes" "look at its log"
}

# Where the contract's programs are built: by the size of ink!'s buffer, which cargo does not know to be an input.
contract_target() { # host or polkavm
  local size
  size=$(sed -n 's/^INK_STATIC_BUFFER_SIZE = { value = "\([0-9]*\)".*/\1/p' "$repository/contracts/governance/.cargo/config.toml")
  echo "$GREATSEAL_TARGET_DIR/contract-$1-${size:?}"
}

need_rust() {
  command -v cargo >/dev/null || fail "there is no cargo" "install Rust with rustup; rust-toolchain.toml names the version"
}

build_programs() {
  # Whoever has built everything says so: with tests, features and so the whole tree of dependencies are others.
  [ -z "${GREATSEAL_BUILT:-}" ] || return 0
  say "building (the first time takes a quarter of an hour on two cores, later seconds)"
  cargo build --locked --workspace --bins
}
