#!/usr/bin/env bats
# relay.bats - teed(8): how a session runs

load probe

# A scene over each kind of connection that a socket can be.
same_over_all() { # -c STEPS -- [STEP...]
  local family

  for family in v4 v6 unix; do
    echo "over $family"
    pair=tcp
    [ "$family" != unix ] || pair=unix
    same -f "$family" "$@"
  done
}

# ---- ends ---------------------------------------------------------------------

@test "A dialogue goes both ways, and the daemon's close ends it" {
  same_over_all -c 'line say:one\n line say:two\n rest' -- \
    'say:hello\n' line 'say:again\n' line say:bye
  saw client 'rest 3 "bye", the end'
}

@test "A client's half-close reaches the daemon, which goes on talking" {
  same_over_all -c 'say:question shut:w rest' -- rest say:answer
  saw daemon 'rest 8 "question", the end'
  saw client 'rest 6 "answer", the end'
}

@test "16 MiB written after the client's half-close arrive" {
  same_over_all -c 'shut:w rest' -- rest pour:16777216
  saw client 'rest 16777216 sum'
}

@test "What a large message took is given back when nothing more comes" {
  cat >look <<'END'
#!/bin/sh
sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(cat pid)/status"
END
  printf '#!/bin/sh\n../look >before\n' >look_before
  printf '#!/bin/sh\n../look >behind\n' >look_behind
  cat >is_given_back <<'END'
#!/bin/sh
[ "$(../look)" -lt $(($(cat before) + 40)) ]
END
  chmod +x look look_before look_behind is_given_back
  teed_options=(-p raw -o full) # all of it is in the record
  play teed -c 'line run:../look_before did:begin hear:16777216
    run:../look_behind until:../is_given_back' -- \
    'say:ready\n' await:begin pour:16777216 rest
  grep -qx 'until ../is_given_back' teed/client # not its deadline
  # and there was something to give back
  [ "$(cat teed/behind)" -gt $(($(cat teed/before) + 300)) ]
}

@test "It is given back, too, behind a line without an end" {
  local recorder before

  mkfifo in
  "$TEED" -d records -n x -p text sh -c \
    'echo ready; read -r go; yes | head -c 4000000; printf login:; read -r go' \
    <in >out 3>&- &
  recorder=$!
  exec 4>in
  wait_for grep -q ready out
  before=$(anonymous "$recorder")
  echo go >&4
  wait_for grep -q login: out
  # silence brings it out, and is long enough for the rest
  wait_for grep -q 'login:.c$' records/x.log
  wait_for given_back "$recorder" "$before"
  echo go >&4
  exec 4>&-
  wait "$recorder"
}

anonymous() { # PID
  sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status"
}

given_back() { # PID KILOBYTES
  [ "$(anonymous "$1")" -lt $(($2 + 40)) ]
}

@test "Both sides were stuck, and one goes on: what the other waits with stays its own" {
  yes client | head -c 4000000 >said
  yes daemon | head -c 4000000 >answer
  { sleep 0.4 && cat said; } |
    "$TEED" -d records -n x -p text -P unix sh -c 'cat answer; cat >got' |
    { sleep 1 && cat >heard; }
  cmp said got
  cmp answer heard
}

@test "A daemon's half-close reaches the client, which goes on talking" {
  same_over_all -c 'rest say:more did:said shut:w' -- say:bye shut:w rest
  saw client 'rest 3 "bye", the end'
  saw daemon 'rest 4 "more", the end'
}

@test "What the client gets on standard error is part of the connection, to its end" {
  local daemon=(sh -c 'exec 0<&- 1>&-; seq 300000 >&2') teed_options=(-e both)

  printf 'sleep 0.3\n' >slow
  play direct -c 'run:../slow rest' --
  play teed -c 'run:../slow rest' --
  diff direct/client teed/client
  saw client 'rest 1988895 sum'
}

@test "Over pipes: a reader that is gone is noticed while the writer waits" {
  mkfifo input
  exec 8<>input
  timeout 20 "$TEED" -d records sh -c 'while echo x; do sleep 0.05; done' \
    <input 2>&1 | head -n 1
  [ "${PIPESTATUS[*]}" = '141 0' ]
  exec 8<&-
  grep -q '^# .* reset client Broken pipe$' "$(record)"
}

@test "A daemon's half-close behind a client's is the end" {
  same_over_all -c 'say:x shut:w rest did:seen' -- rest say:bye shut:w await:seen
}

@test "A daemon that shuts down both directions without letting go" {
  same_over_all -c 'say:x rest did:seen' -- hear:1 say:bye shut:rw await:seen
}

@test "When the daemon has closed, what comes late from the client is refused" {
  same_over_all -c 'say:x rest say:late broken say:again did:seen' -- \
    hear:1 say:bye close await:seen
  saw client 'rest 3 "bye", the end' 'say: Broken pipe'
}

@test "When the daemon has ended, too" {
  same_over_all -c 'say:x rest say:late broken say:again' -- hear:1 say:bye
  saw client 'say: Broken pipe'
}

@test "When the daemon has only shut down its output, it is not" {
  same_over_all -c 'rest say:late say:again shut:w' -- say:bye shut:w hear:4 rest
  saw daemon 'hear 4 "late"' 'rest 5 "again", the end'
}

@test "A daemon that closes with input unread breaks the connection" {
  same -f v4 -c 'say:unread rest' -- ready say:hello
  saw client 'rest 5 "hello", Connection reset by peer'
  same -f v6 -c 'say:unread rest' -- ready say:hello close
  saw client 'rest 5 "hello", Connection reset by peer'
}

@test "A daemon's reset reaches the client, behind what was said before" {
  same -f v4 -c 'rest' -- pour:50000 reset
  saw client 'rest 50000 sum' 'Connection reset by peer'
  same -f v6 -c 'rest' -- pour:50000 reset
}

@test "A client's reset reaches the daemon, behind what was said before" {
  same -f v4 -c 'line pour:50000 reset' -- 'say:go\n' hear:50000 rest
  saw daemon 'hear 50000 sum' 'rest 0 "", Connection reset by peer'
  same -f v6 -c 'line pour:50000 reset' -- 'say:go\n' hear:50000 rest
}

@test "A client's reset reaches a daemon that only waits" {
  same -f v4 -c 'line reset' -- 'say:go\n' broken rest ignore:PIPE say:x
  saw daemon 'broken hup err'
}

@test "A client's reset reaches a daemon that only writes" {
  same -f v4 -c 'hear:1000 reset' -- ignore:PIPE pour:100000000
  saw daemon 'pour: Connection reset by peer'
}

@test "A client that closes with replies unread is a reset for the daemon" {
  same -f v4 -c 'hear:1 close' -- 'say:hello\n' broken rest
  saw daemon 'rest 0 "", Connection reset by peer'
}

@test "A daemon that goes on writing to a client that is gone gets its signal" {
  same -f v4 -c 'say:x close' -- rest say:one broken say:two
  saw daemon 'broken hup err'
  saw exit 'program: signal 13'
}

@test "A client that breaks the connection after its half-close stops the daemon" {
  same_over_all -c 'shut:w hear:1000 close' -- rest ignore:PIPE pour:1000000000
}

@test "The launcher's reset on close is undone where the daemon undoes it" {
  same -o linger=0 -c rest -- say:hello
  saw client 'rest 5 "hello", Connection reset by peer'
  same -o linger=0 -c rest -- set:linger=-1 say:hello
  saw client 'rest 5 "hello", the end'
}

@test "Where the daemon's socket is a local one, the launcher's reset stays" {
  teed_options+=(-P unix)
  for mode in direct teed; do
    play $mode -f v4 -o linger=0 -c rest -- say:hello
  done
  diff direct/client teed/client
  saw client 'rest 5 "hello", Connection reset by peer'
}

# ---- daemons that leave others behind -----------------------------------------

@test "When the daemon ends and a child of it keeps the socket, the session goes on" {
  same_over_all -c 'say:x rest' -- heir:7 hear:1 say:hello
  saw client 'rest 5 "hello", the end'
  saw exit 'program: status 7'
}

@test "A child that only listens keeps the session open" {
  same_over_all -c 'rest say:more shut:w' -- say:bye shut:w heir:0 rest
  saw daemon 'rest 4 "more", the end'
}

@test "A child that does not keep the socket does not keep the session" {
  same_over_all -c 'rest did:seen' -- say:bye heir:3 close await:seen
  saw client 'rest 3 "bye", the end'
}

# The client must not wait for what the daemon still does.
@test "A daemon that closes and goes on working does not keep the client" {
  same_over_all -c 'rest did:seen' -- say:bye close await:seen exit:4
  saw exit 'program: status 4'
}

@test "A daemon that ends at once is seen by the client at once" {
  same_over_all -c rest -- exit:0
  same_over_all -c rest -- exit:1
}

# ---- much and little ----------------------------------------------------------

@test "32 MiB in both directions at once arrive whole" {
  same_over_all -c cross:33554432 -- cross:33554432
  saw client 'cross 33554432 sum'
  saw daemon 'cross 33554432 sum'
}

@test "A byte at a time arrives as it was sent" {
  same_over_all -c 'trickle:3000 shut:w rest' -- rest trickle:3000
  saw client 'rest 3000 sum'
}

@test "A daemon that does not read stops the client, and memory stays small" {
  cat >held <<'END'
#!/bin/sh
# The launcher has said all it can and the daemon's parent has not grown.
parent=$(ps -o ppid= -p "$PPID")
before=$(cat held.before 2>/dev/null)
now=$(ss -tnH "sport = :$(sed -n 's/^own: .* port \([0-9]*\) .*/\1/p' names)")
echo "$now" >held.before
[ -n "$now" ] && [ "$now" = "$before" ] || exit 1
[ "$(awk '/^RssAnon/ { print $2 }' "/proc/$((parent))/status")" -lt "${ANON_MAX:-2048}" ]
END
  chmod +x held
  same -f v4 -c 'pour:30000000 shut:w rest' -- until:../held rest say:done
  saw daemon 'rest 30000000 sum'
}

@test "A client that does not read stops the daemon, and loses nothing" {
  same_over_all -c 'await:slow rest' -- pour:100000 did:slow pour:9000000
  saw client 'rest 9100000 sum'
}

# One wait of Nagle's algorithm for a delayed acknowledgement takes 40 ms; here
# would be 200 of them.
no_stalls() { # SCENE-OPTION...
  same "$@" -c ask:200 -- answer:200
  saw client 'ask 200'
  echo "$*: $(cat direct/time) ms direct, $(cat teed/time) ms with teed"
  (($(cat teed/time) < $(cat direct/time) + 2000))
}

@test "Small pieces do not wait for each other" {
  no_stalls -f v4
  no_stalls -f v6
  no_stalls -f dual
  two_machines
  "${around[@]}" ip addr add 2001:db8::1/64 dev server nodad
  nsenter --net="$client_net" ip addr add 2001:db8::7/64 dev client nodad
  no_stalls -f v6 -a 2001:db8::1 -n "$client_net"
  "${around[@]}" ip addr add fe80::1/64 dev server nodad
  nsenter --net="$client_net" ip addr add fe80::7/64 dev client nodad
  no_stalls -f v6 -a fe80::1%server -n "$client_net"
}

# ---- urgent data --------------------------------------------------------------

@test "Urgent data reaches the daemon at its place, beside the stream" {
  local family

  for family in v4 v6 dual; do
    same -f "$family" -c 'line say:abc urgent:X say:def shut:w rest' -- \
      'say:go\n' mark oob rest say:done
  done
  saw daemon 'at the mark, after 3 "abc"' 'oob 1 "X"' 'rest 3 "def", the end'
}

@test "Urgent data reaches the daemon at its place, within the stream" {
  same -c 'line say:abc urgent:X say:def shut:w rest' -- \
    set:oobinline=1 'say:go\n' mark hear:1 rest say:done
  saw daemon 'at the mark, after 3 "abc"' 'hear 1 "X"' 'rest 3 "def", the end'
  same -o oobinline=1 -c 'line say:abc urgent:X say:def shut:w rest' -- \
    'say:go\n' mark hear:1 rest say:done
  saw daemon 'hear 1 "X"'
}

@test "Urgent data is skipped by a daemon that does not care" {
  same -c 'say:abc urgent:X say:def shut:w rest' -- rest say:done
  saw daemon 'rest 6 "abcdef", the end'
}

@test "The daemon's urgent data reaches the client at its place" {
  same -c 'mark oob rest' -- say:abc urgent:X say:def
  saw client 'at the mark, after 3 "abc"' 'oob 1 "X"' 'rest 3 "def", the end'
  same -c 'set:oobinline=1 say:go mark hear:1 rest' -- \
    hear:2 say:abc urgent:X say:def
  saw client 'hear 1 "X"'
}

@test "Urgent data again and again, both ways, with the signal for it" {
  same -c 'line urgent:A line urgent:B line urgent:C mark oob say:k mark oob rest' -- \
    catch:URG 'say:1\n' caught:URG oob 'say:2\n' caught:URG oob 'say:3\n' \
    caught:URG oob urgent:Y hear:1 say:x urgent:Z
  saw daemon 'oob 1 "A"' 'oob 1 "B"' 'oob 1 "C"'
  saw client 'oob 1 "Y"' 'oob 1 "Z"'
}

@test "Urgent data over a local socket does no harm" {
  pair=unix
  same -f unix -c 'say:abc urgent:X say:def shut:w rest' -- hear:3 rest say:done
}

# ---- what the daemon sets later -----------------------------------------------

# Scripts for `until` that look at the real socket.
socket_shows() { # NAME PATTERN
  cat >"$1" <<END
#!/bin/sh
port=\$(sed -n 's/^own: .* port \\([0-9]*\\) .*/\\1/p' names)
ss -tnoHe --tos "sport = :\$port" | grep -E -- '$2'
END
  chmod +x "$1"
}

@test "The type of service and keepalive that the daemon sets reach the client's socket" {
  local family

  socket_shows set 'timer:.keepalive.* tos:0x10 '
  socket_shows unset ' tos:0x8 '
  for family in v4 dual; do
    same -f "$family" -c 'line until:../set say:x line until:../unset say:y rest' -- \
      set:tos=16 set:keepalive=1 'say:ok\n' hear:1 set:tos=8 set:keepalive=0 \
      'say:ok\n' hear:1
    saw client 'until ../set' 'until ../unset'
  done
  socket_shows class 'timer:.keepalive.* tclass:0xb8 '
  same -f v6 -c 'line until:../class say:x rest' -- \
    set:tclass=184 set:keepalive=1 'say:ok\n' hear:1
}

@test "They reach it also while the daemon writes without a pause" {
  socket_shows set ' tos:0x10 '
  same -c 'hear:40000000 run:../set rest' -- set:tos=16 pour:80000000
  saw client 'run ../set: done'
}
