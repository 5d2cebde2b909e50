#!/usr/bin/env bats
# http.bats - HTTP: bodies that are left out, and a reader of what is recorded

load teelog

# A login that is refused, another that is not; a reply with secrets in it.
web() {
  cat <<END
S POST /login?token=sesame HTTP/1.1
S Content-Type: application/x-www-form-urlencoded
S Content-Length: 25
S 
S user=joe\c
S &password=hunter2\c
! read
R HTTP/1.1 401 Unauthorized
R Content-Length: 4
R 
R no\n
R !\c
S GET / HTTP/1.1
S Authorization: Basic am9lOmh1bnRlcjI=
S 
R HTTP/1.1 200 OK
R Content-Type: application/json
R Content-Length: 46
R 
R {\n
R "access_token":"sesame",\n
R "note":"PASS it"}\n
R \n
S GET /none HTTP/1.1
S 
R HTTP/1.1 404 Not Found
R Transfer-Encoding: chunked
R 
R 3
R abc
R 0
R 
END
}

@test "what a body holds can be left out, and its secrets with it" {
  [ "$(web | converse -- -p http --content 1)" = "status 0" ]
  recorded <<'END'
S POST /login?token=**** HTTP/1.1
S	Content-Type: application/x-www-form-urlencoded
S	Content-Length: 25
S	
S	user=joe&password=****\c
R HTTP/1.1 401 Unauthorized
R	Content-Length: 4
R	
R	no\n
# elided R lines=1 bytes=1
S GET / HTTP/1.1
S	Authorization: Basic **** (user=joe)
S	
R HTTP/1.1 200 OK
R	Content-Type: application/json
R	Content-Length: 46
R	
R	{\n
# elided R lines=3 bytes=42
S GET /none HTTP/1.1
S	
R HTTP/1.1 404 Not Found
R	Transfer-Encoding: chunked
R	
R	3
# elided R lines=2 bytes=8
R 
# close daemon
# exit 0
#end S=193 R=234 E=0 user=joe login=ok messages=0 commands=3 refused=2
END
}

@test "a reader knows requests, replies and bodies, also where masks are in them" {
  web | converse -- -p http >status
  teelog explain "$(record)" >got
  grep -qx ' *6 S \[body: 1 line, 22 octets\]' got
  grep -qx ' *10 R \[body: 2 lines, 4 octets\]' got
  grep -qx ' *19 R \[body: 4 lines, 44 octets\]' got
  grep -q 'sends data for /login?token=\*\*\*\* to work on' got
  grep -q '200: here it is' got
  grep -q '404: it is not there' got
  grep -qx ' *3 commands, 2 refused; .*' got
  [ "$(grep -c '\[body: ' got)" = 4 ]
}

@test "what is compressed is told of, and the bodies behind it are shown" {
  converse -- -p http <<'END'
S GET / HTTP/1.1
S 
R HTTP/1.1 200 OK
R Content-Encoding: gzip
R Content-Length: 6
R 
R \x1f\x8b\x08abc\c
S GET / HTTP/1.1
S 
R HTTP/1.1 200 OK
R Content-Length: 4
R 
R no\n
R !\c
END
  timeless "$(record)" | tr '\t' ' ' >seen
  grep -qx 'R \[body: gzip\]\\d' seen
  grep -qx 'R no\\n' seen
  grep -qx '# opaque S=0 R=6' seen
  run ! grep -q abc seen
}
