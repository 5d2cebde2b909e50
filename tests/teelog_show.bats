# teelog(1): show

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  session=$(a_session)
}

show() { # [OPTION...]
  teelog show "$@" "$session"
}

@test "what goes into a file is the record as it stands" {
  show >shown
  cmp shown "$session"
}

@test "rs: R is what the daemon said, S what the mailer sent" {
  diff -u - <(show --style rs | sed -n '1,4p;8,9p;$p') <<'END'
R +OK mail.example.jp POP3 server ready.
S USER noizumi
R +OK please send PASS command
S PASS ****
R From: noizumi@example.jp
R Subject: back\slash, \x1b[2J and ****
R +OK bye
END
}

@test "sc: S: is the server and C: the client, as in RFCs" {
  diff -u - <(show --style sc | sed -n 1,2p) <<'END'
S: +OK mail.example.jp POP3 server ready.
C: USER noizumi
END
}

@test "thunderbird: RECV: and SEND:" {
  diff -u - <(show --style thunderbird | sed -n 1,2p) <<'END'
RECV: +OK mail.example.jp POP3 server ready.
SEND: USER noizumi
END
}

@test "arrow: the client's address, and a summary at the end" {
  diff -u - <(show --style arrow | sed -n '1,2p;12,$p') <<'END'
192.0.2.7 » +OK mail.example.jp POP3 server ready.
192.0.2.7 « USER noizumi
192.0.2.7 « QUIT
192.0.2.7 » +OK bye
192.0.2.7 *** noizumi 1 182 00:00:00 OK
192.0.2.7 Disconnected
END
}

@test "raw: the text alone" {
  diff -u - <(show --style raw | sed -n '1,2p;$p') <<'END'
+OK mail.example.jp POP3 server ready.
USER noizumi
+OK bye
END
}

@test "a style that does not exist is an error that names those that do" {
  run -64 show --style fancy
  [[ $output == *"teed, rs, sc, arrow, raw, thunderbird"* ]]
}

@test "times: none, since the start, since the line before, of the day" {
  show --times none | grep -qx 'S USER noizumi'
  show --times start | grep -qx 'S    0.052010 USER noizumi'
  show --times delta | grep -qx 'S    0.051887 USER noizumi'
  show --times clock | grep -qx 'S 00:58:00.175466 USER noizumi'
  TZ=JST-9 show --times clock | grep -qx 'S 09:58:00.175466 USER noizumi'
  show --style rs --times start | grep -qx '   0.052010 S USER noizumi'
}

@test "with times, brief records stand in line with the others" {
  show --times start | grep -qx 'R             From: noizumi@example.jp'
}

@test "one direction alone, or two" {
  [ "$(show --dir S | wc -l)" = 4 ]
  [ "$(show --dir S | grep -vc '^S')" = 0 ]
  [ "$(show --dir SR | wc -l)" = 13 ]
  run -64 show --dir X
}

@test "a range of lines of the file" {
  [ "$(show --lines 3-5 | sed 1d)" = "$(sed -n 3,5p "$session")" ]
  [ "$(show --lines 17- | sed 1d)" = "$(sed -n '17,$p' "$session")" ]
  [ "$(show --lines -3 | sed 1d)" = "$(sed -n 2,3p "$session")" ]
  [ "$(show --lines 4 | sed 1d)" = "$(sed -n 4p "$session")" ]
  run -64 show --lines 5-3
  run -64 show --lines x
}

@test "--json takes the same side and the same lines" {
  show --json | sed -nE '/"line":[3-5],/p' | cmp - <(show --json --lines 3-5 | sed 1d)
  [ "$(show --json --lines 3-5 | wc -l)" = 4 ]
  show --json | grep -F '"dir":"R"' | cmp - <(show --json --dir R | sed 1d)
  [ "$(show --json --dir R | grep -c '"dir":"R"')" = "$(grep -c '^R' "$session")" ]
}

@test "in colour, masks and what is odd stand out" {
  show --color >shown
  grep -qF $'PASS \e[7m****\e[0m' shown
  grep -qF $'RETR 1\e[33m\\n\e[0m' shown
  grep -qF $'+OK bye\e[33m\\c\e[0m' shown
  grep -qF $'\e[33m\\x1b\e[0m[2J' shown
  # no other escape sequence than colours
  run -1 grep -aqP '\e(?!\[[0-9;]*m)' shown
}

@test "no colours into a file, with NO_COLOR, on a dumb terminal, or if told so" {
  run -1 grep -q $'\e' <(show)
  on_a_terminal "$TEELOG" show "$session"
  grep -q $'\e' screen
  NO_COLOR=1 on_a_terminal "$TEELOG" show "$session"
  run -1 grep -q $'\e' screen
  TERM=dumb on_a_terminal "$TEELOG" show "$session"
  run -1 grep -q $'\e' screen
  on_a_terminal "$TEELOG" show --color=never "$session"
  run -1 grep -q $'\e' screen
  NO_COLOR=1 on_a_terminal "$TEELOG" show --color=always "$session"
  grep -q $'\e' screen
  run -64 show --color=sometimes
}

@test "on a terminal a heading says whose session it was" {
  on_a_terminal "$TEELOG" show --color=never "$session"
  [ "$(head -n 1 screen)" = "pop3-20261122T005800Z-4567  2026-11-22 00:58:00\
  192.0.2.7:51234 to 192.0.2.1:31  pop3" ]
}

@test "the pager gets what is longer than the screen, and nothing else" {
  export PAGER="cat >paged; echo paged"
  on_a_terminal "$TEELOG" show "$session"
  [ ! -e paged ]
  on_a_terminal "$TEELOG" show "$session" "$session"
  grep -qx paged screen
  [ "$(grep -c 'USER noizumi' paged)" = 2 ]
  rm paged
  on_a_terminal "$TEELOG" show --no-pager "$session" "$session"
  [ ! -e paged ]
  PAGER="cat" on_a_terminal "$TEELOG" show "$session" "$session"
  [ "$(grep -c 'USER noizumi' screen)" = 2 ]
  teelog show "$session" "$session" >/dev/null
  [ ! -e paged ]
}

@test "without a pager that runs it is printed all the same" {
  printf 'R    0.0900%02d \n' {10..60} >lines
  sed -i '$d' "$session" && cat lines >>"$session"
  PAGER=./none on_a_terminal "$TEELOG" show --color=never "$session"
  grep -q './none: not found' screen
  [ "$(grep -c '^R    0.0900' screen)" = 51 ]
}

@test "a pager that is left early ends a long session at once" {
  {
    head -n 1 "$session"
    yes 'R    0.000001 a line of text' | head -n 2000000
  } >long.log
  export PAGER="head -n 3"
  SECONDS=0
  on_a_terminal "$TEELOG" show --color=never long.log
  [ "$SECONDS" -lt 5 ]
  [ "$(grep -c 'a line of text' screen)" = 2 ]
}

@test "nothing in a forged transcript commands the terminal" {
  {
    printf '#teed 1 id=\e]0;x\a service=pop3 start=2026-11-22T00:58:00.123456Z client=\e[2J\n'
    printf 'R    0.000001 \e[31m \x9b \xc2\x9b \x7f **** (user=\e[2J)\\d\n'
    printf '#    0.000002 note \e[2J\n#    0.000003 exit \e[2J\n'
    printf '\e[2J\n#end 0.000004 user=\e[2J\n'
  } >forged.log
  for how in "" "--times start" "--style rs" "--style arrow" "--decode" --json; do
    # shellcheck disable=SC2086
    teelog show --color=never $how forged.log >shown 2>&1
    run -1 grep -aqP '\e|\x9b(?![\x80-\xbf])|\x7f|\a' shown
  done
}

@test "a session of several files is one" {
  head -n 4 "$session" >first
  { cat first; echo '#    0.052400 segment 2'; } >"$session"
  {
    echo '#teed 1 id=pop3-20261122T005800Z-4567 service=pop3 segment=2'
    echo 'S    0.061000 QUIT'
    echo '#end 0.062000 S=20 R=10 E=0'
  } >"${session%.log}.2.log"
  show >shown
  diff -u - <(sed 1d shown) <<END
$(sed 1d first)
#    0.052400 segment 2
S    0.061000 QUIT
#end 0.062000 S=20 R=10 E=0
END
  # a second file that is named along with the first is not shown again
  teelog show "$session" "${session%.log}.2.log" | cmp - shown
}

@test "segments that were deleted are told" {
  sed -n '1,3p' "$session" >first
  { cat first; echo '#    0.052400 segment 2'; } >"$session"
  {
    echo '#teed 1 id=pop3-20261122T005800Z-4567 service=pop3 segment=5'
    echo '#end 0.062000 S=20 R=10 E=0'
  } >"${session%.log}.5.log"
  run -0 --separate-stderr show
  [[ $stderr == *"segments 2 to 4 are gone"* ]]
  [[ $output == *"#end 0.062000"* ]]
  rm "${session%.log}.5.log"
  run -0 --separate-stderr show
  [[ $stderr == *"goes on in segment 2, which is gone"* ]]
}

@test "a damaged record is read as far as it makes sense, and what is wrong is said" {
  sed -i '3s/.*/S    0.0520 USER noizumi/; 5s/.*/garbage/; 7s/.*//' "$session"
  run -0 --separate-stderr show
  [[ $stderr == *"$session:3: a record without a time"* ]]
  [[ $stderr == *"$session:5: not a line of a transcript: garbage"* ]]
  [[ $stderr == *"$session:7: an empty line"* ]]
  [ "$(grep -c '^!' <<<"$output")" = 3 ]
  [ "$(grep -c '^[SR#]' <<<"$output")" = 15 ]
}

@test "a record that ends in the middle of a line says so" {
  head -c 500 "$session" >cut.log
  run -0 --separate-stderr teelog show cut.log
  [[ $stderr == *"the last line is cut"* ]]
  [[ $stderr == *"no #end: its recorder died, or the file was cut"* ]]
}

@test "a line too long for any record is passed over" {
  {
    head -n 2 "$session"
    printf 'R    0.000200 '
    head -c 2000000 /dev/zero | tr '\0' x
    echo
    tail -n 2 "$session"
  } >long.log
  run -0 --separate-stderr teelog show long.log
  [[ $stderr == *"long.log:3: a line of more than 262144 bytes"* ]]
  [[ $output == *"#end"* ]]
  [ "${#output}" -lt 1000 ]
}

@test "without its first line a record is still read" {
  sed 1d "$session" >headless.log
  run -0 --separate-stderr teelog show --style rs headless.log
  [[ $output == *"S USER noizumi"* ]]
  [[ $stderr == *"headless.log:1: the session's first line is missing"* ]]
  run -1 --separate-stderr teelog cat --daemon headless.log
  [[ $output == "+OK mail"*"+OK bye" ]]
}

@test "a record of another version is read as far as that goes, and called so" {
  sed '1s/^#teed 1 /#teed 2 /' "$session" >later.log
  run -0 --separate-stderr teelog show --style rs later.log
  [[ $output == *"S USER noizumi"* ]]
  [[ $stderr == *"later.log:1: its version is not 1, the only one that is known"* ]]
}

@test "a session that is being recorded is not called damaged" {
  sed -i '$d' "$session"
  exec 8<"$session"
  flock -x 8
  run -0 --separate-stderr show
  [ -z "$stderr" ]
  exec 8<&-
  run -0 --separate-stderr show
  [[ $stderr == *"no #end"* ]]
}

@test "several sessions in one file are shown one after another" {
  a_session imap 005801 99 >/dev/null
  cat records/*.log >all.log
  run -0 --separate-stderr teelog show all.log
  [ -z "$stderr" ]
  [ "$(grep -c '^#teed' <<<"$output")" = 2 ]
  run -0 teelog show all.log#2
  [[ $output == *"id=pop3-"* && $output != *"id=imap-"* ]]
  run -66 teelog show all.log#3
}

@test "pieces of a line are one line in the styles of other tools" {
  {
    head -n 1 "$session"
    printf '%s\n' 'R    0.100000 login: \c' 'S    0.200000 jo\c' \
      'S    0.300000 e' 'R    0.400000 pass\c' 'R    0.500000 word: \c'
  } >pieces.log
  diff -u - <(teelog show --style rs pieces.log 2>/dev/null) <<'END'
R login: 
S joe
R password: 
END
}
