# normalise.sed - replace what differs between two runs of the same thing

# Times and durations.
s/[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}( [0-9]{4})?/TIME/g
s/[A-Z][a-z]{2}, [ 0-9]?[0-9] [A-Z][a-z]{2} [0-9]{4} [0-9:]{8}/TIME/g
s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}/TIME/g
s/\b1[789][0-9]{8}\b/TIME/g
s/\b(x?delays?)=[0-9:./]+/\1=N/g
s/ \([0-9.]+( \+ [0-9.]+)* secs\)/ (N secs)/
s/[0-9.]+Kbyte\/sec/NKbyte\/sec/

# Process ids, and what daemons make of them and the time.
s/\[[0-9]+\]/[PID]/g
s/\b(pid|child process) [0-9]+/\1 PID/g
s/\(joe\)<[0-9]+><[^>]*>/(joe)<PID>/g
s/<[0-9]+\.TIME@/<ID@/g
s/\b[0-9a-f]{32}\.TIME\./UID./g

# The client's port, and ports of data connections.
s/((192\.0\.2\.7|2001:db8::7)\]?)(:| port | )[0-9]+/\1\3PORT/g
s/(\|\|\||\|1\|192\.0\.2\.7\||\|2\|2001:db8::7\|)[0-9]+/\1PORT/g
s/(192[.,]0[.,]2[.,][17]),[0-9]+,[0-9]+/\1,PORT/g

# Queue ids of sendmail, Exim and Postfix; keys made for the run.
s/\b[0-9A-Za-z]{8}[0-9]{6}\b/QUEUE/g
s/\b[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}\b/QUEUE/g
s/(: |queued as |ESMTP id )[0-9A-F]{6,10}\b/\1QUEUE/g
s/\bSHA256:[0-9A-Za-z+/]+/SHA256:KEY/g

# tcpd logs under the name of what it runs.
s/ teed(\[PID\]: (refused )?connect from )/ solid-pop3d\1/

# What the test says itself.
/ root: the end$/d

# How Dovecot counts what has a duration in it.
s/ out=[0-9]+/ out=N/

# In how many pieces rsync sends, each of which has a header.
s/\bsent [0-9]+ bytes  received [0-9]+ bytes/sent N bytes  received N bytes/

# What curl tells of its own work: in which order and in how many pieces.
/^[{}] \[[0-9]+ bytes data\]$/d
/^\* +(Connecting to|Trying|Written|ftp_perform) /d
