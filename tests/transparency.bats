#!/usr/bin/env bats
# transparency.bats - teed(8): what the daemon gets

load probe

greet=(-c "line rest")
reports=(report 'say:hello\r\n')

# The same as an ordinary user, for whom a namespace takes a user namespace.
same_for_nobody() { # [SCENE-OPTION...] -- [STEP...]
  as_nobody
  play direct -u 65534 "$@"
  play teed -u 65534 "$@"
  differences
  whole_record
}

# ---- addresses ----------------------------------------------------------------

@test "The daemon sees the client's own address, over IPv4" {
  same -f v4 "${greet[@]}" -- "${reports[@]}"
  saw report 'peer: IPv4 127.0.0.1 port ' 'own: IPv4 127.0.0.1 port '
}

@test "The daemon sees the client's own address, over IPv6" {
  same -f v6 "${greet[@]}" -- "${reports[@]}"
  saw report 'peer: IPv6 ::1 port ' 'own: IPv6 ::1 port '
}

@test "The daemon sees an IPv4 client of an IPv6 socket as it is mapped" {
  same -f dual "${greet[@]}" -- "${reports[@]}"
  saw report 'peer: IPv6 ::ffff:127.0.0.1 port ' 'option v6only: 0'
}

@test "An ordinary user's daemon sees all of these addresses as well" {
  same_for_nobody -f v4 "${greet[@]}" -- "${reports[@]}"
  same_for_nobody -f v6 "${greet[@]}" -- "${reports[@]}"
  same_for_nobody -f dual "${greet[@]}" -- "${reports[@]}"
  saw report 'uid: 65534 65534 65534'
}

@test "The daemon sees addresses of other machines" {
  two_machines
  "${around[@]}" ip addr add 192.0.2.1/24 dev server
  nsenter --net="$client_net" ip addr add 192.0.2.7/24 dev client
  same -a 192.0.2.1 -n "$client_net" "${greet[@]}" -- "${reports[@]}"
  saw report 'peer: IPv4 192.0.2.7 port ' 'own: IPv4 192.0.2.1 port '
}

@test "The daemon sees link-local addresses with their interface" {
  two_machines
  "${around[@]}" ip addr add fe80::1/64 dev server nodad
  nsenter --net="$client_net" ip addr add fe80::7/64 dev client nodad
  same -f v6 -a fe80::1%server -n "$client_net" "${greet[@]}" -- \
    "${reports[@]}"
  saw report 'own: IPv6 fe80::1 port ' 'scope 7 '
  as_nobody
  same_for_nobody -f v6 -a fe80::1%server -n "$client_net" "${greet[@]}" -- \
    "${reports[@]}"
  saw report 'own: IPv6 fe80::1 port ' 'scope 7 '
}

@test "The daemon sees a link-local client of another address, and the reverse" {
  two_machines
  "${around[@]}" ip addr add 2001:db8::1/64 dev server nodad
  "${around[@]}" ip addr add fe80::1/64 dev server nodad
  nsenter --net="$client_net" ip addr flush dev client
  nsenter --net="$client_net" ip addr add fe80::7/64 dev client nodad
  nsenter --net="$client_net" ip route add 2001:db8::/64 dev client
  same -f v6 -a 2001:db8::1 -n "$client_net" "${greet[@]}" -- "${reports[@]}"
  saw report 'peer: IPv6 fe80::7 port ' 'scope 7 '
  nsenter --net="$client_net" ip addr flush dev client
  nsenter --net="$client_net" ip addr add 2001:db8::7/128 dev client nodad
  "${around[@]}" ip route add 2001:db8::7/128 dev server
  nsenter --net="$client_net" ip route add fe80::/64 dev client
  same -f v6 -a fe80::1%server -n "$client_net" "${greet[@]}" -- "${reports[@]}"
  saw report 'peer: IPv6 2001:db8::7 port ' 'own: IPv6 fe80::1 port '
}

@test "Ports that belong to root are no obstacle" {
  two_machines
  "${around[@]}" ip link set lo up
  same -p 25 -P 1023 "${greet[@]}" -- "${reports[@]}"
  saw daemon 'say 7'
  grep -q 'port 25 ' direct/names
  same_for_nobody -p 25 -P 1023 "${greet[@]}" -- "${reports[@]}"
  grep -q 'port 1023 ' direct/names
}

@test "Root without some of its capabilities gets the true socket, too" {
  local caps=-net_admin,-net_raw,-net_bind_service

  two_machines
  "${around[@]}" ip link set lo up
  around+=(setpriv --bounding-set "$caps")
  same "${greet[@]}" -- "${reports[@]}"
  around+=(setpriv --bounding-set -sys_admin)
  same "${greet[@]}" -- "${reports[@]}"
}

# ---- descriptors --------------------------------------------------------------

@test "One descriptor serves both directions, and only what was the client is it" {
  same -d 012 "${greet[@]}" -- "${reports[@]}"
  saw report 'descriptor 1: socket, flags 2, close on exec 0, the same as 0' \
    'descriptor 2: socket, flags 2, close on exec 0, the same as 0'
  same -d 01 "${greet[@]}" -- "${reports[@]}"
  saw report 'descriptor 2: file'
}

@test "The daemon gets none of teed's descriptors" {
  teed_options=(--syslog --stderr log --env)
  play direct "${greet[@]}" -- "${reports[@]}"
  play teed "${greet[@]}" -- "${reports[@]}"
  grep -q 'descriptor 2: pipe' teed/report
  diff <(grep -E '^descriptor ([3-9]|..+):' direct/report) \
    <(grep -E '^descriptor ([3-9]|..+):' teed/report)
}

@test "Descriptors that the launcher has left open stay open" {
  exec 7<"$BATS_TEST_FILENAME" 9</dev/null
  same "${greet[@]}" -- "${reports[@]}"
  saw report 'descriptor 7: file' 'descriptor 9: device'
}

@test "A descriptor that was closed is closed for the daemon" {
  around=(sh -c 'exec "$@" 2>&-' -)
  same -d 01 "${greet[@]}" -- "${reports[@]}"
  saw report 'descriptor 2: closed'
}

@test "A connection that does not block does not block the daemon" {
  same -N "${greet[@]}" -- "${reports[@]}"
  saw report 'descriptor 0: socket, flags 4002'
}

# ---- socket options -----------------------------------------------------------

@test "What the launcher set on the socket, the daemon reads back" {
  local options

  # What is set alone here has to do with something else.
  for options in keepalive=1 "keepalive=1 keepidle=1111 keepintvl=22 keepcnt=3" \
    linger=0 \
    "linger=7 congestion=reno" "linger=-1 oobinline=1 rcvtimeo=33" tos=16 \
    priority=5 "reuseaddr=0 sndtimeo=44 mark=77 ttl=31" "nodelay=1 rcvbuf=20000" \
    "user_timeout=5555 sndbuf=30000"; do
    echo "with $options"
    # shellcheck disable=SC2086
    same $(printf -- '-o %s ' $options) -c "hear:5 close" -- \
      report say:hello rest
  done
}

@test "All options at once read back, over IPv6, for root and for nobody" {
  local all=(-o keepalive=1 -o keepidle=1111 -o keepintvl=22 -o keepcnt=3
    -o oobinline=1 -o linger=7 -o rcvtimeo=33 -o sndtimeo=44 -o mark=77
    -o tos=8 -o priority=6 -o ttl=31 -o tclass=184 -o hops=55 -o nodelay=1
    -o user_timeout=5555 -o rcvbuf=20000 -o sndbuf=30000 -o congestion=reno)

  same -f v6 "${all[@]}" "${greet[@]}" -- "${reports[@]}"
  saw report 'option tclass: 184' 'option keepidle: 1111' 'option mark: 77'
  same_for_nobody -f v6 "${all[@]}" "${greet[@]}" -- "${reports[@]}"
  same_for_nobody -f dual "${all[@]}" "${greet[@]}" -- "${reports[@]}"
}

# ---- the process --------------------------------------------------------------

@test "Arguments, environment and working directory are the launcher's" {
  around=(env -i PATH="$PATH" "ASAN_OPTIONS=${ASAN_OPTIONS-}" TCPREMOTEIP=192.0.2.9 "EMPTY=" 'ODD=a b=c')
  same "${greet[@]}" -- "${reports[@]}" '' 'get:a b' -x --help
  saw report 'env: EMPTY=' 'env: ODD=a b=c' 'argv[7]: --help'
}

@test "Limits, niceness, groups and restrictions are the launcher's" {
  umask 037
  around=(nice -n 7 prlimit --nofile=77:88 --nproc=1234 --core=0 --fsize=99999
    --cpu=60 setpriv --groups "5,6,7" --no-new-privs
    --inh-caps "+chown,+net_raw" --bounding-set -sys_boot
    choom -n 55 --)
  same "${greet[@]}" -- "${reports[@]}"
  saw report 'umask: 037' 'nice: 7' 'groups: 5 6 7' 'NoNewPrivs:	1' 'oom: 55'
}

@test "The recorder's own restrictions do not reach the daemon" {
  same "${greet[@]}" -- "${reports[@]}"
  saw report 'NoNewPrivs:	0' 'Seccomp:	0' 'dumpable: 1'
  for_all_users
  chmod u+s "${daemon[0]}"
  install -d -o 65534 -m 700 records
  play direct -u 65534 "${greet[@]}" -- "${reports[@]}"
  play teed -u 65534 "${greet[@]}" -- "${reports[@]}"
  differences
  saw report 'uid: 65534 0 0'
}

@test "--user is for the recorder, not for the daemon" {
  for_all_users
  teed_options=(--user nobody)
  same "${greet[@]}" -- "${reports[@]}"
  saw report 'uid: 0 0 0'
  [ "$(stat -c %U "$(record)")" = nobody ]
}

# The signals that the daemon ignores, but for libc's own, 32 and 33, which a
# launcher that uses posix_spawn(3) leaves ignored: the bits above these seven digits.
ignores() { # MASK
  grep -qx "SigIgn:.*$1" direct/report
}

@test "Signals that were blocked or ignored are so for the daemon" {
  same -i HUP -i PIPE -i CHLD -b USR1 -b INT -b TERM -b CHLD "${greet[@]}" -- \
    "${reports[@]}"
  saw report 'SigBlk:	0000000000014202'
  ignores 0011001
  same "${greet[@]}" -- "${reports[@]}"
  saw report 'SigBlk:	0000000000000000'
  ignores 0000000
}

@test "Signals that were waiting for the daemon reach it" {
  same -w USR2 -w TERM "${greet[@]}" -- \
    'until:grep -q ShdPnd.*4800 /proc/$PPID/status' say:hello
}

@test "The daemon leads a session or a group where the launcher made it lead one" {
  same -l session "${greet[@]}" -- "${reports[@]}"
  saw report 'session leader: 1'
  same -l group "${greet[@]}" -- "${reports[@]}"
  saw report 'session leader: 0' 'group leader: 1'
  same -l none "${greet[@]}" -- "${reports[@]}"
  saw report 'group leader: 0' 'group of parent: 1'
}

@test "The daemon keeps the controlling terminal" {
  around=(bash -c 'script -qec "$(printf "%q " "$@")" /dev/null' -)
  same -l none "${greet[@]}" -- "${reports[@]}"
  saw report 'controlling terminal: 1'
}

@test "An alarm clock that the launcher set rings for the daemon" {
  play direct -A 1 -c rest -- alarm
  saw daemon 'alarm set'
  saw exit 'program: signal 14'
  play teed -A 1 -c rest -- alarm
  diff direct/daemon teed/daemon
  grep -q 'program: status 142' teed/exit
}

@test "The daemon is the child of teed, and in no namespace but teed's own" {
  play teed "${greet[@]}" -- "${reports[@]}"
  grep -q "^parent: .*/teed" teed/report
  grep -q "^namespace: $(readlink /proc/self/ns/net | sed 's/[][]/\\&/g')" \
    teed/report
}

@test "teed under the daemon's name gives the daemon that name" {
  ln -s "$TEED" in.probed
  TEED=$PWD/in.probed
  play direct "${greet[@]}" -- "${reports[@]}"
  play teed "${greet[@]}" -- "${reports[@]}"
  run differences
  [ "${#lines[@]}" -gt 0 ]
  grep -q "^argv\[0\]: $TEED\$" teed/report
}

# ---- sessions that are not recorded -------------------------------------------

# Everything is the same, and here that means the daemon's parent, too.
same_untouched() { # [SCENE-OPTION...] -- [STEP...]
  play direct "$@"
  play teed "$@"
  differences
  diff direct/exit teed/exit
  [ ! -e direct/report ] ||
    diff <(grep ^parent: direct/report) <(grep ^parent: teed/report)
  [ ! -e records ] || [ -z "$(sessions)" ]
}

@test "For a client that is not to be recorded the daemon takes teed's place" {
  local options=(-d 01 -o tos=16 -o linger=0 -N -i HUP -i CHLD -b USR1 -l group)

  around=(sh -c 'exec "$@" 2>&-' -)
  teed_options=(--client 192.0.2.0/24)
  same_untouched "${options[@]}" "${greet[@]}" -- "${reports[@]}"
  saw report 'descriptor 2: closed'
  ignores 0010001
  teed_options=(--switch "$BATS_TEST_TMPDIR/no-such-file")
  same_untouched "${options[@]}" "${greet[@]}" -- "${reports[@]}"
  same_untouched -A 1 -w USR2 -c rest -- alarm
  saw exit 'program: signal 14'
  same_untouched -c rest -- die:KILL
}

@test "What is no connection is left to the daemon as it is" {
  same_untouched_but_told() {
    play direct -d 01 "$@"
    play teed -d 01 "$@"
    grep -q 'descriptor 0 is no connection (in inetd.conf: stream tcp nowait)' \
      teed/errors
    diff <(sed 's/ port [0-9]*//' direct/report) \
      <(sed 's/ port [0-9]*//' teed/report)
  }
  same_untouched_but_told -f listener -- report
  saw report 'option listens: 1'
  same_untouched_but_told -f udp -- report
  saw report 'option type: 2'
  same_untouched_but_told -f seqpacket -- report
  saw report 'option type: 5'
}

@test "A record that must not grow is no reason not to serve the client" {
  local limit

  daemon=(cat)
  for limit in --fsize=0 --fsize=100 --nofile={5,6,7,8,9,10,11,12,13,14,16}; do
    cat >limited <<END
#!/bin/sh
exec prlimit $limit -- "$TEED" "\$@"
END
    chmod +x limited
    echo "$limit"
    TEED=$PWD/limited play teed -d 01 -c 'say:hello shut:w rest' --
    grep -qx 'rest 5 "hello", the end' teed/client
    grep -qx 'program: status 0' teed/exit
  done
}

@test "A small stack is enough, for the true socket, too" {
  daemon=(cat)
  printf '#!/bin/sh\nexec prlimit --stack=49152 -- "%s" "$@"\n' "$TEED" >limited
  chmod +x limited
  TEED=$PWD/limited play teed -f v4 -c 'say:hello shut:w rest' --
  grep -qx 'rest 5 "hello", the end' teed/client
  grep -qx 'program: status 0' teed/exit
  grep -q ' pair=tcp ' records/*T*.log
}
