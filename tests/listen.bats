#!/usr/bin/env bats
# listen.bats - teed(8): --listen, --max, --upstream, --proxy-header

load lib

# Play the dialogue of standard input with a listener.
visit() { # [ADDRESS [PORT [DIALOGUE]]]
  local dialogue=${3:-dialogue}

  rm -f "$dialogue.shared" "$dialogue.errors"
  cat >"$dialogue"
  talk client "${1:-127.0.0.1}" "${2:-${ports[0]}}" "$dialogue" || true
  said_all "$dialogue"
}

ended() { # NUMBER: so many sessions have ended
  [ "$(grep -l '^#end' $(sessions) /dev/null | wc -l)" = "$1" ]
}

@test "a listener takes connections and records each" {
  start_listener -l 0 -p pop3 talk daemon dialogue
  grep -qE '^teed: listening on 127\.0\.0\.1:[0-9]+$' listening
  pop3 | visit
  pop3 | visit
  wait_for ended 2
  for i in $(sessions); do
    [ "$(head_word server "$i")" = "127.0.0.1:${ports[0]}" ]
    [ "$(head_word pair "$i")" = tcp ]
    timeless "$i" | grep -qx 'S PASS \*\*\*\*'
    decode_tool check "$i"
  done
  [ "$(sessions | xargs -n 1 head -n 1 | grep -o ' pid=[0-9]*' | sort -u | wc -l)" = 2 ]
}

@test "it listens at several addresses, IPv4 and IPv6" {
  start_listener --listen 127.0.0.1:0 -l '[::1]:0' -l 127.0.0.2:0 -n x \
    talk daemon dialogue
  [ "${#ports[@]}" = 3 ]
  pop3 | visit 127.0.0.1 "${ports[0]}"
  pop3 | visit ::1 "${ports[1]}"
  pop3 | visit 127.0.0.2 "${ports[2]}"
  wait_for ended 3
  sessions | xargs -n 1 head -n 1 | grep -oE 'server=\S+' | sort | diff - <(
    printf 'server=%s\n' "127.0.0.1:${ports[0]}" "127.0.0.2:${ports[2]}" \
      "[::1]:${ports[1]}" | sort
  )
}

@test "a star is every address, a name is all it stands for" {
  start_listener -l '*:0' -n x talk daemon dialogue
  pop3 | visit 127.0.0.1 "$(sed -nE 's/.* 0\.0\.0\.0:([0-9]+)$/\1/p' listening)"
  pop3 | visit ::1 "$(sed -nE 's/.* \[::\]:([0-9]+)$/\1/p' listening)"
  wait_for ended 2
  stop_listener
  start_listener -l localhost:0 -n x talk daemon dialogue
  pop3 | visit 127.0.0.1 "$(sed -nE 's/.* 127\.0\.0\.1:([0-9]+)$/\1/p' listening)"
  wait_for ended 3
}

@test "an address that can't be had is told, with status 75" {
  start_listener -l 0 cat
  run "$TEED" -l "${ports[0]}" cat
  [ "$status" = 75 ]
  [ "$output" = "teed: --listen 127.0.0.1:${ports[0]}: Address already in use" ]
  run "$TEED" -l 192.0.2.1:0 cat
  [ "$status" = 75 ]
  [ "$output" = "teed: --listen 192.0.2.1:0: Cannot assign requested address" ]
  # Where there is no network no name server is waited for.
  run unshare --net "$TEED" -l no.such.host.invalid:0 cat
  [ "$status" = 75 ]
  [[ $output == "teed: --listen no.such.host.invalid:0: "* ]]
  run "$TEED" -l 127.0.0.1:nosuchservice cat
  [ "$status" = 75 ]
  [[ $output == "teed: --listen 127.0.0.1:nosuchservice: "* ]]
}

@test "no more sessions than --max run at once; others wait" {
  local i

  start_listener -l 0 -M 2 -n x talk daemon dialogue
  printf 'R +OK\n! until test -e go\nS QUIT\nR bye\n' >dialogue
  for i in 1 2 3; do
    cp dialogue "d$i"
    talk client 127.0.0.1 "${ports[0]}" "d$i" 3>&- &
  done
  both() { [ "$(count sessions)" = 2 ]; }
  wait_for both
  sleep 0.3
  both
  touch go
  wait_for ended 3
  wait %2 %3 %4
  cat d?.errors dialogue.errors
  [ -z "$(cat d?.errors dialogue.errors)" ]
}

@test "a session that is killed makes room for the next" {
  start_listener -l 0 -M 1 -n x talk daemon dialogue
  visit <<'END'
R +OK
S QUIT
! do kill -KILL $TEED_PID
! exit 0
END
  pop3 | visit
  wait_for ended 1
}

@test "they are counted where the launcher ignores SIGCHLD, and so do the sessions" {
  local i

  before=(env --ignore-signal=CHLD)
  start_listener -l 0 -n x -M 1 grep SigIgn /proc/self/status
  mkdir -m 700 records
  for i in 1 2 3; do
    echo '! loose' | visit
    wait_for ended $i
  done
  grep -h SigIgn: $(sessions) | grep -cE '1....\\n$'
}

@test "children that the listener did not make don't count" {
  before=(bash -c 'sleep 0.2 & sleep 0.2 & exec "$@"' bash)
  start_listener -l 0 -M 1 -n x talk daemon dialogue
  no_children() { [ -z "$(pgrep -P "$listener")" ]; }
  wait_for no_children
  pop3 | visit
  pop3 | visit
  wait_for ended 2
}

@test "a listener that was given no descriptors 0, 1 and 2 serves all the same" {
  # It can't say which port it has: one below those that clients are given.
  "$TEED" -d records -l 127.0.0.1:28113 -n x talk daemon dialogue \
    <&- >&- 2>&- 3>&- &
  listener=$!
  wait_for grep -q ' 0100007F:6DD1 00000000:0000 0A ' /proc/net/tcp
  pop3 | visit 127.0.0.1 28113
  greeted() { grep -qs 'USER joe' $(sessions); }
  wait_for greeted
}

@test "SIGTERM ends the listener; sessions go on to their end" {
  start_listener -l 0 -n x talk daemon dialogue
  printf 'R +OK\n! until test -e go\nS QUIT\nR bye\n' >dialogue
  talk client 127.0.0.1 "${ports[0]}" dialogue 3>&- &
  begun() { grep -qs +OK $(sessions) /dev/null; }
  wait_for begun
  kill -TERM "$listener"
  wait "$listener"
  run talk client 127.0.0.1 "${ports[0]}" dialogue
  [ "$status" != 0 ]
  rm -f dialogue.errors
  touch go
  wait_for ended 1
  decode_tool check "$(record)"
  timeless "$(record)" | grep -qx 'S QUIT'
}

# ---- upstream -----------------------------------------------------------------

# Start a server that plays the dialogue's daemon; its port is in $server.
start_server() { # [HEADER-FILE]
  rm -f port server.errors
  talk server port "${1:-}" dialogue 3>&- &
  server_pid=$!
  wait_for test -s port
  server=$(cat port)
}

# A session by inetd with that server as upstream.
through() { # TALK-OPTIONS TEED-OPTION...
  local options=()

  [ -z "$1" ] || options=("$1")
  talk inetd "${options[@]}" -e errors dialogue "$TEED" -d records -p pop3 \
    -U "127.0.0.1:$server" "${@:2}"
  wait "$server_pid"
  said_all dialogue
}

@test "an upstream takes the daemon's place" {
  pop3 >dialogue
  start_server
  [ "$(through '')" = "status 0" ]
  [ "$(head_word upstream)" = "127.0.0.1:$server" ]
  [ "$(head_word pair)" = upstream ]
  [ -z "$(head_word command)" ]
  timeless "$(record)" | sed '/^#/d' | diff <(pop3 | sed 's/hunter2/****/') -
  timeless "$(record)" | grep -qx '# close daemon'
}

@test "both ends' half-closes pass through an upstream" {
  printf 'R hi\nS all\n! close S\nR done\n' >dialogue
  start_server
  [ "$(through '')" = "status 0" ]
  timeless "$(record)" | sed '/^#end/d' | diff - <(
    printf '%s\n' 'R hi' 'S ****' '# close client' 'R done' '# close daemon'
  )
}

@test "a listener and an upstream are a proxy" {
  pop3 >dialogue
  start_server
  cp dialogue client
  start_listener -l 0 -U "127.0.0.1:$server" -p pop3
  talk client 127.0.0.1 "${ports[0]}" client
  [ ! -s client.errors ]
  wait_for ended 1
  timeless "$(record)" | grep -qx 'S USER joe'
}

@test "random bytes pass through an upstream, and come back from the record" {
  echo '! flow bytes 9 300000 200000' >dialogue
  start_server
  [ "$(through '' -m show)" = "status 0" ]
  decode_tool bytes S "$(record)" | cmp - <(talk make bytes 18 300000)
  decode_tool bytes R "$(record)" | cmp - <(talk make bytes 19 200000)
}

@test "--proxy-header 1 tells the upstream the client's own address" {
  pop3 >dialogue
  start_server header
  [ "$(through '' --proxy-header 1)" = "status 0" ]
  local client server
  client=$(head_word client) server=$(head_word server)
  printf 'PROXY TCP4 %s %s %s %s\r\n' "${client%:*}" "${server%:*}" \
    "${client#*:}" "${server#*:}" | cmp - header
  timeless "$(record)" | grep -qx "# proxy-header 1 \"$(tr -d '\r\n' <header)\""
  decode_tool check "$(record)"
}

@test "--proxy-header 1 knows IPv6, mapped IPv4, and a client without address" {
  pop3 >dialogue
  start_server header
  [ "$(through -6 -H 1)" = "status 0" ]
  grep -qE $'^PROXY TCP6 ::1 ::1 [0-9]+ [0-9]+\r$' header
  start_server header
  [ "$(through -m -H 1)" = "status 0" ]
  grep -qE $'^PROXY TCP4 127.0.0.1 127.0.0.1 [0-9]+ [0-9]+\r$' header
  start_server header
  [ "$(through -u -H 1)" = "status 0" ]
  printf 'PROXY UNKNOWN\r\n' | cmp - header
}

@test "--proxy-header 2 is the same in bytes" {
  local client server signature='0d0a0d0a000d0a515549540a'
  hex() { od -An -v -tx1 | tr -d ' \n'; }

  pop3 >dialogue
  start_server header
  [ "$(through '' --proxy-header=2)" = "status 0" ]
  client=$(head_word client) server=$(head_word server)
  [ "$(hex <header)" = "${signature}2111000c7f0000017f000001$(
    printf '%04x%04x' "${client#*:}" "${server#*:}"
  )" ]
  rm -r records
  start_server header
  [ "$(through -6 -H 2)" = "status 0" ]
  client=$(head_word client) server=$(head_word server)
  [ "$(hex <header)" = "${signature}21210024$(printf '%032x%032x%04x%04x' 1 1 \
    "${client##*:}" "${server##*:}")" ]
  rm -r records
  start_server header
  [ "$(through -m -H 2)" = "status 0" ]
  client=$(head_word client) server=$(head_word server)
  [ "$(hex <header)" = "${signature}2111000c7f0000017f000001$(
    printf '%04x%04x' "${client#*:}" "${server#*:}"
  )" ]
  start_server header
  [ "$(through -u -H 2)" = "status 0" ]
  [ "$(hex <header)" = "${signature}20000000" ]
}

@test "an unrecorded session is introduced to the upstream as well" {
  pop3 >dialogue
  start_server header
  [ "$(through '' -H 1 -a 192.0.2.0/24)" = "status 0" ]
  grep -q '^PROXY TCP4 127.0.0.1' header
  [ ! -e records ]
  mkdir -m 777 records
  chmod 777 records
  start_server header
  [ "$(through '' -H 1)" = "status 0" ]
  grep -q '^PROXY TCP4 127.0.0.1' header
}

@test "an upstream's port tells the protocol" {
  local port

  : >dialogue
  for port in 110 pop3; do
    [ "$(unshare --net sh -c 'ip link set lo up; exec "$@"' sh \
      talk inetd -e errors dialogue "$TEED" -d records \
      -U "127.0.0.1:$port")" = "status 75" ]
    [ "$(head_word protocol)" = pop3 ]
    [ "$(head_word service)" = pop3 ]
    rm -r records
  done
}

@test "an upstream that can't be reached: status 75, and the record says why" {
  : >dialogue
  [ "$(talk inetd -e errors dialogue "$TEED" -d records -n x -U 127.0.0.1:1)" = \
    "status 75" ]
  said_all dialogue
  [ "$(cat errors)" = "teed: upstream 127.0.0.1:1: Connection refused" ]
  timeless "$(record)" | diff - <(
    echo '# error upstream 127.0.0.1:1: Connection refused'
    echo '#end S=0 R=0 E=0'
  )
  [ "$(unshare --net sh -c 'ip link set lo up; exec "$@"' sh \
    talk inetd -e errors dialogue "$TEED" -d b -n x \
    -U no.such.host.invalid:25)" = "status 75" ]
  timeless "$(record b)" | grep -q '^# error upstream no.such.host.invalid:25: '
}
