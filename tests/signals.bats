#!/usr/bin/env bats
# signals.bats - teed(8): signals, and how a session's end is told

load probe

@test "Signals for the daemon reach it" {
  local name

  for name in TERM INT HUP USR1 USR2; do
    echo "SIG$name"
    same -c "line signal:$name line rest" -- \
      "catch:$name" 'say:ready\n' "caught:$name" 'say:caught\n' say:bye
    saw client 'line 7 "caught\n"'
  done
}

@test "They do so for an ordinary user, and where the recorder has given up root" {
  teed_options=(--user nobody)
  for_all_users
  same -c 'line signal:TERM line rest' -- \
    catch:TERM 'say:ready\n' caught:TERM 'say:caught\n'
  teed_options=()
  as_nobody
  play direct -u 65534 -c 'line signal:TERM line rest' -- \
    catch:TERM 'say:ready\n' caught:TERM 'say:caught\n'
  play teed -u 65534 -c 'line signal:TERM line rest' -- \
    catch:TERM 'say:ready\n' caught:TERM 'say:caught\n'
  differences
}

@test "A signal that the daemon does not catch ends it, and the session with it" {
  local name

  for name in TERM INT HUP USR1 USR2; do
    same -c "await:up signal:$name rest" -- did:up rest
    saw client 'rest 0 "", the end'
    grep -q " exit signal=$name\$" "$(record)"
  done
  saw exit 'program: signal 12'
}

@test "A daemon that ignores SIGTERM goes on, and so does the session" {
  same -c 'line signal:TERM signal:TERM signal:HUP say:x rest' -- \
    ignore:TERM ignore:HUP 'say:ready\n' hear:1 say:bye
  saw client 'rest 3 "bye", the end'
  same -i HUP -c 'line signal:HUP say:x rest' -- 'say:ready\n' hear:1 say:bye
  saw client 'rest 3 "bye", the end'
}

@test "A signal that was blocked waits for the daemon to unblock it" {
  same -b USR1 -c 'line signal:USR1 line rest' -- 'say:ready\n' \
    'until:grep -q "^ShdPnd:.*0200$" /proc/$PPID/status' 'say:waits\n'
}

@test "Signals also pass while bytes do, and none is lost with them" {
  same -c 'hear:1000000 signal:USR1 signal:USR2 rest' -- catch:USR1 catch:USR2 \
    pour:20000000 caught:USR1 caught:USR2
  saw client 'rest 19000000 sum'
}

@test "The exit status is the daemon's" {
  local status

  for status in 0 1 75 127 255; do
    same -c rest -- "exit:$status"
    saw exit "program: status $status"
    grep -q " exit $status\$" "$(record)"
  done
}

@test "It is 128 and the number where a signal ended the daemon" {
  local name

  for name in KILL SEGV ABRT PIPE ALRM QUIT; do
    same -c 'hear:1 rest' -- say:x "die:$name"
    grep -q " exit signal=$name\$" "$(record)"
  done
  play teed -c rest -- die:KILL
  grep -qx 'program: status 137' teed/exit
}

@test "Where the launcher ignores SIGCHLD the status is still the daemon's" {
  same -i CHLD -c rest -- exit:3
  saw exit 'program: status 3'
  same -i CHLD -i PIPE -c rest -- heir:4 say:hello
}

@test "A signal that there is no daemon for any more ends the session" {
  local name

  printf '#!/bin/sh\ngrep -q "^#.* exit 3" ../records/*T*.log\n' >exited
  chmod +x exited
  for name in TERM HUP; do
    play teed -c "line until:../exited signal:$name rest did:seen" -- heir:3 \
      'say:hello\n' await:seen
    grep -qx 'rest 0 "", the end' teed/client
    grep -qx 'program: status 3' teed/exit
    grep -q '^#end' "$(record)"
    rm -rf records
  done
}

@test "Killed outright, teed leaves a daemon that sees the end of its input" {
  printf '#!/bin/sh\ngrep -q "^R.*ready" ../records/*T*.log\n' >recorded
  chmod +x recorded
  play teed -c 'say:x line until:../recorded signal:KILL rest did:gone' -- \
    hear:1 'say:ready\n' rest await:gone ignore:PIPE say:late broken exit:5
  grep -qx 'rest 0 "", the end' teed/daemon
  grep -qx 'rest 0 "", the end' teed/client
  grep -qx 'program: signal 9' teed/exit
  grep -q '^R.* ready' "$(record)"
  run ! grep '^#end' "$(record)"
}

@test "A program that can't be run is told from one that is not there" {
  daemon=("$BATS_TEST_TMPDIR/no-such-daemon")
  play teed -d 01 -c rest --
  grep -qx 'program: status 127' teed/exit
  grep -qx 'rest 0 "", the end' teed/client
  grep -q 'no-such-daemon: No such file' teed/errors
  grep -q 'error cannot run .*no-such-daemon: No such file' "$(record)"
  rm -rf records
  daemon=(no-such-daemon-in-the-path)
  play teed -c rest --
  grep -qx 'program: status 127' teed/exit
  rm -rf records
  daemon=("$BATS_TEST_TMPDIR/data")
  echo data >data
  play teed -d 01 -c rest --
  grep -qx 'program: status 126' teed/exit
  grep -qx 'rest 0 "", the end' teed/client
  grep -q 'error cannot run .*data: Permission denied' "$(record)"
}
