# teelog(1): what is called a session, and exit statuses

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  a_session pop3 005800 11 >/dev/null
  a_session pop3 005900 12 >/dev/null
  a_session imap 010000 13 >/dev/null
  a_session pop3 010100 14 >/dev/null
  a_session pop3-test 010200 15 >/dev/null
  export TEED_DIR=records
}

shown() { # [OPERAND...]: pids of the sessions that are shown
  teelog show "$@" | sed -nE 's/^#teed.* pid=([0-9]+) .*/\1/p' | xargs
}

@test "without a name: the newest of all" {
  [ "$(shown)" = 15 ]
}

@test "a service is its newest session, SERVICE@2 the one before" {
  [ "$(shown pop3)" = 14 ]
  [ "$(shown pop3@1)" = 14 ]
  [ "$(shown pop3@2)" = 12 ]
  [ "$(shown pop3@3)" = 11 ]
  [ "$(shown imap)" = 13 ]
  [ "$(shown pop3-test)" = 15 ]
}

@test "an id, a file, standard input, several" {
  [ "$(shown pop3-20261122T005900Z-12)" = 12 ]
  [ "$(shown records/imap-20261122T010000Z-13.log)" = 13 ]
  [ "$(shown - <records/imap-20261122T010000Z-13.log)" = 13 ]
  [ "$(shown imap pop3@2 pop3)" = "13 12 14" ]
}

@test "sessions of one second are in order of what their headers say" {
  local n

  for n in 7 21 3; do
    a_session ftp 020000 "$n" >/dev/null
  done
  sed -i 's/02:00:00.123456/02:00:00.300000/' records/ftp-*-3.log
  sed -i 's/02:00:00.123456/02:00:00.200000/' records/ftp-*-21.log
  [ "$(shown ftp)" = 3 ]
  [ "$(shown ftp@2)" = 21 ]
  [ "$(shown ftp@3)" = 7 ]
  [ "$(shown)" = 3 ]
}

@test "the directory: -d before TEED_DIR" {
  mkdir other
  cp records/imap* other
  [ "$(teelog -d other show | head -n 1)" = "$(head -n 1 other/imap*)" ]
  [ "$(teelog --dir=other ls | wc -l)" = 1 ]
  [ "$(teelog ls | wc -l)" = 5 ]
}

@test "no such session: 66, and what is wrong" {
  run -66 teelog show nntp
  [[ $output == *"nntp: no such file, session or service in records"* ]]
  run -66 teelog show pop3@9
  [[ $output == *"pop3: only 3 of its sessions are in records"* ]]
  run -66 teelog show ./nothing.log
  run -66 teelog show pop3-20261122T005900Z-99
  run -66 teelog show '../../etc/passwd/x'
  mkdir empty
  run -66 teelog -d empty show
  [[ $output == *"no session in empty"* ]]
  run -66 teelog -d nowhere show
  run -66 teelog -d nowhere ls
}

@test "what can be read is shown although another can't" {
  run -66 --separate-stderr teelog show nntp imap
  [[ $output == *"pid=13"* ]]
}

@test "not a log: 65, and why" {
  : >empty.txt
  head -c 3000 /dev/urandom >random.bin
  printf 'dear diary\n' >diary.txt
  run -65 teelog show empty.txt
  [[ $output == *"empty.txt: it is empty"* ]]
  run -65 teelog show random.bin
  run -65 teelog show diary.txt
  [[ $output == *"not a log of a known format"* ]]
  run -66 teelog show "$BATS_TEST_TMPDIR"
  [[ $output == *"is a directory (see -d)"* ]]
}

@test "a wrong use: 64" {
  run -64 teelog
  run -64 teelog paint
  run -64 teelog show --paint
  run -64 teelog --from nonsense show
  run -64 teelog export
  [[ $output == *"json, json-session"* ]]
  run -64 teelog export --format nonsense
  run -64 teelog cat
}

@test "help and version" {
  run -0 teelog --help
  [[ $output == *"usage: teelog [-d DIR] command"* ]]
  run -0 teelog --version
  [[ $output == teelog\ [0-9]* ]]
  run -0 teelog show --help
  [[ $output == *"usage: teelog show"* ]]
  run -0 teelog --from help
  [[ $output == *recordio* ]]
  # in two columns, however long a name is
  [ "$(grep -oE '^[a-z0-9_-]+ +' <<<"$output" | awk '{ print length }' |
    sort | uniq -c | awk '{ print $1 }')" = "${#lines[@]}" ]
}

@test "a wrong option is told with the name of the command" {
  run -64 teelog ls --bogus
  [[ $output == "teelog ls: "*"usage: teelog ls "* ]]
}

@test "the format of a log can be named" {
  run -0 teelog show --from recordio "$fixtures/import/recordio.log"
  run -0 teelog --from recordio show "$fixtures/import/recordio.log"
  [[ $output == *"format=recordio"* ]]
}

@test "output that can't be written is an error, a reader that went away is none" {
  run -74 bash -c '"$0" show pop3 >/dev/full' "$TEELOG"
  [[ $output == *"No space left"* ]]
  run -0 --separate-stderr bash -c 'set -o pipefail
    for i in {1..2000}; do echo records/imap*.log; done |
      xargs "$0" show | head -n 1' "$TEELOG" || [ "$status" -ge 123 ]
  [ -z "$stderr" ] || [[ $stderr == *"signal 13"* ]]
}
