# teelog.fish - completion for fish
#
# Copy it to ~/.config/fish/completions/.  Commands are asked of teelog itself.

function __teelog_sessions
    set -l dir /tmp/teed
    set -q TEED_DIR; and set dir $TEED_DIR
    for file in $dir/*.log
        # not the further segments of a session: ID.2
        string match -qr 'Z-[0-9a-z]+\.[0-9]+\.log$' $file
        or basename $file .log
    end
end

function __teelog_options -a command
    teelog $command --help | string match -ar -- '--[a-z-]+' | sort -u
    printf '%s\n' --from --help
end

# The command that stands on the line; fails where there is none yet.
function __teelog_this
    for word in (commandline -opc)[2..-1]
        if contains -- $word (__teelog_command)
            echo $word
            return
        end
    end
    return 1
end

function __teelog_takes -a option
    set -l command (__teelog_this)
    and __teelog_options $command | string match -q -- $option
end

function __teelog_command
    teelog --help | string match -r '^  ([a-z]+) ' | string match -rv '^ '
end

set -l none 'not __fish_seen_subcommand_from (__teelog_command)'
set -l some '__fish_seen_subcommand_from (__teelog_command)'

complete -c teelog -f
complete -c teelog -n "$none" -s d -l dir -x -a '(__fish_complete_directories)' -d 'where sessions are kept'
complete -c teelog -n "$none" -s V -l version -d 'the version'
complete -c teelog -n "$none" -a '(__teelog_command)'
complete -c teelog -n "$some" -a '(__teelog_sessions)'
complete -c teelog -n "$some" -F
complete -c teelog -n "$some" -a '(string match -q -- "-*" (commandline -ct); and __teelog_options (__teelog_this))'
complete -c teelog -s h -l help -d 'options'
complete -c teelog -l from -x -a '(teelog --from help | string replace -r " +" \t)' -d 'the format of logs'
complete -c teelog -n '__teelog_takes --style' -s s -l style -x -a 'teed rs sc arrow raw thunderbird'
complete -c teelog -n '__teelog_takes --times' -l times -x -a 'none start delta clock'
complete -c teelog -n '__teelog_takes --dir' -l dir -x -a 'S R E'
complete -c teelog -n '__teelog_takes --color' -l color -a 'auto always never'
complete -c teelog -n '__teelog_takes --format' -l format -x -a '(teelog export --format "" 2>&1 | string match -r "there are (.*)" | string split ", ")'
complete -c teelog -n '__teelog_takes --result' -l result -x -a 'ok auth-failed refused broken open'
complete -c teelog -n '__teelog_takes --secrets' -l secrets -x -a 'mask show'
complete -c teelog -n '__teelog_takes --with' -l with -r -F -d 'a log to weave in'
complete -c teelog -n '__teelog_takes --context' -l context -x -d 'commands around a difference'
