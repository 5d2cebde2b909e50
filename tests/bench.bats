#!/usr/bin/env bats
# bench.bats - the measurements can be made; what they say is not judged here

load lib.bash
bats_require_minimum_version 1.5.0

bench() { # FIGURE...
  TEED=$TEED BUILD=$source_dir_build TEED_STATIC=/nonexistent \
    BENCH_TSV=$BATS_TEST_TMPDIR/bench.tsv "$source_dir/tests/bench/bench" \
    --tiny "$@"
}

source_dir_build=$(from_source_dir "${BUILD:-build}")

# Whether this was measured of that contender.
measured() { # FIGURE CONTENDER NAME
  awk -F '\t' -v f="$1" -v c="$2" -v n="$3" \
    '$1 == f && $2 == c && $4 == n && $5 > 0 { found = 1 }
     END { exit !found }' bench.tsv
}

@test "bulk data comes through whole, of teed and of all that it is compared with" {
  run -0 bench text-down
  for who in direct relay raw teed teed-tcp recordio socat-rR socat-v recipe; do
    measured text-down $who ns
  done
  [[ $output == *'Mail text to the client, the raw recorder = 1'* ]]
}

@test "every figure of teed's is measured" {
  run -0 bench text-up random-down random-up opaque content trips calls \
    sessions cost memory kept ends size
  for figure in text-up random-down random-up; do
    measured $figure teed own_cpu_us
  done
  measured opaque teed-count ns
  measured content teed-content ns
  measured trips teed-tcp p99
  measured calls teed-tcp session
  measured sessions teed-tcp ns
  measured cost teed own_cpu_us
  measured memory teed private_kb
  measured kept 20 own_cpu_us
  measured ends teed bytes
  measured size teed bytes
  [[ $output != *failed* ]]
}
