# teelog(1): logs of mail and news programs, a mark on every line or block
#
# The logs are real but shortened, and the expectations were compared with what
# had gone over the wire; those of claws, outlook-express, sendmail-x, arrow, rs,
# sc and alpine.imap are written by hand.

bats_require_minimum_version 1.5.0
load teelog

@test "alpine: one mark for both sides; literals missing, challenges there; past midnight" {
  imports_as_expected alpine.imap.log
  imports_as_expected alpine.pop3.log
}

@test "arrow: sessions by address, lists without their lines, UTF-8 and Latin-1" {
  imports_as_expected arrow.pop3.log
  imports_as_expected arrow.latin1.log
}

@test "claws: masks, lists and messages left out; Sylpheed's clock without a date" {
  imports_as_expected claws.pop3.log
  imports_as_expected claws.sylpheed.log
}

@test "curl: what it fetched is between its records and forges none" {
  imports_as_expected curl.pop3.log
  imports_as_expected curl.imap.log
}

@test "curl: data that was sent is counted; the progress meter or numbers stand before records" {
  imports_as_expected curl.smtp.log
  imports_as_expected curl.refused.log
  imports_as_expected curl.ids.log
}

@test "curl: what TLS sends of its own is not what was said" {
  imports_as_expected curl.tls.log
  imports_as_expected curl.starttls.log
}

@test "curl-trace: bytes in hexadecimal, text with its line ends counted back" {
  imports_as_expected curl-trace.pop3.log
  imports_as_expected curl-trace.imap-ascii.log
  imports_as_expected curl-trace.smtp-ascii.log
}

@test "fetchmail: records within lines; a session for what it delivers" {
  imports_as_expected fetchmail.imap.log
  imports_as_expected fetchmail.delivery.log
}

@test "libnet: masks, lists left out, dots stuffed again" {
  imports_as_expected libnet.pop3.log
  imports_as_expected libnet.smtp.log
  imports_as_expected libnet.nntp.log
}

@test "mbsync: answers among messages; literals counted, not looked for" {
  imports_as_expected mbsync.D.log
  imports_as_expected mbsync.upload.log
}

@test "msmtp and mpop: exact, and pipelined" {
  imports_as_expected msmtp.smtp.log
  imports_as_expected msmtp.mpop.log
}

@test "mutt: what is masked has no number, what is cut goes on in the same line" {
  imports_as_expected mutt.pop3-d2.log
  imports_as_expected mutt.pop3-d5.log
  imports_as_expected mutt.imap-d2.log
  imports_as_expected mutt.smtp-d2.log
  imports_as_expected mutt.smtp-d5.log
}

@test "mutt: NeoMutt's functions before the marks" {
  imports_as_expected mutt.neomutt-imap.log
}

@test "nmh: what was decoded for the log is base64 again" {
  imports_as_expected nmh.pop3.log
  imports_as_expected nmh.smtp.log
}

@test "outlook-express: the date of the heading, CR of the file" {
  imports_as_expected outlook-express.pop3.log
}

@test "rs: lines broken in two, blanks lost, one server after another" {
  imports_as_expected rs.smtp.log
}

@test "s-nail: messages that are not there, dots stuffed again" {
  imports_as_expected s-nail.pop3.log
  imports_as_expected s-nail.smtp.log
}

@test "sc: S is the server; placeholders and lines that go on" {
  imports_as_expected sc.imap.log
  imports_as_expected sc.client-server.log
}

@test "sendmail-x: two processes, a bare LF, and a session in which it is the client" {
  imports_as_expected sendmail-x.smtp.log
}

@test "slrn: commands in two pieces" {
  imports_as_expected slrn.nntp.log
}

@test "swaks: refused recipients, dots, and what was said under TLS" {
  imports_as_expected swaks.smtp.log
  imports_as_expected swaks.tls.log
}

@test "tin: lists without their ends" {
  imports_as_expected tin.nntp.log
}

@test "msmtp: a log without any CR, or with one on each line, tells no line ends" {
  local log=$fixtures/import/msmtp.smtp.log how

  for how in 's/\r$//' 's/\r*$/\r/'; do
    LC_ALL=C sed "$how" "$log" >"$BATS_TEST_TMPDIR/copy"
    run -0 teelog export --format json "$BATS_TEST_TMPDIR/copy"
    [[ $output == *'"text":"QUIT","eol":"unknown","flags":["lossy"]'* ]]
    [[ $output != *'"eol":"lf"'* ]]
  done
}

@test "curl: what it fetched may come after the connection was closed" {
  cd "$BATS_TEST_TMPDIR"
  printf '%s\r\n' '> RETR 1' '< +OK 30 octets' >records
  printf '%s\r\n' '> USER nobody' '< +OK' '> PASS text' >fetched
  {
    printf '* Connected to 192.0.2.1 (192.0.2.1) port 110 (#0)\n'
    printf '< +OK ready\r\n'
    cat records
    printf '{ [33 bytes data]\n* Closing connection 0\n'
    cat fetched
    printf '*   Trying 192.0.2.1:110...\n< +OK another\r\n'
  } >log
  run -0 teelog export --format json log
  [ "$(grep -c '"dir":"S"' <<<"$output")" = 1 ]
  [ "$(grep -c '"type":"session"' <<<"$output")" = 2 ]
}

@test "a log that was written to twice has twice the sessions" {
  local log format once twice

  # Of arrow the last session does not end.
  for format in alpine claws curl curl-trace fetchmail libnet mbsync msmtp mutt \
    nmh outlook-express rs s-nail sc sendmail-x slrn swaks tin; do
    for log in "$fixtures/import/$format".*.log; do
      once=$(grep -c '^{"type":"session"' "${log%.log}.json")
      twice=$(cat "$log" "$log" | teelog ls - | wc -l)
      [ "$twice" = $((2 * once)) ] || { echo "$log: $once, $twice"; false; }
    done
  done
}
