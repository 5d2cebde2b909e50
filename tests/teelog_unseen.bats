# teelog(1): characters that nobody sees, or that make a line look like another

load teelog

# One of each kind: directions, no width, separators, fillers, tags, C1.
unseen=(061c 200e 200f 202a 202b 202c 202d 202e 2066 2067 2068 2069
  200b 200c 200d 2060 2061 2064 feff 00ad 180e 034f 2028 2029 fff9 fffb
  115f 3164 ffa0 fe0f e0001 e0041 e007f 0080 0085 009b 009f)

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export TEED_DIR=records
  printf -v all '\\U%s' "${unseen[@]}"
  # each behind a letter, where none of them has any business
  printf -v all '%b' "x${all//\\/x\\}x"
  # and what is no character, and what commands a terminal
  all+=$'\xff\e[2J\e]0;t\a\x7f'
}

# What was printed has none of them.
is_clean() { # FILE
  local code pattern=

  for code in "${unseen[@]}"; do
    pattern+="\\x{$code}"
  done
  [ -s "$1" ]
  iconv -f UTF-8 -t UTF-8 "$1" >/dev/null # it is valid
  run -1 grep -nP "[\\x01-\\x08\\x0b-\\x1f\\x7f$pattern]" "$1"
}

# A session of the standard input's lines, the hostile text where @ stands: in its
# header, what was said, events, and the last words.
hostile() { # PROTOCOL
  {
    echo "#teed 1 id=\"@\" service=\"@\" protocol=$1" \
      "start=2026-11-22T00:58:00.000000Z client=\"192.0.2.7@:5\"" \
      "server=\"@\" host=\"@\" pid=\"@\" \"@\"=@"
    awk '{ printf "%s %11.6f %s\n", substr($0, 1, 1), NR / 10, substr($0, 3) }'
    printf '#    8.000000 %s @\n' note error "close client" "tls S version=@ sni=@" \
      "lost S=1 reason=@" hint "exit signal=@" @
    printf '@\nR @\n#end 9.000000 S=1 R=1 E=0 user="@" login=@ messages=@ @=@\n'
  } | HOSTILE=$all awk '{
    while ((i = index($0, "@")) > 0) {
      printf "%s%s", substr($0, 1, i - 1), ENVIRON["HOSTILE"]
      $0 = substr($0, i + 1)
    }
    print
  }' >"$1.log"
}

hostile_smtp() {
  hostile smtp <<'END'
R 220 @ @
S EHLO @
R 250-@ @
R 250 AUTH @
S AUTH LOGIN
R 334 VXNlciBOYW1lAA==
S 4oCuG1vCmw==
R 334 @
S **** (user=@)
R 235 2.0.0 @
S MAIL FROM:<@> @=@
R 550 5.1.1 @
S @ @
R @
S DATA
R 354 go
S From: =?utf-8?Q?=E2=80=AE=1B=5B=C2=9B?= <@>
S @: @
S Content-Transfer-Encoding: base64
S 
S 4oCuG1vCmw==
S .
R 250 @
E @
S @\c
END
}

hostile_imap() {
  hostile imap <<'END'
R * OK [CAPABILITY IMAP4rev1 @] @
S @ LOGIN "@" **** (user=@)
R @ NO [@] @
S a2 SELECT "&IC4-@"
R * LIST (\\@) "/" "&IC4-@"
R a2 OK [@ @] @
S a3 UID FETCH @ (BODY[@])
R a3 BAD @
S a4 ID ("@" "@")
R * ID ("@" "@")
R a4 OK @
END
}

hostile_pop3() {
  hostile pop3 <<'END'
R +OK <1@> @
S USER @
R +OK @
S PASS ****
R -ERR [@] @
S @
R -ERR
END
}

@test "a character that turns the text around is shown, and stands out" {
  {
    head -n 1 "$(a_session)"
    printf 'R    0.000001 Subject: \u202etxt.exe\u202c and \u00e9\n'
  } >one.log
  teelog show one.log 2>/dev/null >shown
  grep -qxF 'R    0.000001 Subject: \xe2\x80\xaetxt.exe\xe2\x80\xac and é' shown
  teelog show --color one.log 2>/dev/null | grep -qF \
    $'Subject: \e[33m\\xe2\\x80\\xae\e[0mtxt.exe\e[33m\\xe2\\x80\\xac\e[0m and é'
  sed -i 's/^R/S/' one.log
  teelog show --style rs --color one.log 2>/dev/null | grep -qF \
    $'Subject: \e[33m\\xe2\\x80\\xae\e[0m\e[36mtxt.exe'
}

@test "commands for people show none of them, wherever a record has them" {
  local log command

  hostile_smtp
  hostile_imap
  hostile_pop3
  for log in *.log; do
    for command in show "show --times clock" "show --decode" \
      "show --style rs" "show --style sc --decode" "show --style arrow" \
      "show --style raw" "show --style thunderbird" explain "explain --full" \
      "explain --writes" "explain --with pop3.log" timing ls "diff smtp.log" \
      "follow --last 99"; do
      # shellcheck disable=SC2086
      run -0 timeout 20 "$TEELOG" $command "$log" || [ "$status" = 1 ]
      echo "$output" >shown
      [ "$command $log" = "diff smtp.log smtp.log" ] || is_clean shown
    done
  done
}

@test "on a terminal, and in colour, too" {
  local command

  hostile_smtp
  for command in show "show --decode" explain timing ls; do
    # shellcheck disable=SC2086
    PAGER='' on_a_terminal "$TEELOG" $command smtp.log
    sed 's/\x1b\[[0-9;]*m//g; s/\r//' screen >shown
    is_clean shown
  done
}

@test "names of files, arguments and foreign logs do not hide them" {
  local name=$'a\u202eb\e[2J'

  hostile_pop3
  cp pop3.log "$name"
  run -0 teelog show "$name"
  echo "$output" >shown
  is_clean shown
  echo "R 220 $all" >"$name"
  for command in show ls explain; do
    run -0 teelog "$command" --from rs "$name"
    echo "$output" >shown
    is_clean shown
  done
  run -66 teelog show "no$name"
  echo "$output" >shown
  is_clean shown
  run -64 teelog ls --client "$name"
  echo "$output" >shown
  is_clean shown
  for command in ls show prune; do
    run -64 teelog "$command" "--$name"
    echo "$output" >shown
    is_clean shown
    run -64 teelog "$command" $'-\e'
    echo "$output" >shown
    is_clean shown
  done
  run -64 teelog "--$name"
  [ "${lines[0]}" = "teelog: an option is wrong, or lacks its value" ]
  echo "$output" >shown
  is_clean shown
}

@test "a log of another format has its header shown so, too" {
  cat >mail.log <<END
Nov 22 00:58:00 mail ipop3d[4567]: connect from $(printf '\u202e')evil [192.0.2.7]
Nov 22 00:58:00 mail ipop3d[4567]: Login user=$(printf 'j\u200boe') host=[192.0.2.7] nmsgs=1/1
END
  for command in show ls explain; do
    run -0 teelog "$command" --from syslog mail.log
    echo "$output" >shown
    is_clean shown
  done
}

@test "what is shown reads back as the bytes that were recorded" {
  {
    head -n 1 "$(a_session)"
    printf 'R    0.000001 a\u202eb \u200b\u2028 \\\\xe2 \\x1b\n'
    echo '#end 0.000002 S=0 R=0 E=0'
  } >one.log
  teelog show one.log >two.log
  run ! cmp -s one.log two.log
  teelog cat --daemon one.log >one
  teelog cat --daemon two.log >two
  printf 'a\u202eb \u200b\u2028 \\xe2 \x1b\r\n' | cmp - one
  cmp one two
}

@test "cat, JSON and import keep them" {
  hostile_pop3
  teelog cat --client pop3.log 2>/dev/null | grep -qF "$(printf 'x\u202ex')"
  teelog export --format json pop3.log 2>/dev/null |
    grep -qF "$(printf 'USER xx\u061cx')"
  teelog ls --json pop3.log 2>/dev/null | grep -qF "$(printf 'x\u202ex')"
  printf 'R 220 a\u202eb\nS QUIT\n' >rs.log
  teelog import --from rs rs.log
  grep -qF "$(printf 'a\u202eb')" records/rs-*.log
}

@test "joiners and selectors stay where they shape what is seen" {
  local text

  for text in \
    '\u0645\u06cc\u200c\u0631\u0648\u0645' \
    '\u0915\u094d\u200d\u0937' \
    '\U1f469\u200d\U1f4bb' \
    '\u2764\ufe0f\u200d\U1f525' \
    '\U1f3f3\ufe0f\u200d\U1f308' \
    '1\ufe0f\u20e3' \
    '\u8fbb\U e0100'; do
    printf -v text '%b' "${text// /000}"
    {
      head -n 1 "$(a_session)"
      echo "R    0.000001 +OK $text ok"
    } >one.log
    teelog show one.log 2>/dev/null >shown
    grep -qxF "R    0.000001 +OK $text ok" shown
  done
}

@test "elsewhere they are shown" {
  local text

  for text in 'pay\u200dpal' 'a\u200cb' '\u0645\u200c' '\u200d\U1f4bb' \
    '\U1f469\u200d\u200d\U1f4bb' '\u0645\u200dx' 'joe\ufe0f' \
    '\u2764\ufe0f\ufe0f' '\u0430\u200d\u0431' '\u0645\u202e\u06cc' \
    'jos\u00e9\ufe0f' '\u0430\ufe00dmin' '\u05d0\ufe0f' '\u0438\U000e0101'; do
    printf -v text '%b' "$text"
    {
      head -n 1 "$(a_session)"
      echo "R    0.000001 +OK $text ok"
    } >one.log
    teelog show one.log 2>/dev/null >shown
    grep -q '^R.*\\x[ef].\\x' shown
  done
}

@test "columns stay where they are" {
  local user n=0

  for user in $'j\u202eoe' $'j\x9boe' "$(printf 'j\toe')" joe 野泉; do
    n=$((n + 1))
    a_session pop3 00580$n $n >/dev/null
    sed -i "s/user=noizumi/user=\"$user\"/" records/*-$n.log
  done
  diff -u - <(teelog ls | sed 's/.*51234  //') <<'END'
j\xe2\x80\xaeoe  ok  1  38  182
j\x9boe          ok  1  38  182
j\x09oe          ok  1  38  182
joe              ok  1  38  182
野泉             ok  1  38  182
END
  # a locale that knows ASCII alone can't tell widths, but characters stay whole
  LC_ALL=C teelog ls | grep -qF '  野泉  '
}
