#!/usr/bin/env bats
# store.bats - teed(8): the directory of records, names, rotation, segments

load lib

# One POP3 session; TEED-OPTIONs behind.
session() {
  [ "$(pop3 | converse -- -p pop3 "$@")" = "status 0" ]
}

# Some sessions one after another.
repeat() { # TIMES COMMAND...
  local i

  for ((i = 0; i < $1; i++)); do
    "${@:2}" || return
  done
}

# A session that waits until the file `go` is there; it begins before this
# returns.
begin_waiting() { # TEED-OPTION...
  local n

  n=$(count sessions)
  rm -f go
  {
    echo 'R +OK ready'
    echo '! until test -e go'
    echo 'S QUIT'
    echo 'R +OK'
  } >waiting
  talk inetd waiting "$TEED" -d records -p pop3 "$@" talk daemon waiting \
    >waiting.out 3>&- &
  waiting=$!
  wait_for grep -qs ready records/pop3.log
  [ "$(count sessions)" -gt "$n" ]
}

end_waiting() {
  touch go
  wait "$waiting"
  said_all waiting
}

bytes_kept() {
  sessions | xargs cat | wc -c
}

# ---- the directory ------------------------------------------------------------

@test "the directory is made 0700 and files 0600, under any umask" {
  local mask

  for mask in 000 022 077 0277 0777; do
    rm -rf records
    umask $mask
    : >dialogue || true
    umask 022
    pop3 >dialogue
    [ "$(
      umask $mask
      talk inetd dialogue "$TEED" -d records -p pop3 talk daemon dialogue
    )" = "status 0" ]
    [ "$(stat -c %a records)" = 700 ]
    [ "$(stat -c %a records/*-*.log records/.*.index | sort -u)" = 600 ]
    rm -f dialogue.*
  done
}

@test "the daemon has the umask that teed was given" {
  pop3 >dialogue
  umask 027
  talk inetd dialogue "$TEED" -d records -n x sh -c \
    'umask >mask; exec talk daemon dialogue'
  [ "$(cat mask)" = 0027 ]
}

@test "segments are 0600 under any umask" {
  echo '! flow text 1 100000 0' >dialogue
  umask 0
  talk inetd dialogue "$TEED" -d records -n x -m show -s 20k talk daemon dialogue
  [ "$(count sessions)" -ge 4 ]
  [ "$(sessions | xargs stat -c %a | sort -u)" = 600 ]
}

# The session is not recorded in this directory: with --fail open it runs all
# the same, with --fail closed the client is refused; syslog says why.
refused() { # DIRECTORY REASON
  pop3 >dialogue
  rm -f dialogue.*
  [ "$(loghost log talk inetd dialogue "$TEED" -d "$1" -p pop3 \
    talk daemon dialogue)" = "status 0" ]
  said_all dialogue
  grep -q "session of 127.0.0.1 runs unrecorded: ${1%/}: $2" log
  : >dialogue
  rm -f dialogue.* log
  [ "$(loghost log talk inetd dialogue "$TEED" -d "$1" -p pop3 -f closed \
    talk daemon dialogue)" = "status 75" ]
  said_all dialogue
  grep -q "session of 127.0.0.1 refused (--fail closed): ${1%/}: $2" log
  rm -f log
}

@test "an unsafe or impossible directory is refused, and --fail is obeyed" {
  mkdir real shared group
  chmod 1777 shared
  chmod 770 group
  mkdir -m 700 others
  chown nobody others
  ln -s real link
  ln -s nowhere dangling
  touch file
  mkfifo fifo
  refused shared 'unsafe directory: others may write to it (mode 1777)'
  refused group 'unsafe directory: others may write to it (mode 770)'
  refused others 'unsafe directory: it belongs to uid [0-9]*, not to 0'
  refused link 'unsafe directory: a link, or no directory'
  refused link/ 'unsafe directory: a link, or no directory'
  refused dangling 'unsafe directory: a link, or no directory'
  refused file 'unsafe directory: a link, or no directory'
  refused fifo 'unsafe directory: a link, or no directory'
  refused missing/deeper 'cannot make the directory: No such file or directory'
  refused /proc/teed 'cannot make the directory: No such file or directory'
  refused '' 'cannot make the directory: No such file or directory'
  [ -z "$(find real shared group others -name '*.log')" ]
}

@test "a directory that others may read is not refused" {
  mkdir -m 755 records
  session
  record
}

# ---- names --------------------------------------------------------------------

@test "a service is named by --name, else the protocol, else the program" {
  session -n A.b_c-9
  ls records/A.b_c-9-*T*Z-*.log
  rm -r records
  session
  ls records/pop3-*T*Z-*.log
  mkdir 'od d'
  ln -s "$(command -v talk)" 'od d/..we ird:é'
  pop3 >dialogue
  talk inetd dialogue "$TEED" -d other 'od d/..we ird:é' daemon dialogue
  ls other/we_ird___-*T*Z-*.log
}

# Run teed where the file names of this process and the next seconds are taken.
taken() { # COMMAND-THAT-TAKES-THEM, which finds the name in $name
  before=(bash -c '
    for second in 0 1 2 3; do
      name=records/pop3-$(date -u -d "+$second sec" +%Y%m%dT%H%M%SZ)-$$.log
      '"$1"'
    done
    exec "$@"' bash)
}

@test "where the name is taken a letter follows the process id" {
  mkdir -m 700 records
  taken 'echo mine >$name'
  session
  [[ $(readlink records/pop3.log) =~ -[0-9]+b\.log$ ]]
  decode_tool check records/pop3.log
  [ "$(head_word id records/pop3.log).log" = "$(readlink records/pop3.log)" ]
  [ "$(grep -l mine records/*-*.log | wc -l)" = 4 ]
}

@test "a link planted under the file's name is not followed" {
  mkdir -m 700 records
  taken 'ln -s "$PWD/planted" $name; ln -s "$PWD/planted" ${name%.log}b.log'
  session
  [ ! -e planted ]
  [[ $(readlink records/pop3.log) =~ -[0-9]+c\.log$ ]]
}

@test "a link names the newest session" {
  session
  [ "$(readlink records/pop3.log)" = "$(head_word id).log" ]
  session
  [ "$(readlink records/pop3.log)" = "$(sessions | tail -n 1 | xargs basename)" ] ||
    [ "$(readlink records/pop3.log)" = "$(sessions | head -n 1 | xargs basename)" ]
  ln -s nowhere records/.pop3.link
  session -n pop3
  [ -e records/pop3.log ]
  [ ! -L records/.pop3.link ]
}

# ---- segments -----------------------------------------------------------------

@test "a session goes on in a new file when one is full" {
  local files n

  echo '! flow text 1 200000 100000' | converse -- -p text -m show -s 50k
  mapfile -t files < <(segments "records/$(readlink records/text.log)")
  n=${#files[@]}
  [ "$n" -ge 6 ]
  [ "$(count sessions)" = "$n" ]
  decode_tool check "${files[@]}"
  [ -z "$(head_word segment "${files[0]}")" ]
  for ((i = 1; i < n; i++)); do
    [ "$(head_word segment "${files[i]}")" = $((i + 1)) ]
    [ "$(head_word id "${files[i]}")" = "$(head_word id "${files[0]}")" ]
    [ "$(head_word start "${files[i]}")" = "$(head_word start "${files[0]}")" ]
    timeless "${files[i - 1]}" | tail -n 1 | grep -qx "# segment $((i + 1))"
    sed -n 2p "${files[i]}" | grep -qE '^[SR#] +[0-9.]+ '
    [ "$(stat -c %s "${files[i - 1]}")" -lt 70000 ]
  done
  tail -n 1 "${files[n - 1]}" | grep -q '^#end '
}

@test "the segments of a session in progress are kept, the first and the newest" {
  local files

  echo '! flow text 1 2000000 0' |
    converse -- -p text -m show -s 50k -t 300k
  mapfile -t files < <(segments "records/$(readlink records/text.log)")
  [ -e "${files[0]}" ]
  [ "$(bytes_kept)" -le 330000 ]
  [ "$(bytes_kept)" -ge 200000 ]
  tail -n 1 "${files[-1]}" | grep -q '^#end '
  # What went is not counted any more.
  session -n text -t 1M
  [ -e "${files[0]}" ]
  [ -e "${files[-1]}" ]
}

# ---- rotation -----------------------------------------------------------------

@test "--keep keeps the newest N sessions" {
  repeat 2 session -k 3
  sessions >first
  repeat 3 session -k 3
  [ "$(count sessions)" = 3 ]
  run ! grep -qf <(sessions) first
  session -k 1
  [ "$(count sessions)" = 1 ]
  [ "records/$(readlink records/pop3.log)" = "$(sessions)" ]
}

@test "--keep 0 keeps all" {
  repeat 12 session -k 0
  [ "$(count sessions)" = 12 ]
}

@test "--total keeps so many bytes, the oldest go first" {
  local big

  big() {
    echo '! flow text 1 20000 0' | converse -- -n pop3 -p text -m show "$@"
  }
  repeat 2 big -t 100k
  sessions >oldest
  repeat 5 big -t 100k
  [ "$(bytes_kept)" -le 102400 ]
  [ "$(count sessions)" = 4 ]
  run ! grep -qf <(sessions) oldest
  session -t 30k
  [ "$(count sessions)" = 2 ]
  [ -e records/pop3.log ]
}

@test "--total 0 keeps all" {
  repeat 3 session -t 1 -s 1M
  [ "$(count sessions)" = 1 ]
  repeat 3 session -t 0
  [ "$(count sessions)" = 4 ]
}

@test "the newest session stays even where it alone is too much" {
  session
  echo '! flow text 1 200000 0' |
    converse -- -n pop3 -p text -m show -t 10k -s 1M
  [ "$(count sessions)" = 1 ]
  tail -n 1 records/pop3.log | grep -q '^#end .* S=200000'
  session -t 10k
  [ "$(count sessions)" = 1 ]
  grep -q 'USER joe' records/pop3.log
}

@test "a session in progress is never deleted, and goes in its turn when it ends" {
  local running

  begin_waiting
  running=$(record)
  repeat 3 session -k 1
  [ -e "$running" ]
  [ "$(count sessions)" = 2 ]
  end_waiting
  [ "$(cat waiting.out)" = "status 0" ]
  session -k 1
  [ "$(count sessions)" = 1 ]
  [ ! -e "$running" ]
}

@test "where older sessions end last, the newest stay" {
  local running

  begin_waiting -k 1
  running=$(record)
  session -k 1
  end_waiting
  [ "$(count sessions)" = 1 ]
  [ ! -e "$running" ]
  grep -q 'USER joe' records/pop3.log
}

@test "the end of a small session need not be told, that of a large one must" {
  local written

  begin_waiting
  written=$(stat -c %y records/.pop3.index)
  end_waiting
  [ "$(stat -c %y records/.pop3.index)" = "$written" ]
  echo '! flow text 1 200000 0' | converse -- -n pop3 -p text -m show
  session -t 205000
  [ "$(count sessions)" = 3 ]
  session -t 100k
  [ "$(count sessions)" = 2 ]
}

@test "a smaller --total than before deletes only what is too much" {
  local before_that

  for before_that in 1G 0; do
    repeat 20 session -k 0 -t "$before_that"
    TEED_DIR=records run -0 "$(from_source_dir "${TEELOG:-teelog}")" prune \
      --keep 0 --total $(($(bytes_kept) + 10))
    [ -z "$output" ]
    session -k 0 -t $(($(bytes_kept) + 1000))
    [ "$(count sessions)" = 21 ]
    session -k 0 -t "$(bytes_kept)"
    [ "$(count sessions)" = 21 ]
    rm -r records
  done
}

@test "a session that another process holds locked is not deleted" {
  session
  held=$(record)
  exec 8<"$held"
  flock -s 8
  repeat 3 session -k 1
  [ -e "$held" ]
  [ "$(count sessions)" = 2 ]
  exec 8<&-
  repeat 2 session -k 1
  [ ! -e "$held" ]
  [ "$(count sessions)" = 1 ]
}

@test "the session of a recorder that was killed is deleted in its turn" {
  begin_waiting
  pkill -KILL -P "$waiting" teed
  touch go
  wait "$waiting" || true
  run ! grep -q '^#end' "$(record)"
  repeat 3 session -k 2
  [ "$(count sessions)" = 2 ]
  grep -L '^#end' $(sessions) | grep . && false
  true
}

@test "nothing but this service's own session files is ever deleted" {
  local keep=(
    pop3-x.log pop3.log.old README pop3-20201122T005800Z-4567.log.gz
    pop3-20201122T005800Z-0123.log pop3-20201122T005800Z-4567.1.log
    pop3-20201122T005800Z-4567.02.log pop3-20201122T005800Z-4567a.log
    pop3-20201122T005800Z-4567B.log pop3-20201122T005800Z-4567bb.log
    pop3-20201122T00580Z-4567.log pop3-20201122t005800z-4567.log
    xpop3-20201122T005800Z-4567.log pop3s-20201122T005800Z-4567.log
    pop3-old-20201122T005800Z-4567.log pop3--20201122T005800Z-4567.log
    ' pop3-20201122T005800Z-4567.log' 'pop3-20201122T005800Z-4567.log '
  )
  local name

  mkdir -m 700 records outside
  for name in "${keep[@]}"; do
    echo mine >"records/$name"
  done
  echo mine >outside/file
  ln -s ../outside/file records/pop3-20201122T005800Z-1.log
  mkfifo records/pop3-20201122T005800Z-2.log
  mkdir records/pop3-20201122T005800Z-3.log
  echo mine >records/pop3-20201122T005800Z-4.log
  chown nobody records/pop3-20201122T005800Z-4.log
  ln outside/file records/pop3-20201122T005800Z-5.log
  echo old >records/pop3-20201122T005800Z-6.log
  echo old >records/pop3-20201122T005800Z-6.2.log
  echo old >records/pop3-20201122T005800Z-7z.3.log
  session -k 1 -t 1k
  session -k 1 -t 1k
  for name in "${keep[@]}"; do
    [ "$(cat "records/$name")" = mine ]
  done
  [ "$(cat outside/file)" = mine ]
  [ -L records/pop3-20201122T005800Z-1.log ]
  [ -p records/pop3-20201122T005800Z-2.log ]
  [ -d records/pop3-20201122T005800Z-3.log ]
  [ -f records/pop3-20201122T005800Z-4.log ]
  [ ! -e records/pop3-20201122T005800Z-6.log ]
  [ ! -e records/pop3-20201122T005800Z-6.2.log ]
  [ ! -e records/pop3-20201122T005800Z-7z.3.log ]
  [ -e records/pop3.log ]
}

@test "two services in one directory keep each their own number" {
  repeat 4 session -n pop3 -k 3
  repeat 3 session -n pop3-old -k 2
  repeat 2 session -n pop3 -k 3
  session -n pop3-old -k 2
  [ "$(find records -name 'pop3-2*' | wc -l)" = 3 ]
  [ "$(find records -name 'pop3-old-2*' | wc -l)" = 2 ]
}

@test "sessions that run at the same time leave exactly as many as are kept" {
  local i pids=()

  for ((i = 0; i < 40; i++)); do
    pop3 >"d$i"
    talk inetd "d$i" "$TEED" -d records -p pop3 -k 10 talk daemon "d$i" \
      >"out$i" 3>&- &
    pids+=($!)
  done
  wait "${pids[@]}"
  [ "$(cat out* | sort -u)" = "status 0" ]
  [ -z "$(cat d*.errors)" ]
  [ "$(count sessions)" = 10 ]
  for i in $(sessions); do
    decode_tool check "$i"
  done
}

# ---- the index ----------------------------------------------------------------

# After damage to the index sessions are recorded, and soon rotation is exact.
heals() {
  repeat 3 session -k 4
  [ "$(count sessions)" = 4 ]
  [ "records/$(readlink records/pop3.log)" = "$(
    grep -l . $(sessions) | xargs ls -t | head -n 1
  )" ]
}

@test "a lost or damaged index is made anew" {
  local index=records/.pop3.index size

  repeat 5 session -k 4
  size=$(stat -c %s $index)
  rm $index
  heals
  : >$index
  heals
  head -c $((size / 2)) $index >half && cat half >$index
  heals
  head -c "$size" /dev/zero >$index
  heals
  head -c "$size" /dev/zero | tr '\0' '\377' >$index
  heals
  talk make bytes 1 "$size" >$index
  heals
  # The numbers of slots and of bytes, one after another.
  for offset in 8 16 24 32 40 48 56 64; do
    printf '\377\377\377\377\377\377\377\177' |
      dd of=$index bs=1 seek=$offset conv=notrunc status=none
    heals
  done
  # Slots that were never written.
  head -c 4096 /dev/zero | dd of=$index bs=1 seek=100 conv=notrunc status=none
  heals
}

@test "an index that tells of files elsewhere deletes nothing there" {
  local index=records/.pop3.index

  repeat 3 session -k 4
  mkdir records/pop3-
  echo mine >precious.log
  # A stamp that leads out of the directory.
  printf '/../../precious\0' |
    dd of=$index bs=1 seek=$(($(grep -obaF 20 $index | head -n 1 |
      cut -d: -f1))) conv=notrunc status=none
  repeat 6 session -k 2
  [ "$(cat precious.log)" = mine ]
}

@test "what others do in the directory is noticed" {
  repeat 4 session -k 4
  rm "$(sessions | head -n 1)"
  repeat 2 session -k 4
  [ "$(count sessions)" = 4 ]
  cp "$(sessions | head -n 1)" records/pop3-20200101T000000Z-1.log
  cp "$(sessions | head -n 1)" records/pop3-20200101T000000Z-2.log
  session -k 4
  [ "$(count sessions)" = 4 ]
  [ ! -e records/pop3-20200101T000000Z-1.log ]
  [ ! -e records/pop3-20200101T000000Z-2.log ]
  rm -f records/*.log records/.*.index
  session -k 4
  record
}

@test "a planted index, link or pipe under its name harms nothing outside" {
  mkdir -m 700 records
  echo mine >outside
  ln -s ../outside records/.pop3.index
  repeat 2 session -k 1
  [ "$(cat outside)" = mine ]
  rm records/.pop3.index
  ln outside records/.pop3.index
  repeat 2 session -k 1
  [ "$(cat outside)" = mine ]
  rm records/.pop3.index
  mkfifo records/.pop3.index
  session -k 1
  rm records/.pop3.index
  mkdir records/.pop3.index
  session -k 1
  rmdir records/.pop3.index
  session -k 1
  [ "$(count sessions)" = 1 ]
}

@test "a held index holds up nobody for long, and is put right afterwards" {
  repeat 4 session -k 3
  exec 8<records/.pop3.index
  flock 8
  SECONDS=0
  repeat 2 session -k 3
  [ "$SECONDS" -le 4 ]
  [ "$(count sessions)" = 5 ]
  exec 8<&-
  session -k 3
  [ "$(count sessions)" = 3 ]
}

@test "a held index does not hold up the traffic of a session" {
  local longest

  session -n text
  exec 8<records/.text.index
  flock 8
  echo '! flow text 1 1000000 0' |
    converse -- -p text -m show -s 20k -k 3
  # Fifty segments, each of which would have had to wait.
  longest=$(sed -nE 's/^#end ([0-9]+)\..*/\1/p' records/text-*.log |
    sort -n | tail -n 1)
  [ "$longest" -lt 5 ]
  exec 8<&-
}

# System calls of teed for one session.
calls() { # TEED-OPTION...
  before=(strace -o calls)
  session "$@"
  before=()
  wc -l <calls
}

@test "a session costs the same with 10 and with 5,000 kept" {
  local few many

  repeat 12 session -k 10
  few=$(calls -k 10)
  mkdir -m 700 large
  seq 5000 | awk '{ printf "large/pop3-20200101T%06dZ-%d.log\n", $1 % 86400, $1 }' |
    xargs touch
  mv records few
  mv large records
  session -k 5000
  session -k 5000
  many=$(calls -k 5000)
  [ "$(count sessions)" = 5000 ]
  [ "$many" -le $((few + 3)) ]
  # Also with a second service that changes the directory.
  session -n other
  many=$(calls -k 5000)
  [ "$many" -le $((few + 3)) ]
}

# ---- --when failed ------------------------------------------------------------

@test "--when failed deletes the record of a session that went well" {
  session -W failed
  [ "$(count sessions)" = 0 ]
  [ ! -L records/pop3.log ]
  session
  session --when failed
  [ "records/$(readlink records/pop3.log)" = "$(record)" ]
  repeat 3 session -k 2
  [ "$(count sessions)" = 2 ]
  repeat 3 session -k 2 -W failed
  # Each of them pushed one out when it began, as any session does.
  session -k 2
  [ "$(count sessions)" = 2 ]
  [ -e records/pop3.log ]
}

@test "--when failed keeps the record of a session that did not" {
  failed() { # DIALOGUE
    rm -rf records
    converse -- -p pop3 -W failed >out
    record
  }
  failed <<<'! exit 1'
  failed <<<'! kill TERM'
  failed <<'END'
R +OK
S USER joe
R +OK
S PASS wrong
R -ERR no
S QUIT
R +OK
END
  failed <<'END'
R +OK
S RETR 9
R -ERR no such message
S QUIT
R +OK
END
  failed <<'END'
R +OK
S NOOP
! read
! reset
! exit 0
END
  rm -rf records
  : >dialogue
  talk inetd dialogue "$TEED" -d records -p pop3 -W failed ./nosuch
  record
}

# ---- --user -------------------------------------------------------------------

@test "--user: the directory, the files and the segments are the user's" {
  chmod 755 .
  echo '! flow text 1 100000 0' |
    converse -- -n x -p text -m show -s 30k --user nobody
  [ "$(stat -c '%U %a' records)" = "nobody 700" ]
  [ "$(count sessions)" -ge 3 ]
  [ "$(find records -type f -exec stat -c '%U %a' {} + | sort -u)" = "nobody 600" ]
  repeat 3 session -n x -k 2 -u nobody
  [ "$(count sessions)" = 2 ]
}

@test "--user: the daemon stays who it was" {
  converse -- -u nobody <<'END'
R +OK
! do id -u >uid
R bye
END
  [ "$(cat uid)" = 0 ]
}

@test "--user in root's own directory: records are the user's" {
  mkdir -m 700 records
  repeat 4 session -u nobody -k 2
  [ "$(stat -c %U records)" = root ]
  [ "$(find records -type f -exec stat -c %U {} + | sort -u)" = nobody ]
  [ "$(count sessions)" = 2 ]
}

@test "--user in a third user's directory is refused" {
  mkdir -m 700 records
  chown daemon records
  : >dialogue
  [ "$(loghost log talk inetd dialogue "$TEED" -d records -u nobody -f closed \
    talk daemon dialogue)" = "status 75" ]
  grep -q 'unsafe directory: it belongs to uid' log
}

@test "--user: what the user plants in its directory gives it nothing of root's" {
  local name

  mkdir -m 700 records
  echo secret >roots
  chmod 600 roots
  # A file of root's that came to lie in the user's directory.
  echo secret >records/.pop3.index
  chmod 600 records/.pop3.index
  ln -s ../roots records/.pop3.link
  ln -s ../roots records/pop3.log
  chown nobody records
  before=(bash -c '
    for second in 0 1 2 3; do
      name=records/pop3-$(date -u -d "+$second sec" +%Y%m%dT%H%M%SZ)-$$
      ln roots $name.log
      ln -s ../roots ${name}b.log
    done
    exec "$@"' bash)
  session -u nobody
  [ "$(cat roots)" = secret ]
  [ "$(stat -c '%U %a' roots)" = "root 600" ]
  [[ $(readlink records/pop3.log) =~ -[0-9]+c\.log$ ]]
  before=()
  repeat 3 session -u nobody -k 2
  [ "$(cat roots)" = secret ]
  [ "$(stat -c '%U %a' roots)" = "root 600" ]
  [ "$(cat records/.pop3.index)" = secret ]
  [ "$(stat -c '%U %a' records/.pop3.index)" = "root 600" ]
}

@test "an ordinary user's sessions are recorded like root's, also with --user" {
  chmod 755 . "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/test || true
  mkdir -m 700 home
  chown nobody home
  pop3 >home/dialogue
  for i in 1 2 3; do
    rm -f home/dialogue.*
    (cd home && exec setpriv --reuid nobody --regid nogroup --clear-groups \
      talk inetd dialogue "$TEED" -d records -k 2 -p pop3 -u nobody \
      talk daemon dialogue) >out
    [ "$(cat out)" = "status 0" ]
    said_all home/dialogue
  done
  [ "$(count sessions home/records)" = 2 ]
  [ "$(stat -c '%U %a' home/records)" = "nobody 700" ]
  decode_tool check home/records/pop3.log
}
