# teelog.bash - what tests of the reader have in common

source_dir=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
TEELOG=${TEELOG:-$source_dir/teelog}
fixtures=$BATS_TEST_DIRNAME/fixtures

# No test depends on where or as whom it runs.
export LC_ALL=C.UTF-8 TZ=UTC0
unset NO_COLOR PAGER TEED_DIR TERM COLUMNS

teelog() {
  "$TEELOG" "$@"
}

# What a foreign log becomes, as JSON, must be what its fixture says.
imports_as_expected() { # NAME-OF-LOG [OPTION...]
  local log=$1

  shift
  cd "$fixtures/import"
  teelog export --format json "$@" "$log" >"$BATS_TEST_TMPDIR/got" || return
  diff -u "${log%.*}.json" "$BATS_TEST_TMPDIR/got"
}
