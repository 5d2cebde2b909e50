# teelog(1): what holds for foreign logs of every format

bats_require_minimum_version 1.5.0
load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export TEED_DIR=records
  logs=()
  for log in "$fixtures"/import/*.json; do
    [ ! -e "${log%.json}.log" ] || logs+=("${log%.json}.log")
  done
}

# Of what format the sessions of a log are, each once.
formats() { # LOG
  teelog export --format json-session "$1" | grep -o '"format":"[^"]*"' | sort -u
}

# What `cat` does but for secrets and bytes that are not there, which it tells.
bytes() { # --client|--daemon SESSION
  teelog cat "$@" 2>/dev/null || [ $? = 1 ]
}

# How many sessions it has.
sessions() { # LOG
  teelog export --format json "$1" | grep -c '^{"type":"session"'
}

@test "a log is known by its contents alone, whatever its name is" {
  local log want

  for log in "${logs[@]}"; do
    want=$(sed -n '1s/.*\("format":"[^"]*"\).*/\1/p' "${log%.log}.json")
    cp "$log" renamed
    [ "$(formats renamed)" = "$want" ] || { echo "$log: not $want"; false; }
  done
}

@test "a log of one format that a message in another one holds stays text" {
  local log

  for log in "${logs[@]}"; do
    {
      printf '1234 > +OK hello\r \n'
      printf '1234 < RETR 1\r \n'
      sed 's/\r*$/\r /; s/^/1234 > /' "$log"
    } >outer
    [ "$(formats outer)" = '"format":"recordio"' ] ||
      { echo "$log: recordio is not seen around it"; false; }
  done
}

@test "a log is known when it was quoted, indented, or copied from a web page" {
  local log how line_formats want
  line_formats=(alpine arrow claws curl curl-trace fetchmail libnet mbsync msmtp
    mutt nmh outlook-express rs s-nail sc sendmail-x slrn swaks tin)

  for log in "${line_formats[@]/#/$fixtures/import/}"; do
    log=$(find "$log".*.log | head -n 1)
    want=$(sed -n '1s/.*\("format":"[^"]*"\).*/\1/p' "${log%.log}.json")
    for how in 's/^/> /' 's/^/    /' 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'; do
      LC_ALL=C sed "$how" "$log" >copy
      [ "$(formats copy)" = "$want" ] || { echo "$log: $how"; false; }
    done
  done
}

@test "what was copied is not taken for what was on the wire" {
  sed 's/</\&lt;/g; s/>/\&gt;/g' "$fixtures/import/msmtp.smtp.log" >page
  run -0 --separate-stderr teelog export --format json page
  [[ $output == *'"text":"MAIL FROM:<hermes@example.org>","eol":"crlf","flags":["lossy"]'* ]]
}

@test "every command reads every log" {
  local all

  all=$(cat "${logs[@]/%.log/.json}" | grep -c '^{"type":"session"')
  run -0 --separate-stderr teelog ls "${logs[@]}"
  [ "${#lines[@]}" = "$all" ]
  run -0 --separate-stderr teelog export --format json-session "${logs[@]}"
  [ "${#lines[@]}" = "$all" ]
  run -0 --separate-stderr teelog show "${logs[@]}"
  [ "$(grep -c '^#teed 1 ' <<<"$output")" = "$all" ]
  run -0 --separate-stderr teelog explain "${logs[@]}"
}

# A mask is **** in a record, and in logs what their writers make it.
@test "an imported log says what the log said" {
  local log n id ids of side

  for log in "${logs[@]}"; do
    rm -rf records
    mapfile -t ids < <(teelog import "$log")
    [ "${#ids[@]}" = "$(sessions "$log")" ]
    ! grep -q '"masked"' "${log%.log}.json" || continue
    n=0
    for id in "${ids[@]}"; do
      n=$((n + 1))
      of=$log
      [ "${#ids[@]}" = 1 ] || of=$log#$n
      for side in --client --daemon; do
        cmp <(bytes $side "$of") <(bytes $side "$id") ||
          { echo "$of: $side"; false; }
      done
    done
  done
}

@test "a log that ends anywhere is read as far as it goes" {
  local log at status

  for at in 1 3 5 7 9 11; do
    for log in "${logs[@]}"; do
      head -c $(($(stat -c %s "$log") * at / 12)) "$log" >"${log##*/}"
    done
    status=0
    timeout 20 "$TEELOG" ls ./*.log >ls.out 2>&1 || status=$?
    [ "$status" = 0 ] || [ "$status" = 65 ] || { tail -n 3 ls.out; false; }
  done
}

@test "stamps that another program put in front of each line are the times" {
  local stamp log=$fixtures/import/recordio.log

  for stamp in @400000006a0f3da1075bcd15 2026-05-21T17:15:03.123456Z \
    '2026-05-21 17:15:03.123456789 ' 'May 21 17:15:03'; do
    sed "s/^/$stamp /" "$log" >stamped
    touch -d 2026-05-22T12:00Z stamped
    run -0 --separate-stderr teelog export --format json stamped
    [[ ${lines[0]} == *'"format":"recordio"'*'"start":"2026-05-21T17:15:'* ]]
    [[ ${lines[1]} == *'"time":0.000000,"dir":"R","text":"+OK ready'* ]]
    [ -z "$stderr" ]
  done
  [[ ${lines[0]} == *'"lacks":["zone"]'* ]]
}

@test "import --secrets mask: none is left, in messages of the log's writer either" {
  local log

  for log in "${logs[@]}"; do
    teelog import --secrets mask "$log" >ids
  done
  grep -qr '^#.* note s-nail: Credentials: .*, user hermes, pass \*\*\*\*$' records
  grep -qr '^#.* note Reading pop://hermes:\*\*\*\*@127.0.0.1:25110/' records
  # The password, and three ways in which base64 has it.
  run -1 grep -rHE 'caduceus|Y2FkdWNldXM|NhZHVjZXVz|jYWR1Y2V1cw' records
}

@test "import --secrets mask: words about passwords that tell none stay" {
  printf -- '--> QUIT\r\n<-- +OK\r\n%s\n' 'password = "open sesame"' \
    'Password mismatch' 'passwords: 3' 'https://a/b@c' 'bypass=1' \
    'clearpasswd=xyzzy, uid=5' "supplied password 'x y' does not match" >log
  teelog import --secrets mask log
  run -0 sed -n 's/^#.* note //p' records/*.log
  [ "${lines[0]}" = 'password = "****"' ]
  [ "${lines[1]}" = 'Password mismatch' ]
  [ "${lines[2]}" = 'passwords: 3' ]
  [ "${lines[3]}" = 'https://a/b@c' ]
  [ "${lines[4]}" = 'bypass=****' ]
  [ "${lines[5]}" = 'clearpasswd=****, uid=5' ]
  [ "${lines[6]}" = "supplied password '****' does not match" ]
}

@test "sides that were taken for each other are told of, and not turned" {
  sed '21,$d; s/^R/x/; s/^S/R/; s/^x/S/' "$fixtures/import/rs.smtp.log" >mirror
  run -0 --separate-stderr teelog show --times none mirror
  [[ $output == *'S 220 mail.example.org ESMTP'* ]]
  [[ $stderr == *'mirror:1: the client greets: are the two sides taken for each other?'* ]]
}
