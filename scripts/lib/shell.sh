# For scripts that bash runs: . "$(dirname "$0")/lib/shell.sh"
# Goes to the repository's root; say, die, pick and jobs.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf '\n== %s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# The first of these commands that there is: clang++-14 on Debian 12, clang++ elsewhere.
pick() {
  local name
  for name in "$@"; do
    if command -v "$name" >/dev/null; then
      echo "$name"
      return
    fi
  done
  die "none of these commands is there: $*. Run scripts/setup"
}

# How many compilers at once: one per core, and no more than memory holds at 1.2 GB each.
jobs() {
  local by_memory
  by_memory=$(awk '/^MemAvailable/ { print int($2 / 1200000) }' /proc/meminfo)
  local cores
  cores=$(nproc)
  local n=$((by_memory < cores ? by_memory : cores))
  echo "${JOBS:-$((n > 0 ? n : 1))}"
}

# What one checkout compiled, another need not: paths are taken relative to each.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}

# build_in FOLDER [-DOPTION=VALUE]... -- TARGET...: configures and builds.
build_in() {
  local folder=$1 options=() generator=()
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  [ -e "$folder/CMakeCache.txt" ] || generator=(-G Ninja)
  mkdir -p "$folder"
  cmake -S . -B "$folder" "${generator[@]}" -Wno-dev "${options[@]}" >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log" >&2
    die "cmake could not configure $folder"
  }
  cmake --build "$folder" -j "$(jobs)" --target "$@" >&2
}
