# Shared by the scripts of this folder; sourced, never run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Steps are told on standard error, so that what a script prints stays what was asked for.
step () {
  printf '\033[1m==>\033[0m %s\n' "$*" >&2
}
[ -t 2 ] || step () { printf '==> %s\n' "$*" >&2; }

die () {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

as_root () {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "needs root to run: $* (no sudo here)"
  fi
}

# configure DIR [MESON OPTION…]: a build directory, made once. CC and CFLAGS count.
configure () {
  local dir=$1
  shift
  [ -f "$dir/build.ninja" ] && return
  step "configuring $dir"
  meson setup "$dir" "$@" </dev/null >"$dir.log" 2>&1 || { cat "$dir.log" >&2; rm -rf "$dir"; die "meson setup failed"; }
  mv "$dir.log" "$dir/setup.log"
}

# compile DIR [TARGET…]: quiet unless something is wrong; progress where somebody looks.
compile () {
  local dir=$1
  shift
  if [ -t 2 ]; then
    ninja -C "$dir" "$@" >&2
  else
    ninja -C "$dir" "$@" >"$dir/compile.log" 2>&1 || { tail -n 60 "$dir/compile.log" >&2; die "the build failed"; }
    grep -E 'warning:' "$dir/compile.log" >&2 || true
  fi
}
