# probe.bash - the same scene, direct and through teed, must leave the same words
#
# A scene is a client and a daemon with a list of steps for each
# (probe/steps.h) and an inetd between them (probe/scene.c).  What either saw
# goes to files, without what differs from run to run.

load lib

# Words before the launcher, like nice; teed's options; what the daemon is.
around=()
teed_options=()
daemon=(probe daemon)
pair=tcp
machines=()

# Play a scene: MODE is direct or teed, and the directory for what it leaves.
play() { # MODE [SCENE-OPTION...] -- [STEP...]
  local mode=$1 options=() program=()

  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  [ "$mode" = direct ] ||
    program=("$TEED" -d "$BATS_TEST_TMPDIR/records" "${teed_options[@]}")
  program+=("${daemon[@]}" "$@")
  rm -rf run "$mode"
  mkdir -m 777 run
  (
    cd run || exit
    # Signals that the shell was started without are as they should be.
    env --default-signal timeout -k 5 60 "${around[@]}" scene "${options[@]}" "${program[@]}" \
      </dev/null 2>errors 3>&-
  ) || {
    echo "$mode: the scene failed"
    head run/*
    return 1
  }
  mv run "$mode"
  if grep -qs ': status 97$' "$mode/exit"; then
    echo "$mode: somebody's deadline came"
    head "$mode"/*
    return 1
  fi
}

# What both saw, with the two ports told apart by name.  All that teed can't
# help changing is the daemon's parent, and that a signal which ended the daemon
# becomes an exit status (128 and its number).
comparable() { # MODE
  local client=none server=none line file files=()

  while read -r line; do
    case $line in
    'peer: IPv'*) client=${line#* port } client=${client%%[^0-9]*} ;;
    'own: IPv'*) server=${line#* port } server=${server%%[^0-9]*} ;;
    esac
  done <"$1/names"
  for file in client daemon exit report errors names; do
    [ ! -e "$1/$file" ] || files+=("$1/$file")
  done
  awk -v dir="$1/" -v client=" port $client " -v server=" port $server " \
    -v pair="$pair" '
    FNR == 1 { file = substr(FILENAME, length(dir) + 1) }
    /^parent: / { next }
    # Who writes to a local socket while it is closed reads either of these.
    pair == "unix" && /^pour: / { sub(/Connection reset by peer/, "Broken pipe") }
    file == "exit" && /^program: signal / { $0 = "program: status " 128 + $3 }
    { gsub(client, " port CLIENT "); gsub(server, " port SERVER ") }
    { print file ": " $0 }' "${files[@]}"
}

differences() {
  diff -U2 --label direct --label teed <(comparable direct) \
    <(comparable teed) >differences || {
    head -n 60 differences
    return 1
  }
}

# The record of the scene is whole, and tells what was made.
whole_record() {
  local files=(records/*T*Z-*.log) head

  { [ "${#files[@]}" = 1 ] && read -r head <"${files[0]}"; } || {
    echo "expected one record, got ${files[*]}"
    return 1
  }
  [[ $head = *" pair=$pair "* ]] || {
    echo "the pair is not $pair: $head"
    return 1
  }
  [[ $(tail -n 1 "${files[0]}") = '#end '* ]] || {
    echo "the record has no end"
    tail "${files[0]}"
    return 1
  }
}

same() { # [SCENE-OPTION...] -- [STEP...]
  rm -rf records
  play direct "$@"
  play teed "$@"
  differences
  whole_record
}

# Words that a file of both must have: a scene in which nothing happens would
# be the same, too.
saw() { # FILE TEXT...
  local text file=$1

  shift
  for text; do
    grep -qF -- "$text" "direct/$file" || {
      echo "not in $file: $text"
      grep -v '^env: ' "direct/$file" | head -n 120
      return 1
    }
  done
}

# Let any user run the programs here, and come back to them.
for_all_users() {
  chmod 755 "$BATS_RUN_TMPDIR" "${BATS_FILE_TMPDIR%/*}" "$BATS_TEST_TMPDIR" \
    "${BATS_TEST_TMPDIR%/*}"
  [ ! -d bin ] || return 0
  mkdir bin
  cp "$TEED" "$(command -v probe)" bin
  TEED=$BATS_TEST_TMPDIR/bin/teed
  daemon=("$BATS_TEST_TMPDIR/bin/probe" daemon)
}

# Run what follows as an ordinary user: 65534 is nobody.
as_nobody() {
  for_all_users
  rm -rf records
  install -d -o 65534 -m 700 records
}

# Two machines joined by a cable: `around` becomes the one with the server, the
# other's namespace is $client_net.
two_machines() {
  local pid

  for pid in 0 1; do
    unshare --net sleep 300 3>&- &
    machines+=("$!")
    wait_for has_own_network "$!"
  done
  around=(nsenter --net="/proc/${machines[0]}/ns/net")
  client_net=/proc/${machines[1]}/ns/net
  "${around[@]}" ip link add server index 7 type veth \
    peer name client netns "${machines[1]}"
  "${around[@]}" ip link set server up
  nsenter --net="$client_net" ip link set client up
}

has_own_network() { # PID
  [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

teardown() {
  ((${#machines[@]} == 0)) || kill "${machines[@]}"
}
