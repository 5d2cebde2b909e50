# teelog(1): what programs between client and server, or beside them, recorded
#
# The logs are real: a POP3 session with the demonstration's daemon, the same for
# all that are compared; but those that are called two, three, or server.

bats_require_minimum_version 1.5.0
load teelog

setup() {
  export TZ=UTC
}

dialogue() { # LOG
  teelog show --style rs "$1" | grep '^[RS]'
}

# What everybody saw, byte for byte.
seen_by_all() { # LOG
  teelog cat --daemon "$1" | cmp - <(teelog cat --daemon "$fixtures/import/pcap.pop3.log") &&
    teelog cat --client "$1" | cmp - <(teelog cat --client "$fixtures/import/pcap.pop3.log")
}

@test "pcap: addresses, times, bytes, the close of each side" {
  imports_as_expected pcap.pop3.log
}

@test "one session is the same dialogue, whoever recorded it" {
  local log

  for log in tcpdump.A tcpflow.c tcpflow.cg tcpflow.cD raw.packets ngrep.byline \
    tshark.ascii tshark.hex tshark.raw tshark.yaml socat.v socat.x socat.xv \
    simpleproxy.pop3; do
    seen_by_all "$fixtures/import/$log.log" || { echo "$log"; false; }
  done
}

@test "tcpdump -A: dates, and data found from behind" {
  imports_as_expected tcpdump.A.log
}

@test "tcpflow: with colours, in hexadecimal" {
  imports_as_expected tcpflow.c.log
  imports_as_expected tcpflow.cg.log
  imports_as_expected tcpflow.cD.log
}

@test "tcpflow: a file for each direction, found by its name" {
  local a=127.000.000.001.31110-127.000.000.001.40001
  local b=127.000.000.001.40001-127.000.000.001.31110

  cd "$BATS_TEST_TMPDIR"
  teelog cat --daemon "$fixtures/import/pcap.pop3.log" >$a
  teelog cat --client "$fixtures/import/pcap.pop3.log" >$b
  seen_by_all $a
  run -0 teelog ls --json $a
  [[ $output == *'"client":"127.0.0.1:40001"'*'"server":"127.0.0.1:31110"'* ]]
  run -0 teelog --from tcpflow ls $a $b
  [ "${#lines[@]}" = 1 ]
}

@test "ngrep: dots at line ends were CRs" {
  imports_as_expected ngrep.byline.log
}

@test "tshark: text, hexadecimal, raw, and YAML with times" {
  imports_as_expected tshark.ascii.log
  imports_as_expected tshark.hex.log
  imports_as_expected tshark.raw.log
  imports_as_expected tshark.yaml.log
}

@test "socat: -v, -x, both" {
  imports_as_expected socat.v.log
  imports_as_expected socat.x.log
  imports_as_expected socat.xv.log
}

@test "socat: two connections that write over each other" {
  cd "$fixtures/import"
  run -0 --separate-stderr teelog export --format json socat.two.log
  diff socat.two.json <(echo "$output")
  [[ $stderr == *'write over each other'* ]]
}

@test "nc -o: rows of 16 bytes" {
  imports_as_expected nc.dump.log
}

@test "simpleproxy: three clients, one after another" {
  imports_as_expected simpleproxy.pop3.log
  imports_as_expected simpleproxy.three.log
}

@test "strace: of a client; what it cut off is counted" {
  imports_as_expected strace.client.log
}

@test "strace: of a server; calls that were interrupted, pieces, the end" {
  imports_as_expected strace.server.log
}

@test "apple-mail: connections by their sockets" {
  cp "$fixtures/import/apple-mail.two.log" "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR"
  touch -d 2023-12-01T00:00Z apple-mail.two.log
  teelog export --format json apple-mail.two.log |
    diff "$fixtures/import/apple-mail.two.json" -
}

@test "what a message may have forged is told" {
  printf '%s: %s\r\n\n' 127.000.000.001.00110-127.000.000.001.40000 '+OK hi' \
    127.000.000.001.40000-127.000.000.001.00110 'RETR 1' \
    127.000.000.001.00110-127.000.000.001.40000 '+OK' >"$BATS_TEST_TMPDIR/log"
  printf '127.000.000.001.40000-127.000.000.001.00110: QUIT\r\n\n' >>"$BATS_TEST_TMPDIR/log"
  run -0 teelog export --format json "$BATS_TEST_TMPDIR/log"
  [[ $output == *'"text":"RETR 1","eol":"crlf","flags":[]'* ]]
  [[ $output == *'"text":"QUIT","eol":"crlf","flags":["lossy"]'* ]]
}

@test "strace: of a program that was already connected" {
  printf '%s\n' 'sendto(5, "CAPA\r\n", 6, 0, NULL, 0) = 6' \
    'recvfrom(5, "+OK\r\n", 100, 0, NULL, NULL) = 5' >"$BATS_TEST_TMPDIR/log"
  run -0 teelog show --style rs "$BATS_TEST_TMPDIR/log"
  [[ $output == *$'S CAPA\nR +OK'* ]]
}

@test "strace: of a server that inetd started" {
  printf '%s\n' 'write(1, "220 ready\r\n", 11) = 11' \
    'read(0, "QUIT\r\n", 4096) = 6' 'write(1, "221 bye\r\n", 9) = 9' >"$BATS_TEST_TMPDIR/log"
  run -0 teelog show --style rs "$BATS_TEST_TMPDIR/log"
  [[ $output == *$'R 220 ready\nS QUIT\nR 221 bye'* ]]
}
