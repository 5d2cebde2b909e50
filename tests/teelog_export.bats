# teelog(1): export --format json, json-session; show --json

load teelog

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  session=$(a_session)
}

@test "json: the session and its events, one a line, in this order of keys" {
  teelog export --format json "$session" >got
  [ "$(wc -l <got)" = 18 ]
  diff -u - <(sed -n '1,2p;5p;7p;10p;14,15p;18p' got) <<'END'
{"type":"session","session":"pop3-20261122T005800Z-4567","format":"teed","protocol":"pop3","service":"pop3","start":"2026-11-22T00:58:00.123456Z","client":"192.0.2.7:51234","server":"192.0.2.1:31","host":"mail","pid":"4567","file":"records/pop3-20261122T005800Z-4567.log","lacks":[]}
{"type":"event","session":"pop3-20261122T005800Z-4567","line":2,"time":0.000123,"dir":"R","text":"+OK mail.example.jp POP3 server ready.","eol":"crlf","flags":[]}
{"type":"event","session":"pop3-20261122T005800Z-4567","line":5,"time":0.061000,"dir":"S","text":"PASS ****","eol":"crlf","flags":["masked"]}
{"type":"event","session":"pop3-20261122T005800Z-4567","line":7,"time":0.076000,"dir":"S","text":"RETR 1","eol":"lf","flags":[]}
{"type":"event","session":"pop3-20261122T005800Z-4567","line":10,"time":0.076310,"dir":"R","text":"Subject: back\\\\slash, \\x1b[2J and \\x2a***","eol":"crlf","flags":[]}
{"type":"event","session":"pop3-20261122T005800Z-4567","line":14,"time":0.080210,"dir":"R","text":"+OK bye","eol":"none","flags":["partial"]}
{"type":"event","session":"pop3-20261122T005800Z-4567","line":15,"time":0.080300,"dir":null,"text":"close daemon","eol":"none","flags":["note"]}
{"type":"event","session":"pop3-20261122T005800Z-4567","line":18,"time":0.081300,"dir":null,"text":"end S=38 R=182 E=0 user=noizumi login=ok messages=1","eol":"none","flags":["note"]}
END
  teelog show --json "$session" | cmp - got
}

@test "json: what is not known is null, also of a recorder without addresses" {
  sed -i 's/client=[^ ]*/client=-/; s/server=[^ ]*/server=-/; s/protocol=pop3/protocol=auto/' \
    "$session"
  run -0 teelog export --format json "$session"
  [[ ${lines[0]} == *'"protocol":null'*'"client":null,"server":null'* ]]
}

@test "json: quotes, tabs, control bytes, bytes that are no UTF-8" {
  {
    head -n 1 "$session" | sed 's/id=[^ ]*/id="a \\"b\\" \\\\"/'
    printf 'R    0.000001 "q" \t\x01 \xff \xc2\x85 \xc3\xa9 \\\\\n'
    printf '#    0.000002 error "no" \x1b\n'
  } >odd.log
  run -0 --separate-stderr teelog export --format json odd.log
  [[ ${lines[0]} == *'"session":"a \"b\" \\"'* ]]
  [[ ${lines[1]} == *'"text":"\"q\" \t\\x01 \\xff \\xc2\\x85 é \\\\"'* ]]
  [[ ${lines[2]} == *'"text":"error \"no\" \\x1b"'* ]]
}

@test "json: chunks of several lines keep their line ends in the text" {
  run -0 teelog export --format json "$fixtures/import/recordio.log"
  [[ $output == *'"text":"Subject: a line that is lon","eol":"none","flags":["partial"]'* ]]
}

@test "json: labels and described lines" {
  {
    head -n 1 "$session"
    echo 'S    0.000001 AUTH PLAIN **** (user=joe)'
    echo 'S    0.000002 bindRequest version=3 password=****\d'
    echo 'S    0.000003 **** \x28user=joe)'
  } >labels.log
  run -0 --separate-stderr teelog export --format json labels.log
  [[ ${lines[1]} == *'"text":"AUTH PLAIN **** (user=joe)","eol":"crlf","flags":["masked"]'* ]]
  [[ ${lines[2]} == *'"text":"bindRequest version=3 password=****","eol":"none","flags":["masked","lossy"]'* ]]
  [[ ${lines[3]} == *'"text":"**** \\x28user=joe)"'* ]]
}

@test "json-session: an object for each session, with the words of #end" {
  run -0 teelog export --format json-session "$session" \
    "$fixtures/import/recordio.log"
  [ "${#lines[@]}" = 4 ]
  [[ ${lines[0]} == *'"duration":0.081300,"result":"ok","user":"noizumi","login":"ok","messages":1,"commands":null,"refused":null,"S":38,"R":182,"E":0,"end":{"S":"38","R":"182","E":"0","user":"noizumi","login":"ok","messages":"1"}}' ]]
  [[ ${lines[1]} == *'"session":"recordio.log#1"'*'"duration":null,"result":"ok","user":"hermes","login":"ok","messages":1,'*'"end":null}' ]]
  run -0 teelog ls --json "$session"
  [[ $output == '{"type":"session","session":"pop3-'*'"end":{'* ]]
}
