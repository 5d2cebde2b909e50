# teelog(1): ls

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export TEED_DIR=records
}

ls_ids() { # [OPTION...]
  teelog ls "$@" | awk '{ print $1 }' | xargs
}

# A session in directory records with these lines behind the greeting.
with() { # PID LINE...
  local file

  file=$(a_session pop3 0058"$1" "$1")
  {
    head -n 2 "$file"
    printf '%s\n' "${@:2}"
  } >changed
  mv changed "$file"
}

@test "a line: id, start, duration, client, user, result, messages, bytes" {
  a_session >/dev/null
  diff -u - <(teelog ls) <<'END'
pop3-20261122T005800Z-4567  2026-11-22 00:58:00  0.081s  192.0.2.7:51234  noizumi  ok  1  38  182
END
  TZ=JST-9 run -0 teelog ls
  [[ $output == *"2026-11-22 09:58:00"* ]]
}

@test "on a terminal the columns have titles and fit" {
  a_session >/dev/null
  columns=120 on_a_terminal "$TEELOG" ls --color=never
  [[ "$(head -n 1 screen)" == ID*START*TIME*CLIENT*USER*RESULT*MSGS* ]]
  columns=80 on_a_terminal "$TEELOG" ls --color=never
  [[ "$(head -n 1 screen)" == ID*TIME*CLIENT*USER*RESULT*MSGS* ]]
  [ "$(awk '{ print length }' screen | sort -n | tail -n 1)" -le 80 ]
  columns=100 on_a_terminal "$TEELOG" ls
  # without the start there is room for the client
  grep -qF 192.0.2.7:51234 screen
  grep -qF $'\e[32mok' screen
}

@test "on a narrow terminal, columns are left out rather than lines broken" {
  a_session >/dev/null
  columns=60 on_a_terminal "$TEELOG" ls --color=never
  diff -u - <(sed 's/ *$//; /^$/d' screen) <<'END'
ID                          CLIENT           USER     RESULT
pop3-20261122T005800Z-4567  192.0.2.7:51234  noizumi  ok
END
}

@test "names in wide characters do not shift the columns" {
  with 10 '#end 1.000000 S=1 R=2 E=0 user=野泉 login=ok messages=3'
  with 11 '#end 1.000000 S=1 R=2 E=0 user=joey login=ok messages=3'
  diff -u - <(teelog ls | sed 's/.*51234//') <<'END'
  野泉  ok  3  1  2
  joey  ok  3  1  2
END
}

@test "results: ok, auth failed, refused, broken, open" {
  with 10 '#    1.000000 close daemon' '#    1.100000 reset client x' \
    '#    1.200000 exit 0' '#end 1.300000 S=1 R=2 E=0 login=ok messages=0'
  with 11 '#end 1.000000 S=1 R=2 E=0 user=joe login=failed messages=0'
  with 12 '#    1.000000 error no program' '#end 1.000000 S=0 R=0 E=0'
  with 13 '#    1.000000 reset client Connection reset by peer' \
    '#end 1.000000 S=0 R=0 E=0'
  with 14 '#    1.000000 exit signal=SEGV' '#end 1.000000 S=0 R=0 E=0'
  with 15 'S    1.000000 USER joe'
  with 16 'S    1.000000 USER joe'
  with 17 '#end 1.000000 S=0 R=40 E=0'
  sed -i '2s/.*/R    0.000001 -ERR go away/' records/*-17.log
  exec 8<"$(echo records/*-16.log)"
  flock -x 8
  diff -u - <(teelog ls --json |
    sed -E 's/.*"pid":"([0-9]+)".*"result":"([^"]*)".*/\1 \2/') <<'END'
10 ok
11 auth failed
12 refused
13 broken
14 broken
15 broken
16 open
17 refused
END
  [ "$(ls_ids --result 'auth failed')" = pop3-20261122T005811Z-11 ]
  [ "$(ls_ids --result auth-failed)" = pop3-20261122T005811Z-11 ]
  [ "$(ls_ids --result open)" = pop3-20261122T005816Z-16 ]
  run -64 teelog ls --result bad
  # who it is can be told before the end
  [[ "$(teelog ls --result open)" == *"  joe  open"* ]]
  exec 8<&-
}

@test "filters: service, client, user, since, until, and all of them" {
  a_session pop3 005800 11 >/dev/null
  a_session imap 015800 12 >/dev/null
  a_session pop3 025800 13 >/dev/null
  sed -i 's/client=[^ ]*/client=[2001:db8::7]:99/; s/user=noizumi/user=anna/' \
    records/imap-*
  local one=pop3-20261122T005800Z-11 two=imap-20261122T015800Z-12
  local three=pop3-20261122T025800Z-13

  [ "$(ls_ids --service pop3)" = "$one $three" ]
  [ "$(ls_ids --service smtp)" = "" ]
  [ "$(ls_ids --client 192.0.2.7)" = "$one $three" ]
  [ "$(ls_ids --client 192.0.2.0/28)" = "$one $three" ]
  [ "$(ls_ids --client 192.0.2.8/29)" = "" ]
  [ "$(ls_ids --client 2001:db8::/32)" = "$two" ]
  [ "$(ls_ids --user anna)" = "$two" ]
  [ "$(ls_ids --user 'noi*')" = "$one $three" ]
  [ "$(ls_ids --since '2026-11-22 01:00')" = "$two $three" ]
  [ "$(ls_ids --since 2026-11-22T01:58:00Z --until '2026-11-22 01:59')" = "$two" ]
  [ "$(TZ=JST-9 ls_ids --since '2026-11-22 11:00')" = "$three" ]
  [ "$(ls_ids --until 2026-11-22)" = "" ]
  [ "$(ls_ids --service pop3 --user noizumi --since 2026-11-22T02:00Z)" = "$three" ]
  run -64 teelog ls --since whenever
  run -64 teelog ls --client 192.0.2.7/33
}

@test "a client with its port, as ls prints it" {
  local one=pop3-20261122T005800Z-11 two=imap-20261122T015800Z-12 wrong

  a_session pop3 005800 11 >/dev/null
  a_session imap 015800 12 >/dev/null
  sed -i 's/client=[^ ]*/client=[2001:db8::7]:99/' records/imap-*
  [ "$(ls_ids --client 192.0.2.7:51234)" = "$one" ]
  [ "$(ls_ids --client 192.0.2.7:51235)" = "" ]
  [ "$(ls_ids --client 192.0.2.8:51234)" = "" ]
  [ "$(ls_ids --client '[::ffff:192.0.2.7]:51234')" = "$one" ]
  [ "$(ls_ids --client '[2001:db8::7]:99')" = "$two" ]
  [ "$(ls_ids --client '[2001:db8:0::7]:99')" = "$two" ]
  [ "$(ls_ids --client '[2001:db8::7]:9')" = "" ]
  [ "$(ls_ids --client '[2001:db8::7]')" = "$two" ]
  # without brackets all of it is the address
  [ "$(ls_ids --client 2001:db8::7:99)" = "" ]
  # a session whose port nobody knows is from none
  sed -i 's/client=[^ ]*/client=192.0.2.7/' records/imap-*
  [ "$(ls_ids --client 192.0.2.7)" = "$one $two" ]
  [ "$(ls_ids --client 192.0.2.7:51234)" = "$one" ]
  for wrong in 192.0.2.7: 192.0.2.7:0 192.0.2.7:65536 192.0.2.7:pop3 \
    192.0.2.7:1:2 192.0.2.7:99/32 192.0.2.0/24:99 '[2001:db8::7' \
    '[2001:db8::7]99' '[2001:db8::7]:' '[2001:db8::]/32' '' :99; do
    run -64 teelog ls --client "$wrong"
    [[ ${lines[0]} == "teelog ls: --client is an address, "*", not '$wrong'" ]]
  done
}

@test "times ago and days by name" {
  local id now

  now=$(date -u +%Y-%m-%dT%H:%M:%S)
  id=pop3-$(date -u +%Y%m%dT%H%M%SZ)-1
  mkdir -m 700 records
  echo "#teed 1 id=$id service=pop3 start=$now.000000Z" >"records/$id.log"
  [ "$(ls_ids --since 5m)" = "$id" ]
  [ "$(ls_ids --since yesterday)" = "$id" ]
  [ "$(ls_ids --until 2h)" = "" ]
  [ "$(ls_ids --until now)" = "$id" ]
}

@test "--json: an object a line, null where nothing is known" {
  a_session >/dev/null
  run -0 teelog ls --json
  [ "${#lines[@]}" = 1 ]
  [[ $output == '{"type":"session","session":"pop3-20261122T005800Z-4567"'* ]]
  [[ $output == *'"duration":0.081300,"result":"ok","user":"noizumi","login":"ok","messages":1,"commands":null'* ]]
  [[ $output == *'"S":38,"R":182,"E":0,"end":{"S":"38",'* ]]
}

@test "sessions that are named, also those of foreign logs" {
  a_session >/dev/null
  [ "$(teelog ls pop3 | wc -l)" = 1 ]
  run -0 teelog ls "$fixtures/import/recordio.log"
  [ "${#lines[@]}" = 3 ]
  [[ ${lines[0]} == "recordio.log#1 "*"hermes"*ok* ]]
  [[ ${lines[2]} == "recordio.log#3 "*"refused"* ]]
}

@test "ten thousand sessions, large and small, in a second" {
  local body

  mkdir -m 700 records
  body=$(yes "R	a line of a message" | head -n 500)
  awk -v body="$body" 'BEGIN {
    for (i = 0; i < 10000; i++) {
      id = sprintf("pop3-20261122T%02d%02d%02dZ-%d", i / 3600, i / 60 % 60,
        i % 60, i + 1)
      f = "records/" id ".log"
      printf "#teed 1 id=%s service=pop3 start=2026-11-22T%02d:%02d:%02d" \
        ".000000Z client=192.0.2.7:%d\n", id, i / 3600, i / 60 % 60, i % 60,
        i + 1 >f
      printf "R    0.000001 +OK\n%s\n", i % 10 ? "S\tx" : body >f
      printf "#end 0.100000 S=1 R=2 E=0 user=joe login=ok messages=1\n" >f
      close(f)
    }
  }'
  teelog ls >/dev/null
  SECONDS=0
  for _ in 1 2 3; do
    [ "$(teelog ls --user joe | wc -l)" = 10000 ]
  done
  [ "$SECONDS" -le "${PATIENCE:-4}" ]
}

@test "files that are no sessions are left alone, and a broken one is still listed" {
  a_session >/dev/null
  touch records/other.log records/.pop3.index "records/pop3-20261122T005801Z-1.log"
  ln -s nowhere records/pop3.log
  echo garbage >records/pop3-20261122T005802Z-2.log
  run -0 teelog ls
  [[ $output == *"pop3-20261122T005800Z-4567"* ]]
  [ "${#lines[@]}" = 1 ]
}
