# machine.bash - the words that scenarios are written in: launchers, clients
#
# All of this runs in the machine of tests/daemons/world, in /var/out; unless
# MODE is direct teed stands before the daemon.

# Processes that stay between sessions.
residents=" $$ "
# Options for teed beside -d.
teed_options=()
# Where clients find the daemon.
server=192.0.2.1

# ---- waiting ------------------------------------------------------------------

wait_for() { # COMMAND...
  local end=$((SECONDS + 20))

  until "$@"; do
    if ((SECONDS >= end)); then
      echo "timed out: $*" >&2
      return 1
    fi
    sleep 0.02
  done
}

listening() { # PORT
  grep -q "$(printf ':%04X 0*:0000 0A' "$1")" /proc/net/tcp /proc/net/tcp6
}

only_residents() {
  local process

  for process in /proc/[0-9]*; do
    [[ $residents == *" ${process#/proc/} "* ]] || return 1
  done
}

# Sessions are over, with all that they left to do, and the log is written.
settled() {
  wait_for only_residents
  busybox logger "the end"
  wait_for grep -q 'the end' syslog
}

# ---- launchers ----------------------------------------------------------------

start_syslog() {
  busybox syslogd -n -O /var/out/syslog &
  residents+="$! "
  wait_for test -S /dev/log
}

# Start what stays, and wait until it listens at PORT.
launch() { # PORT COMMAND...
  local port=$1

  shift
  "$@" </dev/null >>/var/out/launcher 2>&1 &
  residents+="$! "
  wait_for listening "$port"
}

# What the launcher is to run for a daemon: line becomes its words.
daemon_line() { # USER PROGRAM [ARGUMENT...]
  local user=$1

  shift
  line=("$@")
  if [ "$MODE" != direct ]; then
    install -d -m 700 -o "$user" /var/out/records
    line=(/usr/local/sbin/teed -d /var/out/records "${teed_options[@]}" "$@")
  fi
}

# In inetd.conf and for xinetd the daemon's name stands behind the program's
# path; teed hands it on.
inetd_line() { # PORT USER PROGRAM [ARGUMENT...]
  local name=${3##*/}

  daemon_line "${@:2}"
  echo "$1 stream tcp nowait $2 ${line[0]} $name ${line[*]:1}" \
    >>/etc/inetd.test
}

launch_openbsd_inetd() { # PORT CONFIGURATION
  launch "$1" inetd -i -R 10000 "$2"
}

# It sleeps for a second when a daemon ends while it waits for a client.
launch_gnu_inetd() { # PORT CONFIGURATION
  launch "$1" inetutils-inetd --environment -d --pidfile=/run/inetd.pid "$2"
}

openbsd_inetd() { # PORT CONFIGURATION
  launch "$1" inetd -i -R 10000 "$2"
}

# It goes into the background by itself, for with -d, which would keep it here,
# it sleeps for a second after each client.
launch_gnu_inetd() { # PORT CONFIGURATION
  inetutils-inetd --environment --pidfile=/run/inetd.pid "$2"
  wait_for listening "$1"
  residents+="$(cat /run/inetd.pid) "
}

openbsd_inetd() { # PORT USER PROGRAM [ARGUMENT...]
  inetd_line "$@"
  launch_openbsd_inetd "$1" /etc/inetd.test
}

gnu_inetd() { # PORT USER PROGRAM [ARGUMENT...]
  inetd_line "$@"
  launch_gnu_inetd "$1" /etc/inetd.test
}

xinetd_inetd() { # PORT USER PROGRAM [ARGUMENT...]
  daemon_line "${@:2}"
  cat >/etc/xinetd.test <<END
service test
{
  type = UNLISTED
  socket_type = stream
  protocol = tcp
  wait = no
  flags = IPv6 NAMEINARGS
  user = $2
  port = $1
  server = ${line[0]}
  server_args = ${3##*/} ${line[@]:1}
}
END
  launch "$1" xinetd -dontfork -stayalive -f /etc/xinetd.test
}

ucspi_tcpserver() { # PORT USER PROGRAM [ARGUMENT...]
  daemon_line "${@:2}"
  launch "$1" tcpserver -v -RHl0 -u "$(id -u "$2")" -g "$(id -g "$2")" \
    0 "$1" "${line[@]}"
}

systemd_socket() { # PORT USER PROGRAM [ARGUMENT...]
  daemon_line "${@:2}"
  launch "$1" systemd-socket-activate --inetd -a -l "$1" "${line[@]}"
}

socat_listen() { # PORT USER PROGRAM [ARGUMENT...]
  daemon_line "${@:2}"
  launch "$1" socat "TCP-LISTEN:$1,fork" "EXEC:${line[*]},nofork"
}

# teed without any launcher; what it is compared with is an inetd.
teed_listen() { # PORT USER PROGRAM [ARGUMENT...]
  if [ "$MODE" = direct ]; then
    openbsd_inetd "$@"
  else
    teed_options+=(-l "0.0.0.0:$1" -l "[2001:db8::1]:$1")
    daemon_line "${@:2}"
    launch "$1" "${line[@]}"
  fi
}

# ---- clients ------------------------------------------------------------------

# Run a command on the client's machine and keep what it saw.
client() { # NAME COMMAND...
  local name=$1 status=0

  shift
  timeout 60 ip netns exec client "$@" \
    >"$name.out" 2>"$name.err" || status=$?
  echo "$status" >"$name.status"
}

# The same for a client that must wait: each answer is given when its prompt is
# there, an empty one being there always.
conversation() { # NAME COMMAND... -- [PROMPT ANSWER]...
  local name=$1 command=() answers seen=0 pid

  shift
  while [ "$1" != -- ]; do
    command+=("$1")
    shift
  done
  shift
  mkfifo "/tmp/$name"
  : >"$name.out"
  client "$name" "${command[@]}" <"/tmp/$name" &
  pid=$! # what prompted() starts becomes $!, too
  exec {answers}>"/tmp/$name"
  while [ $# -gt 0 ]; do
    wait_for prompted "$1"
    seen=$(wc -c <"$name.out")
    printf %b "$2" >&"$answers"
    shift 2
  done
  exec {answers}>&-
  wait "$pid"
}

prompted() { # PATTERN
  [ -z "$1" ] || grep -q -- "$1" <(tail -c "+$((seen + 1))" "$name.out")
}

# A conversation in a protocol of lines, without a client's own ideas.
dialogue() { # NAME PORT [PROMPT ANSWER]...
  conversation "$1" nc.openbsd -N "$server" "$2" -- "${@:3}"
}

# ---- all of it ----------------------------------------------------------------

run_scenario() { # NAME [ARGUMENT...]
  start_syslog
  "$@"
  settled
  if [ -s /var/mail/joe ]; then
    cp /var/mail/joe mail
  fi
}
