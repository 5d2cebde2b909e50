# teelog(1): cat

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  session=$(a_session)
}

@test "each side's exact bytes" {
  teelog cat --daemon "$session" >said
  printf '%s\r\n' '+OK mail.example.jp POP3 server ready.' \
    '+OK please send PASS command' '+OK 1 messages ready' '+OK 120 octets' \
    'From: noizumi@example.jp' $'Subject: back\\slash, \e[2J and ****' '' '.' >want
  printf '+OK bye' >>want
  cmp want said
  [ "$(wc -c <said)" = 182 ]
}

@test "a masked secret is four stars, is told, and the status is 1" {
  run -1 --separate-stderr teelog cat --client "$session"
  [ "$stderr" = "teelog: pop3-20261122T005800Z-4567: 1 secret masked" ]
  teelog cat --client "$session" 2>/dev/null >said || true
  printf 'USER noizumi\r\nPASS ****\r\nRETR 1\nQUIT\r\n' | cmp - said
}

@test "a label is nothing that was said" {
  sed -i 's/PASS \*\*\*\*/PASS **** (user=joe)/' "$session"
  teelog cat --client "$session" 2>/dev/null >said || true
  [ "$(wc -c <said)" = 38 ]
}

@test "of a log that does not hold what was said, that is told" {
  echo 'Nov 22 01:27:36 mail dovecot: pop3-login: Info: Login: user=<joe>,' \
    'method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, mpid=17495, session=<Wl7YYd>' >log
  run -1 --separate-stderr teelog cat --daemon log
  [ -z "$output" ]
  [[ $stderr == *"nothing that was said is in this log" ]]
  [[ "$(teelog ls log)" == *"  -  -  -" ]]
}

@test "one side at a time" {
  run -64 teelog cat --client --daemon "$session"
}

@test "standard error is a side of its own" {
  sed -i '3i E    0.050000 in.pop3d: hello\\n' "$session"
  run -0 --separate-stderr teelog cat --stderr "$session"
  [ "$output" = "in.pop3d: hello" ]
  [ -z "$stderr" ]
}

@test "what was elided, encrypted, lost or described is told of its side only" {
  sed -i '$d' "$session"
  cat >>"$session" <<'END'
#    0.090000 elided R lines=3 bytes=1000
#    0.090000 opaque S=50 R=20
#    0.090000 lost S=5 R=0 E=0 reason="No space left on device"
S    0.090000 bindRequest\d
#end 0.091000 S=38 R=182 E=0
END
  run -1 --separate-stderr teelog cat --daemon "$session"
  [[ $stderr == *"2 parts left out (1020 bytes)"* ]]
  run -1 --separate-stderr teelog cat --client "$session"
  [[ $stderr == *"1 secret masked, 2 parts left out (55 bytes), 1 line that describes left out"* ]]
  [[ $output != *bindRequest* ]]
  run -0 --separate-stderr teelog cat --stderr "$session"
}

@test "a damaged record gives what there is, and status 1" {
  sed -i '4s/.*/garbage/' "$session"
  run -1 --separate-stderr teelog cat --daemon "$session"
  [[ $stderr == *"1 damaged place"* ]]
  [[ $stderr == *":4: not a line"* ]]
}

@test "an exact foreign log gives exact bytes; what is not exact is told" {
  teelog cat --daemon "$fixtures/import/recordio.log#1" >said
  printf '+OK ready <17.3@pop.example.org>\r\n+OK\r\n+OK logged in\r\n+OK 40 octets\r\nSubject: a line that is longer than a chunk+\n12345 < QUIT\r\nnul \0 and tab\t\r\n[EOF]\n.\r\n+OK bye' >want
  cmp want said
  sed 's/[[:space:]]*$//' "$fixtures/import/recordio.log" >pasted
  run -1 --separate-stderr teelog cat --client "pasted#1"
  [[ $stderr == *"4 lines not as they were on the wire"* ]]
}

@test "whatever bytes were recorded come back, in segments and in pieces" {
  local i

  for i in 1 2 3; do
    {
      head -c 300000 /dev/urandom
      printf 'no end \\ **** (\r\r\n\n\x85\xc2\x85 \xe2\x82\xac'
      head -c 100000 /dev/urandom | base64
      head -c 20000 /dev/zero | tr '\0' '*'
    } >said
    rm -rf random
    "$TEED" -d random -n x -p text -m show -P pipe -s 64k \
      $([ "$i" = 1 ] || echo --exact) cat <said >heard
    cmp said heard
    [ "$(find random -name '*.log' -type f | wc -l)" -gt 3 ]
    teelog -d random cat --client | cmp said -
    teelog -d random cat --daemon | cmp heard -
    teelog -d random export --format json | grep -c '"type":"event"' >count
    [ "$(cat count)" -gt 1000 ]
  done
}

@test "which side must be said" {
  run -64 teelog cat "$session"
}
