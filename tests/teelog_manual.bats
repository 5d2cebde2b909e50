# teelog(1): the manual, the usage texts and the completions agree

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  manual=$source_dir/src/teelog/teelog.1
  mapfile -t commands < <(teelog --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
}

# Long options of a command, as its usage text has them.
options_of() { # COMMAND
  teelog "$1" --help | sed '$d' | grep -o -- '--[a-z-]*' | sort -u
}

# What the manual says of a command.
section_of() { # COMMAND
  sed -n "/^\.Ss $1\$/,/^\.S[sh] /p" "$manual"
}

@test "there is a section for each command, in order, and none for others" {
  [ "${#commands[@]}" -ge 7 ]
  diff <(printf '%s\n' "${commands[@]}") <(sed -n 's/^\.Ss //p' "$manual")
}

@test "each option of a command stands in its section, and no other does" {
  local command

  for command in "${commands[@]}"; do
    diff <(options_of "$command") <(section_of "$command" |
      sed -n '2,/^\.Pp$/s/.*/& /p' | grep -oE '(Fl|\|) -[a-z-]+' |
      sed 's/.* -/--/' | sort -u)
  done
}

@test "each option that is told is known, and each that is known is told" {
  local command option

  for command in "${commands[@]}"; do
    for option in $(options_of "$command"); do
      run -64 teelog "$command" "$option" 1 --nonsense
      [[ ${lines[0]} != *"nrecognized option"*"${option#--}"* ]]
    done
    diff <(options_of "$command") <(grep -oE \
      '(\{"[a-z-]+", (required|optional|no)_argument|PRINT_OPTIONS)' \
      "$source_dir/src/teelog/cmd_$command.c" |
      sed 's/PRINT_OPTIONS/style decode times dir color/' |
      sed 's/[{",]//g; s/[a-z]*_argument//' | tr ' ' '\n' | grep -v '^help$' |
      sed -n 's/^[a-z]/--&/p' | sort -u)
  done
}

@test "the examples of the manual work" {
  a_session pop3 005800 1 >/dev/null
  a_session smtp 005801 2 >/dev/null
  a_session smtp 005802 3 >/dev/null
  cp "$fixtures/import/recordio.log" .
  cp "$fixtures/teelog/mail.log" .
  export TEED_DIR=records
  local line

  PATH=$(dirname "$TEELOG"):$PATH
  ! grep -q '^\.Dl \$' "$manual" || while read -r line; do
    case $line in
    *follow*) timeout -s INT 1 bash -c "$line" || [ $? = 124 ] ;;
    *" diff "*) bash -c "$line" || [ $? = 1 ] ;;
    *" cat "*) bash -c "$line" || [ $? = 1 ] ;; # it has a mask
    *grep*) bash -c "$line" || [ $? = 1 ] ;; # nothing was refused
    *) bash -c "$line" ;;
    esac
  done < <(sed -n 's/^\.Dl \$ //p' "$manual")
}

@test "bash completes commands, options, values and sessions" {
  a_session pop3 005800 1 >/dev/null
  export TEED_DIR=records
  PATH=$(dirname "$TEELOG"):$PATH
  # shellcheck source=/dev/null
  source "$source_dir/examples/completions/teelog.bash"
  complete_line() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _teelog 2>/dev/null
    echo "${COMPREPLY[*]}"
  }
  [[ " $(complete_line teelog '') " == *" show "*" prune "* ]]
  [ "$(complete_line teelog sh)" = show ]
  [[ " $(complete_line teelog show --) " == *" --decode "* ]]
  [ "$(complete_line teelog show --style = r)" = "rs raw" ]
  [ "$(complete_line teelog export --format j)" = "json json-session" ]
  [ "$(complete_line teelog show --from re)" = recordio ]
  [ "$(complete_line teelog show p)" = pop3-20261122T005800Z-1 ]
  [ "$(complete_line teelog -d /nowhere show p)" = "" ]
  [[ " $(complete_line teelog diff --) " == *" --strict "* ]]
  touch a.log
  [ "$(complete_line teelog explain --with a)" = a.log ]
  [ "$(complete_line teelog timing --total p)" = pop3-20261122T005800Z-1 ]
}

@test "bash runs nothing that a file's name says" {
  mkdir records
  # shellcheck disable=SC2016
  touch 'records/$(touch ran).log' 'records/`touch ran`.log' records/a\;b.log \
    $'records/\u202e.log' 'records/*.log' records/pop3.log
  export TEED_DIR=records
  PATH=$(dirname "$TEELOG"):$PATH
  # shellcheck source=/dev/null
  source "$source_dir/examples/completions/teelog.bash"
  COMP_WORDS=(teelog show '')
  COMP_CWORD=2
  _teelog 2>/dev/null || true
  [ "${COMPREPLY[*]}" = pop3 ]
  [ ! -e ran ]
}

@test "fish completes commands, options, values and sessions" {
  a_session pop3 005800 1 >/dev/null
  export TEED_DIR=records HOME=$BATS_TEST_TMPDIR
  PATH=$(dirname "$TEELOG"):$PATH
  complete_line() {
    fish -c "source $source_dir/examples/completions/teelog.fish
      complete -C '$1'" 2>&1 | cut -f 1 | xargs
  }
  [ "$(complete_line 'teelog ex')" = "explain export" ]
  [ "$(complete_line 'teelog show --st')" = --style ]
  [ "$(complete_line 'teelog -d /x diff --s')" = --strict ]
  [ "$(complete_line 'teelog show --style r')" = "raw rs" ]
  [ "$(complete_line 'teelog export --format j')" = "json json-session" ]
  [ "$(complete_line 'teelog explain p')" = pop3-20261122T005800Z-1 ]
}

@test "zsh completes commands, options, values and sessions" {
  a_session pop3 005800 1 >/dev/null
  export TEED_DIR=records
  PATH=$(dirname "$TEELOG"):$PATH
  zsh -n "$source_dir/examples/completions/_teelog"
  # What _teelog tells the completion system, a word a line.
  cat >told.zsh <<'END'
_arguments() { print -rl -- "$@"; [[ $1 == -C ]] && state=command; return 1 }
_describe() { print -rl -- ${(P)2} }
_alternative() { print -rl -- "$@" }
compadd() { }
words=(diff) opt_args=()
eval "$(sed '$d' $1)"
case $2 in
command) _teelog ;;
options) words=($3); _teelog_command ;;
sessions)
  _alternative() { print -rl -- $ids }
  typeset -A opt_args
  _teelog_sessions ;;
esac
END
  told() {
    zsh -f told.zsh "$source_dir/examples/completions/_teelog" "$@"
  }
  told command | grep -q '^explain:tell what each line'
  told options diff | grep -qx -- '\*--strict'
  told options diff | grep -qx -- '\*--context:context: '
  told options explain | grep -qx -- '\*--with:log:_files'
  told options show | grep -q -- '^\*--style:style:(teed rs'
  told options timing | grep -qx -- '\*--total'
  told options prune | grep -qx -- '\*--total:size: '
  [ "$(told sessions)" = pop3-20261122T005800Z-1 ]
}

@test "the values that completions know are those that there are" {
  local file value

  for file in teelog.bash _teelog teelog.fish; do
    file=$source_dir/examples/completions/$file
    grep -q 'teed rs sc arrow raw thunderbird' "$file"
    grep -q 'none start delta clock' "$file"
    grep -q 'ok auth-failed refused broken open' "$file"
  done
  for value in teed rs sc arrow raw thunderbird; do
    teelog show --style $value "$(a_session)" >/dev/null
  done
}
