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
complete -c teelog -n "$some" -a '(string match -q -- "-*" (commandline -ct); and __teelog_options (commandline -opc)[2])'
complete -c teelog -s h -l help -d 'options'
complete -c teelog -l from -x -a '(teelog --from help | string replace -r " +" \t)' -d 'the format of logs'
complete -c teelog -n "$some" -s s -l style -x -a 'teed rs sc arrow raw thunderbird'
complete -c teelog -n "$some" -l times -x -a 'none start delta clock'
complete -c teelog -n "$some" -l dir -x -a 'S R E'
complete -c teelog -n "$some" -l color -a 'auto always never'
complete -c teelog -n "$some" -l format -x -a '(teelog export --format "" 2>&1 | string match -r "there are (.*)" | string split ", ")'
complete -c teelog -n "$some" -l result -x -a 'ok auth-failed refused broken open'
complete -c teelog -n "$some" -l secrets -x -a 'mask show'
