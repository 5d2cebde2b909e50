# teelog(1): logs of recordio

bats_require_minimum_version 1.5.0
load teelog

@test "recordio: lines, chunks, ends, NULs, two processes and one number twice" {
  imports_as_expected recordio.log
}

@test "recordio: a log that lost the blanks at its line ends is still read" {
  sed 's/[[:space:]]*$//' "$fixtures/import/recordio.log" >"$BATS_TEST_TMPDIR/pasted"
  run -0 --separate-stderr teelog export --format json "$BATS_TEST_TMPDIR/pasted"
  [[ $output == *'"dir":"S","text":"USER hermes","eol":"unknown","flags":["lossy"]'* ]]
  [ -z "$stderr" ]
}
