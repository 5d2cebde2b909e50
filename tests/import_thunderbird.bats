# teelog(1): logs of Thunderbird, of all its generations
#
# The logs are written by hand after what the programs' sources print.

bats_require_minimum_version 1.5.0
load teelog

setup() {
  export TZ=UTC
}

# The dialogue alone, without times and notes.
dialogue() { # LOG
  teelog show --style rs "$1" | grep '^[RS]'
}

@test "thunderbird: NSPR's log; states have the names of the old table" {
  imports_as_expected thunderbird.nspr.log
}

@test "thunderbird: states of the new table, suppressed secrets, SMTP and NNTP in one file" {
  imports_as_expected thunderbird.three.log
}

@test "thunderbird: Gecko's log of clients in C++; whose secret was suppressed" {
  imports_as_expected thunderbird.modules.log
}

@test "thunderbird: states that fit to no table stay numbers" {
  printf '0[1]: POP3: Entering state: %s\n0[1]: SEND: %s\r\n' \
    5 AUTH 9 LIST >"$BATS_TEST_TMPDIR/log"
  run -0 teelog show "$BATS_TEST_TMPDIR/log"
  [[ $output == *'Entering state: 5'$'\n'* ]]
  [[ $output == *'Entering state: 9'$'\n'* ]]
}

@test "thunderbird: states that both tables have are named where nothing tells which it is" {
  printf '0[1]: POP3: Entering state: %s\n' 1 29 25 >"$BATS_TEST_TMPDIR/log"
  run -0 teelog show "$BATS_TEST_TMPDIR/log"
  [[ $output == *'Entering state: 1 (START_CONNECT)'* ]]
  [[ $output == *'Entering state: 29'$'\n'* ]]
  [[ $output == *'Entering state: 25 (FREE)'* ]]
}

@test "thunderbird: two IMAP connections at once, a line in pieces, a mailbox with a colon" {
  imports_as_expected thunderbird.imap.log
}

@test "thunderbird: clients in JavaScript; S: is the server; a payload is counted" {
  imports_as_expected thunderbird.script.log
  imports_as_expected thunderbird-stdout.two.log
}

@test "thunderbird: the Error Console's text without escapes" {
  imports_as_expected thunderbird-console.pop3.log
}

@test "thunderbird: a log whose end was not written yet" {
  head -c -20 "$fixtures/import/thunderbird.imap.log" >"$BATS_TEST_TMPDIR/log"
  run -0 --separate-stderr teelog ls "$BATS_TEST_TMPDIR/log"
  [ "${#lines[@]}" = 2 ]
}

@test "thunderbird: copied with CRLF, and an empty line behind what was sent" {
  sed 's/\r$/\r\n/' "$fixtures/import/thunderbird.nspr.log" |
    sed 's/\r*$/\r/' >"$BATS_TEST_TMPDIR/log"
  diff <(dialogue "$BATS_TEST_TMPDIR/log") \
    <(dialogue "$fixtures/import/thunderbird.nspr.log")
}

@test "what a proxy saw and what Thunderbird logged is the same dialogue" {
  diff <(dialogue "$fixtures/import/raw.proxy.log") \
    <(dialogue "$fixtures/import/thunderbird.nspr.log")
  run -0 teelog diff "$fixtures/import/raw.proxy.log" \
    "$fixtures/import/thunderbird.nspr.log"
}
