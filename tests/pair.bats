#!/usr/bin/env bats
# pair.bats - teed(8): --pair, and what is done where the true socket can't be had

load probe

greet=(-c "line rest")
reports=(report 'say:hello\r\n')

# Words of the daemon's report.
reported() { # TEXT...
  local text

  for text; do
    grep -qF -- "$text" teed/report || {
      echo "not in the report: $text"
      grep -v '^env: BATS' teed/report | head -n 60
      return 1
    }
  done
}

not_reported() { # PATTERN
  run ! grep -E -- "$1" teed/report
}

# The session ran as it does without teed, and there is no record of it; teed
# has told its operator why.  The whole difference is that line.
untouched() { # WHY
  differences || true
  grep '^[-+][^-+]' differences >lines
  grep -qE "^\+errors: teed: session of (-|[0-9a-f.:]+) runs unrecorded: .*$1" \
    lines
  [ "$(count cat lines)" = 1 ]
  [ ! -e records ] || [ -z "$(sessions)" ]
  diff <(grep ^parent: direct/report) <(grep ^parent: teed/report)
}

# A network of our own, which is itself one of those that there can be.
namespaces_left() { # N
  unshare --user --map-root-user --net sleep 300 3>&- &
  machines+=("$!")
  wait_for has_own_network "$!"
  around=(nsenter --target "$!" --user --net --setuid 0 --setgid 0)
  "${around[@]}" sh -c "ip link set lo up &&
    echo $(($1 + 1)) >/proc/sys/user/max_net_namespaces"
}

# ---- auto ---------------------------------------------------------------------

@test "A TCP client gets a daemon with a TCP socket, and nothing in its environment" {
  same "${greet[@]}" -- "${reports[@]}"
  reported 'option domain: 2 ' 'option protocol: 6 '
  not_reported '^env: (PROTO|TCP|REMOTE|TEED_)'
}

@test "A local client gets a daemon with a local socket" {
  pair=unix
  same -f unix "${greet[@]}" -- say:hello
  play teed -f unix "${greet[@]}" -- "${reports[@]}"
  reported 'option domain: 1 ' 'option type: 1 ' \
    'descriptor 1: socket, flags 2, close on exec 0, the same as 0'
  not_reported '^env: (PROTO|TCP|REMOTE)'
}

# Some daemons need no other password than this.
@test "The daemon of a local client sees the client's user, and not teed's" {
  pair=unix
  user_of_client() {
    sed -n "s/^peer's user: //p" "$1/report" | sort -u
  }
  same -f unix -U 65534 "${greet[@]}" -- say:hello
  play direct -f unix -U 65534 "${greet[@]}" -- "${reports[@]}"
  play teed -f unix -U 65534 "${greet[@]}" -- "${reports[@]}"
  [ "$(user_of_client direct)" = '65534 group 65534, groups 7 8' ]
  diff <(user_of_client direct) <(user_of_client teed)
  diff <(grep -E '^(uid|gid|groups|Cap|dumpable)' direct/report) \
    <(grep -E '^(uid|gid|groups|Cap|dumpable)' teed/report)
  play direct -f unix "${greet[@]}" -- "${reports[@]}"
  play teed -f unix "${greet[@]}" -- "${reports[@]}"
  [[ $(user_of_client direct) = '0 group 0, '* ]]
  diff <(user_of_client direct) <(user_of_client teed)
}

@test "Where that can't be had, the daemon gets the untouched socket" {
  for_all_users
  install -d -o 64999 -m 700 records
  play direct -f unix -u 64999 -U 65534 -d 01 "${greet[@]}" -- "${reports[@]}"
  play teed -f unix -u 64999 -U 65534 -d 01 "${greet[@]}" -- "${reports[@]}"
  untouched "no local sockets like the client's: Operation not permitted"
  teed_options=(--pair unix)
  play teed -f unix -u 64999 -U 65534 -d 01 "${greet[@]}" -- "${reports[@]}"
  [ "$(count sessions)" = 1 ]
}

@test "A client on pipes gets a daemon with pipes" {
  pair=pipe
  same -f pipe -c 'say:hello shut:w rest' -- report rest say:bye
  saw daemon 'rest 5 "hello", the end'
  reported 'descriptor 0: pipe, flags 0,' 'descriptor 1: pipe, flags 1,'
}

# ---- by hand ------------------------------------------------------------------

@test "--pair unix gives a local socket, and the addresses in the environment" {
  teed_options=(--pair unix)
  play teed "${greet[@]}" -- "${reports[@]}"
  reported 'option domain: 1 ' 'env: PROTO=TCP' 'env: TCPREMOTEIP=127.0.0.1' \
    'env: TCPLOCALIP=127.0.0.1' 'env: REMOTE_HOST=127.0.0.1' \
    'descriptor 2: socket, flags 2, close on exec 0, the same as 0'
  reported "env: TCPREMOTEPORT=$(sed -n 's/^peer: .* port \([0-9]*\) .*/\1/p' \
    teed/names)"
  reported "env: TCPLOCALPORT=$(sed -n 's/^own: .* port \([0-9]*\) .*/\1/p' \
    teed/names)"
  [ "$(head_word pair)" = unix ]
}

@test "--pair pipe gives pipes, and the addresses in the environment" {
  teed_options=(--pair pipe)
  play teed -f v6 -d 012 "${greet[@]}" -- "${reports[@]}"
  reported 'env: TCPREMOTEIP=::1' 'descriptor 0: pipe, flags 0,' \
    'descriptor 1: pipe, flags 1,' \
    'descriptor 2: pipe, flags 1, close on exec 0, the same as 1'
  [ "$(head_word pair)" = pipe ]
}

@test "What the launcher has set in the environment stays" {
  teed_options=(--pair unix)
  around=(env TCPREMOTEIP=192.0.2.9 PROTO=SSL REMOTE_HOST=)
  play teed -f dual "${greet[@]}" -- "${reports[@]}"
  reported 'env: TCPREMOTEIP=192.0.2.9' 'env: PROTO=SSL' \
    'env: TCPLOCALIP=127.0.0.1'
  grep -qx 'env: REMOTE_HOST=' teed/report
}

@test "--env tells the daemon of its record, and nothing else changes" {
  teed_options=(--env)
  play direct "${greet[@]}" -- "${reports[@]}"
  play teed "${greet[@]}" -- "${reports[@]}"
  differences || true
  diff - <(grep '^[-+][^-+]' differences) <<END
+report: env: TEED_FILE=$(record | sed "s#^#$BATS_TEST_TMPDIR/#")
+report: env: TEED_ID=$(basename "$(record)" .log)
END
}

@test "A blocking or non-blocking connection is so with each kind of pair" {
  pair=unix
  same -N -f unix "${greet[@]}" -- say:hello
  play teed -N -f unix "${greet[@]}" -- "${reports[@]}"
  reported 'descriptor 0: socket, flags 4002'
  play teed -N -f pipe "${greet[@]}" -- "${reports[@]}"
  reported 'descriptor 0: pipe, flags 4000'
}

# ---- sessions over pipes and local sockets ------------------------------------

@test "Ends go their way over pipes" {
  pair=pipe
  same -f pipe -c 'rest say:more shut:w' -- say:bye shut:w rest
  same -f pipe -c 'say:x shut:w rest' -- rest pour:3000000
  same -f pipe -c 'hear:10 close' -- ignore:PIPE pour:10000000
  saw daemon 'pour: Broken pipe'
  same -f pipe -c 'say:x rest' -- heir:5 hear:1 say:hello
  same -f pipe -c 'pour:3000000 shut:w rest' -- heir:5 rest say:hello
}

@test "A local client that is gone is gone for the daemon" {
  pair=unix
  same -f unix -c 'say:x close' -- ready until:'sleep 0.1' rest ignore:PIPE \
    say:one
  saw daemon 'rest 1 "x", the end' 'say: Broken pipe'
  same -f unix -c 'hear:10 close' -- ignore:PIPE pour:10000000
}

@test "A TCP client is served over a socketpair or pipes, if that was asked for" {
  local kind

  for pair in unix pipe; do
    teed_options=(--pair "$pair")
    same -c 'say:x line shut:w rest' -- hear:1 'say:hello\n' rest pour:3000000
    same -c 'pour:3000000 shut:w rest' -- rest say:done
    same -c 'rest did:seen' -- say:bye close await:seen exit:3
    play teed -c 'hear:10 close' -- ignore:PIPE pour:1000000000
    grep -qE 'pour: (Broken pipe|Connection reset)' teed/daemon
  done
}

# ---- where there is no true socket --------------------------------------------

@test "Without namespaces the daemon gets the untouched socket, and nothing is recorded" {
  namespaces_left 0
  play direct -d 01 -o tos=16 "${greet[@]}" -- "${reports[@]}"
  play teed -d 01 -o tos=16 "${greet[@]}" -- "${reports[@]}"
  untouched 'No space left on device.*user.max_net_namespaces.*--pair unix'
  reported 'option domain: 2 ' 'option tos: 16 ' 'peer: IPv4 127.0.0.1'
}

@test "So it is where the kernel refuses them, for root and for nobody" {
  play direct -d 01 -q netns "${greet[@]}" -- "${reports[@]}"
  play teed -d 01 -q netns "${greet[@]}" -- "${reports[@]}"
  untouched 'Operation not permitted'
  as_nobody
  play direct -d 01 -q netns -u 65534 "${greet[@]}" -- "${reports[@]}"
  play teed -d 01 -q netns -u 65534 "${greet[@]}" -- "${reports[@]}"
  untouched 'Operation not permitted'
}

@test "--pair tcp does not settle for less either" {
  teed_options=(--pair tcp)
  play direct -d 01 -q netns "${greet[@]}" -- "${reports[@]}"
  play teed -d 01 -q netns "${greet[@]}" -- "${reports[@]}"
  untouched 'Operation not permitted'
}

@test "With --fail closed the client is refused, without a word" {
  teed_options=(--fail closed)
  namespaces_left 0
  play teed -d 01 -c 'rest' -- "${reports[@]}"
  grep -q 'program: status 75' teed/exit
  grep -qx 'rest 0 "", the end' teed/client
  grep -q 'refused (--fail closed): .*No space left' teed/errors
  [ ! -e teed/report ]
  [ ! -e records ] || [ -z "$(sessions)" ]
  play teed -d 012 -c 'rest' -- "${reports[@]}"
  grep -qx 'rest 0 "", the end' teed/client
}

@test "A socketpair or pipes by hand need no namespace" {
  for pair in unix pipe; do
    teed_options=(--pair "$pair")
    same -q netns "${greet[@]}" -- 'say:hello\n'
  done
}

@test "Where there can be no process more, the daemon takes teed's place" {
  for_all_users
  install -d -o 64999 -m 700 records
  around=(prlimit --nproc=1)
  play direct -f unix -U 64999 -u 64999 "${greet[@]}" -- "${reports[@]}"
  play teed -f unix -U 64999 -u 64999 -d 01 "${greet[@]}" -- "${reports[@]}"
  grep -q 'runs unrecorded: no process.*temporarily unavailable' teed/errors
  diff direct/client teed/client
  diff direct/exit teed/exit
  [ -z "$(sessions)" ]
  play direct -u 64999 -d 01 "${greet[@]}" -- "${reports[@]}"
  play teed -u 64999 -d 01 "${greet[@]}" -- "${reports[@]}"
  untouched 'temporarily unavailable'
}

@test "Where the kernel does not tell of sockets, sessions end as they should" {
  same -q diag -c 'rest say:more shut:w' -- say:bye shut:w rest
  same -q diag -c 'say:x rest did:seen' -- hear:1 say:bye heir:3 close await:seen
  same -q diag -c 'say:x rest say:late broken' -- hear:1 say:bye
}

# ---- what is no connection ----------------------------------------------------

@test "A client that has broken the connection before teed looks is told apart" {
  play direct -g -d 01 -c 'reset' -- rest
  play teed -g -d 01 -c 'reset' -- rest
  differences || true
  grep '^+errors: .*the client is gone' differences
  diff direct/exit teed/exit
}

@test "A client that has gone before the greeting is recorded" {
  same -g -c 'say:x close' -- rest say:hello
  saw daemon 'rest 1 "x", the end'
}

# ---- nothing is left ----------------------------------------------------------

@test "No namespace, process or socket is left behind" {
  local i ours

  namespaces_left 1
  mkdir -m 700 records
  for i in 1 2 3 4 5 6 7 8; do
    # Where the one namespace of the session before is still there, there can
    # be no other, and no record.
    wait_for another_session "$i"
  done
  play teed "${greet[@]}" -- heir:0 'say:hello\n'
  grep -qx 'others: 1' teed/exit
  "${around[@]}" ss -tanH state all exclude time-wait >left
  [ ! -s left ]
  ours=$(readlink "/proc/${machines[0]}/ns/user")
  run -0 in_namespace "$ours"
  [ "$output" = "${machines[0]}" ]
}

in_namespace() { # NAMESPACE: the processes in it
  local process

  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/ns/user")" != "$1" ] || echo "${process#/proc/}"
  done
}

another_session() { # NUMBER
  play teed "${greet[@]}" -- say:hello
  grep -qx 'others: 0' teed/exit
  [ "$(count sessions)" = "$1" ]
}
