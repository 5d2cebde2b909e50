#!/usr/bin/env bats
# record.bats - teed-transcript(5): what a session's record says, line by line

load lib

# ---- the first line -----------------------------------------------------------

@test "the first line tells who spoke to whom, when, and how it was recorded" {
  local earliest latest start

  earliest=$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)
  [ "$(pop3 | converse -- -n lunch -p pop3)" = "status 0" ]
  latest=$(date -u +%Y-%m-%dT%H:%M:%S.999999Z)
  head -n 1 "$(record)" | grep -qE "^#teed 1 \
id=lunch-[0-9]{8}T[0-9]{6}Z-[0-9]+ service=lunch protocol=pop3 \
start=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z \
client=127\.0\.0\.1:[0-9]+ server=127\.0\.0\.1:[0-9]+ host=$(hostname) \
pid=[0-9]+ pair=tcp secrets=mask command=\"talk daemon dialogue\"$"
  start=$(head_word start)
  [[ ! $start < $earliest && ! $start > $latest ]]
  [ "$(record)" = "records/$(head_word id).log" ]
  [[ $(head_word id) == *-"$(head_word pid)" ]]
  [[ $(head_word id) == lunch-"$(tr -d ':-' <<<"${start%.*}")"Z-* ]]
}

@test "the client's port and the server's are the real ones" {
  converse -- -P unix <<'END'
R hello
! do echo "$TCPREMOTEIP:$TCPREMOTEPORT $TCPLOCALIP:$TCPLOCALPORT" >addresses
R bye
END
  [ "$(head_word client) $(head_word server)" = "$(cat addresses)" ]
}

@test "an IPv6 address stands in brackets" {
  [ "$(pop3 | converse -6)" = "status 0" ]
  [[ $(head_word client) =~ ^\[::1\]:[0-9]+$ ]]
  [[ $(head_word server) =~ ^\[::1\]:[0-9]+$ ]]
}

@test "an IPv4 client of an IPv6 socket is told as IPv4" {
  [ "$(pop3 | converse -m)" = "status 0" ]
  [[ $(head_word client) =~ ^127\.0\.0\.1:[0-9]+$ ]]
  [[ $(head_word server) =~ ^127\.0\.0\.1:[0-9]+$ ]]
}

@test "a client without an address is told as a dash" {
  [ "$(pop3 | converse -u)" = "status 0" ]
  [ "$(head_word client) $(head_word server) $(head_word pair)" = "- - unix" ]
  rm -r records
  [ "$(pop3 | converse -p -e errors)" = "status 0" ]
  [ "$(head_word client) $(head_word server) $(head_word pair)" = "- - pipe" ]
}

# Run teed with these words as its daemon; the command in the first line.
command_of() { # WORD...
  : >dialogue
  rm -rf records
  talk inetd dialogue "$TEED" -d records -n x "$@" >/dev/null
  head_word command
}

@test "a value with a blank, a quote or a backslash is quoted" {
  [ "$(command_of true)" = '"true"' ]
  [ "$(command_of true 1 2)" = '"true 1 2"' ]
  [ "$(command_of true 'a"b')" = '"true a\"b"' ]
  [ "$(command_of true "\\")" = '"true \\"' ]
  [ "$(command_of true $'\e[2J\n\177')" = '"true \x1b[2J\x0a\x7f"' ]
  [ "$(command_of true $'caf\303\251 \351')" = $'"true caf\303\251 \\xe9"' ]
  [ "$(command_of true "$(printf 'x%.0s' {1..5000})" | wc -c)" -lt 1600 ]
  decode_tool check "$(record)"
}

@test "options that change what a record holds are told in its first line" {
  pop3 | converse -- -m show -c 3 -o full -x
  [ "$(head_word secrets)" = show ]
  [ "$(head_word content)" = 3 ]
  [ "$(head_word opaque)" = full ]
  [ "$(head_word exact)" = yes ]
}

@test "the protocol is known by name, program, or else by the greeting" {
  mkdir bin
  ln -s "$(command -v talk)" bin/in.pop3d
  pop3 >dialogue
  talk inetd dialogue "$TEED" -d a bin/in.pop3d daemon dialogue
  [ "$(head_word protocol "$(record a)")" = pop3 ]
  pop3 | converse -- -n pop3
  [ "$(head_word protocol)" = pop3 ]
  rm -r records
  converse <<'END'
R +OK POP3 server ready <1.2@mail>
S QUIT
R +OK
END
  [ "$(head_word protocol)" = auto ]
  timeless "$(record)" | grep -qx '# protocol pop3'
}

# ---- records ------------------------------------------------------------------

@test "a record is a direction, a time in eleven columns, and the line" {
  [ "$(pop3 | converse -- -p pop3)" = "status 0" ]
  run ! grep -vE '^[SRE#] [ 0-9]{3}[0-9]\.[0-9]{6} |^#teed |^#end ' \
    "$(record)"
  recorded <<'END'
R +OK ready
S USER joe
R +OK
S PASS ****
R +OK 1 message
S QUIT
R +OK bye
# close daemon
# exit 0
#end S=27 R=40 E=0 user=joe login=ok messages=0 commands=3 refused=0
END
}

# The time of the first record that holds a text, in microseconds.
time_of() { # TEXT
  sed -nE "s/^[SRE#]  *([0-9]+)\.([0-9]+) .*$1.*/\1\2/p" "$(record)" | head -n 1
}

@test "a record's time is that of the last byte of its line" {
  converse -- -m show -p text <<'END'
R first
! do until grep -q first records/*T*.log; do sleep 0.01; done
! wait 300
R second
! do until grep -q second records/*T*.log; do sleep 0.01; done
! wait 20
S thi\c
! read
! wait 300
S rd
R done
END
  [ $((10#$(time_of second) - 10#$(time_of first))) -ge 300000 ]
  [ $((10#$(time_of third) - 10#$(time_of second))) -ge 320000 ]
  [ $((10#$(time_of 'exit 0'))) -lt 20000000 ]
}

@test "records out of one read leave the time out, all but the first" {
  converse -- -p text -m show <<'END'
R one
R two
R three
S four
S five
R six
! read
R seven
END
  run cut -c 1-2,14- "$(record)"
  grep -qE '^R +[0-9.]+ one$' "$(record)"
  grep -qP '^R\ttwo$' "$(record)"
  grep -qP '^R\tthree$' "$(record)"
  grep -qE '^S +[0-9.]+ four$' "$(record)"
  grep -qP '^S\tfive$' "$(record)"
  grep -qE '^R +[0-9.]+ six$' "$(record)"
  grep -qE '^R +[0-9.]+ seven$' "$(record)"
  decode_tool check "$(record)"
}

@test "every byte is escaped as written down, and only what must be" {
  tr '~' '\t' >lines <<'END'
R +OK
S a bare LF\n
S a bare CR\ris kept, also at the end\r
S \n
S 
S \\ a backslash, \\n is none, \\\\n\n
S ~ a tab and \x00\x01\x08\x0b\x0c\x1b[2J\x7f
S é € 😀 and \xe9, \xc3\xc3, \xed\xa0\x80, \xf4\x90\x80\x80, \xc0\x80
S \xc2\x85\xc2\x9b are C1, \xc2\xa0 is not
S * ** *** \x2a*** \x2a\x2a*** ***a***
S #end 1.000000 S=1
S R    0.000001 +OK
R ~+OK \xff\xfe\x00\r
END
  sed -i 's/\\xc2\\xa0/\xc2\xa0/' lines
  converse -- -p text -m show <lines
  timeless "$(record)" | sed -E 's/^([SR])\t/\1 /; /^#/d' | diff lines -
  decode_tool check "$(record)"
}

@test "a transcript holds no control byte but tab and LF, whatever was said" {
  converse -- -p text -m show <<'END'
! flow odd 7 300000 300000
END
  converse -- -p text -m mask -n b <<'END'
! flow odd 8 300000 300000
END
  run ! grep -qaP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' records/*-*.log
  iconv -f UTF-8 -t UTF-8 records/*-*.log >/dev/null
}

@test "a line of more than 8192 bytes becomes several records" {
  {
    echo "S $(printf 'x%.0s' {1..8192})"
    echo "R ok"
    echo "S $(printf 'y%.0s' {1..20000})"
    echo "R ok"
    echo "S $(printf '\\x01%.0s' {1..9000})\n"
    echo "R ok"
  } | converse -- -p text -m show
  timeless "$(record)" | tr '\t' ' ' |
    sed -nE 's/^S (.*)/\1/p' | sed 's/\\x01/z/g' |
    awk '{ mark = ""; if (sub(/\\[cn]$/, "", $0)) mark = "+"; print length $0, mark }' |
    sed 's/[xyz].* / /' >lengths
  diff - lengths <<'END'
8192 
8192 +
8192 +
3616 
8192 +
808 +
END
  decode_tool check "$(record)"
}

# ---- masks --------------------------------------------------------------------

@test "a secret is four stars, said stars are not, and a label is told" {
  converse -- -p pop3 <<'END'
R +OK \x2a*** ready
S AUTH PLAIN AGpvZQBodW50ZXIy
R -ERR no \x2a*** (sorry)
S USER joe
R +OK
S PASS hunter2
R -ERR hunter2 (twice) hunter2
S QUIT
R +OK
END
  recorded <<'END'
R +OK \x2a*** ready
S AUTH PLAIN **** (user=joe)
R -ERR no \x2a*** (sorry)
S USER joe
R +OK
S PASS ****
R -ERR **** \x28twice) ****
S QUIT
R +OK
# close daemon
# exit 0
#end S=44 R=72 E=0 user=joe login=failed messages=0 commands=4 refused=2
END
}

@test "with secrets shown the record is what was said" {
  [ "$(pop3 | converse -- -p pop3 --secrets show)" = "status 0" ]
  timeless "$(record)" | sed '/^#/d' | diff <(pop3) -
}

@test "a masked secret does not show its length in the counts" {
  pop3 | converse -- -p pop3
  pop3 | sed 's/hunter2/a much longer password/' | converse -- -p pop3 -n b
  [ "$(grep -o ' S=.*' records/pop3-*.log)" = "$(grep -o ' S=.*' records/b-*.log)" ]
}

# ---- incomplete lines ---------------------------------------------------------

@test "a prompt is in the record after 200 ms of silence" {
  converse -- -p text <<'END'
R Banner
R login: \c
! until grep -q 'login: .c$' records/*-*.log
R wait \c
! until grep -q 'wait .c$' records/*-*.log
R done
END
  timeless "$(record)" | tr '\t' ' ' | sed '/^#/d' | diff - <(
    cat <<'END'
R Banner
R login: \c
R wait \c
R done
END
  )
}

@test "a line that comes in two parts within 200 ms is one record" {
  together() {
    rm -rf records
    converse -- -p text <<'END'
R one \c
! read
R line
END
    [ "$(timeless "$(record)" | head -n 1)" = "R one line" ]
  }
  wait_for together
}

@test "what one side left incomplete stands before what the other said" {
  converse -- -p text <<'END'
R Name: \c
! read
S joe
R Hello \c
! read
S !
R again
END
  recorded <<'END'
R Name: \c
S joe
R Hello \c
S !
R again
# close daemon
# exit 0
#end S=8 R=19 E=0 user=joe
END
}

@test "a client's incomplete line waits for its end, however long that takes" {
  converse -- -p pop3 <<'END'
R +OK
S PASS hun\c
! read
! wait 450
! do ! grep -q PASS records/*-*.log
S ter2
R -ERR hunter2
S PASS x\c
! read
! vanish
END
  recorded <<'END'
R +OK
S PASS ****
R -ERR ****
S PASS ****\c
# close client
# close daemon
# exit 0
#end S=20 R=16 E=0 login=failed messages=0 commands=2 refused=1
END
}

# ---- events and the end -------------------------------------------------------

@test "half-closes are told in their order" {
  converse -- -p text <<'END'
R +OK
S data
! close S
R result
END
  recorded <<'END'
R +OK
S data
# close client
R result
# close daemon
# exit 0
#end S=6 R=13 E=0
END
}

@test "a client that breaks the connection is told with the error" {
  converse -- -p text <<'END'
R +OK
S data
! read
! reset
! exit 0
END
  timeless "$(record)" | grep -qx '# reset client Connection reset by peer'
}

@test "how the daemon ended is told, and teed ends like it" {
  [ "$(converse -- -n a <<<'! exit 3')" = "status 3" ]
  timeless records/a-*.log | grep -qx '# exit 3'
  [ "$(converse -- -n b <<<'! kill KILL')" = "status 137" ]
  timeless records/b-*.log | grep -qx '# exit signal=KILL'
  [ "$(converse -- -n c <<<'! kill TERM')" = "status 143" ]
  timeless records/c-*.log | grep -qx '# exit signal=TERM'
}

@test "a daemon that can't be run is told in the record" {
  : >dialogue
  touch plain-file
  under=(loghost log)
  [ "$("${under[@]}" talk inetd dialogue "$TEED" -d records -n a ./nosuch)" = \
    "status 127" ]
  timeless records/a-*.log | diff - <(
    echo '# error cannot run ./nosuch: No such file or directory'
    echo '#end S=0 R=0 E=0'
  )
  [ "$("${under[@]}" talk inetd dialogue "$TEED" -d records -n b ./plain-file)" = \
    "status 126" ]
  timeless records/b-*.log | diff - <(
    echo '# error cannot run ./plain-file: Permission denied'
    echo '#end S=0 R=0 E=0'
  )
  grep -q 'cannot run ./nosuch: No such file' log
}

@test "an event is one line that commands no terminal, whatever its words" {
  : >dialogue
  loghost log talk inetd dialogue "$TEED" -d records -n a $'no\n#end 1 S=1\e[2J\377é'
  timeless "$(record)" | diff - <(
    echo '# error cannot run no?#end 1 S=1?[2J?é: No such file or directory'
    echo '#end S=0 R=0 E=0'
  )
}

@test "the last line tells the user, the login and the messages" {
  converse -- -p pop3 <<'END'
R +OK
S USER joe
R +OK
S PASS x
R +OK
S RETR 1
R +OK
R Subject: a
R 
R .
S RETR 2
R -ERR none
S QUIT
R +OK
END
  timeless "$(record)" | tail -n 1 | grep -qx \
    '#end S=.* R=.* E=0 user=joe login=ok messages=1 commands=5 refused=1'
  converse -- -p smtp <<'END'
R 220 mail
S EHLO me
R 250 mail
S MAIL FROM:<a@example.org>
R 250 ok
S RCPT TO:<b@example.org>
R 250 ok
S DATA
R 354 go
S a
S .
R 250 ok
S QUIT
R 221 bye
END
  timeless records/smtp-*.log | tail -n 1 | grep -q \
    ' login=none messages=1 commands=5 refused=0$'
}

# ---- --exact ------------------------------------------------------------------

@test "--exact keeps the boundaries of reads" {
  converse -- -x -p text -m show <<'END'
R one\c
! read
R two
R three\c
! read
R four
S a\c
! read
S \r\c
! read
S \n
R done
END
  recorded <<'END'
R one\c
R two
R	three\c
R four
S a\c
S \r\c
S \n
R done
# close daemon
# exit 0
#end S=3 R=25 E=0
END
}

@test "--exact keeps the boundaries in a command, but not within its secret" {
  converse -- -x -p pop3 <<'END'
R +O\c
! read
R K ready
S USE\c
! read
S R jo\c
! read
S e
R +OK
S PA\c
! read
S SS hun\c
! read
S ter\c
! read
S 2\r\c
! read
S \n
R +OK
S Q\c
! read
S UIT\r\c
! read
S \n
R +OK bye
END
  recorded <<'END'
R +O\c
R K ready
S USE\c
S R jo\c
S e
R +OK
S PA\c
S SS ****\r\c
S \n
R +OK
S Q\c
S UIT\r\c
S \n
R +OK bye
# close daemon
# exit 0
#end S=27 R=30 E=0 user=joe login=ok messages=0 commands=3 refused=0
END
}

@test "--exact tells the time of each read, also of a line that was held" {
  converse -- -x -p pop3 <<'END'
R +OK
S US\c
! read
! wait 200
S ER joe
R +OK
END
  [ $((10#$(time_of 'ER joe') - 10#$(time_of 'US.c'))) -ge 200000 ]
}

@test "--exact changes nothing of what the record holds" {
  letter() {
    printf 'R +OK r\\c\n! read\nR eady\n'
    printf 'S AUTH LO\\c\n! read\nS GIN\\r\\c\n! read\nS \\n\nR + VXNlcm5hbWU6\n'
    printf 'S am9\\c\n! read\nS l\nR + UGFzc\\c\n! read\nR 3dvcmQ6\n'
    printf 'S aHVud\\c\n! read\nS GVyMg==\nR -ERR hun\\c\n! read\nR ter2\n'
    printf 'S RETR 1\nR +OK\nR \\c\n! read\nR ..\\c\n! read\nR dot\n'
    printf 'R .\\c\n! read\nR \\r\\c\n! read\nR \\n\nS QUIT\nR +OK\n'
  }
  local d

  letter | converse -- -p pop3 -n plain
  letter | converse -- -p pop3 -n exact -x
  for d in S R; do
    cmp <(decode_tool bytes $d records/plain-*.log) \
      <(decode_tool bytes $d records/exact-*.log)
  done
  decode_tool check records/exact-*.log
  run ! grep -qE 'hunter2|aHVud|GVyMg' records/exact-*.log
  timeless records/exact-*.log | grep -qFx 'S GIN\r\c'
  timeless records/exact-*.log | grep -qFx 'R .\c'
  timeless records/exact-*.log | grep -qFx 'R \r\c'
}

# ---- --content, --opaque, --protocol raw --------------------------------------

@test "--content records the first lines of a message and tells of the others" {
  converse -- -p pop3 -c 2 <<'END'
R +OK
S RETR 1
R +OK 5 lines
R From: a
R To: b
R Subject: c
R 
R text
R .
S RETR 2
R +OK 1 line
R only
R .
S QUIT
R +OK
END
  recorded <<'END'
R +OK
S RETR 1
R +OK 5 lines
R	From: a
R	To: b
# elided R lines=3 bytes=20
R .
S RETR 2
R +OK 1 line
R	only
R	.
S QUIT
R +OK
# close daemon
# exit 0
#end S=22 R=83 E=0 login=none messages=2 commands=3 refused=0
END
}

@test "--content 0 records nothing of a message that a client sends" {
  converse -- -p smtp -c 0 <<'END'
R 220 mail
S EHLO me
R 250 mail
S MAIL FROM:<a@example.org>
R 250 ok
S RCPT TO:<b@example.org>
R 250 ok
S DATA
R 354 go
S From: a
S 
S ..dots
S tex\c
! read
S t
S .
R 250 ok
S QUIT
R 221 bye
END
  timeless "$(record)" | tr '\t' ' ' >seen
  grep -qx '# elided S lines=4 bytes=25' seen
  run ! grep -q 'From: a' seen
  grep -qx 'S \.' seen
  decode_tool check "$(record)"
}

@test "--content: messages in literals of IMAP, both ways" {
  converse -- -p imap -c 1 <<'END'
R * OK ready
S a FETCH 1 BODY[]
R * 1 FETCH (BODY[] {29}
R From: a
R Subject: b
R 
R text
R )
R a OK
S b APPEND INBOX {29}
R + go
S From: a
S Subject: b
S 
S text
S 
R b OK
S c LOGOUT
R * BYE
R c OK
END
  timeless "$(record)" | tr '\t' ' ' | diff - <(
    cat <<'END'
R * OK ready
S a FETCH 1 BODY[]
R * 1 FETCH (BODY[] {29}
R From: a
# elided R lines=3 bytes=20
R )
R a OK
S b APPEND INBOX {29}
R + go
S From: a
# elided S lines=3 bytes=20
S 
R b OK
S c LOGOUT
R * BYE
R c OK
# close daemon
# exit 0
END
    timeless "$(record)" | tail -n 1
  )
  decode_tool check "$(record)"
}

@test "what TLS hides is counted; --opaque full records it" {
  tls() {
    cat <<'END'
R +OK
S STLS
R +OK begin
S \x16\x03\x01\x00\x04\x01\x00\x00\x00\c
R \x15\x03\x01\x00\x02\x02\x28\c
S \x17\x03\x03\x00\x03abc\c
! read
END
  }
  tls | converse -- -p pop3
  timeless "$(record)" >seen
  grep -qx 'S STLS' seen
  grep -q '^# tls S' seen
  grep -qx '# opaque S=17 R=7' seen
  run ! grep -q abc seen
  decode_tool check "$(record)"
  tls | converse -- -p pop3 -o full -n full
  decode_tool check "$(record | head -n 1)" records/full-*.log || true
  decode_tool bytes S records/full-*.log >said
  printf 'STLS\r\n\x16\x03\x01\x00\x04\x01\x00\x00\x00\x17\x03\x03\x00\x03abc' |
    cmp - said
}

@test "--protocol raw masks nothing and says so" {
  pop3 | converse -- -p raw
  recorded <<'END'
# note protocol raw masks nothing
R +OK ready
S USER joe
R +OK
S PASS hunter2
R +OK 1 message
S QUIT
R +OK bye
# close daemon
# exit 0
#end S=30 R=40 E=0
END
  [ "$(head_word secrets)" = show ]
}

@test "--protocol raw counts binary data, --opaque full keeps it" {
  converse -- -p raw <<'END'
! flow bytes 1 100000 50000
END
  [ "$(stat -c %s "$(record)")" -lt 2000 ]
  decode_tool check "$(record)"
  converse -- -p raw -o full -n full <<'END'
! flow bytes 1 100000 50000
END
  decode_tool bytes S records/full-*.log | cmp - <(talk make bytes 2 100000)
  decode_tool bytes R records/full-*.log | cmp - <(talk make bytes 3 50000)
}

# ---- --stderr -----------------------------------------------------------------

@test "--stderr client: the daemon's errors are part of what the client gets" {
  converse -- -p text <<'END'
R out
2 error
R out
END
  decode_tool bytes R "$(record)" | tr -d '\r' | sort | diff - <(
    printf '%s\n' error out out
  )
  run ! grep -q '^E' "$(record)"
}

@test "--stderr client: errors go where they went without teed" {
  converse -e errors -- -p text <<'END'
R out
E error
END
  [ "$(tr -d '\r' <errors)" = error ]
  run ! grep -q '^E' "$(record)"
}

@test "--stderr log: errors are recorded as E and go nowhere else" {
  converse -e errors -- -p text -e log <<'END'
R out
E an error
E without an end\c
! until grep -q 'E .*an error' records/*-*.log
R out
! read
END
  [ ! -s errors ]
  recorded <<'END'
R out
E an error
E	without an end\c
R out
# close daemon
# exit 0
#end S=0 R=10 E=24
END
}

@test "--stderr both: errors are recorded, and go where they went" {
  converse -e errors -- -p text --stderr both <<'END'
R out
E error
! until grep -q 'E .*error' records/*-*.log
R out
END
  [ "$(tr -d '\r' <errors)" = error ]
  converse -- -p text -e both -n b <<'END'
R out
2 error
! until grep -q 'E .*error' records/b-*.log
R out
END
  timeless records/b-*.log | sed '/^#/d' | diff - <(
    printf '%s\n' 'R out' 'E error' 'R out'
  )
}

@test "--stderr log: what the daemon repeats of a secret there is masked" {
  converse -- -p pop3 -e log <<'END'
R +OK
S USER joe
! read
E got "USER joe"
S PASS hunter2
! read
E got "PASS hunter2" hun\c
! wait 50
E ter2 api_key=sesame99 x
R -ERR
! read
E bye hunter2
END
  run ! grep -aE 'hunter2|sesame|ter2' records/*-*.log
  # On a busy machine the wait may be long enough to part the line.
  timeless "$(record)" | grep '^E' | sed 's/^E./E /' |
    sed -z 's/ \\c\nE / /g' | diff - <(
    printf '%s\n' 'E got "USER joe"' 'E got "PASS ****" **** api_key=**** x' \
      'E bye ****')
}

# A daemon that floods its standard error, and says a word.
flood() { # TEED-OPTION...
  printf 'R done\n' >dialogue
  rm -rf records errors dialogue.*
  talk inetd -e errors dialogue "$TEED" -d records -p text -m show "$@" sh -c \
    'talk make odd 5 300000 >&2; exec talk daemon dialogue'
  said_all dialogue
  decode_tool check "$(record)"
}

@test "--stderr: a flood of errors is recorded to the last byte" {
  flood -e log
  decode_tool bytes E "$(record)" | cmp - <(talk make odd 5 300000)
  [ ! -s errors ]
  flood -e both
  decode_tool bytes E "$(record)" | cmp - <(talk make odd 5 300000)
  cmp errors <(talk make odd 5 300000)
  flood
  cmp errors <(talk make odd 5 300000)
  [ -z "$(decode_tool bytes E "$(record)")" ]
}

# ---- what the daemon is told --------------------------------------------------

@test "--env tells the daemon its session and the file of its record" {
  converse -- -E <<'END'
R +OK
! do echo "$TEED_ID $TEED_FILE" >told
R bye
END
  [ "$(cat told)" = "$(head_word id) $(record)" ]
  converse -- -n without <<'END'
R +OK
! do echo "${TEED_ID-none} ${TEED_FILE-none}" >told
R bye
END
  [ "$(cat told)" = "none none" ]
}

@test "--args replaces what stands for the addresses and the session" {
  local id

  echo 'R hello' >dialogue
  talk inetd dialogue "$TEED" -d records -A -n x sh -c \
    'printf "%s\n" "$@" >words; exec talk daemon dialogue' %a '%a:%p' '%A:%P' \
    %i '100%%' '%x %' '%i%i'
  id=$(head_word id)
  diff words - <<END
$(head_word client)
$(head_word server)
$id
100%
%x %
$id$id
END
}

@test "without --args percent signs are left alone" {
  echo 'R hello' >dialogue
  talk inetd dialogue "$TEED" -d records -n x sh -c \
    'printf "%s\n" "$@" >words; exec talk daemon dialogue' x %a %%
  diff words <(printf '%s\n' %a %%)
}

@test "the daemon's argv[0] is its program, --argv0, or the name of teed" {
  argv0() { # COMMAND...
    echo 'R hello' >dialogue
    rm -f name
    talk inetd dialogue "$@" -d records -n x \
      "$(command -v sh)" -c \
      'tr "\0" "\n" <"/proc/$$/cmdline" | head -n 1 >name; exec talk daemon dialogue'
    cat name
  }
  [ "$(argv0 "$TEED" | tail -n 1)" = "$(command -v sh)" ]
  [ "$(argv0 "$TEED" -0 my.name | tail -n 1)" = my.name ]
  [ "$(argv0 "$TEED" --argv0 '' | tail -n 1)" = '' ]
  ln -s "$TEED" in.shd
  [ "$(argv0 ./in.shd | tail -n 1)" = ./in.shd ]
  [ "$(argv0 ./in.shd -0 other | tail -n 1)" = other ]
}

# ---- what goes in comes out ---------------------------------------------------

# Random bytes both ways at once; the record gives them back.
round_trip() { # KIND SEED TALK-OPTIONS TEED-OPTION...
  local kind=$1 seed=$2 s=$((2 * $2)) options=()

  [ -z "$3" ] || options=("$3")
  rm -rf records
  [ "$(echo "! flow $kind $seed 200000 150000" |
    converse "${options[@]}" -e errors -- "${@:4}")" = "status 0" ]
  decode_tool check "$(record)"
  decode_tool bytes S "$(record)" | cmp - <(talk make "$kind" "$s" 200000)
  decode_tool bytes R "$(record)" | cmp - <(talk make "$kind" $((s + 1)) 150000)
}

@test "random bytes in random pieces come back from the record" {
  local seed=1 pair kind

  for kind in bytes odd text; do
    for pair in tcp unix pipe; do
      round_trip $kind $((seed += 1)) '' -p text -m show -P $pair
      round_trip $kind $((seed += 1)) '' -p raw -o full -P $pair -x
    done
    round_trip $kind $((seed += 1)) -u -p smtp -m show -x
    round_trip $kind $((seed += 1)) -p -p pop3 -m show
    round_trip $kind $((seed += 1)) -6 -p auto -n x -m show
  done
}

@test "in every protocol what is held, left out and lost adds up to the counts" {
  local protocol options

  for protocol in pop3 smtp lmtp imap sieve nntp ftp ldap text raw auto; do
    for options in '' '-x -c 0' '-o full -c 1'; do
      rm -rf records
      # shellcheck disable=SC2086 # these are words
      echo '! flow odd 77 60000 60000' |
        converse -- -n x -p $protocol -P unix $options >out
      [ "$(cat out)" = "status 0" ]
      decode_tool check "$(record)"
    done
  done
}

@test "segments together hold what one file would" {
  local files

  echo '! flow odd 5 300000 300000' | converse -- -p text -m show -s 20k -t 1G
  mapfile -t files < <(segments "records/$(basename "$(readlink records/text.log)")")
  [ "${#files[@]}" -gt 20 ]
  decode_tool check "${files[@]}"
  decode_tool bytes S "${files[@]}" | cmp - <(talk make odd 10 300000)
  decode_tool bytes R "${files[@]}" | cmp - <(talk make odd 11 300000)
}

@test "content comes back byte by byte also where secrets are masked" {
  cat >letter <<'END'
R 220 mail
S EHLO me
R 250 mail
S MAIL FROM:<a@example.org>
R 250 ok
S RCPT TO:<b@example.org>
R 250 ok
S DATA
R 354 go
! flow text 3 3000000 0
S 
S .
R 250 ok
S QUIT
R 221 bye
END
  [ "$(converse -- -p smtp <letter)" = "status 0" ]
  decode_tool check "$(record)"
  decode_tool bytes S "$(record)" | cmp - <(
    printf 'EHLO me\r\nMAIL FROM:<a@example.org>\r\n'
    printf 'RCPT TO:<b@example.org>\r\nDATA\r\n'
    talk make text 6 3000000
    printf '\r\n.\r\nQUIT\r\n'
  )
}
