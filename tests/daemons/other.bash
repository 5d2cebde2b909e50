# other.bash - news, web, file and login daemons

setup_leafnode() {
  printf '%s\n' 'server = news.example.net' 'hostname = news.noizumi.org' \
    'expire = 20' >/etc/news/leafnode/config
  mkdir /var/spool/news/message.id/{0..9}{0..9}{0..9}
  : >/var/spool/news/leaf.node/groupinfo
  chown -R news:news /etc/news /var/spool/news
}

# The same bytes in every run, none of them text, and no compressing them.
large_file() {
  busybox dd if=/dev/zero bs=3000000 count=1 2>/dev/null |
    openssl enc -aes-128-ctr -K 0 -iv 0 2>/dev/null
}

fill_website() {
  mkdir -p /var/www/html
  printf '<p>a page</p>\n' >/var/www/html/page.html
  large_file >/var/www/html/big
  touch -d '2026-11-22 04:59:27' /var/www/html/*
}

fill_home() {
  large_file >/home/joe/big
  chown joe:joe /home/joe/big
}

setup_vsftpd() {
  mkdir /run/empty
  cat >/etc/vsftpd.test <<'END'
listen=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
syslog_enable=YES
secure_chroot_dir=/run/empty
pam_service_name=ftp
END
}

setup_rsyncd() {
  cat >/etc/rsyncd.conf <<'END'
[files]
path = /home/joe
read only = no
uid = joe
gid = joe
END
}

fill_repository() {
  git init -q --bare /var/git/project
  chown -R nobody /var/git
  git init -q /tmp/work
  large_file >/tmp/work/big
  git -C /tmp/work add big
  git -C /tmp/work -c user.name=joe -c user.email=joe@mail.example.org \
    commit -q -m 'A large file'
}

setup_ssh_keys() {
  mkdir /run/sshd /etc/dropbear
  ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
  dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key >/dev/null
  ssh-keygen -q -t ed25519 -N '' -f /root/key
  install -d -o joe -g joe -m 700 /home/joe/.ssh
  install -o joe -g joe -m 600 /root/key.pub /home/joe/.ssh/authorized_keys
  echo 'HostKey /etc/ssh/ssh_host_ed25519_key' >/etc/ssh/sshd_config
}
