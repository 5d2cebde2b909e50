#!/usr/bin/env bats
# syslog.bats - teed(8): --syslog

load lib

# The lines of a session in syslog, without date, process id and priority; they
# must be of facility mail (2), grade info (6).
logged() { # TEED-OPTION...
  rm -f log
  touch log
  under=(loghost log)
  converse "$@" >out
  [ "$(cat out)" = "status 0" ]
  run ! grep -vE '^<22>[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} teed\[[0-9]+\]: ' log
  sed -E 's/^<22>.{15} teed\[[0-9]+\]: //; s/time=[0-9]+\.[0-9] /time=T /' log
}

@test "POP3: the lines of a session that goes well" {
  logged -- -y -p pop3 >lines <<'END'
R +OK ready
S USER hermes
R +OK
S PASS hunter2
R +OK Mailbox open, 23 messages
S RETR 1
R +OK
R text
R .
S DELE 1
R +OK
S QUIT
R +OK bye
END
  diff lines - <<END
pop3 service init from 127.0.0.1
Login user=hermes host=[127.0.0.1] nmsgs=23/23
Logout user=hermes host=[127.0.0.1] nmsgs=23 ndele=1 bytes=75/46 time=T file=$(head_word id)
END
  tail -n 1 "$(record)" | grep -q ' S=46 R=75 '
}

@test "POP3: a login that fails" {
  logged -- --syslog -p pop3 >lines <<'END'
R +OK ready
S USER hermes
R +OK
S PASS wrong
R -ERR no
S QUIT
R +OK bye
END
  grep -qx 'Login failure user=hermes host=\[127.0.0.1\]' lines
  grep -q '^Logout user=hermes host=\[127.0.0.1\] nmsgs=0 ndele=0 ' lines
  run ! grep -q '^Login user' lines
}

@test "IMAP: a login that fails, and one that goes well" {
  logged -- -y -p imap >lines <<'END'
R * OK ready
S a LOGIN hermes wrong
R a NO no
S b LOGIN hermes {7}
R + go
S hunter2
R b OK in
S c LOGOUT
R * BYE
R c OK
END
  sed -n '1,3p' lines | diff - <(
    cat <<'END'
imap service init from 127.0.0.1
Login failure user=hermes host=[127.0.0.1]
Login user=hermes host=[127.0.0.1]
END
  )
  sed -n 4p lines | grep -q '^Logout user=hermes host=\[127.0.0.1\] '
}

@test "SMTP: a session without a login" {
  logged -- -y -p smtp >lines <<'END'
R 220 mail
S EHLO me
R 250 mail
S QUIT
R 221 bye
END
  diff lines - <<END
smtp service init from 127.0.0.1
Logout user=??? host=[127.0.0.1] nmsgs=0 ndele=0 bytes=29/15 time=T file=$(head_word id)
END
}

@test "an IPv6 client and one without an address" {
  pop3 | logged -6 -- -y -p pop3 >lines
  head -n 1 lines | grep -qx 'pop3 service init from ::1'
  grep -qF 'host=[::1]' lines
  pop3 | logged -u -- -y -p pop3 >lines
  head -n 1 lines | grep -qx 'pop3 service init from -'
}

@test "neither a secret nor a line of its own comes from the conversation" {
  logged -- -y -p pop3 >lines <<'END'
R +OK ready
S USER joe\x0aroot[1]: oops\x1b[2J
R +OK
S PASS hunter2
R -ERR hunter2
S USER %s%n%s\xff
R +OK
S PASS hunter3
R +OK
S QUIT
R +OK
END
  [ "$(wc -l <lines)" = 4 ]
  run ! grep -q hunter log
  run ! grep -qP '[^\x20-\x7e]' lines
}

@test "without --syslog nothing is said about a session that goes well" {
  pop3 | logged -- -p pop3 >lines
  [ ! -s lines ]
}
