#!/usr/bin/env bats
# relay_denied.bats - no mail transfer agent becomes an open relay behind teed
# teed(8): --pair, --fail; CAVEATS
#
# Each agent has the rules that its package comes with, and the client is a
# stranger at 192.0.2.7.  A wrapper that hides that address makes of it someone
# local, who may send anything anywhere.

# shellcheck disable=SC2034,SC2154 # scenarios share variables with machine.bash

load daemons

# What a relaying spammer tries: foreign and local-looking senders, an address
# literal, the percent hack.
try_to_relay() {
  local from to='victim@example.net,victim@[198.51.100.9]'

  to+=,victim%example.net@mail.example.org
  for from in ann@client.example.org joe@mail.example.org root@localhost; do
    client "${from%@*}" swaks --server "$server" --quit-after RCPT \
      --helo client.example.org --from "$from" --to "$to"
  done
}

# All of it came to nothing: swaks says 24 when no recipient was accepted.
refused() {
  local who

  for who in ann joe root; do
    saw "$who.status" '^24$'
  done
  [ ! -s "$BATS_TEST_TMPDIR/direct/queue" ]
}

exim_relaying() { # [TEED-OPTION...]
  teed_options=("$@")
  setup_exim
  openbsd_inetd 25 Debian-exim /usr/sbin/exim4 -bs
  try_to_relay
  cp /var/log/exim4/mainlog .
  find /var/spool/exim4/input -type f >queue
}

exim_refused() {
  refused
  saw ann.out '<\*\* 550 relay not permitted'
  saw mainlog 'H=\(client.example.org\) \[192.0.2.7\] .* relay not permitted'
}

@test "Exim refuses to relay" {
  layer=exim same_with_teed exim_relaying
  exim_refused
  [ "$(records)" -eq 3 ]
  recorded '^R 550 relay not permitted'
}

postfix_relaying() { # [TEED-OPTION...]
  teed_options=("$@")
  setup_postfix
  openbsd_inetd 25 postfix /usr/sbin/sendmail -bs
  try_to_relay
  postqueue -j >queue
  stop_postfix
}

postfix_refused() {
  refused
  saw ann.out '<\*\* 454 4.7.1 .* Relay access denied'
  saw syslog 'reject: RCPT from client.example.org\[192.0.2.7\]: .* Relay access'
}

@test "Postfix refuses to relay" {
  layer=postfix same_with_teed postfix_relaying
  postfix_refused
  [ "$(records)" -eq 3 ]
  recorded '^R 454 4.7.1 .* Relay access denied'
}

sendmail_relaying() { # [TEED-OPTION...]
  teed_options=("$@")
  setup_sendmail
  openbsd_inetd 25 root /usr/sbin/sendmail -bs
  try_to_relay
  find /var/spool/mqueue -type f >queue
}

sendmail_refused() {
  refused
  saw ann.out '<\*\* 550 5.7.1 .* Relaying denied'
  saw syslog 'reject=550 5.7.1 <victim@example.net>.*Relaying denied'
}

@test "sendmail refuses to relay" {
  layer=sendmail same_with_teed sendmail_relaying
  sendmail_refused
  [ "$(records)" -eq 3 ]
  recorded '^R 550 5.7.1 .* Relaying denied'
}

# ---- where no network namespace can be made ------------------------------------

# The sessions took place on the client's own socket, and syslog says why.
unrecorded() {
  [ -z "$(record_files unable)" ]
  [ "$(grep -c 'teed\[.*192.0.2.7 runs unrecorded: .* network namespace' \
    "$BATS_TEST_TMPDIR/unable/syslog")" -eq 3 ]
}

@test "Exim refuses to relay where no true socket can be had" {
  layer=exim same_in unable exim_relaying
  exim_refused
  unrecorded
}

@test "Postfix refuses to relay where no true socket can be had" {
  layer=postfix same_in unable postfix_relaying
  postfix_refused
  unrecorded
}

@test "sendmail refuses to relay where no true socket can be had" {
  layer=sendmail same_in unable sendmail_relaying
  sendmail_refused
  unrecorded
}

exim_under_tcpserver() { # TEED-OPTION...
  teed_options=("$@")
  setup_exim
  ucspi_tcpserver 25 root /usr/sbin/exim4 -bs
  try_to_relay
}

@test "with --fail closed the client is turned away instead, with status 75" {
  layer=exim run_on_machine unable exim_under_tcpserver --fail closed
  cd "$BATS_TEST_TMPDIR/unable"
  run ! grep -q '^<' ann.out joe.out root.out
  [ "$(grep -c 'end [0-9]* status 19200' launcher)" -eq 3 ]
  [ "$(grep -c 'teed: .*192.0.2.7' launcher)" -eq 3 ]
  [ -z "$(record_files unable)" ]
}

# What the tests above guard against; it also shows that they can fail.
@test "only with --pair unix by hand does Exim take a stranger for someone local" {
  layer=exim run_on_machine teed exim_under_tcpserver --pair unix
  grep -q '^0$' "$BATS_TEST_TMPDIR/teed/ann.status"
  grep -q '^<-  250 Accepted' "$BATS_TEST_TMPDIR/teed/ann.out"
}
