#!/usr/bin/env bats
# inetd_samples.bats - each line of the samples and each example does its work
# inetd.conf.sample, services.sample, examples/

# shellcheck disable=SC2034,SC2154 # scenarios share variables with machine.bash

load daemons

# What a service is called tells how to talk to it.
talk_to() { # SERVICE PORT
  case $1 in
  *smtp) dialogue "$1" "$2" '^220 .*Sendmail' 'QUIT\r\n' '^221 ' '' ;;
  *pop3) client "$1" curl -sS --user joe:hunter2 "pop3://$server:$2/1" ;;
  *imap) client "$1" curl -sS --user joe:hunter2 \
    --login-options AUTH=PLAIN "imap://$server:$2/INBOX;UID=1" ;;
  *nntp) dialogue "$1" "$2" '^200 Leafnode' 'QUIT\r\n' '^205 ' '' ;;
  *http) client "$1" curl -sS "http://$server:$2/page.html" ;;
  esac
}

# Those lines of an inetd.conf that are not comments.
active_lines() { # FILE
  sed -E '/^(#|$)/d' "$1"
}

samples_under() { # LAUNCHER
  local service port rest

  setup_sendmail
  setup_leafnode
  fill_mailbox
  fill_website
  cat /var/source/services.sample >>/etc/services
  "$1" 10080 /var/source/inetd.conf.sample
  while read -r service rest; do
    port=$(getent services "$service")
    port=${port##* }
    talk_to "$service" "${port%/*}" &
    case $service in
    *pop3 | *imap) wait $! ;; # one at a time in joe's mailbox
    esac
  done < <(active_lines /var/source/inetd.conf.sample)
  wait_for test -s teedhttp.status
  wait_for test -s teedsmtp.status
  settled
  cp -a /tmp/teed* .
}

# Ten lines, each with an answer and a record of it.
every_line_works() {
  local service

  cd "$BATS_TEST_TMPDIR/teed" || return
  [ "$(active_lines "$source_dir/inetd.conf.sample" | wc -l)" -eq 10 ]
  for service in $(active_lines "$source_dir/inetd.conf.sample" |
    cut -d' ' -f1); do
    echo "answer of $service"
    case $service in
    *smtp) grep -q '^221 ' "$service.out" ;;
    *pop3 | *imap) grep -q 'text of message 1' "$service.out" ;;
    *nntp) grep -q '^205 ' "$service.out" ;;
    *http) grep -q 'a page' "$service.out" ;;
    esac
  done
  for service in smtp pop3 imap nntp http; do
    echo "records of $service"
    [ "$(grep -l '^#end ' teed*/"$service"-*.log | wc -l)" -eq 2 ]
  done
}

@test "each line of the samples works under openbsd-inetd" {
  layer=sendmail run_on_machine teed samples_under launch_openbsd_inetd
  every_line_works
}

@test "each line of the samples works under GNU inetd" {
  layer=sendmail run_on_machine teed samples_under launch_gnu_inetd
  every_line_works
}

# ---- examples/ ----------------------------------------------------------------

pop3_example() { # PORT COMMAND...
  launch "$@"
  fill_mailbox
  client curl curl -sS --user joe:hunter2 "pop3://$server:$1/1"
  settled
  cp -a /tmp/teed* /var/log/teed* . || true
}

pop3_example_works() { # DIRECTORY
  cd "$BATS_TEST_TMPDIR/teed" || return
  grep -q 'text of message 1' curl.out
  [ "$(grep -l '^#end ' "$1"/pop3-*.log | wc -l)" -eq 1 ]
}

@test "examples/xinetd" {
  run_on_machine teed pop3_example 31 xinetd -dontfork -stayalive \
    -f /var/source/examples/xinetd/dummypop3
  pop3_example_works teed
}

@test "examples/tcpserver" {
  run_on_machine teed pop3_example 31 /var/source/examples/tcpserver/run
  pop3_example_works teed
}

# What systemd would do with the two units, and its opinion of them.
systemd_example() {
  local units=/var/source/examples/systemd port command

  mkdir -p /etc/systemd/system
  cp "$units"/teed-pop3* /etc/systemd/system
  systemd-analyze verify teed-pop3.socket 2>opinion
  port=$(sed -n 's/^ListenStream=//p' "$units/teed-pop3.socket")
  command=$(sed -n 's/^ExecStart=-//p' "$units/teed-pop3@.service")
  # shellcheck disable=SC2086 # words, as systemd takes them
  pop3_example "$port" systemd-socket-activate --inetd -a -l "$port" $command
}

@test "examples/systemd" {
  run_on_machine teed systemd_example
  pop3_example_works teed
  run ! grep teed-pop3 "$BATS_TEST_TMPDIR/teed/opinion"
}

stunnel_example() {
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=mail.example.org \
    -keyout /etc/stunnel/key.pem -out /etc/stunnel/cert.pem 2>/dev/null
  fill_mailbox
  launch 995 stunnel4 /var/source/examples/stunnel/teed-pop3s.conf
  client curl curl -sS -k --user joe:hunter2 "pop3s://$server/1"
  settled
  cp -a /tmp/teed .
}

@test "examples/stunnel" {
  run_on_machine teed stunnel_example
  pop3_example_works teed
}

recipes() {
  local n

  fill_mailbox
  touch /run/teed.on
  echo '110 stream tcp nowait root /usr/sbin/popa3d popa3d' >/etc/inetd.test
  launch_openbsd_inetd 110 /etc/inetd.test
  launch_openbsd_inetd 10116 /var/source/examples/inetd/recipes.conf
  for n in 1 2 4 5 6; do
    client "recipe$n" curl -sS --user joe:hunter2 "pop3://$server:1011$n/1" &
  done
  # curl asks for CAPA, which popa3d refuses; this client does nothing wrong.
  dialogue recipe3 10113 '^+OK' 'USER joe\r\n' '^+OK' 'PASS hunter2\r\n' \
    '^+OK' 'RETR 1\r\n' '^\.' 'QUIT\r\n'
  wait_for statuses 6
  rm /run/teed.on
  client off curl -sS --user joe:hunter2 "pop3://$server:10112/1"
  settled
  cp -a /tmp/teed* /var/log/teed* .
}

statuses() { # NUMBER
  [ "$(find . -name 'recipe*.status' | wc -l)" -eq "$1" ]
}

@test "examples/inetd" {
  local n

  run_on_machine teed recipes
  cd "$BATS_TEST_TMPDIR/teed" || return
  for n in recipe{1..6} off; do
    grep -q 'text of message 1' "$n.out"
  done
  [ "$(grep -l '^#end ' teed/pop3-*.log | wc -l)" -eq 2 ]
  [ "$(find . -name 'failures-*.log' | wc -l)" -eq 0 ]
  [ "$(grep -l '^#end ' teed/brief-*.log | wc -l)" -eq 1 ]
  [ "$(grep -l '^#end ' teed-mail/logged-*.log | wc -l)" -eq 1 ]
  [ "$(grep -l '^#end ' teed-nobody/elsewhere-*.log | wc -l)" -eq 1 ]
  grep -q 'teed.*logged service init from 192.0.2.7' syslog
  grep -q 'teed.*Logout user=joe host=\[192.0.2.7\]' syslog
}
