#!/usr/bin/env bats
# relay.bats - teed(8): how a session runs

load probe

# A scene over each kind of connection that a socket can be.
same_over_all() { # -c STEPS -- [STEP...]
  local family

  for family in v4 v6 unix; do
    echo "over $family"
    pair=tcp
    [ "$family" != unix ] || pair=unix
    same -f "$family" "$@"
  done
}

# ---- ends ---------------------------------------------------------------------

@test "A dialogue goes both ways, and the daemon's close ends it" {
  same_over_all -c 'line say:one\n line say:two\n rest' -- \
    'say:hello\n' line 'say:again\n' line say:bye
  saw client 'rest 3 "bye", the end'
}

@test "A client's half-close reaches the daemon, which goes on talking" {
  same_over_all -c 'say:question shut:w rest' -- rest say:answer
  saw daemon 'rest 8 "question", the end'
  saw client 'rest 6 "answer", the end'
}

@test "16 MiB written after the client's half-close arrive" {
  same_over_all -c 'shut:w rest' -- rest pour:16777216
  saw client 'rest 16777216 sum'
}

@test "A daemon's half-close reaches the client, which goes on talking" {
  same_over_all -c 'rest say:more did:said shut:w' -- say:bye shut:w rest
  saw client 'rest 3 "bye", the end'
  saw daemon 'rest 4 "more", the end'
}

@test "A daemon's half-close behind a client's is the end" {
  same_over_all -c 'say:x shut:w rest did:seen' -- rest say:bye shut:w await:seen
}

@test "A daemon that shuts down both directions without letting go" {
  same_over_all -c 'say:x rest did:seen' -- hear:1 say:bye shut:rw await:seen
}

@test "When the daemon has closed, what comes late from the client is refused" {
  same_over_all -c 'say:x rest say:late broken say:again did:seen' -- \
    hear:1 say:bye close await:seen
  saw client 'rest 3 "bye", the end' 'say: Broken pipe'
}

@test "When the daemon has ended, too" {
  same_over_all -c 'say:x rest say:late broken say:again' -- hear:1 say:bye
  saw client 'say: Broken pipe'
}

@test "When the daemon has only shut down its output, it is not" {
  same_over_all -c 'rest say:late say:again shut:w' -- say:bye shut:w hear:4 rest
  saw daemon 'hear 4 "late"' 'rest 5 "again", the end'
}

@test "A daemon that closes with input unread breaks the connection" {
  same -f v4 -c 'say:unread rest' -- ready say:hello
  saw client 'rest 5 "hello", Connection reset by peer'
  same -f v6 -c 'say:unread rest' -- ready say:hello close
  saw client 'rest 5 "hello", Connection reset by peer'
}

@test "A daemon's reset reaches the client, behind what was said before" {
  same -f v4 -c 'rest' -- pour:50000 reset
  saw client 'rest 50000 sum' 'Connection reset by peer'
  same -f v6 -c 'rest' -- pour:50000 reset
}

@test "A client's reset reaches the daemon, behind what was said before" {
  same -f v4 -c 'line pour:50000 reset' -- 'say:go\n' hear:50000 rest
  saw daemon 'hear 50000 sum' 'rest 0 "", Connection reset by peer'
  same -f v6 -c 'line pour:50000 reset' -- 'say:go\n' hear:50000 rest
}

@test "A client's reset reaches a daemon that only waits" {
  same -f v4 -c 'line reset' -- 'say:go\n' broken rest ignore:PIPE say:x
  saw daemon 'broken hup err'
}

@test "A client's reset reaches a daemon that only writes" {
  same -f v4 -c 'hear:1000 reset' -- ignore:PIPE pour:100000000
  saw daemon 'pour: Connection reset by peer'
}

@test "A client that closes with replies unread is a reset for the daemon" {
  same -f v4 -c 'hear:1 close' -- 'say:hello\n' broken rest
  saw daemon 'rest 0 "", Connection reset by peer'
}

@test "A daemon that goes on writing to a client that is gone gets its signal" {
  same -f v4 -c 'say:x close' -- rest say:one broken say:two
  saw daemon 'broken hup err'
  saw exit 'program: signal 13'
}

@test "A client that breaks the connection after its half-close stops the daemon" {
  same_over_all -c 'shut:w hear:1000 close' -- rest ignore:PIPE pour:1000000000
  saw daemon 'pour: Broken pipe'
}
