#!/usr/bin/env bash
# Network paths of which everything is known, by hand; README.md says what a LINE can be.
#   path.sh up NAME LINE…           makes the sites and the paths; prints SITE NAMESPACE IPV4 IPV6 for each site
#   path.sh exec NAME SITE COMMAND… runs a command at a site
#   path.sh change NAME LINE…       changes paths while they stand
#   path.sh down NAME               ends it and prints what was done to the packets, as JSON
#   path.sh log NAME                prints the log of a path that has ended, as CSV
#   path.sh check                   can this machine do it?
#   path.sh build                   compiles the emulator, if need be, and prints where it is
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
base=${TMPDIR:-/tmp}/netprobe-path-$(id -u)
read -ra flags <<<"-std=gnu11 -O2 -Wall -Wextra -Wconversion ${CFLAGS:-}"

fail() {
  echo "path.sh: $1" >&2
  exit "${2:-1}"
}

# What lies there is run: nobody else may have made it or be able to write to it.
safe_base() {
  mkdir -p -m 700 "$base" 2>/dev/null || true
  [ -d "$base" ] && [ ! -L "$base" ] && [ "$(stat -c '%u %a' "$base")" = "$(id -u) 700" ] ||
    fail "$base is not a private folder of this user"
  mkdir -p "$base/build" "$base/runs"
}

# Compiled once for each state of the sources and the compiler.
build() {
  safe_base
  command -v cc >/dev/null || fail 'no C compiler (cc) was found'
  local key folder
  key=$({ cc --version; uname -m; echo "${flags[*]}"; cat "$here"/emulator/*.[ch]; } | sha256sum | cut -c1-16)
  folder=$base/build/$key
  if [ ! -x "$folder/emulator" ]; then
    mkdir -p "$folder"
    cc "${flags[@]}" -o "$folder/emulator.$$" "$here"/emulator/*.c -lm -pthread
    mv "$folder/emulator.$$" "$folder/emulator"
  fi
  emulator=$folder/emulator
}

run_folder() {
  [[ ${1:-} =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || fail 'a name is needed: a-z, 0-9 and -, at most 31' 2
  folder=$base/runs/$1
}

standing() { [ -f "$folder/up" ] || fail "no path of that name stands: ${folder##*/}"; }

process() { sed -n 's/^pid //p' "$folder/up"; }

up() {
  run_folder "$1"
  build
  mkdir -p "$folder"
  [ ! -f "$folder/up" ] || ! kill -0 "$(process)" 2>/dev/null || fail "$1 stands already"
  rm -f "$folder"/{up,changes,summary.json,log,owner}
  printf '%s\n' "${@:2}" >"$folder/config"
  setsid "$emulator" run "$folder" </dev/null >/dev/null 2>"$folder/complaints" &
  local process=$!
  until [ -f "$folder/up" ]; do
    kill -0 "$process" 2>/dev/null || { cat "$folder/complaints" >&2; exit 1; }
    sleep 0.02
  done
  awk '$1 == "site" { print $2, $3, $5, $6 }' "$folder/up"
}

change() {
  run_folder "$1"
  standing
  local before after
  before=$(cut -d' ' -f1 "$folder/changes" 2>/dev/null || echo 0)
  cp "$folder/config" "$folder/config.before"
  printf '%s\n' "${@:2}" >>"$folder/config"
  kill -HUP "$(process)"
  until after=$(cat "$folder/changes" 2>/dev/null) && [ "${after%% *}" -gt "$before" ]; do sleep 0.02; done
  [ "${after#* }" = ok ] || { mv "$folder/config.before" "$folder/config"; fail "${after#* }" 2; }
}

down() {
  run_folder "$1"
  standing
  local process
  process=$(process)
  kill "$process" 2>/dev/null || true
  while kill -0 "$process" 2>/dev/null; do sleep 0.02; done
  rm -f "$folder/up"
  [ -f "$folder/summary.json" ] || fail "it was killed, or failed: $(cat "$folder/complaints")"
  cat "$folder/summary.json"
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  build) build && echo "$emulator" ;;
  check) build && "$emulator" check ;;
  up) up "$@" ;;
  change) change "$@" ;;
  down) down "${1:-}" ;;
  exec) run_folder "${1:-}" && standing && build && exec "$emulator" exec "$folder" "${@:2}" ;;
  log) run_folder "${1:-}" && build && "$emulator" csv "$folder/log" ;;
  *) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
