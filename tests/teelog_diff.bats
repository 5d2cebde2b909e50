# teelog(1): diff

load teelog

# A session whose header and times are those of the second day.
later() { # FILE
  sed -E 's/^(#teed .*id=)[^ ]*/\1later/; s/2026-11-22/2027-01-03/
    s/^([SR]) +([0-9]+)\.([0-9]{6})/\1   7\2.\3/' "$1"
}

smtp_session() {
  cat <<'END'
#teed 1 id=smtp-1 service=smtp protocol=smtp start=2026-11-22T00:58:00.000000Z client=192.0.2.7:51234 server=192.0.2.1:25
R    0.050000 220 mail.example.jp ESMTP; Sun, 22 Nov 2026 00:58:00 +0000
S    0.100000 HELO me
R    0.101000 250 Hello [192.0.2.7], your process is [1234]
S    0.200000 MAIL FROM:<a@example.jp>
R    0.210000 250 ok
S    0.220000 RCPT TO:<b@example.jp>
R    0.225000 250 ok
S    0.230000 DATA
R    0.231000 354 go
S    0.240000 Date: Sun, 22 Nov 2026 00:58:00 +0000
S	Message-ID: <1896.697170952@example.jp>
S	Subject: x
S	
S	hello
S	.
R    0.540000 250 2.0.0 Ok: queued as 1234ABC
S    0.600000 QUIT
R    0.601000 221 bye
#end 0.602000 S=1 R=1 E=0
END
}

@test "a session is the same as itself, and nothing is printed" {
  smtp_session >one
  run -0 teelog diff one one
  [ -z "$output" ]
}

@test "times, dates, addresses, processes, ids do not count; --strict counts them" {
  smtp_session >one
  later one | sed 's/00:58:00 +0000/23:01:02 +0900/; s/22 Nov 2026/3 Jan 2027/
    s/1896.697170952/99.12345678/; s/1234ABC/77ZZ/; s/\[1234\]/[99]/
    s/192\.0\.2\.7/198.51.100.9/' >two
  run -0 teelog diff one two
  run -1 teelog diff --strict one two
  [[ "$output" == *"- R 250 2.0.0 Ok: queued as 1234ABC"*"+ R 250 2.0.0 Ok: queued as 77ZZ"* ]]
}

@test "a difference is shown at its command, with both lines' numbers" {
  smtp_session >one
  sed 's/^R    0.225000 250 ok/R    0.225000 550 no/; s/^S.hello/S	Hello/' one >two
  run -1 teelog diff --context 0 one two
  diff -u - <(echo "$output" | sed 1,2d) <<'END'
@@ line 7, line 7 @@
  S RCPT TO:<b@example.jp>
- R 250 ok
+ R 550 no
  S DATA
  R 354 go
  S [4 lines]
- S hello
+ S Hello
  S .
  R 250 2.0.0 Ok: queued as 1234ABC
END
  [ "${lines[0]}" = "--- smtp-1  2026-11-22 00:58:00  192.0.2.7:51234 to 192.0.2.1:25  smtp" ]
  [[ "${lines[1]}" == "+++ smtp-1 "* ]]
}

@test "a command that is missing, one that is new, one with another argument" {
  smtp_session >one
  sed '/RCPT/,+1d; s/^S    0.600000/S    0.590000 NOOP\nR    0.595000 250 ok\n&/
    s/a@example.jp/c@example.jp/' one >two
  run -1 teelog diff --context 0 one two
  diff -u - <(echo "$output" | sed '1,2d; /^@@/d') <<'END'
- S MAIL FROM:<a@example.jp>
+ S MAIL FROM:<c@example.jp>
  R 250 ok
- S RCPT TO:<b@example.jp>
- R 250 ok
+ S NOOP
+ R 250 ok
END
}

@test "pipelined or not is no difference, nor which tags a client uses" {
  smtp_session >one
  awk '/RCPT/ { rcpt = $0; next } /0.225000/ { second = $0; next }
    /0.210000/ { print "S	RCPT TO:<b@example.jp>"; print; sub(/0.21/, "0.22"); print; next }
    { print }' one >two
  grep -q '^S.RCPT' two
  run -0 teelog diff one two
  cat >one <<'END'
#teed 1 id=x service=imap protocol=imap start=2026-11-22T00:58:00.000000Z
R    0.100000 * OK ready
S    0.200000 a1 LOGIN joe ****
R    0.205000 a1 OK in
S    0.300000 a2 NOOP
R    0.301000 * 5 EXISTS
R	a2 OK
#end 1.000000 S=1 R=1 E=0
END
  sed 's/a1/0001/; s/a2 /0002 /' one >two
  run -0 teelog diff one two
  [ "$output" = "# 1 line with a secret that is masked: not compared" ]
  run -1 teelog diff --strict one two
  sed -i 's/5 EXISTS/6 EXISTS/' two
  run -1 teelog diff one two
}

@test "challenges and answers are made anew; what is not made anew counts" {
  cat >one <<'END'
#teed 1 id=x service=smtp protocol=smtp start=2026-11-22T00:58:00.000000Z
R    0.100000 220 ready
S    0.150000 AUTH CRAM-MD5
R    0.200000 334 PDE4OTYuNjk3MTcwOTUyQGV4YW1wbGUuanA+
S    0.250000 **** (user=joe)
R    0.300000 235 ok
#end 1.000000 S=1 R=1 E=0
END
  sed 's/PDE4OTYuNjk3/PDE4OTYuMTEx/' one >two
  run -0 teelog diff one two
  sed 's/AUTH CRAM-MD5/AUTH CRAM-SHA1/' one >two
  run -1 teelog diff one two
}

@test "a mask may be anything, but only where it stands" {
  a_session >/dev/null
  cp records/*.log one
  sed 's/PASS \*\*\*\*/PASS hunter2/' one >two
  run -0 teelog diff one two
  [[ "$output" == "# 1 line with a secret that is masked"* ]]
  sed 's/PASS \*\*\*\*/PASSED hunter2/' one >two
  run -1 teelog diff one two
}

@test "the same session in two logs: one raw, one of Thunderbird" {
  cat >recordio <<'END'
4567 > +OK ready 
4567 < AUTH PLAIN 
4567 > +  
4567 < AGpvZQBodW50ZXIy 
4567 > +OK in 
4567 < RETR 1 
4567 > +OK 15 octets 
4567 > Subject: x 
4567 >  
4567 > ..+
4567 >  dot 
4567 > . 
4567 < QUIT 
4567 > +OK bye 
4567 > [EOF]
END
  sed -i '/EOF\|+$/!s/ $/\r /' recordio
  # Milliseconds, and what was logged.
  moz() {
    printf '2026-11-22 01:27:36.%s000 UTC - [Parent 1: Main Thread]: ' "$1"
    printf 'D/pop3.server2.1 debug: "%s"\n' "$2"
  }
  {
    moz 300 'Connecting to pop://127.0.0.1:110'
    moz 310 'S: +OK ready\r\n'
    moz 320 'C: AUTH PLAIN'
    moz 330 'S: + \r\n'
    moz 340 'C: Logging suppressed (it probably contained auth information)'
    moz 350 'S: +OK in\r\n'
    moz 360 'C: RETR 1'
    moz 370 'S: +OK 15 octets\r\nSubject: x\r\n\r\n.. dot\r\n.\r\n'
    moz 380 'C: QUIT'
    moz 390 'S: +OK bye\r\n'
  } >moz_log
  run -0 teelog diff recordio moz_log
  [[ "$output" == "# 1 line with a secret that is masked"* ]]
  sed -i 's/dot/dut/' moz_log
  run -1 teelog diff recordio moz_log
  [[ "$output" == *"- R .. dot"*"+ R .. dut"* ]]
}

@test "what a log leaves out is not compared, and told" {
  printf '%s\n' 'S: +OK ready' 'C: RETR 1' 'S: +OK 5 octets' 'S: abc' 'S: .' \
    'C: QUIT' 'S: +OK' >one
  teelog export --format json one >/dev/null
  cat >two <<'END'
[2026-11-22 09:58:00] Mutt/1.5.21 (2010-09-15) debugging at level 2
[2026-11-22 09:58:00] 4< +OK ready
[2026-11-22 09:58:00] 4> RETR 1
[2026-11-22 09:58:00] 4< +OK 5 octets
[2026-11-22 09:58:00] 4> QUIT
[2026-11-22 09:58:00] 4< +OK
END
  run -0 teelog diff one two
  [[ "$output" == "# what the second log does not hold, 1 time: not compared" ]]
}

@test "sessions that teed recorded: the same dialogue twice, and another" {
  pop3 | converse -- -p pop3 >/dev/null
  pop3 | sed 's/1 message/2 messages/' | converse -- -p pop3 >/dev/null
  mapfile -t two < <(sessions)
  run -0 teelog diff "${two[0]}" "${two[0]}"
  run -1 teelog diff "${two[@]}"
  [[ "$output" == *"- R +OK 1 message"*"+ R +OK 2 messages"* ]]
}

@test "two long messages differ in a line: the line is shown, the rest counted" {
  {
    echo '#teed 1 id=x service=pop3 protocol=pop3 start=2026-11-22T00:58:00.000000Z'
    printf '%s\n' 'R    0.100000 +OK' 'S    0.200000 RETR 1' 'R    0.300000 +OK'
    seq -f 'R	line %g' 20000
    printf '%s\n' 'R	.' 'S    0.400000 QUIT' 'R    0.500000 +OK' \
      '#end 1.000000 S=1 R=1 E=0'
  } >one
  sed 's/^R.line 10000$/R	LINE/; /^R.line 777$/d' one >two
  run -1 teelog diff --context 0 one two
  diff -u - <(echo "$output" | sed 1,3d) <<'END'
  S RETR 1
  R +OK
  R [776 lines]
- R line 777
  R [9222 lines]
- R line 10000
+ R LINE
  R [10000 lines]
  R .
END
}

@test "two that have nothing in common do not take for ever" {
  for i in 1 2; do
    {
      echo "#teed 1 id=x$i service=pop3 protocol=pop3 start=2026-11-22T00:58:00.000000Z"
      echo 'R    0.100000 +OK'
      seq -f "S    0.200000 RETR %g$i" 3000
      echo '#end 1.000000 S=1 R=1 E=0'
    } >$i
  done
  run -1 timeout 20 "$TEELOG" diff --context 0 1 2
  [ "$(echo "$output" | grep -c '^- S RETR')" -ge 2000 ]
}

@test "the exit status: 64 without two sessions, 66 if one is not there" {
  smtp_session >one
  run -64 teelog diff one
  run -64 teelog diff one one one
  run -66 teelog diff one nowhere
  run -66 teelog diff nowhere one
  echo nothing >log
  run -65 teelog diff one log
}

@test "a file with several sessions: the first is compared, and that is told" {
  cat "$(a_session pop3 005800 1)" "$(a_session pop3 005801 2)" >both
  run -0 --separate-stderr teelog diff both both#2
  [[ "$stderr" == *"both holds several sessions"* ]]
}

@test "in colour on a terminal, unless NO_COLOR; nothing commands the terminal" {
  smtp_session >one
  sed 's/ESMTP/\\x1b[2J/' one >two
  on_a_terminal "$TEELOG" diff --no-pager one two || [ $? = 1 ]
  grep -q $'\e\\[1;31m- R 220' screen
  NO_COLOR=1 on_a_terminal "$TEELOG" diff --no-pager one two || [ $? = 1 ]
  run ! grep -q $'\e' screen
  grep -qF '+ R 220 mail.example.jp \x1b[2J' screen
}
