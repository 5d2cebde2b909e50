# teelog(1): show --decode

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# A POP3 session with this message, whose lines are escaped as in a transcript.
message() {
  cat <<'END'
#teed 1 id=x service=pop3 protocol=pop3 start=2026-11-22T00:58:00.000000Z
R    0.000001 +OK ready
S    0.000002 RETR 1
R    0.000003 +OK message follows
END
  sed 's/^/R	/'
  cat <<'END'
R	.
S    0.000004 QUIT
R    0.000005 +OK
#end 0.000006 S=1 R=1 E=0
END
}

decoded() { # the lines of the message, decoded
  message | teelog show --decode --style raw - | sed '1,3d' | head -n -3
}

@test "Japanese mail in ISO-2022-JP: subject, body, half-width kana" {
  diff -u - <(decoded <<'END'
From: =?ISO-2022-JP?B?GyRCTG5AdBsoQg==?= <noizumi@example.jp>
Subject: =?ISO-2022-JP?B?GyRCJEYkOSRIGyhC?=
Content-Type: text/plain; charset=ISO-2022-JP

\x1b$B;n83%a%$%k\x1b(B ok
\x1b$B$G$9\x1b(B
END
  ) <<'END'
From: 野泉 <noizumi@example.jp>
Subject: てすと
Content-Type: text/plain; charset=ISO-2022-JP

試験メイル ok
です
END
}

@test "encoded words: Q and B, several, folded, with a language, unknown charsets" {
  diff -u - <(decoded <<'END'
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?utf-8?q?_K=C3=B6ln?= (=?iso-8859-1?Q?=FC?=)
 =?ISO-8859-15*de?Q?=A4?= and =?x-unknown?Q?=41?= and =?utf-8?B?8J+Zgg==?=
X-Odd: =?utf-8?Q? =?=?= =?utf-8?X?abc?= =?utf-8?Q?open

END
  ) <<'END'
Subject: Grüße aus Köln (ü)
 € and =?x-unknown?Q?=41?= and 🙂
X-Odd: =?utf-8?Q? =?=?= =?utf-8?X?abc?= =?utf-8?Q?open

END
}

@test "parts: base64 and quoted-printable text, attachments as they are" {
  diff -u - <(decoded <<'END'
MIME-Version: 1.0
Content-Type: multipart/mixed;
	boundary="b 1"

preamble =41
--b 1
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

caf=E9 au la=
it
--b 1
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: BASE64

w6RwZmVsCm
Jpcm5lbg==
--b 1
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b 1--
after =41
END
  ) <<'END'
MIME-Version: 1.0
Content-Type: multipart/mixed;
	boundary="b 1"

preamble =41
--b 1
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

café au la
it
--b 1
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: BASE64

äpfel
birnen
--b 1
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b 1--
after =41
END
}

@test "Shift_JIS and EUC-JP that stand in the body as bytes" {
  run -0 decoded <<'END'
Content-Type: text/plain; charset=Shift_JIS

\x95\\ \xb1
END
  [ "${lines[1]}" = "表 ｱ" ]
  run -0 decoded <<'END'
Content-Type: text/plain; charset=euc-jp

\xc6\xfc\xcb\xdc
END
  [ "${lines[1]}" = "日本" ]
}

@test "what is no text of its charset does not stop it" {
  run -0 decoded <<'END'
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

/////2FiYw==
END
  [[ $output == *$'\ufffdabc' ]]
}

@test "what decodes to control characters does not reach the terminal" {
  run -0 decoded <<'END'
Subject: =?utf-8?B?G1syShtdMDt4Bw==?=
Content-Type: text/plain; charset=ISO-8859-1
Content-Transfer-Encoding: base64

G1sySpsyNDtteA==
END
  [[ $output == *'\x1b[2J\x1b]0;x\x07'* ]]
  [[ $output == *'\x1b[2J\xc2\x9b24;mx'* ]]
  run -1 grep -qP '\e|\x9b' <<<"$output"
}

@test "authentication: challenges and answers beside the lines" {
  cat >auth.log <<'END'
#teed 1 id=x service=smtp protocol=smtp start=2026-11-22T00:58:00.000000Z secrets=show
R    0.000001 220 mail.example.org ESMTP
S    0.000002 EHLO me
R    0.000003 250 AUTH PLAIN LOGIN
S    0.000004 AUTH LOGIN
R    0.000005 334 VXNlcm5hbWU6
S    0.000006 aGVybWVz
R    0.000007 334 UGFzc3dvcmQ6
S    0.000008 ****
R    0.000009 535 no
S    0.000010 AUTH PLAIN AGhlcm1lcwBjYWR1Y2V1cw==
R    0.000011 235 ok
#end 0.000012 S=1 R=1 E=0
END
  diff -u - <(teelog show --decode --style rs auth.log | grep '=' ) <<'END'
R   = Username:
S   = hermes
R   = Password:
S AUTH PLAIN AGhlcm1lcwBjYWR1Y2V1cw==
S   = \x00hermes\x00caduceus
END
}

@test "the message after the next begins anew" {
  {
    message <<'END' | head -n -1
Content-Type: text/plain; charset=iso-8859-1

\xe9
END
    printf '%s\n' 'S    0.000010 RETR 2' 'R    0.000011 +OK' 'R	Subject: x' \
      'R	' 'R	\xe9' 'R	.' '#end 0.000012 S=1 R=1 E=0'
  } >two.log
  sed -i '/QUIT/d; /^R    0.000005/d' two.log
  run -0 teelog show --decode --style raw two.log
  [[ $output == *$'\né\n'*$'\n\\xe9\n'* ]]
}

@test "without --decode nothing is" {
  run -0 teelog show --style raw - < <(message <<<'Subject: =?utf-8?Q?=41?=')
  [[ $output == *'=?utf-8?Q?=41?='* ]]
}
