#!/usr/bin/env bats
# daemons_mail.bats - real mail daemons and clients are the same behind teed
# teed(8): What the daemon gets; How a session runs

# shellcheck disable=SC2034,SC2154 # scenarios share variables with machine.bash

load daemons

# ---- mail transfer agents -----------------------------------------------------

sendmail_takes_mail() {
  setup_sendmail
  openbsd_inetd 25 root /usr/sbin/sendmail -bs
  send_mail swaks joe@mail.example.org
}

@test "sendmail -bs takes mail from swaks and knows the client" {
  layer=sendmail same_with_teed sendmail_takes_mail
  saw swaks.out 'Hello client.example.org \[192.0.2.7\]' 'Message accepted'
  saw syslog 'relay=client.example.org \[192.0.2.7\]'
  saw mail 'from client.example.org \(client.example.org \[192.0.2.7\]\)'
  recorded '^R 220 mail.example.org ESMTP Sendmail' \
    '^S MAIL FROM:<ann@client.example.org>' '^R 221 ' \
    '^S gr..n \\xff\\xfe \\x01\\x1b\[0m$'
}

exim_takes_mail() {
  setup_exim
  openbsd_inetd 25 Debian-exim /usr/sbin/exim4 -bs
  send_mail swaks joe@mail.example.org --pipeline
  client curl curl -sSv --crlf "smtp://[2001:db8::1]/client.example.org" \
    --mail-from ann@client.example.org --mail-rcpt joe@mail.example.org \
    --upload-file /tmp/message
  cp /var/log/exim4/mainlog .
}

@test "Exim takes mail over IPv4 and IPv6 and knows the client" {
  layer=exim same_with_teed exim_takes_mail
  saw swaks.out 'Hello client.example.org \[192.0.2.7\]' '250 OK id='
  saw curl.err 'Hello client.example.org \[2001:db8::7\]' '250 OK id='
  saw mainlog '<= ann@client.example.org H=\(client.example.org\) \[192.0.2.7\]' \
    '<= ann@client.example.org H=\(client.example.org\) \[2001:db8::7\]' \
    '=> joe <joe@mail.example.org>'
  recorded '^R 220 mail.example.org ESMTP Exim' '^#teed .* client=192' \
    '^#teed .* client=\[2001'
}

postfix_takes_mail() {
  setup_postfix
  openbsd_inetd 25 postfix /usr/sbin/sendmail -bs
  send_mail swaks joe@mail.example.org
  wait_for test -s /var/mail/joe
  wait_for grep -q 'qmgr.*removed' syslog
  stop_postfix
}

@test "Postfix sendmail -bs takes mail and knows the client" {
  layer=postfix same_with_teed postfix_takes_mail
  saw swaks.out '250 2.0.0 Ok: queued as'
  saw syslog 'smtpd.*: connect from client.example.org\[192.0.2.7\]'
  saw mail 'from client.example.org \(client.example.org \[192.0.2.7\]\)'
  recorded '^R 220 mail.example.org ESMTP Postfix'
}

nullmailer_takes_mail() {
  setup_nullmailer
  openbsd_inetd 25 mail /usr/bin/nullmailer-smtpd
  send_mail swaks joe@mail.example.org
  cat /var/spool/nullmailer/queue/* >queue
}

@test "nullmailer-smtpd takes mail" {
  layer=nullmailer same_with_teed nullmailer_takes_mail
  saw queue 'Subject: dots and bytes'
  recorded '^S RCPT TO:<joe@mail.example.org>'
}

# ---- POP3 ---------------------------------------------------------------------

popa3d_gives_mail() {
  fill_mailbox
  openbsd_inetd 110 root /usr/sbin/popa3d
  client curl curl -sSv --user joe:hunter2 "pop3://$server/2"
}

@test "popa3d gives mail to curl" {
  same_with_teed popa3d_gives_mail
  saw curl.out 'The text of message 2' '^\.a line'
  saw syslog 'Authentication passed for joe'
  recorded '^S USER joe' '^S PASS \*\*\*\*$' '^S RETR 2' '^R \.$'
}

solid_pop3d_gives_mail() {
  fill_mailbox
  install -d -o spop3d /var/lib/solid-pop3d
  openbsd_inetd 110 root /usr/sbin/solid-pop3d
  fetch_mail fetchmail pop3 110
}

@test "solid-pop3d gives mail to fetchmail and knows the client" {
  same_with_teed solid_pop3d_gives_mail
  saw fetchmail.out 'POP3< \+OK authentication successful' 'text of message 1'
  saw syslog 'joe authenticated - client.example.org \(192.0.2.7\)'
  recorded '^S PASS \*\*\*\*$' '^R \+OK authentication successful'
}

mailutils_pop3d_gives_mail() {
  fill_mailbox
  openbsd_inetd 110 root /usr/sbin/pop3d --inetd
  fetch_mail fetchmail pop3 110
}

@test "Mailutils pop3d gives mail to fetchmail" {
  same_with_teed mailutils_pop3d_gives_mail
  saw fetchmail.out 'POP3< \+OK POP3 Ready' 'text of message 1'
  saw syslog 'logged in with mailbox' 'session ended for user: joe'
  recorded '^R \+OK POP3 Ready <' '^S PASS \*\*\*\*$'
}

dovecot_pop3_gives_mail() {
  fill_mailbox
  setup_dovecot
  openbsd_inetd 110 joe /usr/bin/env USER=joe HOME=/home/joe \
    /usr/lib/dovecot/pop3 -c /etc/dovecot/test.conf
  dialogue client 110 '' 'STAT\r\n' '^+OK' 'RETR 1\r\n' '^\.' 'QUIT\r\n'
}

@test "a pre-authenticated Dovecot pop3 gives mail" {
  same_with_teed dovecot_pop3_gives_mail
  saw client.out '^\+OK 2 422' 'text of message 1' '\+OK Logging out'
  saw client.out 'joe.*Disconnected: Logged out .* retr=1/'
  recorded '^S RETR 1' '^R The text of message 1'
}

# ---- IMAP ---------------------------------------------------------------------

mailutils_imap4d_gives_mail() {
  fill_mailbox
  openbsd_inetd 143 root /usr/sbin/imap4d --inetd
  client curl curl -sSv --login-options AUTH=PLAIN --user joe:hunter2 \
    "imap://$server/INBOX;UID=2"
}

@test "Mailutils imap4d gives mail to curl" {
  same_with_teed mailutils_imap4d_gives_mail
  saw curl.out 'text of message 2'
  saw syslog "user .joe' logged in"
  recorded '^S A[0-9]+ UID FETCH 2 BODY\[\]'
}

dovecot_imap_gives_mail() {
  fill_mailbox
  setup_dovecot
  openbsd_inetd 143 joe /usr/bin/env USER=joe HOME=/home/joe \
    /usr/lib/dovecot/imap -c /etc/dovecot/test.conf
  dialogue client 143 'PREAUTH' 'a SELECT INBOX\r\n' '^a OK' \
    'b FETCH 1 BODY[]\r\n' '^b OK' 'c IDLE\r\n' '^+' 'DONE\r\n' '^c OK' \
    'd APPEND INBOX {12}\r\n' '^+' 'Subject:\r\n\r\n\r\n' '^d ' 'e LOGOUT\r\n'
}

@test "a pre-authenticated Dovecot imap gives mail, idles and takes a literal" {
  same_with_teed dovecot_imap_gives_mail
  saw client.out 'PREAUTH' 'text of message' '^d OK' '^e OK'
  recorded '^R \* PREAUTH' '^S c IDLE' '^S d APPEND INBOX'
}
