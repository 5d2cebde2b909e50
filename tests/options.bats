#!/usr/bin/env bats
# options.bats - teed(8): options, TEED_OPTIONS, usage, mistakes

load lib

# Letter and long name of each option, as the usage text has them.
usage_options() {
  "$TEED" --help | sed -nE 's/^  -(.), --([a-z0-9-]+).*/\1 \2/p'
}

# Options that take a value.
valued_options() {
  "$TEED" --help | sed -nE 's/^  -(.), --([a-z0-9-]+) [^ ].*/\1 \2/p' |
    grep -v ' *--[a-z-]*  '
}

# What a session leaves: files, their content without times, teed's end.
outcome() { # TEED-OPTION...
  local i

  rm -rf records other switch
  for i in 1 2 3; do
    pop3 | converse -e errors -- "$@" || return
  done
  for i in records/* other/*; do
    [ -e "$i" ] || continue
    stat -c '%F %a %U' "$i"
    sed -E "s/[0-9]+/#/g" <<<"$i"
    timeless "$i"
    head_word protocol "$i"
    head_word pair "$i"
    head_word secrets "$i"
    head_word exact "$i"
    head_word opaque "$i"
  done
}

# Both forms do the same, and it is not what is done without the option.
both_forms() { # LETTER NAME [VALUE [EXTRA...]]
  outcome -p pop3 "${@:4}" >plain
  outcome -p pop3 "${@:4}" "-$1" ${3+"$3"} >short
  outcome -p pop3 "${@:4}" "--$2" ${3+"$3"} >long
  diff -u short long
  run ! cmp -s plain short
  [ -z "${3:-}" ] || {
    outcome -p pop3 "${@:4}" "-$1$3" >short
    diff -u short long
    outcome -p pop3 "${@:4}" "--$2=$3" >short
    diff -u short long
  }
}

@test "an option does the same in its short and its long form" {
  both_forms d dir other
  both_forms n name lunch
  both_forms p protocol smtp
  both_forms m secrets show
  both_forms k keep 1
  both_forms t total 1000
  both_forms s segment 350
  both_forms o opaque full
  both_forms x exact
  both_forms P pair unix
  both_forms a client 10.0.0.0/8
  both_forms w switch switch
  both_forms W when failed
  both_forms u user nobody
}

@test "the usage text, the options that are taken and the manual agree" {
  local letter name

  "$TEED" --help | grep -q '^usage: teed '
  [ "$(count usage_options)" -ge 27 ]
  while read -r letter name; do
    case $name in
    help | version) continue ;;
    esac
    run "$TEED" "-$letter"
    [ "$status" = 64 ]
    [[ $output != *unknown* ]]
    run "$TEED" "--$name"
    [ "$status" = 64 ]
    [[ $output != *unknown* ]]
  done < <(usage_options)
  sed -nE 's/^\.It Fl (.) , Fl -([a-z0-9-]+).*/\1 \2/p' \
    "$source_dir/src/teed/teed.8" | sort >manual
  usage_options | sort | diff -u manual -
}

@test "an option that takes a value says so when there is none" {
  local letter name

  for letter in d n p m k t s c o e P u f a w W U H l M 0; do
    run "$TEED" "-$letter"
    [ "$status" = 64 ]
    name=$(usage_options | sed -n "s/^$letter //p")
    [ "$output" = "teed: --$name (-$letter) needs a value" ]
    run "$TEED" "--$name"
    [ "$status" = 64 ]
    [ "$output" = "teed: --$name (-$letter) needs a value" ]
  done
}

# A mistake is told to the operator, with the place and the word.
wrong() { # WANTED-TEXT OPTION...
  local want=$1

  shift
  run --separate-stderr "$TEED" "$@" true
  [ "$status" = 64 ]
  [ -z "$output" ]
  [[ $stderr == "teed: "*"$want"* ]] || {
    echo "$*: $stderr"
    return 1
  }
}

@test "each bad value is told with its option, the value and the reason" {
  wrong '--name (-n): ".x" is no name' -n .x
  wrong '--name (-n): "a/b" is no name' --name a/b
  wrong '--name (-n): "" is no name' -n ''
  wrong '--name (-n): "aaaaaaaaaabbbbbbbbbbccccccccccddd" is no name' \
    -n aaaaaaaaaabbbbbbbbbbccccccccccddd
  wrong '--protocol (-p): "gopher" is no protocol' -p gopher
  wrong '--secrets (-m): "hide" is none of mask|show' -m hide
  wrong '--keep (-k): "-1" is not a number' -k -1
  wrong '--keep (-k): "3k" is not a number' -k 3k
  wrong '--keep (-k): "" is not a number' -k ''
  wrong '--keep (-k): "99999999999999999999" is too large' \
    -k 99999999999999999999
  wrong '--keep (-k): "4294967296" is too large' -k 4294967296
  wrong '--total (-t): "1T" is not a size' -t 1T
  wrong '--total (-t): "99999999999G" is too large' -t 99999999999G
  wrong '--segment (-s): "k" is not a number' -s k
  wrong '--segment (-s): "1kk" is not a size' -s 1kk
  wrong '--segment (-s): "0" is too small' -s 0
  wrong '--content (-c): "9223372036854775808" is too large' \
    -c 9223372036854775808
  wrong '--content (-c): "all" is not a number' -c all
  wrong '--opaque (-o): "none" is none of count|full' -o none
  wrong '--stderr (-e): "2" is none of client|log|both' -e 2
  wrong '--pair (-P): "udp" is none of tcp|unix|pipe|auto' -P udp
  wrong '--user (-u): "no such user" is no user' -u 'no such user'
  wrong '--fail (-f): "maybe" is none of open|closed' -f maybe
  wrong '--client (-a): "nowhere" is not an address' -a nowhere
  wrong '--client (-a): "10.0.0.0/33" has no valid length' -a 10.0.0.0/33
  wrong '--client (-a): "::/129" has no valid length' -a ::/129
  wrong '--client (-a): "10.0.0.0/" has no valid length' -a 10.0.0.0/
  wrong '--when (-W): "never" is none of always|failed' -W never
  wrong '--upstream (-U): "mail" is not HOST:PORT' -U mail
  wrong '--upstream (-U): ":25" has no host' -U :25
  wrong '--upstream (-U): "mail:" has no port' -U mail:
  wrong '--upstream (-U): "::1:25" is ambiguous' -U ::1:25
  wrong '--proxy-header (-H): "3" is too large' -H 3
  wrong '--listen (-l): "::1:25" is ambiguous' -l ::1:25
  wrong '--listen (-l): "host:" has no port' -l host:
  wrong '--max (-M): "0" is too small' -M 0
  wrong '--max (-M): "100001" is too large' -M 100001
}

@test "words that do not fit together are told" {
  run "$TEED"
  [ "$status" = 64 ]
  [ "$output" = "teed: no program to run; see teed --help" ]
  run "$TEED" --upstream 127.0.0.1:25 /bin/cat
  [ "$status" = 64 ]
  [[ $output == *'--upstream takes no program ("/bin/cat")'* ]]
  wrong '--proxy-header is for --upstream' --proxy-header 1
}

@test "an unknown option is named, wherever it stands" {
  wrong 'unknown option -Z' -Z
  wrong 'unknown option -Z' --exact -Zx
  wrong 'unknown option -Z' -xZ
  wrong 'unknown or ambiguous option --frobnicate' --frobnicate
  wrong 'unknown or ambiguous option --frobnicate=1' --frobnicate=1
  wrong '--exact (-x) takes no value' --exact=1
  wrong 'unknown or ambiguous option --se' --se mask
}

@test "more clients or addresses than teed can hold are refused, not dropped" {
  local many=() i

  for ((i = 0; i < 65; i++)); do
    many+=(-a "10.0.0.$i")
  done
  wrong '--client (-a): "10.0.0.64" is one network too many' "${many[@]}"
  many=()
  for ((i = 0; i < 17; i++)); do
    many+=(-l "127.0.0.1:$((20000 + i))")
  done
  wrong '--listen (-l): "127.0.0.1:20016" is one address too many' "${many[@]}"
}

@test "options end at the first word that is none" {
  [ "$(pop3 | converse -- -p pop3)" = "status 0" ]
  run "$TEED" -d nowhere --keep 5 echo --keep x -Z </dev/null
  [ "$status" = 0 ]
  [ "$output" = "--keep x -Z" ]
  run "$TEED" -d nowhere -- echo -n here </dev/null
  [ "$output" = "here" ]
}

@test "TEED_OPTIONS is read first; the command line wins" {
  export TEED_OPTIONS=$'--secrets show -n \t lunch'

  [ "$(pop3 | converse -- -p pop3 -n dinner)" = "status 0" ]
  grep -q 'PASS hunter2' records/dinner-*.log
  rm -r records
  [ "$(pop3 | converse -- -p pop3 -m mask)" = "status 0" ]
  grep -q 'PASS \*\*\*\*' records/lunch-*.log
}

@test "the daemon finds TEED_OPTIONS as it was" {
  export TEED_OPTIONS='-m show'

  run "$TEED" -d nowhere sh -c 'echo "$TEED_OPTIONS"' </dev/null
  [ "$output" = "-m show" ]
}

@test "a mistake in TEED_OPTIONS is told as one in TEED_OPTIONS" {
  TEED_OPTIONS='-k x' wrong 'TEED_OPTIONS: --keep (-k): "x" is not a number'
  TEED_OPTIONS='-Z' wrong 'TEED_OPTIONS: unknown option -Z'
  TEED_OPTIONS='-k' wrong 'TEED_OPTIONS: --keep (-k) needs a value'
  TEED_OPTIONS='-k 5 cat' wrong 'TEED_OPTIONS: "cat" is no option'
  TEED_OPTIONS=$(printf -- '-x %.0s' {1..200}) wrong 'TEED_OPTIONS: too many'
}

@test "TEED_DIR says where sessions are kept; --dir wins" {
  export TEED_DIR=here

  pop3 >dialogue
  [ "$(talk inetd dialogue "$TEED" -n a talk daemon dialogue)" = "status 0" ]
  [ "$(count sessions here)" = 1 ]
  [ "$(pop3 | converse -- -n a)" = "status 0" ]
  [ "$(count sessions here)" = 1 ]
  [ "$(count sessions records)" = 1 ]
  TEED_DIR="" run "$TEED" --help
  [ "$status" = 0 ]
}

@test "help and version go to standard output, with status 0" {
  run --separate-stderr "$TEED" -h
  [ "$status" = 0 ]
  [ -z "$stderr" ]
  [[ $output == "usage: teed"* ]]
  run --separate-stderr "$TEED" --version
  [ "$status" = 0 ]
  [[ $output =~ ^teed\ [0-9]+\.[0-9]+$ ]]
  run "$TEED" -V
  [[ $output =~ ^teed\ [0-9]+\.[0-9]+$ ]]
}

# An empty dialogue: the client must see the end, and not a byte before it.
silent() { # WANTED-STATUS WANTED-LOG-LINE OPTION...
  : >dialogue
  rm -f log dialogue.*
  [ "$(loghost log talk inetd dialogue "$TEED" "${@:3}")" = "status $1" ]
  said_all dialogue
  grep -qF -- "$2" log || {
    cat log
    return 1
  }
}

@test "what teed has to say goes to syslog when 0, 1 and 2 are the client's" {
  silent 64 '--keep (-k): "x" is not a number' -k x cat
  silent 64 'unknown option -Z' -Z cat
  silent 64 'no program to run'
  silent 64 '--help' --help
  silent 64 '--version' -V
  silent 127 'cannot run nosuchprogram' -d records nosuchprogram
  silent 126 'cannot run /etc/passwd' -d records /etc/passwd
  silent 75 'unsafe directory' -d /dev/null -f closed cat
  silent 75 'refused (--fail closed)' -d /dev/null -f closed cat
  silent 75 'upstream 127.0.0.1:1: Connection refused' -d records \
    -U 127.0.0.1:1
  silent 75 'upstream 127.0.0.1:1: Connection refused' -d /dev/null \
    -U 127.0.0.1:1
}

@test "a session that runs unrecorded is told to syslog, not to the client" {
  under=(loghost log)
  mkdir -m 777 open
  pop3 >dialogue
  [ "$(loghost log talk inetd dialogue "$TEED" -d open talk daemon dialogue)" = \
    "status 0" ]
  said_all dialogue
  grep -q 'session of 127.0.0.1 runs unrecorded: open: unsafe directory' log
}

@test "the messages of a bad start go to standard error when that is a file" {
  : >dialogue
  [ "$(talk inetd -e errors dialogue "$TEED" -k x cat)" = "status 64" ]
  said_all dialogue
  [ "$(cat errors)" = 'teed: --keep (-k): "x" is not a number' ]
}
