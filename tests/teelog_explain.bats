# teelog(1): explain

load teelog

# A session of the standard input's lines, a hundredth of a second apart.
session_of() { # PROTOCOL
  echo "#teed 1 id=$1-20261122T005800Z-1 service=$1 protocol=$1" \
    "start=2026-11-22T00:58:00.000000Z client=192.0.2.7:51234" \
    "server=192.0.2.1:31 secrets=mask"
  awk '{ printf "%s %11.6f %s\n", substr($0, 1, 1), NR / 100, substr($0, 3) }'
  echo "#end 9.000000 S=1 R=1 E=0"
}

# What is said of each line, without heading and summary.
explained() { # [OPTION...]
  teelog explain "$@" | sed '1,2d; /^In short$/,$d'
}

# What is said of one line of the file `session`.
about() { # NUMBER
  teelog explain session | awk -v n="$1" '
    /^ *[0-9]+ [SRE#] / { on = ($1 == n); next }
    on && /^       / { print substr($0, 8) }'
}

@test "a POP3 session that teed recorded, line by line" {
  converse -- -p pop3 <<'END'
R +OK POP3 ready <1896.697170952@mail.example.jp>
S USER joe
R +OK
S PASS hunter2
R +OK 1 message
S RETR 1
R +OK 21 octets
R Subject: x
R 
R ..dot
R .
S DELE 1
R +OK
S QUIT
R +OK bye
END
  explained "$(record)" | sed 's/^ *[0-9]* \([SRE#] \)/\1/; /^#/,$d' >got
  diff -u - got <<'END'
R +OK POP3 ready <1896.697170952@mail.example.jp>
       the server is ready; it speaks first [RFC 1939 §4]
       with the timestamp in angle brackets one can log in by APOP [RFC 1939 §7]
       → AUTHORIZATION
S USER joe
       names the mailbox: joe [RFC 1939 §7]
R +OK
       go on with the password; whether the name exists is not told [RFC 1939 §7]
S PASS ****
       the password; it opens the mailbox and locks it [RFC 1939 §7]
       the mask hides the password
R +OK 1 message
       the mailbox is open, and locked for everybody else [RFC 1939 §7]
       logged in as joe
       → TRANSACTION
S RETR 1
       asks for message 1, all of it [RFC 1939 §5]
R +OK 21 octets
       message 1 follows, up to a line that is a lone dot [RFC 1939 §5]
R [message: 3 lines, 20 octets]
       21 octets were announced, and 20 came
S DELE 1
       marks message 1: it is deleted by QUIT, and only by that [RFC 1939 §5]
R +OK
       message 1 is marked [RFC 1939 §5]
S QUIT
       ends the session; only now are marked messages deleted [RFC 1939 §6]
R +OK bye
       goodbye; what was marked is deleted [RFC 1939 §6]
       → UPDATE
END
  teelog explain "$(record)" | grep -q 'user joe: logged in'
}

@test "SMTP: extensions, parameters, codes and enhanced codes, recipients" {
  session_of smtp >session <<'END'
R 220 mail.example.jp ESMTP
S EHLO me.example
R 250-mail.example.jp
R 250-SIZE 10240000
R 250 AUTH PLAIN CRAM-MD5
S MAIL FROM:<joe@example.jp> SIZE=120 RET=HDRS
R 250 2.1.0 ok
S RCPT TO:<a@example.jp>
R 550 5.1.1 no such user
S RCPT TO:<b@example.jp>
R 250 2.1.5 ok
S RCPT TO:<c@example.jp>
R 250 4.1.5 ok
S DATA
R 354 go
S hello
S .
R 250 2.0.0 queued
END
  about 4 | grep -q '^welcome; every further line names an extension'
  about 5 | grep -q '^SIZE: the largest message'
  about 6 | grep -q '^CRAM-MD5: a digest of the challenge'
  about 7 | grep -q '^a new message begins, from <joe@example.jp>'
  about 7 | grep -q '^RET=HDRS: a report shall hold the header \[RFC 3461\]'
  about 10 | grep -q '^550: there is no such mailbox'
  about 10 | grep -q '^5.1.1: the address: no such mailbox'
  about 14 | grep -q '^4 and 250 do not agree'
  about 14 | grep -q '^the message has 2 recipients now'
  about 16 | grep -q '→ mail data'
  about 19 | grep -q '^the message is taken: from now on the server answers'
}

@test "IMAP: data, words in brackets, parameters, states; tags do not matter" {
  session_of imap >session <<'END'
R * OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] ready
S a LOGIN joe ****
R a OK [CAPABILITY IMAP4rev1 MOVE] in
S b EXAMINE "Sent Items"
R * 4 EXISTS
R * OK [UIDVALIDITY 1] x
R b OK [READ-ONLY] open
S c FETCH 1 (BODY[])
R c OK done
S d SELECT INBOX
R d NO [INUSE] locked
S e UID FETCH 1:2 (FLAGS BODY[])
R e BAD User is authenticated but not connected.
END
  about 2 | grep -q '^IDLE: the server can tell news'
  about 2 | grep -q '→ NOT AUTHENTICATED'
  about 4 | grep -q '^MOVE: '
  run ! grep -q '^IMAP4rev1' <(about 4)
  about 5 | grep -q '^opens the mailbox Sent Items, only for reading'
  about 6 | grep -q '^EXISTS: so many messages'
  about 7 | grep -q '^UIDVALIDITY: if this changes'
  about 8 | grep -q '→ SELECTED'
  run ! grep -q 'Seen' <(about 9)
  about 12 | grep -q '^INUSE: '
  about 12 | grep -q '→ AUTHENTICATED'
  about 13 | grep -q '^asks for (FLAGS BODY\[\]) of the messages with the ids 1:2'
  about 14 | grep -q '^the login was not really accepted'
}

@test "FETCH of a body marks it as seen, of a mailbox that is not only read" {
  session_of imap >session <<'END'
R * PREAUTH ready
S a SELECT INBOX
R a OK [READ-WRITE] open
S b FETCH 1 (BODY[])
R b OK done
S c FETCH 2 (BODY.PEEK[])
R c OK done
END
  about 2 | grep -q '→ AUTHENTICATED'
  about 5 | grep -qF 'BODY[]: sets \Seen'
  about 7 | grep -qF 'leaves \Seen alone'
}

@test "names of IMAP's mailboxes are told as people read them" {
  session_of imap >session <<'END'
R * PREAUTH ready
S a SELECT "Entw&APw-rfe"
R a NO [NONEXISTENT] not here
S b RENAME &ZeVnLIqe- A&-B
R b OK done
S c SELECT "not&well"
R c OK open
END
  about 3 | grep -qx 'Entw&APw-rfe is Entwürfe \[RFC 3501 §5.1.3\]'
  about 5 | grep -q '^&ZeVnLIqe- is 日本語 '
  about 5 | grep -q '^A&-B is A&B '
  [ "$(about 7)" = "opens the mailbox not&well [RFC 3501 §6.3.1]" ]
}

@test "NNTP, FTP, LDAP, ManageSieve and HTTP have their words, too" {
  session_of nntp >session <<'END'
R 201 ready
S GROUP test.jp
R 411 no such group
END
  about 4 | grep -q '^411: there is no such group'
  session_of ftp >session <<'END'
R 220 ready
S PASV
R 227 Entering Passive Mode (192,0,2,1,4,210)
END
  about 4 | grep -q '^that is 192.0.2.1, port 1234'
  session_of ldap >session <<'END'
S 1 BindRequest version=3 name="cn=joe" simple ****\d
R 1 BindResponse result=49 matched="" message="AcceptSecurityContext error, data 775, v3839"\d
END
  about 2 | grep -q '^the mask hides the password'
  about 3 | grep -q '^49: invalidCredentials'
  about 3 | grep -q '^775: Active Directory: the account is locked'
  session_of sieve >session <<'END'
R "SASL" "PLAIN"
R OK "ready"
S PUTSCRIPT "x" {7+}
S keep;
R NO (QUOTA/MAXSIZE) "too big"
END
  about 2 | grep -q '^PLAIN: user name and password'
  about 6 | grep -q '^QUOTA/MAXSIZE: the script is too large'
  session_of http >session <<'END'
S GET /x HTTP/1.1
S Host: example.jp
S Authorization: Basic ****
S 
R HTTP/1.1 404 Not Found
R Content-Length: 0
R 
END
  about 2 | grep -q '^asks for /x \[RFC 9110 §9.3.1\]'
  about 4 | grep -q '^the mask hides'
  about 6 | grep -q '^404: it is not there'
}

@test "base64 of a login is decoded; what was masked is said, with its user" {
  session_of smtp >session <<'END'
R 220 ready
S EHLO me
R 250 AUTH LOGIN
S AUTH LOGIN
R 334 VXNlciBOYW1lAA==
S am9l
R 334 UGFzc3dvcmQ6
S ****
R 535 5.7.8 no
S AUTH CRAM-MD5
R 334 PDE4OTYuNjk3MTcwOTUyQGV4YW1wbGUuanA+
S **** (user=joe)
R 235 2.7.0 ok
END
  about 6 | grep -qF 'decoded: User Name\x00'
  about 6 | grep -q '^it ends in a NUL'
  about 7 | grep -q '^decoded: joe'
  about 7 | grep -q '^the user is joe'
  about 9 | grep -q '^the mask hides the password'
  about 10 | grep -q '^the login failed'
  about 12 | grep -q '^decoded: <1896.697170952@example.jp>'
  about 13 | grep -q '^the mask hides user name and digest: user=joe'
  about 14 | grep -q '^logged in as joe'
}

@test "a password is told only where it was recorded" {
  dialogue='R +OK ready
S AUTH PLAIN AGpvZQBodW50ZXIyDQo=
R +OK in
S QUIT
R +OK'
  converse -- -p pop3 <<<"$dialogue"
  run ! grep -q hunter2 <(teelog explain "$(record)")
  rm -r records
  converse -- -p pop3 --secrets show <<<"$dialogue"
  cp "$(record)" session
  about 3 | grep -qF 'user joe, password hunter2\x0d\x0a'
  about 3 | grep -q '^a line end was encoded with it'
}

@test "TLS: what the hellos and an alert tell; nothing can be read behind" {
  session_of smtp >session <<'END'
R 220 ready
S STARTTLS
R 220 go
# tls S version=1.3 sni=mail.example.jp alpn=smtp ciphers=17
# tls R version=1.2 cipher=TLS_RSA_WITH_AES_128_CBC_SHA alpn=-
# tls R alert=unknown_ca
# exit signal=SEGV
# hint S trailing-newline
END
  about 5 | grep -q '^at most version 1.3'
  about 5 | grep -q '^it asks for the host mail.example.jp'
  about 5 | grep -q '^to speak there: smtp'
  about 5 | grep -q '→ TLS'
  about 6 | grep -q '^version 1.2'
  about 6 | grep -q '^the cipher is TLS_RSA'
  about 7 | grep -q '^the server complains: nobody whom this side trusts'
  about 8 | grep -q '^a signal ended the daemon: it crashed'
  about 9 | grep -q 'a line end was encoded with the secret'
}

@test "how a daemon ended: sysexits, shells, its own" {
  for status in 75:EX_TEMPFAIL 139:'signal 11' 111:qmail 42:'of its own'; do
    session_of pop3 >session <<<"# exit ${status%%:*}"
    about 2 | grep -q "${status#*:}"
  done
}

@test "messages and long lists are left out, unless they are asked for" {
  {
    printf '%s\n' 'R +OK ready' 'S LIST' 'R +OK 40 messages'
    seq -f 'R %g 100' 40
    printf '%s\n' 'R .' 'S CAPA' 'R +OK'
    seq -f 'R X%g' 12
    printf '%s\n' 'R STLS' 'R .' 'S TOP 1 1' 'R +OK' 'R a' 'R ' 'R b' 'R .' \
      'S QUIT' 'R +OK'
  } | session_of pop3 >session
  explained session >got
  grep -q ' R \[and 30 more lines\]$' got
  grep -q 'STLS: TLS can be had' got
  grep -q ' R \[message: 3 lines, 8 octets\]$' got
  run ! grep -q ' R b$' got
  explained --full session >got
  grep -q ' R b$' got
  grep -q ' R 40 100$' got
}

@test "a pause of a second or more is told" {
  cat >session <<'END'
#teed 1 id=x service=pop3 protocol=pop3 start=2026-11-22T00:58:00.000000Z
R    0.500000 +OK ready
S    1.400000 NOOP
R    3.900000 +OK
#end 4.000000 S=6 R=12 E=0
END
  [ "$(teelog explain session | grep -c later)" = 1 ]
  teelog explain session | grep -A1 '2.500s later' | grep -q 'R +OK'
}

@test "--writes: a reply that came in pieces" {
  cat >session <<'END'
#teed 1 id=x service=pop3 protocol=pop3 start=2026-11-22T00:58:00.000000Z
R    0.100000 +OK \c
R    0.200000 ready
#end 4.000000 S=0 R=11 E=0
END
  teelog explain session | grep -q ' R +OK ready$'
  explained --writes session | grep -qF ' R +OK \c'
}

@test "the summary: who, what, how long, how it ended" {
  teelog explain "$(a_session)" | sed '1,/^In short/d' >got
  diff -u - got <<'END'
       client 192.0.2.7, user noizumi: logged in
       4 commands, 0 refused; 1 message passed, 1 in the mailbox; 38 octets from the client, 182 from the daemon
       it took 0.080s: the daemon's work 0.015s, the client's 0.065s, the flow of data 0.000s
       it ended with: exit 0
END
}

@test "waiting that was asked for is nobody's work" {
  cat >session <<'END'
#teed 1 id=x service=imap protocol=imap start=2026-11-22T00:58:00.000000Z
R    0.100000 * PREAUTH ready
S    0.200000 a IDLE
R    0.300000 + idling
R   60.300000 * 5 EXISTS
S   60.400000 DONE
R   60.500000 a OK
#end 61.000000 S=1 R=1 E=0
END
  teelog explain session |
    grep -q "the daemon's work 0.100s.* waiting for news 1m00s"
}

@test "a log of another program, and what it does not hold" {
  printf '%s\n' 'S: +OK ready' 'C: RETR 1' 'S: +OK 50 octets' 'S: abc' 'S: .' \
    'C: QUIT' 'S: +OK' >session
  teelog explain session >got
  grep -q 'asks for message 1' got
  grep -q 'this log does not tell: times' got
  run ! grep -q 'were announced' got # line ends are not in it, either
}

@test "a protocol that is not known is not explained, and that is said" {
  session_of text >session <<'END'
R hello
S whatever
END
  run -0 teelog explain session
  [[ "$output" != *"belongs to nothing"* ]]
  [[ "$output" == *" S whatever"*"which protocol this was is not known"* ]]
}

@test "what was said commands no terminal, in remarks neither" {
  session_of smtp >session <<'END'
R 220 ready
S EHLO \x1b[2Jme\x9b5n
R 250 ok
S AUTH LOGIN
R 334 G1sySpw=
END
  teelog explain session >got
  run ! grep -q $'\e' got
  grep -qF 'who the client is (\x1b[2Jme\x9b5n)' got
  grep -qF 'octets that are no text' got
}

@test "on a narrow screen remarks are broken between words" {
  columns=40 on_a_terminal "$TEELOG" explain --no-pager --color=never "$(a_session)"
  grep -q '^   3 S USER noizumi$' screen
  [ "$(grep '^       ' screen | wc -L)" -le 40 ]
  grep -qx "       \[RFC 1939 §7\]" screen
  NO_COLOR=1 on_a_terminal "$TEELOG" explain --no-pager "$(a_session)"
  run ! grep -q $'\e' screen
  on_a_terminal "$TEELOG" explain --no-pager "$(a_session)"
  grep -q $'\e\\[36mS USER' screen
}

@test "a session that is damaged or just ends is explained as far as it goes" {
  head -n 6 "$(a_session)" >session
  echo 'garbage' >>session
  run -0 --separate-stderr teelog explain session
  [[ "$output" == *"the record just ends"* ]]
  [[ "$stderr" == *"no #end"* ]]
  run -66 teelog explain no-such-session
}

@test "one of a thing is not called by its plural" {
  printf '%s\r\n' '+OK ready' 'USER a' +OK 'PASS b' '+OK 1 message' 'RETR 1' \
    '+OK 1 octets' x . QUIT +OK >log
  teelog explain log >got
  grep -qx '       1 octet was announced, and 3 came' got
  grep -q '; 1 message passed' got
}
