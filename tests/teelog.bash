# teelog.bash - what tests of the reader have in common

load lib

# Characters that are no ASCII are what they are here.
export LC_ALL=C.UTF-8
unset NO_COLOR PAGER LESS COLUMNS LINES
export TERM=xterm

TEELOG=$(from_source_dir "${TEELOG:-teelog}")
fixtures=$source_dir/tests/fixtures

teelog() {
  "$TEELOG" "$@"
}

# What a foreign log becomes, as JSON, must be what its fixture says.
imports_as_expected() { # NAME-OF-LOG [OPTION...]
  local log=$1

  shift
  cd "$fixtures/import" || return
  teelog export --format json "$@" "$log" >"$BATS_TEST_TMPDIR/got" || return
  diff -u "${log%.*}.json" "$BATS_TEST_TMPDIR/got"
}

# A session that went well, in directory $1 (records): service, time, pid.
a_session() { # [SERVICE [HHMMSS [PID]]]
  local service=${1:-pop3} time=${2:-005800} pid=${3:-4567}
  local id=$service-20261122T${time}Z-$pid

  mkdir -p -m 700 records
  sed "s/@ID@/$id/; s/@SERVICE@/$service/; s/@PID@/$pid/
    s/@TIME@/${time:0:2}:${time:2:2}:${time:4:2}/" \
    "$fixtures/teelog/session.log" >"records/$id.log"
  echo "records/$id.log"
}

# Run a command with a terminal of 24 lines and $columns (80) columns as its standard
# input and output; what it prints there is in the file `screen`.
on_a_terminal() { # COMMAND...
  local line

  printf -v line '%q ' "$@"
  script -qec "stty rows 24 cols ${columns:-80}; $line" screen.raw </dev/null >/dev/null
  sed -e '1d;$d' -e 's/\r$//' screen.raw >screen
}
