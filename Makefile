# Makefile - build, test and install teed and teelog
#
#   make            both programs, here
#   make demo       see it work
#   make check      all tests, and what they need
#   make help       the other targets

VERSION = 1.0

# STATIC=1: with musl and no loader, which starts in half the time.
STATIC =
CC = $(CC_$(STATIC))
CC_ = gcc
CC_1 = musl-gcc
CFLAGS = -g
CPPFLAGS =
LDFLAGS =

PREFIX = /usr/local
SBINDIR = $(PREFIX)/sbin
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/teed
DESTDIR =
INSTALL = install

# Where objects and generated files go; a variant build sets its own.
BUILD = build
# Where the two programs go.
OUT = .

# A new protocol is one file and one word here; likewise a sub-command of
# teelog and a foreign log format.
PROTOCOLS = pop3 smtp imap sieve nntp ftp http ldap text raw
# Protocols that live in the file of another one.
PROTOCOLS_WITHIN = lmtp

STD = -std=c11 -D_GNU_SOURCE -D_NETBSD_SOURCE -D_DARWIN_C_SOURCE \
	-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DTEED_VERSION='"$(VERSION)"'
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla -Wcast-qual \
	-Wundef -Wconversion
WERROR =
HARDEN = -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fPIE \
	-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
LINK = $(LINK_$(STATIC)) -Wl,-z,relro -Wl,-z,now \
	-Wl,--hash-style=gnu -Wl,--gc-sections
LINK_ = -pie $(RELR:yes=-Wl,-z,pack-relative-relocs)
LINK_1 = -static

# Relocations take a hundredth of their room, which glibc can read since 2.36.
RELR := $(shell minor=`echo __GLIBC_MINOR__ | \
	$(CC) -E -P -include features.h -x c - 2>/dev/null | tail -n 1`; \
	test "$$minor" -ge 36 2>/dev/null && echo yes)

# V=1 shows the commands themselves.
SAY = @$(if $(V),:,echo) "  $(1)	$(2)"
Q = $(if $(V),,@)

# teed is small, but for what sees every byte of a conversation.  CFLAGS, which
# come last, may say otherwise.  A call at a function's end that is made a jump
# repeats the check of the stack at each end.
OPT = -O2
SMALL = -Os -fno-optimize-sibling-calls
HOT = transcript/escape transcript/escape_dense transcript/encode \
	transcript/encode_plain transcript/encode_record \
	protocol/text protocol/text_clean protocol/text_prompt protocol/track \
	protocol/track_body protocol/track_give protocol/track_line \
	protocol/word protocol/echo_find

COMPILE = $(CC) $(STD) $(WARN) $(WERROR) $(HARDEN) $(OPT) -I$(BUILD) \
	$(CPPFLAGS) $(CFLAGS)

BASE = str num fd msg pages cpu
TRANSCRIPT = escape escape_dense encode encode_plain encode_record decode head \
	name rotate rotate_scan store
PROTOCOL = base64 command credentials cuts echo echo_code echo_find guess \
	http_body http_count http_frame http_header http_parts http_text \
	http_token http_uri http_window http_xml imap_args imap_command imap_reply \
	ldap_attr ldap_ber ldap_message ldap_put ldap_text line \
	literal literal_hide names pending sasl sasl_label table tell \
	text_clean text_hear text_prompt text_values text_verb tls tls_hello \
	track track_aside track_body track_give track_judge track_line unread word \
	$(PROTOCOLS)
# What the words of the protocols mean, which teelog alone tells: the tables of
# a protocol (NAME_doc.c), and what they share.
DOCS = pop3 smtp imap sieve nntp ftp http ldap
DOC = doc imap_words_doc sasl_doc status_doc $(DOCS:%=%_doc)
# Those with large buffers stand last, and what both programs share behind them:
# what any session writes to lies together, and it has fewer pages of its own.
TEED = pair_netns main run relay_lane relay_end signals spawn peer pair pair_diag \
	listen upstream report sandbox_linux sandbox_openbsd sandbox_none \
	environment judgement record relay pair_unix config
# teelog: sub-commands (cmd_NAME.c), foreign formats (import_NAME.c), exports
# (export_NAME.c), and what they share.
COMMANDS = ls show follow cat explain timing diff export import prune
IMPORTS = teed pcap tshark curl_trace socat thunderbird thunderbird_stdout \
	thunderbird_console postfix_mail syslog exim exim_mainlog cyrus rawlog \
	sendmail_x recordio nc_dump mutt claws alpine fetchmail mbsync tin \
	libnet snail python slrn msmtp swaks nmh curl tcpflow ngrep tcpdump \
	simpleproxy strace apple outlook arrow rs sc s_client terminal raw
EXPORTS = json json_session
TEELOG = asked mutf7 spent timing align normal dialogue dialogue_same notes phrase explain explain_reply explain_words explain_sasl \
	explain_state explain_event explain_whole authd weave weave_line \
	main command table mem tell buf lines out unseen said json term pager paint heading \
	print print_option tail watch linewise decode mime charset when session sessions seen hearing \
	operand catalog digest net header segment transcript logfile log sniff \
	leak reader settle stamp take infer infer_words quoted hexdump mozilla \
	mozilla_imap mozilla_script mozilla_states blocks flow tcp syslog_talk \
	syslog_notes rows known wanted

SHARED_SRCS = $(BASE:%=src/base/%.c) $(TRANSCRIPT:%=src/transcript/%.c) \
	$(PROTOCOL:%=src/protocol/%.c)
DOC_SRCS = $(DOC:%=src/protocol/%.c)
TEED_SRCS = $(TEED:%=src/teed/%.c)
TEELOG_SRCS = $(TEELOG:%=src/teelog/%.c) $(COMMANDS:%=src/teelog/cmd_%.c) \
	$(IMPORTS:%=src/teelog/import_%.c) $(EXPORTS:%=src/teelog/export_%.c) \
	$(DOC_SRCS)
SRCS = $(SHARED_SRCS) $(TEED_SRCS) $(TEELOG_SRCS)
HDRS = $(wildcard src/*/*.h) $(LISTS:%=$(BUILD)/%.h)
LISTS = protocols docs commands imports exports

SHARED_OBJS = $(SHARED_SRCS:%.c=$(BUILD)/%.o)
DOC_OBJS = $(DOC_SRCS:%.c=$(BUILD)/%.o)
TEED_OBJS = $(TEED_SRCS:%.c=$(BUILD)/%.o)
TEELOG_OBJS = $(TEELOG_SRCS:%.c=$(BUILD)/%.o)

MANUALS = src/teed/teed.8 src/teelog/teelog.1 src/transcript/teed-transcript.5

all: $(OUT)/teed $(OUT)/teelog

$(filter-out $(HOT:%=$(BUILD)/src/%.o),$(SHARED_OBJS) $(TEED_OBJS)): OPT = $(SMALL)

$(OUT)/teed: $(TEED_OBJS) $(SHARED_OBJS)
	$(call SAY,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $(TEED_OBJS) $(SHARED_OBJS)

$(OUT)/teelog: $(TEELOG_OBJS) $(SHARED_OBJS)
	$(call SAY,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -o $@ $(TEELOG_OBJS) $(SHARED_OBJS)

$(BUILD)/%.o: %.c $(HDRS)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -c -o $@ $<

# The tables that a new file joins by its name alone.
$(BUILD)/protocols.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(PROTOCOLS) $(PROTOCOLS_WITHIN); do \
		echo "PROTOCOL($$i)"; done > $@
$(BUILD)/docs.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(DOCS); do echo "DOC($$i)"; done > $@
$(BUILD)/commands.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(COMMANDS); do echo "COMMAND($$i)"; done > $@
$(BUILD)/imports.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(IMPORTS); do echo "IMPORT($$i)"; done > $@
$(BUILD)/exports.h: Makefile
	@mkdir -p $(BUILD)
	@for i in $(EXPORTS); do echo "EXPORT($$i)"; done > $@

# ---- tests ------------------------------------------------------------------

# Tests in C: each is a program of its own, linked with what both programs share.
UNITS = base transcript text protocol doc
UNIT_HELPERS = bytes conversation leak

$(BUILD)/tests/test_%: tests/unit/test_%.c $(UNIT_HELPERS:%=tests/unit/%.c) \
    tests/unit/unit.h $(SHARED_OBJS) $(DOC_OBJS)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -Wno-missing-prototypes -o $@ $< \
		$(UNIT_HELPERS:%=tests/unit/%.c) $(SHARED_OBJS) $(DOC_OBJS) \
		$(LINK) $(LDFLAGS)

UNIT_TESTS = $(BUILD)/tests/test_base $(BUILD)/tests/test_transcript \
	$(BUILD)/tests/test_doc \
	$(BUILD)/tests/test_text \
	'$(BUILD)/tests/test_protocol tests/fixtures/protocol/*.conv'

unit: $(UNITS:%=$(BUILD)/tests/test_%)
	tests/run $(UNIT_TESTS)

# A daemon that tells what it sees, and an inetd with a client to run it.
PROBES = probe scene
PROBE_PARTS = steps stream options report launch

$(PROBES:%=$(BUILD)/tests/%): $(BUILD)/tests/%: tests/probe/%.c \
    $(PROBE_PARTS:%=tests/probe/%.c) $(PROBE_PARTS:%=tests/probe/%.h)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -o $@ $< $(PROBE_PARTS:%=tests/probe/%.c) $(LINK) $(LDFLAGS)

# Dialogues and crowds for teed, a syslog, the decoder as a program.
TOOLS = talk crowd loghost decode_tool

$(BUILD)/tests/talk: tests/talk_read.c tests/talk_flow.c tests/talk.h
$(TOOLS:%=$(BUILD)/tests/%): $(BUILD)/tests/%: tests/%.c $(SHARED_OBJS)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED_OBJS) $(LINK) $(LDFLAGS)

# Everything that the tests run: the programs, and helpers in C.
CHECK_PROGRAMS = $(OUT)/teed $(OUT)/teelog $(BUILD)/exploit/teed $(BUILD)/demo/mailer $(UNITS:%=$(BUILD)/tests/test_%) \
	$(PROBES:%=$(BUILD)/tests/%) $(TOOLS:%=$(BUILD)/tests/%)

check: $(CHECK_PROGRAMS) fuzz-programs
	tests/fetch-peers
	TEED=$(OUT)/teed TEELOG=$(OUT)/teelog BUILD=$(BUILD) \
		tests/run $(UNIT_TESTS) $(FUZZ_REPLAY) tests/*.bats

# A teed that tries to break out of its sandbox, for tests/sandbox.bats.
$(BUILD)/exploit/teed: $(TEED_SRCS) $(SHARED_SRCS) tests/exploit.c $(HDRS)
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(COMPILE) -DTEED_EXPLOIT -o $@ $(TEED_SRCS) $(SHARED_SRCS) \
		tests/exploit.c $(LINK) $(LDFLAGS)

# What takes minutes: gigabytes, thousands of sessions.
soak: $(OUT)/teed $(TOOLS:%=$(BUILD)/tests/%)
	TEED=$(OUT)/teed BUILD=$(BUILD) tests/soak

include tests/bench/bench.mk
include tests/checkers.mk

# ---- what people see --------------------------------------------------------

$(BUILD)/demo/mailer: examples/demo/mailer.c
	@mkdir -p $(@D)
	$(call SAY,CC,$@)
	$(Q)$(CC) $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LDFLAGS)

demo: all $(BUILD)/demo/mailer
	@examples/demo/run $(OUT)/teed $(BUILD)/demo/mailer $(OUT)/teelog

install: all
	$(INSTALL) -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) \
		$(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 \
		$(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 755 $(OUT)/teed $(DESTDIR)$(SBINDIR)/teed
	$(INSTALL) -m 755 $(OUT)/teelog $(DESTDIR)$(BINDIR)/teelog
	$(INSTALL) -m 644 src/teelog/teelog.1 $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 644 src/transcript/teed-transcript.5 \
		$(DESTDIR)$(MANDIR)/man5
	$(INSTALL) -m 644 src/teed/teed.8 $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 644 README LICENSE inetd.conf.sample services.sample \
		$(DESTDIR)$(DOCDIR)
	cp -R examples $(DESTDIR)$(DOCDIR)

uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/teed $(DESTDIR)$(BINDIR)/teelog \
		$(DESTDIR)$(MANDIR)/man1/teelog.1 \
		$(DESTDIR)$(MANDIR)/man5/teed-transcript.5 \
		$(DESTDIR)$(MANDIR)/man8/teed.8
	rm -rf $(DESTDIR)$(DOCDIR)

dist:
	@mkdir -p dist
	git archive --prefix=teed-$(VERSION)/ -o dist/teed-$(VERSION).tar.gz HEAD

# ---- tidiness ---------------------------------------------------------------

clean:
	rm -rf build teed teelog dist

help:
	@echo 'all        build teed and teelog'
	@echo 'demo       build, and show them at work'
	@echo 'check      all tests, and what they need'
	@echo 'unit       the tests in C alone'
	@echo 'fuzz       $$(FUZZ_SECONDS) of libFuzzer for each of $$(FUZZ_TARGETS)'
	@echo 'check-asan      all tests under AddressSanitizer and UBSan'
	@echo 'check-valgrind  the tests in C, and of the reader, under valgrind'
	@echo 'coverage   which lines the tests run, by file'
	@echo 'soak       tests that take minutes'
	@echo 'bench      teed beside what else records conversations (BENCH=--quick)'
	@echo 'install    to $$(DESTDIR)$$(PREFIX), which is $(DESTDIR)$(PREFIX)'
	@echo 'uninstall  take that away'
	@echo 'lint       manuals, scripts and source against their checkers'
	@echo 'format     lay the source out as .clang-format says'
	@echo 'dist       a tar file of the last commit'
	@echo 'clean      delete what was built'

.PHONY: all check unit soak demo install uninstall dist clean help
