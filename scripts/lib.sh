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

# How long the first build of the demo's programs takes on two cores; README says it too.
first_build="ten minutes"

# Cargo shows a progress bar on a terminal. Elsewhere it is asked for one all the same, and a line a minute is made of it;
# its other lines are passed on, but not the name of every crate.
progress() {
  local started=$SECONDS told=$SECONDS chunk line
  while IFS= read -r -d $'\r' chunk || [ -n "$chunk" ]; do
    while IFS= read -r line; do
      line=${line//$'\e[K'/}
      if [[ $line =~ ^' '+Building' '.*' '([0-9]+)/([0-9]+)(:|$) ]]; then
        [ $((SECONDS - told)) -ge 60 ] || continue
        told=$SECONDS
        echo "built ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} units in $(((SECONDS - started) / 60)) min"
      elif [[ ! $line =~ ^' '+(Compiling|Downloaded)' ' ]] && [ -n "${line// /}" ]; then
        printf '%s\n' "$line"
      fi
    done <<<"$chunk"
    chunk=
  done
}

# build TARGETS…: what to build of the workspace, in cargo's words.
build() {
  if [ -t 2 ] && [ -z "${CI:-}" ]; then
    cargo build --locked --workspace "$@"
  else
    CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=80 CARGO_TERM_COLOR=never \
      cargo build --locked --workspace "$@" 2>&1 | progress >&2
  fi
}

# build_programs PROGRAM…: of the whole workspace, so that the features of all dependencies are those of the tests, and
# programs and tests share them.
build_programs() {
  # Whoever has built everything says so.
  [ -z "${GREATSEAL_BUILT:-}" ] || return 0
  local program targets=()
  for program in "$@"; do targets+=(--bin "$program"); done
  say "building (the first time takes about $first_build on two cores, later seconds)"
  build "${targets[@]}"
}
