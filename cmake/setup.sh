# shellcheck shell=bash
# Sourced by tests/run, samples/run and .ci/run, in the project's root: packages, configure, build.

# shellcheck disable=SC2034
packages="g++ cmake ninja-build pkg-config ccache
  libdnnl-dev libboost-graph-dev libfmt-dev libhwy-dev zlib1g-dev nlohmann-json3-dev
  doctest-dev librapidcheck-dev libbenchmark-dev libcli11-dev libspdlog-dev"

export CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)}

say() { echo "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# Runs a command silently; if it fails, shows the end of what it said.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    rm -f "$log"
    fail "failed: $*"
  fi
  rm -f "$log"
}

# install_packages NAME...: installs those that are missing. Other systems than Debian's kin are
# left alone; there CMake says what is missing.
install_packages() {
  command -v dpkg-query >/dev/null || return 0
  local missing=() name as_root=()
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] ||
      missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "Packages are missing and there is no sudo; as root, run:
  apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y)
  quietly "${apt[@]}" update
  quietly "${apt[@]}" install --no-install-recommends "${missing[@]}"
}

# build PRESET [--target T]...: configures and builds with all cores.
build() {
  say "Configuring (preset $1)"
  quietly cmake --preset "$1"
  say "Building in build/$1 with $(nproc) jobs"
  export NINJA_STATUS="  [%f/%t] "
  if [[ -t 2 ]]; then
    cmake --build --preset "$@" >&2 || fail "The build failed."
  else
    quietly cmake --build --preset "$@"
  fi
}
