# teelog.bash - completion for bash
#
# Copy it to /usr/share/bash-completion/completions/teelog, or read it in from
# ~/.bashrc.  Commands and options are asked of teelog itself.

_teelog_dir() { # the directory of sessions that this command line means
  local i

  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    -d | --dir)
      echo "${COMP_WORDS[i + 1]}"
      return
      ;;
    esac
  done
  echo "${TEED_DIR:-/tmp/teed}"
}

_teelog_sessions() {
  local file

  for file in "$(_teelog_dir)"/*.log; do
    [ -e "$file" ] || continue
    file=${file##*/}
    file=${file%.log}
    # Not the further segments of a session: ID.2.  And no name that teed would
    # not make: anybody may have made the directory, and a name the shell would
    # obey.
    [[ $file == *Z-*.* || $file == *[!A-Za-z0-9._-]* ]] ||
      printf '%s\n' "$file"
  done
}

_teelog_words() { # WORD...: those that fit
  local IFS=$' \t\n' word words

  # compgen -W would run a $(command) that is in one
  read -r -d '' -a words <<<"$*"
  COMPREPLY=()
  for word in "${words[@]}"; do
    [[ $word != "$cur"* ]] || COMPREPLY+=("$word")
  done
}

_teelog() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' i

  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    -d | --dir | --from) ((i++)) ;;
    -*) ;;
    *)
      command=${COMP_WORDS[i]}
      break
      ;;
    esac
  done
  # --style=rs comes as three words
  if [ "$cur" = = ]; then
    cur=
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $prev in
  -d | --dir)
    if [ "$prev" = --dir ] && [ -n "$command" ]; then
      _teelog_words S R E
    else
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
    fi
    return
    ;;
  --from) _teelog_words "$(teelog --from help | cut -d ' ' -f 1)" ;;
  -s | --style) _teelog_words teed rs sc arrow raw thunderbird ;;
  --times) _teelog_words none start delta clock ;;
  --color) _teelog_words auto always never ;;
  --format) _teelog_words "$(teelog export --format '' 2>&1 |
    sed -n 's/.*there are //p' | tr -d ,)" ;;
  --result) _teelog_words ok auth-failed refused broken open ;;
  --secrets) _teelog_words mask show ;;
  --with) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
  --service | --client | --user | --since | --until | --lines | --last | \
    --keep | --context) ;;
  --total) # a size for prune, but of timing an option without a value
    [ "$command" != timing ] || _teelog_words "$(_teelog_sessions)"
    ;;
  *)
    if [ -z "$command" ]; then
      _teelog_words -d --dir --from --help --version "$(teelog --help |
        sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')"
    elif [[ $cur == -* ]]; then
      _teelog_words --from --help "$(teelog "$command" --help |
        grep -o -- '--[a-z-]*' | sort -u)"
    else
      _teelog_words "$(_teelog_sessions)"
      compopt -o default 2>/dev/null
    fi
    ;;
  esac
}

complete -F _teelog teelog
