#!/usr/bin/env bats
# faults.bats - whatever fails, the session goes on, and the record tells

load lib

# Take all the space of `disk`; a script, since a dialogue runs it too.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  cat >fill_disk <<'END'
dd if=/dev/zero of=disk/filler bs=64k status=none 2>/dev/null
dd if=/dev/zero of=disk/filler bs=1k oflag=append conv=notrunc status=none \
  2>/dev/null
true
END
}

# ---- the disk -----------------------------------------------------------------

full_at_start() {
  sh fill_disk
  pop3 >dialogue
  [ "$(loghost log talk inetd dialogue "$TEED" -d disk/records -p pop3 \
    talk daemon dialogue)" = "status 0" ]
  said_all dialogue
  grep -q 'runs unrecorded: disk/records/.*cannot write: No space left' log
  [ "$(count sessions)" = 0 ]
  [ ! -L disk/records/pop3.log ]
  : >dialogue
  rm dialogue.*
  [ "$(loghost log talk inetd dialogue "$TEED" -d disk/records -p pop3 -f closed \
    talk daemon dialogue)" = "status 75" ]
  said_all dialogue
  rm disk/filler
  [ "$(pop3 | converse -- -p pop3)" = "status 0" ]
  decode_tool check "$(record)"
}

@test "a disk that is full at the start: the session runs unrecorded, or not" {
  on_disk size=256k full_at_start
}

no_inodes() {
  pop3 >dialogue
  [ "$(loghost log talk inetd dialogue "$TEED" -d disk/records -p pop3 \
    talk daemon dialogue)" = "status 0" ]
  said_all dialogue
  grep -q "runs unrecorded: .*cannot make the session's file: No space" log
}

@test "no room for another file: the session runs unrecorded" {
  on_disk nr_inodes=2 no_inodes
}

full_in_mid_session() { # TEED-OPTION...
  converse -- -p text -m show "$@" <<'END'
R hello
! until grep -q hello disk/records/*-*.log
! do sh fill_disk
! flow text 1 30000 20000
R here
S again
! do rm disk/filler
R space
S again
R bye
END
  decode_tool check "$(record)"
  decode_tool events "$(record)" | grep -qE \
    '^lost .*=[0-9]{5} .*E=0 reason="No space left on device"$'
  decode_tool bytes R "$(record)" | tail -n 2 | tr -d '\r' |
    diff - <(printf 'space\nbye\n')
  timeless "$(record)" | tail -n 1 | grep -q ' S=30014 R=20025 '
}

@test "a disk that fills up and gets space again: what is lost is counted" {
  on_disk size=256k full_in_mid_session
  on_disk size=256k full_in_mid_session -s 20k
}

full_to_the_end() {
  [ "$(converse -- -p text -m show <<'END'
R hello
! until grep -q hello disk/records/*-*.log
! do sh fill_disk
! flow text 1 3000000 2000000
R bye
END
  )" = "status 0" ]
  grep -q 'hello' "$(record)"
  # What there is can be read.
  run ! decode_tool check "$(record)"
  [ "$(decode_tool check "$(record)" | grep -v '^no end')" = "" ]
}

@test "a disk that stays full costs the record, not the session" {
  on_disk size=256k full_to_the_end
}

read_only() {
  pop3 >dialogue
  mount -o remount,ro disk
  [ "$(loghost log talk inetd dialogue "$TEED" -d disk/records -p pop3 \
    talk daemon dialogue)" = "status 0" ]
  said_all dialogue
  grep -q "runs unrecorded: .*: Read-only file system" log
}

@test "a read-only file system: the session runs unrecorded" {
  on_disk size=256k read_only
}

@test "a limit on file sizes ends the record, not the session" {
  before=(prlimit --fsize=20000)
  [ "$(converse -- -p text -m show <<'END'
R hello
! flow text 1 100000 100000
R bye
END
  )" = "status 0" ]
  [ "$(stat -c %s "$(record)")" -le 20000 ]
  [ "$(decode_tool check "$(record)" | grep -v '^no end')" = "" ]
}

# Some system calls of teed fail: those on the directory, on the index, or all
# of a kind that only the recorder makes.
injected() { # directory|index|all CALLS ERROR WHEN
  local where=()

  case $1 in
  directory) where=(-P "$PWD/records") ;;
  index) where=(-P "$PWD/records/.text.index") ;;
  esac
  rm -rf records calls
  mkdir -m 700 records
  before=(strace -o calls "${where[@]}" -e "inject=$2:error=$3:when=$4")
  [ "$(converse -- -p text -m show -s 20k -t 60k <<'END'
R hello
! flow odd 1 40000 40000
S more
R bye
END
  )" = "status 0" ] || {
    echo "where $*"
    return 1
  }
  [ "$4" != 1+ ] || grep -q INJECTED calls || {
    echo "nothing was injected: $*"
    return 1
  }
}

@test "whatever call of the recorder fails, however, the session does not" {
  local call when

  for when in 1+ 2 2+; do
    for call in openat unlinkat symlinkat renameat fstat,newfstatat; do
      injected directory $call EIO $when
      injected directory $call EACCES $when
    done
    for call in flock pread64 pwrite64; do
      injected index $call EIO $when
      injected index $call ENOLCK $when
    done
    for call in flock fchmod; do
      injected all $call EIO $when
      injected all $call EAGAIN $when
    done
  done
  # Without a first line there is no record, and the daemon replaces teed.
  for when in 2 2+ 3 3+ 4 5; do
    injected all write EIO $when
  done
}

@test "quota, broken disk: bytes that are lost are counted, and nothing else" {
  local error text

  for error in EDQUOT:'Disk quota exceeded' EIO:'Input/output error'; do
    text=${error#*:}
    rm -rf records calls
    mkdir -m 700 records
    before=(strace -o calls -e "inject=write:error=${error%:*}:when=4..6")
    converse -- -p text -m show <<'END'
R hello
S one
R two
S three
R four
S five
R six
S seven
R bye
END
    decode_tool check "$(record)"
    decode_tool events "$(record)" | grep -qF "reason=\"$text\""
    [ "$(decode_tool events "$(record)" | grep -c '^lost')" = 1 ]
  done
}

@test "each write of the record ends with a whole line" {
  before=(strace -o calls -s 1000000 -e trace=write)
  echo '! flow odd 3 50000 50000' | converse -- -p text -m show -s 30k
  before=()
  [ "$(grep -c '^write' calls)" -ge 4 ]
  run ! grep -vE '^write\([0-9]+, ".*\\n", [0-9]+\) += [0-9]+$|^---|^\+\+\+' calls
}

@test "a directory that is deleted in mid-session does not disturb it" {
  [ "$(converse -- -p text -m show -s 20k -k 2 <<'END'
R hello
! do rm -r records
S go
! flow text 1 100000 100000
R bye
END
  )" = "status 0" ]
  [ ! -e records ]
  pop3 | converse -- -p pop3
  decode_tool check "$(record)"
}

@test "a directory that is replaced by a link in mid-session: nothing goes there" {
  mkdir elsewhere
  [ "$(converse -- -p text -m show -s 20k <<'END'
R hello
! do mv records moved; ln -s elsewhere records
S go
! flow text 1 100000 100000
R bye
END
  )" = "status 0" ]
  [ -z "$(ls elsewhere)" ]
  [ "$(count sessions moved)" -ge 5 ]
  pop3 | converse -- -p pop3
  [ -z "$(ls elsewhere)" ]
}

@test "a directory of another user's, made beforehand, is not used" {
  mkdir -m 700 records
  chown nobody records
  [ "$(pop3 | converse -- -p pop3)" = "status 0" ]
  [ -z "$(ls -A records)" ]
}

# ---- limits -------------------------------------------------------------------

@test "few descriptors: a session is recorded or it is not, but it runs" {
  local n pair closed

  # An echoing daemon that itself needs no more than three.
  printf 'S hello\nR hello\n! close S\n' >dialogue
  for pair in tcp unix pipe; do
    for ((n = 4; n <= 20; n++)); do
      rm -rf records dialogue.*
      [ "$(talk inetd -e errors dialogue prlimit --nofile=$n "$TEED" -d records \
        -n x -P $pair cat)" = "status 0" ]
      said_all dialogue
    done
    record
  done
}

@test "few descriptors with --fail closed: recorded, or refused with status 75" {
  local n

  printf 'S hello\n! loose\n! exit 0\n' >dialogue
  for ((n = 4; n <= 20; n++)); do
    rm -rf records dialogue.*
    talk inetd -e errors dialogue prlimit --nofile=$n "$TEED" -d records -n x \
      -f closed true >out
    if [ "$(cat out)" = "status 0" ]; then
      record
    else
      [ "$(cat out)" = "status 75" ]
      [ "$(count sessions)" = 0 ]
    fi
  done
  record
}

@test "few processes: a session is recorded or it is not, but it runs" {
  local n pair

  chmod 755 .
  mkdir -m 700 home
  printf 'S hello\nR hello\n! close S\n' >home/dialogue
  # A user whose processes no other test has.
  chown -R 64998 home
  cd home
  for pair in tcp unix; do
    for n in 2 3 4; do
      rm -rf records dialogue.*
      [ "$(setpriv --reuid 64998 --regid 64998 --clear-groups \
        talk inetd -e errors dialogue prlimit --nproc=$n "$TEED" -d records \
        -n x -P $pair cat)" = "status 0" ]
      said_all dialogue
    done
    record
  done
}

@test "no process for the daemon: it takes teed's place, as it was called" {
  printf '! loose\n! exit 0\n' >dialogue
  cat >daemon <<'END'
env
tr '\0' '\n' </proc/$$/cmdline
END
  [ "$(talk inetd -e errors dialogue \
    strace -o calls -e inject=vfork:error=EAGAIN:when=1 "$TEED" -d records -P unix -E \
    -A -0 called sh -c '. ./daemon >out' - %%a %A)" = "status 0" ]
  grep -q 'runs unrecorded: no process for the daemon' errors
  [ "$(count sessions)" = 0 ]
  run ! grep -E '^(PROTO|TCP|REMOTE|TEED_ID|TEED_FILE)' out
  tail -n 6 out | diff - <(printf '%s\n' called -c '. ./daemon >out' - %a 127.0.0.1)
}

# ---- killed, stopped ----------------------------------------------------------

@test "a killed recorder leaves every line that was complete" {
  converse -- -p pop3 <<'END'
R +OK ready
S USER joe
R +OK
S PASS hunter2
R +OK 1 message
S RETR 1
R +OK
R line
R .
S NOO\c
! read
! do kill -KILL $TEED_PID
! loose
! exit 0
END
  diff <(timeless "$(record)" | tr '\t' ' ') - <<'END'
R +OK ready
S USER joe
R +OK
S PASS ****
R +OK 1 message
S RETR 1
R +OK
R line
R .
END
  [ "$(decode_tool check "$(record)" | grep -v '^no end')" = "" ]
  [ "$(decode_tool bytes R "$(record)" | wc -l)" = 6 ]
}

@test "a recorder that is stopped holds nobody else up" {
  local i

  printf 'R +OK\n! until test -e go\nS QUIT\nR bye\n' >stopped
  talk inetd stopped "$TEED" -d records -n x talk daemon stopped >out 3>&- &
  wait_for grep -qs +OK records/x.log
  pkill -STOP -P $! teed
  SECONDS=0
  for i in 1 2 3; do
    pop3 | converse -- -n x -p pop3 -k 2
  done
  [ "$SECONDS" -le 5 ]
  pkill -CONT -P $! teed
  touch go
  wait $!
  said_all stopped
  [ "$(cat out)" = "status 0" ]
}

# ---- the clock ----------------------------------------------------------------

@test "times are from the start, whatever the monotonic clock says" {
  under=(unshare --time --monotonic 1000000000 --boottime 1000000000)
  [ "$(pop3 | converse -- -p pop3)" = "status 0" ]
  run ! grep -vE '^#teed|^#end|^[SR#] {4}[01]\.[0-9]{6} |^[SR]'$'\t' "$(record)"
}

@test "records from the future do not stop rotation" {
  local i

  mkdir -m 700 records
  for i in 1 2 3 4 5; do
    echo future >records/pop3-20991122T005800Z-$i.log
  done
  for i in 1 2 3; do
    pop3 | converse -- -p pop3 -k 3
  done
  [ "$(count sessions)" = 3 ]
  grep -q '^#end' records/pop3.log
}

# ---- clients and daemons that misbehave ---------------------------------------

# How teed's memory has grown from here to the peak, in kB.
grown() {
  awk '/^VmRSS/ { rss = $2 } /^VmHWM/ { hwm = $2 } END { print hwm - rss }' \
    memory.before memory.after
}

@test "a client that does not read stops the daemon, at no cost of memory" {
  converse -- -p text -m show <<'END'
R hello
! S: do grep VmRSS /proc/$TEED_PID/status >memory.before
S go
! R: do touch sending
! S: until test -e sending; sleep 0.5
! S: do grep VmHWM /proc/$TEED_PID/status >memory.after
! flow text 1 1000 20000000
R bye
END
  [ "$(grown)" -lt 2000 ]
  decode_tool bytes R "$(record)" | head -c 20000007 | tail -c +8 |
    cmp - <(talk make text 3 20000000)
}

@test "a daemon that does not read stops the client, at no cost of memory" {
  converse -- -p text -m show <<'END'
R hello
! R: do grep VmRSS /proc/$TEED_PID/status >memory.before
S go
! S: do touch sending
! R: until test -e sending; sleep 0.5
! R: do grep VmHWM /proc/$TEED_PID/status >memory.after
! flow text 1 20000000 1000
R bye
END
  [ "$(grown)" -lt 2000 ]
  decode_tool bytes S "$(record)" | tail -c +5 |
    cmp - <(talk make text 2 20000000)
}

@test "lines of 1 MiB are recorded, and masked where they are secret" {
  local long

  long=$(printf 'x%.0s' {1..1024})
  long=$(printf "$long%.0s" {1..1024})
  {
    echo 'R +OK'
    echo "S USER $long"
    echo "R +OK $long"
    echo "S PASS $long"
    echo "R -ERR $long"
    echo "S NOOP"
    echo "R +OK"
  } >letter
  [ "$(converse -- -p pop3 -s 1G <letter)" = "status 0" ]
  decode_tool check "$(record)"
  [ "$(timeless "$(record)" | grep -c 'PASS')" = 1 ]
  timeless "$(record)" | grep -qx 'S PASS \*\*\*\*'
  timeless "$(record)" | grep -qx 'S NOOP'
  [ "$(decode_tool bytes R "$(record)" | sed -n 2p | wc -c)" -ge 1048576 ]
  # Of a command as much as is held and judged.
  timeless "$(record)" | grep -qE '^S USER x{8000,}\*{4}$'
}

@test "a conversation one byte at a time is recorded like any other" {
  local i text='USER joe\r\nPASS hunter2\r\nQUIT\r\n'

  {
    echo 'R +OK'
    for ((i = 0; i < ${#text}; i++)); do
      if [ "${text:i:1}" = \\ ]; then
        echo "S ${text:i:2}\\c"
        [ "${text:i:2}" = '\r' ] || echo "R +OK"
        i=$((i + 1))
      else
        echo "S ${text:i:1}\\c"
      fi
      echo '! read'
    done
  } | sed 's/^S \\n\\c$/S \\x0a\\c/' >letter
  [ "$(converse -- -p pop3 <letter)" = "status 0" ]
  timeless "$(record)" | grep '^S' | diff - <(
    printf 'S %s\n' 'USER joe' 'PASS ****' QUIT
  )
}

@test "NULs and every other byte pass and are recorded" {
  converse -- -p text -m show <<'END'
R \x00\x00 hello \x00
S \x00
R \x00\c
! read
S \x00\x00\x00\n
R bye
END
  decode_tool bytes R "$(record)" |
    cmp - <(printf '\0\0 hello \0\r\n\0bye\r\n')
  decode_tool bytes S "$(record)" | cmp - <(printf '\0\r\n\0\0\0\n')
}

@test "clients that come and go at once leave whole records" {
  local i

  for i in 1 2 3 4 5; do
    : >d
    printf '! vanish\n! exit 0\n' >dialogue
    talk inetd dialogue "$TEED" -d records -n a -k 0 talk daemon dialogue
    printf '! reset\n! exit 0\n' >dialogue
    talk inetd dialogue "$TEED" -d records -n b -k 0 talk daemon dialogue
  done
  for i in $(sessions); do
    decode_tool check "$i"
  done
}

# ---- crowds -------------------------------------------------------------------

@test "200 sessions at once: 200 records, none mixed" {
  local i clients

  start_listener -l 0 -M 300 -n x -p text -m show -k 0 crowd daemon
  crowd clients 200 200 5 "${ports[0]}"
  all_ended() { [ "$(grep -l '^#end' $(sessions) | wc -l)" = 200 ]; }
  wait_for all_ended
  [ "$(count sessions)" = 200 ]
  clients=$(for i in $(sessions); do
    decode_tool check "$i" >&2
    decode_tool bytes S "$i" | sed -nE 's/client ([0-9]+) says.*/\1/p' | uniq -c
  done)
  # Each record holds the five lines of one client, and each client is there.
  [ "$(awk '$1 != 5' <<<"$clients")" = "" ]
  [ "$(awk '{ print $2 }' <<<"$clients" | sort -n | tr '\n' ' ')" = "$(seq -s ' ' 0 199) " ]
}

@test "200 sessions at once: as many are left as are kept" {
  start_listener -l 0 -M 300 -n x -p text -m show -k 50 crowd daemon
  crowd clients 200 200 3 "${ports[0]}"
  over() { [ -z "$(pgrep -P "$listener")" ]; }
  wait_for over
  [ "$(count sessions)" = 50 ]
  [ "$(grep -L '^#end' $(sessions) | wc -l)" = 0 ]
}
