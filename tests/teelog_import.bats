# teelog(1): import

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export TEED_DIR=records
}

log=$BATS_TEST_DIRNAME/fixtures/import/recordio.log

@test "each session of a log becomes a transcript, whose id is printed" {
  run -0 teelog import "$log"
  [ "${#lines[@]}" = 3 ]
  [ "$(teelog ls | wc -l)" = 3 ]
  [[ ${lines[0]} == recordio-*Z-4711 ]]
  [ "$(stat -c %a "records/${lines[0]}.log")" = 600 ]
  decode_tool check "records/${lines[0]}.log"
}

@test "the bytes of both sides are the same afterwards" {
  local n id

  mapfile -t ids < <(teelog import "$log")
  for n in 1 2 3; do
    id=${ids[n - 1]}
    cmp <(teelog cat --client "$log#$n") <(teelog cat --client "$id")
    cmp <(teelog cat --daemon "$log#$n") <(teelog cat --daemon "$id")
  done
}

@test "what the log does not tell is said in the record" {
  run -0 teelog import "$log"
  run -0 head -n 1 "records/${lines[0]}.log"
  [[ $output == "#teed 1 id=recordio-"*" service=recordio protocol=pop3 client=- server=- pid=4711 secrets=show from=recordio lacks=times" ]]
  run -0 teelog ls --json
  [[ $output == *'"lacks":["times"],"duration":null'* ]]
  id=$(find records -name '*-4711*.log' -type f | sort | head -n 1)
  grep -q '^#    0.000000 note tcpserver: end 4711 status 0$' "$id"
  run -0 teelog export --format json "$id"
  [[ $output == *'"time":null,"dir":null,"text":"tcpserver: end 4711 status 0"'* ]]
}

@test "a service of one's own" {
  run -0 teelog import --service old "$log"
  [[ ${lines[0]} == old-* ]]
  [ "$(readlink records/old.log)" = "${lines[2]}.log" ]
  run -64 teelog import --service 'a/b' "$log"
}

@test "--secrets mask: as if it had been masked when it was recorded" {
  teelog import "$log" >/dev/null
  grep -qr 'PASS caduceus' records
  rm -r records
  teelog import --secrets mask "$log" >/dev/null
  grep -qr 'PASS \*\*\*\*' records
  run -1 grep -qr caduceus records
  grep -qr 'secrets=mask' records
  run -64 teelog import --secrets maybe "$log"
}

@test "more sessions without a date than there are letters" {
  local i

  for i in {1..60}; do
    printf '%d > +OK hi \n%d > [EOF]\n' $((i + 100)) $((i + 100))
  done >many.log
  run -0 teelog import many.log
  [ "${#lines[@]}" = 60 ]
  [ "$(printf '%s\n' "${lines[@]}" | sort -u | wc -l)" = 60 ]
}

@test "a transcript, damaged or not, can be imported like any other log" {
  local session

  session=$(a_session)
  sed -i '4s/.*/garbage/' "$session"
  run -0 --separate-stderr teelog -d other import "$session"
  grep -q '^#    0.052010 note damaged here: not a line of a transcript: garbage$' \
    other/*-4567.log
  diff <(sed '1d;4d;$d' "$session") <(sed '1d;4d;$d' other/*-4567.log)
}

@test "no log: 64; unreadable: 65; an unsafe directory: 73" {
  run -64 teelog import
  echo hello >diary
  run -65 teelog import diary
  mkdir -m 777 open
  run -73 teelog -d open import "$log"
  [[ $output == *"unsafe directory"* ]]
}
