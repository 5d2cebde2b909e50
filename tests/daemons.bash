# daemons.bash - run real daemons and clients with and without teed
#
# A scenario is a function that sets up a daemon, starts a launcher for it and
# drives clients, in the words of tests/daemons/*.bash.  It runs on a machine of
# its own (tests/daemons/world), once with the daemon's own line and once with
# teed in it.  What the clients saw, what the daemons logged and what mail they
# delivered must be the same, but for times, process ids and the like.

source_dir=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
export LC_ALL=C TZ=UTC0
bats_require_minimum_version 1.5.0

case ${TEED=teed} in
/*) ;;
*) TEED=$source_dir/$TEED ;;
esac
export TEED

# Run NAME on a machine; MODE is direct, teed, or unable: teed where no network
# namespace can be made.  $layer is one of the layers of packages that
# tests/fetch-peers has beside the common one.  What the run leaves is in
# $BATS_TEST_TMPDIR/MODE.
run_on_machine() { # MODE NAME [ARGUMENT...]
  local mode=$1 enter=() peers
  local out=$BATS_TEST_TMPDIR/$mode

  shift
  peers=$("$source_dir/tests/fetch-peers" --path)
  mkdir "$out"
  chmod 755 "$out"
  declare -f >"$out/functions"
  if [ "$mode" = unable ]; then
    enter=(in_user_namespace)
  fi
  "${enter[@]}" timeout -k 5 120 unshare --mount --net --pid --uts --ipc \
    --fork --kill-child --mount-proc "$source_dir/tests/daemons/world" \
    "$mode" "${layer-}" "$out" "$source_dir" "$peers" "$@" \
    </dev/null >"$out.log" 2>&1 3>&- || {
    echo "$mode: exit status $?"
    tail -n 30 "$out.log" "$out/launcher" "$out/syslog"
    return 1
  }
}

# The same user and group ids, but in a namespace that has limits of its own.
in_user_namespace() { # COMMAND...
  local gate=$BATS_TEST_TMPDIR/gate inside go

  mkfifo "$gate"
  # shellcheck disable=SC2016 # expanded over there
  unshare --user sh -c 'read -r _ <"$0"; exec "$@"' "$gate" "$@" &
  inside=$!
  exec {go}>"$gate"
  echo 0 0 4294967295 >"/proc/$inside/uid_map"
  echo 0 0 4294967295 >"/proc/$inside/gid_map"
  echo >&"$go"
  exec {go}>&-
  wait "$inside"
}

# The files of a run with everything replaced that differs between two runs.
comparable() { # MODE
  local file

  mkdir "$BATS_TEST_TMPDIR/$1.same"
  for file in "$BATS_TEST_TMPDIR/$1"/*; do
    case ${file##*/} in
    functions | launcher | records) ;;
    syslog | mainlog)
      sed -E -f "$source_dir/tests/daemons/normalise.sed" "$file" | sort \
        >"$BATS_TEST_TMPDIR/$1.same/${file##*/}"
      ;;
    *)
      sed -E -f "$source_dir/tests/daemons/normalise.sed" "$file" \
        >"$BATS_TEST_TMPDIR/$1.same/${file##*/}"
      ;;
    esac
  done
}

# The scenario goes as without teed, and there are records of it.
same_with_teed() { # NAME [ARGUMENT...]
  same_in teed "$@"
  complete_records
}

# What teed says in syslog where it is unable to record is the one difference.
same_in() { # MODE NAME [ARGUMENT...]
  local mode=$1 direct

  shift
  run_on_machine direct "$@" &
  direct=$!
  run_on_machine "$mode" "$@"
  wait "$direct"
  comparable direct
  comparable "$mode"
  if [ "$mode" = unable ]; then
    sed -i '/ teed\[PID\]: /d' "$BATS_TEST_TMPDIR/unable.same/syslog"
  fi
  diff -ru "$BATS_TEST_TMPDIR/direct.same" "$BATS_TEST_TMPDIR/$mode.same"
}

# The records of a run, without the links to the newest.
record_files() { # MODE
  find "$BATS_TEST_TMPDIR/$1/records" -type f -name '*.log'
}

# There are records; each is whole, tells an address that clients have ($address
# where it is another), is its owner's alone, and does not have the password of
# the accounts, as it is or in base64.
complete_records() {
  local record client='192\.0\.2\.(7|66)|\[2001:db8::7\]'

  record_files teed | grep -q .
  while read -r record; do
    [ "$(stat -c %a "$record")" = 600 ]
    head -n 1 "$record" | grep -q '^#teed 1 '
    head -n 1 "$record" |
      grep -Eq " client=(${address-$client}):[0-9]+ .* pair=tcp "
    tail -n 1 "$record" | grep -q '^#end '
    if grep -E 'hunter2|aHVudGVy|h1bnRlcj|odW50ZXIy' "$record"; then
      return 1
    fi
  done < <(record_files teed)
}

# Something that both runs left has a line like each of the patterns.
saw() { # FILE PATTERN...
  local file=$BATS_TEST_TMPDIR/direct/$1 pattern

  shift
  for pattern; do
    grep -Eq -- "$pattern" "$file" || {
      echo "${file##*/} lacks: $pattern"
      cat "$file"
      return 1
    }
  done
}

# Some record has a line like each of the patterns, which need not care about
# times: "R    1.023456 +OK" and "R<TAB>+OK" are both "R +OK".
recorded() { # PATTERN...
  local pattern

  record_files teed | xargs sed -E 's/^([SRE#]) +[0-9.]+ |^([SRE])\t/\1\2 /' \
    >"$BATS_TEST_TMPDIR/records"
  for pattern; do
    grep -Eq -- "$pattern" "$BATS_TEST_TMPDIR/records" || {
      echo "no record has: $pattern"
      cat "$BATS_TEST_TMPDIR/records"
      return 1
    }
  done
}

# How many sessions were recorded.
records() {
  record_files teed | wc -l
}
