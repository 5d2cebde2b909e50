#!/usr/bin/env bats
# daemons_other.bats - news, web, file, and login daemons are the same behind teed
# teed(8): What the daemon gets; How a session runs

# shellcheck disable=SC2034,SC2154 # scenarios share variables with machine.bash

load daemons

# ---- news and web -------------------------------------------------------------

leafnode_serves_news() {
  setup_leafnode
  openbsd_inetd 119 news /usr/sbin/leafnode
  dialogue client 119 '^200' 'MODE READER\r\n' '^20' 'GROUP no.such\r\n' \
    '^411' 'LIST\r\n' '^\.' 'QUIT\r\n'
}

@test "leafnode serves news to a client of its network" {
  same_with_teed leafnode_serves_news
  saw client.out '^200 Leafnode' '^205 '
  saw syslog 'connect from client.example.org \(192.0.2.7\) to .* \(192.0.2.1\)'
  recorded '^R 200 Leafnode' '^S GROUP no.such'
}

micro_httpd_serves_pages() {
  fill_website
  openbsd_inetd 80 nobody /usr/sbin/micro-httpd /var/www/html
  client page curl -sSi "http://$server/page.html"
  client none curl -sSi "http://$server/none"
  client big curl -sS "http://$server/big"
}

@test "micro-httpd serves pages and a large file" {
  same_with_teed micro_httpd_serves_pages
  saw page.out '^HTTP/1.0 200 Ok' '<p>a page</p>'
  saw none.out '^HTTP/1.0 404'
  recorded '^S GET /page.html HTTP/1.1' '^R HTTP/1.0 200 Ok'
}

busybox_httpd_serves_pages() {
  fill_website
  ucspi_tcpserver 80 nobody /usr/bin/busybox httpd -i -vv -h /var/www/html
  client page curl -sSi "http://$server/page.html"
  client big curl -sS "http://$server/big"
  sed -n 's/^\(192.*\): url/\1: url/p' launcher >log
}

@test "busybox httpd serves pages, and tells the client's address" {
  same_with_teed busybox_httpd_serves_pages
  saw page.out '^HTTP/1.1 200 OK' '<p>a page</p>'
  saw log '^192.0.2.7:[0-9]+: url:/page.html'
  recorded '^S GET /page.html HTTP/1.1' '^R HTTP/1.1 200 OK'
}

# ---- files --------------------------------------------------------------------

ftp_both_modes() {
  local mode n=0

  fill_home
  for mode in --ftp-pasv '--disable-epsv' '--ftp-port -' \
    '--ftp-port - --disable-eprt'; do
    # shellcheck disable=SC2086 # words
    client "get$((++n))" curl -sSv --user joe:hunter2 $mode \
      "ftp://$server/big" -o "got$n"
    # shellcheck disable=SC2086 # words
    client "put$n" curl -sSv --user joe:hunter2 $mode \
      -T /home/joe/big "ftp://$server/put$n"
    cmp "got$n" /home/joe/big
    cmp "/home/joe/put$n" /home/joe/big
  done
}

inetutils_ftpd_transfers() {
  openbsd_inetd 21 root /usr/sbin/ftpd -l
  ftp_both_modes
}

@test "GNU ftpd transfers files in active and passive mode" {
  same_with_teed inetutils_ftpd_transfers
  saw get1.err '229 Entering Extended Passive Mode'
  saw get2.err '227 Entering Passive Mode \(192,0,2,1,'
  saw get3.err 'EPRT \|1\|192.0.2.7\|' '^< 200 EPRT command successful'
  saw get4.err 'PORT 192,0,2,7,' '^< 226 Transfer complete'
  saw syslog 'connection from client.example.org'
  recorded '^S PASS \*\*\*\*$' '^R 226 Transfer complete'
}

inetutils_ftpd_over_ipv6() {
  fill_home
  openbsd_inetd 21 root /usr/sbin/ftpd -l
  server="[2001:db8::1]"
  client get curl -sSv --user joe:hunter2 --ftp-pasv "ftp://$server/big" -o got
  client active curl -sSv --user joe:hunter2 --ftp-port - "ftp://$server/big" \
    -o got.active
}

@test "GNU ftpd transfers files over IPv6" {
  same_with_teed inetutils_ftpd_over_ipv6
  saw get.err '229 Entering Extended Passive Mode' '226 Transfer complete'
  saw active.err 'EPRT \|2\|2001:db8::7\|' '226 Transfer complete'
}

vsftpd_transfers() {
  setup_vsftpd
  openbsd_inetd 21 root /usr/sbin/vsftpd /etc/vsftpd.test
  ftp_both_modes
}

@test "vsftpd transfers files in active and passive mode" {
  same_with_teed vsftpd_transfers
  saw get2.err '227 Entering Passive Mode \(192,0,2,1,'
  saw get4.err 'PORT 192,0,2,7,' '^< 226 Transfer complete'
  saw syslog 'OK DOWNLOAD: Client "192.0.2.7", "/home/joe/big", 3000000 bytes'
  recorded '^S PASS \*\*\*\*$' '^R 226 Transfer complete'
}

# lftp aborts what it has no more use for, with urgent data.
lftp_aborts() { # LAUNCHER PORT USER PROGRAM [ARGUMENT...]
  setup_vsftpd
  truncate -s 1G /home/joe/endless
  "$@"
  client lftp lftp -d -c "set ftp:ssl-allow no; set ftp:use-site-utime no
    set ftp:use-site-utime2 no; set ftp:use-mdtm no; set net:max-retries 1
    open -u joe,hunter2 $server
    cat endless | head -c 10 | wc -c
    put /etc/hostname
    cls -1"
  grep -a '^---> ' lftp.err >commands
  rm lftp.err
}

@test "lftp aborts a transfer of GNU ftpd and goes on" {
  same_with_teed lftp_aborts openbsd_inetd 21 root /usr/sbin/ftpd -l
  saw commands ABOR
  saw lftp.out '^10' '^hostname'
}

@test "lftp aborts a transfer of vsftpd and goes on" {
  same_with_teed lftp_aborts openbsd_inetd 21 root \
    /usr/sbin/vsftpd /etc/vsftpd.test
  saw commands ABOR
  saw lftp.out '^10' '^hostname'
}

rsyncd_transfers() {
  fill_home
  setup_rsyncd
  openbsd_inetd 873 root /usr/bin/rsync --daemon
  client push rsync -a /home/joe/big "rsync://$server/files/pushed"
  client pull rsync -a "rsync://$server/files/pushed" /tmp/pulled
  cmp /tmp/pulled /home/joe/big
}

@test "rsync copies a large file in and out" {
  same_with_teed rsyncd_transfers
  saw push.status '^0$'
  saw syslog 'rsync to files/pushed from client.example.org \(192.0.2.7\)' \
    'total size 3000000'
  recorded '^R @RSYNCD: ' '^S @RSYNCD: '
}

git_daemon_clones_and_pushes() {
  fill_repository
  openbsd_inetd 9418 nobody /usr/bin/git daemon --inetd --export-all \
    --enable=receive-pack --base-path=/var/git --verbose --syslog
  client push git -C /tmp/work push -q "git://$server/project" HEAD:main
  client clone git clone -q -b main "git://$server/project" /tmp/clone
  cmp /tmp/clone/big /tmp/work/big
}

@test "git pushes to git daemon and clones from it" {
  same_with_teed git_daemon_clones_and_pushes
  saw push.status '^0$'
  saw clone.status '^0$'
  recorded '^#end .* S=300[0-9]{4} R=' '^#end .* R=300[0-9]{4} '
}

# ---- logins -------------------------------------------------------------------

ssh_sessions() {
  local ssh=(ssh -i /root/key -o StrictHostKeyChecking=no -o LogLevel=ERROR
    "joe@$server")

  fill_home
  # shellcheck disable=SC2016 # expanded over there
  client command "${ssh[@]}" 'echo $SSH_CLIENT $SSH_CONNECTION; cat; exit 7' \
    </home/joe/big
  cmp <(tail -c 3000000 command.out) /home/joe/big
  # shellcheck disable=SC2016 # expanded over there
  conversation terminal "${ssh[@]}" -tt -- \
    'joe@mail' 'tty; read answer; echo ">$answer<"\r' '/dev/pts/' 'yes\r' \
    '>yes<' 'exit 3\r'
}

sshd_logs_in() {
  setup_ssh_keys
  openbsd_inetd 22 root /usr/sbin/sshd -i
  ssh_sessions
}

@test "sshd -i runs commands and terminals" {
  same_with_teed sshd_logs_in
  saw command.status '^7$'
  saw terminal.status '^3$'
  saw terminal.out '>yes<'
  saw syslog 'Accepted publickey for joe from 192.0.2.7 port'
  recorded '^R SSH-2.0-OpenSSH'
}

dropbear_logs_in() {
  setup_ssh_keys
  openbsd_inetd 22 root /usr/sbin/dropbear -i
  ssh_sessions
}

@test "dropbear -i runs commands and terminals" {
  same_with_teed dropbear_logs_in
  saw command.status '^7$'
  saw terminal.status '^3$'
  saw terminal.out '>yes<'
  saw syslog "Pubkey auth succeeded for 'joe' .* from 192.0.2.7:"
  recorded '^R SSH-2.0-dropbear'
}

# telnetd may or may not pass on what a shell says last.
telnetd_logs_in() {
  openbsd_inetd 23 root /usr/sbin/telnetd
  # shellcheck disable=SC2016 # expanded over there
  conversation client sh -c "exec inetutils-telnet $server 2>&1" -- \
    'login: ' 'joe\n' 'Password: ' 'hunter2\n' 'joe@mail' \
    'echo $((6 * 7))\n' '^42' 'exit\n' 'Connection closed' ''
  sed -i '/^42/q' client.out
}

@test "telnetd logs in" {
  same_with_teed telnetd_logs_in
  saw client.out 'joe@mail:' '^42'
  saw syslog 'session opened for user joe'
  recorded '^# exit 0$' '^#end '
}
