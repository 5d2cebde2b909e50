# teelog(1): timing

load teelog

# SMTP: two messages, the second slower, and a client that thinks.
smtp_session() {
  cat >session <<'END'
#teed 1 id=smtp-20261122T005800Z-1 service=smtp protocol=smtp start=2026-11-22T00:58:00.000000Z client=192.0.2.7:51234
R    0.050000 220 ready
S    0.100000 HELO me
R    0.101000 250 ok
S    0.200000 MAIL FROM:<a@example.jp>
R    0.210000 250 ok
S    0.220000 RCPT TO:<b@example.jp>
R    0.225000 250 ok
S    0.230000 DATA
R    0.231000 354 go
S    0.240000 Subject: x
S	
S	hello
S	.
R    0.540000 250 queued
S    0.550000 MAIL FROM:<a@example.jp>
R    0.580000 250 ok
S    0.590000 RSET
R    0.591000 250 ok
S    0.600000 QUIT
R    0.601000 221 bye
#end 0.602000 S=1 R=1 E=0
END
}

# The fields of a command's row in JSON: count; of the daemon's time how many were
# measured, min, median, p90, max; of the client's median, max; bytes.
row() { # COMMAND [SESSION]
  teelog timing --json "${2:-session}" | sed 's/{"command":/\n&/g' |
    grep -F "\"command\":\"$1\"" | tr -d '{}"' | tr ',' '\n' |
    awk -F: '/count:/ { printf "%s", $2 }
      $1 == "daemon" { printf " %s", $3 }
      $1 == "client" { client = 1 }
      /^(min|median|p90|max):/ && !(client && /^(min|p90)/) { printf " %s", $2 + 0 }
      /^sent:/ { printf " %s", $2 }
      /^received:/ { print " " $2 + 0 }'
}

@test "by commands: counts, the daemon's and the client's time, bytes" {
  smtp_session
  [ "$(row MAIL)" = "2 2 0.01 0.01 0.03 0.03 0.01 0.01 52 16" ]
  [ "$(row HELO)" = "1 1 0.001 0.001 0.001 0.001 0.099 0.099 9 8" ]
  [ "$(row '(greeting)')" = "1 1 0.05 0.05 0.05 0.05 0.05 0.05 0 11" ]
}

@test "what the client sends after a go-ahead is a row of its own" {
  smtp_session
  [ "$(row DATA)" = "1 1 0.001 0.001 0.001 0.001 0.009 0.009 6 8" ]
  [ "$(row 'DATA (text)')" = "1 1 0.3 0.3 0.3 0.3 0.01 0.01 24 12" ]
}

@test "every moment is somebody's" {
  smtp_session
  teelog timing --json session | tr ',' '\n' | tr -d '{}"' | awk -F: '
    /^(daemon|client|flow|idle):[0-9.]+$/ { sum += $2 }
    /^duration/ { all = $2 }
    END { exit !(all == 0.601 && sum > 0.6009 && sum < 0.6011) }'
  teelog timing --json session |
    grep -q '"session":"smtp-20261122T005800Z-1".*"unmeasured":0'
}

@test "the table, and bars, the longest first" {
  smtp_session
  teelog timing session >got
  diff -u - <(sed -n '3,7p' got | sed 's/ *$//') <<'END'
                     DAEMON                     CLIENT
COMMAND      COUNT   median      p90      max   median      max  SENT  RCVD
(greeting)       1   50.0ms   50.0ms   50.0ms   50.0ms   50.0ms     0    11
HELO             1   1.00ms   1.00ms   1.00ms   99.0ms   99.0ms     9     8
MAIL             2   10.0ms   30.0ms   30.0ms   10.0ms   10.0ms    52    16
END
  [ "$(sed -n '/^By command/,$p' got | sed -n 2p | cut -d ' ' -f 1,2)" = "DATA (text)" ]
}

@test "pipelined commands are counted, and not measured" {
  cat >session <<'END'
#teed 1 id=x service=smtp protocol=smtp start=2026-11-22T00:58:00.000000Z
R    0.050000 220 ready
S    0.100000 HELO me
R    0.101000 250 ok
S    0.200000 MAIL FROM:<a@example.jp>
S	RCPT TO:<b@example.jp>
S	RCPT TO:<c@example.jp>
R    0.300000 250 ok
R    0.400000 250 ok
R    0.500000 250 ok
S    0.600000 QUIT
R    0.601000 221 bye
#end 0.602000 S=1 R=1 E=0
END
  [ "$(row RCPT | cut -d ' ' -f 1,2)" = "2 0" ]
  [ "$(row QUIT | cut -d ' ' -f 1,2)" = "1 1" ]
  teelog timing session | grep -q '^3 not measured'
}

@test "commands that nobody knows, and their replies, are one row with a name" {
  cat >session <<'END'
#teed 1 id=x service=pop3 protocol=pop3 start=2026-11-22T00:58:00.000000Z
R    0.100000 +OK ready
S    0.200000 WHAT
S	NOOP
R    0.300000 -ERR
R    0.400000 +OK
#end 0.500000 S=1 R=1 E=0
END
  [ "$(row '(unknown)')" = "1 0 0 0 0 0 0 0 6 6" ]
  [ "$(row '')" = "" ]
}

@test "IMAP's replies are matched by tag; IDLE is waiting, and DONE a part of it" {
  cat >session <<'END'
#teed 1 id=x service=imap protocol=imap start=2026-11-22T00:58:00.000000Z
R    0.100000 * PREAUTH ready
S    0.200000 a UID FETCH 1 (FLAGS)
R    0.205000 * 1 FETCH (UID 1 FLAGS ())
R	a OK
S    0.300000 b IDLE
R    0.301000 + idling
R   10.301000 * 5 EXISTS
S   10.302000 DONE
R   10.303000 b OK
#end 11.000000 S=1 R=1 E=0
END
  [ "$(row 'UID FETCH' | cut -d ' ' -f 1-4)" = "1 1 0.005 0.005" ]
  [ -z "$(row DONE)" ]
  teelog timing session | grep -q '^waiting (IDLE)  *10.0s'
}

@test "several sessions: each, or all in one table" {
  a_session pop3 005800 1 >/dev/null
  a_session pop3 005801 2 >/dev/null
  rows() {
    teelog timing "$@" records/*.log | awk '$1 == "USER" && NF > 4 { print $2 }'
  }
  [ "$(rows)" = $'1\n1' ]
  [ "$(rows --total)" = 2 ]
  [ "$(teelog timing --json records/*.log | wc -l)" = 2 ]
}

@test "a session that teed recorded: the daemon's pause is the daemon's" {
  converse -- -p pop3 <<'END'
R +OK ready
S USER joe
! R: wait 300
R +OK
! S: wait 300
S QUIT
R +OK bye
END
  row USER "$(record)" | awk '{ exit !($1 == 1 && $4 >= 0.3 && $7 >= 0.3) }'
  row QUIT "$(record)" | awk '{ exit !($1 == 1 && $4 < 0.3) }'
}

@test "a log without times has counts and bytes" {
  printf '%s\n' 'S: +OK ready' 'C: RETR 1' 'S: +OK 5 octets' 'S: abc' 'S: .' \
    'C: QUIT' 'S: +OK' >session
  teelog timing session >got
  grep -q '^RETR  *1  *-' got
  grep -q 'tells no times' got
}

@test "no line is wider than the screen; columns go before names do" {
  smtp_session
  for columns in 132 80 60 40; do
    on_a_terminal "$TEELOG" timing --no-pager --color=never session
    [ "$(sed 1d screen | wc -L)" -le "$columns" ]
    grep -q '^DATA (text)' screen
  done
  run ! grep -q 'p90' screen
  columns=132 on_a_terminal "$TEELOG" timing --no-pager session
  grep -q 'min' screen
  grep -q $'\e' screen
  NO_COLOR=1 on_a_terminal "$TEELOG" timing --no-pager session
  run ! grep -q $'\e' screen
}
