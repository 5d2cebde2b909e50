# teelog(1): prune

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export TEED_DIR=records
  local i

  for i in 1 2 3 4 5; do
    a_session pop3 00580$i $i >/dev/null
  done
  a_session imap 010000 9 >/dev/null
  ln -s pop3-20261122T005805Z-5.log records/pop3.log
}

left() {
  find records -name '*Z-*.log' | sed 's/.*-//; s/\.log//' | sort -n | xargs
}

@test "the oldest go first, service by service, and are named" {
  run -0 teelog prune --keep 2
  [ "$output" = "pop3-20261122T005801Z-1.log
pop3-20261122T005802Z-2.log
pop3-20261122T005803Z-3.log" ]
  [ "$(left)" = "4 5 9" ]
  run -0 teelog prune --keep 2
  [ -z "$output" ]
}

@test "by what they take" {
  local size

  size=$(stat -c %s records/pop3-20261122T005801Z-1.log)
  run -0 teelog prune --total $((3 * size))
  [ "$(left)" = "3 4 5 9" ]
  run -0 teelog prune --total 1k
  [ "$(left)" = "5 9" ]
}

@test "--dry-run names them and leaves them" {
  run -0 teelog prune -k 4 --dry-run
  [ "$output" = pop3-20261122T005801Z-1.log ]
  [ "$(left)" = "1 2 3 4 5 9" ]
}

@test "one service alone" {
  a_session imap 010001 10 >/dev/null
  run -0 teelog prune --keep 1 imap
  [ "$(left)" = "1 2 3 4 5 10" ]
}

@test "a session in progress stays" {
  exec 8<records/pop3-20261122T005801Z-1.log
  flock -x 8
  run -0 teelog prune --keep 1
  [ "$(left)" = "1 5 9" ]
  exec 8<&-
}

@test "a session's segments go with it" {
  cp records/pop3-20261122T005801Z-1.log records/pop3-20261122T005801Z-1.2.log
  run -0 teelog prune --keep 4 pop3
  [ "$(find records -name '*-1*' | wc -l)" = 0 ]
}

@test "the newest session of a service stays, and so do other files" {
  echo mine >records/notes.txt
  run -0 teelog prune --keep 0 --total 0
  [ -z "$output" ]
  run -0 teelog prune --total 1
  [ "$(left)" = "5 9" ]
  [ -e records/pop3.log ]
  [ -e records/notes.txt ]
}

@test "as teed would: a hundred, a gibibyte" {
  run -0 teelog prune
  [ -z "$output" ]
  local i

  for i in {11..120}; do
    a_session pop3 "$((100000 + i))" "$i" >/dev/null
  done 2>/dev/null
  run -0 teelog prune
  [ "$(find records -name 'pop3-*.log' | wc -l)" = 100 ]
}

@test "wrong numbers: 64; no directory: 66; an unsafe one: 77" {
  run -64 teelog prune --keep many
  run -64 teelog prune --total 1x
  run -64 teelog prune a/b
  run -66 teelog -d nowhere prune
  [ ! -e nowhere ]
  chmod 777 records
  run -77 teelog prune --keep 1
  [ "$(left)" = "1 2 3 4 5 9" ]
}
