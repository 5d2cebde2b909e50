# teelog(1): show --with and explain --with

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  a_session >/dev/null # 192.0.2.7:51234, 00:58:00.123 to 00:58:00.204
  session=$(echo records/*.log)
}

# Lines of the dialogue and woven lines, in few words.
woven() { # FILE...
  local with=()

  for file; do
    with+=(--with "$file")
  done
  teelog show --style raw "${with[@]}" "$session" | cut -d ' ' -f 1-2,7-
}

@test "lines of the client's stand where they belong, those of others do not" {
  sed '/authdaemond/d' "$fixtures/teelog/mail.log" >log
  teelog show --style rs --with log "$session" >got
  diff -u - <(cut -c 1-60 got) <<'END'
# Nov 22 00:58:00 mail pop3d: Connection, ip=[::ffff:192.0.2
R +OK mail.example.jp POP3 server ready.
S USER noizumi
R +OK please send PASS command
S PASS ****
# Nov 22 00:58:00 mail pop3d: LOGIN, user=tanaka, ip=[::ffff
R +OK 1 messages ready
S RETR 1
R +OK 120 octets
R From: noizumi@example.jp
R Subject: back\slash, \x1b[2J and ****
R 
R .
S QUIT
R +OK bye
# Nov 22 00:58:00 mail pop3d: LOGOUT, user=tanaka, ip=[::fff
END
}

@test "of a range of lines, woven lines stand in it as lines of the log do" {
  sed '/authdaemond/d' "$fixtures/teelog/mail.log" >log
  teelog show --style rs --with log --lines 5-6 "$session" | cut -c 1-40 >got
  diff -u - got <<'END'
S PASS ****
# Nov 22 00:58:00 mail pop3d: LOGIN, use
R +OK 1 messages ready
END
  teelog show --style rs --with log --lines 1-2 "$session" | cut -c 1-40 >got
  diff -u - got <<'END'
# Nov 22 00:58:00 mail pop3d: Connection
R +OK mail.example.jp POP3 server ready.
END
}

@test "a trace of authdaemond for this service, and its meaning" {
  teelog explain --with "$fixtures/teelog/mail.log" "$session" >got
  run ! grep -q 'service=imap' got
  grep -A1 'service=pop3' got | grep -qx '       a login begins'
  grep -A1 'REJECT' got | grep -q 'the next module is asked'
  # before the reply to the login
  sed -n '/PASS/,/messages ready/p' got | grep -q 'trying this module'
}

@test "ACCEPT, TEMPFAIL and FAIL of authdaemond are told apart" {
  for line in 'authpam: ACCEPT, username joe=accepted the login' \
    'authmysql: TEMPFAIL - no more modules will be tried=no password is to blame' \
    'FAIL, all modules rejected=the login is refused'; do
    printf 'Nov 22 00:58:00 mail authdaemond: %s\n' \
      'received auth request, service=pop3, authtype=login' "${line%=*}" >log
    teelog explain --with log "$session" >got
    grep -A1 -F "${line%=*}" got | grep -q "${line#*=}"
  done
}

@test "passwords that a debug log tells are masked" {
  teelog show --with "$fixtures/teelog/mail.log" "$session" >got
  run ! grep -q "sakura-23\|wro'ng\|ukpd5hfy" got
  grep -qF "supplied password '****' does not match" got
  grep -qF 'clearpasswd=****, passwd=****' got
}

@test "Postfix: the process, and the message's id in the queue" {
  cat >log <<'END'
Nov 22 00:57:00 mail postfix/smtpd[18039]: connect from other[198.51.100.1]
Nov 22 00:58:00 mail postfix/smtpd[18039]: connect from pc[192.0.2.7]
Nov 22 00:58:00 mail postfix/smtpd[18039]: A66F5A905EB: client=pc[192.0.2.7], sasl_method=PLAIN
Nov 22 00:58:00 mail postfix/cleanup[18042]: A66F5A905EB: message-id=<100.test@example.net>
Nov 22 00:58:00 mail postfix/cleanup[18042]: B66F5A905EB: message-id=<other@example.net>
Nov 22 00:58:00 mail postfix/smtpd[18039]: warning: no name, only a process
Nov 22 00:58:00 mail postfix/smtpd[18039]: disconnect from pc[192.0.2.7] quit=1
Nov 22 00:58:01 mail postfix/smtpd[18039]: connect from other[198.51.100.1]
Nov 22 00:58:01 mail postfix/smtpd[18039]: warning: of the other's
END
  teelog show --with log "$session" | grep note >got
  [ "$(wc -l <got)" = 5 ]
  grep -q 'A66F5A905EB: message-id' got
  grep -q 'only a process' got
}

@test "Dovecot: the session's id" {
  cat >log <<'END'
Nov 22 00:58:00 mail dovecot: pop3-login: Login: user=<noizumi>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, mpid=1088, session=<31HS3dNgguJ/AAAB>
Nov 22 00:58:00 mail dovecot: pop3(noizumi)<1088><31HS3dNgguJ/AAAB>: Disconnected: Logged out top=0/0
Nov 22 00:58:00 mail dovecot: pop3(noizumi)<1089><aPTh3dNgjuJ/AAAB>: Disconnected: Logged out top=0/0
END
  teelog show --with log "$session" | grep note >got
  [ "$(wc -l <got)" = 2 ]
  run ! grep -q aPTh3 got
}

@test "stamps with fractions put a line at its time exactly" {
  cat >log <<'END'
2026-11-22T00:58:00.199000Z mail in.pop3d[9]: 192.0.2.7 between LIST and RETR
2026-11-22T00:58:00.203556Z mail in.pop3d[9]: after QUIT
END
  teelog show --style rs --with log "$session" >got
  grep -A1 'messages ready' got | grep -q 'between'
  grep -A1 '^S QUIT' got | grep -q 'after QUIT'
  # and tells it
  teelog show --with log "$session" | grep -q '^#    0.075544 note .*between'
}

@test "other stamps: full dates, epochs, priorities, a year that turns" {
  for stamp in '2026-11-22 00:58:00' '2026/11/22 00:58:00' '1795309080.150000' \
    '<22>Nov 22 00:58:00' 'Nov 22 00:58:00'; do
    echo "$stamp mail in.pop3d[9]: 192.0.2.7 here" >log
    touch -d '2026-12-01' log
    teelog show --with log "$session" | grep -q 'here'
  done
  printf '%s\n' 'Nov 22 00:58:00 mail in.pop3d[9]: 192.0.2.7 that year' \
    'Jan  1 00:58:00 mail in.pop3d[9]: 192.0.2.7 next year' >log
  touch -d '2027-01-02' log
  [ "$(teelog show --with log "$session" | grep -c year)" = 1 ]
}

@test "what is out of the session's time is not woven in" {
  cat >log <<'END'
Nov 22 00:57:50 mail in.pop3d[9]: 192.0.2.7 too early
Nov 22 00:58:01 mail in.pop3d[9]: 192.0.2.7 a little late
Nov 22 01:58:00 mail in.pop3d[9]: 192.0.2.7 too late
END
  teelog show --with log "$session" >got
  run ! grep -q 'too' got
  grep -q 'a little late' got
}

@test "an address is no part of another, and a port that is told must fit" {
  cat >log <<'END'
Nov 22 00:58:00 mail x[9]: from 1192.0.2.7
Nov 22 00:58:00 mail x[9]: from 192.0.2.77
Nov 22 00:58:00 mail x[9]: from 192.0.2.7:9999
Nov 22 00:58:00 mail x[9]: from ::ffff:192.0.2.7:51234
END
  teelog show --with log "$session" | grep note >got
  [ "$(wc -l <got)" = 1 ]
  grep -q ':51234' got
}

@test "several files are woven by their times" {
  echo '2026-11-22T00:58:00.190000Z mail a[1]: 192.0.2.7 second' >one
  echo '2026-11-22T00:58:00.150000Z mail b[1]: 192.0.2.7 first' >two
  [ "$(teelog show --with one --with two "$session" | grep -o 'first\|second' | xargs)" = "first second" ]
}

@test "a session that teed recorded, and a log that was written meanwhile" {
  rm -r records
  converse -- -p pop3 <<'END'
R +OK ready
S USER joe
! R: do echo "$(date -u +%Y-%m-%dT%H:%M:%S.%NZ) mail in.pop3d[$TEED_PID]: looking for joe" >log
R +OK
S QUIT
R +OK bye
END
  # by the recorder's process: the client is told nowhere
  session=$(record)
  sed -i "s/\[[0-9]*\]/[$(head_word pid)]/" log
  teelog show --style rs --with log "$session" | sed -n 3p | grep -q 'looking for joe'
}

@test "hostile lines: control bytes, NULs, no stamp, very long ones" {
  {
    printf 'Nov 22 00:58:00 mail x[9]: 192.0.2.7 \e[2J\0 here\n'
    echo 'no stamp 192.0.2.7'
    printf 'Nov 22 00:58:00 mail x[9]: 192.0.2.7 %0300000d\n' 0
  } >log
  teelog show --with log "$session" >got
  run ! grep -q $'\e' got
  grep -q 'here' got
  run ! grep -q 'no stamp' got
}

@test "a file that is not there is an error; --json takes none" {
  run -66 teelog show --with nowhere "$session"
  [[ "$output" == *"+OK bye"* ]]
  run -64 teelog show --json --with nowhere "$session"
  run -0 teelog explain --with /dev/null "$session"
}
