# teelog(1): what servers themselves write, and Python's modules
#
# Python's poplib and smtplib are real; the others are written by hand.

bats_require_minimum_version 1.5.0
load teelog

setup() {
  export TZ=UTC
}

@test "rawlog: two files are one session, whichever of them is named" {
  cd "$fixtures/import"
  diff rawlog.pair.json <(teelog export --format json rawlog.pair.in)
  diff <(sed 's/rawlog.pair.in/rawlog.pair.out/g' rawlog.pair.json | sed 1d) \
    <(teelog export --format json rawlog.pair.out | sed 1d)
  run -0 teelog ls rawlog.pair.in rawlog.pair.out
  [ "${#lines[@]}" = 1 ]
}

@test "rawlog: both directions in one file" {
  imports_as_expected rawlog.both.log
}

@test "rawlog: a name tells the process" {
  cp "$fixtures/import/rawlog.pair.in" "$BATS_TEST_TMPDIR/20231114-221320.4567.1.in"
  run -0 teelog show "$BATS_TEST_TMPDIR/20231114-221320.4567.1.in"
  [[ ${lines[0]} == *' pid=4567'* ]]
}

@test "cyrus: chunks, a mark that a message forges, two sessions of one process" {
  imports_as_expected cyrus.telemetry.log
}

@test "syslog: Postfix tells the dialogue, of server and client; a process serves several" {
  imports_as_expected syslog.postfix-v.log
}

@test "syslog: Mailutils' S is the server" {
  imports_as_expected syslog.mailutils.log
}

@test "syslog: UW, Courier, authdaemond, Dovecot, Cyrus, sendmail" {
  imports_as_expected syslog.servers.log
}

@test "syslog: the year is that of the file, and turns with it" {
  cd "$BATS_TEST_TMPDIR"
  printf '%s mail ipop3d[1]: pop3 service init from 192.0.2.%s\n' \
    'Dec 31 23:59:59' 7 'Jan  1 00:00:01' 8 >log
  touch -d 2020-01-02T00:00Z log
  run -0 teelog ls --json log
  [[ ${lines[0]} == *'"start":"2019-12-31T23:59:59'* ]]
  [[ ${lines[1]} == *'"start":"2020-01-01T00:00:01'* ]]
}

@test "exim: server and client in one log, what other processes say" {
  imports_as_expected exim.debug.log
}

@test "exim-mainlog: connections by their addresses" {
  imports_as_expected exim-mainlog.three.log
}

@test "postfix-notice: folded lines; Postfix as server and as client" {
  imports_as_expected postfix-notice.server.log
  imports_as_expected postfix-notice.client.log
}

@test "python: poplib, at both levels" {
  imports_as_expected python.poplib.log
  imports_as_expected python.poplib-1.log
}

@test "python: smtplib" {
  imports_as_expected python.smtplib.log
}

@test "python: imaplib past the hour, literals counted; OfflineIMAP's connections" {
  imports_as_expected python.imaplib.log
  imports_as_expected python.imaplib2.log
}

@test "rawlog: a file alone, whose name tells nothing" {
  cd "$BATS_TEST_TMPDIR"
  cp "$fixtures/import/rawlog.pair.in" one
  cp "$fixtures/import/rawlog.pair.out" two
  run -0 teelog show one
  [[ $output == *'S    0.000000 STAT'*'what the other side said is in another file' ]]
  run -0 teelog show two
  [[ $output == *'R    0.000000 +OK Logged in.'* ]]
  run ! grep '^S' <<<"$output"
}

@test "rawlog: what only looks like a stamp" {
  printf '99999999999999.999999 +OK\r\n1700000000.100000 +OK\r\n' >"$BATS_TEST_TMPDIR/x.out"
  run -0 teelog --from rawlog show "$BATS_TEST_TMPDIR/x.out"
  [[ $output == *'R             99999999999999.999999 +OK'* ]]
}

@test "syslog: how the login went" {
  run -0 teelog ls --json "$fixtures/import/syslog.servers.log"
  [[ ${lines[0]} == *'"login":"ok"'* ]]
  [[ ${lines[1]} == *'"result":"auth failed"'*'"user":"hermes","login":"failed"'* ]]
  [[ ${lines[2]} == *'"login":"failed"'*'"S":null'* ]]
}

@test "import --secrets mask: what a server's trace shows of the client's secret" {
  cd "$BATS_TEST_TMPDIR"
  export TEED_DIR=records
  cat >exim <<'LOG'
 701 SMTP>> 220 mail.example.org ESMTP Exim
 701 SMTP<< EHLO pc7.example.jp
 701 SMTP>> 250 AUTH PLAIN LOGIN
 701 SMTP<< AUTH PLAIN AGhlcm1lcwBvcGVuc2VzYW1l
 701 auth input decode: '' 'hermes' 'opensesame'
 701   $3 = opensesame
 701 considering: opensesame}}opensesame
 701 init_response AGhlcm1lcwBvcGVuc2VzYW1l, twice: AGhlcm1lcwBvcGVuc2VzYW1l
 701 SMTP>> 235 ok
LOG
  cat >imap <<'LOG'
[imap]:   34:52.95 mail.example.org reader < b'* OK hello\r\n'
[imap]:   34:53.04 Account sync t [sync] LOGIN ('hermes', '"opensesame"')
[imap]:   34:53.04 Account sync t data=b'CDHB3 LOGIN hermes "opensesame"'
[imap]:   34:53.04 mail.example.org writer > b'CDHB3 LOGIN hermes "opensesame"\r\n'
LOG
  teelog import --secrets mask exim imap
  run -0 grep -h ' note ' records/*.log
  [[ $output == *"decode: '' 'hermes' '****'"*'$3 = ****'*': ****}}****'* ]]
  [[ $output == *'init_response ****, twice: ****'* ]]
  [[ $output == *"LOGIN ('hermes', '\"****\"')"*'LOGIN hermes "****"'* ]]
  run -1 grep -rE 'opensesame|AGhlcm1lcwBv' records
}
