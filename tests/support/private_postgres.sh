#!/bin/bash
# A private PostgreSQL that lives as long as somebody holds this script's stdin open.
#
#   private_postgres.sh [SETTING=VALUE]...
#
# Once it accepts connections, prints one line on stdout:
#   port=PORT host=FOLDER user=postgres
# The folder holds its Unix socket; the port is on 127.0.0.1; no password is asked for. Logs go to
# FOLDER/log. When stdin closes, or on a signal, it ends and the folder is gone; should this script be
# killed outright, the server still ends with it.
set -euo pipefail
exec 9<&0 # a background job would read /dev/null instead

bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
if [ ! -x "$bin/initdb" ]; then
  echo "private_postgres: no PostgreSQL server found; set PG_BIN to the folder of initdb" >&2
  exit 75
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/onetrip-pg.XXXXXX")
server=

# As root, PostgreSQL refuses to run.
as=(setpriv --pdeathsig INT)
if [ "$(id -u)" = 0 ]; then
  owner=postgres
  id -u "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$folder"
  as+=(--reuid "$owner" --regid "$(id -g "$owner")" --clear-groups)
fi

finish() {
  trap - EXIT
  trap '' INT TERM HUP PIPE
  if [ -n "$server" ]; then
    kill -INT "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE

cd "$folder"
export LC_ALL=C.UTF-8
"${as[@]}" "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-sync \
  >"$folder/initdb.log" 2>&1 </dev/null || {
  cat "$folder/initdb.log" >&2
  exit 75
}

settings=()
for setting in "$@"; do settings+=(-c "$setting"); done

# Another may take the port between looking and listening; then the server ends, and the next is tried.
for attempt in $(seq 20); do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue; fi
  "${as[@]}" "$bin/postgres" -D "$folder/data" -c listen_addresses=127.0.0.1 -c port="$port" \
    -c unix_socket_directories="$folder" -c fsync=off -c full_page_writes=off \
    -c synchronous_commit=off -c shared_buffers=16MB "${settings[@]}" \
    >"$folder/log" 2>&1 </dev/null 9<&- &
  server=$!
  while kill -0 "$server" 2>/dev/null; do
    if "$bin/pg_isready" -q -h "$folder" -p "$port" -U postgres; then
      echo "port=$port host=$folder user=postgres"
      cat <&9 >/dev/null &
      reader=$!
      # Whichever comes first: the end of stdin, or of the server.
      wait -n "$reader" "$server" || true
      kill "$reader" 2>/dev/null || true
      exit 0
    fi
    sleep 0.05
  done
  wait "$server" 2>/dev/null || true
  server=
  grep -q 'could not bind' "$folder/log" || break
done
cat "$folder/log" >&2
exit 75
