# teelog(1): logs without marks: proxies, telnet, nc, openssl s_client
#
# Those of terminals are real, of the demonstration's daemon.

bats_require_minimum_version 1.5.0
load teelog

setup() {
  export TZ=UTC
}

@test "raw: who said a line is worked out, also where a message looks like a dialogue" {
  imports_as_expected raw.proxy.log
}

@test "raw: line ends that were lost by copying are not made up" {
  imports_as_expected raw.pasted.log
}

@test "raw: packets with a line end behind each" {
  imports_as_expected raw.packets.log
}

@test "telnet: a shell's lines, two sessions, a message that tells of a close" {
  imports_as_expected telnet.shell.log
}

@test "telnet: a terminal's recording, of telnet and of nc" {
  imports_as_expected telnet.pop3.log
  imports_as_expected telnet.nc.log
}

@test "telnet: ncat and the traditional nc tell the server, too" {
  cd "$BATS_TEST_TMPDIR"
  printf '%s\n' 'Ncat: Connected to 192.0.2.1:143.' '* OK hello' 'a LOGOUT' >ncat
  printf '%s\n' 'mail.example.org [192.0.2.1] 110 (pop3) open' '+OK hi' QUIT >nc
  run -0 teelog ls --json ncat nc
  [[ ${lines[0]} == *'"server":"192.0.2.1:143"'* ]]
  [[ ${lines[1]} == *'"server":"192.0.2.1:110"'* ]]
}

@test "s_client: what it took for its own command was not sent" {
  imports_as_expected s_client.pop3.log
  run -0 teelog show --style rs "$fixtures/import/s_client.pop3.log"
  run ! grep '^S RETR' <<<"$output"
}

@test "s_client: quiet, every line was sent" {
  imports_as_expected s_client.quiet.log
}

@test "blocks, marks and dialogues are the same when they were quoted or indented" {
  local log how

  cd "$BATS_TEST_TMPDIR"
  for log in thunderbird.nspr thunderbird.script thunderbird-console.pop3 \
    raw.pasted telnet.shell s_client.quiet tcpdump.A tcpflow.cD ngrep.byline \
    tshark.ascii tshark.yaml socat.v socat.xv nc.dump simpleproxy.pop3 \
    strace.client python.poplib python.imaplib rawlog.both cyrus.telemetry \
    syslog.postfix-v exim.debug postfix-notice.server; do
    teelog show --style rs "$fixtures/import/$log.log" | grep '^[RS]' >want
    for how in 's/^/> /' 's/^/    /'; do
      LC_ALL=C sed "$how" "$fixtures/import/$log.log" >copy
      teelog show --style rs copy | grep '^[RS]' | diff want - ||
        { echo "$log: $how"; false; }
    done
  done
}
