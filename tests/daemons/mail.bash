# mail.bash - mail daemons with the rules that their packages come with

setup_sendmail() {
  mkdir -p /etc/mail/m4 /var/lib/sendmail/host_status
  : >/etc/mail/m4/dialup.m4
  : >/etc/mail/m4/provider.m4
  : >/etc/mail/aliases
  echo mail.example.org >/etc/mail/local-host-names
  {
    sed '/^MAILER_DEFINITIONS/,$d' /usr/share/sendmail/cf/debian/sendmail.mc
    # A busy machine must not make it refuse or queue.
    cat <<'END'
define(`confQUEUE_LA', `100000')dnl
define(`confREFUSE_LA', `100000')dnl
define(`LOCAL_MAILER_PATH', `/usr/libexec/sendmail/mail.local')dnl
define(`LOCAL_MAILER_ARGS', `mail.local $u')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
END
  } | m4 >/etc/mail/sendmail.cf
  makemap hash /etc/mail/access </dev/null
  install -d -m 2700 -o smmta -g smmsp /var/spool/mqueue
  ln -s ../libexec/sendmail/sendmail /usr/sbin/sendmail
  sendmail -bi >/dev/null
}

setup_exim() {
  : >/etc/aliases
  cat >/etc/exim4/update-exim4.conf.conf <<'END'
dc_eximconfig_configtype='internet'
dc_other_hostnames='mail.example.org'
dc_local_interfaces=''
dc_readhost=''
dc_relay_domains=''
dc_minimaldns='false'
dc_relay_nets=''
dc_smarthost=''
CFILEMODE='644'
dc_use_split_config='false'
dc_hide_mailname='false'
dc_mailname_in_oh='true'
dc_localdelivery='mail_spool'
END
  install -d -o Debian-exim -g Debian-exim /var/lib/exim4 /var/log/exim4 \
    /var/spool/exim4 /var/spool/exim4/{db,input,msglog}
  update-exim4.conf
}

setup_postfix() {
  cp /usr/share/postfix/main.cf.debian /etc/postfix/main.cf
  # Port 25 is the launcher's, and there is nothing in the chroots here.
  sed -e '/^smtp *inet/d' -e 's/^\([a-z]* *[a-z]* *[-yn] *[-yn] *\)y/\1n/' \
    /usr/share/postfix/master.cf.dist >/etc/postfix/master.cf
  cp /usr/share/postfix/dynamicmaps.cf /etc/postfix
  # What the package's installation sets, as an "Internet Site".
  cat >>/etc/postfix/main.cf <<'END'
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
mydestination = $myhostname, localhost.example.org, localhost
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
alias_maps =
END
  chgrp postdrop /usr/sbin/postdrop /usr/sbin/postqueue
  chmod g+s /usr/sbin/postdrop /usr/sbin/postqueue
  install -d -o postfix /var/lib/postfix
  install -d -o postfix -g postdrop -m 730 /var/spool/postfix/maildrop
  install -d -o postfix -g postdrop -m 710 /var/spool/postfix/public
  postfix check
  /usr/lib/postfix/sbin/master &
  postfix_master=$!
  wait_for grep -q 'daemon started' syslog
}

stop_postfix() {
  kill "$postfix_master"
  wait "$postfix_master" || true
}

setup_nullmailer() {
  install -d -o mail /var/spool/nullmailer/{queue,tmp,failed}
  mkfifo -m 622 /var/spool/nullmailer/trigger
  chown mail /var/spool/nullmailer/trigger
}

setup_dovecot() {
  mkdir /run/dovecot
  cat >/etc/dovecot/test.conf <<'END'
mail_location = maildir:~/Maildir
base_dir = /run/dovecot
log_path = syslog
END
}

# Two messages for joe, in an mbox and a Maildir.
fill_mailbox() {
  local n

  install -d -o joe -g joe /home/joe/Maildir{,/cur,/new,/tmp}
  for n in 1 2; do
    cat >"/home/joe/Maildir/new/$n" <<END
From: ann@client.example.org
To: joe@mail.example.org
Subject: message $n
Date: Sun, 22 Nov 2026 04:59:27 +0000
Message-Id: <$n@client.example.org>

The text of message $n.
.a line that begins with a dot

END
    {
      echo 'From ann@client.example.org Sun Nov 22 04:59:27 2026'
      cat "/home/joe/Maildir/new/$n"
    } >>/var/mail/joe
  done
}

# A message with what is hard for a relay: dots, a long line, 8-bit text.
message() {
  cat <<END
From: ann@client.example.org
To: joe@mail.example.org
Subject: dots and bytes
Date: Sun, 22 Nov 2026 04:59:27 +0000
Message-Id: <3@client.example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

.
..
.dot $(printf '%0900d' 7)
$(printf 'gr\303\274n \377\376 \001\033[0m')
END
}

# Send the message with swaks.
send_mail() { # NAME RECIPIENT [OPTION...]
  message >/tmp/message
  client "$1" swaks --server "$server" --helo client.example.org \
    --from ann@client.example.org --to "$2" --data /tmp/message "${@:3}"
}

# Fetch joe's mail with fetchmail and keep what it hands on.
fetch_mail() { # NAME PROTOCOL PORT
  printf '%s\n' "poll \"$server\" protocol $2 port $3 auth password
    username joe password hunter2 keep mda \"cat\" sslproto ''" \
    >/tmp/fetchmailrc
  chmod 600 /tmp/fetchmailrc
  client "$1" fetchmail -v -f /tmp/fetchmailrc --nosyslog --nodetach \
    --pidfile /tmp/fetchmail.pid
}
