# What make demo shows: the first thing that a newcomer sees.

load lib

@test "the demonstration shows two records and no password" {
  TEED_DEMO_DIR=$PWD/records \
    run -0 "$source_dir/examples/demo/run" "$TEED" \
    "$(from_source_dir "${BUILD:-build}")/demo/mailer" \
    "$(from_source_dir "${TEELOG:-teelog}")"
  [[ $output == *"R"*"+OK POP3 demonstration server ready"* ]]
  [[ $output == *"S"*"PASS ****"* ]]
  [[ $output == *"AUTH PLAIN **** (user=hermes)"* ]]
  [[ $output == *"login=ok messages=1"* ]]
  [[ $output == *"login=failed messages=1"* ]]
  [[ $output == *"the login failed"* ]]
  [ "$(sessions | wc -l)" = 2 ]
  run -1 grep -rEi 's3cret|hlcm1lc|oLd-Secret' records
}
