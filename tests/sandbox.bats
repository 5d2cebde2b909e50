# What the recorder gives up when the daemon runs: teed(8), SECURITY.

load lib

exploited=$(from_source_dir "${BUILD:-build}")/exploit/teed

# What /proc says of the recorder and of the daemon while a session runs.
statuses() { # TEED-OPTION...
  converse -- -n pop3 "$@" <<END
R +OK ready
S NOOP
! read
! do cat /proc/\$PPID/status >daemon.status
! do cat /proc/\$(sed -n 's/^PPid:.//p' /proc/\$PPID/status)/status >teed.status
R +OK
S QUIT
R +OK bye
END
}

field() { # FILE NAME
  sed -n "s/^$2:[[:space:]]*//p" "$1"
}

@test "a recorder that has been taken over can do nothing but record" {
  echo victim >/var/tmp/teed-victim
  chmod 644 /var/tmp/teed-victim
  TEED=$exploited
  run -0 converse -e tries -- -n pop3 < <(pop3)
  run -1 grep DONE tries
  [ "$(grep -c '^refused ' tries)" -ge 25 ]
  [ "$(cat /var/tmp/teed-victim)" = victim ]
  [ ! -e /var/tmp/teed-exploit ]
  [ ! -e /var/tmp/teed-exploit-dir ]
  rm -f /var/tmp/teed-victim
}

@test "and its session goes on as if nothing had happened" {
  TEED=$exploited
  converse -e tries -- -n pop3 < <(pop3)
  recorded <<END
R +OK ready
S USER joe
R +OK
S PASS ****
R +OK 1 message
S QUIT
R +OK bye
# close daemon
# exit 0
#end S=27 R=40 E=0 user=joe login=ok messages=0 commands=3 refused=0
END
}

@test "the recorder has no new privileges, a filter and no core, the daemon none of it" {
  statuses
  [ "$(field teed.status NoNewPrivs)" = 1 ]
  [ "$(field teed.status Seccomp)" = 2 ]
  [ "$(field daemon.status NoNewPrivs)" = 0 ]
  [ "$(field daemon.status Seccomp)" = 0 ]
}

@test "with --user the recorder is somebody else, the daemon is not" {
  statuses --user nobody
  local nobody
  nobody=$(id -u nobody)
  [ "$(field teed.status Uid)" = "$nobody"$'\t'"$nobody"$'\t'"$nobody"$'\t'"$nobody" ]
  [ "$(field teed.status Groups | tr -d ' ')" = "$(id -g nobody)" ]
  # CAP_KILL, which the filter allows for the daemon alone: its signals are
  # passed on to it.
  [ "$(field teed.status CapPrm)" = 0000000000000020 ]
  [ "$(field daemon.status Uid)" = "$(field /proc/self/status Uid)" ]
}

@test "segments and rotation work from within" {
  for _ in 1 2 3 4; do
    converse -- -n pop3 -p text -m show -s 4k -k 2 <<END
! flow text 1 40000 40000
END
  done
  [ "$(count sessions | tr -d ' ')" -gt 2 ]
  # Two sessions are left, each of several segments.
  [ "$(sessions | sed -E 's/(\.[0-9]+)?\.log$//' | sort -u | wc -l)" = 2 ]
  [ "$(sessions | grep -c '\.2\.log$')" = 2 ]
}
