# teelog(1): follow

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export TEED_DIR=records
  mkdir -m 700 records
}

teardown() {
  [ -z "${follower-}" ] || kill "$follower" 2>/dev/null || true
}

# Follow in the background; what is printed goes to `shown`.
follow() { # [OPTION...]
  "$TEELOG" follow "$@" >shown 2>errors 3>&- &
  follower=$!
  # it waits for something to happen
  wait_for sleeping "$follower"
}

# It, and not the shell that is about to become it.
sleeping() {
  grep -q '^State:.*S (sleeping)' "/proc/$1/status" &&
    [[ $(readlink "/proc/$1/exe") != *sh ]]
}

shows() { # TEXT...
  local text

  for text; do
    grep -qF -- "$text" shown || return
  done
}

is_over() {
  ! kill -0 "$follower" 2>/dev/null
}

# A recorder by hand: descriptor 8 or 9 holds the file, locked.
begin() { # FD ID [SERVICE]
  eval "exec $1>>records/$2.log"
  flock -x "$1"
  write "$1" "#teed 1 id=$2 service=${2%%-*} protocol=pop3 start=2026-11-22T00:58:00.000000Z client=192.0.2.7:1"
}

write() { # FD LINE
  printf '%s\n' "$2" >&"$1"
}

finish() { # FD
  write "$1" '#end 9.000000 S=1 R=1 E=0'
  eval "exec $1>&-"
}

one=pop3-20261122T005800Z-11
two=imap-20261122T005801Z-12

@test "sessions that begin join by themselves, each line with its session" {
  follow
  begin 8 $one
  write 8 'R    0.000001 +OK one'
  wait_for shows "$one R    0.000001 +OK one"
  begin 9 $two
  write 9 'R    0.000002 * OK two'
  write 8 'S    0.000003 USER joe'
  wait_for shows "$two R    0.000002 * OK two" "$one S    0.000003 USER joe"
  finish 8
  finish 9
  wait_for shows "$one #end" "$two #end"
}

@test "one service alone, as a name or an option, also before it has a session" {
  follow imap
  begin 8 $one
  begin 9 $two
  write 8 'R    0.000001 +OK one'
  write 9 'R    0.000002 * OK two'
  wait_for shows "$two R    0.000002 * OK two"
  run -1 grep -q pop3-2026 shown
  kill -INT "$follower"
  wait_for is_over
  follow --service pop3
  write 9 'R    0.000003 * OK three'
  write 8 'R    0.000004 +OK four'
  wait_for shows "$one R    0.000004 +OK four"
  run -1 grep -q imap-2026 shown
}

@test "of a session that goes on already the last lines are shown" {
  local i

  begin 8 $one
  for i in {1..30}; do
    write 8 "S    0.0000$((10 + i)) NOOP $i"
  done
  a_session imap 000000 99
  follow --last 3
  wait_for shows 'NOOP 28' 'NOOP 30'
  write 8 'S    0.000050 NOOP 31'
  wait_for shows 'NOOP 31'
  run -1 grep -qw -e 'NOOP 27' -e 'imap-.*99' shown
}

@test "a session that goes on in another file is followed there" {
  follow
  begin 8 $one
  write 8 'R    0.000001 +OK one'
  begin 9 $one.2
  sed -i "s/id=$one.2/id=$one segment=2/" records/$one.2.log
  exec 9>&-
  exec 9>>records/$one.2.log
  flock -x 9
  write 8 '#    0.000002 segment 2'
  exec 8>&-
  write 9 'S    0.000003 USER joe'
  wait_for shows "$one S    0.000003 USER joe"
  finish 9
  wait_for shows "$one #end"
}

@test "named sessions are followed to their end, and then it is over" {
  begin 8 $one
  begin 9 $two
  follow "$one" "records/$two.log"
  write 8 'R    0.000001 +OK one'
  write 9 'R    0.000002 * OK two'
  wait_for shows '+OK one' '* OK two'
  finish 8
  wait_for shows "$one #end"
  run -1 is_over
  finish 9
  wait_for is_over
  wait "$follower"
}

@test "a recorder that dies is told, once" {
  follow
  begin 8 $one
  write 8 'R    0.000001 +OK one'
  wait_for shows '+OK one'
  exec 8>&-
  wait_for grep -q "$one: no #end: its recorder died" errors
  [ "$(wc -l <errors)" = 1 ]
}

@test "a record that grows without a lock, as a copy does, is followed all the same" {
  follow
  begin 8 $one
  flock -u 8
  write 8 'R    0.000001 +OK one'
  wait_for grep -q "$one: no #end: its recorder died" errors
  write 8 'S    0.000002 USER joe'
  wait_for shows "$one S    0.000002 USER joe"
  finish 8
  wait_for shows "$one #end"
  [ "$(wc -l <errors)" = 1 ]
}

@test "Ctrl-C ends it cleanly" {
  follow
  begin 8 $one
  write 8 'R    0.000001 +OK one'
  wait_for shows '+OK one'
  kill -INT "$follower"
  wait_for is_over
  wait "$follower"
  [ -z "$(tail -c 1 shown)" ]
}

@test "a reader that has gone ends it, even while nothing happens" {
  exec 7> >(head -n 1 >first 3>&-)
  "$TEELOG" follow >&7 3>&- &
  follower=$!
  exec 7>&-
  begin 8 $one
  write 8 'R    0.000001 +OK one'
  wait_for test -s first
  wait_for is_over
}

@test "the directory may come later, and be another one" {
  rmdir records
  follow
  mkdir -m 700 records
  begin 8 $one
  write 8 'R    0.000001 +OK one'
  wait_for shows '+OK one'
  exec 8>&-
  mv records gone
  mkdir -m 700 records
  begin 9 $two
  write 9 'R    0.000002 * OK two'
  wait_for shows '* OK two'
}

@test "incomplete lines wait for their end" {
  follow
  begin 8 $one
  printf 'S    0.000001 USER ' >&8
  write 9 x 2>/dev/null || true
  printf 'joe\nS    0.000002 QUIT\n' >&8
  wait_for shows "$one S    0.000001 USER joe" QUIT
  [ ! -s errors ]
}

@test "a line is shown within a tenth of a second, with three hundred sessions" {
  local i late=0 began limit=$((${PATIENCE:-2} * 50000))

  ulimit -n "$(ulimit -Hn)"
  mkdir fds
  follow
  for i in {1..300}; do
    id=pop3-20261122T005900Z-$i
    printf '#teed 1 id=%s service=pop3 start=2026-11-22T00:59:00.000000Z\nR    0.000001 hello %d.\n' \
      "$id" "$i" >"records/$id.log"
  done
  wait_for shows 'hello 300.'
  [ "$(grep -c 'hello' shown)" = 300 ]
  begin 8 $one
  for i in {1..20}; do
    began=${EPOCHREALTIME/./}
    write 8 "S    0.0001$((10 + i)) NOOP late$i."
    until shows "late$i."; do
      :
    done
    ((${EPOCHREALTIME/./} - began < limit)) || late=$((late + 1))
  done
  # a busy machine may be late for reasons of its own, and valgrind always is
  [ "$late" -le 2 ]
}

@test "sessions that teed records are followed while it does" {
  follow --style rs
  {
    printf 'USER joe\r\n'
    wait_for shows 'S USER joe'
    printf 'QUIT\r\n'
  } | "$TEED" -d records -n pop3 -P pipe cat >heard
  wait_for shows 'R QUIT'
}

@test "not a transcript: 65; not there: 66" {
  echo hello >diary
  run -65 teelog follow diary
  run -66 teelog follow pop3@3
  run -66 teelog follow ./nowhere.log
}
