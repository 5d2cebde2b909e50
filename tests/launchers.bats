#!/usr/bin/env bats
# launchers.bats - teed under each program that starts daemons for clients
# teed(8): DESCRIPTION, What the daemon gets; --listen; --keep

# shellcheck disable=SC2034,SC2154 # scenarios share variables with machine.bash

load daemons

# A POP3 daemon that looks up its client, started by a launcher.
pop3_under() { # LAUNCHER
  fill_mailbox
  install -d -o spop3d /var/lib/solid-pop3d
  "$1" 110 root /usr/sbin/solid-pop3d
  fetch_mail fetchmail pop3 110
}

pop3_is_the_same_under() { # LAUNCHER
  same_with_teed pop3_under "$1"
  saw fetchmail.out 'POP3< \+OK authentication successful' 'text of message 2'
  saw syslog 'joe authenticated - .*192.0.2.7'
  recorded '^#teed .* client=192.0.2.7:[0-9]+ server=192.0.2.1:110 .* pair=tcp ' \
    '^S USER joe' '^S PASS \*\*\*\*$' '^R The text of message 2'
}

@test "openbsd-inetd" {
  pop3_is_the_same_under openbsd_inetd
}

@test "GNU inetd" {
  pop3_is_the_same_under gnu_inetd
}

@test "xinetd, which listens to IPv4 and IPv6 on one socket" {
  pop3_is_the_same_under xinetd_inetd
}

@test "tcpserver" {
  pop3_is_the_same_under ucspi_tcpserver
}

@test "systemd-socket-activate, which listens to both on one socket" {
  pop3_is_the_same_under systemd_socket
}

@test "socat with nofork" {
  pop3_is_the_same_under socat_listen
}

@test "teed's own listener" {
  pop3_is_the_same_under teed_listen
}

# ---- IPv6 ---------------------------------------------------------------------

pop3_over_ipv6() { # LAUNCHER
  server=2001:db8::1
  pop3_under "$1"
}

pop3_over_ipv6_is_the_same_under() { # LAUNCHER
  same_with_teed pop3_over_ipv6 "$1"
  saw fetchmail.out 'text of message 2'
  recorded '^#teed .* client=\[2001:db8::7\]:[0-9]+ server=\[2001:db8::1\]:110 '
}

@test "IPv6 under openbsd-inetd" {
  pop3_over_ipv6_is_the_same_under openbsd_inetd
}

@test "IPv6 under xinetd" {
  pop3_over_ipv6_is_the_same_under xinetd_inetd
}

@test "IPv6 under teed's own listener" {
  pop3_over_ipv6_is_the_same_under teed_listen
}

link_local_pop3() {
  fill_mailbox
  install -d -o spop3d /var/lib/solid-pop3d
  openbsd_inetd 110 root /usr/sbin/solid-pop3d
  server=fe80::1%client
  dialogue nc 110 '^+OK' 'USER joe\r\n' '^+OK' 'PASS hunter2\r\n' '^+OK' \
    'RETR 1\r\n' '^\.' 'QUIT\r\n'
}

@test "IPv6 on the link only, under openbsd-inetd" {
  address='\[fe80::7(%server)?\]' same_with_teed link_local_pop3
  saw nc.out 'text of message 1'
  saw syslog 'joe authenticated - .*fe80::7'
}

# ---- tcpd ---------------------------------------------------------------------

# A client that may come in and one that may not.
two_clients_of_tcpd() { # PROGRAM...
  fill_mailbox
  install -d -o spop3d /var/lib/solid-pop3d
  echo "ALL: 192.0.2.66" >/etc/hosts.deny
  echo "110 stream tcp nowait root $*" >/etc/inetd.test
  launch_openbsd_inetd 110 /etc/inetd.test
  ip -n client addr add 192.0.2.66/24 dev client
  fetch_mail allowed pop3 110
  client denied nc.openbsd -s 192.0.2.66 "$server" 110
}

tcpd_in_front() {
  daemon_line root /usr/sbin/solid-pop3d
  two_clients_of_tcpd /usr/sbin/tcpd "${line[@]}"
}

@test "tcpd before teed lets in and turns away the same clients" {
  same_with_teed tcpd_in_front
  saw allowed.out 'text of message 2'
  saw syslog 'connect from 192.0.2.7' 'refused connect from 192.0.2.66'
  [ "$(records)" -eq 1 ]
}

tcpd_behind() {
  daemon_line root /usr/sbin/tcpd
  two_clients_of_tcpd "${line[0]}" /usr/sbin/solid-pop3d "${line[@]:1}"
}

@test "teed before tcpd lets in and turns away the same clients" {
  same_with_teed tcpd_behind
  saw allowed.out 'text of message 2'
  saw syslog 'connect from 192.0.2.7' 'refused connect from 192.0.2.66'
  [ "$(records)" -eq 2 ]
}

# ---- TLS in front -------------------------------------------------------------

# stunnel gives the daemon a loopback connection of its own, and tells where the
# client is in the environment only.
stunnel_in_front() {
  fill_mailbox
  teed_options=(-n pop3)
  daemon_line root /usr/sbin/popa3d
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=mail.example.org \
    -keyout /etc/key.pem -out /etc/cert.pem 2>/dev/null
  cat >/etc/stunnel.test <<END
foreground = yes
pid =
cert = /etc/cert.pem
key = /etc/key.pem
[pop3s]
accept = 995
exec = ${line[0]}
execArgs = ${line[@]}
END
  launch 995 stunnel4 /etc/stunnel.test
  client curl curl -sS -k --user joe:hunter2 "pop3s://$server/1"
}

@test "behind stunnel the session is recorded in clear" {
  address=127.0.0.1 same_with_teed stunnel_in_front
  saw curl.out 'text of message 1'
  recorded '^S PASS \*\*\*\*$' '^R The text of message 1'
}

# ---- many at once -------------------------------------------------------------

# N sessions that are all open before the first one speaks, and say who they
# are in the reverse order.
sessions_at_once() { # NAME FIRST LAST
  # shellcheck disable=SC2016 # expanded over there
  client "$1" bash -c '
    for ((i = $1; i <= $2; i++)); do
      exec {socket}<>/dev/tcp/192.0.2.1/110
      sockets[i]=$socket
      read -r -u "$socket" greeting
    done
    for ((i = $2; i >= $1; i--)); do
      printf "USER user%d\r\n" "$i" >&"${sockets[i]}"
      read -r -u "${sockets[i]}" answer
      echo "$i $answer"
    done
    for socket in "${sockets[@]}"; do
      printf "QUIT\r\n" >&"$socket"
      cat <&"$socket"
      exec {socket}>&-
    done' sessions "$2" "$3"
}

sessions_and_rotation() {
  teed_options=(-k 200)
  openbsd_inetd 110 root /usr/sbin/popa3d
  sessions_at_once few 1 20
  wait_for only_residents
  sessions_at_once many 1001 1200
}

@test "200 sessions at once give 200 whole records, and older ones have gone" {
  same_with_teed sessions_and_rotation
  [ "$(records)" -eq 200 ]
  run -0 grep -hoE 'USER user.*' "$BATS_TEST_TMPDIR"/teed/records/pop3-*.log
  diff <(sort <<<"$output") <(seq -f 'USER user%.0f' 1001 1200 | sort)
  [ "$(grep -l '^S .* USER' "$BATS_TEST_TMPDIR"/teed/records/pop3-*.log |
    wc -l)" -eq 200 ]
}
