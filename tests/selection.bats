#!/usr/bin/env bats
# selection.bats - teed(8): --client, --switch: which sessions are recorded

load lib

# The session is recorded, or the daemon has taken teed's place.
selected() { # yes|no TALK-OPTIONS TEED-OPTION...
  local options=()

  [ -z "$2" ] || read -ra options <<<"$2"
  rm -rf records
  [ "$(pop3 | converse "${options[@]}" -- -p pop3 "${@:3}")" = "status 0" ]
  if [ "$1" = yes ]; then
    decode_tool check "$(record)"
  else
    [ ! -e records ]
  fi
}

@test "--client records only the clients of a network" {
  selected yes '' --client 127.0.0.1
  selected yes '' -a 127.0.0.1/32
  selected no '' -a 127.0.0.2
  selected yes '-f 127.0.0.2' -a 127.0.0.2
  selected yes '' -a 127.0.0.0/8
  selected yes '' -a 0.0.0.0/0
  selected no '' -a 10.0.0.0/8
  selected no '' -a 192.0.2.0/24
}

@test "--client: the bits of a length count, and no others" {
  selected yes '-f 127.0.0.5' -a 127.0.0.4/31
  selected no '-f 127.0.0.6' -a 127.0.0.4/31
  selected yes '-f 127.0.0.7' -a 127.0.0.4/30
  selected no '-f 127.0.0.8' -a 127.0.0.4/30
  selected yes '-f 127.127.0.1' -a 127.0.0.0/9
  selected no '-f 127.128.0.1' -a 127.0.0.0/9
  # Bits behind the length may be set.
  selected yes '-f 127.0.0.7' -a 127.0.0.5/29
}

@test "--client knows IPv6" {
  selected yes -6 -a ::1
  selected yes -6 -a ::/0
  selected yes -6 -a ::/127
  selected no -6 -a ::/128
  selected no -6 -a 2001:db8::/32
  selected no -6 -a 127.0.0.1
  selected no '' -a ::1
}

@test "--client takes an IPv4 client for IPv4, also on an IPv6 socket" {
  selected yes -m -a 127.0.0.1
  selected yes -m -a 127.0.0.0/8
  selected no -m -a 10.0.0.0/8
  selected yes -m -a ::ffff:127.0.0.1
  selected yes '' -a ::ffff:127.0.0.0/104
  selected no '' -a ::ffff:10.0.0.0/104
  selected no '' -a ::/0
}

@test "--client may stand more than once" {
  selected yes '' -a 10.0.0.0/8 -a ::1 -a 127.0.0.1
  selected yes -6 -a 10.0.0.0/8 -a ::1 -a 127.0.0.1
  selected no '-f 127.0.0.9' -a 10.0.0.0/8 -a ::1 -a 127.0.0.1
}

@test "--client: a client without an address is of no network" {
  selected no -u -a 0.0.0.0/0 -a ::/0
  selected no '-p -e errors' -a 0.0.0.0/0
}

@test "--switch records while its file exists" {
  selected no '' --switch on
  touch on
  selected yes '' --switch on
  selected yes '' -w "$PWD/on"
  rm on
  selected no '' -w "$PWD/on"
  ln -s nowhere on
  selected no '' -w on
  mkdir on.d
  selected yes '' -w on.d
}

@test "--client and --switch must both want a session" {
  selected no '' -w on -a 127.0.0.1
  touch on
  selected yes '' -w on -a 127.0.0.1
  selected no '' -w on -a 10.0.0.0/8
}

# What the daemon finds of its process: who it is, descriptors, environment.
look() {
  cat <<'END'
R +OK
! do ls -l /proc/$PPID/fd | sed -E 's/.* ([0-9]+) -> /\1 /' | grep -vE '^9 |dialogue' >"$OUT.fds"
! do echo "$PPID $TEED_PID" >"$OUT.pids"
! do env | grep -vE '^(_|TEED_PID)=' | sort >"$OUT.env"
! do grep -E "^(SigIgn|SigCgt|NoNewPrivs|Seccomp:)" /proc/$PPID/status >"$OUT.status"
R bye
END
}

@test "the daemon replaces teed, on the untouched socket, as it would run alone" {
  export OUT=alone
  look >dialogue
  talk inetd dialogue env -u nothing sh -c 'echo $$ >pid; exec "$@"' sh \
    talk daemon dialogue
  said_all dialogue
  OUT=behind
  rm dialogue.*
  talk inetd dialogue sh -c 'readlink /proc/self/fd/0 >socket; echo $$ >pid
    exec "$@"' sh "$TEED" -d records -a 10.0.0.0/8 talk daemon dialogue
  said_all dialogue
  # It is the process that teed was, with talk for its parent.
  [ "$(cut -d' ' -f1 behind.pids)" = "$(cat pid)" ]
  [ "$(sed -n 's/^0 //p' behind.fds)" = "$(cat socket)" ]
  diff <(sed -E 's/\[[0-9]+\]//' alone.fds) <(sed -E 's/\[[0-9]+\]//' behind.fds)
  diff alone.env <(sed 's/^OUT=behind/OUT=alone/' behind.env)
  diff alone.status behind.status
}

@test "a session that is not wanted costs a handful of system calls" {
  before=(strace -o calls)
  selected no '' -a 10.0.0.0/8
  # Behind the loader's work: look at 0, 1 and 2, then execute.
  sed -n '/exit_group\|execve.*talk/q; p' calls | tac | sed -n '/mprotect\|munmap/q; p' \
    >after-start
  [ "$(wc -l <after-start)" -le 20 ]
}

@test "--args and --argv0 hold for a session that is not recorded" {
  echo 'R hello' >dialogue
  talk inetd dialogue "$TEED" -d records -a 10.0.0.0/8 -A -0 called sh -c \
    'tr "\0" "\n" <"/proc/$$/cmdline" >words; exec talk daemon dialogue' \
    called %a %i
  said_all dialogue
  [ "$(head -n 1 words)" = called ]
  tail -n 2 words | diff - <(printf '127.0.0.1\n-\n')
}
