# lib.bash - what the tests of the recorder share
#
# A test writes a dialogue (see talk.c), plays it through teed with `converse`
# and looks at the record.  Every byte that either end receives is compared on
# the way, so each test is also one of transparency.

source_dir=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
export LC_ALL=C TZ=UTC0
unset TEED_DIR TEED_OPTIONS
bats_require_minimum_version 1.5.0

from_source_dir() { # PATH
  case $1 in
  /*) echo "$1" ;;
  *) echo "$source_dir/$1" ;;
  esac
}

TEED=$(from_source_dir "${TEED:-teed}")
PATH=$(from_source_dir "${BUILD:-build}")/tests:$PATH

# Words before `talk`, like a loghost; and before teed, like strace.
under=()
before=()
# Where records are.
records=records

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# ---- waiting ------------------------------------------------------------------

# Wait for a command to succeed.
wait_for() { # COMMAND...
  local end=$((SECONDS + 20))

  until "$@"; do
    if ((SECONDS >= end)); then
      echo "timed out: $*"
      return 1
    fi
    sleep 0.02
  done
}

# ---- conversations ------------------------------------------------------------

# Play the dialogue of standard input through teed as inetd runs it.  Words
# before -- are talk's options, those behind it teed's.  Prints how teed ended.
converse() { # [TALK-OPTION...] [-- TEED-OPTION...]
  local talk_options=()

  while (($# > 0)) && [ "$1" != -- ]; do
    talk_options+=("$1")
    shift
  done
  rm -f dialogue.shared dialogue.errors
  cat >dialogue
  "${under[@]}" talk inetd "${talk_options[@]}" dialogue \
    "${before[@]}" "$TEED" -d "$records" "${@:2}" talk daemon dialogue ||
    echo "talk: status $?"
  said_all dialogue
}

# Both ends heard what they should.
said_all() { # DIALOGUE
  [ ! -s "$1.errors" ] || {
    cat "$1.errors"
    return 1
  }
}

# A POP3 session that goes well.
pop3() {
  cat <<END
R +OK ready
S USER joe
R +OK
S PASS hunter2
R +OK 1 message
S QUIT
R +OK bye
END
}

# ---- records ------------------------------------------------------------------

# The files of sessions, the oldest first; nothing else.
sessions() { # [DIRECTORY]
  find "${1:-$records}" -maxdepth 1 -type f -name '*-*T*Z-*.log' | sort
}

count() { # COMMAND...: lines of its output
  "$@" | wc -l
}

# The only record there is.
record() { # [DIRECTORY]
  local files

  mapfile -t files < <(sessions "$@")
  [ "${#files[@]}" = 1 ] || {
    echo "expected one record, got ${#files[@]}: ${files[*]}" >&2
    return 1
  }
  echo "${files[0]}"
}

# Records without their first lines and their times.
timeless() { # [FILE...]
  sed -E '/^#teed /d; s/^([SRE#]) +[0-9]+\.[0-9]{6}/\1/; s/^#end [0-9.]+/#end/' \
    "$@"
}

# The record's lines, without times, are those of standard input.
recorded() { # [FILE...]
  local files=("$@")

  (($# > 0)) || files=("$(sessions)")
  decode_tool check "${files[@]}"
  diff -u - <(timeless "${files[@]}")
}

# The value of a word in a record's first line.
head_word() { # KEY [FILE]
  sed -nE "1s/.* $1=(\"([^\"\\\\]|\\\\.)*\"|[^ ]*).*/\\1/p" "${2:-$(record)}"
}

# The segments of a session, in their order.
segments() { # FIRST-FILE
  local n

  echo "$1"
  for ((n = 2; n < 10000; n++)); do
    [ ! -e "${1%.log}.$n.log" ] || echo "${1%.log}.$n.log"
  done
}

# ---- machines of their own ----------------------------------------------------

# Run a function where `disk` is a file system of its own; records are there.
on_disk() { # MOUNT-OPTIONS FUNCTION [ARGUMENT...]
  unshare --mount bash -c "$(declare -p source_dir TEED PATH under before)
    $(declare -f)
    set -eE
    trap 'echo \"failed at: \$BASH_COMMAND\"' ERR
    mkdir -p disk
    mount -t tmpfs -o '$1' none disk
    mkdir -m 700 disk/records
    records=disk/records
    \"\${@:2}\"" bash "$@"
}

# ---- listeners ----------------------------------------------------------------

# Start teed as a listener; its ports are in $ports, its messages in `listening`.
start_listener() { # TEED-OPTION... PROGRAM...
  rm -f listening
  "${before[@]}" "$TEED" -d "$records" "$@" 2>listening 3>&- </dev/null &
  listener=$!
  wait_for test -s listening
  # All addresses are told before the first connection is taken.
  wait_for said_where "$(grep -cE '^(-l|--listen)$' < <(printf '%s\n' "$@"))"
  mapfile -t ports < <(sed -nE 's/.*listening on .*:([0-9]+)$/\1/p' listening)
}

said_where() { # NUMBER
  [ "$(grep -c 'listening on' listening)" -ge "$1" ]
}

stop_listener() {
  kill "$listener" 2>/dev/null || true
  wait "$listener" || true
}

teardown() {
  [ -z "${listener:-}" ] || stop_listener
}
